"""The tables of a night that the slow twin does not make, row by row for three people."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from assay.assurance.duties import engine
from assay.core.policy import load
from tests.factories.duties import TinyReader, region

AS_AT = date(2026, 3, 31)
START, MOVED = date(2026, 1, 5), date(2026, 1, 20)
# Police were asked late, and the case changed hands; police were not asked, since it was thought up to date;
# a manager looked at one thing and not at the next.
ASKED, NOT_SENT, OVERSEEN = "X900001", "X900002", "X900003"


def rows() -> dict[str, list[dict[str, Any]]]:
    people = (ASKED, NOT_SENT, OVERSEEN)
    return {
        "person": [{"crn": crn} for crn in people],
        "sentence": [
            {"sentence_id": f"sentence-{crn}", "crn": crn, "sentenced_on": START, "started_on": START}
            for crn in people
        ],
        "registration": [
            {"registration_id": f"register-{crn}", "crn": crn, "type": "ADVP", "opened_on": START}
            for crn in people
        ],
        "allocation": [
            {"allocation_id": "first", "crn": ASKED, "staff_code": "P1", "opened_on": START},
            {
                "allocation_id": "second",
                "crn": ASKED,
                "staff_code": "P2",
                "team_code": "N52A1T2",
                "opened_on": MOVED,
            },
            {
                "allocation_id": "handed-over",
                "crn": OVERSEEN,
                "staff_code": "P2",
                "opened_on": date(2026, 2, 18),
                "reason": "workload",
            },
        ],
        "rosh": [{"rosh_id": "rose", "crn": OVERSEEN, "level": "high", "opened_on": date(2026, 1, 12)}],
        "contact": [
            {"contact_id": "looked-at", "crn": OVERSEEN, "type": "MO1", "happened_on": date(2026, 1, 14)}
        ],
        "absence": [
            {
                "absence_id": "away",
                "crn": ASKED,
                "kind": "custody",
                "opened_on": date(2026, 3, 2),
                "closed_on": date(2026, 3, 16),
            }
        ],
        "circle": [{"circle_id": "child", "crn": ASKED, "role": "child", "opened_on": START}],
        "enquiry": [
            {"enquiry_id": "long-before", "crn": ASKED, "asked_on": date(2025, 11, 3)},
            {"enquiry_id": "before", "crn": ASKED, "asked_on": date(2025, 12, 1)},
            {
                "enquiry_id": "late",
                "crn": ASKED,
                "asked_on": date(2026, 1, 22),
                "answered_on": date(2026, 2, 3),
                "reply": "known",
            },
            {
                "enquiry_id": "unsent",
                "crn": NOT_SENT,
                "asked_on": date(2026, 1, 6),
                "outcome": "not_sent_up_to_date",
            },
        ],
    }


@cache
def night() -> dict[str, list[dict[str, Any]]]:
    made = engine.run(TinyReader(region(**rows())), policy=load(), as_at=AS_AT)
    return {name: table.to_pylist() for name, table in made.items()}


def told(table: str, *columns: str, **only: Any) -> list[tuple[Any, ...]]:
    """The columns of the rows that have these values, in the night's order."""
    found = [row for row in night()[table] if all(row[name] == value for name, value in only.items())]
    return [tuple(row[name] for name in columns) for row in found]


def test_the_ladder_has_each_enquiry_and_each_need_that_met_none() -> None:
    columns = ("enquiry_id", "needed_on", "asked_on", "answered_on", "reply", "analysed_on", "used_on")
    assert told("ladder", *columns, case_id=ASKED, agency="police") == [
        ("long-before", None, date(2025, 11, 3), None, None, None, None),
        ("before", None, date(2025, 12, 1), None, None, None, None),
        ("late", START, date(2026, 1, 22), date(2026, 2, 3), "known", None, None),
    ]
    # Not sent is not asked, and what was needed is still needed.
    assert told("ladder", *columns, case_id=NOT_SENT, agency="police") == [
        (None, START, None, None, None, None, None),
        ("unsent", None, None, None, None, None, None),
    ]
    assert told("ladder", *columns, case_id=ASKED, agency="childrens_services") == [
        (None, START, None, None, None, None, None)
    ]


def test_the_reasons_name_what_required_it_and_what_came_close_or_late() -> None:
    (late,) = told("obligation", "obligation_id", duty="S01", case_id=ASKED)
    assert sorted(told("reason", "side", "clause", "row_id", lapse_id=late[0])) == [
        ("required", "not_asked", f"sentence-{ASKED}"),
        ("required", "register", f"register-{ASKED}"),
        ("required", "start", f"sentence-{ASKED}"),
        ("unmet", "last_before", "before"),
        ("unmet", "met_late", "late"),
    ]
    (unsent,) = told("obligation", "obligation_id", duty="S01", case_id=NOT_SENT)
    assert sorted(told("reason", "side", "clause", "row_id", lapse_id=unsent[0])) == [
        ("required", "not_asked", f"sentence-{NOT_SENT}"),
        ("required", "register", f"register-{NOT_SENT}"),
        ("required", "start", f"sentence-{NOT_SENT}"),
        ("unmet", "none", None),
        ("unmet", "up_to_date_without_answer", "unsent"),
    ]


def test_the_population_is_cut_at_a_transfer_and_leaves_out_the_time_away() -> None:
    columns = ("team", "pdu", "opened_on", "closed_on", "unknown_because")
    assert told("population", *columns, duty="S01", case_id=ASKED) == [
        ("N52A1T1", "N52A", START, MOVED, None),
        ("N52A1T2", "N52A", MOVED, date(2026, 3, 2), None),
        ("N52A1T2", "N52A", date(2026, 3, 16), None, None),
    ]
    assert told("population", *columns, duty="S04", case_id=NOT_SENT) == [
        (None, None, START, None, "nothing_recorded")
    ]


def test_a_case_is_held_by_one_at_a_time_or_by_nobody() -> None:
    columns = ("practitioner", "team", "pdu", "region", "opened_on", "closed_on")
    assert told("case_span", *columns, case_id=ASKED) == [
        ("P1", "N52A1T1", "N52A", "N52", START, MOVED),
        ("P2", "N52A1T2", "N52A", "N52", MOVED, None),
    ]
    assert told("case_span", *columns, case_id=NOT_SENT) == [(None, None, None, None, START, None)]


def test_what_is_missed_speaks_for_a_case_before_what_is_met() -> None:
    columns = ("triggered_on", "due_on", "met_on", "state")
    assert told("obligation", *columns, duty="S21", case_id=OVERSEEN) == [
        (date(2026, 1, 12), date(2026, 1, 19), date(2026, 1, 14), "met"),
        (date(2026, 2, 18), date(2026, 2, 25), None, "missed"),
    ]
    assert told("duty_state", "state", "since", "due_on", duty="S21", case_id=OVERSEEN) == [
        ("missed", date(2026, 2, 26), date(2026, 2, 25))
    ]


def test_every_obligation_names_the_window_it_was_given() -> None:
    ((window, since),) = told("obligation", "window", "window_from", duty="S01", case_id=ASKED)
    assert told("window", "value", "unit", "confidence", window=window, window_from=since) == [
        (5, "working_days", "assumed")
    ]
    assert window == "police_enquiry"
