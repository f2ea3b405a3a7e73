"""From a rate to a word of the framework, and how sure that word is.

Bands are always given, since they are a framework's and not ours. Chances of a rating are for the panel
alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import inf
from typing import Literal

import numpy as np
from scipy.special import betainc, gammaln

from assay.core.errors import Refused
from assay.core.estimation.judgements import Floats, Numbers, inputs_hash
from assay.core.figures import Count, Estimate
from assay.core.messages import message

Rounding = Literal["half_up", "half_even", "none"]
ROUNDINGS = ("half_up", "half_even", "none")
SURE, LEAST_IN_PART, MOST_QUESTIONS = 0.8, 60, 12

JEFFREYS = message("Jeffreys' Beta at the effective size").id
DIRICHLET = message("Bayesian bootstrap of the patterns of judgements").id
DRAWN = message("hypergeometric").id
UNSURE = message("the rating has fewer than four chances in five").id
NOT_SEPARATED = message("the bands on either side cannot be separated at this sample size").id


@dataclass(frozen=True, slots=True)
class Band:
    """``name`` from a share of ``at_least`` up to where the next band begins."""

    at_least: Fraction
    name: str


def bands_from(levels: Iterable[tuple[Decimal | int | str, str]]) -> tuple[Band, ...]:
    """The bands of a framework, lowest first, from pairs of the percentage they begin at and their name.

    ``Refused`` unless the first begins at 0, each above the one before, none above 100, and names differ.
    """
    made = tuple(Band(Fraction(str(percent)) / 100, name) for percent, name in levels)
    starts = [each.at_least for each in made]
    if not made or starts[0] != 0:
        raise Refused(message("bands: the first must begin at 0."))
    if any(one >= other for one, other in pairwise(starts)) or starts[-1] > 1:
        raise Refused(message("bands: each must begin above the one before, and at 100 or below."))
    if len({each.name for each in made}) < len(made):
        raise Refused(message("bands: a name stands twice."))
    return made


def rating(share: Fraction | float | Count, bands: Sequence[Band], *, rounding: Rounding) -> str:
    """The band of a share in [0, 1], its percentage rounded first as the framework says.

    A fraction or a count is exact; a float is taken as the decimal it is written as. ``Refused`` outside
    [0, 1], for a count of nothing, or another rounding.
    """
    percent = _rounded(100 * _exact(share), rounding)
    return [each for each in bands if 100 * each.at_least <= percent][-1].name


def _exact(share: Fraction | float | Count) -> Fraction:
    if isinstance(share, Count):
        if not share.denominator:
            raise Refused(message("share: nothing was judged."))
        return Fraction(share.numerator, share.denominator)
    value = share if isinstance(share, Fraction) else Fraction(str(float(share)))
    if not 0 <= value <= 1:
        raise Refused(message("share: {share} is not between 0 and 1.", share=share))
    return value


def _rounded(percent: Fraction, rounding: Rounding) -> Fraction:
    _check_rounding(rounding)
    if rounding == "none":
        return percent
    if rounding == "half_even":
        return Fraction(round(percent))
    return Fraction((2 * percent + 1) // 2)


def _check_rounding(rounding: str) -> None:
    if rounding not in ROUNDINGS:
        said = message(
            "rounding: {rounding} is not one of {all}.", rounding=rounding, all=", ".join(ROUNDINGS)
        )
        raise Refused(said)


def _cuts(bands: Sequence[Band], rounding: Rounding) -> Floats:
    """Where each band but the first begins on the scale before rounding."""
    _check_rounding(rounding)
    half = Fraction(0) if rounding == "none" else Fraction(1, 200)
    return np.array([float(each.at_least - half) for each in bands[1:]])


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingChances:
    """The chance that each band is the true one. ``rating`` is the band shown and ``chance`` its own;
    ``boundaries`` are the bands whose beginning lies within the interval. ``seed`` is None where nothing was
    drawn."""

    chances: Mapping[str, float]
    rating: str
    chance: float
    boundaries: tuple[str, ...]
    method: str
    inputs_hash: str
    warnings: tuple[str, ...]
    seed: int | None = None


def rating_probability(
    estimate: Estimate, bands: Sequence[Band], *, rounding: Rounding = "none"
) -> RatingChances:
    """How sure the rating of one estimate is: Beta(x + 1/2, n - x + 1/2) at the effective size.

    ``rounding`` here is of the truth: with ``half_up`` a true 49.6% counts as 50. The band shown is that of
    the estimate itself, rounded alike. ``Refused`` for a part with fewer than 60 judged cases, and for what
    is no estimate of judged cases, as a small-area one is not.
    """
    _check_rateable(estimate)
    cuts = _cuts(bands, rounding)
    shown = rating(estimate.value, bands, rounding=rounding)
    if estimate.n_eff == inf:
        chances = {each.name: float(each.name == shown) for each in bands}
    else:
        counted, others = estimate.value * estimate.n_eff, (1 - estimate.value) * estimate.n_eff
        below = [0.0, *betainc(counted + 0.5, others + 0.5, cuts).tolist(), 1.0]
        chances = {each.name: high - low for each, (low, high) in zip(bands, pairwise(below), strict=True)}
    within = [
        each.name for each, cut in zip(bands[1:], cuts, strict=True) if estimate.lower < cut <= estimate.upper
    ]
    return _chances(
        chances, shown, within, JEFFREYS, inputs_hash(estimate.inputs_hash, _written(bands), rounding)
    )


def _check_rateable(estimate: Estimate) -> None:
    if not isinstance(estimate, Estimate):
        raise Refused(message("estimate: a stabilised figure is not for ratings."))
    if estimate.part is not None and estimate.n < LEAST_IN_PART:
        said = message(
            "estimate: {part} has {n} judged cases, and a part needs {least} to be rated.",
            part=estimate.part,
            n=estimate.n,
            least=LEAST_IN_PART,
        )
        raise Refused(said)


def _chances(
    chances: Mapping[str, float],
    shown: str,
    within: Iterable[str],
    method: str,
    hashed: str,
    seed: int | None = None,
) -> RatingChances:
    boundaries = tuple(within)
    unsure = (UNSURE,) if max(chances.values()) < SURE else ()
    return RatingChances(
        chances=chances,
        rating=shown,
        chance=chances[shown],
        boundaries=boundaries,
        method=method,
        inputs_hash=hashed,
        warnings=unsure + ((NOT_SEPARATED,) if boundaries else ()),
        seed=seed,
    )


def _written(bands: Sequence[Band]) -> list[list[str]]:
    return [[str(each.at_least), each.name] for each in bands]


def lowest_rating_probability(
    judged: Sequence[Sequence[bool | int]] | Mapping[tuple[bool | int, ...], int],
    bands: Sequence[Band],
    *,
    seed: int,
    rounding: Rounding = "none",
    n_draws: int = 4000,
    n_eff: float | None = None,
    level: float = 0.95,
) -> RatingChances:
    """How sure the lowest of several key questions' ratings is, from the same cases judged on all of them.

    ``judged`` is n rows of k judgements, or how often each pattern of k occurs. The chances of the 2^k
    patterns are drawn from a Dirichlet distribution at the counts plus 1/2^k, which gives every single
    question Jeffreys' own. ``n_eff`` scales the counts where the cases tell more or less than as many drawn
    at random. The interval whose boundaries are told is that of the lowest rate among the draws, at
    ``level``. ``Refused`` for no case, rows of unequal length, a judgement that is missing, or more than 12
    questions.
    """
    counts, k = _patterns(judged)
    n = sum(counts.values())
    patterns = np.array([[(place >> at) & 1 for at in range(k)] for place in range(2**k)], dtype=float)
    seen = np.array([counts.get(tuple(map(int, each)), 0) for each in patterns], dtype=float)
    alpha = seen * (1 if n_eff is None else n_eff / n) + 1 / 2**k
    drawn = np.random.default_rng(seed).standard_gamma(alpha, size=(n_draws, 2**k))
    lowest = ((drawn / drawn.sum(axis=1, keepdims=True)) @ patterns).min(axis=1)
    cuts = _cuts(bands, rounding)
    number = np.bincount(np.searchsorted(cuts, lowest, side="right"), minlength=len(bands))
    chances = {each.name: int(times) / n_draws for each, times in zip(bands, number, strict=True)}
    least = min(Fraction(int(seen @ column), n) for column in patterns.T)
    lower, upper = np.quantile(lowest, [(1 - level) / 2, (1 + level) / 2])
    within = [each.name for each, cut in zip(bands[1:], cuts, strict=True) if lower < cut <= upper]
    which = sorted([list(pattern), times] for pattern, times in counts.items())
    hashed = inputs_hash(which, _written(bands), rounding, n_draws, n_eff, level, seed)
    return _chances(chances, rating(least, bands, rounding=rounding), within, DIRICHLET, hashed, seed)


def _patterns(
    judged: Sequence[Sequence[bool | int]] | Mapping[tuple[bool | int, ...], int],
) -> tuple[dict[tuple[int, ...], int], int]:
    """How often each pattern occurs, and how many questions there are."""
    pairs = judged.items() if isinstance(judged, Mapping) else [(tuple(row), 1) for row in judged]
    counts: dict[tuple[int, ...], int] = {}
    for row, times in pairs:
        if any(each not in (0, 1) for each in row):
            raise Refused(message("judged: every case needs a judgement of every question, 0 or 1."))
        if times < 0:
            raise Refused(message("judged: a pattern cannot occur {times} times.", times=times))
        pattern = tuple(map(int, row))
        counts[pattern] = counts.get(pattern, 0) + times
    lengths = {len(pattern) for pattern in counts}
    if not sum(counts.values()):
        raise Refused(message("judged: no case was judged."))
    if len(lengths) > 1:
        raise Refused(message("judged: all cases need as many judgements."))
    k = lengths.pop()
    if not 1 <= k <= MOST_QUESTIONS:
        raise Refused(message("judged: {k} questions; 1 to {most} are possible.", k=k, most=MOST_QUESTIONS))
    return counts, k


@dataclass(frozen=True, slots=True, kw_only=True)
class Misclassification:
    """With what chance a service of a known rate gets each rating; ``rating`` is the right one, ``wrong`` the
    chance of any other."""

    chances: Mapping[str, float]
    rating: str
    wrong: float
    method: str
    inputs_hash: str
    warnings: tuple[str, ...] = ()


def misclassification(
    share: float | Fraction, n: int, population: int, bands: Sequence[Band], *, rounding: Rounding
) -> Misclassification:
    """What ``n`` cases drawn at random from ``population``, of which ``share`` truly count, are rated as.

    The number that truly counts is the nearest whole one, halves up. Truth and published percentage are
    rounded alike. ``Refused`` unless 1 <= n <= population.
    """
    if not 1 <= n <= population:
        raise Refused(message("n: {n} cases cannot be drawn from {population}.", n=n, population=population))
    counts = int((2 * _exact(share) * population + 1) // 2)
    right = rating(share, bands, rounding=rounding)
    seen = np.arange(max(0, n - (population - counts)), min(n, counts) + 1)
    chance = np.exp(
        _ways(counts, seen) + _ways(population - counts, n - seen) - _ways(population, np.array(n))
    )
    chances = dict.fromkeys((each.name for each in bands), 0.0)
    for k, each in zip(seen.tolist(), chance.tolist(), strict=True):
        chances[rating(Fraction(k, n), bands, rounding=rounding)] += each
    return Misclassification(
        chances=chances,
        rating=right,
        wrong=sum(each for name, each in chances.items() if name != right),
        method=DRAWN,
        inputs_hash=inputs_hash(str(share), n, population, _written(bands), rounding),
    )


def _ways(these: int, chosen: Numbers) -> Floats:
    """The logarithm of how many ways there are to choose."""
    return np.asarray(gammaln(these + 1) - gammaln(chosen + 1) - gammaln(these - chosen + 1))
