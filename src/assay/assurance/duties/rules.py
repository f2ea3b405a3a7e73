"""What a definition hands to the engine: the parts of its sentence, as tables."""

from __future__ import annotations

from dataclasses import dataclass

import ibis

from assay.assurance.duties.inputs import BEGINNING, FOREVER
from assay.assurance.duties.verbs import Table, union

TRIGGER = ("case_id", "on", "known", "since", "table", "row_id", "clause", "window", "unsure")
EXCUSE = ("case_id", "on", "known", "row_id", "clause", "first", "last", "for_anchor", "for_window")


@dataclass(frozen=True, kw_only=True)
class Once:
    """*In this population, when this happens, that must follow by then, unless excused.*

    ``population``  merged spans in which the duty is required
    ``triggers``    what raises it (:func:`raised`)
    ``evidence``    what meets it: ``case_id, on, known, row_id``
    ``excuses``     what ends it without meeting it (:func:`excused`)
    ``exempt``      spans, with ``clause`` and ``row_id``, in which it is not expected
    ``unknown``     spans, with ``clause``, in which the records cannot say whether it is required
    ``because``     spans, with ``clause`` and ``row_id``, of the rows that make the population
    ``severity``    its weight; ``severe`` instead on the days of the merged spans ``severe_in``
    ``near``        events, with ``clause`` and ``row_id``, that come close to evidence and are not
    ``life``        merged spans in which an occurrence can stand, where that is not the time under a sentence
    """

    population: Table
    triggers: Table
    evidence: Table
    because: Table
    severity: int
    severe: int = 0
    severe_in: Table | None = None
    excuses: Table | None = None
    exempt: Table | None = None
    unknown: Table | None = None
    near: Table | None = None
    life: Table | None = None


@dataclass(frozen=True, kw_only=True)
class Demand:
    """One part of a rolling duty: in these merged spans no longer than this window may pass."""

    spans: Table
    window: str
    clause: str


@dataclass(frozen=True, kw_only=True)
class Rolling:
    """*In this population, this must keep happening.* Each time it happens the next falls due; the first
    falls due from the start of supervision. ``starts`` are the sentences that begin a time of supervision."""

    population: Table
    demands: tuple[Demand, ...]
    starts: Table
    evidence: Table
    because: Table
    severity: int
    exempt: Table | None = None
    near: Table | None = None


def raised(
    rows: Table,
    clause: str,
    *,
    table: str,
    window: str | Table,
    on: str = "opened",
    since: str | None = None,
    unsure: Table | None = None,
) -> Table:
    """Triggers: one a row, on its day. Evidence counts from ``since``, by default the trigger's own day."""
    return rows.select(
        case_id=rows.case_id,
        on=rows[on],
        known=ibis.greatest(rows.known, rows[on]),
        since=rows[since or on],
        table=ibis.literal(table),
        row_id=rows.row_id,
        clause=ibis.literal(clause),
        window=ibis.literal(window) if isinstance(window, str) else window,
        unsure=ibis.null("string") if unsure is None else unsure,
    )


def excused(
    rows: Table,
    clause: str,
    *,
    on: Table,
    first: Table | int = BEGINNING,
    last: Table | int = FOREVER,
    for_anchor: Table | None = None,
    for_window: str | None = None,
) -> Table:
    """Excuses: they end what was raised between ``first`` and ``last``, from their day or, if that is
    earlier, from the day it was raised."""
    return rows.select(
        case_id=rows.case_id,
        on=on,
        known=ibis.greatest(rows.known, on),
        row_id=rows.row_id,
        clause=ibis.literal(clause),
        first=ibis.literal(first, "int64") if isinstance(first, int) else first.cast("int64"),
        last=ibis.literal(last, "int64") if isinstance(last, int) else last.cast("int64"),
        for_anchor=ibis.null("string") if for_anchor is None else for_anchor,
        for_window=ibis.null("string") if for_window is None else ibis.literal(for_window),
    )


def named(rows: Table, clause: str) -> Table:
    """Spans with the clause they make true and the row that shows it."""
    return rows.select("case_id", "opened", "closed", "row_id", clause=ibis.literal(clause))


def noted(rows: Table, clause: str) -> Table:
    """Events with the clause they come close to."""
    return rows.select("case_id", "on", "row_id", clause=ibis.literal(clause))


def evidence(*several: Table) -> Table:
    """Events that meet a duty."""
    return union(*[rows.select("case_id", "on", "known", "row_id") for rows in several])
