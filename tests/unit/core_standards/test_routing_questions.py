from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.standards import load
from assay.core.standards.routing import asked, route, unanswered, unknown_facts
from tests.factories.inspections import FACTS

FRAMEWORK = load("dynamic-public-protection-2025")


@pytest.mark.parametrize(
    ("facts", "instrument", "because"),
    [
        ({}, "core", "not suspended"),
        ({"sentence_kind": "community_order", "contact_suspended": False}, "core", "not suspended"),
        ({"sentence_kind": "pss_only"}, "adjusted", "post-sentence supervision alone"),
        ({"sentence_kind": "licence", "licence_days": 56}, "adjusted", "8 weeks or less from release"),
        ({"sentence_kind": "licence", "licence_days": 57}, "core", "not suspended"),
        ({"sentence_kind": "licence"}, "core", "not suspended"),
        ({"sentence_kind": "community_order", "licence_days": 20}, "core", "not suspended"),
        ({"contact_suspended": True, "days_to_suspension": 56}, "adjusted", "contact was suspended"),
        ({"contact_suspended": True, "days_to_suspension": 57}, "core", "not suspended"),
        ({"contact_suspended": True}, "core", "not suspended"),
        ({"contact_suspended": False, "days_to_suspension": 10}, "core", "not suspended"),
        # A truth value is no number of days, though Python counts it as 1.
        ({"contact_suspended": True, "days_to_suspension": True}, "core", "not suspended"),
    ],
)
def test_the_instrument_follows_from_the_facts(
    facts: Mapping[str, Any], instrument: str, because: str
) -> None:
    routed = route(FRAMEWORK, facts)
    assert routed.instrument == instrument
    assert because in routed.because.worded()


def standing(answers: Mapping[str, str]) -> dict[str, tuple[bool, str]]:
    return {
        each.question.code: (each.applies, each.because.worded() if each.because else each.waiting_for or "")
        for each in asked(FRAMEWORK, "core", facts=FACTS, answers=answers)
    }


def test_a_question_waits_until_what_it_depends_on_is_answered() -> None:
    assert standing({})["I2b"] == (False, "I2a")
    assert standing({"I2a": "yes"})["I2b"] == (True, "")
    assert standing({"I2a": "yes"})["I2f"] == (False, "I2c")


def test_a_question_that_does_not_apply_says_why() -> None:
    assert standing({"I2a": "no"})["I2f"] == (
        False,
        "information from children's services was not necessary in this case",
    )
    assert standing({"I2a": "yes", "I2c": "yes", "I2e": "no"})["I2f"] == (
        False,
        "the information is not present in the assessment",
    )
    assert standing({"O1a": "yes", "O1b": "no"})["O1c"] == (False, "there is no oversight on the record")


def test_an_answer_left_behind_by_a_changed_one_is_not_consulted() -> None:
    # O1b was answered while O1a was yes; with O1a no, O1c must say why from O1a, not from O1b.
    assert standing({"O1a": "no", "O1b": "no"})["O1c"] == (
        False,
        "the case did not call for management oversight",
    )


def test_what_is_not_answered_is_named_in_order() -> None:
    states = asked(FRAMEWORK, "core", facts=FACTS, answers={})
    missing = unanswered(states, {})
    assert missing[:4] == ("C1a", "C1b", "C1c", "C1")
    assert "I1b" not in missing
    assert "E1" in missing


def test_facts_that_must_be_established_are_named() -> None:
    assert unknown_facts(FRAMEWORK, FACTS) == ()
    assert unknown_facts(FRAMEWORK, {**FACTS, "rosh_inspector": None}) == ("rosh_inspector",)
    assert "licence_days" not in unknown_facts(FRAMEWORK, {})


CODES = [each.code for each in FRAMEWORK.questions]


@given(st.dictionaries(st.sampled_from(CODES), st.sampled_from(["yes", "no"])))
def test_every_question_is_in_exactly_one_state(answers: dict[str, str]) -> None:
    for instrument in ("core", "adjusted"):
        states = asked(FRAMEWORK, instrument, facts=FACTS, answers=answers)
        assert len(states) == len(list(FRAMEWORK.asked(instrument)))
        for each in states:
            assert [each.applies, each.because is not None, each.waiting_for is not None].count(True) == 1
