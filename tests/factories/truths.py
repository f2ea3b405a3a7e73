"""Six invented people with a truth written by hand, so that every figure can be counted on fingers.

``asked_never`` is in need and nobody asked police. ``not_on_a_register`` is too, and no register says so.
``no_need`` is on the register for domestic abuse without a need. ``unanswered``: police were asked, and no
answer came. ``row_gone`` was seen in March, and the row is gone. ``unseen`` was never seen at all.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from assay.jobs import night
from assay.records.store import Pair, build_snapshot
from tests.factories.duties import region
from tests.factories.records import AS_AT, START

NAMES = ("asked_never", "not_on_a_register", "no_need", "unanswered", "row_gone", "unseen")
CRN = {name: f"X90010{number}" for number, name in enumerate(NAMES, start=1)}
ASKED, SEEN = date(2026, 1, 6), date(2026, 3, 20)

ON_REGISTER = ("asked_never", "no_need", "unanswered")
IN_NEED = ("asked_never", "not_on_a_register", "unanswered")
SEEN_IN_MARCH = ("asked_never", "not_on_a_register", "no_need", "unanswered")
FLAWS = (
    ("missing_domestic_abuse_flag", "person", "not_on_a_register", CRN["not_on_a_register"], None),
    ("deleted", "contact", "row_gone", None, SEEN),
)


def records() -> dict[str, pa.Table]:
    """The extract, flaws and all."""
    contacts: list[dict[str, Any]] = [
        {"crn": CRN[name], "type": "COAP", "outcome": "ATTC", "happened_on": SEEN} for name in SEEN_IN_MARCH
    ]
    first = {"crn": CRN["asked_never"], "type": "COAI", "outcome": "ATTC", "happened_on": START}
    return region(
        person=[{"crn": crn} for crn in CRN.values()],
        registration=[{"crn": CRN[name], "type": "ADVP", "opened_on": START} for name in ON_REGISTER],
        assessment=[
            {"crn": crn, "started_on": START, "completed_on": date(2026, 1, 9), "domestic_abuse": False}
            for name, crn in CRN.items()
            if name not in ON_REGISTER
        ],
        enquiry=[{"enquiry_id": "E1", "crn": CRN["unanswered"], "asked_on": ASKED}],
        contact=[first, *contacts],
    )


def truth() -> dict[str, pa.Table]:
    """What is truly so."""
    people = list(CRN.values())
    seen = [(CRN["asked_never"], START), *((CRN[name], SEEN) for name in (*SEEN_IN_MARCH, "row_gone"))]
    return {
        "case": pa.table(
            {
                "crn": people,
                "true_need_police": [name in IN_NEED for name in NAMES],
                "true_need_child": [False] * 6,
                "true_risk_event": [False] * 6,
                "rosh": ["medium"] * 6,
                "oversight_required": [False] * 6,
            }
        ),
        "enquiry": pa.table(
            {
                "enquiry_id": ["E1"],
                "crn": [CRN["unanswered"]],
                "agency": ["police"],
                "asked_on": [ASKED],
                "sent": [True],
                "to_the_point": [True],
                "analysed": [False],
            }
        ),
        "seen": pa.table({"crn": [crn for crn, _ in seen], "day": [day for _, day in seen]}),
        "flaw": pa.table(
            {
                "flaw": [flaw for flaw, *_ in FLAWS],
                "table": [table for _, table, *_ in FLAWS],
                "crn": [CRN[name] for _, _, name, *_ in FLAWS],
                "row_id": pa.array([row for *_, row, _ in FLAWS], pa.string()),
                "day": pa.array([day for *_, day in FLAWS], pa.date32()),
            }
        ),
    }


def night_of_six(home: Path) -> Pair:
    """The six people's records and their night, in force in a home of their own."""
    build_snapshot(records(), home=home, as_at=AS_AT, provider="N52")
    return night.make(home)
