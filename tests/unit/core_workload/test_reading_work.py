"""From the workload service's own field names to what somebody holds, and one sentence where that fails."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assay.core.errors import Refused
from assay.core.workload import Case, Change, Reduction, Week, Work, load
from assay.core.workload.reading import FIELDS, Given, read_work

LEAST = {"id": "P1", "grade": "PO", "contractedHours": 37}
WHOLE = {
    "id": "P1",
    "grade": "pqip",
    "contractedHours": "36.5",
    "reductions": [
        {
            "hours": 1.8,
            "status": "active",
            "effectiveFrom": "2026-01-01",
            "effectiveTo": "2026-07-01T00:00:00",
        },
        {"reason": "newly qualified"},
        {"reason": "trade_union", "percentage": 50},
        {"percentage": "12.5"},
    ],
    "cases": [
        {"type": "LICENSE", "tier": "b2"},
        {"type": "licence", "tier": "B2S", "t2a": "yes"},
        {"type": "COMMUNITY", "tier": "0", "count": 2},
        {"type": "CUSTODY", "tier": None, "apart": "unpaid work"},
        {"type": "CUSTODY", "tier": "A3", "count": 0},
    ],
    "courtReports": [{"type": "Standard"}, {"type": "FAST"}],
    "contactsPerformedOutsideCaseload": [{"typeCode": "CMS01"}],
    "contactsPerformedByOthers": [{"typeCode": "CMS02"}, {"typeCode": "CMS02"}],
    "potentialCase": {"type": "LICENSE", "tier": "A3"},
    "currentCase": {"type": "CUSTODY", "tier": "A3"},
    "weeks": [{"week_on": "2026-01-05", "points": 2300, "available": 2000, "flag": "leaver"}],
    "practitioners": 8,
}


def test_a_whole_input() -> None:
    untiered = Case(kind="community", tier="")
    assert read_work(WHOLE) == Given(
        work=Work(
            id="P1",
            grade="pqip",
            hours=Decimal("36.5"),
            cases=(
                Case(kind="licence", tier="B2"),
                Case(kind="licence", tier="B2", suspended=True, transition=True),
                untiered,
                untiered,
                Case(kind="custody", tier="", apart="unpaid_work"),
            ),
            reports=("standard", "fast"),
            given=("CMS01",),
            received=("CMS02", "CMS02"),
            reductions=(
                Reduction(
                    hours=Decimal("1.8"),
                    status="ACTIVE",
                    opened_on=date(2026, 1, 1),
                    closed_on=date(2026, 7, 1),
                ),
                Reduction(hours=Decimal("7.3")),
                Reduction(hours=Decimal("18.25")),
                Reduction(hours=Decimal("4.5625")),
            ),
        ),
        change=Change(case=Case(kind="licence", tier="A3"), counted_now=Case(kind="custody", tier="A3")),
        weeks=(
            Week(week_on=date(2026, 1, 5), points=Decimal(2300), available=Decimal(2000), reliable=False),
        ),
        practitioners=8,
    )
    assert set(WHOLE) == set(FIELDS)


def test_lists_that_are_not_there_are_empty() -> None:
    expected = Work(id="P1", grade="po", hours=Decimal(37))
    assert read_work(LEAST) == Given(work=expected, change=None, weeks=(), practitioners=None)
    assert read_work({"id": "P1", "grade": "SPO"}).work == Work(id="P1", grade="spo", hours=None)


def test_a_case_that_may_come_need_not_be_held_now() -> None:
    given = LEAST | {"potentialCase": {"type": "LICENSE", "tier": "A3"}}
    assert read_work(given).change == Change(case=Case(kind="licence", tier="A3"))


@pytest.mark.parametrize(
    ("grade", "expected"),
    [("PO", "po"), ("pso", "pso"), ("PQiP", "pqip"), ("SPO", "spo"), ("Other", "other")],
)
def test_grades(grade: str, expected: str) -> None:
    assert read_work({"id": "P1", "grade": grade}).work.grade == expected


@pytest.mark.parametrize(
    ("reduction", "hours"),
    [
        ({"reason": "pqip_first_6_months"}, "29.6"),
        ({"reason": "newly_qualified", "percentage": 10}, "3.7"),
        ({"reason": "newly_qualified", "hours": 5, "percentage": 10}, "5"),
        ({"reason": "trade_union", "percentage": 50}, "18.5"),
        ({"reason": "trade_union", "hours": "18.5"}, "18.5"),
        ({"reason": "disability", "hours": 0}, "0"),
        ({"percentage": 100}, "37"),
    ],
)
def test_hours_taken_off(reduction: dict[str, Any], hours: str) -> None:
    (found,) = read_work(LEAST | {"reductions": [reduction]}).work.reductions
    assert found.hours == Decimal(hours)


def test_hours_given_need_no_contracted_ones() -> None:
    given = {"id": "P1", "grade": "PO", "reductions": [{"hours": 30, "reason": "trade_union"}]}
    assert read_work(given).work.reductions == (Reduction(hours=Decimal(30)),)


REASONS = ", ".join(load().reductions.reasons)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"id": None}, "input 2, id: it is needed, and is not there."),
        ({"grade": None}, "P1, grade: it is needed, and is not there."),
        ({"grade": "PSM"}, "P1, grade: PSM is not one of PO, PSO, PQIP, SPO, OTHER."),
        ({"contractedHours": "full"}, "P1, contractedHours: full is not a number."),
        ({"contractedHours": -1}, "P1, contractedHours: -1 is below 0."),
        ({"cases": [{"tier": "A1"}]}, "P1, cases[0].type: it is needed, and is not there."),
        (
            {"cases": [{"type": "COURT"}]},
            "P1, cases[0].type: COURT is not one of COMMUNITY, CUSTODY, LICENSE, LICENCE.",
        ),
        (
            {"cases": [{"type": "CUSTODY", "tier": "C"}]},
            "P1, cases[0].tier: no source gives points for tier C.",
        ),
        (
            {"cases": [{"type": "CUSTODY", "tier": "A1", "t2a": 3}]},
            "P1, cases[0].t2a: 3 is neither true nor false.",
        ),
        ({"cases": [{"type": "CUSTODY", "count": 1.5}]}, "P1, cases[0].count: 1.5 is not a whole number."),
        (
            {"cases": [{"type": "CUSTODY", "apart": "late"}]},
            "P1, cases[0].apart: late is not one of WARRANT, UNPAID_WORK, OVERDUE.",
        ),
        ({"courtReports": [{}]}, "P1, courtReports[0].type: it is needed, and is not there."),
        (
            {"courtReports": [{"type": "ORAL"}]},
            "P1, courtReports[0].type: ORAL is not one of STANDARD, FAST.",
        ),
        (
            {"contactsPerformedByOthers": [{"code": "x"}]},
            "P1, contactsPerformedByOthers[0].typeCode: it is needed, and is not there.",
        ),
        (
            {"reductions": [{"hours": 1, "status": "OPEN"}]},
            "P1, reductions[0].status: OPEN is not one of SCHEDULED, ACTIVE, ARCHIVED, DELETED.",
        ),
        (
            {"reductions": [{"reason": "Holiday"}]},
            f"P1, reductions[0].reason: Holiday is not one of {REASONS}.",
        ),
        ({"reductions": [{}]}, "P1, reductions[0].hours: hours, or a percentage, are needed."),
        (
            {"reductions": [{"reason": "disability"}]},
            "P1, reductions[0].hours: hours, or a percentage, are needed.",
        ),
        (
            {"contractedHours": None, "reductions": [{"percentage": 20}]},
            "P1, reductions[0].percentage: it is of contractedHours, which are not there.",
        ),
        (
            {"reductions": [{"reason": "spoc_lead", "percentage": 5.1}]},
            "P1, reductions[0].reason: at most 5% is taken off for it.",
        ),
        (
            {"reductions": [{"reason": "trade_union", "hours": 18.51}]},
            "P1, reductions[0].reason: at most 50% is taken off for it.",
        ),
        ({"reductions": [{"percentage": 101}]}, "P1, reductions[0].percentage: 101 is above 100."),
        (
            {"currentCase": {"type": "CUSTODY"}},
            "P1, potentialCase: it is needed beside currentCase.",
        ),
        ({"weeks": [{"points": 1, "available": 1}]}, "P1, weeks[0].week_on: it is needed, and is not there."),
        (
            {"weeks": [{"week_on": "2026-01-05", "available": 1}]},
            "P1, weeks[0].points: it is needed, and is not there.",
        ),
        (
            {"weeks": [{"week_on": "2026-01-05", "points": 1}]},
            "P1, weeks[0].available: it is needed, and is not there.",
        ),
        (
            {"weeks": [{"week_on": "2026-01-05", "points": 1, "available": 1}] * 2},
            "P1, weeks: a week is there twice.",
        ),
        ({"practitioners": -1}, "P1, practitioners: -1 is below 0."),
    ],
)
def test_bad_input_names_the_field(given: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refused:
        read_work(LEAST | given, number=2)
    assert refused.value.message.worded() == words
