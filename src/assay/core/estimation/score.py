"""One score for every case of the frame, fixed before anybody was told: what it is, and when it may be used.

A score is fitted elsewhere, since that takes scikit-learn; here it is applied, checked and measured.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from math import sqrt

import numpy as np
from scipy.special import expit

from assay.core.errors import Refused
from assay.core.estimation.intervals import normal_quantile
from assay.core.estimation.judgements import SMALL, SMALL_BASE, Drawn, Floats, inputs_hash
from assay.core.messages import message

DELONG = message("DeLong").id


@dataclass(frozen=True, eq=False, kw_only=True)
class Score:
    """``values[i]`` belongs to ``ids[i]``, over the whole frame; one column as a rule, several as N by K.

    ``frozen_on`` is the day of the snapshot it was made from. ``trained_on`` names the cases whose judgements
    it was fitted on, ``shown_for`` those for which an inspector saw it, ``trained_until`` the last day of
    those judgements. ``columns`` (N by K) and their ``mean`` are made from the values; ``hash`` is over all
    of this. ``Refused`` where columns differ in length, a value is no number, an id stands twice, or it
    learned from days after it was fixed.
    """

    ids: tuple[str, ...]
    values: Floats | Sequence[float]
    frozen_on: date
    trained_on: frozenset[str] = frozenset()
    shown_for: frozenset[str] = frozenset()
    trained_until: date | None = None
    columns: Floats = field(init=False, repr=False)
    mean: Floats = field(init=False, repr=False)
    hash: str = field(init=False)
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        columns = np.array(self.values, dtype=float).reshape(len(self.values), -1)
        columns.setflags(write=False)
        places = {id: place for place, id in enumerate(self.ids)}
        _check_score(self, columns, places)
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "mean", columns.mean(axis=0))
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "hash", self._hash(columns))

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, ids: Sequence[str]) -> Floats:
        """The rows of these ids; ``Refused`` for one without a score."""
        try:
            return np.asarray(self.columns[[self._places[id] for id in ids]])
        except KeyError as missing:
            raise Refused(message("score: {id} has none.", id=missing.args[0])) from None

    def _hash(self, columns: Floats) -> str:
        facts = [
            self.ids,
            str(self.frozen_on),
            sorted(self.trained_on),
            sorted(self.shown_for),
            str(self.trained_until),
            columns.shape,
        ]
        made = hashlib.sha256(json.dumps(facts).encode())
        made.update(np.ascontiguousarray(columns, dtype="<f8").tobytes())
        return made.hexdigest()


@dataclass(frozen=True, kw_only=True)
class Model:
    """A logistic score: ``coef`` for each of ``names``, after an ``intercept``. ``hash`` says which model it
    is; ``trained_on`` and ``trained_until`` go on into every score made by it."""

    names: tuple[str, ...]
    coef: tuple[float, ...]
    intercept: float
    l2: float
    trained_on: frozenset[str]
    trained_until: date

    @property
    def hash(self) -> str:
        """Over the coefficients and what they were learned from."""
        learned = (sorted(self.trained_on), str(self.trained_until))
        return inputs_hash(self.names, self.coef, self.intercept, self.l2, *learned)

    def over(self, ids: Sequence[str], signals: Floats, *, frozen_on: date) -> Score:
        """The score of every case of a frame: ``signals`` is N by as many as the model has names."""
        return Score(
            ids=tuple(ids),
            values=expit(np.asarray(signals, dtype=float) @ np.array(self.coef) + self.intercept),
            frozen_on=frozen_on,
            trained_on=self.trained_on,
            trained_until=self.trained_until,
        )


def check_frozen(score: Score, sample: Drawn, *, announced_on: date) -> None:
    """``Refused`` unless the score was fixed before the announcement, over this very frame, and has neither
    learned from a sampled case nor been shown for one."""
    if score.frozen_on >= announced_on:
        said = message(
            "score: it was fixed on {frozen}, not before the announcement on {announced}.",
            frozen=score.frozen_on,
            announced=announced_on,
        )
        raise Refused(said)
    sampled = set(sample.ids)
    if learned := sampled & score.trained_on:
        raise Refused(message("score: it was fitted on {n} of the cases sampled.", n=len(learned)))
    if shown := sampled & score.shown_for:
        raise Refused(message("score: it was shown for {n} of the cases sampled.", n=len(shown)))
    if len(score) != sum(sample.sizes.values()):
        said = message(
            "score: it covers {covered} cases, and the frame has {frame}.",
            covered=len(score),
            frame=sum(sample.sizes.values()),
        )
        raise Refused(said)


def _check_score(score: Score, columns: Floats, places: dict[str, int]) -> None:
    if len(columns) != len(score.ids):
        said = message(
            "score: {values} values were given for {ids} ids.", values=len(columns), ids=len(score.ids)
        )
        raise Refused(said)
    if len(places) != len(score.ids):
        raise Refused(message("score: an id stands twice."))
    if not np.isfinite(columns).all():
        raise Refused(message("score: every case of the frame needs a number."))
    if score.trained_until is not None and score.trained_until > score.frozen_on:
        said = message(
            "score: it learned from judgements until {until}, after it was fixed on {frozen}.",
            until=score.trained_until,
            frozen=score.frozen_on,
        )
        raise Refused(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Auc:
    """How often a case that counts has a higher score than one that does not, ties for a half.

    ``positives`` and ``negatives`` are how many there were of each."""

    value: float
    se: float
    lower: float
    upper: float
    level: float
    positives: int
    negatives: int
    method: str
    inputs_hash: str
    warnings: tuple[str, ...]


def auc_delong(y: Sequence[bool | int], score: Sequence[float] | Floats, *, level: float = 0.95) -> Auc:
    """The area under the curve with the standard error of DeLong, DeLong and Clarke-Pearson (1988), and a
    normal interval cut at 0 and 1. ``Refused`` unless each kind has two cases or more, as their spread is
    needed.
    """
    value, counts = np.asarray(score, dtype=float), np.asarray(y, dtype=bool)
    if len(value) != len(counts):
        said = message("score: {scores} values were given for {y} of y.", scores=len(value), y=len(counts))
        raise Refused(said)
    high, low = value[counts], value[~counts]
    if min(len(high), len(low)) < 2:
        raise Refused(message("y: two cases that count and two that do not are the least."))
    above, below = _placements(high, low), 1 - _placements(low, high)
    area = float(above.mean())
    se = sqrt(float(np.var(above, ddof=1)) / len(high) + float(np.var(below, ddof=1)) / len(low))
    half = normal_quantile(level) * se
    return Auc(
        value=area,
        se=se,
        lower=max(0.0, area - half),
        upper=min(1.0, area + half),
        level=level,
        positives=len(high),
        negatives=len(low),
        method=DELONG,
        inputs_hash=inputs_hash(counts.tolist(), value.tolist(), level),
        warnings=(SMALL,) if min(len(high), len(low)) < SMALL_BASE else (),
    )


def _placements(these: Floats, others: Floats) -> Floats:
    """For each of these, the share of the others that lie below it, ties for a half."""
    ordered = np.sort(others)
    below = np.searchsorted(ordered, these, side="left")
    upto = np.searchsorted(ordered, these, side="right")
    return np.asarray((below + upto) / (2 * len(others)))
