"""Confidence intervals for a proportion, by hand, so that a finite population counts.

All rates are floats in [0, 1] and ``level`` is the two-sided confidence. The forms without a finite
population are checked in the tests against statsmodels to 1e-9, the exact one against scipy's distribution.
``scipy.stats`` itself takes seconds to import, and every page would wait for it.
"""

from __future__ import annotations

from bisect import bisect_left
from fractions import Fraction
from math import comb, exp, log, sqrt
from statistics import NormalDist

from scipy.special import betaincinv, stdtrit


def normal_quantile(level: float) -> float:
    """The two-sided normal quantile: 1.96 for .95."""
    _check_level(level)
    return NormalDist().inv_cdf(0.5 + level / 2)


def student_quantile(level: float, *, df: float) -> float:
    """The two-sided quantile of Student's t; the normal one where ``df`` is infinite."""
    if df == float("inf"):
        return normal_quantile(level)
    _check_level(level)
    return float(stdtrit(df, 0.5 + level / 2))


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
    lower = betaincinv(numerator, denominator - numerator + 1, tail) if numerator else 0.0
    upper = betaincinv(numerator + 1, denominator - numerator, 1 - tail) if numerator < denominator else 1.0
    return float(lower), float(upper)


def wald(share: float, *, se: float, quantile: float) -> tuple[float, float]:
    """The estimate and its standard error either way, cut at 0 and 1. For comparison only: it is too narrow
    for small samples and rates far from a half."""
    _check_share(share)
    return max(0.0, share - quantile * se), min(1.0, share + quantile * se)


def logit(share: float, *, se: float, quantile: float) -> tuple[float, float]:
    """The interval made on the scale of the log odds, which is how R's ``svyciprop`` makes it by default.

    ``ValueError`` for a share of 0 or 1, whose log odds are no number.
    """
    _check_share(share)
    if share in (0, 1):
        raise ValueError(f"a share of {share} has no log odds")
    odds, width = log(share / (1 - share)), quantile * se / (share * (1 - share))
    return 1 / (1 + exp(width - odds)), 1 / (1 + exp(-width - odds))


def korn_graubard(share: float, *, n: float, drawn: int, df: float, level: float) -> tuple[float, float]:
    """Clopper and Pearson's limits at an effective size ``n``, itself shortened by the squared ratio of the t
    quantiles at ``drawn - 1`` and at the design's ``df`` (Korn and Graubard 1998), as ``beta`` in R's
    ``svyciprop``."""
    _check_share(share)
    _check_level(level)
    if n == float("inf"):
        return share, share
    if df != float("inf"):
        n *= (student_quantile(level, df=drawn - 1) / student_quantile(level, df=df)) ** 2
    tail, counted, others = (1 - level) / 2, n * share, n * (1 - share)
    lower = betaincinv(counted, others + 1, tail) if counted > 0 else 0.0
    upper = betaincinv(counted + 1, others, 1 - tail) if others > 0 else 1.0
    return float(lower), float(upper)


def hypergeometric(numerator: int, denominator: int, *, population: int, level: float) -> tuple[float, float]:
    """The exact interval for a share of a population of known size, by inverting the two tails.

    A number of successes in the population belongs to the interval if neither tail of the draw, taken
    with what was seen, is as rare as ``(1 - level) / 2`` or rarer, the level being the decimal as written.
    Counted in whole numbers. The limits are shares of the population.
    """
    _check_count(numerator, denominator)
    _check_level(level)
    if denominator > population:
        raise ValueError(f"{denominator} judged of a population of {population}")
    if 2 * numerator <= denominator:
        lowest, highest = _possible(numerator, denominator, population, level)
    else:  # the same question asked of those not counted, who are fewer
        fewest, most = _possible(denominator - numerator, denominator, population, level)
        lowest, highest = population - most, population - fewest
    return lowest / population, highest / population


def _possible(seen: int, drawn: int, population: int, level: float) -> tuple[int, int]:
    """The lowest and the highest number of successes in the population with which ``seen`` is not rare."""
    ways = comb(population, drawn)
    rare = (1 - Fraction(str(level))) / 2 * ways

    def at_most(successes: int, number: int) -> int:
        """How many of the ways to draw give this number of successes or fewer."""
        return sum(comb(successes, k) * comb(population - successes, drawn - k) for k in range(number + 1))

    numbers = range(seen, population - (drawn - seen) + 1)
    lowest = bisect_left(numbers, True, key=lambda each: ways - at_most(each, seen - 1) > rare)
    above = bisect_left(numbers, True, key=lambda each: at_most(each, seen) <= rare)
    return numbers[lowest], numbers[above - 1]


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"{level} is not a confidence level")


def _check_share(share: float) -> None:
    if not 0 <= share <= 1:
        raise ValueError(f"{share} is not a share")


def _check_count(numerator: int, denominator: int) -> None:
    if denominator <= 0 or not 0 <= numerator <= denominator:
        raise ValueError(f"no interval for {numerator} of {denominator}")
