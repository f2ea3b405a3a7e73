"""The forms in which the services write days and instants, brought to one.

Seen in their published answers: ``2026-03-05``; ``2026-03-05T14:30:00`` without a zone, which is London time;
the same with ``Z``, an offset, or fractions of any length; and, in events, Java's own ``Thu Mar 05 00:00:00
GMT 2026``. A year first or last is never guessed: ``05/03/2026`` is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from pydantic import BeforeValidator

from assay.core.dates import LONDON

JAVA = re.compile(r"^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{2}) (\d{2}):(\d{2}):(\d{2}) (GMT|BST|UTC) (\d{4})$")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ISO = re.compile(r"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$")


def as_instant(said: object) -> datetime:
    """The instant in UTC; a time without a zone is London's, a day alone is its first moment in London.
    ``ValueError`` for any other form."""
    if isinstance(said, str):
        if ISO.match(said):
            # Python reads microseconds; Java writes nanoseconds.
            found = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", said))
            return (found if found.tzinfo else found.replace(tzinfo=LONDON)).astimezone(UTC)
        if (java := JAVA.match(said)) and java[1] in MONTHS:
            month, (day, hour, minute, second) = MONTHS.index(java[1]) + 1, map(int, java.groups()[1:5])
            found = datetime(int(java[7]), month, day, hour, minute, second, tzinfo=UTC)
            return found.replace(tzinfo=LONDON).astimezone(UTC) if java[6] == "BST" else found
    raise ValueError("not a day or an instant in a known form")


def as_day(said: object) -> date:
    """The London day; ``ValueError`` for any other form."""
    return as_instant(said).astimezone(LONDON).date()


def london_time(instant: datetime) -> time | None:
    """The London time of day; midnight is how a day without a time is written, so it is none."""
    found = instant.astimezone(LONDON).time().replace(microsecond=0)
    return found if found != time(0) else None


def _or_none(said: Any) -> Any:
    return None if isinstance(said, str) and not said.strip() else said


def _day(said: Any) -> Any:
    return as_day(said) if isinstance(said, str) else said


def _instant(said: Any) -> Any:
    return as_instant(said) if isinstance(said, str) else said


Day = Annotated[date, BeforeValidator(_day), BeforeValidator(_or_none)]
Instant = Annotated[datetime, BeforeValidator(_instant), BeforeValidator(_or_none)]
