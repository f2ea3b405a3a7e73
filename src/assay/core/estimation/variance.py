"""The variance of a sum over a sample, from what each case adds to the estimate's error.

``z`` is that contribution, weight included, one for each judged case; the estimate's error is their sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assay.core.estimation.judgements import Floats, Judgements, Numbers

# Below this a variance is what rounding left of none.
NEGLIGIBLE = 1e-18


@dataclass(frozen=True, slots=True)
class Spread:
    """A variance and the degrees of freedom it was estimated with."""

    variance: float
    df: float


def spread(z: Floats, made: Judgements) -> Spread:
    """By ultimate clusters where the judgements have clusters, else by strata of single cases."""
    if made.cluster is None:
        return Spread(by_strata(z, made), float(made.n - len(made.sizes)))
    return by_clusters(z, made.place, made.cluster)


def by_strata(z: Floats, made: Judgements) -> float:
    """Cases drawn at random within each stratum, with the stratum's own finite-population correction.

    A stratum with a single judged case takes the mean of the others' spread, 0 where there is no other.
    """
    n, sizes, count = made.judged, made.sizes, len(made.sizes)
    each = z * (n / sizes)[made.place]
    mean = np.bincount(made.place, weights=each, minlength=count) / n
    squares = np.bincount(made.place, weights=(each - mean[made.place]) ** 2, minlength=count)
    several = n > 1
    within = np.zeros(count)
    within[several] = squares[several] / (n[several] - 1)
    if several.any():
        within[~several] = within[several].mean()
    return float((sizes * (sizes - n) * within / n).sum())


def by_clusters(z: Floats, place: Numbers, cluster: Numbers) -> Spread:
    """Ultimate clusters: whatever happens within a cluster is in the spread of the clusters' sums.

    Clusters are taken as drawn with return, since how many there are in all is rarely known; that errs on
    the wide side. A cluster alone in its stratum is set against the mean of all. The degrees of freedom are
    the clusters less the strata.
    """
    pairs, number = np.unique(np.stack([place, cluster]), axis=1, return_inverse=True)
    sums = np.bincount(number.ravel(), weights=z)
    strata, position = np.unique(pairs[0], return_inverse=True)
    many = np.bincount(position).astype(float)
    mean = np.bincount(position, weights=sums) / many
    away = np.where(many[position] > 1, sums - mean[position], sums - sums.mean())
    factor = np.where(many > 1, many / np.maximum(many - 1, 1), 1.0)
    return Spread(float((factor[position] * away**2).sum()), float(len(sums) - len(strata)))
