"""Duties that keep falling due: from the days a person was seen to obligations and the days unmet."""

from __future__ import annotations

import ibis

from assay.assurance.duties.gathering import LAST_SEEN
from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.obligations import (
    FACTS,
    NO_EXCUSE,
    Raised,
    by_clock,
    shown,
    with_absent,
    without_pauses,
)
from assay.assurance.duties.records import Records
from assay.assurance.duties.verbs import (
    Table,
    both,
    due_after,
    first_of,
    gaps,
    holding,
    merge,
    union,
)


def rolling(records: Records) -> Raised:
    """Each time it happens the next falls due; the first falls due from the start of supervision."""
    line = _line(records)
    asked = _asked(records, line)
    pieces = _pieces(records, asked)
    obligations = records.keep(_worded(records, _chosen(records, asked)))
    return Raised(
        obligations=obligations,
        pieces=pieces.semi_join(obligations.filter(obligations.unsure.isnull()), "obligation_id"),
        raisers=records.shared("mark").select("key", "table", "clause", anchor_id="row_id"),
    )


def _line(records: Records) -> Table:
    """The days the windows count from, in order, each with what came next."""
    marks = records.shared("mark")
    line = marks.select("key", "case_id", "on", "known", seen=marks.clause == LAST_SEEN)
    line = gaps(line, by="key")
    line = holding(line, records.supervised).drop("life_opened")
    return records.keep(line.mutate(obligation_id=ibis.row_number() * 2 + 1))


def _asked(records: Records, line: Table) -> Table:
    """Each row of the line with each span of a demand that it was the last row in, and each version of the
    window in force in that span: ``due``, and the days ``from_day`` to ``to_day`` on which it can be late."""
    demands = records.shared("demand")
    spans = demands.select(
        span_key="key", span_opened="opened", span_closed="closed", window="window", demand="clause"
    )
    last_known = ibis.greatest(line.superseded.fill_null(FOREVER), line.next_on.fill_null(FOREVER))
    during = line.join(
        spans,
        [
            line.key == spans.span_key,
            line.on < spans.span_closed,
            last_known > spans.span_opened,
            spans.span_opened < line.life_closed,
        ],
    ).drop("span_key")
    windows = records.windows.drop("value", "unit", "confidence", "reach")
    windows = windows.mutate(window_from=windows.from_day)
    each = during.join(
        windows,
        [
            during.window == windows.window_name,
            windows.from_day < during.span_closed,
            during.span_opened < windows.to_day,
        ],
    )
    each = each.mutate(
        counted_from=ibis.greatest(each.on, each.span_opened),
        from_day=ibis.greatest(each.from_day, each.span_opened),
        to_day=ibis.least(each.to_day, each.span_closed, each.life_closed),
        event_id=ibis.row_number(),
    ).drop("window", "span_closed")
    timed = due_after(records.keep(each), records.calendar, records.workdays, records.pauses)
    none = ibis.null("int64")
    last_good = timed.due.isnull().ifelse(none, ibis.greatest(timed.due, timed.from_day - 1))
    return records.keep(timed.mutate(last_good=last_good).drop("due", "counted_from"))


def _pieces(records: Records, asked: Table) -> Table:
    late = asked.filter(asked.last_good.notnull())
    opened = late.last_good + 1
    days = late.select(
        "obligation_id",
        "key",
        "case_id",
        opened=opened,
        closed=ibis.least(late.next_on.fill_null(FOREVER), late.to_day),
        learnt=ibis.greatest(opened, late.known),
        settled=ibis.least(late.superseded.fill_null(FOREVER), late.to_day),
    )
    unmet = records.keep(by_clock(records, days))
    standing = records.shared("population").semi_join(unmet, "key")
    pieces = records.keep(both(unmet, without_pauses(records, standing), by="key"))
    # Two demands may be unmet on the same days: they are one lapse.
    by = pieces.mutate(lapse=pieces.obligation_id * 2 + (pieces.clock == "date").cast("int64"))
    joint = merge(by, by="lapse")
    whose = by.select("lapse", "obligation_id", "key", "case_id", "clock").distinct()
    return records.keep(shown(records, joint.join(whose, "lapse")))


def _chosen(records: Records, asked: Table) -> Table:
    """One row for each row of the line that a demand counted from; due on the earliest day of any demand
    that could be late, else on that of the first."""
    asked = asked.mutate(
        reachable=(asked.last_good + 1 < asked.to_day).fill_null(False),
        current=asked.next_on.fill_null(FOREVER) > asked.from_day,
    )
    counted = asked.group_by("obligation_id").agg(demands=asked.count())
    several = asked.semi_join(counted.filter(counted.demands > 1), "obligation_id")
    order = [
        several.current.desc(),
        several.reachable.desc(),
        several.last_good.fill_null(FOREVER),
        several.demand,
        several.from_day,
        several.span_opened,
    ]
    alone = asked.semi_join(counted.filter(counted.demands == 1), "obligation_id")
    chosen = first_of(several, by="obligation_id", order=order)
    return records.keep(union(alone, chosen.select(*alone.columns)))


def _worded(records: Records, first: Table) -> Table:
    """The obligations with the rows they count from and the rows that met them."""
    marks = records.shared("mark")
    texts = marks.select("table", mark_key="key", marked_on="on", anchor_id="row_id")
    rows = first.join(texts, [first.key == texts.mark_key, first.on == texts.marked_on])
    rows = rows.drop("mark_key", "marked_on")
    none = ibis.null("int64")
    met = rows.next_seen.fill_null(False) & (rows.next_on < rows.life_closed).fill_null(False)
    rows = rows.mutate(
        due=rows.last_good,
        met=met.ifelse(rows.next_on, none),
        met_known=met.ifelse(rows.superseded, none),
    )
    answers = marks.select(met_key="key", met_day="on", met_row="row_id")
    rows = rows.left_join(answers, [rows.key == answers.met_key, rows.met == answers.met_day])
    rows = with_absent(records, rows)
    early = (rows.on < records.records_from) & ~rows.seen
    rows = rows.mutate(
        required=ibis.literal(True),
        unsure=rows.absent.coalesce(early.ifelse("before_records", ibis.null("string"))),
        **{name: ibis.null(kind) for name, kind in NO_EXCUSE.items()},
    )
    return rows.select(*FACTS)
