"""Checks behind a proposal to a court: what changed on 1 April 2022, and an extract without reports."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from assay.assurance.duties import engine, reference, scripts, statements
from assay.core.policy import load
from tests.factories.duties import AS_AT, TinyReader, region

CRN = "X900001"
BEFORE, SINCE = date(2022, 3, 31), date(2022, 4, 1)
# Somebody was seen in 2021, so that the records speak for 2022.
EARLY = {"contact_id": "early", "crn": "X900002", "happened_on": date(2021, 6, 1)}


@cache
def said(code: str) -> scripts.Script:
    return statements.say(load(), on=AS_AT, only=(code,))


def nights(code: str, **rows: list[dict[str, Any]]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """The night of these rows, for one duty, by the engine and by its twin."""
    policy, tables = load(), region(contact=[EARLY], **rows)
    fast = engine.run(TinyReader(tables), policy=policy, as_at=AS_AT, script=said(code))
    given = {name: table.to_pylist() for name, table in tables.items()}
    slow = reference.run(given, policy=policy, as_at=AS_AT, only=(code,))
    return {
        "engine": {name: table.to_pylist() for name, table in fast.items()},
        "twin": {name: [dict(row) for row in each] for name, each in slow.items()},
    }


def spoken(night: dict[str, list[dict[str, Any]]]) -> list[tuple[str, str | None]]:
    """What the duty says of the person, if anything."""
    ours = [row for row in night["duty_state"] if row["case_id"] == CRN]
    return [(row["state"], row["unknown_because"]) for row in ours if row["state"] != "not_applicable"]


def report(delivered: date, **more: Any) -> dict[str, Any]:
    asked = delivered - timedelta(days=14)
    told = {"proposal": "community", "monitored_curfew": True, "checks": "not_available"}
    return {"crn": CRN, "requested_on": asked, "delivered_on": delivered, **told, **more}


@pytest.mark.parametrize(
    ("delivered", "more", "state", "excused_by"),
    [
        (BEFORE, {}, "exempt", "not_available:court_report-1"),
        (SINCE, {}, "missed", None),
        (SINCE, {"monitored_curfew": False}, "exempt", "not_available:court_report-1"),
    ],
    ids=["a curfew before April 2022", "a curfew since", "no curfew since"],
)
def test_a_word_to_the_court_excuses_no_monitored_curfew_since_april_2022(
    delivered: date, more: dict[str, Any], state: str, excused_by: str | None
) -> None:
    for night in nights("S08", court_report=[report(delivered, **more)]).values():
        (found,) = night["obligation"]
        assert (found["triggered_on"], found["state"], found["excused_by"]) == (delivered, state, excused_by)


def test_the_window_of_a_curfew_is_the_mandatory_one_from_its_first_day() -> None:
    used = {}
    for delivered in (BEFORE, SINCE):
        night = nights("S08", court_report=[report(delivered)])["engine"]
        confidence = {row["window"]: row["confidence"] for row in night["window"]}
        used[delivered] = [(row["window"], confidence[row["window"]]) for row in night["obligation"]]
    assert used == {BEFORE: [("court_checks", "sourced")], SINCE: [("court_checks_curfew", "sourced")]}


def test_a_late_answer_ends_the_lapse_of_a_curfew_and_the_four_weeks_end_another() -> None:
    days = {"police": date(2022, 5, 4), "childrens_services": date(2022, 5, 6)}
    kinds = {"police": "domestic_abuse", "childrens_services": "child_safeguarding"}
    answers = [
        {
            "crn": CRN,
            "agency": agency,
            "kind": kinds[agency],
            "asked_on": date(2022, 4, 20),
            "answered_on": day,
        }
        for agency, day in days.items()
    ]
    for night in nights("S08", court_report=[report(date(2022, 5, 2))], enquiry=answers).values():
        spans = [(r["opened_on"], r["closed_on"]) for r in night["lapse"] if r["clock"] == "date"]
        assert spans == [(date(2022, 5, 3), date(2022, 5, 6))]
    for night in nights("S08", court_report=[report(date(2022, 5, 2))]).values():
        spans = [(r["opened_on"], r["closed_on"]) for r in night["lapse"] if r["clock"] == "date"]
        assert spans == [(date(2022, 5, 3), date(2022, 5, 30))]


@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("S08", "no_court_report"),
        ("S12", "no_registration"),
        ("S10", None),
    ],
)
def test_an_extract_without_the_table_that_raises_a_duty_says_so(code: str, because: str | None) -> None:
    supervised = {"crn": CRN, "started_on": date(2026, 1, 5), "sentenced_on": date(2026, 1, 5)}
    for night in nights(code, sentence=[supervised]).values():
        assert night["obligation"] == []
        assert spoken(night) == ([("unknown", because)] if because else [])


def test_a_report_of_another_makes_the_rest_of_the_region_known() -> None:
    other = report(date(2026, 1, 5)) | {"crn": "X900002"}
    supervised = {"crn": CRN, "started_on": date(2026, 1, 5), "sentenced_on": date(2026, 1, 5)}
    for night in nights("S08", sentence=[supervised], court_report=[other]).values():
        assert spoken(night) == []
