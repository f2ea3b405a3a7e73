"""Domain events: what happened to whom, told as it happens.

Assay has no client of a queue: whoever receives the messages puts them into files or a pipe. ``envelope``
says what a message must be; ``journal`` keeps each once, in the home; ``feeds`` says what they mean for the
night: whose records to ask for again, and what is known sooner than the record tells it.
"""

from assay.records.sources.domain_events.envelope import Occurrence
from assay.records.sources.domain_events.feeds import (
    Told,
    changed,
    fed_by_events,
    handed,
    happened,
    registrations,
)
from assay.records.sources.domain_events.kinds import DUTIES as TOLD_BY_EVENTS
from assay.records.sources.domain_events.taking import Taken, take_messages

__all__ = [
    "TOLD_BY_EVENTS",
    "Occurrence",
    "Taken",
    "Told",
    "changed",
    "fed_by_events",
    "handed",
    "happened",
    "registrations",
    "take_messages",
]
