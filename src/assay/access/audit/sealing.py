"""One sealer chains committed entries, apart from the work that wrote them.

Chaining inside each action would make every writer wait for the one before it; chaining afterwards costs
a second in which an entry stands unsealed, which :func:`verify` counts and shows.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Max, Prefetch
from django.utils import timezone

from assay.access.audit import rules
from assay.access.audit.models import Entry, EntrySubject, Payload, Seal
from assay.access.audit.types import Fault, Verification

BATCH = 2_000
# Entries commit out of order on PostgreSQL: a number handed out earlier may commit later. The sealer that
# runs each second looks this far back; a full look, at its start, finds any that came later still.
LOOK_BACK = 10_000


@transaction.atomic
def seal(*, look_back: int | None = LOOK_BACK, limit: int = BATCH) -> int:
    """Chain the committed entries not yet chained, at most ``limit``; returns how many.

    Two sealers at once are harmless: one of them fails on the unique ``previous`` and writes nothing.
    """
    last = Seal.objects.order_by("-number").first()
    number, previous = (last.number, last.hash) if last else (0, rules.GENESIS)
    links = []
    for entry in _unsealed(look_back, limit=limit):
        number += 1
        content = hash_of(entry)
        digest = rules.seal_hash(number=number, previous=previous, entry=content)
        links.append(
            Seal(
                number=number,
                entry=entry,
                entry_hash=content,
                previous=previous,
                hash=digest,
                sealed_at=timezone.now(),
            )
        )
        previous = digest
    Seal.objects.bulk_create(links, batch_size=500)
    return len(links)


def seal_all() -> int:
    """Chain everything that waits, however old. Returns how many entries were chained."""
    total = 0
    while done := seal(look_back=None):
        total += done
    return total


def hash_of(entry: Entry) -> str:
    """The hash of an entry as it now stands in the database, over the hashes of its personal parts."""
    fields = {
        name: getattr(entry, name)
        for name in ("uuid", "at", "verb", "actor_kind", "actor_key", "what", "recipient", "retention")
    }
    subjects = [f"{each.position}:{each.kind}:{each.hash}" for each in entry.subjects.all()]
    return rules.entry_hash(fields, payload=entry.payload.hash, subjects=subjects)


def verify(*, head: str | None = None) -> Verification:
    """Read the whole chain again. ``head`` is a seal's hash noted earlier, which must still be in it."""
    faults: list[Fault] = []
    previous, number, disposed = rules.GENESIS, 0, 0
    for link in _chain():
        number += 1
        faults += _faults_of_link(link, number=number, previous=previous)
        faults += _faults_of_content(link.entry, number=link.number)
        disposed += link.entry.payload.disposed_at is not None
        previous = link.hash
    if head is not None and head != rules.GENESIS and not Seal.objects.filter(hash=head).exists():
        faults.append(Fault(number=None, entry="", rule="the chain no longer holds the head noted before"))
    waiting = Entry.objects.filter(seal__isnull=True).count()
    return Verification(
        sealed=number, waiting=waiting, disposed=disposed, head=previous, faults=tuple(faults)
    )


def _unsealed(look_back: int | None, *, limit: int) -> list[Entry]:
    entries = Entry.objects.filter(seal__isnull=True)
    newest = Seal.objects.aggregate(newest=Max("entry_id"))["newest"] if look_back is not None else None
    if newest is not None and look_back is not None:
        entries = entries.filter(pk__gt=newest - look_back)
    subjects = Prefetch("subjects", queryset=EntrySubject.objects.order_by("position"))
    ordered = entries.select_related("payload").prefetch_related(subjects).order_by("pk")
    return list(ordered[:limit])


def _chain() -> Iterator[Seal]:
    subjects = Prefetch("entry__subjects", queryset=EntrySubject.objects.order_by("position"))
    links = Seal.objects.select_related("entry__payload").prefetch_related(subjects).order_by("number")
    return links.iterator(chunk_size=BATCH)


def _faults_of_link(link: Seal, *, number: int, previous: str) -> list[Fault]:
    expected = {
        "the numbers of the chain have a gap": link.number == number,
        "the link does not follow the one before it": link.previous == previous,
        "the entry is not what was sealed": link.entry_hash == hash_of(link.entry),
        "the seal does not fit its own content": link.hash
        == rules.seal_hash(number=link.number, previous=link.previous, entry=link.entry_hash),
    }
    return [
        Fault(number=link.number, entry=str(link.entry.uuid), rule=rule)
        for rule, holds in expected.items()
        if not holds
    ]


def _faults_of_content(entry: Entry, *, number: int) -> list[Fault]:
    """Personal parts not disposed of must still hash to what was sealed."""
    faults = []
    if not _payload_holds(entry.payload):
        faults.append(Fault(number=number, entry=str(entry.uuid), rule="the details were changed"))
    if not all(_subject_holds(each) for each in entry.subjects.all()):
        faults.append(Fault(number=number, entry=str(entry.uuid), rule="a subject was changed"))
    return faults


def _payload_holds(payload: Payload) -> bool:
    if payload.disposed_at is not None:
        return payload.content == "" == payload.salt
    return payload.hash == rules.salted_hash(payload.content, salt=payload.salt)


def _subject_holds(subject: EntrySubject) -> bool:
    if subject.disposed_at is not None:
        return subject.key == "" == subject.salt
    content = rules.subject_content(subject.kind, subject.key)
    return subject.hash == rules.salted_hash(content, salt=subject.salt)
