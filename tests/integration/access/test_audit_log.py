from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from assay.access.audit import sealing, triggers
from assay.access.audit.actions import dispose_of_subject, record
from assay.access.audit.models import Entry, EntrySubject, Payload, Seal
from assay.access.audit.types import SYSTEM, Actor, Subject, Verb

PRIYA = Actor("user", "5f0c0c5e-0000-4000-8000-000000000001")
pytestmark = pytest.mark.django_db


def look_at(*crns: str, what: str = "Looked at a list") -> None:
    record(
        Verb.CONSULTATION,
        by=PRIYA,
        subject=[Subject("case", each) for each in crns],
        what=what,
        details={"page": "today", "crns": list(crns)},
    )


def refused(sql: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError:
        return True
    return False


def tamper(sql: str) -> None:
    """What someone with the database's own keys could do."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql)
    triggers.install(connection)


def test_an_entry_says_who_did_what_to_whom() -> None:
    look_at("X100001", "X100002")
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor_kind, entry.actor_key) == ("consultation", "user", PRIYA.key)
    assert [(each.position, each.kind, each.key) for each in entry.subjects.all()] == [
        (0, "case", "X100001"),
        (1, "case", "X100002"),
    ]
    assert entry.payload.content == '{"crns":["X100001","X100002"],"page":"today"}'
    assert entry.retention == "access"


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError, match="inside the transaction"):
        look_at("X100001")
    assert Entry.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_deed_and_entry_fall_together() -> None:
    class Broken(Exception): ...

    @transaction.atomic
    def break_after_looking() -> None:
        look_at("X100001")
        raise Broken

    with pytest.raises(Broken):
        break_after_looking()
    assert Entry.objects.count() == EntrySubject.objects.count() == Payload.objects.count() == 0


@pytest.mark.parametrize("table", ["audit_entry", "audit_entrysubject", "audit_payload", "audit_seal"])
def test_no_row_of_the_log_can_be_deleted(table: str) -> None:
    look_at("X100001")
    sealing.seal()
    assert refused(f"DELETE FROM {table}")
    assert Entry.objects.count() == EntrySubject.objects.count() == Seal.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entry SET what = 'nothing'",
        "UPDATE audit_entry SET actor_key = 'someone else'",
        "UPDATE audit_seal SET entry_hash = previous",
        "UPDATE audit_payload SET content = '{}'",
        "UPDATE audit_payload SET content = '', salt = ''",
        "UPDATE audit_payload SET content = '', salt = '', hash = '', disposed_at = CURRENT_TIMESTAMP",
        "UPDATE audit_entrysubject SET key = 'X100099'",
        "UPDATE audit_entrysubject SET key = '', salt = '', kind = 'user', disposed_at = CURRENT_TIMESTAMP",
        "UPDATE audit_entrysubject SET key = '', disposed_at = CURRENT_TIMESTAMP",
    ],
)
def test_no_row_of_the_log_can_be_changed(change: str) -> None:
    look_at("X100001")
    sealing.seal()
    head = sealing.verify().head
    assert refused(change)
    found = sealing.verify(head=head)
    assert (found.sealed, found.faults) == (1, ())


def test_sealing_chains_each_entry_once() -> None:
    for number in range(5):
        look_at(f"X10000{number}")
    assert sealing.verify().waiting == 5
    assert sealing.seal(limit=3) == 3
    assert sealing.seal() == 2
    assert sealing.seal() == 0
    links = list(Seal.objects.all())
    assert [each.number for each in links] == [1, 2, 3, 4, 5]
    assert [each.previous for each in links[1:]] == [each.hash for each in links[:-1]]
    found = sealing.verify()
    assert (found.sealed, found.waiting, found.head, found.faults) == (5, 0, links[-1].hash, ())


def test_an_entry_that_committed_late_is_still_sealed() -> None:
    look_at("X100001")
    look_at("X100002")
    late, early = Entry.objects.order_by("pk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "_unsealed", lambda look_back, limit: [early])
        sealing.seal()
    assert late.pk < early.pk
    assert sealing.seal(look_back=0) == 0
    assert sealing.seal() == 1
    found = sealing.verify()
    assert (found.sealed, found.waiting, found.faults) == (2, 0, ())


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("UPDATE audit_entry SET what = 'Looked at nothing'", "the entry is not what was sealed"),
        ("UPDATE audit_entry SET recipient = 'a newspaper'", "the entry is not what was sealed"),
        ("UPDATE audit_payload SET content = '{}'", "the details were changed"),
        ("UPDATE audit_entrysubject SET key = 'X999999'", "a subject was changed"),
        (
            "UPDATE audit_payload SET hash = 'x', content = '', salt = '', disposed_at = CURRENT_TIMESTAMP",
            "the entry is not what was sealed",
        ),
        (
            "UPDATE audit_seal SET previous = 'x' WHERE number = 2",
            "the link does not follow the one before it",
        ),
        ("UPDATE audit_seal SET number = 9 WHERE number = 3", "the numbers of the chain have a gap"),
        ("DELETE FROM audit_seal WHERE number = 2", "the link does not follow the one before it"),
    ],
)
def test_tampering_behind_the_triggers_is_found(change: str, rule: str) -> None:
    for number in range(3):
        look_at(f"X10000{number}")
    sealing.seal()
    assert sealing.verify().is_sound
    tamper(change)
    assert rule in {each.rule for each in sealing.verify().faults}


def test_a_chain_cut_short_is_found_by_a_head_noted_before() -> None:
    look_at("X100001")
    look_at("X100002")
    sealing.seal()
    head = sealing.verify().head
    tamper("DELETE FROM audit_seal WHERE number = 2")
    assert sealing.verify().is_sound
    assert [each.rule for each in sealing.verify(head=head).faults] == [
        "the chain no longer holds the head noted before"
    ]


def test_the_log_verifies_after_lawful_disposal_and_no_longer_names_the_person() -> None:
    look_at("X100001", "X100002")
    look_at("X100002")
    look_at("X100003")
    sealing.seal()
    head = sealing.verify().head

    assert (
        dispose_of_subject(Subject("case", "X100002"), by=SYSTEM, because="Erased by order of a court") == 2
    )
    sealing.seal()

    found = sealing.verify(head=head)
    assert (found.sealed, found.disposed, found.faults) == (4, 2, ())
    with connection.cursor() as cursor:
        for table, column in (("audit_entrysubject", "key"), ("audit_payload", "content")):
            cursor.execute(f"SELECT COUNT(*) FROM {table} WHERE {column} LIKE '%%X100002%%'")
            assert cursor.fetchone() == (0,)
    kept = EntrySubject.objects.exclude(key="").values_list("key", flat=True)
    assert sorted(kept) == ["X100001", "X100003"]
    assert Entry.objects.order_by("-pk").first().verb == "erasure"  # type: ignore[union-attr]


def test_a_disposed_subject_cannot_be_guessed_from_its_hash() -> None:
    """Without its salt the hash tells nothing: the same CRN hashes differently every time."""
    look_at("X100001")
    look_at("X100001")
    hashes = set(EntrySubject.objects.values_list("hash", flat=True))
    assert len(hashes) == 2
    dispose_of_subject(Subject("case", "X100001"), by=SYSTEM, because="Retention has ended")
    assert set(EntrySubject.objects.filter(kind="case").values_list("salt", flat=True)) == {""}
    assert set(EntrySubject.objects.filter(kind="case").values_list("hash", flat=True)) == hashes
