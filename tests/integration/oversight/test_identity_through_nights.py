"""A matter through nights that the engine really ran over records that really changed.

The records are one person's: a known risk to a partner from the start of a community order, no enquiry to
police, and so a missed S01. Each test loads them, runs a night, changes a row behind the matter, loads and
runs the next night, and says exactly where the matter is then.
"""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from assay.assurance.duties import engine, statements
from assay.assurance.duties.scripts import Script
from assay.assurance.oversight.models import Matter
from assay.assurance.oversight.tasks import attach_night
from assay.assurance.oversight.types import State
from assay.core import policy
from assay.core.policy import Policy
from assay.records.store import (
    build_snapshot,
    open_pair,
    open_snapshot,
    pair_in_force,
    put_in_force,
    write_night,
)
from tests.factories.oversight import OTHER_TEAM, PDU, REGION, TEAM, place_cast
from tests.factories.records import tables

FIRST, SECOND, THIRD = date(2026, 2, 26), date(2026, 2, 27), date(2026, 3, 2)
START = date(2026, 1, 5)
CRN, OTHER = "X900001", "X900002"

Rows = dict[str, list[dict[str, Any]]]


def region() -> Rows:
    """Two people under supervision, both known to harm a partner; police were asked about one."""
    return {
        "person": [{"crn": CRN}, {"crn": OTHER}],
        "sentence": [
            {"sentence_id": "s-1", "crn": CRN, "started_on": START, "type": "community_order"},
            {"sentence_id": "s-2", "crn": OTHER, "started_on": START, "type": "community_order"},
        ],
        "allocation": [
            {"allocation_id": "a-1", "crn": CRN, "staff_code": "P1", "team_code": TEAM, "opened_on": START},
            {"allocation_id": "a-2", "crn": OTHER, "staff_code": "P1", "team_code": TEAM, "opened_on": START},
        ],
        "registration": [
            {"registration_id": "r-1", "crn": CRN, "type": "ADVP", "opened_on": START},
            {"registration_id": "r-2", "crn": OTHER, "type": "ADVP", "opened_on": START},
        ],
        "enquiry": [asked("e-2", OTHER, date(2026, 1, 6))],
        # The records reach well back: what began before their first contact would be unknown, not missed.
        "contact": [{"contact_id": "c-0", "crn": OTHER, "type": "COAP", "happened_on": date(2025, 6, 2)}],
    }


def asked(key: str, crn: str, day: date, *, recorded: date | None = None) -> dict[str, Any]:
    when = recorded or day
    return {
        "enquiry_id": key,
        "crn": crn,
        "agency": "police",
        "kind": "domestic_abuse",
        "asked_on": day,
        "recorded_at": datetime(when.year, when.month, when.day, 12, tzinfo=UTC),
    }


@cache
def said() -> Script:
    """S01 alone, on all three days and under every policy here: a statement reads lengths from a table."""
    return statements.say(policy.load(), on=FIRST, only=("S01",))


class Nights:
    """Loads records and runs the night over them, by the same steps the commands take."""

    def __init__(self, home: Path) -> None:
        self.home = home / "records"
        self.rows = region()

    def run(self, as_at: date, *, pack: Policy | None = None) -> Any:
        self.make(as_at, pack=pack)
        return attach_night(self.home)

    def make(self, as_at: date, *, pack: Policy | None = None) -> None:
        """The load and the night over it, in force and not yet attached."""
        rules = pack or policy.load()
        snapshot = build_snapshot(tables(**self.rows), home=self.home, as_at=as_at, provider=REGION)
        with open_snapshot(snapshot) as reader:
            made = engine.run(reader, policy=rules, as_at=as_at, script=said())
        night = write_night(
            made,
            home=self.home,
            snapshot=snapshot,
            as_at=as_at,
            versions={"policy": rules.version},
        )
        put_in_force(self.home, snapshot=snapshot, night=night)

    def missed(self) -> set[tuple[str, str]]:
        """Who has a lapse of which duty open in the night in force."""
        pair = pair_in_force(self.home)
        assert pair is not None
        with open_pair(pair) as reader:
            rows = reader.rows(
                "SELECT DISTINCT o.duty, o.case_id FROM n.lapse l JOIN n.obligation o USING (obligation_id) "
                "WHERE l.clock = 'date' AND l.closed_on IS NULL"
            )
        return {(row["duty"], row["case_id"]) for row in rows}


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the first night in force, made once; each test goes on from a copy of it."""
    home = tmp_path_factory.mktemp("first-night")
    Nights(home).make(FIRST)
    return home


@pytest.fixture
def nights(first_night: Path, service: str, cast: Any, settings: Any) -> Nights:
    place_cast(cast)
    shutil.copytree(first_night, settings.HOME, dirs_exist_ok=True)
    made = Nights(settings.HOME)
    attach_night(made.home)
    assert ("S01", CRN) in made.missed()
    assert ("S01", OTHER) not in made.missed()
    return made


def police(crn: str = CRN) -> Matter:
    return Matter.objects.get(duty="S01", crn=crn)


def test_the_first_night_makes_one_matter_of_the_missed_enquiry(nights: Nights) -> None:
    matter = police()
    assert (matter.state, matter.anchor_id, matter.is_backlog) == (State.OPEN, "s-1", True)
    assert (matter.triggered_on, matter.due_on, matter.opened_on) == (
        START,
        date(2026, 1, 12),
        date(2026, 1, 13),
    )
    assert (matter.team, matter.pdu, matter.region) == (TEAM, PDU, REGION)
    assert (matter.window, matter.window_value, matter.window_unit) == ("police_enquiry", 5, "working_days")


def test_a_start_corrected_to_an_earlier_day_moves_the_days_and_not_the_matter(nights: Nights) -> None:
    before = police()
    earlier = date(2025, 12, 15)
    nights.rows["sentence"][0]["started_on"] = earlier
    nights.rows["allocation"][0]["opened_on"] = earlier
    nights.rows["registration"][0]["opened_on"] = earlier
    nights.run(SECOND)
    after = police()
    assert (after.uuid, after.lapse_id, after.state) == (before.uuid, before.lapse_id, State.OPEN)
    assert (after.triggered_on, after.due_on, after.opened_on) == (
        earlier,
        date(2025, 12, 22),
        date(2025, 12, 23),
    )


def test_an_enquiry_written_up_late_meets_it_in_the_night_that_sees_it(nights: Nights) -> None:
    before = police()
    nights.rows["enquiry"].append(asked("e-1", CRN, date(2026, 2, 20), recorded=SECOND))
    done = nights.run(SECOND)
    after = police()
    assert (after.uuid, after.state, after.closed_on) == (before.uuid, State.MET, date(2026, 2, 20))
    assert done.met >= 1


def test_an_enquiry_taken_back_opens_it_again(nights: Nights) -> None:
    before = police()
    nights.rows["enquiry"].append(asked("e-1", CRN, date(2026, 2, 20), recorded=SECOND))
    nights.run(SECOND)
    nights.rows["enquiry"].pop()
    nights.run(THIRD)
    after = police()
    assert (after.uuid, after.state, after.closed_on) == (before.uuid, State.OPEN, None)


def test_a_row_replaced_under_another_key_takes_the_matter_along(nights: Nights) -> None:
    before = police()
    nights.rows["sentence"][0]["sentence_id"] = "s-1-again"
    nights.run(SECOND)
    after = police()
    assert (after.uuid, after.state, after.anchor_id) == (before.uuid, State.OPEN, "s-1-again")
    assert after.lapse_id != before.lapse_id


def test_a_person_deleted_leaves_the_matter_for_somebody_to_close(nights: Nights) -> None:
    before = police()
    for rows in nights.rows.values():
        rows[:] = [row for row in rows if row["crn"] != CRN]
    done = nights.run(SECOND)
    after = police()
    assert (after.uuid, after.state, after.last_seen_on) == (before.uuid, State.GONE, FIRST)
    assert done.gone == Matter.objects.filter(crn=CRN).count()
    nights.run(THIRD)
    assert (police().state, police().last_seen_on) == (State.GONE, FIRST)


def test_a_transfer_moves_the_matter_to_the_team_that_holds_the_case(nights: Nights) -> None:
    before = police()
    nights.rows["allocation"][0]["closed_on"] = SECOND
    nights.rows["allocation"].append(
        {"allocation_id": "a-3", "crn": CRN, "staff_code": "P2", "team_code": OTHER_TEAM, "opened_on": SECOND}
    )
    nights.run(SECOND)
    after = police()
    assert (after.uuid, after.lapse_id, after.state) == (before.uuid, before.lapse_id, State.OPEN)
    assert (before.team, after.team, after.opened_on) == (TEAM, OTHER_TEAM, before.opened_on)


def test_a_longer_window_that_reaches_what_is_open_takes_it_out_and_the_old_one_brings_it_back(
    nights: Nights, tmp_path: Path
) -> None:
    before = police()
    nights.run(SECOND, pack=another_policy(tmp_path, days=60))
    assert ("S01", CRN) not in nights.missed()
    after = police()
    assert (after.uuid, after.state, after.last_seen_on) == (before.uuid, State.GONE, FIRST)
    nights.run(THIRD)
    again = police()
    assert (again.uuid, again.lapse_id, again.state) == (before.uuid, before.lapse_id, State.OPEN)


def test_a_window_a_little_longer_moves_the_day_and_not_the_matter(nights: Nights, tmp_path: Path) -> None:
    before = police()
    nights.run(SECOND, pack=another_policy(tmp_path, days=10))
    after = police()
    assert (after.uuid, after.lapse_id, after.state) == (before.uuid, before.lapse_id, State.OPEN)
    assert (after.due_on, after.opened_on, after.window_value) == (date(2026, 1, 19), date(2026, 1, 20), 10)


def test_a_merged_record_takes_the_matter_to_the_one_it_became(nights: Nights) -> None:
    before = police()
    nights.rows["person"][0]["merged_into"] = OTHER
    # The enquiry about the other person would now be about this one too: it is moved to well before.
    nights.rows["enquiry"] = [asked("e-2", OTHER, date(2025, 6, 3))]
    nights.run(SECOND)
    after = Matter.objects.get(uuid=before.uuid)
    assert ("S01", OTHER) in nights.missed()
    assert (after.crn, after.state) == (OTHER, State.OPEN)


def another_policy(folder: Path, *, days: int) -> Policy:
    """The policy as shipped, from a folder of its own, with another window for the enquiry to police."""
    shipped = Path(policy.__file__).parent / "packs"
    place = folder / "packs"
    place.mkdir()
    for each in shipped.glob("*.yaml"):
        text = each.read_text("utf-8")
        if each.name == "enquiries.yaml":
            first, rest = text.split("name: police_enquiry\n", 1)
            text = first + "name: police_enquiry\n" + rest.replace("value: 5", f"value: {days}", 1)
        (place / each.name).write_text(text, "utf-8")
    return policy.load(place)
