"""Estimated rates from judged cases: one plain, one that keeps to the strata the sample was drawn by."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import sqrt

import numpy as np
from scipy import stats

from assay.core.estimation.intervals import (
    clopper_pearson,
    effective_size,
    hypergeometric,
    normal_quantile,
    wilson,
)
from assay.core.figures import Count, Estimate

SMALL_BASE = 20
METHODS = ("wilson", "exact")


def proportion(
    count: Count, *, population: int | None = None, level: float = 0.95, method: str = "wilson"
) -> Estimate | None:
    """The share of ``count`` with an interval; None where nothing belongs to the denominator.

    ``population`` is how many such units there are in all, judged or not; None where nobody knows, and
    then no correction is made. ``method`` is ``wilson`` (with the correction) or ``exact`` (by the
    hypergeometric distribution, or Clopper and Pearson's without a population).
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
        lower, upper = hypergeometric(count.numerator, n, population=population, level=level)
    return Estimate(
        value=share,
        se=0.0 if n_eff == float("inf") else sqrt(share * (1 - share) / n_eff),
        lower=lower,
        upper=upper,
        level=level,
        n=n,
        n_eff=n_eff,
        df=float("inf"),
        method=_method_name(method, population=population),
        of=count,
        gain=n_eff / n,
        inputs_hash=inputs_hash(count.numerator, n, population, level, method),
        warnings=("small base",) if n < SMALL_BASE else (),
    )


def stratified_proportion(
    *,
    judged: Mapping[str, Sequence[bool]],
    sizes: Mapping[str, int],
    unit: str,
    population: str,
    level: float = 0.95,
) -> Estimate:
    """The share in a population of strata of known ``sizes``, each sampled at random without return.

    ``judged`` holds one truth value a judged unit, by stratum; every stratum of ``sizes`` has at least
    one. The interval is Wilson's at the effective size, with Student's t at n minus the number of strata.
    A stratum with a single judgement has no variance of its own and takes the mean of the others';
    where there is none, the plain interval stands in and ``fallback_reason`` says so.
    """
    _check_strata(judged, sizes)
    everyone = sum(sizes.values())
    shares = {name: sum(judged[name]) / len(judged[name]) for name in sizes}
    value = sum(size * shares[name] for name, size in sizes.items()) / everyone
    n = sum(len(judged[name]) for name in sizes)
    count = Count(sum(sum(judged[name]) for name in sizes), n, unit, population)
    variance = _stratified_variance(judged, sizes)
    df = n - len(sizes)
    if df < 1 or (variance <= 0 and n < everyone):
        plain = proportion(count, population=everyone, level=level)
        assert plain is not None
        return replace(plain, fallback_reason="no variance within the strata")
    n_eff = float("inf") if variance <= 0 else value * (1 - value) / variance
    lower, upper = wilson(value, n=n_eff, quantile=float(stats.t.ppf(0.5 + level / 2, df)))
    return Estimate(
        value=value,
        se=sqrt(max(variance, 0.0)),
        lower=lower,
        upper=upper,
        level=level,
        n=n,
        n_eff=n_eff,
        df=float(df),
        method="stratified, Wilson at the effective size",
        of=count,
        gain=n_eff / effective_size(n, population=everyone) if n < everyone else 1.0,
        inputs_hash=inputs_hash({k: [bool(v) for v in judged[k]] for k in sizes}, dict(sizes), level),
        warnings=("small base",) if n < SMALL_BASE else (),
    )


def inputs_hash(*inputs: object) -> str:
    """A hash of what an estimate was made from, the same whenever the inputs are."""
    written = json.dumps(inputs, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _stratified_variance(judged: Mapping[str, Sequence[bool]], sizes: Mapping[str, int]) -> float:
    """The variance of the weighted mean, with each stratum's own finite-population correction."""
    within = {
        name: float(np.var(np.asarray(judged[name], dtype=float), ddof=1))
        for name in sizes
        if len(judged[name]) > 1
    }
    typical = sum(within.values()) / len(within) if within else 0.0
    everyone, total = sum(sizes.values()), 0.0
    for name, size in sizes.items():
        n = len(judged[name])
        total += (size / everyone) ** 2 * (1 - n / size) * within.get(name, typical) / n
    return total


def _method_name(method: str, *, population: int | None) -> str:
    if method == "wilson":
        return "Wilson" if population is None else "Wilson, with the finite population counted"
    return "Clopper and Pearson" if population is None else "exact hypergeometric"


def _check_strata(judged: Mapping[str, Sequence[bool]], sizes: Mapping[str, int]) -> None:
    if set(judged) != set(sizes):
        raise ValueError("the strata judged are not the strata of the population")
    for name, size in sizes.items():
        if not 1 <= len(judged[name]) <= size:
            raise ValueError(f"{len(judged[name])} judged of {size} in stratum {name}")
