from __future__ import annotations

from math import sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from assay.core.errors import Refused
from assay.core.estimation.agreement import cohen, fleiss, gwet_ac1, krippendorff
from assay.core.estimation.score import auc_delong

ONE_CATEGORY = "ratings: with one category alone there is no chance to agree beyond."


def said(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.message.worded()


def test_cohens_kappa_by_hand():
    made = cohen([[20, 5], [10, 15]])
    assert (made.observed, made.expected, made.n) == (pytest.approx(0.7), pytest.approx(0.5), 50)
    assert made.value == pytest.approx(0.4)
    half = stats.norm.ppf(0.975) * made.se
    assert (made.lower, made.upper) == (pytest.approx(0.4 - half), pytest.approx(0.4 + half))
    assert (made.level, made.method, made.warnings, made.seed) == (0.95, "Cohen's kappa", (), None)
    narrower = cohen([[20, 5], [10, 15]], level=0.8)
    assert narrower.upper == pytest.approx(0.4 + stats.norm.ppf(0.9) * made.se)
    assert narrower.inputs_hash != made.inputs_hash


def test_full_agreement_is_one_and_full_disagreement_is_cut():
    every = cohen([[5, 0], [0, 5]])
    assert (every.value, every.se, every.lower, every.upper) == (1, 0, 1, 1)
    none = cohen([[0, 5], [5, 0]])
    assert none.value == pytest.approx(-1)
    assert none.lower == -1
    assert none.warnings == ("small base",)


def test_a_near_miss_counts_in_part():
    table = [[10, 4, 0], [3, 10, 2], [0, 1, 10]]
    assert cohen(table).value < cohen(table, weights="linear").value < cohen(table, weights="quadratic").value
    assert cohen(table, weights="linear").method == "Cohen's kappa, weighted"
    assert len({cohen(table, weights=each).inputs_hash for each in ("none", "linear", "quadratic")}) == 3


@pytest.mark.parametrize(
    ("table", "weights", "expected"),
    [
        ([[1, 2]], "none", "table: it needs as many columns as rows."),
        ([[1, 2], [3]], "none", "table: rows of one length are needed."),
        ([], "none", "table: rows of one length are needed."),
        ([[]], "none", "table: rows of one length are needed."),
        ([[-1, 2], [3, 4]], "none", "table: counts are whole numbers from 0 on."),
        ([[0.5, 2], [3, 4]], "none", "table: counts are whole numbers from 0 on."),
        ([[0, 0], [0, 0]], "none", "table: nothing was rated."),
        ([[7, 0], [0, 0]], "none", ONE_CATEGORY),
        ([[7]], "linear", ONE_CATEGORY),
        ([[1, 2], [3, 4]], "cubic", "weights: cubic is not one of none, linear, quadratic."),
    ],
)
def test_no_kappa_of_two_can_be_made(table, weights, expected):
    assert said(lambda: cohen(table, weights=weights)) == expected


def test_the_bounds_are_those_of_students_t_at_the_cases_less_one():
    counts = [[2, 1], [3, 0], [0, 3], [1, 2], [3, 0]]
    made = fleiss(counts)
    half = stats.t.ppf(0.975, 4) * made.se
    assert made.lower == pytest.approx(max(-1, made.value - half))
    assert made.upper == pytest.approx(min(1, made.value + half))
    shares = np.array([9, 6]) / 15
    assert made.expected == pytest.approx((shares**2).sum())
    assert made.observed == pytest.approx((1 / 3 + 1 + 1 + 1 / 3 + 1) / 5)
    assert (made.method, made.n, made.warnings) == ("Fleiss' kappa", 5, ("small base",))
    assert made.inputs_hash != fleiss(counts, level=0.8).inputs_hash


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([[2, 1], [1, 1]], "counts: every case needs as many ratings as the next."),
        ([[1, 0], [0, 1]], "counts: two ratings of each case are the least."),
        ([[1, 1]], "ratings: two cases with two ratings each are the least."),
        ([[3, 0], [3, 0]], ONE_CATEGORY),
    ],
)
def test_no_kappa_of_several_can_be_made(counts, expected):
    assert said(lambda: fleiss(counts)) == expected


def test_gwets_ac1_by_hand():
    ratings = [["y", "y"], ["y", "n"], ["n", "n"], ["y", "y"], ["y", None], [None, None]]
    made = gwet_ac1(ratings)
    share = (1 + 0.5 + 0 + 1 + 1) / 5
    assert made.expected == pytest.approx(2 * share * (1 - share))
    assert made.observed == pytest.approx(3 / 4)
    assert made.value == pytest.approx((3 / 4 - made.expected) / (1 - made.expected))
    assert made.n == 5
    assert made.method == "Gwet's AC1"
    assert made.warnings == ("small base", "cases with fewer than two ratings tell nothing of agreement")
    agreed = np.array([1, 0, 1, 1, 0])
    several = np.array([1, 1, 1, 1, 0])
    guessed = np.array([1, 0.5, 0, 1, 1]) * (1 - share) + np.array([0, 0.5, 1, 0, 0]) * share
    each = 5 / 4 * (agreed - made.expected * several) / (1 - made.expected)
    each = each - 2 * (1 - made.value) * (guessed - made.expected) / (1 - made.expected)
    assert made.se == pytest.approx(sqrt(((each - made.value) ** 2).sum() / 20))


def test_a_category_that_is_nearly_always_given_does_not_look_like_disagreement():
    ratings = [["y", "y"]] * 40 + [["y", "n"]] * 2 + [["n", "y"]] * 2
    assert gwet_ac1(ratings).value > 0.85
    assert krippendorff(ratings, seed=1, n_draws=100).value < 0.1
    assert gwet_ac1(ratings).warnings == ()


@pytest.mark.parametrize(
    ("ratings", "expected"),
    [
        ([["y", "y"], ["y", "y"]], ONE_CATEGORY),
        ([["y", "n"], ["y", None]], "ratings: two cases with two ratings each are the least."),
        ([[None, None]], "ratings: there are none."),
        ([["y", 1], [1, 1]], "ratings: numbers and words stand beside each other."),
    ],
)
def test_no_ac1_can_be_made(ratings, expected):
    assert said(lambda: gwet_ac1(ratings)) == expected


RATINGS = [[1, 1], [1, 2], [3, 3], [2, 2], [4, 3], [1, 1], [2, None]]


def test_krippendorffs_alpha_by_hand():
    made = krippendorff(RATINGS, seed=1, n_draws=500)
    # Twelve values: four 1, three 2, three 3, ... of which four lie in a pair that disagrees.
    given_out = np.array([5, 3, 3, 1])
    seen = 4 / 12
    chance = (12 * 12 - (given_out**2).sum()) / (12 * 11)
    assert made.value == pytest.approx(1 - seen / chance)
    assert (made.observed, made.expected) == (pytest.approx(1 - seen), pytest.approx(1 - chance))
    assert (made.n, made.seed, made.method) == (6, 1, "Krippendorff's alpha")
    assert "cases with fewer than two ratings tell nothing of agreement" in made.warnings
    assert made.lower <= made.value <= made.upper
    assert made.se > 0


def test_a_resample_comes_back_with_its_seed_and_not_with_another():
    first, again = (krippendorff(RATINGS, seed=5, n_draws=200) for _ in range(2))
    other = krippendorff(RATINGS, seed=6, n_draws=200)
    assert first == again
    assert first.value == other.value
    assert (first.lower, first.se) != (other.lower, other.se)
    hashes = {each.inputs_hash for each in (first, other, krippendorff(RATINGS, seed=5, n_draws=201))}
    assert len(hashes | {krippendorff(RATINGS, seed=5, n_draws=200, metric="interval").inputs_hash}) == 4


def test_resamples_with_one_rating_alone_are_left_out_and_said():
    made = krippendorff([[1, 1]] * 4 + [[1, 2]], seed=1, n_draws=300)
    assert "some resamples had one rating alone and were left out" in made.warnings
    assert made.warnings[0] == "small base"
    large = krippendorff([[1, 1]] * 15 + [[2, 2]] * 15, seed=1, n_draws=300)
    assert (large.warnings, large.value, large.lower) == ((), 1, 1)


def test_the_bounds_are_the_percentiles_of_the_level():
    wide = krippendorff(RATINGS * 5, seed=1, n_draws=400)
    narrow = krippendorff(RATINGS * 5, seed=1, n_draws=400, level=0.5)
    assert wide.lower < narrow.lower < narrow.upper < wide.upper


def test_the_order_of_words_can_be_said():
    ratings = [["low", "high"], ["high", "high"], ["mid", "mid"], ["low", "low"]]
    made = krippendorff(ratings, metric="ordinal", seed=1, order=["low", "mid", "high"], n_draws=50)
    numbers = [[{"low": 0, "mid": 1, "high": 2}[each] for each in row] for row in ratings]
    assert made.value == pytest.approx(krippendorff(numbers, metric="ordinal", seed=1, n_draws=50).value)
    assert made.value != krippendorff(ratings, metric="ordinal", seed=1, n_draws=50).value
    refused = said(lambda: krippendorff(ratings, metric="ordinal", seed=1, order=["low", "mid"]))
    assert refused == "order: it lacks high."


@pytest.mark.parametrize(
    ("ratings", "metric", "expected"),
    [
        (RATINGS, "cubic", "metric: cubic is not one of nominal, ordinal, interval, ratio."),
        ([[1, 2], [1, None]], "nominal", "ratings: two cases with two ratings each are the least."),
        ([[1, 1], [1, 1]], "nominal", ONE_CATEGORY),
        ([["a", "b"], ["a", "a"]], "interval", "ratings: interval needs numbers."),
        ([[-1, 2], [1, 1]], "ratio", "ratings: a ratio has no number below 0."),
    ],
)
def test_no_alpha_can_be_made(ratings, metric, expected):
    assert said(lambda: krippendorff(ratings, metric=metric, seed=1)) == expected


def test_nought_and_nought_are_not_apart_on_a_ratio():
    made = krippendorff([[0, 0], [1, 1], [0, 1]], metric="ratio", seed=1, n_draws=50)
    assert made.value == pytest.approx(1 - (2 / 6) / (2 * 9 / 30))


@given(
    st.lists(st.tuples(*[st.sampled_from(["a", "b", "c"])] * 3), min_size=4, max_size=20),
    st.permutations("abc"),
)
@settings(max_examples=25, deadline=None)
def test_names_and_order_do_not_matter(rows, renamed):
    if len({each for row in rows for each in row}) < 2:
        return
    names = dict(zip("abc", renamed, strict=True))
    other = [[names[each] for each in reversed(row)] for row in reversed(rows)]
    for make in (gwet_ac1, lambda given_rows: krippendorff(given_rows, seed=1, n_draws=20)):
        assert make(rows).value == pytest.approx(make(other).value)  # type: ignore[operator]


# The area under the curve


def test_the_area_by_hand():
    made = auc_delong([1, 1, 1, 0, 0], [0.9, 0.5, 0.4, 0.5, 0.1])
    above, below = np.array([1, 0.75, 0.5]), np.array([0.5, 1.0])
    assert made.value == pytest.approx(0.75)
    assert made.se == pytest.approx(sqrt(above.var(ddof=1) / 3 + below.var(ddof=1) / 2))
    assert (made.positives, made.negatives, made.method) == (3, 2, "DeLong")
    assert made.upper == 1
    assert made.lower == pytest.approx(max(0, 0.75 - stats.norm.ppf(0.975) * made.se))
    assert made.warnings == ("small base",)
    assert made.inputs_hash != auc_delong([1, 1, 1, 0, 0], [0.9, 0.5, 0.4, 0.5, 0.1], level=0.8).inputs_hash


def test_a_score_the_wrong_way_round_is_cut_at_nought():
    made = auc_delong([0, 0, 1, 1], [0.9, 0.3, 0.4, 0.1])
    assert (made.value, made.lower) == (0.25, 0.0)


def test_twenty_of_each_are_no_small_base():
    assert auc_delong([1, 0] * 20, list(range(40))).warnings == ()
    assert auc_delong([1, 0] * 19 + [1], list(range(39))).warnings == ("small base",)
    assert said(lambda: auc_delong([1, 0], [1.0])) == "score: 1 values were given for 2 of y."
