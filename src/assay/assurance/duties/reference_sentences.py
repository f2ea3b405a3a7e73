"""The slow twin's duties that are raised once, each written from its sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from assay.assurance.duties.reference_cases import Excuse, Thing, Trigger
from assay.core.spans import Span


@dataclass(kw_only=True)
class Sentence:
    """A duty's sentence over one case, for the duties that are raised once. ``life`` is when an occurrence
    of it can stand, where that is not the time under a sentence."""

    applies: Callable[[date], bool]
    triggers: list[Trigger]
    evidence: list[Thing]
    excuses: list[Excuse] = field(default_factory=list)
    exempt: list[tuple[str, Thing]] = field(default_factory=list)
    unknown: Callable[[date], str | None] = lambda day: None
    life: list[Span] | None = None
    severity: int
    severe: int = 0
    severe_on: Callable[[date], bool] = lambda day: False


def raised(rows: Iterable[Thing], clause: str, table: str, window: str, **more: Any) -> list[Trigger]:
    return [
        Trigger(
            on=each.start,
            known=each.known,
            since=more.get("since", lambda r: r.start)(each),
            table=table,
            row_id=each.row_id,
            clause=clause,
            window=window,
            unsure=more.get("unsure", lambda r: None)(each),
        )
        for each in rows
    ]


def answered_by(enquiry: Thing, as_at: date) -> date | None:
    """The day an enquiry was answered, if that was by the as-at day."""
    day: date | None = enquiry.row["answered_on"]
    return day if day is not None and day <= as_at else None


def excused(each: Thing, clause: str, *, first: date, last: date, **more: str | None) -> Excuse:
    """An excuse that ends what was raised from ``first`` to ``last``."""
    return Excuse(
        on=each.start, known=each.known, row_id=each.row_id, clause=clause, first=first, last=last, **more
    )
