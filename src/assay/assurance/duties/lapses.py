"""Lapses and their reasons: the unmet days cut where the case changed hands, weighed, and explained."""

from __future__ import annotations

import ibis

from assay.assurance.duties.gathering import LAST_SEEN, SLOTS
from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.types import Clock
from assay.assurance.duties.verbs import Table, cut, due_after, marked, union

REQUIRED, UNMET = "required", "unmet"


def lapses(records: Records, obligations: Table, pieces: Table) -> Table:
    """One row for each part of each lapse, on each clock, numbered by day. ``severity`` is as at the part's
    last day, or the as-at day while it is open."""
    parts = cut(pieces, records.holders)
    order = ibis.window(group_by=["obligation_id", "clock"], order_by=parts.opened)
    parts = parts.mutate(
        part=ibis.row_number().over(order) + 1, on=ibis.least(parts.closed - 1, records.as_at)
    )
    return records.keep(_weighed(records, obligations, parts))


def _weighed(records: Records, obligations: Table, parts: Table) -> Table:
    rows = marked(parts, records.shared("severe"), "severe", by="key")
    rows = marked(rows, records.heightened, "near_harm")
    duties = records.duties.select(slot="number", base="severity", worst="severe")
    rows = rows.left_join(duties, rows.key % SLOTS == duties.slot)
    long = records.keep(_overdue_from(records, obligations.semi_join(parts, "obligation_id")))
    records.note(long, long.long_from + 1)
    long = long.drop("case_id")
    rows = rows.left_join(long, rows.obligation_id == long.long_id)
    worse = rows.near_harm | (rows.on > rows.long_from).fill_null(False)
    severity = rows.severe.ifelse(rows.worst, rows.base) + worse.ifelse(records.number("severity_rise"), 0)
    return rows.select(
        "obligation_id",
        "key",
        "case_id",
        "part",
        "clock",
        "opened",
        "closed",
        "practitioner",
        "team",
        "pdu",
        severity=ibis.least(severity, records.number("severity_cap")),
    )


def _overdue_from(records: Records, rows: Table) -> Table:
    """Each obligation with the day from which it is long overdue: so many times its window after it was
    due. A window of nothing counts as one working day."""
    times = records.number("severity_overdue")
    late = rows.filter(rows.due.notnull())
    asked = late.select(
        "case_id",
        event_id="obligation_id",
        counted_from="due",
        working="working",
        length=ibis.greatest(late.length, 1) * times,
    )
    timed = due_after(asked, records.calendar, records.workdays, None)
    return timed.select("case_id", long_id="event_id", long_from="due")


def reasons(records: Records, obligations: Table, raisers: Table, lapsed: Table) -> Table:
    """Which clause of what was required, and of what was unmet, held, by which rows.

    Required: what raised it, and the rows that made the population on the lapse's first day. Unmet: the
    evidence that came too late (``met_late``), the last there was before (``last_before``), and what came
    close without counting. Where there never was any, ``none`` with no row.
    """
    first = records.keep(_first_days(lapsed, obligations))
    found = (
        _raisers(raisers, first),
        _because(records, first),
        _unmet_by(records, first),
        _near(records, first),
    )
    columns = ("obligation_id", "side", "clause", "row_id")
    return records.keep(union(*[each.select(*columns) for each in found]).distinct())


def _first_days(lapsed: Table, obligations: Table) -> Table:
    """Each lapse with its first day, by the date clock if it shows there, and its obligation's days."""
    by_date = lapsed.clock == Clock.DATE.value
    spans = lapsed.group_by("obligation_id").agg(
        dated=lapsed.opened.min(where=by_date),
        recorded=lapsed.opened.min(),
        until=lapsed.closed.max(),
    )
    spans = spans.select("obligation_id", "until", first_day=spans.dated.coalesce(spans.recorded))
    rows = obligations.select(
        "obligation_id", "key", "case_id", "table", "anchor_id", "met_row", raised_on="on"
    )
    return spans.join(rows, "obligation_id")


def _raisers(raisers: Table, first: Table) -> Table:
    found = first.join(raisers, ["key", "table", "anchor_id"])
    return found.select("obligation_id", "clause", row_id="anchor_id", side=ibis.literal(REQUIRED))


def _because(records: Records, first: Table) -> Table:
    because = records.shared("because")
    because = because.select(
        because_key="key", because_from="opened", because_to="closed", clause="clause", row_id="row_id"
    )
    met = first.join(
        because,
        [
            first.key == because.because_key,
            because.because_from <= first.first_day,
            first.first_day < because.because_to,
        ],
    )
    return met.select("obligation_id", "clause", "row_id", side=ibis.literal(REQUIRED))


def _unmet_by(records: Records, first: Table) -> Table:
    evidence, marks = records.shared("evidence"), records.shared("mark")
    seen = union(
        evidence.select("key", "on", "row_id"),
        marks.filter(marks.clause == LAST_SEEN).select("key", "on", "row_id"),
    ).semi_join(first, "key")
    seen = records.keep(seen.group_by("key", "on").agg(row_id=seen.row_id.min()))
    asked = first.select("obligation_id", "key", "raised_on")
    before = asked.join(seen, [asked.key == seen.key, seen.on < asked.raised_on])
    days = before.group_by("obligation_id", "key").agg(on=before.on.max())
    last = days.join(seen, ["key", "on"])
    met = first.filter(first.met_row.notnull())
    known = union(
        met.select("obligation_id", clause=ibis.literal("met_late"), row_id=met.met_row),
        last.select("obligation_id", clause=ibis.literal("last_before"), row_id=last.row_id),
    )
    known = records.keep(known)
    never = first.select("obligation_id", clause=ibis.literal("none"), row_id=ibis.null("string"))
    return union(known, never.anti_join(known, "obligation_id")).mutate(side=ibis.literal(UNMET))


def _near(records: Records, first: Table) -> Table:
    near = records.shared("near").select(near_key="key", near_on="on", clause="clause", row_id="row_id")
    met = first.join(
        near,
        [
            first.key == near.near_key,
            first.raised_on <= near.near_on,
            near.near_on < ibis.least(first.until, FOREVER),
        ],
    )
    return met.select("obligation_id", "clause", "row_id", side=ibis.literal(UNMET))
