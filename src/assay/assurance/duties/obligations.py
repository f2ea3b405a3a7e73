"""From what raises the duties to their obligations and the days they were unmet, of all duties at once.

An obligation is known by a number, ``obligation_id``, until the night is written. Its row has besides:
``on`` (the day it was raised), ``known``, ``due``, ``met``, ``met_row``, ``met_known``, ``excuse``,
``excuse_known``, ``excuse_clause``, ``excuse_row``, ``life_closed`` (the end of the time it was raised in),
``required`` (false where the records cannot say whether the duty applies) and the window it was given. A
piece has ``obligation_id, key, case_id, clock, opened, closed``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ibis

from assay.assurance.duties.gathering import SLOTS
from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.types import Clock
from assay.assurance.duties.verbs import (
    Table,
    both,
    day_after,
    due_after,
    first_of,
    holding,
    marked,
    merge,
    union,
    without,
)

FACTS = (
    "obligation_id",
    "key",
    "case_id",
    "table",
    "anchor_id",
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
    "window_from",
    "length",
    "working",
)
NO_EXCUSE = {
    "excuse": "int64",
    "excuse_known": "int64",
    "excuse_clause": "string",
    "excuse_row": "string",
}


@dataclass(frozen=True, kw_only=True)
class Raised:
    """Obligations, the days they were unmet, and what raised them (``key, table, anchor_id, clause``)."""

    obligations: Table
    pieces: Table
    raisers: Table


def once(records: Records, *, own_life: Sequence[int]) -> Raised:
    """Everything that is asked for once, on every day up to the as-at day. ``own_life`` are the numbers of
    the duties that stand outside the time under a sentence."""
    triggers = _held(records, own_life)
    timed = _timed(records, triggers)
    met = records.keep(_met(records, timed))
    chosen = records.keep(_chosen(triggers, met))
    obligations = records.keep(_worded(records, triggers, chosen))
    pieces = _unmet(records, obligations)
    raisers = triggers.select("key", "table", "clause", anchor_id="row_id").distinct()
    return Raised(obligations=obligations, pieces=pieces, raisers=raisers)


def _held(records: Records, own_life: Sequence[int]) -> Table:
    """The triggers that fall into the population (``required``), or into a time the records cannot speak
    for."""
    raised = records.shared("trigger")
    if own_life:
        outside = (raised.key % SLOTS).isin(list(own_life))
        alive = union(
            holding(raised.filter(~outside), records.life),
            holding(raised.filter(outside), records.shared("life"), by="key"),
        )
    else:
        alive = holding(raised, records.life)
    alive = marked(alive.drop("life_opened"), records.shared("population"), "required", by="key")
    alive = marked(alive, merge(records.shared("unknown"), by="key"), "unclear", by="key")
    held = alive.filter(alive.required | alive.unclear).drop("unclear")
    return records.keep(held.mutate(trigger_id=ibis.row_number()))


def _timed(records: Records, triggers: Table) -> Table:
    """The days of each trigger, once for each version of its window that may hold, with ``due``. A later
    version that applies to all stands for every day; one that applies to what is open is a second candidate.
    A trigger of no window (``unsure``) comes once, due on no day."""
    known = records.windows.select("window_name", "length", "working", "from_day", "to_day", "reach")
    days = triggers.select(
        "trigger_id", "key", "case_id", "on", "known", "since", "life_closed", "required", "window"
    )
    joined = days.join(
        known,
        [
            days.window == known.window_name,
            (
                (known.from_day <= days.on) & (days.on < known.to_day)
                | (known.reach == "open") & (days.on < known.from_day)
            ),
        ],
    )
    each = joined.drop("window", "window_name", "to_day", "reach").mutate(counted_from=joined.on)
    blank = days.filter(days.window.isnull()).drop("window")
    nothing = {"length": "int64", "working": "boolean", "from_day": "int64", "counted_from": "int64"}
    blank = blank.mutate(**{name: ibis.null(kind) for name, kind in nothing.items()})
    each = records.keep(union(each, blank.select(*each.columns)).mutate(event_id=ibis.row_number()))
    timed = due_after(
        each.filter(each.from_day.notnull()), records.calendar, records.workdays, records.pauses
    ).drop("counted_from")
    none = each.filter(each.from_day.isnull()).mutate(due=ibis.null("int64"))
    return records.keep(union(timed, none.select(*timed.columns)))


def _met(records: Records, timed: Table) -> Table:
    """Each with the day it was met, if it was, and when that was known."""
    evidence = records.shared("evidence").select("key", "on", "known")
    since = timed.group_by("key").agg(first=timed.since.min())
    evidence = evidence.join(since, "key")
    found = day_after(timed, evidence.filter(evidence.on >= evidence["first"]), since="since", by="key")
    return timed.left_join(found, timed.event_id == found.found_event).drop("found_event")


def _chosen(triggers: Table, rows: Table) -> Table:
    """One row an obligation: the version of the window that holds, then the earliest day due. One row may
    raise a duty by several clauses: they are one obligation."""
    from_day = rows.from_day.fill_null(0)
    still_open = rows.met.fill_null(FOREVER) >= from_day
    holds = (from_day <= rows.on) | (still_open & (rows.life_closed > rows.from_day))
    fitting = rows.filter(rows.from_day.isnull() | holds)
    fitting = first_of(fitting, by="trigger_id", order=[fitting.from_day.desc()])
    anchors = triggers.group_by("key", "table", "row_id").agg(
        raised=triggers.count(), anchor=triggers.trigger_id.min()
    )
    several = triggers.join(anchors.filter(anchors.raised > 1), ["key", "table", "row_id"])
    several = fitting.join(several.select("trigger_id", "anchor", "clause"), "trigger_id")
    order = [several.required.desc(), several.due.fill_null(FOREVER), several.clause]
    first = first_of(several, by="anchor", order=order).select(*fitting.columns)
    return union(fitting.anti_join(several, "trigger_id"), first)


def _worded(records: Records, triggers: Table, chosen: Table) -> Table:
    """The obligations with what raised them, what met them and what excused them."""
    texts = triggers.select("trigger_id", "table", "clause", "window", "unsure", anchor_id="row_id")
    rows = chosen.join(texts, "trigger_id")
    evidence = records.shared("evidence")
    answers = evidence.semi_join(chosen, [evidence.key == chosen.key, evidence.on == chosen.met])
    answers = answers.group_by(met_key="key", met_day="on").agg(met_row=answers.row_id.min())
    rows = rows.left_join(answers, [rows.key == answers.met_key, rows.met == answers.met_day])
    excuses = records.keep(_excuses(records, triggers, chosen))
    rows = rows.left_join(excuses, rows.event_id == excuses.excused_event)
    rows = with_absent(records, rows)
    early = (rows.on < records.records_from).ifelse("before_records", ibis.null("string"))
    rows = rows.mutate(
        obligation_id=rows.trigger_id * 2,
        window_name=rows.window,
        window_from=rows.from_day,
        unsure=rows.absent.coalesce(rows.unsure, early),
    )
    return rows.select(*FACTS)


def _excuses(records: Records, triggers: Table, chosen: Table) -> Table:
    """The earliest excuse that covers each event, of those that one covers."""
    given = records.shared("excuse")
    given = given.select(
        excuse_key="key",
        excuse_on="on",
        excuse_known_on="known",
        excuse_row="row_id",
        excuse_clause="clause",
        first="first",
        last="last",
        for_anchor="for_anchor",
        for_window="for_window",
    )
    asked = chosen.select("event_id", "trigger_id", "key", "on", "known")
    asked = asked.semi_join(records.shared("excuse"), "key")
    asked = records.keep(asked.join(triggers.select("trigger_id", "row_id", "window"), "trigger_id"))
    met = asked.join(
        given,
        [
            asked.key == given.excuse_key,
            given["first"] <= asked.on,
            asked.on <= given["last"],
            given.for_anchor.isnull() | (given.for_anchor == asked.row_id),
            given.for_window.isnull() | (given.for_window == asked.window),
        ],
    )
    met = met.mutate(
        excuse=ibis.greatest(met.excuse_on, met.on),
        excuse_known=ibis.greatest(met.excuse_known_on, met.known),
    )
    best = first_of(met, by="event_id", order=[met.excuse, met.excuse_clause, met.excuse_row])
    return best.select(excused_event="event_id", **{name: name for name in NO_EXCUSE})


def with_absent(records: Records, rows: Table) -> Table:
    """The rows with ``absent``: the reason where the extract brought no evidence of their duty at all."""
    duties = records.duties.select(slot="number", absent="absent")
    return rows.left_join(duties, rows.key % SLOTS == duties.slot).drop("slot")


def _unmet(records: Records, obligations: Table) -> Table:
    """From the day after it was due until it was met or excused, on both clocks, while it was required."""
    late = obligations.filter(obligations.required & obligations.unsure.isnull() & obligations.due.notnull())
    days = late.select(
        "obligation_id",
        "key",
        "case_id",
        "length",
        opened=late.due + 1,
        closed=ibis.least(late.met.fill_null(FOREVER), late.excuse.fill_null(FOREVER), late.life_closed),
        learnt=ibis.greatest(late.due + 1, late.known),
        settled=ibis.least(
            late.met_known.fill_null(FOREVER), late.excuse_known.fill_null(FOREVER), late.life_closed
        ),
    )
    pieces = records.keep(by_clock(records, days))
    standing = without_exempt(records, pieces)
    at_once = pieces.length == 0
    # A duty of the same day has no clock that could stand still.
    found = union(
        both(pieces.filter(~at_once), without_pauses(records, standing), by="key"),
        both(pieces.filter(at_once), standing, by="key"),
    )
    return records.keep(shown(records, found))


def by_clock(records: Records, days: Table) -> Table:
    """The days as pieces, on each clock: by date from ``opened`` to ``closed``, by what was known from
    ``learnt`` to ``settled``. Those that had begun by the as-at day."""
    records.note(days, days.opened)
    dated = days.drop("learnt", "settled").mutate(clock=ibis.literal(Clock.DATE.value))
    known = days.mutate(
        opened=days.learnt, closed=days.settled, clock=ibis.literal(Clock.RECORDED.value)
    ).select(*dated.columns)
    pieces = union(dated, known)
    return pieces.filter(pieces.opened < pieces.closed, pieces.opened <= records.as_at)


def without_exempt(records: Records, pieces: Table) -> Table:
    """The populations of the pieces' keys, less what is exempt."""
    standing = records.shared("population").semi_join(pieces, "key")
    exempt = records.shared("exempt").semi_join(pieces, "key")
    return records.keep(without(standing, exempt, by="key"))


def without_pauses(records: Records, standing: Table) -> Table:
    """The spans less the days on which every clock of the case stands still."""
    return records.keep(without(standing, records.pauses))


def shown(records: Records, pieces: Table) -> Table:
    """The pieces that had begun by the as-at day; what closes after it is open."""
    begun = pieces.filter(pieces.opened <= records.as_at)
    ends = (begun.closed > records.as_at).ifelse(FOREVER, begun.closed)
    return begun.mutate(closed=ends).select("obligation_id", "key", "case_id", "clock", "opened", "closed")
