"""Many areas at once, each leaning on the others: a ranking aid, and never the ground of a rating.

The interval of an extreme area is too sure of itself (measured: 82 to 83 of 100 where 95 are said), since the
area is drawn towards the rest. A published interval of one area is a direct one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assay.core.errors import Refused
from assay.core.estimation.judgements import Floats, inputs_hash
from assay.core.messages import message

REML = message("Fay-Herriot, restricted maximum likelihood, errors after Prasad and Rao").id
NOT_FOR_RATINGS = message("stabilised, not for ratings").id
ALL_ALIKE = message("the areas differ no more than chance would have them").id
STEPS, NEAR = 500, 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AreaResult:
    """``eblup`` and ``mse`` are m long; ``weight`` is how much of its own figure each area keeps; ``sigma2``
    the variance between areas, ``coef`` what X explains. ``label`` belongs beside every one of these
    figures."""

    eblup: Floats
    mse: Floats
    weight: Floats
    sigma2: float
    coef: Floats
    method: str
    label: str
    inputs_hash: str
    warnings: tuple[str, ...]


def fay_herriot(
    direct: Sequence[float] | Floats, var: Sequence[float] | Floats, x: Any, *, method: str = "reml"
) -> AreaResult:
    """The empirical best linear unbiased prediction of m areas from their direct estimates with known
    variances.

    ``x`` is m by p, a column of ones included. Fay and Herriot (1979); the mean squared error is Prasad and
    Rao's for REML (g1 + g2 + 2 g3), as ``mseFH`` of R's ``sae``. ``Refused`` for another method, columns that
    do not fit, variances not above 0, or no more areas than columns.
    """
    y, psi, design = np.asarray(direct, float), np.asarray(var, float), np.asarray(x, float)
    _check(y, psi, design, method)
    sigma2 = _between(y, psi, design)
    total = sigma2 + psi
    inverse = np.linalg.inv(design.T @ (design / total[:, None]))
    coef = inverse @ design.T @ (y / total)
    weight = sigma2 / total
    synthetic = design @ coef
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    known, learned = weight * psi, (1 - weight) ** 2 * leverage
    uncertain = psi**2 / total**3 * 2 / float((1 / total**2).sum())
    return AreaResult(
        eblup=synthetic + weight * (y - synthetic),
        mse=known + learned + 2 * uncertain,
        weight=weight,
        sigma2=sigma2,
        coef=coef,
        method=REML,
        label=NOT_FOR_RATINGS,
        inputs_hash=inputs_hash(y.tolist(), psi.tolist(), design.tolist(), method),
        warnings=(NOT_FOR_RATINGS, ALL_ALIKE) if sigma2 == 0 else (NOT_FOR_RATINGS,),
    )


def _check(y: Floats, psi: Floats, design: Floats, method: str) -> None:
    if method != "reml":
        raise Refused(message("method: {method} is not reml, which is the only one.", method=method))
    if design.ndim != 2 or not len(y) == len(psi) == len(design):
        raise Refused(message("x: a row is needed for each area, and a direct estimate and a variance too."))
    if len(y) <= design.shape[1]:
        raise Refused(message("x: {m} areas do not bear {p} columns.", m=len(y), p=design.shape[1]))
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise Refused(message("x: a column repeats the others."))
    if not (np.isfinite(y).all() and np.isfinite(psi).all() and (psi > 0).all()):
        raise Refused(message("var: every area needs an estimate and a variance above 0."))


def _between(y: Floats, psi: Floats, design: Floats) -> float:
    """The variance between areas by Fisher scoring, 0 where the likelihood falls from there on."""
    sigma2 = float(np.median(psi))
    for _ in range(STEPS):
        weight = 1 / (sigma2 + psi)
        inverse = np.linalg.inv(design.T @ (design * weight[:, None]))
        project = np.diag(weight) - (weight[:, None] * design) @ inverse @ (design * weight[:, None]).T
        left = project @ y
        step = (float(left @ left) - float(np.trace(project))) / float((project**2).sum())
        before, sigma2 = sigma2, max(0.0, sigma2 + step)
        if abs(sigma2 - before) <= NEAR * (1 + before):
            break
    return sigma2
