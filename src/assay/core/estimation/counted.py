"""Rates from numbers that were counted already: one plain, one that keeps to the strata of the draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import ceil, sqrt

import numpy as np

from assay.core.estimation.intervals import (
    clopper_pearson,
    effective_size,
    hypergeometric,
    normal_quantile,
    student_quantile,
    wilson,
)
from assay.core.estimation.judgements import SMALL, SMALL_BASE, inputs_hash
from assay.core.figures import Count, Estimate
from assay.core.messages import message

METHODS = ("wilson", "exact")

WILSON = message("Wilson").id
FINITE_WILSON = message("Wilson, with the finite population counted").id
STRATIFIED = message("Wilson, by strata").id
CLOPPER_PEARSON = message("exact binomial").id
HYPERGEOMETRIC = message("exact hypergeometric").id
WHOLE = message("none, since everyone was counted").id

NO_VARIANCE = message("no variance within the strata").id

Judged = Mapping[str, Sequence[bool | None]]
"""One value a judged unit, by stratum: whether it counts, or None where it is outside the base."""


def plain_proportion(
    count: Count, *, population: int | None = None, level: float = 0.95, method: str = "wilson"
) -> Estimate | None:
    """The share of ``count`` with an interval; None where nothing belongs to the denominator.

    ``population`` is how many such units there are in all, judged or not; None where nobody knows, and
    then no correction is made. ``method`` is ``wilson`` (with the correction) or ``exact`` (by the
    hypergeometric distribution, or Clopper and Pearson's without a population). Where everyone was judged
    there is no width, and the method says why.
    """
    if method not in METHODS:
        raise ValueError(f"{method!r} is not one of {', '.join(METHODS)}")
    n, share = count.denominator, count.share
    if share is None:
        return None
    n_eff = effective_size(n, population=population)
    if method == "wilson":
        lower, upper = wilson(share, n=n_eff, quantile=normal_quantile(level))
    elif population is None:
        lower, upper = clopper_pearson(count.numerator, n, level=level)
    else:
        # The limits are shares of whole people; of few, none may be as near as the share that was seen.
        lower, upper = hypergeometric(count.numerator, n, population=population, level=level)
        lower, upper = min(lower, share), max(upper, share)
    return Estimate(
        value=share,
        se=0.0 if n_eff == float("inf") else sqrt(share * (1 - share) / n_eff),
        lower=lower,
        upper=upper,
        level=level,
        n=n,
        n_eff=n_eff,
        df=float("inf"),
        method=_method_name(method, count, population=population),
        of=count,
        gain=n_eff / n,
        inputs_hash=inputs_hash(count.numerator, n, population, level, method),
        warnings=(SMALL,) if n < SMALL_BASE else (),
    )


def stratified_proportion(
    *, judged: Judged, sizes: Mapping[str, int], unit: str, population: str, level: float = 0.95
) -> Estimate:
    """The share of a base in a population of strata of known ``sizes``, each sampled without return.

    Every stratum of ``sizes`` has at least one judged unit, and at least one unit of all belongs to the
    base; ``ValueError`` if not. A unit weighs as many as its stratum has for each judged there. The variance
    is that of a ratio, linearised, so that the size of the base within each stratum is not taken as known
    (Särndal, Swensson and Wretman 1992, chapter 5). The interval is Wilson's at the effective size, with
    Student's t at the units of the base minus the strata they lie in. A stratum with a single judged unit
    takes the mean of the others' variance. Where there is no variance, the plain interval stands in and
    ``fallback_reason`` says so.
    """
    value = weighted_share(judged, sizes)
    inside = {name: [each for each in judged[name] if each is not None] for name in sizes}
    n, df = sum(map(len, inside.values())), sum(len(each) - 1 for each in inside.values() if each)
    count = Count(sum(map(sum, inside.values())), n, unit, population)
    everyone = base_population(judged, sizes)
    variance = _ratio_variance(judged, sizes, value)
    if n == everyone or df < 1 or variance <= 0:
        plain = plain_proportion(count, population=everyone, level=level)
        assert plain is not None
        return plain if n == everyone else replace(plain, fallback_reason=NO_VARIANCE)
    n_eff = value * (1 - value) / variance
    lower, upper = wilson(value, n=n_eff, quantile=student_quantile(level, df=df))
    return Estimate(
        value=value,
        se=sqrt(variance),
        lower=lower,
        upper=upper,
        level=level,
        n=n,
        n_eff=n_eff,
        df=float(df),
        method=STRATIFIED,
        of=count,
        gain=n_eff / effective_size(n, population=everyone),
        inputs_hash=inputs_hash({name: list(judged[name]) for name in sizes}, dict(sizes), level),
        warnings=(SMALL,) if n < SMALL_BASE else (),
    )


def weighted_share(judged: Judged, sizes: Mapping[str, int]) -> float:
    """The share of the base, each unit weighing as many as its stratum has for each judged there."""
    base = _weighted(judged, sizes, (True, False))
    if not base:
        raise ValueError("no judged unit belongs to the base")
    return float(_weighted(judged, sizes, (True,)) / base)


def base_population(judged: Judged, sizes: Mapping[str, int]) -> int:
    """About how many of the population belong to the base, rounded up.

    Only where everyone was judged is it the number judged: an unjudged unit might belong as well.
    """
    inside = sum(each is not None for values in judged.values() for each in values)
    if sum(map(len, judged.values())) == sum(sizes.values()):
        return inside
    return max(inside + 1, ceil(_weighted(judged, sizes, (True, False))))


def _weighted(judged: Judged, sizes: Mapping[str, int], values: tuple[bool, ...]) -> Fraction:
    """How many units of the population the judged ones with these values stand for."""
    _check_strata(judged, sizes)
    return sum(
        (
            Fraction(size * sum(each in values for each in judged[name]), len(judged[name]))
            for name, size in sizes.items()
        ),
        Fraction(0),
    )


def _ratio_variance(judged: Judged, sizes: Mapping[str, int], value: float) -> float:
    """The variance of the weighted share, with each stratum's own finite-population correction."""
    away = {name: [0.0 if each is None else each - value for each in judged[name]] for name in sizes}
    within = {name: float(np.var(each, ddof=1)) for name, each in away.items() if len(each) > 1}
    typical = sum(within.values()) / len(within) if within else 0.0
    total = sum(
        size**2 * (1 - len(away[name]) / size) * within.get(name, typical) / len(away[name])
        for name, size in sizes.items()
    )
    return total / float(_weighted(judged, sizes, (True, False))) ** 2


def _method_name(method: str, count: Count, *, population: int | None) -> str:
    if population == count.denominator:
        return WHOLE
    if method == "wilson":
        return WILSON if population is None else FINITE_WILSON
    return CLOPPER_PEARSON if population is None else HYPERGEOMETRIC


def _check_strata(judged: Judged, sizes: Mapping[str, int]) -> None:
    if set(judged) != set(sizes):
        raise ValueError("the strata judged are not the strata of the population")
    for name, size in sizes.items():
        if not 1 <= len(judged[name]) <= size:
            raise ValueError(f"{len(judged[name])} judged of {size} in stratum {name}")
