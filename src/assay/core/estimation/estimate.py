"""Estimated rates from judged cases. Rates are floats in [0, 1]; a percentage is made at the page's edge.

Without a score (:func:`proportion`) or with the help of one that was fixed before anybody was
told (:func:`model_assisted`); for the whole frame or for parts of it (:func:`domain`). The sample says what
was drawn from what; judgements are parallel to its ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from assay.core.errors import Refused
from assay.core.estimation.assembly import (
    ASSISTED,
    BY_CLUSTERS,
    BY_STRATA,
    CIS,
    EXACT,
    with_interval,
    without_spread,
)
from assay.core.estimation.counted import (
    STRATIFIED,
    WHOLE,
    Judged,
    base_population,
    plain_proportion,
    stratified_proportion,
    weighted_share,
)
from assay.core.estimation.effects import DesignEffect, design_effect
from assay.core.estimation.intervals import hypergeometric
from assay.core.estimation.judgements import (
    Drawn,
    Floats,
    Judgement,
    Judgements,
    Selection,
    drawn_hash,
    inputs_hash,
    judgements,
)
from assay.core.estimation.parts import (
    BEYOND,
    MIN_COUNT,
    MIN_N,
    NO_SLOPE,
    ONE_SIDED,
    TOO_FEW,
    Withheld,
    domain,
)
from assay.core.estimation.regression import fitted
from assay.core.estimation.score import Score, check_frozen
from assay.core.estimation.variance import NEGLIGIBLE, Spread, spread
from assay.core.figures import Count, Estimate
from assay.core.messages import message

__all__ = [
    "CIS",
    "STRATIFIED",
    "WHOLE",
    "DesignEffect",
    "Judged",
    "Selection",
    "Withheld",
    "base_population",
    "design_effect",
    "domain",
    "hypergeometric_ci",
    "inputs_hash",
    "model_assisted",
    "plain_proportion",
    "proportion",
    "stratified_proportion",
    "weighted_share",
]

EVERY_CASE = "every case of the frame"
CASES_A_COVARIATE = 20


def hypergeometric_ci(k: int, n: int, population: int, *, level: float = 0.95) -> tuple[float, float]:
    """The exact interval for ``k`` of ``n`` drawn at random from a population of known size."""
    return hypergeometric(k, n, population=population, level=level)


def proportion(
    y: Sequence[Judgement],
    sample: Drawn,
    *,
    ci: str = "wilson",
    level: float = 0.95,
    cluster: Sequence[str] | None = None,
    unit: str = "case",
    population: str = EVERY_CASE,
) -> Estimate:
    """The rate of the frame from the judged cases alone, each weighing as the draw says.

    ``ci`` is ``wilson``, ``exact`` (hypergeometric), ``clopper-pearson`` (as if the population had no end),
    ``logit``, ``beta`` (Korn and Graubard) or ``wald``. With one stratum Wilson's and the exact ones are the
    textbook's, from the count: variance p(1-p)/n with (N-n)/(N-1) for the finite population, and the normal
    quantile. The others, and all with several strata or clusters, take the variance estimated from the sample
    (divisor n-1, 1-n/N) and Student's t at the design's degrees of freedom, as R's ``survey`` does.

    ``None`` in ``y`` is a case nobody judged: the rest of its stratum stands for it. ``Refused`` for an
    unknown ``ci``, an exact one with several strata or clusters, or columns that do not fit the sample.
    """
    _check_ci(ci)
    made = judgements(y, sample, cluster=cluster)
    count = Count(made.counted, made.n, unit, population)
    found = _alone(count, made, ci, level)
    hashed = drawn_hash(y, sample, ci, level, None if cluster is None else list(cluster))
    return replace(found, inputs_hash=hashed)


def model_assisted(
    y: Sequence[Judgement],
    sample: Drawn,
    score: Score,
    *,
    announced_on: date,
    max_covariates: int | None = None,
    min_count: int = MIN_COUNT,
    min_n: int = MIN_N,
    ci: str = "wilson",
    level: float = 0.95,
    cluster: Sequence[str] | None = None,
    unit: str = "case",
    population: str = EVERY_CASE,
) -> Estimate:
    """The rate of the frame with the help of one score that is known for all of it (GREG).

    The judged cases correct the score: a bad one only helps less. ``plain`` of the result is the judged
    cases' own estimate, to be shown beside. That estimate stands alone, with ``fallback_reason``, where
    fewer than ``min_n`` were judged, fewer than ``min_count`` count or do not, or the score gives no usable
    slope. The interval is made at the effective size with Student's t at n less the strata less the
    covariates.

    ``Refused`` without a judged case (a rate is not made from scores alone), for a score not fixed before
    ``announced_on``, learned from or shown for a sampled case, or not over the frame, and for more covariates
    than ``max_covariates`` (one for each 20 judged cases, if not given).
    """
    _check_ci(ci)
    if ci in EXACT:
        raise Refused(message("ci: {ci} cannot be made with a score.", ci=ci))
    if all(each is None for each in y):
        raise Refused(message("y: no case was judged, and a rate is not made from scores alone."))
    check_frozen(score, sample, announced_on=announced_on)
    made = judgements(y, sample, cluster=cluster)
    hashed = drawn_hash(y, sample, ci, level, None if cluster is None else list(cluster))
    plain = _alone(Count(made.counted, made.n, unit, population), made, ci, level)
    plain = replace(plain, inputs_hash=hashed)
    most = made.n // CASES_A_COVARIATE if max_covariates is None else max_covariates
    reason = _unassisted(made, min_count=min_count, min_n=min_n)
    if reason is None and score.columns.shape[1] > most:
        said = message(
            "score: it has {columns} columns, and {n} judged cases bear {most}.",
            columns=score.columns.shape[1],
            n=made.n,
            most=most,
        )
        raise Refused(said)
    found = reason or _assisted(made, score.of(sample.ids)[made.kept], score.mean, plain, ci)
    if isinstance(found, str):
        found = replace(plain, fallback_reason=found, plain=plain)
    helped = inputs_hash(hashed, score.hash, most, min_count, min_n)
    return replace(found, inputs_hash=helped)


def _unassisted(made: Judgements, *, min_count: int, min_n: int) -> str | None:
    """Why no score may help; None where one may."""
    if made.n == made.population:
        return WHOLE
    if made.n < min_n:
        return TOO_FEW
    return ONE_SIDED if min(made.counted, made.n - made.counted) < min_count else None


def _assisted(made: Judgements, columns: Floats, mean: Floats, plain: Estimate, ci: str) -> Estimate | str:
    fit = fitted(made, columns, mean)
    if fit is None:
        return NO_SLOPE
    before = spread(fit.z, made)
    df = before.df - columns.shape[1]
    if df < 1 or before.variance < NEGLIGIBLE or not 0 < fit.value < 1:
        return BEYOND
    variance = before.variance * before.df / df
    found = with_interval(
        plain.of,
        fit.value,
        Spread(variance, df),
        population=made.population,
        method=ASSISTED[ci],
        ci=ci,
        level=plain.level,
    )
    return replace(found, rho2=fit.rho2, warnings=plain.warnings, plain=plain)


def _check_ci(ci: str) -> None:
    if ci not in CIS:
        raise Refused(message("ci: {ci} is not one of {cis}.", ci=ci, cis=", ".join(CIS)))


def _alone(count: Count, made: Judgements, ci: str, level: float) -> Estimate:
    """The judged cases' own rate."""
    is_plain = made.is_even and len(made.sizes) == 1 and made.cluster is None
    if ci in EXACT and not is_plain:
        raise Refused(message("ci: {ci} needs a sample of one stratum and no clusters.", ci=ci))
    is_counted = made.n == made.population or (is_plain and ci in ("wilson", *EXACT))
    found = (_from_count if is_counted else _from_spread)(count, made, ci, level)
    return replace(found, warnings=made.warnings)


def _from_count(count: Count, made: Judgements, ci: str, level: float) -> Estimate:
    if ci == "clopper-pearson" and made.n < made.population:
        found = plain_proportion(count, level=level, method="exact")
    else:
        method = "exact" if ci == "exact" else "wilson"
        found = plain_proportion(count, population=made.population, level=level, method=method)
    assert found is not None, "somebody was judged"
    return found


def _from_spread(count: Count, made: Judgements, ci: str, level: float) -> Estimate:
    total = made.weight.sum()
    value = float((made.weight * made.y).sum() / total)
    found = spread(made.weight * (made.y - value) / total, made)
    if found.variance < NEGLIGIBLE or found.df < 1:
        return without_spread(count, value, population=made.population, level=level)
    method = (BY_STRATA if made.cluster is None else BY_CLUSTERS)[ci]
    return with_interval(count, value, found, population=made.population, method=method, ci=ci, level=level)
