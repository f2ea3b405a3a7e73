"""Confidence intervals for a proportion, by hand, so that a finite population counts.

All rates are floats in [0, 1] and ``level`` is the two-sided confidence. The forms without a finite
population are checked in the tests against statsmodels, the exact one against scipy, all to 1e-9.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from scipy import stats


def normal_quantile(level: float) -> float:
    """The two-sided normal quantile: 1.96 for .95."""
    _check_level(level)
    return float(stats.norm.ppf(0.5 + level / 2))


def effective_size(n: int, *, population: int | None) -> float:
    """The sample size of plain random sampling without end that would be as precise as ``n`` of
    ``population``. Infinite where everyone was judged; ``n`` itself where the population is not known."""
    if population is None:
        return float(n)
    if n > population:
        raise ValueError(f"{n} judged of a population of {population}")
    return float("inf") if n == population else n * (population - 1) / (population - n)


def wilson(share: float, *, n: float, quantile: float) -> tuple[float, float]:
    """Wilson's score interval at an effective size ``n``, which may be a fraction or infinite."""
    _check_share(share)
    if n <= 0:
        raise ValueError("an interval needs something judged")
    if n == float("inf"):
        return share, share
    squared = quantile * quantile
    centre = (share + squared / (2 * n)) / (1 + squared / n)
    half = quantile / (1 + squared / n) * sqrt(share * (1 - share) / n + squared / (4 * n * n))
    # At 0 and 1 the limit equals the share but for rounding; an interval must contain its estimate.
    return min(max(0.0, centre - half), share), max(min(1.0, centre + half), share)


def clopper_pearson(numerator: int, denominator: int, *, level: float) -> tuple[float, float]:
    """The exact binomial interval: the limit of :func:`hypergeometric` for a population without end."""
    _check_count(numerator, denominator)
    _check_level(level)
    tail = (1 - level) / 2
    lower = stats.beta.ppf(tail, numerator, denominator - numerator + 1) if numerator else 0.0
    upper = (
        stats.beta.ppf(1 - tail, numerator + 1, denominator - numerator) if numerator < denominator else 1.0
    )
    return float(lower), float(upper)


def hypergeometric(numerator: int, denominator: int, *, population: int, level: float) -> tuple[float, float]:
    """The exact interval for a share of a population of known size, by inverting the two tails.

    A number of successes in the population belongs to the interval if neither tail of the draw, taken
    with what was seen, is rarer than ``(1 - level) / 2``. The limits are shares of the population.
    """
    _check_count(numerator, denominator)
    _check_level(level)
    if denominator > population:
        raise ValueError(f"{denominator} judged of a population of {population}")
    tail = (1 - level) / 2
    possible = np.arange(numerator, population - (denominator - numerator) + 1)
    at_least = stats.hypergeom.sf(numerator - 1, population, possible, denominator)
    at_most = stats.hypergeom.cdf(numerator, population, possible, denominator)
    kept = possible[(at_least > tail) & (at_most > tail)]
    if kept.size == 0:  # everyone was judged: only one number is possible
        kept = possible[:1]
    return float(kept[0]) / population, float(kept[-1]) / population


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"{level} is not a confidence level")


def _check_share(share: float) -> None:
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is not a share")


def _check_count(numerator: int, denominator: int) -> None:
    if denominator <= 0 or not 0 <= numerator <= denominator:
        raise ValueError(f"no interval for {numerator} of {denominator}")
