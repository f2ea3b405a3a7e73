"""What clusters and unequal weights cost: the design effect of a rate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assay.core.errors import Refused
from assay.core.estimation.judgements import Floats, Numbers, inputs_hash
from assay.core.estimation.variance import by_clusters
from assay.core.messages import message


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignEffect:
    """How many times the variance of plain random sampling a sample has, and why.

    ``deff`` is by ultimate clusters, weights included; ``kish`` what unequal weights alone would make of it;
    ``icc`` the share of the spread that lies between clusters (by analysis of variance, may be below 0),
    ``size`` the mean cluster; ``expected`` is 1 + (size - 1) icc, for planning; ``n_eff`` is n / deff.
    """

    deff: float
    kish: float
    icc: float
    size: float
    n: int
    clusters: int
    inputs_hash: str

    @property
    def expected(self) -> float:
        """By cluster size and likeness alone."""
        return 1 + (self.size - 1) * self.icc

    @property
    def n_eff(self) -> float:
        """The size of a plain random sample that would be as precise."""
        return self.n / self.deff


def design_effect(
    y: Sequence[bool | int], cluster: Sequence[str], weight: Sequence[float] | None = None
) -> DesignEffect:
    """The design effect of a rate whose cases come in clusters; equal weights if none are given.

    Plain random sampling with return has the variance p(1-p)/(n-1), p being the weighted rate (``replace`` in
    R's ``survey``). ``Refused`` where columns differ in length, there are fewer than two clusters or no more
    cases than clusters, or all judgements are the same.
    """
    value, n = np.asarray(y, dtype=float), len(y)
    w = np.ones(n) if weight is None else np.asarray(weight, dtype=float)
    if not len(cluster) == len(w) == n:
        raise Refused(message("cluster: one is needed for each judged case, and a weight too."))
    number = np.unique(np.asarray(cluster, dtype=str), return_inverse=True)[1].astype(np.int64)
    sizes = np.bincount(number).astype(float)
    if not 1 < len(sizes) < n:
        raise Refused(message("cluster: two clusters at least, and one with two cases, are needed."))
    rate = float((w * value).sum() / w.sum())
    if not 0 < rate < 1:
        raise Refused(message("y: all judgements are the same, so no effect can be seen."))
    found = by_clusters(w * (value - rate) / w.sum(), np.zeros(n, dtype=np.int64), number)
    return DesignEffect(
        deff=found.variance / (rate * (1 - rate) / (n - 1)),
        kish=float(n * (w**2).sum() / w.sum() ** 2),
        icc=_likeness(value, number, sizes),
        size=n / len(sizes),
        n=n,
        clusters=len(sizes),
        inputs_hash=inputs_hash(value.tolist(), list(cluster), w.tolist()),
    )


def _likeness(value: Floats, number: Numbers, sizes: Floats) -> float:
    """The intraclass correlation by one-way analysis of variance, clusters of unequal size allowed."""
    n, k = len(value), len(sizes)
    means = np.bincount(number, weights=value) / sizes
    between = float((sizes * (means - value.mean()) ** 2).sum()) / (k - 1)
    within = float(((value - means[number]) ** 2).sum()) / (n - k)
    typical = (n - float((sizes**2).sum()) / n) / (k - 1)
    return (between - within) / (between + (typical - 1) * within)
