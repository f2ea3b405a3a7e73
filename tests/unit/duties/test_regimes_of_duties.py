"""Each trigger meets the rule in force on its day: the same records before and after a change of law, by the
engine and by its twin."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest

from assay.assurance.duties import engine, reference, statements
from assay.assurance.duties.scripts import Script
from assay.core.policy import load
from tests.factories.duties import TinyReader, region

BEFORE, CHANGED, AFTER = date(2026, 5, 10), date(2026, 5, 11), date(2026, 6, 30)
CRN = "X900001"
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


@cache
def said(duty: str, as_at: date) -> Script:
    return statements.say(POLICY, on=as_at, only=(duty,))


def night(rows: dict[str, Any], duty: str, as_at: date, by: str) -> tuple[list[Any], list[Any]]:
    """What was raised, and the lapses by date."""
    tables = region(**{name: [dict(row) for row in each] for name, each in rows.items()})
    if by == "engine":
        script = said(duty, as_at)
        made = engine.run(TinyReader(tables), policy=POLICY, as_at=as_at, script=script)
        found = {name: made[name].to_pylist() for name in ("obligation", "lapse")}
    else:
        given = {name: table.to_pylist() for name, table in tables.items()}
        slow = reference.run(given, policy=POLICY, as_at=as_at, only=(duty,))
        found = {name: [dict(row) for row in slow[name]] for name in ("obligation", "lapse")}
    ours = [row for row in found["obligation"] if row["case_id"] == CRN]
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
    found, lapses = night(UNPAID, "S27", BEFORE, by)
    assert found == sorted([unknown, limit], key=str)
    assert lapses == [(late, None)]
    found, lapses = night(UNPAID, "S27", AFTER, by)
    assert found == sorted([unknown, (*limit[:3], "limit_repealed:order")], key=str)
    assert lapses == [(late, CHANGED)]


@pytest.mark.parametrize("by", ["engine", "twin"])
def test_the_limit_ends_without_a_lapse_where_the_twelve_months_were_not_over(by: str) -> None:
    later = {
        name: [
            {**row, **{key: date(2025, 9, 1) for key in ("started_on", "opened_on") if key in row}}
            for row in rows
        ]
        for name, rows in UNPAID.items()
    }
    found, lapses = night(later, "S27", AFTER, by)
    assert (date(2025, 9, 1), date(2026, 9, 1), "exempt", "limit_repealed:order") in found
    assert lapses == []


@pytest.mark.parametrize("by", ["engine", "twin"])
def test_an_order_made_after_the_repeal_has_no_limit(by: str) -> None:
    later = {
        name: [{**row, **{key: CHANGED for key in ("started_on", "opened_on") if key in row}} for row in rows]
        for name, rows in UNPAID.items()
    }
    found, _ = night(later, "S27", AFTER, by)
    assert [state for _, _, state, _ in found] == ["unknown"]


@pytest.mark.parametrize("by", ["engine", "twin"])
def test_nobody_is_under_post_sentence_supervision_once_it_is_repealed(by: str) -> None:
    missed = (date(2026, 4, 13), date(2026, 4, 27), "missed", None)
    found, lapses = night(SUPERVISED, "S29", BEFORE, by)
    assert found == [missed]
    assert lapses == [(date(2026, 4, 28), None)]
    found, lapses = night(SUPERVISED, "S29", AFTER, by)
    # Nothing was asked any more from 11 May on, and what was missed in June raises nothing.
    assert found == [(date(2026, 4, 13), date(2026, 4, 27), "met_late", None)]
    assert lapses == [(date(2026, 4, 28), CHANGED)]
