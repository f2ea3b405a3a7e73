"""Random draws and days, vectorised. Every room of the region has its own stream, so that a change in
one leaves the draws of the others as they were."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import numpy as np
from scipy.special import ndtr

from assay.core.dates import bank_holidays
from assay.records.synthetic.columns import EMPTY_DAY, Coded, Numbers
from assay.records.synthetic.rates import rate

STEPS = 65_536
HOLIDAYS = np.array(sorted(bank_holidays()), dtype="datetime64[D]")
EARLIEST, LATEST = (int(np.datetime64(each, "D").astype(np.int64)) for each in ("1985-01-01", "2060-01-01"))
"""Days between which a synthetic region knows working days from days off."""


def stream(seed: int, as_at: date, room: str) -> np.random.Generator:
    """The random stream of one room of one region."""
    return np.random.default_rng([seed, as_at.toordinal(), zlib.crc32(room.encode())])


def chosen(rng: np.random.Generator, count: int, shares: Mapping[str, float]) -> Coded:
    """``count`` codes drawn with the given shares, which are scaled to sum to one and kept to a part in
    65,536: a draw of sixteen bits looked up costs a tenth of one compared with every edge."""
    codes = _by_share(tuple(shares.values()))
    return Coded(codes[rng.integers(0, STEPS, count, dtype=np.uint16)], tuple(shares))


@cache
def _by_share(shares: tuple[float, ...]) -> Numbers:
    """The code of every sixteen-bit draw."""
    edges = np.cumsum(np.array(shares) / sum(shares))
    middle = (np.arange(STEPS) + 0.5) / STEPS
    return np.searchsorted(edges, middle, side="right").clip(max=len(shares) - 1).astype(np.int16)


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
    return rng.integers(low, high + 1, count, dtype=np.int32)


def delay(rng: np.random.Generator, median: float, spread: float, count: int) -> Numbers:
    """Days of a lognormal wait with that median; never below one."""
    return np.maximum(1, np.exp(rng.normal(np.log(median), spread, count))).astype(np.int32)


def pick(rng: np.random.Generator, options: Sequence[int], count: int) -> Numbers:
    """One of the options each, with equal chance."""
    return np.asarray(options, dtype=np.int64)[rng.integers(0, len(options), count)]


def working(days: Numbers, *, later: int | Numbers = 0) -> Numbers:
    """The working day ``later`` working days on; a day off counts as the next working day."""
    every, following = _working_days()
    known = days != EMPTY_DAY
    moved = every[following[np.where(known, days, EARLIEST) - EARLIEST] + later]
    return np.where(known, moved, EMPTY_DAY).astype(np.int32)


@cache
def _working_days() -> tuple[Numbers, Numbers]:
    """All working days, and for each day since the earliest the place among them of the first not before."""
    days = np.arange(EARLIEST, LATEST)
    kept = np.is_busday(days.astype("datetime64[D]"), holidays=HOLIDAYS)
    return days[kept].astype(np.int32), (np.cumsum(kept) - kept).astype(np.int32)


def evening(rng: np.random.Generator, days: Numbers) -> Numbers:
    """Instants on those days between 09:00 and 17:30 UTC, in seconds."""
    return days.astype(np.int64) * 86_400 + rng.integers(32_400, 63_000, len(days))
