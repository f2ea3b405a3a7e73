"""Lapses and their reasons: the unmet days cut where the case changed hands, weighed, and explained."""

from __future__ import annotations

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.obligations import Found
from assay.assurance.duties.records import Records
from assay.assurance.duties.states import overdue_from
from assay.assurance.duties.types import Clock
from assay.assurance.duties.verbs import Table, cut, holding, union

REQUIRED, UNMET = "required", "unmet"


def lapses(records: Records, found: Found) -> Table:
    """One row for each part of each lapse, on each clock, numbered by day. ``severity`` is as at the part's
    last day, or the as-at day while it is open."""
    parts = cut(found.pieces, records.holders)
    order = ibis.window(group_by=["obligation_id", "clock"], order_by=parts.opened)
    parts = parts.mutate(part=ibis.row_number().over(order) + 1)
    parts = records.keep(parts.mutate(on=ibis.least(parts.closed - 1, records.as_at)))
    return records.keep(_weighed(records, found, parts))


def _weighed(records: Records, found: Found, parts: Table) -> Table:
    key = ["obligation_id", "clock", "part"]
    severe_in = getattr(found.rule, "severe_in", None)
    base: Table = ibis.literal(found.rule.severity)
    rows = parts
    if severe_in is not None:
        severe = holding(parts, severe_in).select(*key).distinct().mutate(severe=ibis.literal(True))
        rows = rows.left_join(severe, key).drop("obligation_id_right", "clock_right", "part_right")
        base = rows.severe.fill_null(False).ifelse(getattr(found.rule, "severe", 0), found.rule.severity)
    rows = rows.mutate(base=base)
    raised = holding(parts, records.heightened).select(*key).distinct().mutate(near_harm=ibis.literal(True))
    rows = rows.left_join(raised, key).drop("obligation_id_right", "clock_right", "part_right")
    long = overdue_from(records, found.obligations)
    rows = rows.left_join(long, rows.obligation_id == long.long_id)
    worse = rows.near_harm.fill_null(False) | (rows.on > rows.long_from).fill_null(False)
    severity = rows.base + worse.ifelse(records.number("severity_rise"), 0)
    return rows.select(
        lapse_id=rows.obligation_id,
        obligation_id=rows.obligation_id,
        part=rows.part,
        clock=rows.clock,
        opened=rows.opened,
        closed=rows.closed,
        practitioner=rows.practitioner,
        team=rows.team,
        pdu=rows.pdu,
        severity=ibis.least(severity, records.number("severity_cap")),
    )


def reasons(records: Records, found: Found, lapsed: Table) -> Table:
    """Which clause of what was required, and of what was unmet, held, by which rows.

    Required: what raised it, and the rows that made the population on the lapse's first day. Unmet: the
    evidence that came too late (``met_late``), the last there was before (``last_before``), and what came
    close without counting. Where there never was any, ``none`` with no row.
    """
    first = records.keep(_first_days(lapsed, found))
    parts = [_raisers(found, first), _because(found, first), _unmet_by(found, first)]
    if found.rule.near is not None:
        parts.append(_near(found, first))
    columns = ["lapse_id", "clause", "side", "row_id"]
    return records.keep(union(*[each.select(*columns) for each in parts]).distinct())


def _first_days(lapsed: Table, found: Found) -> Table:
    """Each lapse with its first day, by the date clock if it shows there, and its obligation's days."""
    by_date = lapsed.clock == Clock.DATE.value
    spans = lapsed.group_by("lapse_id").agg(
        dated=lapsed.opened.min(where=by_date),
        recorded=lapsed.opened.min(),
        until=lapsed.closed.max(),
    )
    spans = spans.select("lapse_id", "until", first_day=spans.dated.coalesce(spans.recorded))
    rows = found.obligations
    rows = rows.select("case_id", "due", "met", "met_row", lapse_id="obligation_id", raised_on="on")
    return spans.join(rows, "lapse_id")


def _raisers(found: Found, first: Table) -> Table:
    rows = found.raisers.select("clause", "row_id", lapse_id="obligation_id")
    return rows.semi_join(first, "lapse_id").mutate(side=ibis.literal(REQUIRED))


def _because(found: Found, first: Table) -> Table:
    because = found.rule.because
    because = because.select(
        because_case="case_id", because_from="opened", because_to="closed", clause="clause", row_id="row_id"
    )
    met = first.join(
        because,
        [
            first.case_id == because.because_case,
            because.because_from <= first.first_day,
            first.first_day < because.because_to,
        ],
    )
    return met.select("lapse_id", "clause", "row_id", side=ibis.literal(REQUIRED))


def _unmet_by(found: Found, first: Table) -> Table:
    evidence = found.rule.evidence
    seen = evidence.select(seen_case="case_id", seen_on="on", seen_row="row_id")
    met = first.filter(first.met_row.notnull())
    late = met.select("lapse_id", clause=ibis.literal("met_late"), row_id=met.met_row)
    before = first.join(seen, [first.case_id == seen.seen_case, seen.seen_on < first.raised_on])
    days = before.group_by("lapse_id", "case_id").agg(seen_on=before.seen_on.max())
    same_day = seen.group_by(case_id="seen_case", seen_on="seen_on").agg(seen_row=seen.seen_row.min())
    last = days.join(same_day, ["case_id", "seen_on"])
    last = last.select("lapse_id", clause=ibis.literal("last_before"), row_id=last.seen_row)
    never = first.select("lapse_id", clause=ibis.literal("none"), row_id=ibis.null("string"))
    known = union(late, last)
    return union(known, never.anti_join(known, "lapse_id")).mutate(side=ibis.literal(UNMET))


def _near(found: Found, first: Table) -> Table:
    near = found.rule.near
    assert near is not None
    near = near.select(near_case="case_id", near_on="on", clause="clause", row_id="row_id")
    met = first.join(
        near,
        [
            first.case_id == near.near_case,
            first.raised_on <= near.near_on,
            near.near_on < ibis.least(first.until, FOREVER),
        ],
    )
    return met.select("lapse_id", "clause", "row_id", side=ibis.literal(UNMET))
