"""Rates of every duty and team through 104 weeks, gathered while a night runs range by range.

State: cases in lapse on the week's day, of those in the population on it. Flow: of what fell due in the seven
days up to it, what became of it. What the records cannot say stands apart. Beside them stands how many left
the population within ten working days of falling due unmet, and by which route. The team is the smallest unit
there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import IntEnum

import numpy as np
import pyarrow as pa

WEEKS, SOON = 104, 10


class Kind(IntEnum):
    """What is counted. The first four are cases on a day; the others are obligations that fell due."""

    POPULATION = 0
    UNKNOWN = 1
    LAPSED = 2
    LAPSED_RECORDED = 3
    IN_TIME = 4
    LATE = 5
    MISSED = 6
    EXCUSED = 7
    UNKNOWN_DUE = 8
    LEFT_ENDED = 9
    LEFT_DIED = 10
    LEFT_TRANSFERRED = 11
    LEFT_RECALLED = 12
    LEFT_EXEMPT = 13
    LEFT_PAUSED = 14


ON_THE_DAY = 4
_FIELDS: Mapping[str, pa.DataType] = {
    "duty": pa.string(),
    "team": pa.string(),
    "pdu": pa.string(),
    "region": pa.string(),
    "week_on": pa.date32(),
    **{kind.name.lower(): pa.int32() for kind in Kind},
}
SCHEMA = pa.schema(_FIELDS)


class Rollup:
    """A running total. ``codes`` names the duties by number; ``units`` has each unit's PDU and region."""

    def __init__(
        self, codes: Mapping[int, str], units: Mapping[str, tuple[str | None, str | None]], *, as_at: date
    ) -> None:
        self._codes, self._units, self._as_at = codes, units, as_at
        self._teams: dict[str | None, int] = {}
        self._counts = np.zeros((0, max(codes, default=0) + 1, len(Kind), WEEKS), dtype=np.int32)

    def add(self, rows: pa.Table) -> None:
        """Adds what one range of cases changes: rows of ``number, team, kind, week, change``."""
        known = rows["team"].combine_chunks().dictionary_encode()
        places = np.array([self._place(name) for name in known.dictionary.to_pylist()], dtype=np.int64)
        codes = known.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        if (codes < 0).any():
            places = np.append(places, self._place(None))
        number, kind, week, change = (rows[name].to_numpy() for name in ("number", "kind", "week", "change"))
        np.add.at(self._counts, (places[codes], number, kind, week), change)

    def _place(self, team: str | None) -> int:
        place = self._teams.setdefault(team, len(self._teams))
        if place >= len(self._counts):
            more = np.zeros((max(64, place + 1), *self._counts.shape[1:]), dtype=np.int32)
            self._counts = np.concatenate([self._counts, more])
        return place

    def table(self) -> pa.Table:
        """One row for each duty, team and week in which there was anything to count."""
        counts = self._counts[: len(self._teams)].copy()
        np.cumsum(counts[:, :, :ON_THE_DAY], axis=3, out=counts[:, :, :ON_THE_DAY])
        teams, numbers, weeks = np.nonzero(counts.any(axis=2))
        order = np.lexsort((weeks, teams, numbers))
        teams, numbers, weeks = teams[order], numbers[order], weeks[order]
        found = counts[teams, numbers, :, weeks]
        names = list(self._teams)
        placed = [self._units.get(name or "", (None, None)) for name in names]
        first = self._as_at - timedelta(days=7 * (WEEKS - 1))
        days = np.datetime64(first) + 7 * weeks.astype("timedelta64[D]")
        spelt = [self._codes.get(number, "") for number in range(counts.shape[1])]
        columns = {
            "duty": pa.array(spelt, pa.string()).take(numbers),
            "team": pa.array(names, pa.string()).take(teams),
            "pdu": pa.array([pdu for pdu, _ in placed], pa.string()).take(teams),
            "region": pa.array([region for _, region in placed], pa.string()).take(teams),
            "week_on": pa.array(days.astype("datetime64[D]")).cast(pa.date32()),
            **{kind.name.lower(): pa.array(found[:, kind]) for kind in Kind},
        }
        return pa.table(columns, schema=SCHEMA)
