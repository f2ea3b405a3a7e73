from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import assay.inspection.findings as room
from assay.core.estimation.estimate import plain_proportion, stratified_proportion
from assay.core.standards import load
from assay.core.standards.loading import FOLDER
from assay.inspection.assessments.types import Answer, Reading
from assay.inspection.findings.definitions import LATE, MISSED, ProfileLine, definitions, rule_from
from assay.inspection.findings.rules import gather, holds, profile

FRAMEWORK = "dynamic-public-protection-2025"
DEFINITIONS = definitions(FRAMEWORK)


def reading(number: int | str = 1, *, facts=None, pdu: str = "N52A", **answers: str) -> Reading:
    return Reading(
        case_ref=f"case-{number}",
        assignment_ref=f"assignment-{number}",
        pdu=pdu,
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
    whole = {each.id: each for each in gather(read, definitions=DEFINITIONS, eligible={"N52A": 40})}
    assert whole["effective-work"].estimate.lower == whole["effective-work"].estimate.upper == 0.5
    half = {each.id: each for each in gather(read, definitions=DEFINITIONS, eligible={"N52A": 80})}
    assert half["effective-work"].estimate.n_eff == pytest.approx(40 * 79 / 40)
    assert half["oversight-absent"].estimate.n_eff == pytest.approx(21 * 41 / 21)


def effective(eligible, **counts: tuple[int, int]):
    """The finding on effective work, where ``counts`` says how many of how many were read in each PDU."""
    read = [
        reading(f"{pdu}-{n}", pdu=pdu, E1="yes" if n < numerator else "no")
        for pdu, (numerator, denominator) in counts.items()
        for n in range(denominator)
    ]
    return gather(read, definitions=DEFINITIONS, eligible=eligible)[0]


def test_a_draw_by_strata_keeps_its_count_and_gets_the_interval_of_its_design():
    found = effective({"N52A": 10, "N52B": 190}, N52A=(4, 4), N52B=(18, 38))
    assert (found.count.numerator, found.count.denominator) == (22, 42)
    assert found.weighted == pytest.approx((10 + 190 * 18 / 38) / 200)
    expected = stratified_proportion(
        judged={"N52A": [True] * 4, "N52B": [True] * 18 + [False] * 20},
        sizes={"N52A": 10, "N52B": 190},
        unit="assignment",
        population="every assignment read",
    )
    assert found.estimate == expected
    assert found.estimate.method == "Wilson, by strata"


@pytest.mark.parametrize(
    ("count", "eligible", "method"),
    [
        ((50, 84), 300, "Wilson, with the finite population counted"),
        ((9, 84), 300, "exact hypergeometric"),
        ((75, 84), 300, "exact hypergeometric"),
        ((50, 84), 168, "Wilson, with the finite population counted"),
        ((50, 84), 167, "exact hypergeometric"),
        ((50, 84), 84, "none, since everyone was counted"),
        ((50, 84), None, "Wilson"),
        ((84, 84), None, "exact binomial"),
    ],
)
def test_the_interval_is_exact_where_few_were_counted_or_most_were_read(count, eligible, method):
    made = effective(None if eligible is None else {"N52A": eligible}, N52A=count)
    assert made.estimate.method == method


def test_all_of_a_nearly_full_sample_is_not_all_of_everyone():
    nearly = effective({"N52A": 90}, N52A=(84, 84)).estimate
    assert (nearly.lower, nearly.value, nearly.upper) == (89 / 90, 1.0, 1.0)
    assert nearly.method == "exact hypergeometric"
    whole = effective({"N52A": 84}, N52A=(84, 84)).estimate
    assert (whole.lower, whole.upper, whole.method) == (1.0, 1.0, "none, since everyone was counted")


def test_where_a_pdu_has_no_reading_no_weight_stands_for_it():
    found = effective({"N52A": 40, "N52B": 40, "N52C": 3}, N52A=(12, 20), N52B=(10, 20))
    assert found.weighted is None
    assert found.estimate == plain_proportion(found.count, population=83)


@pytest.mark.parametrize("population", [90, 120, 170, 400, 1200])
def test_the_shipped_rule_for_intervals_covers_93_times_of_100(population):
    """Every population of this size in turn, with the chance of each sample known exactly."""
    made = [effective({"N52A": population}, N52A=(k, 84)).estimate for k in range(85)]
    lower, upper = (np.array([getattr(each, end) for each in made]) for end in ("lower", "upper"))
    for truly in range(0, population + 1, max(1, population // 100)):
        covers = (lower <= truly / population + 1e-12) & (truly / population - 1e-12 <= upper)
        assert stats.hypergeom.pmf(np.arange(85), population, truly, 84)[covers].sum() > 0.93


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
