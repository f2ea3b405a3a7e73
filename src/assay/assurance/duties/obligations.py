"""From the parts of a duty's sentence to its obligations and the days they were unmet.

An obligation is known by a number, ``obligation_id``, until the night is written; ``names`` has the name
that stays the same from night to night. Its row has besides: ``on`` (the day it was raised), ``known``,
``due``, ``met``, ``met_row``, ``met_known``, ``excuse``, ``excuse_known``, ``excuse_clause``, ``excuse_row``,
``life_closed`` (the end of the supervision it was raised in), ``required`` (false where the records cannot
say whether the duty applies) and the window it was given. A piece has ``obligation_id, case_id, clock,
opened, closed``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Demand, Once, Rolling
from assay.assurance.duties.types import Clock, Duty
from assay.assurance.duties.verbs import (
    Table,
    both,
    due_after,
    first_of,
    gaps,
    holding,
    merge,
    next_after,
    union,
    without,
)
from assay.assurance.duties.windows import with_due

COLUMNS = (
    "obligation_id",
    "case_id",
    "anchor_id",
    "table",
    "on",
    "known",
    "due",
    "met",
    "met_row",
    "met_known",
    "excuse",
    "excuse_known",
    "excuse_clause",
    "excuse_row",
    "life_closed",
    "required",
    "unsure",
    "window_name",
    "value",
    "unit",
    "confidence",
    "length",
    "working",
)
NULLS = {
    "excuse": "int64",
    "excuse_known": "int64",
    "excuse_clause": "string",
    "excuse_row": "string",
    "unsure": "string",
}


@dataclass(frozen=True, kw_only=True)
class Found:
    """One duty's obligations with their ``names`` (``obligation_id, name``), unmet pieces and the rows that
    raised them (``raisers``: ``obligation_id, clause, row_id``)."""

    duty: Duty
    rule: Once | Rolling
    obligations: Table
    names: Table
    pieces: Table
    raisers: Table


def find(records: Records, duty: Duty, rule: Once | Rolling) -> Found:
    """Everything the duty asks for, on every day up to the as-at day."""
    known = _kept(records, rule)
    return _once(records, duty, known) if isinstance(known, Once) else _rolling(records, duty, known)


def _kept(records: Records, rule: Once | Rolling) -> Once | Rolling:
    """The rule with each of its parts worked out once, since several statements read them."""
    parts = {each.name: getattr(rule, each.name) for each in fields(rule)}
    tables = {name: records.keep(part) for name, part in parts.items() if isinstance(part, ibis.Table)}
    return replace(rule, **tables)


def _names(records: Records, duty: Duty, obligations: Table) -> Table:
    """As :func:`assay.assurance.duties.identity.name_of`, in the database."""
    rows = obligations.join(records.cases, "case_id")
    key = ibis.literal(f"{duty.code}|") + rows.crn + "|" + rows.table + "|" + rows.anchor_id
    return records.keep(rows.select("obligation_id", name=key.hexdigest("sha256")[:32]))


def _unsure(records: Records, duty: Duty, own: Table, early: Table) -> Table:
    """Why nothing can be said of an obligation that no evidence met: the extract brought no such evidence
    at all, the trigger says so itself, or it is from before the records begin."""
    absent = ibis.cases(*[(~records.has_rows(name), f"no_{name}") for name in duty.tables])
    return absent.coalesce(own, early.ifelse("before_records", ibis.null("string")))


def _once(records: Records, duty: Duty, rule: Once) -> Found:
    triggers = _held(records, rule)
    timed = with_due(records, triggers)
    met = records.keep(next_after(timed, rule.evidence, since="since"))
    chosen = _chosen(records, duty, _excused(records, met, rule))
    obligations = records.keep(chosen.select(*COLUMNS))
    standing = merge(rule.population) if rule.exempt is None else without(rule.population, rule.exempt)
    standing = records.keep(standing)
    running = records.keep(without(standing, records.pauses))
    unmet = _unmet(obligations.filter(obligations.required & obligations.unsure.isnull()))
    # A duty of the same day has no clock that could stand still.
    pieces = union(
        both(unmet.filter(unmet.length > 0), running), both(unmet.filter(unmet.length == 0), standing)
    )
    raisers = triggers.select("obligation_id", "clause", "row_id").distinct()
    return Found(
        duty=duty,
        rule=rule,
        obligations=obligations,
        names=_names(records, duty, obligations),
        pieces=records.keep(_shown(records, pieces)),
        raisers=records.keep(raisers),
    )


def _held(records: Records, rule: Once) -> Table:
    """The triggers that fall into the population, or into a time the records cannot speak for. One row may
    raise a duty by several clauses: they are one obligation."""
    raised = rule.triggers
    anchor = [raised.case_id, raised.table, raised.row_id]
    numbers = {
        "obligation_id": ibis.dense_rank().over(order_by=anchor),
        "trigger_id": ibis.dense_rank().over(order_by=[*anchor, raised.clause]),
    }
    raised = records.keep(raised.mutate(**numbers))
    alive = holding(raised, records.life if rule.life is None else rule.life).drop("life_opened")
    inside = holding(alive.drop("life_closed"), rule.population).select("trigger_id", "on").distinct()
    required = alive.semi_join(inside, ["trigger_id", "on"]).mutate(required=ibis.literal(True))
    if rule.unknown is None:
        return records.keep(required)
    outside = alive.anti_join(inside, ["trigger_id", "on"])
    unclear = holding(outside.drop("life_closed"), merge(rule.unknown)).select("trigger_id").distinct()
    unclear = outside.semi_join(unclear, "trigger_id").mutate(required=ibis.literal(False))
    return records.keep(union(required, unclear))


def _excused(records: Records, rows: Table, rule: Once) -> Table:
    """Each row with the earliest excuse that covers it, if any."""
    if rule.excuses is None:
        return rows.mutate(**{name: ibis.null(kind) for name, kind in NULLS.items() if name != "unsure"})
    given = rule.excuses
    given = given.select(
        excuse_case=given.case_id,
        excuse_on=given.on,
        excuse_known_on=given.known,
        excuse_row=given.row_id,
        excuse_clause=given.clause,
        first=given["first"],
        last=given["last"],
        for_anchor=given.for_anchor,
        for_window=given.for_window,
    )
    met = rows.join(
        given,
        [
            rows.case_id == given.excuse_case,
            given["first"] <= rows.on,
            rows.on <= given["last"],
            given.for_anchor.isnull() | (given.for_anchor == rows.row_id),
            given.for_window.isnull() | (given.for_window == rows.window),
        ],
    )
    met = met.mutate(
        excuse=ibis.greatest(met.excuse_on, met.on),
        excuse_known=ibis.greatest(met.excuse_known_on, met.known),
    )
    order = [met.excuse, met.excuse_clause, met.excuse_row]
    best = first_of(met, by="event_id", order=order).select(
        "event_id", "excuse", "excuse_known", "excuse_clause", "excuse_row"
    )
    return rows.left_join(best, "event_id").drop("event_id_right")


def _chosen(records: Records, duty: Duty, rows: Table) -> Table:
    """One row an obligation: the version of the window that holds, then the earliest day due."""
    rows = records.keep(rows)
    still_open = rows.met.fill_null(FOREVER) >= rows.from_day.fill_null(0)
    holds = (rows.from_day.fill_null(0) <= rows.on) | (still_open & (rows.life_closed > rows.from_day))
    fitting = rows.filter(rows.reach.isnull() | holds)
    fitting = first_of(fitting, by="trigger_id", order=[fitting.from_day.desc()])
    order = [fitting.required.desc(), fitting.due.fill_null(FOREVER), fitting.clause]
    first = first_of(fitting, by="obligation_id", order=order)
    first = rows.semi_join(first, "event_id")
    early = first.on < records.records_from
    return first.mutate(anchor_id=first.row_id, unsure=_unsure(records, duty, first.unsure, early))


def _unmet(obligations: Table) -> Table:
    """From the day after it was due until it was met or excused, on both clocks."""
    late = obligations.filter(obligations.due.notnull())
    by_date = late.select(
        "obligation_id",
        "case_id",
        "length",
        clock=ibis.literal(Clock.DATE.value),
        opened=late.due + 1,
        closed=ibis.least(late.met.fill_null(FOREVER), late.excuse.fill_null(FOREVER), late.life_closed),
    )
    by_record = late.select(
        "obligation_id",
        "case_id",
        "length",
        clock=ibis.literal(Clock.RECORDED.value),
        opened=ibis.greatest(late.due + 1, late.known),
        closed=ibis.least(
            late.met_known.fill_null(FOREVER), late.excuse_known.fill_null(FOREVER), late.life_closed
        ),
    )
    both_clocks = union(by_date, by_record)
    return both_clocks.filter(both_clocks.opened < both_clocks.closed)


def _shown(records: Records, pieces: Table) -> Table:
    """The pieces that had begun by the as-at day; what closes after it is open."""
    begun = pieces.filter(pieces.opened <= records.as_at)
    ends = (begun.closed > records.as_at).ifelse(FOREVER, begun.closed)
    return begun.mutate(closed=ends).select("obligation_id", "case_id", "clock", "opened", "closed")


def _rolling(records: Records, duty: Duty, rule: Rolling) -> Found:
    line = _line(records, rule)
    demands = [_demand(records, line, each) for each in rule.demands]
    asked = records.keep(union(*demands))
    running = records.keep(without(rule.population, records.pauses))
    pieces = _rolling_pieces(asked, running)
    obligations = _rolling_obligations(records, duty, asked)
    raisers = union(
        line.select("obligation_id", clause=line.clause, row_id=line.row_id),
        asked.select("obligation_id", clause=asked.demand, row_id=ibis.null("string")),
    )
    named = obligations.select("obligation_id")
    sure = obligations.filter(obligations.unsure.isnull())
    return Found(
        duty=duty,
        rule=rule,
        obligations=obligations,
        names=_names(records, duty, obligations),
        pieces=records.keep(_shown(records, pieces.semi_join(sure, "obligation_id"))),
        raisers=records.keep(raisers.filter(raisers.row_id.notnull()).semi_join(named, "obligation_id")),
    )


def _line(records: Records, rule: Rolling) -> Table:
    """What the windows count from: each day the person was seen, and the start of supervision. One row a
    case and day; being seen goes before a start of the same day."""
    seen = rule.evidence.group_by("case_id", "on").agg(
        row_id=rule.evidence.row_id.min(), known=rule.evidence.known.min()
    )
    begun = records.supervised.select("case_id", on="opened")
    starts = rule.starts.select("case_id", "row_id", "known", on=rule.starts.opened)
    starts = starts.semi_join(begun, ["case_id", "on"])
    starts = starts.group_by("case_id", "on").agg(row_id=starts.row_id.min(), known=starts.known.min())
    starts = starts.anti_join(seen, ["case_id", "on"])
    line = union(
        seen.mutate(clause=ibis.literal("last_seen"), table=ibis.literal("contact")),
        starts.select(*seen.columns).mutate(clause=ibis.literal("start"), table=ibis.literal("sentence")),
    )
    line = gaps(records.keep(line))
    # What comes next meets the duty only if the person was seen.
    order = ibis.window(group_by="case_id", order_by=line.on)
    line = line.mutate(next_clause=line.clause.lead().over(order))
    line = holding(line, records.supervised).drop("life_opened")
    return records.keep(line.mutate(obligation_id=ibis.row_number().over(order_by=[line.case_id, line.on])))


def _demand(records: Records, line: Table, demand: Demand) -> Table:
    """Each row of the line with each span of the demand that it was the last row in, and each version of
    the window in force in that span: ``due``, and the days ``from_day`` to ``to_day`` on which it can be
    late."""
    spans = demand.spans.select(span_case="case_id", span_opened="opened", span_closed="closed")
    last_known = ibis.greatest(line.superseded.fill_null(FOREVER), line.next_on.fill_null(FOREVER))
    during = line.join(
        spans,
        [
            line.case_id == spans.span_case,
            line.on < spans.span_closed,
            last_known > spans.span_opened,
            spans.span_opened < line.life_closed,
        ],
    ).drop("span_case")
    windows = records.windows.filter(records.windows.window_name == demand.window)
    each = during.join(windows, [windows.from_day < during.span_closed, during.span_opened < windows.to_day])
    each = each.mutate(
        counted_from=ibis.greatest(each.on, each.span_opened),
        from_day=ibis.greatest(each.from_day, each.span_opened),
        to_day=ibis.least(each.to_day, each.span_closed, each.life_closed),
        event_id=ibis.row_number(),
        demand=ibis.literal(demand.clause),
    )
    return due_after(records.keep(each), records.calendar, records.pauses)


def _rolling_pieces(asked: Table, running: Table) -> Table:
    late = asked.filter(asked.due.notnull())
    opened = ibis.greatest(late.due + 1, late.from_day)
    by_date = late.select(
        "obligation_id",
        "case_id",
        clock=ibis.literal(Clock.DATE.value),
        opened=opened,
        closed=ibis.least(late.next_on.fill_null(FOREVER), late.to_day),
    )
    by_record = late.select(
        "obligation_id",
        "case_id",
        clock=ibis.literal(Clock.RECORDED.value),
        opened=ibis.greatest(opened, late.known),
        closed=ibis.least(late.superseded.fill_null(FOREVER), late.to_day),
    )
    pieces = both(union(by_date, by_record).filter(lambda t: t.opened < t.closed), running)
    # Two demands may be unmet on the same days: they are one lapse.
    return union(*[_joint(pieces, clock) for clock in Clock])


def _joint(pieces: Table, clock: Clock) -> Table:
    ours = pieces.filter(pieces.clock == clock.value)
    merged = merge(ours.mutate(case_id=ours.obligation_id)).rename(obligation_id="case_id")
    cases = ours.select("obligation_id", "case_id").distinct()
    return merged.join(cases, "obligation_id").mutate(clock=ibis.literal(clock.value))


def _rolling_obligations(records: Records, duty: Duty, asked: Table) -> Table:
    """One row for each row of the line that a demand counted from; due on the earliest day of any demand
    that could be late, else on that of the first."""
    none = ibis.null("int64")
    last_good = asked.due.isnull().ifelse(none, ibis.greatest(asked.due, asked.from_day - 1))
    reachable = last_good + 1 < asked.to_day
    asked = asked.mutate(
        last_good=last_good,
        reachable=reachable.fill_null(False),
        current=asked.next_on.fill_null(FOREVER) > asked.from_day,
    )
    order = [
        asked.current.desc(),
        asked.reachable.desc(),
        asked.last_good.fill_null(FOREVER),
        asked.demand,
        asked.from_day,
        asked.span_opened,
    ]
    first = asked.semi_join(first_of(asked, by="obligation_id", order=order), ["event_id", "demand"])
    met = first.next_clause == "last_seen"
    met = met.fill_null(False) & (first.next_on < first.life_closed).fill_null(False)
    early = (first.on < records.records_from) & (first.clause == "start")
    rows = first.mutate(
        anchor_id=first.row_id,
        due=first.last_good,
        met=met.ifelse(first.next_on, none),
        met_row=met.ifelse(first.next_row, ibis.null("string")),
        met_known=met.ifelse(first.superseded, none),
        required=ibis.literal(True),
        **{name: ibis.null(kind) for name, kind in NULLS.items() if name != "unsure"},
    )
    rows = rows.mutate(unsure=_unsure(records, duty, ibis.null("string"), early))
    return records.keep(rows.select(*COLUMNS))
