"""Every worked example of every duty: these rows, this day, this state, by the engine and by its twin."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from assay.assurance.duties import engine, reference
from assay.core.policy import load
from assay.records import standard
from tests.factories.duties import AS_AT, TinyReader, region

HERE = Path(__file__).parent
# The column that says when a row of the table began or happened, for the day it was recorded on.
DAY = {
    "sentence": "started_on",
    "contact": "happened_on",
    "enquiry": "asked_on",
    "assessment": "started_on",
    "release": "released_on",
    "recall": "recalled_on",
    "assessment_part": "completed_on",
    "plan_need": "planned_on",
    "intervention": "referred_on",
    "requirement_credit": "happened_on",
    "court_report": "requested_on",
    "enforcement": "decided_on",
    "handover": "due_on",
    "victim_contact": "eligible_on",
    "victim_notice": "told_on",
    "oversight_action": "asked_on",
    "workload_week": "week_on",
}


def examples() -> list[tuple[str, int, dict[str, Any]]]:
    return [
        (path.stem.upper(), number, example)
        for path in sorted(HERE.glob("*.yaml"))
        for number, example in enumerate(yaml.safe_load(path.read_text("utf-8")), start=1)
    ]


def _crn(duty: str, number: int) -> str:
    return f"X9{duty[1:]}{number:03d}"


def _rows(duty: str, number: int, example: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    crn = _crn(duty, number)
    made: dict[str, list[dict[str, Any]]] = {}
    given = {"person": [{}], "allocation": [{"opened_on": None}], **example["rows"]}
    first = example["rows"]["sentence"][0]
    start = first.get("started_on") or first["sentenced_on"]
    for table, rows in given.items():
        for place, row in enumerate(rows):
            full = {"crn": crn, **row}
            if (key := standard.table(table).key) != "crn":
                full.setdefault(key, f"{table}-{crn}-{place}")
            day = full.get(DAY.get(table, "opened_on")) or start
            if table == "allocation":
                full["opened_on"] = day
            if table == "sentence":
                full.setdefault("sentenced_on", day)
            if "crn" not in standard.table(table).names:
                del full["crn"]
            if "recorded_at" in standard.table(table).names:
                full.setdefault("recorded_at", datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
            made.setdefault(table, []).append(full)
    return made


@cache
def nights() -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The night of one region that holds every example, by the engine and by the twin."""
    together: dict[str, list[dict[str, Any]]] = {}
    for example in examples():
        for table, rows in _rows(*example).items():
            together.setdefault(table, []).extend(rows)
    tables = region(**together)
    fast = engine.run(TinyReader(tables), policy=load(), as_at=AS_AT)
    slow = reference.run({n: t.to_pylist() for n, t in tables.items()}, policy=load(), as_at=AS_AT)
    return {
        "engine": {name: table.to_pylist() for name, table in fast.items()},
        "twin": {name: [dict(row) for row in rows] for name, rows in slow.items()},
    }


@pytest.mark.parametrize("by", ["engine", "twin"])
@pytest.mark.parametrize(
    ("duty", "number", "example"),
    [pytest.param(*each, id=f"{each[0]}-{each[1]}") for each in examples()],
)
def test_rows_give_the_state_the_manual_says(
    by: str, duty: str, number: int, example: dict[str, Any]
) -> None:
    night, crn = nights()[by], _crn(duty, number)
    found = [row for row in night["obligation"] if row["case_id"] == crn and row["duty"] == duty]
    found.sort(key=lambda row: (row["triggered_on"], row["due_on"] or date.max))
    assert len(found) == len(example["expect"])
    assert [_told(row, each) for row, each in zip(found, example["expect"], strict=True)] == [
        {k: v for k, v in each.items() if k not in ("lapses", "recorded")} for each in example["expect"]
    ]
    for row, each in zip(found, example["expect"], strict=True):
        assert _lapses(night, row, "date", each["lapses"]) == each["lapses"]
        if "recorded" in each:
            assert _lapses(night, row, "recorded", each["recorded"]) == each["recorded"]


def _told(row: dict[str, Any], each: dict[str, Any]) -> dict[str, Any]:
    said = {key: row[key] for key in each if key not in ("lapses", "recorded")}
    if "met_on" not in each:
        assert row["met_on"] is None
    return said


def _lapses(
    night: dict[str, list[dict[str, Any]]],
    obligation: dict[str, Any],
    clock: str,
    like: list[dict[str, Any]],
) -> list[dict[str, Any]]:
    rows = [
        row
        for row in night["lapse"]
        if row["obligation_id"] == obligation["obligation_id"] and row["clock"] == clock
    ]
    rows.sort(key=lambda row: row["part"])
    told = []
    for place, row in enumerate(rows):
        asked = set(like[place]) if place < len(like) else set()
        keys = asked | {"opened_on", "severity"} | ({"closed_on"} if row["closed_on"] else set())
        told.append({key: row[key] for key in row if key in keys})
    return told


def test_the_day_of_the_examples_is_the_one_the_manual_names() -> None:
    assert date(2026, 3, 31) == AS_AT


def test_no_two_examples_use_one_key() -> None:
    """They are one region: a key that stands twice would tie rows of two examples together."""
    keys = Counter(
        (table, row[standard.table(table).key])
        for example in examples()
        for table, rows in _rows(*example).items()
        for row in rows
        if table != "practitioner"
    )
    assert [key for key, times in keys.items() if times > 1] == []
