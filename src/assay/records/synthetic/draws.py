"""Random draws and days, vectorised. Every room of the region has its own stream, so that a change in
one leaves the draws of the others as they were."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from scipy.special import ndtr

from assay.core.dates import bank_holidays
from assay.records.synthetic.columns import EMPTY_DAY, Coded, Numbers
from assay.records.synthetic.rates import rate

HOLIDAYS = np.array(sorted(bank_holidays()), dtype="datetime64[D]")


def stream(seed: int, as_at: date, room: str) -> np.random.Generator:
    """The random stream of one room of one region."""
    return np.random.default_rng([seed, as_at.toordinal(), zlib.crc32(room.encode())])


def chosen(rng: np.random.Generator, count: int, shares: Mapping[str, float]) -> Coded:
    """``count`` codes drawn with the given shares, which are scaled to sum to one."""
    weights = np.array(list(shares.values()), dtype=float)
    edges = np.cumsum(weights / weights.sum())
    index = np.searchsorted(edges, rng.random(count), side="right").clip(max=len(weights) - 1)
    return Coded(index.astype(np.int16), tuple(shares))


def happens(rng: np.random.Generator, chance: float | Numbers, count: int) -> Numbers:
    """Which of ``count`` things happen, each with its chance."""
    return rng.random(count) < chance


def worked(rng: np.random.Generator, care: Numbers) -> Numbers:
    """A number from 0 to 1 for each case, low where a piece of work was done well: even over all cases, but
    going together within a case, by the care that case is worked with. Below a rate, the work was done."""
    shared = rate("work_goes_together")
    own = rng.standard_normal(len(care))
    return np.asarray(ndtr(-np.sqrt(shared) * care - np.sqrt(1 - shared) * own))


def between(rng: np.random.Generator, low: int, high: int, count: int) -> Numbers:
    """Whole numbers from ``low`` to ``high``, both included."""
    return rng.integers(low, high + 1, count).astype(np.int32)


def delay(rng: np.random.Generator, median: float, spread: float, count: int) -> Numbers:
    """Days of a lognormal wait with that median; never below one."""
    return np.maximum(1, np.exp(rng.normal(np.log(median), spread, count))).astype(np.int32)


def pick(rng: np.random.Generator, options: Sequence[int], count: int) -> Numbers:
    """One of the options each, with equal chance."""
    return np.asarray(options, dtype=np.int64)[rng.integers(0, len(options), count)]


def working(days: Numbers, *, later: int | Numbers = 0) -> Numbers:
    """The working day ``later`` working days on; a day off counts as the next working day."""
    known = days != EMPTY_DAY
    stamps = np.where(known, days, 0).astype("datetime64[D]")
    moved = np.busday_offset(stamps, later, roll="forward", holidays=HOLIDAYS)
    return np.where(known, moved.astype(np.int64), EMPTY_DAY).astype(np.int32)


def evening(rng: np.random.Generator, days: Numbers) -> Numbers:
    """Instants on those days between 09:00 and 17:30 UTC, in seconds."""
    return days.astype(np.int64) * 86_400 + rng.integers(32_400, 63_000, len(days))
