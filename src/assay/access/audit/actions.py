"""The only writes to the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from assay.access.audit import rules
from assay.access.audit.models import Entry, EntrySubject, Payload
from assay.access.audit.types import Actor, Retention, Subject, Verb


def record(
    verb: Verb,
    *,
    by: Actor,
    subject: Subject | Sequence[Subject],
    what: str,
    details: Mapping[str, object] | None = None,
    recipient: str = "",
    retention: Retention | None = None,
) -> UUID:
    """Write one entry inside the caller's transaction, so that deed and entry stand or fall together.

    ``what`` and ``recipient`` are kept for ever and must name nobody; whatever is personal belongs into
    ``subject`` and ``details``, which can be disposed of. A list view is one entry with every subject listed.
    """
    assert connection.in_atomic_block, "an entry is written inside the transaction of what it records"
    kept = retention or (Retention.ACCESS if verb is Verb.CONSULTATION else Retention.DECISION)
    entry = Entry.objects.create(
        at=timezone.now(),
        verb=verb,
        actor_kind=by.kind,
        actor_key=by.key,
        what=what,
        recipient=recipient,
        retention=kept,
    )
    subjects = (subject,) if isinstance(subject, Subject) else tuple(subject)
    EntrySubject.objects.bulk_create(
        [_subject_row(entry, position, each) for position, each in enumerate(subjects)], batch_size=500
    )
    content = rules.canonical(dict(details or {}))
    salt = rules.new_salt()
    Payload.objects.create(
        entry=entry, content=content, salt=salt, hash=rules.salted_hash(content, salt=salt)
    )
    return entry.uuid


@transaction.atomic
def dispose_of_subject(subject: Subject, *, by: Actor, because: str) -> int:
    """Forget that the log speaks of ``subject``: its key, its salt and the details beside it go.

    Returns how many entries spoke of it. The entries, their hashes and the other subjects stay, so the
    chain still verifies. The erasure is itself an entry, and names nobody.
    """
    rows = EntrySubject.objects.filter(kind=subject.kind, key=subject.key)
    entries = set(rows.values_list("entry_id", flat=True))
    now = timezone.now()
    Payload.objects.filter(entry_id__in=entries, disposed_at=None).update(
        content="", salt="", disposed_at=now
    )
    rows.update(key="", salt="", disposed_at=now)
    record(Verb.ERASURE, by=by, subject=(), what=because, details={"entries": len(entries)})
    return len(entries)


def _subject_row(entry: Entry, position: int, subject: Subject) -> EntrySubject:
    salt = rules.new_salt()
    return EntrySubject(
        entry=entry,
        position=position,
        kind=subject.kind,
        key=subject.key,
        salt=salt,
        hash=rules.salted_hash(rules.subject_content(subject.kind, subject.key), salt=salt),
    )
