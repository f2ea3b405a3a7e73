"""Fitting a score on judgements made earlier. It takes scikit-learn, and nothing else here does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from assay.core.errors import Refused
from assay.core.messages import message

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assay.core.estimation.score import Model

LEAST = 40


def fit_score(
    signals: NDArray[np.float64],
    judged: Sequence[bool | int],
    *,
    ids: Sequence[str],
    names: Sequence[str],
    trained_until: date,
    l2: float = 1.0,
) -> Model:
    """A logistic model with ridge ``l2`` of ``judged`` (m long, 0 or 1) on ``signals`` (m by K, in the order
    of ``names``), which are best brought to one scale before.

    ``ids`` names the m cases: none of them may be sampled where the score is used, and ``trained_until`` is
    the day of the last judgement. Fitting is exact to 1e-8 and draws nothing. ``Refused`` for fewer than 40
    cases, columns that do not fit, judgements all alike, an ``l2`` not above 0, or where scikit-learn is
    missing.
    """
    x, y = np.asarray(signals, dtype=float), np.asarray(judged, dtype=float)
    _check(x, y, ids, names, l2)
    fitted = _regression()(C=1 / l2, tol=1e-8, max_iter=10_000).fit(x, y)
    from assay.core.estimation.score import Model

    return Model(
        names=tuple(names),
        coef=tuple(map(float, fitted.coef_[0])),
        intercept=float(fitted.intercept_[0]),
        l2=l2,
        trained_on=frozenset(ids),
        trained_until=trained_until,
    )


def _regression() -> Any:
    try:
        from sklearn.linear_model import LogisticRegression
    except ImportError:
        raise Refused(message("Fitting a score needs scikit-learn, which is not installed.")) from None
    return LogisticRegression


def _check(
    x: NDArray[np.float64], y: NDArray[np.float64], ids: Sequence[str], names: Sequence[str], l2: float
) -> None:
    if x.ndim != 2 or x.shape[1] != len(names):
        raise Refused(message("signals: one column is needed for each of {n} names.", n=len(names)))
    if not len(x) == len(y) == len(ids):
        raise Refused(message("judged: a judgement and an id are needed for each row of signals."))
    if len(y) < LEAST:
        raise Refused(message("judged: {n} cases; {least} are the least.", n=len(y), least=LEAST))
    if not np.isfinite(x).all():
        raise Refused(message("signals: every case needs a number in every column."))
    if not set(np.unique(y)) == {0.0, 1.0}:
        raise Refused(
            message("judged: cases that count (1) and cases that do not (0) are needed, and no other.")
        )
    if l2 <= 0:
        raise Refused(message("l2: {l2} is not above 0.", l2=l2))
