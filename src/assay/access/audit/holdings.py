"""What the log holds about a person: entries with them as subject, and, of somebody who works here, as actor.

After disposal an entry names nobody, so it is counted for nobody.
"""

from __future__ import annotations

from assay.access.audit.models import Entry, EntrySubject, Payload
from assay.core.holdings import Held, Keep, some
from assay.core.messages import message


def held(crn: str) -> tuple[Held, ...]:
    """Entries that name the case, and those of them whose details are still kept."""
    named = EntrySubject.objects.filter(kind="case", key=crn, disposed_at=None)
    entries = set(named.values_list("entry_id", flat=True))
    details = Payload.objects.filter(entry__subjects__in=named, disposed_at=None).distinct().count()
    return some(
        (
            Held(kind=message("Entries of the log that name the case"), count=len(entries), keep=Keep.LOG),
            Held(kind=message("Details of those entries"), count=details, keep=Keep.LOG),
        )
    )


def held_of_user(key: str) -> tuple[Held, ...]:
    """Entries made by a person who signs in, by their opaque key."""
    count = Entry.objects.filter(actor_kind="user", actor_key=key).count()
    return some((Held(kind=message("Entries of the log made by them"), count=count, keep=Keep.LOG),))
