"""The weekly workload of everybody who holds cases, counted from the cases they really held that week."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic.cases import AFTER_LICENCE, LICENCE, UNPAID_WORK, Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Keys, Numbers, Pointed, table
from assay.records.synthetic.draws import between, evening, happens, stream
from assay.records.synthetic.staff import Staff

WEEKS = 104
FULL_TIME, FULL_HOURS = 2_176.0, 37.0
"""Points there is time for in a full week, as published in 2021."""

POINTS = np.array([38.0, 66.0, 104.0, 150.0])
"""Points of a case by RoSH; a little more after custody, less with unpaid work alone. Ours: with them a mean
case counts 72 points, as published averages imply."""

FLAGS = ("leaver", "long_absence", "part_counted")
LONG_FOR = 4
"""Weeks over 110% in a row that count as excessive."""


def workload_table(cases: Cases, staff: Staff, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """A row for each week in service, up to the last Monday whose week is over."""
    rng = stream(seed, as_at, "workload")
    last = cases.as_at - 6 - (cases.as_at - 6 - 4) % 7
    mondays = last - 7 * np.arange(WEEKS)[::-1]
    points = _points(rng, cases, staff, mondays)
    count = len(staff.grade)
    hours = FULL_TIME * staff.hours / FULL_HOURS
    # Trainees and the newly qualified have less time; leave and sickness take some from everybody.
    share = np.where(staff.grade == 1, 0.45, 1.0)
    newly = (staff.qualified != EMPTY_DAY)[:, None] & (
        mondays < staff.qualified[:, None].astype(np.int64) + 274
    )
    available = np.round(
        (hours * share)[:, None] * np.where(newly, 0.8, 1.0) * rng.uniform(0.9, 1.0, points.shape)
    )
    gone = (staff.left != EMPTY_DAY)[:, None] & (mondays >= staff.left[:, None])
    away = _away(rng, count)
    holds = (staff.manager != EMPTY) & points.any(axis=1)
    serves = holds[:, None] & (staff.started[:, None] <= mondays) & (~gone | (points > 0))
    flag = np.where(gone, 0, np.where(away, 1, np.where(rng.random(points.shape) < 0.01, 2, EMPTY)))
    relieved = _relieved(rng, points, available, mondays)
    who, week = np.nonzero(serves)
    decided = relieved[who, week]
    told = np.maximum(mondays[week] + 7, decided)
    return table(
        "workload_week",
        {
            "workload_week_id": keys.of("WW", np.arange(len(who))),
            "staff_code": Pointed(staff.codes, who),
            "week_on": mondays[week].astype(np.int32),
            "points": points[who, week],
            "available": available[who, week],
            "flag": Coded(flag[who, week].astype(np.int16), FLAGS),
            "relieved_on": np.where(decided <= cases.as_at, decided, EMPTY_DAY).astype(np.int32),
            "recorded_at": evening(rng, np.minimum(told, cases.as_at).astype(np.int32)),
        },
    )


def _points(rng: np.random.Generator, cases: Cases, staff: Staff, mondays: Numbers) -> Numbers:
    """Points of the cases each person held on each Monday, and of the other work that comes with them."""
    weight = POINTS[cases.rosh] * np.where(np.isin(cases.type.index, (LICENCE, AFTER_LICENCE)), 1.06, 1.0)
    weight = np.where(cases.type.index == UNPAID_WORK, 18.0, weight)
    switched = np.flatnonzero(staff.switched != EMPTY_DAY)
    opened = cases.begun.copy()
    opened[switched] = staff.switched[switched]
    holder = np.concatenate([staff.holder, staff.former[switched]])
    first = np.concatenate([opened, cases.begun[switched]])
    after = np.concatenate([np.where(cases.active, mondays[-1] + 8, cases.ended), staff.switched[switched]])
    weights = np.concatenate([weight, weight[switched]])
    change = np.zeros((len(staff.grade), len(mondays) + 1))
    np.add.at(change, (holder, np.searchsorted(mondays, first)), weights)
    np.add.at(change, (holder, np.searchsorted(mondays, after)), -weights)
    held: Numbers = np.round(np.cumsum(change, axis=1)[:, :-1])
    return np.maximum(held, 0) * np.round(rng.uniform(1.0, 1.12, len(staff.grade)), 2)[:, None]


def _away(rng: np.random.Generator, count: int) -> Numbers:
    """Who is away for long, and in which weeks."""
    some, begun = happens(rng, 0.03, count), between(rng, 0, WEEKS - 1, count)
    weeks = np.arange(WEEKS)
    found: Numbers = some[:, None] & (weeks >= begun[:, None]) & (weeks < (begun + 20)[:, None])
    return found


def _relieved(rng: np.random.Generator, points: Numbers, available: Numbers, mondays: Numbers) -> Numbers:
    """The day a manager decided what to do about a workload over the limit for weeks, in a third of cases."""
    over = points > 1.1 * available
    run = np.cumsum(over, axis=1)
    long = over & (
        run - np.concatenate([np.zeros((len(run), LONG_FOR)), run[:, :-LONG_FOR]], axis=1) == LONG_FOR
    )
    long[:, :LONG_FOR] = False
    decided = long & (rng.random(points.shape) < 0.12)
    days: Numbers = np.where(decided, mondays + between(rng, 7, 12, len(mondays)), EMPTY_DAY)
    return days
