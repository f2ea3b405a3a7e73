"""What the truth says of single lapses and of what is missing, in a world of a few rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from assay.assurance.duties import catalogue
from assay.core import policy
from assay.jobs import judging
from assay.jobs.truths import TRUTHS, silent
from assay.records import standard
from assay.records.standard import arrow_schema

DAY, RAISED, BEGUN = date(2026, 3, 31), date(2026, 2, 2), date(2026, 1, 5)
LATER, EARLIER, LONG_AGO = date(2026, 2, 20), date(2026, 1, 20), date(2025, 12, 1)
PEOPLE = NEED, DONE, NONE = "X900001", "X900002", "X900003"
"""Truly in need of everything, and nothing was done; in need, and everything was; in need of nothing."""

RECORDS: dict[str, list[dict[str, Any]]] = {
    "sentence": [
        {"sentence_id": f"SE{n}", "crn": crn, "type": "community_order", "started_on": BEGUN}
        for n, crn in enumerate(PEOPLE, start=1)
    ],
    "enquiry": [
        {"enquiry_id": "P1", "crn": NEED},
        {"enquiry_id": "P2", "crn": DONE, "answered_on": EARLIER, "reply": "known"},
        {"enquiry_id": "P3", "crn": NONE},
        {"enquiry_id": "C1", "crn": NEED},
        {"enquiry_id": "C2", "crn": DONE, "answered_on": EARLIER, "reply": "known"},
        {"enquiry_id": "P4", "crn": NEED, "answered_on": EARLIER, "reply": "partial"},
        {"enquiry_id": "P5", "crn": NEED, "answered_on": EARLIER, "reply": "not_known"},
        {"enquiry_id": "C4", "crn": NEED, "answered_on": LONG_AGO, "reply": "known"},
    ],
    "circle": [
        {"circle_id": "PARTNER", "crn": NEED, "role": "partner"},
        {"circle_id": "CHILD", "crn": NEED, "role": "child"},
    ],
    "contact": [
        {"contact_id": "ARREST", "crn": NEED, "type": "CARR"},
        {"contact_id": "TWICE", "crn": NEED, "type": "CARR"},
        {"contact_id": "MEETING", "crn": NEED, "type": "CCMM"},
    ],
    "court_report": [
        {"report_id": f"CR{n}", "crn": crn, "proposal": "community", "delivered_on": date(2026, 3, 20)}
        for n, crn in enumerate(PEOPLE, start=1)
    ],
    "registration": [
        {"registration_id": "RG1", "crn": NEED, "type": "RCHD", "opened_on": RAISED},
        {"registration_id": "RG3", "crn": NONE, "type": "RCHD", "opened_on": RAISED},
    ],
    "suspension": [
        {"suspension_id": "SU1", "crn": NEED, "opened_on": RAISED},
        {"suspension_id": "SU2", "crn": DONE, "opened_on": RAISED},
        {"suspension_id": "SU3", "crn": NONE, "opened_on": RAISED, "closed_on": date(2026, 2, 10)},
    ],
    "assessment": [
        {"assessment_id": f"AS{n}", "crn": crn, "type": "LAYER3", "signed_on": day, "completed_on": day}
        for n, crn, day in ((1, NEED, EARLIER), (2, DONE, EARLIER), (3, NONE, EARLIER))
    ],
    "assessment_part": [
        {"assessment_id": "AS2", "crn": DONE, "part": part}
        for part in ("full_rosh_analysis", "risk_management_plan", "sentence_plan", "predictors")
    ],
    "plan_row": [
        {
            "assessment_id": "AS2", "crn": DONE, "kind": kind, "protects": protects, "owner_agency": "police",
            "due_on": DAY,
        }
        for kind, protects in (("contingency", "child"), ("monitoring_control", "victim"))
    ],
    "absence": [], "address": [], "allocation": [],
}  # fmt: skip

ENQUIRIES = (
    # key, person, agency, asked, analysed
    ("P1", NEED, "police", BEGUN, False),
    ("P2", DONE, "police", BEGUN, True),
    ("P2b", DONE, "police", LATER, False),
    ("P3", NONE, "police", BEGUN, False),
    ("P4", NEED, "police", BEGUN, False),
    ("C1", NEED, "childrens_services", BEGUN, False),
    ("C2", DONE, "childrens_services", BEGUN, True),
    ("C2b", DONE, "childrens_services", LATER, False),
    ("P5", NEED, "police", BEGUN, False),
    ("C4", NEED, "childrens_services", LONG_AGO, False),
)
FLAWS = (
    ("suspended_wrongly", "suspension", NEED, "SU1", None),
    ("duplicate", "contact", NEED, "TWICE", None),
    ("deleted", "contact", NONE, None, LATER),
)
TRUTH = {
    "case": pa.table(
        {
            "crn": PEOPLE,
            "true_need_police": [True, True, False],
            "true_need_child": [True, True, False],
            "true_risk_event": [True, True, False],
            "rosh": ["high", "high", "low"],
            "oversight_required": [True, True, False],
        }
    ),
    "enquiry": pa.table(
        {
            "enquiry_id": [key for key, *_ in ENQUIRIES],
            "crn": [crn for _, crn, *_ in ENQUIRIES],
            "agency": [agency for _, _, agency, *_ in ENQUIRIES],
            "asked_on": [day for *_, day, _ in ENQUIRIES],
            "sent": [True] * len(ENQUIRIES),
            "to_the_point": [True] * len(ENQUIRIES),
            "analysed": [analysed for *_, analysed in ENQUIRIES],
        }
    ),
    "seen": pa.table({"crn": [NEED, NEED, DONE, DONE], "day": [BEGUN, date(2026, 1, 6), BEGUN, LATER]}),
    "visit": pa.table({"crn": [DONE, NEED], "day": [LATER, LATER], "doorstep": [False, True]}),
    "oversight": pa.table({"crn": [DONE, NEED], "day": [LATER, LATER], "effective": [True, False]}),
    "needed_oversight": pa.table({"crn": [NEED], "day": [RAISED]}),
    "flaw": pa.table(
        {
            "flaw": [each[0] for each in FLAWS],
            "table": [each[1] for each in FLAWS],
            "crn": [each[2] for each in FLAWS],
            "row_id": pa.array([each[3] for each in FLAWS], pa.string()),
            "day": pa.array([each[4] for each in FLAWS], pa.date32()),
        }
    ),
}

Held = tuple[str, str, str, str, bool | None]
HELD: Sequence[Held] = (
    # duty, person, anchor, a clause of its reasons, what the truth says
    ("S02", NEED, "P1", "", True),
    ("S02", DONE, "P2", "", False),
    ("S02", NONE, "P3", "", False),
    ("S03", NEED, "P1", "", True),
    ("S03", DONE, "P2", "", False),
    ("S05", NEED, "C1", "", True),
    ("S05", DONE, "C2", "", False),
    ("S07", NEED, "PARTNER", "", True),
    ("S07", NEED, "CHILD", "", True),
    ("S07", DONE, "AD2", "", False),
    ("S07", NONE, "AD3", "", False),
    ("S08", NEED, "CR1", "", False),
    ("S08", NONE, "CR3", "", False),
    ("S09", NEED, "SE1", "", True),
    ("S09", DONE, "SE2", "", False),
    ("S10", NEED, "CO1", "", True),
    ("S10", NONE, "CO3", "", False),
    ("S11", NEED, "AS1", "", True),
    ("S11", NONE, "AS3", "", False),
    ("S12", NEED, "SE1", "start_abuse", True),
    ("S12", NONE, "SE3", "flag_abuse", False),
    ("S12", NEED, "RG1", "flag_sexual", None),
    ("S14", NEED, "AS1", "no_child", True),
    ("S14", NONE, "AS3", "no_child", False),
    ("S14", NONE, "AS3b", "no_day", False),
    # Somebody came as far as the door.
    ("S15", NEED, "SE1", "", True),
    ("S15", DONE, "SE2", "", False),
    ("S17", NEED, "CO1", "", True),
    ("S17", NONE, "CO3", "", False),
    ("S18", NEED, "ARREST", "", True),
    ("S18", NEED, "TWICE", "", False),
    ("S20", NEED, "ARREST", "", True),
    ("S20", NEED, "TWICE", "", False),
    ("S20", NEED, "RG1", "", True),
    ("S20", NONE, "RG3", "", False),
    ("S20", NEED, "MEETING", "", None),
    ("S22", NEED, "SU1", "", True),
    ("S22", DONE, "SU2", "police_not_asked", False),
    ("S22", NONE, "SU3", "police_not_asked", False),
    ("S22", NONE, "SE3", "", True),
    # Seen in the four weeks before the middle.
    ("S22", NEED, "SE1", "", False),
    ("S29", NEED, "CO1", "", True),
    ("S29", DONE, "CO2", "", False),
    ("S29", NONE, "CO3", "", None),
    ("S19", NEED, "RT1", "", None),
)


@pytest.fixture(scope="module")
def reader() -> Iterator[Any]:
    """The rows above as a pair would show them."""
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA n; CREATE SCHEMA r")

    def put(name: str, table: pa.Table) -> None:
        connection.register("given", table)
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM given")

    for name, rows in RECORDS.items():
        names = standard.table(name).names
        full = [dict.fromkeys(names) | row for row in rows]
        put(f"r.{name}", pa.Table.from_pylist(full, schema=_loose(name)))
    keys = [f"L{number:02}" for number in range(len(HELD))]
    columns = {"duty": [each[0] for each in HELD], "case_id": [each[1] for each in HELD]}
    lapse = {"lapse_id": keys, "obligation_id": keys, **columns, "clock": ["date"] * len(keys)}
    closed = pa.array([None] * len(keys), pa.date32())
    put("n.lapse", pa.table({**lapse, "opened_on": [RAISED] * len(keys), "closed_on": closed}))
    anchors = {"anchor_id": [each[2] for each in HELD], "triggered_on": [RAISED] * len(keys)}
    put("n.obligation", pa.table({"obligation_id": keys, **columns, **anchors}))
    clauses = {"clause": [each[3] for each in HELD], "side": ["unmet"] * len(keys)}
    put("n.reason", pa.table({"lapse_id": keys, "case_id": columns["case_id"], **clauses}))
    windows = [each for versions in policy.load().windows.values() for each in versions]
    put(
        "n.window",
        pa.table(
            {
                "window": [each.name for each in windows],
                "window_from": [each.in_force_from for each in windows],
                "value": [int(each.value) for each in windows],
                "unit": [each.unit for each in windows],
            }
        ),
    )

    def ask(sql: str, values: Any = ()) -> list[dict[str, Any]]:
        answer = connection.execute(sql, values)
        names = [each[0] for each in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    yield SimpleNamespace(connection=connection, rows=ask)
    connection.close()


def _loose(name: str) -> pa.Schema:
    return pa.schema([pa.field(each.name, each.type) for each in arrow_schema(name)])


def test_every_duty_has_an_entry_and_the_silent_ones_say_why() -> None:
    assert list(TRUTHS) == [each.code for each in catalogue.duties()]
    assert {duty for duty, said in TRUTHS.items() if said.right is None} == set(silent.WHAT)
    assert all(said.needs for said in TRUTHS.values())


def test_each_lapse_is_judged_as_the_truth_has_it(reader: Any) -> None:
    found = judging.verdicts(reader, TRUTH, on=DAY)
    told = {each.lapse_id: each.right for said in found.values() for each in said}
    wrong = {
        HELD[number]: told[f"L{number:02}"]
        for number in range(len(HELD))
        if told[f"L{number:02}"] is not HELD[number][4]
    }
    assert wrong == {}


MISSING: dict[str, list[tuple[str, str | None, bool]]] = {
    # Asked before the day the duty was raised, and since the sentence began: nobody is missing.
    "S01": [],
    "S02": [(NEED, "P1", True)],
    # Of the other answer nobody analysed: it says that nothing is known.
    "S03": [(NEED, "P4", False)],
    "S04": [],
    "S05": [(NEED, "C1", True)],
    # The answer nobody analysed came before the sentence began.
    "S06": [],
    # Of the one whose answer of children's services is too old by now; the other answers are recent enough.
    "S08": [(NEED, "CR1", True)],
    "S09": [(NONE, None, False)],
    "S10": [(NEED, None, True)],
    "S11": [(NEED, "AS1", True)],
    "S12": [(NEED, None, True), (DONE, None, False)],
    "S14": [(NEED, "AS1", True)],
    # Of the others contact is suspended.
    "S15": [(NONE, None, False)],
    "S16": [(NONE, None, False)],
    "S21": [(NEED, None, False)],
    "S22": [(NEED, "SU1", True)],
}


@pytest.mark.parametrize("duty", sorted(MISSING))
def test_what_is_truly_missing_is_found_or_not(reader: Any, duty: str) -> None:
    found = judging.missing(reader, TRUTH, on=DAY, types=["community_order"])[duty]
    assert found is not None
    assert [tuple(each) for each in found] == MISSING[duty]


def test_of_the_others_there_is_no_list(reader: Any) -> None:
    found = judging.missing(reader, TRUTH, on=DAY, types=["community_order"])
    assert {duty for duty, rows in found.items() if rows is None} == set(TRUTHS) - set(MISSING)


@pytest.mark.parametrize(
    ("value", "unit", "last"),
    [
        (5, "working_days", date(2026, 3, 23)),
        (31, "days", date(2026, 2, 27)),
        (6, "weeks", date(2026, 2, 16)),
        (3, "level", None),
    ],
)
def test_a_need_counts_once_the_time_it_is_allowed_is_over(value: int, unit: str, last: date | None) -> None:
    """On 31 March, what arose on the 24th may still be met that day: five working days, and no holiday."""
    assert judging._last_raised({"value": value, "unit": unit}, on=DAY) == last
