"""Rates of every duty and team through 104 weeks, counted from a night's own tables, cases by cases.

State: cases in lapse on the week's day, of those in the population on it. Flow: of what fell due in the seven
days up to it, what became of it. What the records cannot say stands apart. Beside them stands how many left
the population within ten working days of falling due unmet, and by which route. The team is the smallest unit
there is.

Spans are counted by +1 in the first week on whose day they hold and -1 in the first on whose day they no
longer do, and a running sum over the weeks. Weeks are counted back from the as-at day, so that every night
counts them anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from assay.assurance.duties.inputs import number_of
from assay.assurance.duties.types import Clock, State

WEEKS, SOON = 104, 10
OPEN = np.iinfo(np.int32).max  # the end of what has none
Numbers = npt.NDArray[np.int64]


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


class Route(IntEnum):
    """How a case left; of two on one day the first."""

    ENDED = 0
    DIED = 1
    TRANSFERRED = 2
    RECALLED = 3
    EXEMPT = 4
    PAUSED = 5


BY_STATE = {
    State.MET: Kind.IN_TIME,
    State.MET_LATE: Kind.LATE,
    State.MISSED: Kind.MISSED,
    State.EXEMPT: Kind.EXCUSED,
    State.UNKNOWN: Kind.UNKNOWN_DUE,
}
BY_CLOCK = {Clock.DATE: Kind.LAPSED, Clock.RECORDED: Kind.LAPSED_RECORDED}
BY_ROUTE = {route.name.lower(): Kind[f"LEFT_{route.name}"] for route in Route}
ON_THE_DAY = 4
COUNTED: Mapping[str, tuple[str, ...]] = {
    "population": ("duty", "case_id", "team", "opened_on", "closed_on", "unknown_because"),
    "lapse": ("duty", "case_id", "team", "opened_on", "closed_on", "clock"),
    "obligation": ("duty", "case_id", "team", "due_on", "state", "left_by"),
}
"""The tables that are counted, and what is read of them."""
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
        self._numbers = {code: number for number, code in codes.items()}
        self._last = number_of(as_at)
        self._first = self._last - 7 * (WEEKS - 1)
        self._teams: dict[str | None, int] = {}
        self._counts = np.zeros((0, max(codes, default=0) + 1, len(Kind), WEEKS), dtype=np.int32)

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Adds some cases: all their rows of the tables ``COUNTED``, in the night's order."""
        population, lapse, obligation = (tables[name].select(COUNTED[name]) for name in COUNTED)
        unclear = population["unknown_because"].is_valid().combine_chunks().to_numpy(zero_copy_only=False)
        self._add_spans(population, np.where(unclear, Kind.UNKNOWN, Kind.POPULATION), joint=unclear)
        self._add_spans(lapse, _by_value(lapse["clock"], BY_CLOCK), joint=np.ones(lapse.num_rows, bool))
        self._add_due(obligation)

    def _add_spans(self, rows: pa.Table, kind: Any, *, joint: npt.NDArray[np.bool_]) -> None:
        """Cases through the time of each span. Where ``joint``, several of one kind, duty and case that hold
        the same day count once."""
        duty, team = self._duties(rows), self._places(rows["team"])
        opened, closed = _days(rows["opened_on"]), _days(rows["closed_on"])
        cases = _codes(rows["case_id"])[0]
        columns = np.stack([cases, duty, kind, team, opened, closed])
        for _, duty, kind, team, opened, closed in (columns[:, ~joint], _joined(columns[:, joint])):
            begun, ended = opened <= self._last, closed <= self._last
            self._add(team[begun], duty[begun], kind[begun], opened[begun], 1)
            self._add(team[ended], duty[ended], kind[ended], closed[ended], -1)

    def _add_due(self, rows: pa.Table) -> None:
        """What fell due within the weeks, by what became of it and by how the case left."""
        due = _days(rows["due_on"])
        within = (due > self._first - 7) & (due <= self._last)
        duty, team = self._duties(rows), self._places(rows["team"])
        for kind in (_by_value(rows["state"], BY_STATE), _by_value(rows["left_by"], BY_ROUTE)):
            told = within & (kind >= 0)
            self._add(team[told], duty[told], kind[told], due[told], 1)

    def _add(self, team: Numbers, duty: Numbers, kind: Numbers, day: Numbers, change: int) -> None:
        week = np.maximum((day - self._first + 6) // 7, 0)
        np.add.at(self._counts, (team, duty, kind, week), change)

    def _duties(self, rows: pa.Table) -> Numbers:
        codes, names = _codes(rows["duty"])
        return np.array([self._numbers[name] for name in names], dtype=np.int64)[codes]

    def _places(self, teams: Any) -> Numbers:
        """The place of each row's team; a row without one is of the team of none."""
        codes, names = _codes(teams)
        found = [self._place(name) for name in names]
        if (codes < 0).any():
            found.append(self._place(None))  # which the place -1 then means
        return np.array(found, dtype=np.int64)[codes]

    def _place(self, team: str | None) -> int:
        place = self._teams.setdefault(team, len(self._teams))
        if place >= len(self._counts):
            more = np.zeros((max(64, place + 1), *self._counts.shape[1:]), dtype=np.int32)
            self._counts = np.concatenate([self._counts, more])
        return place

    def table(self) -> pa.Table:
        """One row for each duty, team and week in which there was anything to count, by the names of duty
        and team."""
        names = sorted(self._teams, key=lambda name: (name is not None, name or ""))
        order = np.array([self._teams[name] for name in names], dtype=np.int64)
        made = [self._of_duty(self._counts[order, number], names, code) for number, code in self._ordered()]
        return pa.concat_tables([SCHEMA.empty_table(), *made])

    def _ordered(self) -> list[tuple[int, str]]:
        return sorted(self._codes.items())

    def _of_duty(self, counts: Any, names: list[str | None], code: str) -> pa.Table:
        np.cumsum(counts[:, :ON_THE_DAY], axis=2, out=counts[:, :ON_THE_DAY])
        teams, weeks = np.nonzero(counts.any(axis=1))
        placed = [self._units.get(name or "", (None, None)) for name in names]
        first = np.datetime64(self._as_at - timedelta(days=7 * (WEEKS - 1)))
        columns = {
            "duty": pa.repeat(code, len(teams)),
            "team": pa.array(names, pa.string()).take(teams),
            "pdu": pa.array([pdu for pdu, _ in placed], pa.string()).take(teams),
            "region": pa.array([region for _, region in placed], pa.string()).take(teams),
            "week_on": pa.array((first + 7 * weeks).astype("datetime64[D]")).cast(pa.date32()),
            **{kind.name.lower(): pa.array(counts[teams, kind, weeks]) for kind in Kind},
        }
        return pa.table(columns, schema=SCHEMA)


def _codes(values: Any) -> tuple[Numbers, list[str]]:
    """The values as places in a list of them; -1 where there is none."""
    if pa.types.is_dictionary(values.type):
        known = values.unify_dictionaries().combine_chunks()
    else:
        known = values.combine_chunks().dictionary_encode()
    if isinstance(known, pa.ChunkedArray):  # what has no rows may have no chunk
        known = pa.array([], pa.string()).dictionary_encode()
    places = known.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return places.astype(np.int64), known.dictionary.to_pylist()


def _by_value(values: Any, kinds: Mapping[Any, Kind]) -> Numbers:
    """The kind each value stands for; -1 where it stands for none."""
    codes, names = _codes(values)
    found: Numbers = np.array([*(kinds.get(name, -1) for name in names), -1], dtype=np.int64)
    return found[codes]


def _days(values: Any) -> Numbers:
    days = values.combine_chunks().cast(pa.int32()).fill_null(OPEN)
    found: Numbers = days.to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _joined(columns: Numbers) -> Numbers:
    """The spans (case, duty, kind, team, opened, closed), by opening within case, duty and kind, of which
    those that share a day are made one in each team. Few do, and only what belongs to those is sorted."""
    if not columns.shape[1]:
        return columns
    opened, closed = columns[4:]
    new = np.append(True, (columns[:3, 1:] != columns[:3, :-1]).any(axis=0))
    run = np.cumsum(new) - 1
    shares = np.append(False, opened[1:] < closed[:-1]) & ~new
    several = np.isin(run, run[shares])
    rest, run = columns[:, several], run[several]
    order = np.lexsort((rest[4], rest[3], run))
    return np.concatenate([columns[:, ~several], _merged(rest[:, order], run[order])], axis=1)


def _merged(columns: Numbers, run: Numbers) -> Numbers:
    """Spans in the order of run, team and opening, those that share a day or touch made one."""
    if not columns.shape[1]:
        return columns
    team, opened, closed = columns[3:]
    new = np.append(True, (run[1:] != run[:-1]) | (team[1:] != team[:-1]))
    # What lies before never reaches into what comes after another team or case.
    shift = (np.cumsum(new) - 1) * (2 * OPEN)
    latest = np.maximum.accumulate(closed + shift)
    begins = np.append(True, (opened + shift)[1:] > latest[:-1])
    ends = np.append(np.flatnonzero(begins)[1:] - 1, len(run) - 1)
    made = columns[:, begins]
    made[5] = (latest - shift)[ends]
    return made
