from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from math import comb
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assay.core.errors import Refused
from assay.core.estimation.counted import plain_proportion
from assay.core.estimation.rating import (
    Band,
    bands_from,
    lowest_rating_probability,
    misclassification,
    rating,
    rating_probability,
)
from assay.core.estimation.small_area import fay_herriot
from assay.core.figures import Count, Estimate

BANDS = bands_from([(0, "low"), (50, "middle"), (65, "high")])
UNSURE = "the rating has fewer than four chances in five"
NOT_SEPARATED = "the bands on either side cannot be separated at this sample size"


def said(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.message.worded()


def estimated(k: int, n: int, population: int | None = None) -> Estimate:
    made = plain_proportion(Count(k, n, "case", "all"), population=population)
    assert made is not None
    return made


def test_bands_are_those_of_the_framework_and_no_others():
    assert bands_from([("0", "no"), (Decimal("66.7"), "yes")]) == (
        Band(Fraction(0), "no"),
        Band(Fraction(667, 1000), "yes"),
    )
    first = "bands: the first must begin at 0."
    assert said(lambda: bands_from([])) == first
    assert said(lambda: bands_from([(1, "a")])) == first
    rising = "bands: each must begin above the one before, and at 100 or below."
    assert said(lambda: bands_from([(0, "a"), (50, "b"), (50, "c")])) == rising
    assert said(lambda: bands_from([(0, "a"), (101, "b")])) == rising
    assert len(bands_from([(0, "a"), (100, "b")])) == 2
    assert said(lambda: bands_from([(0, "a"), (50, "a")])) == "bands: a name stands twice."


@pytest.mark.parametrize(
    ("share", "rounding", "expected"),
    [
        (Fraction(495, 1000), "half_up", "middle"),
        (Fraction(4949, 10000), "half_up", "low"),
        (Fraction(495, 1000), "half_even", "middle"),
        (Fraction(645, 1000), "half_even", "middle"),
        (Fraction(645, 1000), "half_up", "high"),
        (Fraction(495, 1000), "none", "low"),
        (Fraction(1, 2), "none", "middle"),
        (0.495, "half_up", "middle"),
        (np.float64(0.645), "half_up", "high"),
        (0.0, "none", "low"),
        (1.0, "none", "high"),
        (Count(41, 84, "case", "all"), "half_up", "low"),
    ],
)
def test_a_share_is_rounded_as_said_and_exactly(share, rounding, expected):
    assert rating(share, BANDS, rounding=rounding) == expected


def test_what_is_no_share_has_no_rating():
    assert said(lambda: rating(1.01, BANDS, rounding="none")) == "share: 1.01 is not between 0 and 1."
    assert said(lambda: rating(-0.1, BANDS, rounding="none")) == "share: -0.1 is not between 0 and 1."
    nothing = Count(0, 0, "case", "all")
    assert said(lambda: rating(nothing, BANDS, rounding="none")) == "share: nothing was judged."
    expected = "rounding: up is not one of half_up, half_even, none."
    assert said(lambda: rating(0.5, BANDS, rounding="up")) == expected  # type: ignore[arg-type]
    assert said(lambda: rating_probability(estimated(1, 2), BANDS, rounding="up")) == expected  # type: ignore[arg-type]


@pytest.mark.parametrize(("rounding", "shift"), [("none", 0.0), ("half_up", 0.005), ("half_even", 0.005)])
def test_the_chances_are_jeffreys_beta_between_the_bands(rounding, shift):
    made = rating_probability(estimated(41, 84), BANDS, rounding=rounding)
    beta = stats.beta(41.5, 43.5)
    low, middle = beta.cdf(0.5 - shift), beta.cdf(0.65 - shift)
    assert made.chances == pytest.approx({"low": low, "middle": middle - low, "high": 1 - middle}, abs=1e-12)
    assert (made.rating, made.chance) == ("low", made.chances["low"])
    assert made.method == "Jeffreys' Beta at the effective size"
    assert made.seed is None


def test_a_finite_population_makes_a_rating_surer():
    assert (
        rating_probability(estimated(60, 84, 90), BANDS).chance
        > rating_probability(estimated(60, 84), BANDS).chance
    )


def test_everyone_judged_is_sure():
    made = rating_probability(estimated(41, 84, 84), BANDS)
    assert made.chances == {"low": 1.0, "middle": 0.0, "high": 0.0}
    assert (made.boundaries, made.warnings) == ((), ())


def test_a_boundary_within_the_interval_is_told():
    made = rating_probability(estimated(41, 84), BANDS)
    assert made.boundaries == ("middle",)
    assert made.warnings == (UNSURE, NOT_SEPARATED)
    assert rating_probability(estimated(48, 84), BANDS).boundaries == ("middle", "high")
    clear = rating_probability(estimated(10, 84), BANDS)
    assert (clear.rating, clear.boundaries, clear.warnings) == ("low", (), ())


@pytest.mark.parametrize(
    ("lower", "upper", "boundaries"),
    [(0.5, 0.6, ()), (0.49, 0.5, ("middle",)), (0.49, 0.499, ()), (0.4999, 0.65, ("middle", "high"))],
)
def test_a_band_begins_within_an_interval_above_its_lower_limit(lower, upper, boundaries):
    made = replace(estimated(41, 84), lower=lower, upper=upper)
    assert rating_probability(made, BANDS).boundaries == boundaries


def test_eighty_per_cent_is_sure_enough():
    halves = bands_from([(0, "a"), (50, "b")])
    assert UNSURE in rating_probability(estimated(44, 84), halves).warnings
    sure = rating_probability(estimated(47, 84), halves)
    assert sure.chance > 0.8
    assert sure.warnings == (NOT_SEPARATED,)


@pytest.mark.parametrize(("n", "is_rated"), [(59, False), (60, True)])
def test_a_part_needs_sixty_judged_cases_for_a_rating(n, is_rated):
    part = replace(estimated(30, n), part="N52A")
    if is_rated:
        assert rating_probability(part, BANDS).rating == "middle"
    else:
        expected = "estimate: N52A has 59 judged cases, and a part needs 60 to be rated."
        assert said(lambda: rating_probability(part, BANDS)) == expected
        assert rating_probability(replace(part, part=None), BANDS).rating == "middle"


def test_a_stabilised_figure_is_not_rated():
    areas = fay_herriot([0.4, 0.5, 0.6], [0.01] * 3, [[1.0]] * 3)
    refused = said(lambda: rating_probability(areas, BANDS))  # type: ignore[arg-type]
    assert refused == "estimate: a stabilised figure is not for ratings."


def test_the_hash_of_chances_is_over_estimate_bands_and_rounding():
    other = bands_from([(0, "low"), (51, "middle"), (65, "high")])
    hashes = {
        rating_probability(estimated(41, 84), BANDS).inputs_hash,
        rating_probability(estimated(42, 84), BANDS).inputs_hash,
        rating_probability(estimated(41, 84), other).inputs_hash,
        rating_probability(estimated(41, 84), BANDS, rounding="half_up").inputs_hash,
    }
    assert len(hashes) == 4


def test_one_question_alone_has_the_chances_of_its_own():
    made = lowest_rating_probability([[1]] * 41 + [[0]] * 43, BANDS, seed=3, n_draws=40_000)
    expected = rating_probability(estimated(41, 84), BANDS)
    for name, chance in expected.chances.items():
        assert made.chances[name] == pytest.approx(chance, abs=0.01)
    assert (made.rating, made.seed) == ("low", 3)
    assert made.boundaries == ("middle",)


def test_the_lowest_of_several_is_lower_than_any():
    rows = [[1, 1]] * 40 + [[1, 0]] * 15 + [[0, 1]] * 15 + [[0, 0]] * 14
    both = lowest_rating_probability(rows, BANDS, seed=1)
    one = lowest_rating_probability([[row[0]] for row in rows], BANDS, seed=1)
    assert both.rating == one.rating == "high"
    assert both.chances["high"] < one.chances["high"]
    assert sum(both.chances.values()) == pytest.approx(1)
    assert both.method == "Bayesian bootstrap of the patterns of judgements"


def test_questions_that_always_agree_count_as_one():
    twice = lowest_rating_probability({(1, 1): 55, (0, 0): 29}, BANDS, seed=1, n_draws=20_000)
    expected = rating_probability(estimated(55, 84), BANDS).chances
    for name, chance in expected.items():
        assert twice.chances[name] == pytest.approx(chance, abs=0.02)


def test_rows_and_patterns_are_the_same_and_so_is_a_second_draw():
    rows = [[True, True]] * 30 + [[True, False]] * 12 + [[False, False]] * 20
    by_pattern = {(1, 1): 30, (0, 0): 20, (1, 0): 12}
    first = lowest_rating_probability(rows, BANDS, seed=7)
    assert first == lowest_rating_probability(by_pattern, BANDS, seed=7)
    assert first.chances != lowest_rating_probability(rows, BANDS, seed=8).chances
    assert first.inputs_hash != lowest_rating_probability(rows, BANDS, seed=8).inputs_hash


def test_the_questions_may_be_put_in_another_order():
    made = lowest_rating_probability({(1, 0, 1): 60, (1, 1, 1): 24}, BANDS, seed=2)
    assert made.rating == "low"
    assert made.chances["low"] > 0.99
    other = lowest_rating_probability({(0, 1, 1): 60, (1, 1, 1): 24}, BANDS, seed=2)
    assert other.rating == "low"


def test_the_effective_size_scales_the_counts():
    narrow = lowest_rating_probability({(1,): 50, (0,): 34}, BANDS, seed=1, n_eff=8400)
    wide = lowest_rating_probability({(1,): 50, (0,): 34}, BANDS, seed=1)
    assert narrow.chances["middle"] > 0.99 > wide.chances["middle"]
    assert narrow.boundaries == ()
    assert wide.boundaries == ("middle", "high")
    halved = lowest_rating_probability({(1,): 50, (0,): 34}, BANDS, seed=1, level=0.5)
    assert halved.boundaries == ()
    assert len({each.inputs_hash for each in (narrow, wide, halved)}) == 3


def test_rounding_moves_where_a_band_begins_for_the_lowest_too():
    counts = {(1,): 4960, (0,): 5040}
    assert lowest_rating_probability(counts, BANDS, seed=1, rounding="half_up").chances["middle"] > 0.5
    assert lowest_rating_probability(counts, BANDS, seed=1).chances["low"] > 0.5


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        ([], "judged: no case was judged."),
        ({(1, 0): 0}, "judged: no case was judged."),
        ([[1, 0], [1]], "judged: all cases need as many judgements."),
        ([[1, None]], "judged: every case needs a judgement of every question, 0 or 1."),
        ([[1, 2]], "judged: every case needs a judgement of every question, 0 or 1."),
        ({(1,): -1}, "judged: a pattern cannot occur -1 times."),
        ([[]], "judged: 0 questions; 1 to 12 are possible."),
        ([[1] * 13], "judged: 13 questions; 1 to 12 are possible."),
    ],
)
def test_no_lowest_can_be_drawn(judged, expected):
    assert said(lambda: lowest_rating_probability(judged, BANDS, seed=1)) == expected


def test_twelve_questions_are_possible():
    assert lowest_rating_probability([[1] * 12] * 5, BANDS, seed=1, n_draws=20).rating == "high"


def test_a_wrong_rating_by_whole_numbers():
    made = misclassification(Fraction(1, 2), 4, 10, BANDS, rounding="none")
    ways = {k: comb(5, k) * comb(5, 4 - k) / comb(10, 4) for k in range(5)}
    expected = {"low": ways[0] + ways[1], "middle": ways[2], "high": ways[3] + ways[4]}
    assert made.chances == pytest.approx(expected, abs=1e-12)
    assert (made.rating, made.method) == ("middle", "hypergeometric")
    assert made.wrong == pytest.approx(1 - ways[2])


def test_nobody_counts_or_everybody():
    none = misclassification(0, 5, 10, BANDS, rounding="half_up")
    assert (none.rating, none.chances) == ("low", {"low": pytest.approx(1), "middle": 0, "high": 0})
    every = misclassification(1, 10, 10, BANDS, rounding="half_up")
    assert (every.rating, every.wrong) == ("high", 0)


def test_the_number_that_counts_is_the_nearest_whole_one():
    half = misclassification(0.25, 2, 2, BANDS, rounding="none")
    assert (half.rating, half.chances["middle"]) == ("low", pytest.approx(1))
    below = misclassification(0.24, 2, 2, BANDS, rounding="none")
    assert below.chances["low"] == pytest.approx(1)


@pytest.mark.parametrize("n", [0, 11])
def test_more_than_there_are_cannot_be_drawn(n):
    refused = said(lambda: misclassification(0.5, n, 10, BANDS, rounding="none"))
    assert refused == f"n: {n} cases cannot be drawn from 10."


def test_the_hash_of_a_misclassification_is_over_its_inputs():
    def hashed(share: float, n: int, population: int, rounding: Any) -> str:
        return misclassification(share, n, population, BANDS, rounding=rounding).inputs_hash

    hashes = {
        hashed(0.5, 4, 10, "none"),
        hashed(0.6, 4, 10, "none"),
        hashed(0.5, 5, 10, "none"),
        hashed(0.5, 4, 11, "none"),
        hashed(0.5, 4, 10, "half_up"),
    }
    assert len(hashes) == 5


@given(st.integers(0, 83), st.sampled_from(["half_up", "half_even", "none"]))
@settings(max_examples=40, deadline=None)
def test_one_more_that_counts_never_lowers_a_rating(k, rounding):
    order = [each.name for each in BANDS]
    fewer, more = estimated(k, 84), estimated(k + 1, 84)
    first, second = (rating(each.of, BANDS, rounding=rounding) for each in (fewer, more))
    assert order.index(first) <= order.index(second)
    assert rating_probability(fewer, BANDS).chances["high"] <= rating_probability(more, BANDS).chances["high"]
    assert rating_probability(fewer, BANDS).chances["low"] >= rating_probability(more, BANDS).chances["low"]
