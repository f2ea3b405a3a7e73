"""The slow twin's duties that keep falling due."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from assay.assurance.duties.reference_cases import ONE, Case, Thing
from assay.core.spans import FOREVER, Span


@dataclass(frozen=True, kw_only=True)
class Demanded:
    """In this span no longer than this window may pass."""

    span: Span
    window: str
    clause: str


@dataclass(kw_only=True)
class Recurring:
    """A duty's sentence over one case, for the duties that keep falling due."""

    demands: list[Demanded]
    evidence: list[Thing]
    exempt: list[tuple[str, Thing]] = field(default_factory=list)
    severity: int


def runs_of(case: Case, holds: Callable[[date], bool]) -> list[Span]:
    """The runs of days on which it holds, walked day by day; one that reaches the as-at day is open, if
    nothing on record ends it."""
    horizon = case.as_at + timedelta(days=1)
    found: list[Span] = []
    for life in case.supervised:
        day, opened = life.opened_on, None
        while day < life.end and day <= horizon:
            if holds(day) and opened is None:
                opened = day
            if not holds(day) and opened is not None:
                found.append(Span(opened, day))
                opened = None
            day += ONE
        if opened is not None:
            found.append(Span(opened, _end_of_run(day, life, holds)))
    return found


def _end_of_run(day: date, life: Span, holds: Callable[[date], bool]) -> date | None:
    """Beyond the as-at day only the early phase ends: within a year, or not at all."""
    for ahead in range(366):
        if day + timedelta(days=ahead) >= life.end:
            return life.closed_on if life.end != FOREVER else None
        if not holds(day + timedelta(days=ahead)):
            return day + timedelta(days=ahead)
    return None if life.end == FOREVER else life.closed_on
