"""Checks behind a proposal to a court: what changed on 1 April 2022, and an extract without reports."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from assay.assurance.duties import engine, reference, scripts, statements
from assay.core.policy import load
from tests.factories.duties import AS_AT, TinyReader, region

BEFORE, SINCE = date(2022, 3, 31), date(2022, 4, 1)
# Somebody was seen in 2021, so that the records speak for 2022.
EARLY = {"contact_id": "early", "crn": "X900002", "happened_on": date(2021, 6, 1)}
CODES = ("S08", "S10", "S12")
Rows = dict[str, list[dict[str, Any]]]


@cache
def said() -> scripts.Script:
    return statements.say(load(), on=AS_AT, only=CODES)


def nights(**rows: list[dict[str, Any]]) -> dict[str, Rows]:
    """The night of these rows by the engine and by its twin."""
    policy, tables = load(), region(contact=[EARLY], **rows)
    fast = engine.run(TinyReader(tables), policy=policy, as_at=AS_AT, script=said())
    given = {name: table.to_pylist() for name, table in tables.items()}
    slow = reference.run(given, policy=policy, as_at=AS_AT, only=CODES)
    return {
        "engine": {name: table.to_pylist() for name, table in fast.items()},
        "twin": {name: [dict(row) for row in each] for name, each in slow.items()},
    }


def report(crn: str, delivered: date, **more: Any) -> dict[str, Any]:
    asked = delivered - timedelta(days=14)
    told = {"proposal": "community", "monitored_curfew": True, "checks": "not_available"}
    days = {"requested_on": asked, "delivered_on": delivered}
    return {"crn": crn, "report_id": f"report-{crn}", **days, **told, **more}


def answers(crn: str) -> list[dict[str, Any]]:
    days = {"police": date(2022, 5, 4), "childrens_services": date(2022, 5, 6)}
    kinds = {"police": "domestic_abuse", "childrens_services": "child_safeguarding"}
    return [
        {
            "crn": crn,
            "agency": agency,
            "kind": kinds[agency],
            "asked_on": date(2022, 4, 20),
            "answered_on": day,
        }
        for agency, day in days.items()
    ]


def supervised(crn: str) -> dict[str, Any]:
    return {"crn": crn, "started_on": date(2026, 1, 5), "sentenced_on": date(2026, 1, 5)}


CURFEW_BEFORE, CURFEW_SINCE, NO_CURFEW = "X900011", "X900012", "X900013"
ANSWERED_LATE, NEVER_ANSWERED, NO_REPORT = "X900014", "X900015", "X900016"


@cache
def together() -> dict[str, Rows]:
    """One night of everybody about whom a report was written, and of one about whom none was."""
    reports = [
        report(CURFEW_BEFORE, BEFORE),
        report(CURFEW_SINCE, SINCE),
        report(NO_CURFEW, SINCE, monitored_curfew=False),
        report(ANSWERED_LATE, date(2022, 5, 2)),
        report(NEVER_ANSWERED, date(2022, 5, 2)),
    ]
    return nights(court_report=reports, enquiry=answers(ANSWERED_LATE), sentence=[supervised(NO_REPORT)])


@cache
def without_tables() -> dict[str, Rows]:
    """One night of somebody under supervision, from an extract with neither reports nor registrations."""
    return nights(sentence=[supervised(NO_REPORT)])


def of(crn: str, night: Rows, table: str, duty: str = "S08") -> list[dict[str, Any]]:
    return [row for row in night[table] if (row["case_id"], row["duty"]) == (crn, duty)]


def spoken(crn: str, night: Rows, duty: str) -> list[tuple[str, str | None]]:
    """What the duty says of the person, if anything."""
    ours = of(crn, night, "duty_state", duty)
    return [(row["state"], row["unknown_because"]) for row in ours if row["state"] != "not_applicable"]


@pytest.mark.parametrize("by", ["engine", "twin"])
@pytest.mark.parametrize(
    ("crn", "delivered", "state", "excused_by"),
    [
        (CURFEW_BEFORE, BEFORE, "exempt", f"not_available:report-{CURFEW_BEFORE}"),
        (CURFEW_SINCE, SINCE, "missed", None),
        (NO_CURFEW, SINCE, "exempt", f"not_available:report-{NO_CURFEW}"),
    ],
    ids=["a curfew before April 2022", "a curfew since", "no curfew since"],
)
def test_a_word_to_the_court_excuses_no_monitored_curfew_since_april_2022(
    by: str, crn: str, delivered: date, state: str, excused_by: str | None
) -> None:
    (found,) = of(crn, together()[by], "obligation")
    assert (found["triggered_on"], found["state"], found["excused_by"]) == (delivered, state, excused_by)


def test_the_window_of_a_curfew_is_the_mandatory_one_from_its_first_day() -> None:
    night = together()["engine"]
    confidence = {row["window"]: row["confidence"] for row in night["window"]}
    used = {
        crn: [(row["window"], confidence[row["window"]]) for row in of(crn, night, "obligation")]
        for crn in (CURFEW_BEFORE, CURFEW_SINCE)
    }
    assert used == {
        CURFEW_BEFORE: [("court_checks", "sourced")],
        CURFEW_SINCE: [("court_checks_curfew", "sourced")],
    }


@pytest.mark.parametrize("by", ["engine", "twin"])
@pytest.mark.parametrize(
    ("crn", "closed_on"), [(ANSWERED_LATE, date(2022, 5, 6)), (NEVER_ANSWERED, date(2022, 5, 30))]
)
def test_a_late_answer_ends_the_lapse_of_a_curfew_and_the_four_weeks_end_another(
    by: str, crn: str, closed_on: date
) -> None:
    night = together()[by]
    (raised,) = of(crn, night, "obligation")
    spans = [
        (row["opened_on"], row["closed_on"])
        for row in night["lapse"]
        if row["obligation_id"] == raised["obligation_id"] and row["clock"] == "date"
    ]
    assert spans == [(date(2022, 5, 3), closed_on)]


@pytest.mark.parametrize("by", ["engine", "twin"])
@pytest.mark.parametrize(
    ("code", "because"),
    [
        ("S08", "no_court_report"),
        ("S12", "no_registration"),
        ("S10", None),
    ],
)
def test_an_extract_without_the_table_that_raises_a_duty_says_so(
    by: str, code: str, because: str | None
) -> None:
    night = without_tables()[by]
    assert night["obligation"] == []
    assert spoken(NO_REPORT, night, code) == ([("unknown", because)] if because else [])


@pytest.mark.parametrize("by", ["engine", "twin"])
def test_a_report_of_another_makes_the_rest_of_the_region_known(by: str) -> None:
    assert of(NO_REPORT, together()[by], "obligation") == []
    assert spoken(NO_REPORT, together()[by], "S08") == []
