"""A changed window reaches as far as it says, by the engine and by its slow twin."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest

from assay.assurance.duties import engine, reference, statements
from assay.assurance.duties.scripts import Script
from assay.core.policy import Policy, load
from tests.factories.duties import TinyReader, region

AS_AT = date(2026, 3, 31)
CHANGED = date(2026, 1, 8)
STARTED = date(2026, 1, 5)
OPEN, MET_BEFORE, AFTER = "X900001", "X900002", "X900003"


def policy(reach: str) -> Policy:
    """Twenty working days for the police enquiry until a change to five."""
    shipped = load()
    known = shipped.windows["police_enquiry"][-1]
    before = replace(known, value=20, in_force_to=CHANGED)
    after = replace(known, value=5, in_force_from=CHANGED, in_force_to=None, applies_to=reach)  # type: ignore[arg-type]
    return replace(shipped, windows={**shipped.windows, "police_enquiry": (before, after)})


def sentence(crn: str, on: date) -> dict[str, Any]:
    return {
        "sentence_id": f"sentence-{crn}",
        "crn": crn,
        "sentenced_on": on,
        "started_on": on,
        "expected_end_on": date(2027, 1, 5),
    }


def rows() -> dict[str, list[dict[str, Any]]]:
    started = {OPEN: STARTED, MET_BEFORE: STARTED, AFTER: date(2026, 1, 12)}
    return {
        "person": [{"crn": crn} for crn in started],
        "sentence": [sentence(crn, on) for crn, on in started.items()],
        "registration": [
            {"registration_id": f"register-{crn}", "crn": crn, "type": "ADVP", "opened_on": on}
            for crn, on in started.items()
        ],
        "enquiry": [{"enquiry_id": "enquiry-1", "crn": MET_BEFORE, "asked_on": date(2026, 1, 6)}],
    }


@cache
def said() -> Script:
    """The same for all three: a statement reads lengths and reaches from a table."""
    return statements.say(policy("open"), on=AS_AT, only=("S01",))


@cache
def nights(reach: str) -> dict[str, dict[str, tuple[date, date | None]]]:
    """By engine and twin, each person's due day and the day the lapse opened."""
    tables = region(**rows())
    rules = policy(reach)
    fast = engine.run(TinyReader(tables), policy=rules, as_at=AS_AT, script=said())
    given = {name: table.to_pylist() for name, table in tables.items()}
    slow = reference.run(given, policy=rules, as_at=AS_AT, only=("S01",))
    return {
        "engine": told({name: table.to_pylist() for name, table in fast.items()}),
        "twin": told({name: [dict(row) for row in each] for name, each in slow.items()}),
    }


def told(night: dict[str, list[dict[str, Any]]]) -> dict[str, tuple[date, date | None]]:
    opened = {row["obligation_id"]: row["opened_on"] for row in night["lapse"] if row["clock"] == "date"}
    return {
        row["case_id"]: (row["due_on"], opened.get(row["obligation_id"]))
        for row in night["obligation"]
        if row["duty"] == "S01" and row["case_id"] in (OPEN, MET_BEFORE, AFTER)
    }


LONG, SHORT = date(2026, 2, 2), date(2026, 1, 12)
SINCE = (date(2026, 1, 19), date(2026, 1, 20))


@pytest.mark.parametrize("by", ["engine", "twin"])
@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        ("new", {OPEN: (LONG, date(2026, 2, 3)), MET_BEFORE: (LONG, None), AFTER: SINCE}),
        ("open", {OPEN: (SHORT, date(2026, 1, 13)), MET_BEFORE: (LONG, None), AFTER: SINCE}),
        ("all", {OPEN: (SHORT, date(2026, 1, 13)), MET_BEFORE: (SHORT, None), AFTER: SINCE}),
    ],
    ids=["new", "open", "all"],
)
def test_a_changed_window_reaches_as_far_as_it_says(
    by: str, reach: str, expected: dict[str, tuple[date, date | None]]
) -> None:
    assert nights(reach)[by] == expected
