from __future__ import annotations

from dataclasses import replace
from math import asin, sin, sqrt
from typing import Any

import numpy as np
import pytest
from scipy import stats

from assay.core.errors import Refused
from assay.core.estimation.compare import change, funnel_limits, overdispersion
from assay.core.estimation.counted import plain_proportion
from assay.core.estimation.small_area import fay_herriot
from assay.core.figures import Count, Estimate


def said(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.message.worded()


def estimated(k: int, n: int, **more: Any) -> Estimate:
    made = plain_proportion(Count(k, n, "case", "all"), **more)
    assert made is not None
    return made


def test_exact_limits_interpolate_the_binomial():
    made = funnel_limits(0.4, [25], probs=[0.025, 0.975])
    expected = []
    for prob in (0.025, 0.975):
        r = int(stats.binom.ppf(prob, 25, 0.4))
        high, low = stats.binom.cdf(r, 25, 0.4), stats.binom.cdf(r - 1, 25, 0.4)
        expected.append((r - (high - prob) / (high - low)) / 25)
    assert made.limits == pytest.approx(np.array([expected]), abs=1e-12)
    assert (made.method, made.theta, made.n, made.probs) == (
        "exact binomial, interpolated",
        0.4,
        (25,),
        (0.025, 0.975),
    )


def test_limits_of_a_single_case_stay_within_nought_and_one():
    made = funnel_limits(0.5, [1])
    assert made.limits.tolist() == [pytest.approx([0, 0, 0.95, 0.998])]
    assert made.probs == (0.001, 0.025, 0.975, 0.999)


def test_arcsine_limits_with_and_without_room_for_more():
    made = funnel_limits(0.4, [25, 100], probs=[0.025], method="arcsine", tau2=0.01)
    z = stats.norm.ppf(0.025)
    expected = [[sin(asin(sqrt(0.4)) + z * sqrt(1 / (4 * n) + 0.01)) ** 2] for n in (25, 100)]
    assert made.limits == pytest.approx(np.array(expected), abs=1e-12)
    assert (made.method, made.tau2) == ("normal on the arcsine scale", 0.01)
    assert (funnel_limits(0.4, [25], method="arcsine").limits > 0).all()
    assert funnel_limits(0.02, [5], method="arcsine").limits[0, 0] == 0
    assert funnel_limits(0.98, [5], method="arcsine").limits[0, 3] == 1


def test_limits_close_in_as_units_grow():
    made = funnel_limits(0.62, [20, 70, 300])
    assert (np.diff(made.limits[:, 0]) > 0).all()
    assert (np.diff(made.limits[:, 3]) < 0).all()
    assert (np.diff(made.limits, axis=1) > 0).all()


def test_eleven_like_units_fall_outside_as_often_as_they_should():
    made = funnel_limits(0.62, [70])
    inside = [
        stats.binom.cdf(np.floor(high * 70), 70, 0.62) - stats.binom.cdf(np.ceil(low * 70) - 1, 70, 0.62)
        for low, high in ((made.limits[0, 1], made.limits[0, 2]), (made.limits[0, 0], made.limits[0, 3]))
    ]
    assert 1 - inside[0] ** 11 == pytest.approx(1 - 0.95**11, abs=0.1)
    assert 1 - inside[1] ** 11 == pytest.approx(1 - 0.998**11, abs=0.015)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"method": "normal"}, "method: normal is not one of exact, arcsine."),
        ({"theta": 0.0}, "theta: 0.0 is not between 0 and 1."),
        ({"theta": 1.0}, "theta: 1.0 is not between 0 and 1."),
        ({"n": [5, 0]}, "n: every unit needs a judged case."),
        ({"probs": [0.5, 1.0]}, "probs: a chance lies between 0 and 1."),
        ({"probs": [0.0]}, "probs: a chance lies between 0 and 1."),
        ({"tau2": -0.1}, "tau2: a variance is not below 0."),
        ({"tau2": 0.1}, "tau2: an exact limit leaves no room for it; use arcsine."),
    ],
)
def test_no_limits_can_be_drawn(given, expected):
    whole = {"theta": 0.5, "n": [10]} | given
    assert said(lambda: funnel_limits(**whole)) == expected


def test_the_hash_of_limits_is_over_their_inputs():
    hashes = {
        funnel_limits(0.5, [10]).inputs_hash,
        funnel_limits(0.6, [10]).inputs_hash,
        funnel_limits(0.5, [11]).inputs_hash,
        funnel_limits(0.5, [10], probs=[0.5]).inputs_hash,
        funnel_limits(0.5, [10], method="arcsine").inputs_hash,
        funnel_limits(0.5, [10], method="arcsine", tau2=0.1).inputs_hash,
    }
    assert len(hashes) == 6


def test_overdispersion_by_hand():
    counts = [Count(k, n, "case", "all") for k, n in ((5, 50), (30, 60), (45, 50), (20, 40))]
    made = overdispersion(counts, winsorised=0)
    n = np.array([50, 60, 50, 40])
    z = 2 * np.sqrt(n) * (np.arcsin(np.sqrt(np.array([0.1, 0.5, 0.9, 0.5]))) - asin(sqrt(0.5)))
    assert made.theta == 0.5
    assert made.phi == pytest.approx((z**2).mean())
    w = 4 * n
    assert made.tau2 == pytest.approx((4 * made.phi - 3) / (w.sum() - (w**2).sum() / w.sum()))
    drawn_in = overdispersion(counts)
    clipped = np.clip(z, *np.quantile(z, [0.1, 0.9]))
    assert drawn_in.phi == pytest.approx((clipped**2).mean())
    assert drawn_in.inputs_hash != made.inputs_hash
    assert drawn_in.method == "normal on the arcsine scale"


def test_units_that_differ_by_chance_alone_have_no_variance_between_them():
    made = overdispersion([Count(k, 50, "case", "all") for k in (25, 26, 24)])
    assert (made.tau2, made.phi < 1) == (0, True)


@pytest.mark.parametrize(
    ("counts", "winsorised", "expected"),
    [
        ([(1, 2), (1, 2)], 0.1, "counts: three units at least are needed, each with a judged case."),
        ([(1, 2), (1, 2), (0, 0)], 0.1, "counts: three units at least are needed, each with a judged case."),
        ([(1, 2)] * 3, 0.5, "winsorised: 0.5 is not between 0 and a half."),
        ([(1, 2)] * 3, -0.1, "winsorised: -0.1 is not between 0 and a half."),
        ([(2, 2)] * 3, 0.1, "counts: all cases are alike, so units cannot differ."),
        ([(0, 2)] * 3, 0.1, "counts: all cases are alike, so units cannot differ."),
    ],
)
def test_no_overdispersion_can_be_seen(counts, winsorised, expected):
    made = [Count(k, n, "case", "all") for k, n in counts]
    assert said(lambda: overdispersion(made, winsorised=winsorised)) == expected


def test_a_change_by_hand():
    first, second = estimated(41, 84), estimated(50, 84)
    made = change(first, second)
    assert made.value == pytest.approx(9 / 84)
    assert made.lower == pytest.approx(
        9 / 84 - sqrt((second.value - second.lower) ** 2 + (first.upper - first.value) ** 2)
    )
    assert made.upper == pytest.approx(
        9 / 84 + sqrt((second.upper - second.value) ** 2 + (first.value - first.lower) ** 2)
    )
    assert made.se == pytest.approx(sqrt(first.se**2 + second.se**2))
    assert (made.is_shown, made.level) == (False, 0.95)
    assert made.method == "Newcombe's, from the two intervals"
    assert made.warnings == ("no change can be shown at these sample sizes",)


def test_a_change_is_shown_where_no_change_lies_outside():
    up, down = change(estimated(20, 84), estimated(60, 84)), change(estimated(60, 84), estimated(20, 84))
    assert (up.is_shown, up.warnings, down.is_shown) == (True, (), True)
    assert up.lower > 0 > down.upper
    small = change(estimated(1, 19), estimated(60, 84))
    assert small.warnings == ("small base",)
    assert change(estimated(60, 84), estimated(60, 84)).value == 0
    assert up.inputs_hash != down.inputs_hash


def test_only_like_is_set_against_like():
    first = estimated(41, 84)
    levels = "level: the two estimates have intervals of different levels."
    assert said(lambda: change(first, estimated(41, 84, level=0.8))) == levels
    about = "unit: the two estimates are not about the same."
    assert said(lambda: change(first, replace(first, part="N52A"))) == about
    assert said(lambda: change(first, replace(first, of=Count(41, 84, "person", "all")))) == about


# Small areas


def test_areas_that_do_not_differ_all_have_the_figure_of_all():
    made = fay_herriot([0.5, 0.52, 0.48, 0.5], [0.01] * 4, [[1.0]] * 4)
    assert made.sigma2 == 0
    assert made.eblup == pytest.approx(np.full(4, 0.5))
    assert made.weight.tolist() == [0] * 4
    assert made.warnings == (
        "stabilised, not for ratings",
        "the areas differ no more than chance would have them",
    )


def test_areas_are_drawn_towards_the_rest_by_how_little_they_know():
    direct, var = [0.2, 0.5, 0.6, 0.9], [0.001, 0.02, 0.001, 0.05]
    made = fay_herriot(direct, var, [[1.0]] * 4)
    assert made.weight == pytest.approx(made.sigma2 / (made.sigma2 + np.array(var)))
    assert made.eblup == pytest.approx(made.weight * direct + (1 - made.weight) * made.coef[0])
    assert made.coef[0] == pytest.approx(np.average(direct, weights=1 / (made.sigma2 + np.array(var))))
    # The restricted likelihood is flat there: its derivative is nought.
    total = made.sigma2 + np.array(var)
    project = np.diag(1 / total) - np.outer(1 / total, 1 / total) / (1 / total).sum()
    assert np.trace(project) == pytest.approx(((project @ np.array(direct)) ** 2).sum(), rel=1e-8)
    assert (made.label, made.warnings) == ("stabilised, not for ratings", ("stabilised, not for ratings",))
    assert made.inputs_hash != fay_herriot([0.3, 0.5, 0.6, 0.9], var, [[1.0]] * 4).inputs_hash


ONES = [[1.0]] * 3


@pytest.mark.parametrize(
    ("direct", "var", "x", "method", "expected"),
    [
        ([0.1, 0.2, 0.3], [0.1] * 3, ONES, "ml", "method: ml is not reml, which is the only one."),
        (
            [0.1, 0.2],
            [0.1] * 3,
            ONES,
            "reml",
            "x: a row is needed for each area, and a direct estimate and a variance too.",
        ),
        (
            [0.1, 0.2, 0.3],
            [0.1] * 3,
            [1.0] * 3,
            "reml",
            "x: a row is needed for each area, and a direct estimate and a variance too.",
        ),
        ([0.1], [0.1], [[1.0]], "reml", "x: 1 areas do not bear 1 columns."),
        ([0.1, 0.2, 0.3], [0.1] * 3, [[1.0, 2.0]] * 3, "reml", "x: a column repeats the others."),
        (
            [0.1, 0.2, 0.3],
            [0.1, 0.0, 0.1],
            ONES,
            "reml",
            "var: every area needs an estimate and a variance above 0.",
        ),
        (
            [0.1, float("nan"), 0.3],
            [0.1] * 3,
            ONES,
            "reml",
            "var: every area needs an estimate and a variance above 0.",
        ),
    ],
)
def test_no_areas_can_be_stabilised(direct, var, x, method, expected):
    assert said(lambda: fay_herriot(direct, var, x, method=method)) == expected
