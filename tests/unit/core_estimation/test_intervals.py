from __future__ import annotations

from fractions import Fraction
from math import inf, sqrt

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from assay.core.estimation import intervals, reference

COUNTS = [(0, 1), (1, 1), (0, 84), (1, 84), (41, 84), (84, 84), (49, 80), (31, 62), (3, 7), (250, 330)]


@pytest.mark.parametrize(("k", "n"), COUNTS)
@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wilson_agrees_with_statsmodels_to_a_billionth(k, n, level):
    lower, upper = intervals.wilson(k / n, n=n, quantile=intervals.normal_quantile(level))
    expected = proportion_confint(k, n, alpha=1 - level, method="wilson")
    assert lower == pytest.approx(expected[0], abs=1e-9)
    assert upper == pytest.approx(expected[1], abs=1e-9)


@pytest.mark.parametrize(("k", "n"), COUNTS)
def test_wilson_agrees_with_scipy_to_a_billionth(k, n):
    lower, upper = intervals.wilson(k / n, n=n, quantile=intervals.normal_quantile(0.95))
    expected = stats.binomtest(k, n).proportion_ci(method="wilson")
    assert (lower, upper) == (pytest.approx(expected.low, abs=1e-9), pytest.approx(expected.high, abs=1e-9))


@pytest.mark.parametrize(("k", "n"), COUNTS)
def test_clopper_pearson_agrees_with_scipy_to_a_billionth(k, n):
    expected = stats.binomtest(k, n).proportion_ci(method="exact")
    assert intervals.clopper_pearson(k, n, level=0.95) == (
        pytest.approx(expected.low, abs=1e-9),
        pytest.approx(expected.high, abs=1e-9),
    )


def test_the_published_checks_of_the_2026_report():
    quantile = intervals.normal_quantile(0.95)
    assert [round(100 * x, 1) for x in intervals.wilson(41 / 84, n=84, quantile=quantile)] == [38.4, 59.3]
    assert [round(100 * x, 1) for x in intervals.wilson(49 / 80, n=80, quantile=quantile)] == [50.3, 71.2]
    assert [round(100 * x, 1) for x in intervals.wilson(31 / 62, n=62, quantile=quantile)] == [37.9, 62.1]
    eighty = intervals.wilson(41 / 84, n=84, quantile=intervals.normal_quantile(0.8))
    assert [round(100 * x, 1) for x in eighty] == [41.9, 55.8]


@pytest.mark.parametrize(
    ("k", "n", "population"), [(3, 7, 9), (0, 5, 6), (5, 5, 40), (41, 84, 500), (1, 1, 1)]
)
def test_the_exact_interval_agrees_with_whole_numbers_tried_one_by_one(k, n, population):
    expected = reference.hypergeometric(k, n, population=population, level=Fraction(95, 100))
    assert intervals.hypergeometric(k, n, population=population, level=0.95) == tuple(map(float, expected))


def test_the_exact_interval_nears_clopper_and_pearsons_as_the_population_grows():
    lower, upper = intervals.hypergeometric(41, 84, population=2_000_000, level=0.95)
    low, high = intervals.clopper_pearson(41, 84, level=0.95)
    assert (lower, upper) == (pytest.approx(low, abs=1e-5), pytest.approx(high, abs=1e-5))


def test_the_effective_size_counts_the_finite_population():
    assert intervals.effective_size(84, population=None) == 84
    assert intervals.effective_size(84, population=84) == inf
    assert intervals.effective_size(84, population=168) == 84 * 167 / 84
    assert intervals.wilson(0.25, n=inf, quantile=1.96) == (0.25, 0.25)


def test_the_finite_correction_is_the_textbooks_standard_error():
    n_eff = intervals.effective_size(100, population=400)
    assert sqrt(0.3 * 0.7 / n_eff) == pytest.approx(
        sqrt(0.3 * 0.7 / 100 * (400 - 100) / (400 - 1)), abs=1e-12
    )


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: intervals.effective_size(5, population=4),
        lambda: intervals.wilson(1.1, n=10, quantile=1.96),
        lambda: intervals.wilson(0.5, n=0, quantile=1.96),
        lambda: intervals.normal_quantile(1),
        lambda: intervals.clopper_pearson(1, 0, level=0.95),
        lambda: intervals.hypergeometric(3, 2, population=9, level=0.95),
        lambda: intervals.hypergeometric(1, 5, population=4, level=0.95),
    ],
)
def test_nonsense_has_no_interval(wrong):
    with pytest.raises(ValueError):
        wrong()


def test_the_t_quantile_is_scipys_and_the_normal_one_in_the_end():
    assert intervals.student_quantile(0.95, df=7) == pytest.approx(stats.t.ppf(0.975, 7), abs=1e-12)
    assert intervals.student_quantile(0.8, df=7) == pytest.approx(stats.t.ppf(0.9, 7), abs=1e-12)
    assert intervals.student_quantile(0.95, df=inf) == intervals.normal_quantile(0.95)
    for level in (0, 1):
        with pytest.raises(ValueError, match="confidence level"):
            intervals.student_quantile(level, df=7)


def test_the_logit_interval_is_even_on_the_scale_of_the_log_odds():
    lower, upper = intervals.logit(0.3, se=0.05, quantile=2.0)
    width = 2 * 0.05 / (0.3 * 0.7)
    middle = np.log(0.3 / 0.7)
    assert (lower, upper) == (
        pytest.approx(1 / (1 + np.exp(-(middle - width)))),
        pytest.approx(1 / (1 + np.exp(-(middle + width)))),
    )
    for share in (0, 1):
        with pytest.raises(ValueError, match="no log odds"):
            intervals.logit(share, se=0.1, quantile=2.0)


def test_a_wald_interval_is_cut_at_nought_and_one():
    assert intervals.wald(0.5, se=0.1, quantile=2.0) == (pytest.approx(0.3), pytest.approx(0.7))
    assert intervals.wald(0.1, se=0.1, quantile=2.0) == (0.0, pytest.approx(0.3))
    assert intervals.wald(0.9, se=0.1, quantile=2.0) == (pytest.approx(0.7), 1.0)
    with pytest.raises(ValueError, match="not a share"):
        intervals.wald(1.5, se=0.1, quantile=2.0)


@pytest.mark.parametrize(("k", "n"), COUNTS)
def test_korn_and_graubards_is_clopper_and_pearsons_where_every_case_counts_as_one(k, n):
    expected = intervals.clopper_pearson(k, n, level=0.95)
    assert intervals.korn_graubard(k / n, n=n, drawn=n, df=inf, level=0.95) == pytest.approx(expected)


def test_korn_and_graubard_shorten_the_effective_size_by_the_quantiles():
    shorter = 60 * (stats.t.ppf(0.975, 83) / stats.t.ppf(0.975, 20)) ** 2
    expected = intervals.korn_graubard(0.4, n=shorter, drawn=84, df=inf, level=0.95)
    assert intervals.korn_graubard(0.4, n=60, drawn=84, df=20, level=0.95) == pytest.approx(expected)
    assert intervals.korn_graubard(0.4, n=inf, drawn=84, df=20, level=0.95) == (0.4, 0.4)
    for share, level in ((1.5, 0.95), (0.5, 1.0)):
        with pytest.raises(ValueError, match="is not a"):
            intervals.korn_graubard(share, n=60, drawn=84, df=20, level=level)
