"""Domain events: each once, in the order in which things happened, whatever comes in which order."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assay.core.errors import Refused, Unfit
from assay.jobs import cli
from assay.records.sources.domain_events import (
    Taken,
    changed,
    fed_by_events,
    handed,
    happened,
    registrations,
    take_messages,
)
from assay.records.sources.domain_events.feeds import standing
from assay.records.sources.domain_events.journal import erase, events_home, held, read, writing
from assay.records.sources.domain_events.taking import lines_in, lines_of
from assay.records.sources.quarantine import Quarantine
from tests.factories.domain_events import CRN, event, lines, message

AT = datetime(2026, 3, 31, 6, 30, tzinfo=UTC)
RUNNER = CliRunner()
cli.add_commands(["events"])
ADDED, UPDATED, ENDED = (
    f"probation-case.registration.{each}" for each in ("added", "updated", "deregistered")
)


def take(home: Path, *messages: dict[str, Any], at: datetime = AT, limit: Fraction = Fraction(0)) -> Taken:
    found = lines_in(lines(*messages), file="messages.jsonl")
    return take_messages(found, home=home, at=at, quarantine=Quarantine(limit))


def registered(number: int, type: str, on: str, **more: Any) -> dict[str, Any]:
    facts = {"registrationId": "11", "registerTypeCode": "ADVP"} | more.pop("facts", {})
    return message(number, event(type, occurredAt=on, facts=facts, **more))


def content(home: Path) -> dict[str, bytes]:
    files = sorted(events_home(home).glob("*.jsonl"))
    return {each.name: each.read_bytes() for each in files}


def test_an_event_is_kept_with_codes_and_numbers_and_no_words(tmp_path: Path) -> None:
    facts = {
        "registrationId": 1234567890,
        "registerTypeCode": "MAPP",
        "registerTypeDescription": "MAPPA",
        "registrationDate": "Fri Mar 20 00:00:00 GMT 2026",
        "registrationLevelCode": "M3",
        "registrationNotes": "not kept",
    }

    taken = take(tmp_path, message(1, event(facts=facts)))

    (found,) = read(tmp_path)
    assert (taken.new, taken.known, taken.of_no_case, taken.bad, taken.place) == (1, 0, 0, 0, 1)
    assert (found.type, found.version, found.crn, found.place) == (ADDED, 1, CRN, 1)
    assert found.occurred_at == datetime(2026, 3, 25, 10, 35, 38, 285000, tzinfo=UTC)
    assert dict(found.facts) == {
        "registrationId": "1234567890",
        "registerTypeCode": "MAPP",
        "registrationDate": "Fri Mar 20 00:00:00 GMT 2026",
        "registrationLevelCode": "M3",
    }
    assert b"not kept" not in b"".join(content(tmp_path).values())


def test_the_same_message_twice_and_the_same_occurrence_again_change_nothing(tmp_path: Path) -> None:
    take(tmp_path, message(1))
    before = content(tmp_path)

    again = take(tmp_path, message(1), message(1), message(2))

    assert (again.new, again.known, again.place) == (0, 3, 1)
    assert content(tmp_path) == before


def test_a_message_id_that_stands_for_something_else_is_bad(tmp_path: Path) -> None:
    take(tmp_path, message(1))

    again = take(
        tmp_path, message(1, event(crn="X900002")), message(2, event(crn="X900003")), limit=Fraction(1, 2)
    )

    assert (again.new, again.bad) == (1, 1)
    assert (events_home(tmp_path) / "quarantine.csv").read_text("utf-8").splitlines()[1:] == [
        "messages.jsonl,1,message-id,message-1: another message had this MessageId."
    ]


def test_what_happened_later_stands_whatever_came_last(tmp_path: Path) -> None:
    """Registered, ended and registered again, told in every order."""
    said = [
        registered(1, ADDED, "2026-03-01T09:00:00Z"),
        registered(2, UPDATED, "2026-03-05T09:00:00+00:00", facts={"registrationLevelCode": "M2"}),
        registered(3, ENDED, "2026-03-20T09:00:00Z"),
        registered(4, ADDED, "2026-03-21T09:00:00Z", facts={"registrationId": "12"}),
    ]
    for seed in range(8):
        home = tmp_path / str(seed)
        for each in random.Random(seed).sample(said, len(said)):
            take(home, each)
        assert [each.facts["registrationId"] for each in standing(home, kinds=["registration"])] == ["12"]
        assert [each.type for each in happened(home)] == [ADDED, UPDATED, ENDED, ADDED]


def test_an_older_event_that_comes_late_changes_nothing_that_stands(tmp_path: Path) -> None:
    take(tmp_path, registered(1, ENDED, "2026-03-20T09:00:00Z"))
    before = standing(tmp_path)

    take(tmp_path, registered(2, ADDED, "2026-03-01T09:00:00Z"))

    assert (before, standing(tmp_path)) == ((), ())


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_two_versions_of_one_occurrence_the_later_wins(tmp_path: Path, order: tuple[int, int]) -> None:
    for version in order:
        facts = {"registrationLevelCode": f"M{version}"}
        take(tmp_path, registered(version, UPDATED, "2026-03-20T09:00:00Z", version=version, facts=facts))

    (found,) = standing(tmp_path)
    assert (found.version, found.facts["registrationLevelCode"]) == (2, "M2")


BAD: dict[str, tuple[dict[str, Any] | str, str]] = {
    "not JSON": ("{", "json"),
    "a list": ("[1]", "envelope"),
    "no id": (message(1) | {"MessageId": None}, "envelope"),
    "a subscription": (message(1) | {"Type": "SubscriptionConfirmation"}, "envelope"),
    "no event inside": (message(1) | {"Message": "text"}, "json"),
    "an empty event": (message(1, {}), "type"),
    "two types": (
        message(1)
        | {"MessageAttributes": {"eventType": {"Type": "String", "Value": "enforcement.recall.raised"}}},
        "type",
    ),
    "no version": (message(1, event(version=None)), "version"),
    "no time": (message(1, event(occurredAt=None)), "occurred-at"),
    "a time in no known form": (message(1, event(occurredAt="25/03/2026 10:00")), "occurred-at"),
    "tomorrow": (message(1, event(occurredAt="2026-04-01T09:00:00Z")), "occurred-at"),
    "nobody": (message(1, event(crn=None)), "crn"),
    "no reference number": (message(1, event(crn="12")), "crn"),
    "facts that are none": (message(1, event(facts="words")), "shape"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_message_is_set_apart_and_the_rest_taken(name: str, tmp_path: Path) -> None:
    bad, rule = BAD[name]
    text = bad if isinstance(bad, str) else json.dumps(bad)
    found = lines_in(lines(message("good")) + text + "\n", file="messages.jsonl")

    taken = take_messages(found, home=tmp_path, at=AT, quarantine=Quarantine(Fraction(1, 2)))

    assert (taken.new, taken.bad) == (1, 1)
    said = (events_home(tmp_path) / "quarantine.csv").read_text("utf-8").splitlines()
    assert said[1].startswith(f"messages.jsonl,2,{rule},")


def test_too_many_bad_messages_and_none_is_taken(tmp_path: Path) -> None:
    with pytest.raises(Unfit) as unfit:
        take(tmp_path, message(1), message(2, event(crn=None)), limit=Fraction(1, 3))

    assert unfit.value.problems[0].message.worded() == "1 of 2 rows are bad; the limit is 33.3333%."
    assert (content(tmp_path), changed(tmp_path).people) == ({}, frozenset())


def test_events_of_other_services_are_left_alone_and_are_not_bad(tmp_path: Path) -> None:
    visit = message(1, event("prison-visit.booked", crn=None))

    taken = take(tmp_path, visit, message(2))

    assert (taken.new, taken.of_no_case, taken.bad) == (1, 1, 0)


def test_a_broader_type_on_the_envelope_stands_in_for_one_we_do_not_know(tmp_path: Path) -> None:
    known = {"eventType": {"Type": "String", "Value": "risk-assessment.scores.determined"}}
    said = message(1, event("risk-assessment.scores.new.determined", facts={}), MessageAttributes=known)

    take(tmp_path, said)

    assert [each.kind.name for each in read(tmp_path)] == ["scores"]


def test_both_sides_of_a_merge_changed_and_who_was_erased_is_not_asked_for(tmp_path: Path) -> None:
    merged = event(
        "probation-case.merge.completed",
        crn="X900002",
        facts={"sourceCRN": "X900001", "targetCRN": "X900002"},
    )
    take(
        tmp_path, message(1, merged), message(2, event("tier.calculation.complete", crn="X900003", facts={}))
    )
    first = changed(tmp_path)

    take(tmp_path, message(3, event("probation-case.deleted.gdpr", crn="X900004", facts={})))

    assert (first.people, first.place) == ({"X900001", "X900002", "X900003"}, 2)
    later = changed(tmp_path, after=first.place)
    assert (later.people, later.erased, later.place) == (frozenset(), {"X900004"}, 3)
    assert changed(tmp_path, after=3).place == 3


def test_entries_in_registers_are_put_together_from_all_that_was_told_of_them(tmp_path: Path) -> None:
    java = {"registrationDate": "Wed Apr 01 00:00:00 BST 2026"}
    take(
        tmp_path,
        registered(1, ADDED, "2026-03-01T09:00:00Z", facts={"registrationDate": "2026-02-27"}),
        registered(2, ENDED, "2026-03-20T09:00:00Z"),
        registered(
            3, ADDED, "2026-03-02T23:30:00Z", facts={"registrationId": "12", "registerTypeCode": "REG30"}
        ),
        registered(4, UPDATED, "2026-03-05T09:00:00Z", facts={"registrationId": "13"}),
        registered(5, ADDED, "2026-03-05T09:00:00Z", facts={"registrationId": "14"}),
        registered(
            6, "probation-case.registration.deleted", "2026-03-06T09:00:00Z", facts={"registrationId": "14"}
        ),
        registered(7, ADDED, "2026-03-30T09:00:00Z", facts=java | {"registrationId": "15"}),
    )

    found = registrations(tmp_path)

    assert list(found) == [CRN]
    assert {(each.type, each.opened_on, each.closed_on) for each in found[CRN]} == {
        ("ADVP", date(2026, 2, 27), date(2026, 3, 20)),
        ("REG30", date(2026, 3, 2), None),
        ("ADVP", date(2026, 4, 1), None),
    }


def test_the_newest_allocation_says_who_took_over_when(tmp_path: Path) -> None:
    kind = "person.community.manager.allocated"
    for number, on in enumerate(["2026-03-20T09:00:00Z", "2026-03-28T23:30:00Z", "2026-03-02T09:00:00Z"]):
        take(tmp_path, message(number, event(kind, occurredAt=on, facts={})))

    assert handed(tmp_path) == {CRN: date(2026, 3, 28)}


def test_a_duty_is_fed_when_every_kind_it_begins_with_comes_and_while_they_come(tmp_path: Path) -> None:
    decision = event(
        "prison-recall.recommendation.management-oversight",
        facts={"contactOutcome": "DECISION_TO_RECALL", "recommendationUrl": "1"},
    )
    assert fed_by_events(tmp_path, at=AT) == frozenset()
    take(tmp_path, message(1, decision))
    assert fed_by_events(tmp_path, at=AT) == {"recall_decision"}

    take(tmp_path, message(2, event("enforcement.recall.raised", facts={})))

    assert fed_by_events(tmp_path, at=AT) == {"recall_decision", "recall", "S19"}
    assert fed_by_events(tmp_path, at=AT + timedelta(days=2)) == {"recall_decision", "recall", "S19"}
    assert fed_by_events(tmp_path, at=AT + timedelta(days=2, seconds=1)) == frozenset()
    # Recalls still begin, and for 35 days nobody has decided about one: that half is not told any more.
    month = AT + timedelta(days=35)
    take(tmp_path, message(4, event("enforcement.recall.raised", facts={}, version=2)), at=month)
    assert fed_by_events(tmp_path, at=month) == {"recall_decision", "recall", "S19"}
    assert fed_by_events(tmp_path, at=month + timedelta(seconds=1)) == {"recall"}
    late = AT + timedelta(days=71)
    take(tmp_path, message(3), at=late)
    assert fed_by_events(tmp_path, at=late) == {"registration"}


def test_files_are_closed_at_their_size_and_read_as_one(tmp_path: Path) -> None:
    found: list[Any] = []
    with writing(tmp_path) as journal:
        journal.size = 2_000
        for first in range(0, 30, 6):
            batch = [_occurrence(number) for number in range(first, first + 6)]
            journal.add(batch)
            found += batch

    sizes = {name: len(each) for name, each in content(tmp_path).items()}
    assert len(sizes) == 5
    assert max(sizes.values()) <= 2_000
    assert [each.message_id for each in read(tmp_path)] == [each.message_id for each in found]
    assert [each.place for each in read(tmp_path)] == list(range(1, 31))
    assert [each.place for each in read(tmp_path, after=28)] == [29, 30]


def _occurrence(number: int) -> Any:
    from assay.records.sources.domain_events.envelope import read_message

    said = event(crn=f"X9{number:05d}")
    return read_message(message(number, said), received_at=AT)


def test_a_line_cut_short_by_a_kill_is_no_event_and_does_not_spoil_the_next(tmp_path: Path) -> None:
    take(tmp_path, message(1))
    path = events_home(tmp_path) / "000001.jsonl"
    with path.open("ab") as torn:
        torn.write(path.read_bytes()[:-20])
    assert [each.message_id for each in read(tmp_path)] == ["message-1"]

    take(tmp_path, message(1), message(2, event(crn="X900002")))

    assert [(each.message_id, each.place) for each in read(tmp_path)] == [("message-1", 1), ("message-2", 2)]
    assert path.read_bytes().count(b"\n") == 2


# Half of a batch reaches the disk, ending inside a line; then the process is killed.
HELD = """
import sys, time
import assay.records.sources.domain_events.journal as journal

def append(path, lines):
    whole = b"".join(lines)
    with path.open("ab") as opened:
        opened.write(whole[: len(whole) // 2 + 7])
    print("held", flush=True)
    time.sleep(600)

journal._append = append
from assay.jobs.cli import main
main()
"""


def test_a_run_killed_while_it_writes_is_run_again_and_loses_and_doubles_nothing(tmp_path: Path) -> None:
    said = [message(n, event(crn=f"X9{n:05d}")) for n in range(500)]
    (tmp_path / "messages.jsonl").write_text(lines(*said), "utf-8")
    home = tmp_path / "home"
    take(home, said[0])
    command = [sys.executable, "-c", HELD, "events", str(tmp_path / "messages.jsonl"), "--home", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(Refused, match="Another process"):
            take(home, said[1])
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    assert not (events_home(home) / "000001.jsonl").read_bytes().endswith(b"\n")
    half = len(list(read(home)))
    assert 200 < half < 300

    done = RUNNER.invoke(cli.app, ["events", str(tmp_path / "messages.jsonl"), "--home", str(home), "--json"])

    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["new"] == 500 - half
    assert [(each.place, each.message_id) for each in read(home)] == [
        (place, each["MessageId"]) for place, each in enumerate(said, start=1)
    ]


def test_an_erased_person_is_in_no_line_and_the_message_is_not_taken_again(tmp_path: Path) -> None:
    merged = event("probation-case.merge.completed", crn="X900003", facts={"sourceCRN": CRN})
    said = [message(1), message(2, merged), message(3, event(crn="X900002"))]
    take(tmp_path, *said)
    assert held(tmp_path, CRN) == 2

    erased = erase(tmp_path, CRN)
    again = take(tmp_path, *said)

    assert (erased, held(tmp_path, CRN), again.new) == (2, 0, 0)
    assert CRN.encode() not in b"".join(content(tmp_path).values())
    assert [(each.crn, each.place) for each in read(tmp_path)] == [("X900002", 3)]
    assert take(tmp_path, message(4)).place == 4


def ids(found: Iterable[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    return [(file, row, json.loads(text)["MessageId"]) for file, row, text in found]


def test_messages_come_as_lines_as_one_as_a_list_or_in_a_folder(tmp_path: Path) -> None:
    one, two = message(1), message(2)
    (tmp_path / "b.jsonl").write_text(lines(one) + "\n" + lines(two), "utf-8")
    (tmp_path / "a.json").write_text(json.dumps(two, indent=2), "utf-8")
    (tmp_path / "c.json").write_text(json.dumps([one, two]), "utf-8")
    (tmp_path / "d.json").write_text(json.dumps({"Messages": [one]}), "utf-8")
    (tmp_path / "notes.txt").write_text("left alone", "utf-8")

    assert ids(lines_of(tmp_path)) == [
        ("a.json", 1, "message-2"),
        ("b.jsonl", 1, "message-1"),
        ("b.jsonl", 3, "message-2"),
        ("c.json", 1, "message-1"),
        ("c.json", 2, "message-2"),
        ("d.json", 1, "message-1"),
    ]


def test_a_queues_own_wrapping_is_taken_off(tmp_path: Path) -> None:
    take(tmp_path, {"MessageId": "the queue's", "Body": json.dumps(message(1))})

    assert [each.message_id for each in read(tmp_path)] == ["message-1"]


def test_the_command_reads_its_input_and_says_what_came_of_it(tmp_path: Path) -> None:
    text = lines(message(1), message(1), message(2, event("prison-visit.booked", crn=None)))

    done = RUNNER.invoke(cli.app, ["events", "-", "--home", str(tmp_path)], input=text)

    assert done.exit_code == 0, done.output
    assert done.stdout == ("1 new, 1 taken before, 1 of no case, 0 bad. Told by events now: registration.\n")


def test_the_command_refuses_what_is_not_there_and_too_much_that_is_bad(tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text(lines(message(1, event(crn=None))), "utf-8")

    missing = RUNNER.invoke(cli.app, ["events", str(tmp_path / "nowhere"), "--home", str(tmp_path / "home")])
    bad = RUNNER.invoke(cli.app, ["events", str(tmp_path / "bad.jsonl"), "--home", str(tmp_path / "home")])

    assert (missing.exit_code, bad.exit_code) == (2, 2)
    assert list(read(tmp_path / "home")) == []
