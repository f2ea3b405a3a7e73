"""What each week adds to the rates of each team: statements whose rows :mod:`.rollups` gathers.

A step is +1 in the first week on whose day a span holds and -1 in the first on whose day it no longer does; a
running sum over the weeks is the number of cases on each week's day. Weeks are counted from the first of 104,
the last of which ends on the as-at day. Rows name the team and never a practitioner.
"""

from __future__ import annotations

import ibis

from assay.assurance.duties.gathering import SLOTS
from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rollups import SOON, WEEKS, Kind
from assay.assurance.duties.types import Clock, State
from assay.assurance.duties.verbs import Table, cut, first_of, merge, union

FLOW = {
    State.MET: Kind.IN_TIME,
    State.MET_LATE: Kind.LATE,
    State.MISSED: Kind.MISSED,
    State.EXEMPT: Kind.EXCUSED,
    State.UNKNOWN: Kind.UNKNOWN_DUE,
}
ENDED = {"died": Kind.LEFT_DIED, "transferred": Kind.LEFT_TRANSFERRED, "recalled": Kind.LEFT_RECALLED}


def first_day(records: Records) -> Table:
    """The first week's day."""
    return records.as_at - 7 * (WEEKS - 1)


def weekly(records: Records, states: Table, pieces: Table, population: Table) -> Table:
    """Rows of ``number`` (the duty's), ``team``, ``kind``, ``week`` and ``change``."""
    found = union(
        _steps(records, pieces, population),
        _due(records, states),
        _left(records, states),
    )
    return found.group_by("number", "team", "kind", "week").agg(change=found.change.sum())


def _steps(records: Records, pieces: Table, population: Table) -> Table:
    """Of cases in the population, of those the records cannot place in or out, and of those in lapse."""
    known = population.filter(population.unknown_because.isnull())
    unclear = population.filter(population.unknown_because.notnull())
    spans = [
        _of_kind(known, Kind.POPULATION),
        _of_kind(_joint(unclear), Kind.UNKNOWN),
        _of_kind(_joint(pieces.filter(pieces.clock == Clock.DATE.value)), Kind.LAPSED),
        _of_kind(_joint(pieces.filter(pieces.clock == Clock.RECORDED.value)), Kind.LAPSED_RECORDED),
    ]
    held = cut(union(*spans), records.holders)
    held = held.filter(held.closed > first_day(records) - 6, held.opened <= records.as_at)
    begun = held.select("key", "team", "kind", day="opened", change=ibis.literal(1, "int64"))
    ended = held.filter(held.closed <= records.as_at)
    ended = ended.select("key", "team", "kind", day="closed", change=ibis.literal(-1, "int64"))
    steps = union(begun, ended)
    return steps.select(
        "team",
        "kind",
        "change",
        number=steps.key % SLOTS,
        week=ibis.greatest(_week(records, steps.day), 0),
    ).select("number", "team", "kind", "week", "change")


def _of_kind(rows: Table, kind: Kind) -> Table:
    return rows.select("key", "case_id", "opened", "closed", kind=ibis.literal(kind.value, "int64"))


def _joint(rows: Table) -> Table:
    """Several spans of one duty and case, as one case counts once."""
    merged = merge(rows, by="key")
    return merged.mutate(case_id=(merged.key - merged.key % SLOTS) / SLOTS).cast({"case_id": "int64"})


def _week(records: Records, day: Table) -> Table:
    """The number of the first week whose day is not before the day."""
    since = day - first_day(records) + 6
    return (since - since % 7).cast("int64") // 7


def _asked(records: Records, states: Table) -> Table:
    """Obligations that fell due within the weeks, each with the team that held the case on the day."""
    due = states.filter(states.due > first_day(records) - 7, states.due <= records.as_at)
    due = due.select("obligation_id", "key", "case_id", "state", "due", "met", "required", "life_closed")
    held = records.holders.select("team", holder_case="case_id", held_from="opened", held_to="closed")
    placed = due.join(
        held, [due.case_id == held.holder_case, held.held_from <= due.due, due.due < held.held_to]
    )
    return placed.drop("holder_case", "held_from", "held_to")


def _due(records: Records, states: Table) -> Table:
    """What fell due, by what became of it."""
    due = _asked(records, states)
    kind = ibis.cases(*[(due.state == state.value, kind.value) for state, kind in FLOW.items()])
    return _counted(records, due.mutate(kind=kind.cast("int64")))


def _left(records: Records, states: Table) -> Table:
    """What was unmet when it fell due and whose case left the population within ten working days, by route:
    the first of the ways it left by."""
    due = _asked(records, states)
    due = due.filter(due.required, due.met.isnull() | (due.met > due.due))
    days = records.calendar.select(from_day="day", worked_then="worked")
    soon = records.workdays.select(soon_worked="worked", soon="first_day")
    due = due.join(days, due.due == days.from_day)
    due = due.join(soon, due.worked_then + SOON == soon.soon_worked)
    ends = records.sentences.filter(records.sentences.closed < FOREVER)
    ends = ends.group_by(end_case="case_id", end_day="closed").agg(reason=ends.end_reason.min())
    over = due.filter(due.life_closed > due.due, due.life_closed <= due.soon)
    over = over.left_join(ends, [over.case_id == ends.end_case, over.life_closed == ends.end_day])
    ways = [(over.reason == reason, kind.value) for reason, kind in ENDED.items()]
    over = over.mutate(kind=ibis.cases(*ways, else_=Kind.LEFT_ENDED.value), left=over.life_closed)
    exempt = records.shared("exempt").select(gone_key="key", left="opened")
    excused = due.join(exempt, [due.key == exempt.gone_key, exempt.left > due.due, exempt.left <= due.soon])
    excused = excused.mutate(kind=ibis.literal(Kind.LEFT_EXEMPT.value))
    pauses = records.pauses.select(gone_case="case_id", left="opened")
    paused = due.join(
        pauses, [due.case_id == pauses.gone_case, pauses.left > due.due, pauses.left <= due.soon]
    )
    paused = paused.mutate(kind=ibis.literal(Kind.LEFT_PAUSED.value))
    columns = ("obligation_id", "key", "team", "due", "left", "kind")
    ways_out = union(*[each.select(*columns).cast({"kind": "int64"}) for each in (over, excused, paused)])
    first = first_of(ways_out, by="obligation_id", order=[ways_out.left, ways_out.kind])
    return _counted(records, first)


def _counted(records: Records, rows: Table) -> Table:
    rows = rows.filter(rows.kind.notnull())
    return rows.select(
        "team",
        "kind",
        number=rows.key % SLOTS,
        week=_week(records, rows.due),
        change=ibis.literal(1, "int64"),
    ).select("number", "team", "kind", "week", "change")
