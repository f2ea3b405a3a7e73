"""Why a plan, a failure, a recall and a suspension are in lapse, clause by clause and row by row: the slow
twin makes no reasons."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from assay.assurance.duties import engine, statements
from assay.core.policy import load
from tests.factories.duties import TinyReader, region

AS_AT = date(2026, 3, 31)
START, DAY = date(2025, 10, 6), date(2026, 2, 2)
PLAN, FAILURE, RECALL, SUSPENDED, DOUBT = "X900001", "X900002", "X900003", "X900004", "X900005"


def rows() -> dict[str, list[dict[str, Any]]]:
    people = (PLAN, FAILURE, RECALL, SUSPENDED, DOUBT)
    return {
        "person": [{"crn": crn} for crn in people],
        "sentence": [
            {"sentence_id": f"sentence-{crn}", "crn": crn, "sentenced_on": START, "started_on": START}
            for crn in people
        ],
        "circle": [{"circle_id": "child", "crn": PLAN, "role": "child", "opened_on": START}],
        "assessment": [{"assessment_id": "plan", "crn": PLAN, "started_on": START, "signed_on": DAY}],
        "plan_row": [
            {"plan_row_id": "row", "crn": PLAN, "assessment_id": "plan", "kind": "supervision", "due_on": DAY}
        ],
        "contact": [
            {"contact_id": "missed", "crn": FAILURE, "type": "COAP", "outcome": "UAAB", "happened_on": DAY},
            {"contact_id": "letter", "crn": FAILURE, "type": "AWLI", "happened_on": date(2026, 2, 4)},
        ],
        "enforcement": [
            {"enforcement_id": "other", "crn": PLAN, "contact_id": "none", "decided_on": START},
        ],
        "recall_step": [
            {
                "recall_step_id": "step",
                "crn": RECALL,
                "choice": "recall",
                "agreed_at": datetime(2026, 2, 2, 9, tzinfo=UTC),
                "sent_at": datetime(2026, 2, 2, 12, tzinfo=UTC),
                "reasons": False,
            }
        ],
        "suspension": [{"suspension_id": "reset", "crn": SUSPENDED, "opened_on": DAY}],
        "registration": [
            {"registration_id": "abuse", "crn": SUSPENDED, "type": "ADVP", "opened_on": START},
            {"registration_id": "mappa", "crn": SUSPENDED, "type": "MAPP", "opened_on": START},
            {"registration_id": "register", "crn": DOUBT, "type": "RHRH", "opened_on": START},
        ],
        "rosh": [{"rosh_id": "level", "crn": DOUBT, "level": "medium", "opened_on": DAY}],
    }


@cache
def reasons() -> dict[str, set[tuple[str, str, str | None]]]:
    """For each duty the reasons of its one person's lapse."""
    whose = {"S14": PLAN, "S18": FAILURE, "S19": RECALL, "S22": SUSPENDED, "S13": DOUBT}
    policy = load()
    script = statements.say(policy, on=AS_AT, only=tuple(whose))
    night = engine.run(TinyReader(region(**rows())), policy=policy, as_at=AS_AT, script=script)
    lapsed = {
        each["obligation_id"]: each["duty"]
        for each in night["obligation"].to_pylist()
        if each["case_id"] == whose[each["duty"]] and each["state"] == "missed"
    }
    found: dict[str, set[tuple[str, str, str | None]]] = {}
    for each in night["reason"].to_pylist():
        if each["lapse_id"] in lapsed:
            said = (each["side"], each["clause"], each["row_id"])
            found.setdefault(lapsed[each["lapse_id"]], set()).add(said)
    return found


def test_a_plan_is_told_everything_that_it_wants() -> None:
    assert reasons()["S14"] == {
        ("required", "plan_signed", "plan"),
        ("required", "child", "child"),
        ("unmet", "none", None),
        ("unmet", "nobody_named", "plan"),
        ("unmet", "no_agency", "plan"),
        ("unmet", "no_control", "plan"),
        ("unmet", "no_contingency", "plan"),
        ("unmet", "no_child", "plan"),
    }


def test_a_letter_that_no_decision_ties_to_the_failure_is_shown() -> None:
    assert reasons()["S18"] == {
        ("required", "absent", "missed"),
        ("required", "sentenced", f"sentence-{FAILURE}"),
        ("unmet", "none", None),
        ("unmet", "not_tied", "letter"),
    }


def test_a_recall_is_told_which_step_is_not_on_record() -> None:
    assert reasons()["S19"] == {
        ("required", "recall_agreed", "step"),
        ("required", "sentenced", f"sentence-{RECALL}"),
        ("unmet", "none", None),
        ("unmet", "no_endorsement", "step"),
        ("unmet", "no_reasons", "step"),
    }


def test_a_suspension_is_told_each_thing_that_is_wrong_with_it() -> None:
    assert reasons()["S22"] == {
        ("required", "suspended", "reset"),
        ("required", "while_suspended", "reset"),
        ("unmet", "none", None),
        ("unmet", "on_register", "mappa"),
        ("unmet", "undecided", "reset"),
        ("unmet", "police_not_asked", "reset"),
    }


def test_a_disagreement_names_the_row_it_began_with() -> None:
    assert reasons()["S13"] == {
        ("required", "register_level", "level"),
        ("required", "supervised", f"sentence-{DOUBT}"),
        ("unmet", "none", None),
    }
