"""The verbs every duty is made of, over Ibis tables of events and of spans.

A *span* row has ``case_id, opened, closed``; an *event* row has ``case_id, on``. Days are whole numbers
counted from 1970-01-01, so that the same arithmetic runs on every engine; ``closed`` is the first day
outside, and :data:`FOREVER` stands for an open end. Further columns ride along where a verb says so. ``by``
names another column that rows belong together by, where it is not the case.

Rows with the same case and days are made one before they are ordered: two orderings over tied rows may
disagree, and a merge over them would then be wrong at random.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from typing import Any

import ibis

from assay.assurance.duties.inputs import BEGINNING, EPOCH, FOREVER

Table = Any  # an ibis table or expression: the package ships no types


def day_number(column: Table) -> Table:
    """A date column as day numbers."""
    return column.delta(ibis.date(EPOCH), unit="day").cast("int64")


def as_day(column: Table) -> Table:
    """Day numbers as dates; an open end, or no day, as NULL."""
    whole = ibis.date(EPOCH) + column.nullif(FOREVER).as_interval("D")
    return whole.cast("date")


def union(*tables: Table) -> Table:
    """All rows of all tables, which have the same columns."""
    return reduce(lambda a, b: a.union(b), tables)


def spans(rows: Table, *, by: str = "case_id") -> Table:
    """Only where and when, each once; empty spans vanish."""
    return rows.filter(rows.opened < rows.closed).select(by, "opened", "closed").distinct()


def first_of(rows: Table, *, by: str | Sequence[str], order: Sequence[Table]) -> Table:
    """Of the rows with the same ``by`` the one that comes first."""
    placed = rows.mutate(place=ibis.row_number().over(group_by=by, order_by=order))
    return placed.filter(placed.place == 0).drop("place")


def merge(*several: Table, by: str = "case_id") -> Table:
    """The union of spans: touching and overlapping ones of a case become one."""
    each = spans(several[0], by=by)
    if len(several) > 1:
        each = union(*[spans(rows, by=by) for rows in several]).distinct()
    order = [each.opened, each.closed]
    before = ibis.window(group_by=by, order_by=order, rows=(None, -1))
    marked = each.mutate(begins=(each.opened > each.closed.max().over(before)).fill_null(True).cast("int64"))
    upto = ibis.window(group_by=by, order_by=[marked.opened, marked.closed], rows=(None, 0))
    grouped = marked.mutate(run=marked.begins.sum().over(upto)).group_by(by, "run")
    return grouped.agg(opened=lambda t: t.opened.min(), closed=lambda t: t.closed.max()).drop("run")


def both(left: Table, right: Table, *, by: str = "case_id") -> Table:
    """The days that lie in a span of each. Columns of ``left`` ride along; ``right`` should be merged."""
    other = right.select(other_case=right[by], other_opened=right.opened, other_closed=right.closed)
    met = left.join(
        other,
        [
            left[by] == other.other_case,
            left.opened < other.other_closed,
            other.other_opened < left.closed,
        ],
    )
    return met.mutate(
        opened=ibis.greatest(met.opened, met.other_opened), closed=ibis.least(met.closed, met.other_closed)
    ).drop("other_case", "other_opened", "other_closed")


def without(left: Table, holes: Table, *, by: str = "case_id") -> Table:
    """The days of ``left`` that lie in no hole. Columns of ``left`` ride along."""
    merged = merge(holes, by=by)
    order = ibis.window(group_by=by, order_by=merged.opened)
    between = merged.select(
        by,
        opened=merged.closed.lag().over(order).fill_null(BEGINNING),
        closed=merged.opened,
    )
    after = merged.group_by(by).agg(opened=merged.closed.max())
    outside = union(between, after.mutate(closed=ibis.literal(FOREVER, "int64")))
    outside = outside.filter(outside.opened < outside.closed)
    untouched = left.anti_join(spans(holes, by=by), by)
    return union(both(left, outside, by=by), untouched.select(*left.columns))


def holding(events: Table, states: Table, *, by: str = "case_id") -> Table:
    """The events whose day lies in a span of ``states`` (merged), with that span's ``life_opened`` and
    ``life_closed``."""
    during = states.select(other_case=states[by], life_opened=states.opened, life_closed=states.closed)
    joined = events.join(
        during,
        [
            events[by] == during.other_case,
            during.life_opened <= events.on,
            events.on < during.life_closed,
        ],
    )
    return joined.drop("other_case")


def marked(events: Table, states: Table, name: str, *, by: str = "case_id") -> Table:
    """Every event, with ``name`` true where its day lies in a span of ``states`` (merged)."""
    during = states.select(other_case=states[by], state_opened=states.opened, state_closed=states.closed)
    joined = events.left_join(
        during,
        [
            events[by] == during.other_case,
            during.state_opened <= events.on,
            events.on < during.state_closed,
        ],
    )
    return joined.mutate(**{name: joined.other_case.notnull()}).drop(
        "other_case", "state_opened", "state_closed"
    )


def next_after(events: Table, done: Table, *, since: str = "on", by: str = "case_id") -> Table:
    """Each event with ``met``, the day of the first ``done`` on or after its ``since`` day, ``met_row``, the
    row that is, and ``met_known``, the first day any such row was known.

    ``events`` has ``event_id``, unique; ``done`` has ``on, known, row_id``.
    """
    found = day_after(events, done, since=since, by=by)
    joined = events.left_join(found, events.event_id == found.found_event).drop("found_event")
    rows = done.group_by(met_case=done[by], met_day=done.on).agg(met_row=done.row_id.min())
    matched = joined.left_join(rows, [joined[by] == rows.met_case, joined.met == rows.met_day])
    return matched.drop("met_case", "met_day")


def day_after(events: Table, done: Table, *, since: str = "on", by: str = "case_id") -> Table:
    """Of each event, ``found_event``, the day ``met`` and ``met_known`` as in :func:`next_after`. By one
    union and one window, so that it runs where there is no nearest-match join."""
    none = ibis.null("int64")
    # Of one day, what was done comes after what asked for it.
    asked = events.select(by, place=events[since] * 2, event_id=events.event_id, day=none, known=none)
    days = done.group_by(by, day="on").agg(known=done.known.min())
    given = days.select(
        by, "day", "known", place=days.day * 2 + 1, event_id=ibis.null(events.event_id.type())
    )
    line = union(asked, given.select(*asked.columns))
    onward = ibis.window(group_by=by, order_by=line.place, rows=(0, None))
    seen = line.mutate(met=line.day.min().over(onward), met_known=line.known.min().over(onward))
    return seen.filter(seen.event_id.notnull()).select("met", "met_known", found_event="event_id")


def due_after(events: Table, calendar: Table, workdays: Table, pauses: Table | None) -> Table:
    """Each event with ``due``, the last day that is in time: ``length`` working days (``working``) or days
    after ``counted_from``, days in a pause not counted. A length of 0 is the day itself. No ``due`` where
    the clock stands still for good.

    ``calendar`` has ``day, worked`` (working days up to it), ``workdays`` the ``first_day`` by which so many
    were ``worked``. Exact: the days of all pauses that begin before the window has run out are added to it.
    ``event_id`` is unique.
    """
    rows = events
    if pauses is not None:
        added = _paused_days(events, calendar, pauses)
        rows = rows.left_join(added, rows.event_id == added.added_event).drop("added_event")
        rows = rows.mutate(added=rows.added.fill_null(0), stopped=rows.stopped.fill_null(False))
    else:
        rows = rows.mutate(added=ibis.literal(0, "int64"), stopped=ibis.literal(False))
    at_once, none = rows.length == 0, ibis.null("int64")
    by_day = at_once | ~rows.working
    last = rows.counted_from + rows.length + rows.added
    whole = rows.filter(by_day).mutate(
        due=ibis.cases((at_once, rows.counted_from), (rows.stopped, none), else_=last)
    )
    start = calendar.select(start_day=calendar.day, start_worked=calendar.worked)
    counted = rows.filter(~by_day)
    counted = counted.join(start, counted.counted_from == start.start_day)
    counted = counted.mutate(target=counted.start_worked + counted.length + counted.added)
    first = workdays.select(end_worked=workdays.worked, end_day=workdays.first_day)
    counted = counted.left_join(first, counted.target == first.end_worked)
    counted = counted.mutate(due=counted.stopped.ifelse(none, counted.end_day))
    columns = [*events.columns, "due"]
    return union(whole.select(*columns), counted.select(*columns))


def _paused_days(events: Table, calendar: Table, pauses: Table) -> Table:
    """For each event with pauses ahead: how much they add to its window, and whether one never ends."""
    ahead = pauses.select(pause_case=pauses.case_id, opened=pauses.opened, closed=pauses.closed)
    each = events.select("event_id", "case_id", "counted_from", "working", "length").join(
        ahead, [events.case_id == ahead.pause_case, ahead.closed > events.counted_from + 1]
    )
    each = each.mutate(first=ibis.greatest(each.opened, each.counted_from + 1) - 1, last=each.closed - 1)
    for name in ("counted_from", "first", "last"):
        each = _position(each, calendar, name)
    each = each.mutate(ahead_of=each.first_at - each.counted_from_at, days=each.last_at - each.first_at)
    earlier = ibis.window(group_by="event_id", order_by=each.opened, rows=(None, -1))
    each = each.mutate(reached=each.ahead_of - each.days.sum().over(earlier).fill_null(0))
    counting = each.filter(each.reached < each.length)
    return counting.group_by(added_event=counting.event_id).agg(
        added=counting.days.sum(), stopped=(counting.closed == FOREVER).any()
    )


def _position(rows: Table, calendar: Table, column: str) -> Table:
    """The day's place in the count: working days up to it, or the day itself. An open end has none."""
    at = calendar.select(at_day=calendar.day, at_worked=calendar.worked)
    joined = rows.left_join(at, rows[column] == at.at_day)
    place = joined.working.ifelse(joined.at_worked, joined[column])
    return joined.mutate(**{f"{column}_at": place.fill_null(0)}).drop("at_day", "at_worked")


def gaps(events: Table, *, by: str = "case_id") -> Table:
    """Each event with ``next_on`` and ``next_seen``: the next later event of its case; and ``superseded``,
    the first day on which a later event was known. One event a case and day."""
    order = ibis.window(group_by=by, order_by=events.on)
    later = ibis.window(group_by=by, order_by=events.on, rows=(1, None))
    return events.mutate(
        next_on=events.on.lead().over(order),
        next_seen=events.seen.lead().over(order),
        superseded=events.known.min().over(later),
    )


def cut(pieces: Table, holders: Table) -> Table:
    """The pieces cut where a case changed hands, each with ``practitioner, team, pdu``. ``holders`` covers
    all time of every case."""
    held = holders.select(
        holder_case=holders.case_id,
        held_from=holders.opened,
        held_to=holders.closed,
        practitioner=holders.practitioner,
        team=holders.team,
        pdu=holders.pdu,
    )
    met = pieces.join(
        held,
        [pieces.case_id == held.holder_case, pieces.opened < held.held_to, held.held_from < pieces.closed],
    )
    return met.mutate(
        opened=ibis.greatest(met.opened, met.held_from), closed=ibis.least(met.closed, met.held_to)
    ).drop("holder_case", "held_from", "held_to")
