"""Each trigger meets the rule in force on its day: the same records before and after a change of law, by the
engine and by its twin."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa
import pytest

from assay.assurance.duties import engine, reference, statements
from assay.core.policy import load
from tests.factories.duties import TinyReader, region

BEFORE, CHANGED, AFTER = date(2026, 5, 10), date(2026, 5, 11), date(2026, 6, 30)
DUTIES = ("S27", "S29")
UNPAID = {
    "sentence": [{"sentence_id": "order", "type": "unpaid_work_only", "started_on": date(2025, 1, 6)}],
    "requirement": [
        {
            "requirement_id": "work",
            "sentence_id": "order",
            "category": "unpaid_work",
            "length": 80,
            "length_unit": "hours",
            "opened_on": date(2025, 1, 6),
        }
    ],
    "requirement_credit": [
        {"requirement_id": "work", "happened_on": date(2025, 3, 3), "offered": 7.0, "credited": 7.0}
    ],
    "contact": [{"happened_on": date(2024, 12, 2), "type": "COAP", "outcome": "ATTC"}],
}
SUPERVISED = {
    "sentence": [{"sentence_id": "pss", "type": "post_sentence_supervision", "started_on": date(2026, 1, 5)}],
    "contact": [
        {"happened_on": date(2025, 12, 1), "type": "COAP", "outcome": "ATTC"},
        {"happened_on": date(2026, 4, 6), "type": "COAP", "outcome": "UAAB"},
        {"happened_on": date(2026, 4, 13), "type": "COAP", "outcome": "UAAB"},
        {"happened_on": date(2026, 5, 20), "type": "COAP", "outcome": "ATTC"},
        {"happened_on": date(2026, 6, 1), "type": "COAP", "outcome": "UAAB"},
        {"happened_on": date(2026, 6, 8), "type": "COAP", "outcome": "UAAB"},
    ],
}


POLICY = load()
LIMIT, NOT_OVER, SINCE, PSS = "X900001", "X900002", "X900003", "X900004"


def at(day: date) -> dict[str, list[dict[str, Any]]]:
    """The unpaid work of an order made on another day."""
    return {
        name: [{**row, **{key: day for key in ("started_on", "opened_on") if key in row}} for row in rows]
        for name, rows in UNPAID.items()
    }


@cache
def records() -> dict[str, pa.Table]:
    """One region of four people, whose keys are each one's own."""
    people = {LIMIT: UNPAID, NOT_OVER: at(date(2025, 9, 1)), SINCE: at(CHANGED), PSS: SUPERVISED}
    together: dict[str, list[dict[str, Any]]] = {}
    for crn, tables in people.items():
        for name, rows in tables.items():
            keys = {"sentence_id", "requirement_id"}
            for row in rows:
                own = {key: f"{row[key]}-{crn}" for key in keys & row.keys()}
                whose = {} if name == "requirement_credit" else {"crn": crn}
                together.setdefault(name, []).append({**row, **own, **whose})
    return region(**together)


@cache
def nights(as_at: date) -> dict[str, dict[str, list[dict[str, Any]]]]:
    script = statements.say(POLICY, on=as_at, only=DUTIES)
    made = engine.run(TinyReader(records()), policy=POLICY, as_at=as_at, script=script)
    given = {name: table.to_pylist() for name, table in records().items()}
    slow = reference.run(given, policy=POLICY, as_at=as_at, only=DUTIES)
    return {
        "engine": {name: made[name].to_pylist() for name in ("obligation", "lapse")},
        "twin": {name: [dict(row) for row in slow[name]] for name in ("obligation", "lapse")},
    }


def night(crn: str, as_at: date, by: str) -> tuple[list[Any], list[Any]]:
    """What was raised about the person by the duty they are here for, and the lapses by date."""
    found, duty = nights(as_at)[by], "S29" if crn == PSS else "S27"
    ours = [row for row in found["obligation"] if (row["case_id"], row["duty"]) == (crn, duty)]
    obligations = [(row["triggered_on"], row["due_on"], row["state"], row["excused_by"]) for row in ours]
    obligations.sort(key=str)
    raised = {row["obligation_id"] for row in ours}
    lapses = [
        (row["opened_on"], row["closed_on"])
        for row in found["lapse"]
        if row["obligation_id"] in raised and row["clock"] == "date"
    ]
    return obligations, sorted(lapses)


@pytest.mark.parametrize("by", ["engine", "twin"])
def test_the_twelve_months_of_unpaid_work_are_missed_before_the_repeal_and_end_with_it(by: str) -> None:
    first, due, late = date(2025, 1, 6), date(2026, 1, 6), date(2026, 1, 7)
    # That the end of the order is not on record leaves its half-way point unknown; the limit needs no end.
    unknown = (first, None, "unknown", None)
    limit = (first, due, "missed", None)
    found, lapses = night(LIMIT, BEFORE, by)
    assert found == sorted([unknown, limit], key=str)
    assert lapses == [(late, None)]
    found, lapses = night(LIMIT, AFTER, by)
    assert found == sorted([unknown, (*limit[:3], f"limit_repealed:order-{LIMIT}")], key=str)
    assert lapses == [(late, CHANGED)]


@pytest.mark.parametrize("by", ["engine", "twin"])
def test_the_limit_ends_without_a_lapse_where_the_twelve_months_were_not_over(by: str) -> None:
    found, lapses = night(NOT_OVER, AFTER, by)
    assert (date(2025, 9, 1), date(2026, 9, 1), "exempt", f"limit_repealed:order-{NOT_OVER}") in found
    assert lapses == []


@pytest.mark.parametrize("by", ["engine", "twin"])
def test_an_order_made_after_the_repeal_has_no_limit(by: str) -> None:
    found, _ = night(SINCE, AFTER, by)
    assert [state for _, _, state, _ in found] == ["unknown"]


@pytest.mark.parametrize("by", ["engine", "twin"])
def test_nobody_is_under_post_sentence_supervision_once_it_is_repealed(by: str) -> None:
    missed = (date(2026, 4, 13), date(2026, 4, 27), "missed", None)
    found, lapses = night(PSS, BEFORE, by)
    assert found == [missed]
    assert lapses == [(date(2026, 4, 28), None)]
    found, lapses = night(PSS, AFTER, by)
    # Nothing was asked any more from 11 May on, and what was missed in June raises nothing.
    assert found == [(date(2026, 4, 13), date(2026, 4, 27), "met_late", None)]
    assert lapses == [(date(2026, 4, 28), CHANGED)]
