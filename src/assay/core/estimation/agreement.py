"""How far people who judge the same cases agree, beyond what chance would give them, with intervals.

Conventions differ between books and libraries. Standard errors here are for samples of cases (not under the
hypothesis of no agreement): Cohen's after Fleiss, Cohen and Everitt (1969) with the normal quantile, as
statsmodels; Fleiss's and Gwet's after Gwet (2014) with Student's t at the cases less one, as irrCAC;
Krippendorff's by resampling cases. Intervals are cut at -1 and 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Any

import numpy as np

from assay.core.errors import Refused
from assay.core.estimation.intervals import normal_quantile, student_quantile
from assay.core.estimation.judgements import SMALL, SMALL_BASE, Floats, inputs_hash
from assay.core.messages import message

Rating = str | int | float | bool | None
"""What somebody said of a case; None where they said nothing."""

METRICS = ("nominal", "ordinal", "interval", "ratio")
WEIGHTS = ("none", "linear", "quadratic")

COHEN = message("Cohen's kappa").id
WEIGHTED = message("Cohen's kappa, weighted").id
FLEISS = message("Fleiss' kappa").id
KRIPPENDORFF = message("Krippendorff's alpha").id
GWET = message("Gwet's AC1").id
LEFT_OUT = message("cases with fewer than two ratings tell nothing of agreement").id
ALL_SAME = message("some resamples had one rating alone and were left out").id


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """``value`` is 1 for full agreement and 0 for that of chance; ``observed`` and ``expected`` are the
    agreement seen and the chance's (for Krippendorff one less the disagreement, by its own measure). ``n``
    is how many cases there were. ``seed`` is None where nothing was drawn."""

    value: float
    se: float
    lower: float
    upper: float
    level: float
    n: int
    observed: float
    expected: float
    method: str
    inputs_hash: str
    warnings: tuple[str, ...]
    seed: int | None = None


def cohen(table: Sequence[Sequence[int]], *, weights: str = "none", level: float = 0.95) -> Agreement:
    """Two people, a k by k table of counts: rows what the first said, columns the second.

    ``weights`` of ``linear`` or ``quadratic`` count a near miss in part, by the distance of places in the
    table. ``Refused`` for a table that is not square or empty, a count below 0, or one category alone.
    """
    if weights not in WEIGHTS:
        raise Refused(
            message("weights: {weights} is not one of {all}.", weights=weights, all=", ".join(WEIGHTS))
        )
    counts = _counts(table)
    if counts.shape[0] != counts.shape[1]:
        raise Refused(message("table: it needs as many columns as rows."))
    n, k = counts.sum(), len(counts)
    p = counts / n
    share = _agreement_weights(k, weights)
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    observed, expected = float((share * p).sum()), float(rows @ share @ columns)
    _check_chance(expected)
    value = (observed - expected) / (1 - expected)
    marginal = (share @ columns)[:, None] + (share.T @ rows)[None, :]
    first = float((p * (share - marginal * (1 - value)) ** 2).sum())
    variance = (first - (value - expected * (1 - value)) ** 2) / (n * (1 - expected) ** 2)
    method = COHEN if weights == "none" else WEIGHTED
    hashed = inputs_hash("cohen", counts.tolist(), weights, level)
    return _made(value, max(0.0, variance), inf, level, int(n), observed, expected, method, hashed)


def _agreement_weights(k: int, weights: str) -> Floats:
    if weights == "none" or k == 1:
        return np.eye(k)
    apart = np.abs(np.subtract.outer(np.arange(k), np.arange(k))) / (k - 1)
    return np.asarray(1 - (apart if weights == "linear" else apart**2))


def fleiss(counts: Sequence[Sequence[int]], *, level: float = 0.95) -> Agreement:
    """Several people, not always the same ones: n rows of how often each of k categories was given to a case.

    ``Refused`` for rows with different sums (every case has as many raters), fewer than two of them, fewer
    than two cases, or one category alone.
    """
    table = _counts(counts)
    if len(set(table.sum(axis=1).tolist())) > 1:
        raise Refused(message("counts: every case needs as many ratings as the next."))
    if table[0].sum() < 2:
        raise Refused(message("counts: two ratings of each case are the least."))
    shares = (table / table.sum(axis=1, keepdims=True)).mean(axis=0)
    expected = float((shares**2).sum())
    hashed = inputs_hash("fleiss", table.tolist(), level)
    return _by_cases(table, expected, table @ shares / table.sum(axis=1), FLEISS, level, hashed)


def gwet_ac1(ratings: Sequence[Sequence[Rating]], *, level: float = 0.95) -> Agreement:
    """Several people, n rows of what each said of a case (None where nothing), in any categories.

    Chance is taken to agree only where a rating was a guess, so that a category that is nearly always given
    does not look like disagreement. A case with one rating alone counts for how often categories are given.
    ``Refused`` where fewer than two cases have two ratings, or there is one category alone.
    """
    table, _ = _table(ratings)
    table = table[table.sum(axis=1) > 0]
    given = table / table.sum(axis=1, keepdims=True)
    shares, k = given.mean(axis=0), table.shape[1]
    if k < 2:
        raise Refused(message("ratings: with one category alone there is no chance to agree beyond."))
    expected = float((shares * (1 - shares)).sum()) / (k - 1)
    hashed = inputs_hash("gwet", [list(row) for row in ratings], level)
    return _by_cases(table, expected, given @ (1 - shares) / (k - 1), GWET, level, hashed)


def _by_cases(
    table: Floats, expected: float, guessed: Floats, method: str, level: float, hashed: str
) -> Agreement:
    """From how often each category was given to each case; ``guessed`` is each case's part in
    ``expected``."""
    raters = table.sum(axis=1)
    several = raters > 1
    n, judged = len(table), int(several.sum())
    if judged < 2:
        raise Refused(message("ratings: two cases with two ratings each are the least."))
    _check_chance(expected)
    pairs = np.where(several, raters * (raters - 1), 1)
    agreed = np.where(several, (table * (table - 1)).sum(axis=1) / pairs, 0.0)
    observed = float(agreed.sum()) / judged
    value = (observed - expected) / (1 - expected)
    each = n / judged * (agreed - expected * several) / (1 - expected)
    each -= 2 * (1 - value) * (guessed - expected) / (1 - expected)
    variance = float(((each - value) ** 2).sum()) / (n * (n - 1))
    left_out = (LEFT_OUT,) if judged < n else ()
    return _made(value, variance, n - 1, level, n, observed, expected, method, hashed, left_out)


def krippendorff(
    ratings: Sequence[Sequence[Rating]],
    *,
    metric: str = "nominal",
    seed: int,
    n_draws: int = 2000,
    level: float = 0.95,
    order: Sequence[Rating] | None = None,
) -> Agreement:
    """Any number of people, n rows of what each said of a case (None where nothing), in any of four metrics.

    ``order`` is that of the categories for ``ordinal``; sorted if not given. ``interval`` and ``ratio`` need
    numbers, ``ratio`` none below 0. The interval is that of ``n_draws`` resamples of cases, by percentiles,
    drawn with ``seed``; alpha itself is Krippendorff's (2004), so that cases with one rating alone drop out.
    ``Refused`` for another metric, fewer than two cases with two ratings, one category alone, or an
    ``order`` that lacks one.
    """
    if metric not in METRICS:
        raise Refused(message("metric: {metric} is not one of {all}.", metric=metric, all=", ".join(METRICS)))
    table, values = _table(ratings, order=order)
    usable = table[table.sum(axis=1) > 1]
    if len(usable) < 2:
        raise Refused(message("ratings: two cases with two ratings each are the least."))
    pairs = usable[:, :, None] * usable[:, None, :] - usable[:, :, None] * np.eye(len(values))
    pairs /= (usable.sum(axis=1) - 1)[:, None, None]
    distance = _numbers(values, metric)
    alpha, seen, chance = _alpha(pairs.sum(axis=0)[None], distance, metric)
    if not chance[0]:
        raise Refused(message("ratings: with one category alone there is no chance to agree beyond."))
    times = np.random.default_rng(seed).multinomial(
        len(usable), np.full(len(usable), 1 / len(usable)), size=n_draws
    )
    drawn, _, apart = _alpha(np.tensordot(times.astype(float), pairs, axes=1), distance, metric)
    kept = drawn[apart > 0]
    lower, upper = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    warnings = (
        ((SMALL,) if len(usable) < SMALL_BASE else ())
        + ((LEFT_OUT,) if len(usable) < len(table) else ())
        + ((ALL_SAME,) if len(kept) < n_draws else ())
    )
    value = float(alpha[0])
    listed = [list(row) for row in ratings]
    return Agreement(
        value=value,
        se=float(np.std(kept, ddof=1)),
        lower=min(float(lower), value),
        upper=max(float(upper), value),
        level=level,
        n=len(usable),
        observed=1 - float(seen[0]),
        expected=1 - float(chance[0]),
        method=KRIPPENDORFF,
        inputs_hash=inputs_hash("krippendorff", listed, metric, list(values), seed, n_draws, level),
        warnings=warnings,
        seed=seed,
    )


def _alpha(coincidences: Floats, numbers: Floats, metric: str) -> tuple[Floats, Floats, Floats]:
    """Alpha, the disagreement seen and the chance's, of each of B tables of coincidences (B by k by k)."""
    given = coincidences.sum(axis=2)
    n = given.sum(axis=1)
    distance = _distance(given, numbers, metric)
    seen = (coincidences * distance).sum(axis=(1, 2)) / n
    chance = (given[:, :, None] * given[:, None, :] * distance).sum(axis=(1, 2)) / (n * (n - 1))
    return 1 - seen / np.where(chance > 0, chance, 1), seen, chance


def _distance(given: Floats, numbers: Floats, metric: str) -> Floats:
    """How far each category is from each; by how often each was given where the metric is ordinal."""
    if metric == "ordinal":
        middle = given.cumsum(axis=1) - given / 2
        return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
    apart = np.subtract.outer(numbers, numbers)
    if metric == "nominal":
        return np.asarray(apart != 0, dtype=float)[None]
    if metric == "interval":
        return np.asarray(apart**2)[None]
    total = np.add.outer(numbers, numbers)
    return np.asarray((apart / np.where(total > 0, total, 1)) ** 2)[None]


def _numbers(values: tuple[Rating, ...], metric: str) -> Floats:
    """The categories as numbers: their own where the metric has a scale, else their places."""
    if metric in ("nominal", "ordinal"):
        return np.arange(len(values), dtype=float)
    if any(isinstance(each, str) for each in values):
        raise Refused(message("ratings: {metric} needs numbers.", metric=metric))
    numbers = np.array(values, dtype=float)
    if metric == "ratio" and (numbers < 0).any():
        raise Refused(message("ratings: a ratio has no number below 0."))
    return numbers


def _table(
    ratings: Sequence[Sequence[Rating]], *, order: Sequence[Rating] | None = None
) -> tuple[Floats, tuple[Rating, ...]]:
    """How often each category was given to each case, and the categories."""
    given = {each for row in ratings for each in row if each is not None}
    if not given:
        raise Refused(message("ratings: there are none."))
    if order is not None and (strange := sorted(map(str, given - set(order)))):
        raise Refused(message("order: it lacks {category}.", category=strange[0]))
    known: list[Any] = list(given)
    try:
        values: tuple[Any, ...] = tuple(sorted(known) if order is None else order)
    except TypeError:
        raise Refused(message("ratings: numbers and words stand beside each other.")) from None
    places = {value: place for place, value in enumerate(values)}
    table = np.zeros((len(ratings), len(values)))
    for number, row in enumerate(ratings):
        for each in row:
            if each is not None:
                table[number, places[each]] += 1
    return table, values


def _counts(table: Sequence[Sequence[int]]) -> Floats:
    if not table or len({len(row) for row in table}) > 1 or not len(table[0]):
        raise Refused(message("table: rows of one length are needed."))
    counts = np.array(table, dtype=float)
    if (counts < 0).any() or (counts % 1).any():
        raise Refused(message("table: counts are whole numbers from 0 on."))
    if not counts.sum():
        raise Refused(message("table: nothing was rated."))
    return counts


def _check_chance(expected: float) -> None:
    if expected >= 1 - 1e-12:
        raise Refused(message("ratings: with one category alone there is no chance to agree beyond."))


def _made(
    value: float,
    variance: float,
    df: float,
    level: float,
    n: int,
    observed: float,
    expected: float,
    method: str,
    hashed: str,
    warnings: tuple[str, ...] = (),
) -> Agreement:
    se = sqrt(variance)
    half = se * (normal_quantile(level) if df == inf else student_quantile(level, df=df))
    return Agreement(
        value=value,
        se=se,
        lower=max(-1.0, value - half),
        upper=min(1.0, value + half),
        level=level,
        n=n,
        observed=observed,
        expected=expected,
        method=method,
        inputs_hash=hashed,
        warnings=((SMALL,) if n < SMALL_BASE else ()) + warnings,
    )
