from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import yaml

from assay.core.ratings.composite import composite_step, overall_of, overall_step
from assay.core.ratings.path import Answers, StandardStep
from assay.core.ratings.rating import rate
from assay.core.ratings.types import Rules
from tests.factories.ratings import MEAN, TEXT, answers, small

FRAMEWORK, RULES = small()
WORDS = ("poor", "fair", "fine", "best")


def steps(given: Answers, rules: Rules = RULES) -> tuple[StandardStep, ...]:
    return rate(FRAMEWORK, rules, given).standards


def scored(j: int, m: int, low: int) -> Answers:
    return answers({"J": WORDS[j], "M": WORDS[m], "L": WORDS[low]})


def test_scores_are_added_and_the_steps_name_what_counts() -> None:
    made = composite_step(RULES, steps(answers({"J": "fine", "M": "poor", "L": "best", "A": "best"})))
    assert (made.least, made.most, made.total, made.maximum) == (5, 5, 5, 9)
    assert made.mean == Fraction(5, 3)
    assert (made.counted, made.left_out) == (("J", "L", "M"), ("A",))
    assert made.reason.worded() == "2 + 3 + 0 = 5 of 9."


def test_what_does_not_count_changes_nothing() -> None:
    without = rate(FRAMEWORK, RULES, scored(1, 1, 1))
    for word in WORDS:
        other = answers({"J": "fair", "M": "fair", "L": "fair", "A": word})
        made = rate(FRAMEWORK, RULES, other)
        assert (made.composite, made.overall) == (without.composite, without.overall)


@pytest.mark.parametrize(
    ("total", "rating", "said"),
    [
        (0, "poor", "0 is Poor, which is up to 1."),
        (1, "poor", "1 is Poor, which is up to 1."),
        (2, "fair", "2 is Fair, which is above 1 and up to 4."),
        (4, "fair", "4 is Fair, which is above 1 and up to 4."),
        (5, "fine", "5 is Fine, which is above 4 and up to 7."),
        (7, "fine", "7 is Fine, which is above 4 and up to 7."),
        (8, "best", "8 is Best, which is above 7 and up to 9."),
        (9, "best", "9 is Best, which is above 7 and up to 9."),
    ],
)
def test_each_band_of_the_total_ends_where_the_framework_says(total: int, rating: str, said: str) -> None:
    given = scored(min(total, 3), min(max(total - 3, 0), 3), max(total - 6, 0))
    made = rate(FRAMEWORK, RULES, given).overall
    assert (made.rating, made.possible, made.reason.worded()) == (rating, (rating,), said)
    assert overall_of(RULES, total, 3) == rating


def test_what_is_open_leaves_the_whole_open() -> None:
    made = rate(FRAMEWORK, RULES, answers({"J": "fair", "L": "fine"}))
    assert made.composite is not None
    assert (made.composite.least, made.composite.most, made.composite.total) == (3, 6, None)
    assert (made.composite.mean, made.composite.maximum) == (None, 9)
    assert made.composite.reason.worded() == "Between 3 and 6 of 9, since these are not settled: M."
    assert (made.overall.rating, made.overall.possible) == (None, ("fair", "fine"))
    assert made.overall.reason.worded() == "Not settled: at 3 it is Fair, at 6 it is Fine."
    nothing = rate(FRAMEWORK, RULES, answers())
    assert nothing.composite is not None
    assert nothing.composite.reason.worded() == "Between 0 and 9 of 9, since these are not settled: J, L, M."
    assert nothing.overall.possible == WORDS


def test_the_whole_may_be_settled_before_its_parts_are() -> None:
    made = rate(FRAMEWORK, RULES, answers({"J": "best", "M": "poor"}, q1=(60, 100), q2=(70, 100)))
    assert made.standard("L").possible == ("poor", "fair")
    assert made.composite is not None
    assert (made.composite.least, made.composite.most, made.composite.total) == (3, 4, None)
    assert (made.overall.rating, made.overall.possible) == ("fair", ("fair",))
    assert made.overall.reason.worded() == "Whatever the rest is: at 3 and at 4 it is Fair."


@pytest.mark.parametrize(
    ("total", "rating"), [(1, "poor"), (2, "fair"), (4, "fair"), (5, "fine"), (8, "best")]
)
def test_a_mean_is_banded_exactly(total: int, rating: str) -> None:
    _, rules = small(MEAN)
    assert overall_of(rules, total, 3) == rating


def test_a_mean_may_be_rounded_before_it_is_banded() -> None:
    both = MEAN.replace("of: [key_question_percentage]", "of: [composite_mean]")
    _, rules = small(both)
    given = scored(2, 2, 1)
    assert rate(FRAMEWORK, small(MEAN)[1], given).overall.reason.worded() == (
        "1.67 is Fine, which is above 1.5 and up to 2.5."
    )
    made = rate(FRAMEWORK, rules, given)
    assert made.composite is not None
    assert made.composite.mean == Fraction(5, 3)
    assert made.overall.reason.worded() == "2 is Fine, which is above 1.5 and up to 2.5."
    assert overall_of(rules, 4, 3) == "fair"
    tenths = small(both.replace("places: 0", "places: 1").replace("at_most: 1.5}", "at_most: 1.6}"))[1]
    assert overall_of(tenths, 5, 3) == "fine"
    assert overall_of(replace(tenths, rounding=rules.rounding), 5, 3) == "fine"
    assert overall_of(tenths.rounded_by("none"), 5, 3) == "fine"
    cut = small(both.replace("places: 0", "places: 1").replace("at_most: 1.5}", "at_most: 1.66}"))[1]
    assert overall_of(cut, 5, 3) == "fine"
    wide = small(both.replace("places: 0", "places: 1").replace("at_most: 1.5}", "at_most: 1.68}"))[1]
    assert (overall_of(wide, 5, 3), overall_of(wide.rounded_by("none"), 5, 3)) == ("fine", "fair")


def test_a_framework_may_rate_standards_and_not_the_whole() -> None:
    cut = yaml.safe_load(TEXT)
    del cut["composite"]
    _, rules = small(yaml.safe_dump(cut))
    made = rate(FRAMEWORK, rules, scored(1, 2, 3))
    assert made.composite is None
    assert (made.overall.rating, made.overall.possible) == (None, ())
    assert made.overall.reason.worded() == "This framework rates standards and gives no rating of the whole."
    assert overall_step(rules, composite_step(rules, made.standards)).rating is None
    assert overall_step(RULES, None).possible == ()
