from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import assay.inspection.findings as room
from assay.core.standards import load
from assay.core.standards.loading import FOLDER
from assay.inspection.assessments.types import Answer, Reading
from assay.inspection.findings.definitions import LATE, MISSED, ProfileLine, definitions, rule_from
from assay.inspection.findings.rules import gather, holds, profile

FRAMEWORK = "dynamic-public-protection-2025"
DEFINITIONS = definitions(FRAMEWORK)


def reading(number: int = 1, *, facts=None, **answers: str) -> Reading:
    return Reading(
        case_ref=f"case-{number}",
        assignment_ref=f"assignment-{number}",
        pdu="N52A",
        instrument="core",
        facts=facts or {},
        answers={code: Answer(question=code, value=value) for code, value in answers.items()},
        signed_at=datetime(2026, 3, 20, 12, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"every": "reading"}, True),
        ({"answer": "E1", "is": ["yes"]}, True),
        ({"answer": "E1", "is": ["no"]}, False),
        ({"answer": "O1b", "is": ["yes", "no"]}, False),
        ({"fact": "sex", "is": ["male"]}, True),
        ({"fact": "domestic_abuse", "is": [False]}, True),
        ({"fact": "domestic_abuse", "is": [True]}, False),
        ({"fact": "ethnicity", "is": ["white"]}, False),
        ({"fact": "rosh_assessor", "differs_from": "rosh_inspector"}, True),
        ({"fact": "rosh_assessor", "differs_from": "licence_days"}, False),
        ({"noted": MISSED}, True),
        ({"noted": LATE}, False),
        ({"not": {"answer": "E1", "is": ["no"]}}, True),
        ({"all": [{"answer": "E1", "is": ["yes"]}, {"fact": "sex", "is": ["female"]}]}, False),
        ({"any": [{"answer": "E1", "is": ["no"]}, {"fact": "sex", "is": ["male"]}]}, True),
    ],
)
def test_each_form_of_rule(rule, expected):
    facts = {
        "sex": "male",
        "domestic_abuse": False,
        "rosh_assessor": "medium",
        "rosh_inspector": "high",
        "licence_days": None,
    }
    assert holds(rule_from(rule), reading(facts=facts, E1="yes"), notes={MISSED: {"case-1"}}) is expected


def counted(finding: str, *readings: Reading, **more):
    found = {each.id: each for each in gather(readings, definitions=DEFINITIONS, **more)}[finding]
    return found.count.numerator, found.count.denominator


def test_oversight_counts_the_absent_and_the_ineffective_among_those_that_called_for_it():
    read = (
        reading(1, O1a="yes", O1b="no", O1c="does_not_apply"),
        reading(2, O1a="yes", O1b="yes", O1c="no"),
        reading(3, O1a="yes", O1b="yes", O1c="yes"),
        reading(4, O1a="no", O1b="does_not_apply", O1c="does_not_apply"),
    )
    assert counted("oversight-ineffective-or-absent", *read) == (2, 3)
    assert counted("oversight-absent", *read) == (1, 3)


def test_information_is_analysed_only_if_nothing_present_was_left():
    child = {"child_safeguarding": True}
    read = (
        reading(1, facts=child, I1e="yes", I1f="yes", I2e="yes", I2f="no"),
        reading(2, facts=child, I1e="yes", I1f="yes"),
        reading(3, facts=child, I1e="no", I2e="does_not_apply"),
        reading(4, facts={"child_safeguarding": False}, I1e="yes", I1f="no"),
    )
    assert counted("information-analysed", *read) == (1, 2)


def test_denominators_do_not_nest():
    child = {"child_safeguarding": True}
    read = (
        reading(1, facts=child, I1e="yes", I1f="yes", I2a="no"),
        reading(2, facts=child, I2a="yes", I2c="no"),
    )
    found = {each.id: each for each in gather(read, definitions=DEFINITIONS)}
    analysed = set(found["information-analysed"].denominator_cases)
    needed = set(found["children-available"].denominator_cases)
    assert (analysed, needed) == ({"case-1"}, {"case-2"})


def test_both_instruments_count_in_a_stage():
    assert counted("assessment-sufficient", reading(1, C1="yes"), reading(2, A1="no")) == (1, 2)


def test_an_empty_base_has_no_estimate():
    found = {each.id: each for each in gather((), definitions=DEFINITIONS)}["effective-work"]
    assert (found.count.denominator, found.estimate) == (0, None)


def test_a_part_of_the_sample_stands_for_the_same_part_of_the_frame():
    read = tuple(reading(n, E1="yes" if n % 2 else "no", O1a="yes" if n <= 20 else "no") for n in range(40))
    whole = {each.id: each for each in gather(read, definitions=DEFINITIONS, eligible=40)}
    assert whole["effective-work"].estimate.lower == whole["effective-work"].estimate.upper == 0.5
    half = {each.id: each for each in gather(read, definitions=DEFINITIONS, eligible=80)}
    assert half["effective-work"].estimate.n_eff == pytest.approx(40 * 79 / 40)
    assert half["oversight-absent"].estimate.n_eff == pytest.approx(21 * 41 / 21)


def test_the_profile_shows_every_choice_and_what_is_not_known():
    framework = load(FRAMEWORK)
    read = (reading(1, facts={"sex": "female"}), reading(2, facts={"sex": None}))
    (table,) = profile(read, lines=[ProfileLine("sex", "Sex")], framework=framework)
    shown = {each.label: each.count.numerator for each in table.groups}
    assert shown == {"Female": 1, "Male": 0, "Not known or another gender": 0, "Not known": 1}


def test_yes_and_no_facts_are_in_the_profile():
    (table,) = profile(
        (reading(1, facts={"domestic_abuse": True}),),
        lines=[ProfileLine("domestic_abuse", "Concern")],
        framework=load(FRAMEWORK),
    )
    assert [(each.label, each.count.numerator) for each in table.groups] == [("Yes", 1), ("No", 0)]


@given(st.lists(st.sampled_from(["yes", "no", "does_not_apply"]), max_size=40), st.randoms())
def test_the_order_of_readings_changes_nothing_and_numerators_are_cases_of_the_base(values, random):
    read = [reading(n, E1=value, O1a=value, O1b=value) for n, value in enumerate(values)]
    mixed = list(read)
    random.shuffle(mixed)
    for one, other in zip(
        gather(read, definitions=DEFINITIONS), gather(mixed, definitions=DEFINITIONS), strict=True
    ):
        assert one.count == other.count
        assert set(one.numerator_cases) <= set(one.denominator_cases)
        assert len(one.denominator_cases) == one.count.denominator


def test_changing_one_answer_moves_one_count():
    read = [reading(n, E1="no") for n in range(5)]
    changed = [replace(read[0], answers={"E1": Answer(question="E1", value="yes")}), *read[1:]]
    assert counted("effective-work", *read) == (0, 5)
    assert counted("effective-work", *changed) == (1, 5)


def test_nothing_that_counts_knows_a_published_number():
    """The numbers of the 2026 report may stand in the replay's files and nowhere that counts."""
    numbers = re.compile(r"(?<![\w.])(41|84|49|80|31|62)(?![\w.])")
    rooms = [Path(room.__file__).parent, Path(room.__file__).parents[2] / "core" / "estimation"]
    read = [each for folder in rooms for each in folder.glob("*.py")] + [FOLDER / FRAMEWORK / "findings.yaml"]
    own = [each for each in read if each.name not in ("design.py", "frame.py", "sizes.py")]
    assert len(own) > 8
    assert {each.name: numbers.findall(each.read_text("utf-8")) for each in own} == {
        each.name: [] for each in own
    }
