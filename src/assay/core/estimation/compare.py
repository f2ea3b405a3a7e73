"""One service beside others, or beside itself: funnel limits, and the change between two inspections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, pi, sin, sqrt
from statistics import NormalDist

import numpy as np
from scipy.special import bdtr

from assay.core.errors import Refused
from assay.core.estimation.judgements import SMALL, Floats, inputs_hash
from assay.core.figures import Count, Estimate
from assay.core.messages import message

PROBS = (0.001, 0.025, 0.975, 0.999)
METHODS = ("exact", "arcsine")
WINSORISED = 0.1

EXACT = message("exact binomial, interpolated").id
ARCSINE = message("normal on the arcsine scale").id
NEWCOMBE = message("Newcombe's, from the two intervals").id
NOT_SHOWN = message("no change can be shown at these sample sizes").id


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FunnelLimits:
    """``limits`` is m by as many as ``probs``: for each size of ``n`` the rates between which a unit that is
    like the rest would lie with those chances. ``tau2`` is the variance allowed between units, on the
    arcsine scale."""

    theta: float
    n: tuple[int, ...]
    probs: tuple[float, ...]
    limits: Floats
    tau2: float
    method: str
    inputs_hash: str
    warnings: tuple[str, ...] = ()


def funnel_limits(
    theta: float,
    n: Sequence[int],
    *,
    probs: Sequence[float] = PROBS,
    method: str = "exact",
    tau2: float = 0.0,
) -> FunnelLimits:
    """Control limits around a target rate, after Spiegelhalter (2005), for each size of ``n``.

    ``exact`` interpolates the binomial distribution; ``arcsine`` is normal with variance 1/(4n) + ``tau2``
    for the arcsine of the root of the rate. Limits are cut at 0 and 1. ``Refused`` for another method, a
    ``theta`` not between 0 and 1, a size below 1, a chance not between 0 and 1, or an exact one with
    ``tau2``.
    """
    _check_funnel(theta, n, probs, method, tau2)
    limit = _exact_limit if method == "exact" else _arcsine_limit
    rows = [[limit(theta, size, prob, tau2) for prob in probs] for size in n]
    return FunnelLimits(
        theta=theta,
        n=tuple(n),
        probs=tuple(probs),
        limits=np.array(rows, dtype=float).reshape(len(n), len(probs)),
        tau2=tau2,
        method=EXACT if method == "exact" else ARCSINE,
        inputs_hash=inputs_hash(theta, list(n), list(probs), method, tau2),
    )


def _check_funnel(theta: float, n: Sequence[int], probs: Sequence[float], method: str, tau2: float) -> None:
    if method not in METHODS:
        said = message("method: {method} is not one of {all}.", method=method, all=", ".join(METHODS))
        raise Refused(said)
    if not 0 < theta < 1:
        raise Refused(message("theta: {theta} is not between 0 and 1.", theta=theta))
    if any(size < 1 for size in n):
        raise Refused(message("n: every unit needs a judged case."))
    if any(not 0 < prob < 1 for prob in probs):
        raise Refused(message("probs: a chance lies between 0 and 1."))
    if tau2 < 0:
        raise Refused(message("tau2: a variance is not below 0."))
    if tau2 and method == "exact":
        raise Refused(message("tau2: an exact limit leaves no room for it; use arcsine."))


def _exact_limit(theta: float, n: int, prob: float, _: float) -> float:
    below = bdtr(np.arange(n + 1), n, theta)
    number = int(np.argmax(below >= prob)) if below[-1] >= prob else n
    before = float(below[number - 1]) if number else 0.0
    share = (float(below[number]) - prob) / (float(below[number]) - before)
    return min(1.0, max(0.0, (number - share) / n))


def _arcsine_limit(theta: float, n: int, prob: float, tau2: float) -> float:
    angle = asin(sqrt(theta)) + NormalDist().inv_cdf(prob) * sqrt(1 / (4 * n) + tau2)
    return sin(min(pi / 2, max(0.0, angle))) ** 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdispersion:
    """How much more units differ than chance would have them. ``phi`` is the mean squared z, 1 where they do
    not; ``tau2`` the variance between them on the arcsine scale, for :func:`funnel_limits`."""

    phi: float
    tau2: float
    theta: float
    method: str
    inputs_hash: str
    warnings: tuple[str, ...] = ()


def overdispersion(counts: Sequence[Count], *, winsorised: float = WINSORISED) -> Overdispersion:
    """From the units' counts, after Spiegelhalter (2005): z on the arcsine scale about the rate of all, the
    outermost ``winsorised`` share at each end drawn in; ``tau2`` by DerSimonian and Laird's moments, 0 where
    phi is no more than m/(m-1) would allow. ``Refused`` for fewer than three units, one without a case, all
    alike at 0 or 1, or a share not in [0, 0.5)."""
    if len(counts) < 3 or any(not each.denominator for each in counts):
        raise Refused(message("counts: three units at least are needed, each with a judged case."))
    if not 0 <= winsorised < 0.5:
        raise Refused(message("winsorised: {share} is not between 0 and a half.", share=winsorised))
    n = np.array([each.denominator for each in counts], dtype=float)
    rates = np.array([each.numerator for each in counts]) / n
    theta = float((rates * n).sum() / n.sum())
    if theta in (0.0, 1.0):
        raise Refused(message("counts: all cases are alike, so units cannot differ."))
    z = 2 * np.sqrt(n) * (np.arcsin(np.sqrt(rates)) - asin(sqrt(theta)))
    z = np.clip(z, *np.quantile(z, [winsorised, 1 - winsorised]))
    phi, m, w = float((z**2).mean()), len(n), 4 * n
    tau2 = max(0.0, (m * phi - (m - 1)) / float(w.sum() - (w**2).sum() / w.sum()))
    hashed = inputs_hash([[each.numerator, each.denominator] for each in counts], winsorised)
    return Overdispersion(phi=phi, tau2=tau2, theta=theta, method=ARCSINE, inputs_hash=hashed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The second rate less the first, with an interval. ``is_shown`` where that leaves out no change at
    all."""

    value: float
    se: float
    lower: float
    upper: float
    level: float
    is_shown: bool
    method: str
    inputs_hash: str
    warnings: tuple[str, ...]


def change(first: Estimate, second: Estimate) -> Change:
    """Between two inspections whose samples were drawn apart from each other (Newcombe 1998, his method 10,
    from the estimates' own intervals). ``Refused`` where the levels differ, or the unit, or the part."""
    if first.level != second.level:
        raise Refused(message("level: the two estimates have intervals of different levels."))
    if (first.unit, first.part) != (second.unit, second.part):
        raise Refused(message("unit: the two estimates are not about the same."))
    value = second.value - first.value
    lower = value - sqrt((second.value - second.lower) ** 2 + (first.upper - first.value) ** 2)
    upper = value + sqrt((second.upper - second.value) ** 2 + (first.value - first.lower) ** 2)
    is_shown = lower > 0 or upper < 0
    small = (SMALL,) if SMALL in (*first.warnings, *second.warnings) else ()
    return Change(
        value=value,
        se=sqrt(first.se**2 + second.se**2),
        lower=lower,
        upper=upper,
        level=first.level,
        is_shown=is_shown,
        method=NEWCOMBE,
        inputs_hash=inputs_hash(first.inputs_hash, second.inputs_hash),
        warnings=small if is_shown else (*small, NOT_SHOWN),
    )
