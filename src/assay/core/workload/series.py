"""What only shows over weeks, or over a team: sustained overload, and how many a senior officer manages.

Both say something about the service, which asks too much of somebody; neither is a measure of that person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from assay.core.workload.rules import load

WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The workload of one week, by its Monday. ``reliable`` is false where the figure cannot be relied on: of
    somebody who left, is away for long, or whose work is counted in part."""

    week_on: date
    points: int | Decimal
    available: int | Decimal
    reliable: bool = True

    def is_over(self, percent: int) -> bool:
        """Whether it is above so many percent, by points and not by the rounded percentage. The limit itself
        is not over, and a week without time for any point is not either."""
        if not self.reliable or self.available <= 0:
            return False
        return Fraction(self.points) * 100 > Fraction(self.available) * percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Overload:
    """A run of weeks over the limit, one after the other, that is long enough. ``began_on`` is the first
    Monday, ``reached_on`` the day after the last week it takes, ``closed_on`` the next week on record after
    the run, None where there is none yet."""

    began_on: date
    weeks: int
    reached_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """How many practitioners a senior officer manages, beside the limit."""

    practitioners: int
    limit: int

    @property
    def is_over(self) -> bool:
        return self.practitioners > self.limit


def sustained_overload(
    weeks: Iterable[Week], *, percent: int | None = None, running: int | None = None
) -> tuple[Overload, ...]:
    """Runs of at least ``running`` weeks over ``percent``, the earliest first; 4 weeks over 110% if not said.
    A week that is missing, within the limit, or not reliable breaks a run. Weeks may come in any order, each
    once. Source: written answer PQ172934."""
    known = load()
    limit = known.over_percent if percent is None else percent
    least = known.over_weeks if running is None else running
    series = sorted(weeks, key=lambda each: each.week_on)
    runs: list[list[Week]] = []
    later: dict[date, date] = {}
    for before, after in pairwise(series):
        assert before.week_on < after.week_on, "a week comes once"
        later[before.week_on] = after.week_on
    for each in series:
        if not each.is_over(limit):
            continue
        if runs and runs[-1][-1].week_on + WEEK == each.week_on:
            runs[-1].append(each)
        else:
            runs.append([each])
    return tuple(
        Overload(
            began_on=run[0].week_on,
            weeks=len(run),
            reached_on=run[0].week_on + least * WEEK,
            closed_on=later.get(run[-1].week_on),
        )
        for run in runs
        if len(run) >= least
    )


def span_of_control(practitioners: int, *, limit: int | None = None) -> Span:
    """The span of one senior officer. They have no points of their own, so a percentage says nothing of what
    they carry. The limit is a starting value of ours until a region sets its own."""
    assert practitioners >= 0
    return Span(practitioners=practitioners, limit=load().span_of_control.limit if limit is None else limit)
