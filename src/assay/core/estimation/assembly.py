"""From a rate and its variance to an :class:`Estimate`: the interval, by the name it was asked for."""

from __future__ import annotations

from math import inf, sqrt

from assay.core.estimation.counted import FINITE_WILSON, NO_VARIANCE, STRATIFIED, WHOLE
from assay.core.estimation.intervals import (
    effective_size,
    korn_graubard,
    logit,
    normal_quantile,
    student_quantile,
    wald,
    wilson,
)
from assay.core.estimation.variance import Spread
from assay.core.figures import Count, Estimate
from assay.core.messages import message

EXACT = ("exact", "clopper-pearson")
CIS = ("wilson", "exact", "clopper-pearson", "logit", "beta", "wald")

BY_STRATA = {
    "wilson": STRATIFIED,
    "logit": message("logit, by strata").id,
    "beta": message("Korn and Graubard, by strata").id,
    "wald": message("Wald, by strata").id,
}
BY_CLUSTERS = {
    "wilson": message("Wilson, by clusters").id,
    "logit": message("logit, by clusters").id,
    "beta": message("Korn and Graubard, by clusters").id,
    "wald": message("Wald, by clusters").id,
}
ASSISTED = {
    "wilson": message("regression on a frozen score, Wilson at the effective size").id,
    "logit": message("regression on a frozen score, logit").id,
    "beta": message("regression on a frozen score, Korn and Graubard").id,
    "wald": message("regression on a frozen score, Wald").id,
}


def with_interval(
    count: Count,
    value: float,
    found: Spread,
    *,
    population: int,
    method: str,
    ci: str = "wilson",
    level: float = 0.95,
) -> Estimate:
    """The estimate of a rate with its variance. ``value`` lies between 0 and 1, neither included, and the
    variance is above 0. ``population`` is about how many belong to the base in all."""
    n, se, n_eff = count.denominator, sqrt(found.variance), value * (1 - value) / found.variance
    quantile = student_quantile(level, df=found.df)
    if ci == "wilson":
        lower, upper = wilson(value, n=n_eff, quantile=quantile)
    elif ci == "logit":
        lower, upper = logit(value, se=se, quantile=quantile)
    elif ci == "beta":
        lower, upper = korn_graubard(value, n=n_eff, drawn=n, df=found.df, level=level)
    else:
        assert ci == "wald", "checked before"
        lower, upper = wald(value, se=se, quantile=quantile)
    return Estimate(
        value=value,
        se=se,
        lower=lower,
        upper=upper,
        level=level,
        n=n,
        n_eff=n_eff,
        df=found.df,
        method=method,
        of=count,
        gain=n_eff / effective_size(n, population=population),
    )


def without_spread(count: Count, value: float, *, population: int, level: float) -> Estimate:
    """Wilson's interval as if the cases had been drawn at random from ``population``, where nothing within
    the strata differs: their own variance is then 0, which the truth's hardly is. No width where all were
    judged."""
    n_eff = effective_size(count.denominator, population=population)
    lower, upper = wilson(value, n=n_eff, quantile=normal_quantile(level))
    is_whole = n_eff == inf
    return Estimate(
        value=value,
        se=sqrt(value * (1 - value) / n_eff),
        lower=lower,
        upper=upper,
        level=level,
        n=count.denominator,
        n_eff=n_eff,
        df=inf,
        method=WHOLE if is_whole else FINITE_WILSON,
        of=count,
        gain=inf if is_whole else 1.0,
        fallback_reason=None if is_whole else NO_VARIANCE,
    )
