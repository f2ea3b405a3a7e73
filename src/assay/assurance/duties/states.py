"""What each obligation is in on the as-at day, and what that makes of each case."""

from __future__ import annotations

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.types import Clock, State
from assay.assurance.duties.verbs import Table, first_of, union, without

# The order in which a case's obligations speak for it: the first that any of them is in.
PRECEDENCE = (
    State.MISSED,
    State.UNKNOWN,
    State.DUE,
    State.NOT_DUE,
    State.EXEMPT,
    State.MET_LATE,
    State.MET,
    State.NOT_APPLICABLE,
)


def with_state(records: Records, obligations: Table, pieces: Table) -> Table:
    """The obligations with ``state``, ``excused_by`` and ``unknown_because``."""
    in_time = (obligations.due.isnull() | (obligations.met <= obligations.due)).fill_null(False)
    in_time = obligations.met.notnull() & in_time
    none = ibis.null("string")
    settled = obligations.filter(in_time)
    settled = settled.mutate(
        state=ibis.literal(State.MET.value), excused_by=_excused_by(settled, none), unknown_because=none
    )
    rest = records.keep(_judged(records, obligations.filter(~in_time), pieces))
    records.note(rest, rest.due + 1, rest.soon, rest.life_closed)
    columns = [*obligations.columns, "state", "excused_by", "unknown_because"]
    return union(settled.select(*columns), rest.select(*columns))


def _judged(records: Records, rows: Table, pieces: Table) -> Table:
    """Those not met in time, with their state."""
    rows = _with_facts(records, rows, pieces)
    because = rows.unsure.coalesce(rows.unclear)
    excused = rows.excuse.notnull() & (rows.due.isnull() | (rows.excuse <= rows.due)).fill_null(False)
    over = rows.life_closed <= records.as_at
    running = rows.due.isnull() | (rows.due >= records.as_at)
    past = (rows.due < records.as_at).fill_null(False)
    state = ibis.cases(
        (excused & rows.required, State.EXEMPT.value),
        # Met on the very next day there is no unmet day, and it is late all the same.
        (
            rows.met.notnull()
            & (rows.late | (rows.met == rows.due + 1).fill_null(False))
            & rows.required
            & rows.unsure.isnull(),
            State.MET_LATE.value,
        ),
        (rows.met.notnull() & rows.required, State.MET.value),
        (rows.met.isnull() & rows.late, State.MISSED.value),
        (because.notnull(), State.UNKNOWN.value),
        (~rows.required, State.NOT_APPLICABLE.value),
        (over & running.fill_null(True), State.NOT_APPLICABLE.value),
        (past & rows.exempt_clause.notnull(), State.EXEMPT.value),
        (past, State.NOT_APPLICABLE.value),
        (rows.due.isnull() | (rows.soon > records.as_at), State.NOT_DUE.value),
        else_=State.DUE.value,
    )
    rows = rows.mutate(state=state, because=because, over=over)
    exempt = rows.exempt_clause + ":" + rows.exempt_row
    left = ibis.literal("left:") + rows.end_reason.fill_null("not recorded")
    ended = (rows.state == State.NOT_APPLICABLE.value) & rows.over & rows.required
    none = ibis.null("string")
    otherwise = ibis.cases((rows.state == State.EXEMPT.value, exempt), (ended, left), else_=none)
    return rows.mutate(
        excused_by=_excused_by(rows, otherwise),
        unknown_because=(rows.state == State.UNKNOWN.value).ifelse(rows.because, none),
    )


def _excused_by(rows: Table, otherwise: Table) -> Table:
    first = rows.excuse.notnull() & (rows.met.isnull() | (rows.excuse < rows.met)).fill_null(True)
    return first.ifelse(rows.excuse_clause + ":" + rows.excuse_row, otherwise)


def _with_facts(records: Records, rows: Table, pieces: Table) -> Table:
    """Besides each obligation: ``late`` (unmet on some day), ``soon`` (from when it counts as due),
    ``exempt_clause`` and ``exempt_row`` (what exempted it on its day), ``unclear`` (why nothing can be said
    of its day), ``end_reason`` (why its time ended)."""
    late = pieces.filter(pieces.clock == Clock.DATE.value).select(late_id="obligation_id").distinct()
    rows = rows.left_join(late, rows.obligation_id == late.late_id)
    rows = records.keep(rows.mutate(late=rows.late_id.notnull()).drop("late_id"))
    # What is late, or was met where it was required, is neither exempt nor unclear.
    asked = rows.filter(~rows.late & (rows.met.isnull() | ~rows.required))
    asked = asked.select("obligation_id", "key", on_day=asked.due.coalesce(asked.on))
    exempt = _span_of(asked, records.shared("exempt"), exempt_clause="clause", exempt_row="row_id")
    unknown = _span_of(asked, records.shared("unknown"), unclear="clause")
    rows = rows.left_join(exempt, rows.obligation_id == exempt.spanned_id).drop("spanned_id")
    rows = rows.left_join(unknown, rows.obligation_id == unknown.spanned_id).drop("spanned_id")
    ends = records.sentences.filter(records.sentences.closed < FOREVER)
    ends = ends.group_by(end_case="case_id", end_day="closed").agg(end_reason=ends.end_reason.min())
    rows = rows.left_join(ends, [rows.case_id == ends.end_case, rows.life_closed == ends.end_day])
    # A life of its own may end by death on a day on which no time under supervision ends.
    deaths = records.deaths.select(dead_case="case_id", died="died")
    rows = rows.left_join(deaths, [rows.case_id == deaths.dead_case, rows.life_closed == deaths.died])
    rows = rows.mutate(end_reason=rows.died.notnull().ifelse("died", rows.end_reason))
    soon = _working_days_before(records, records.length("due_soon"))
    rows = rows.left_join(soon, rows.due == soon.soon_day)
    return rows.drop("end_case", "end_day", "soon_day", "dead_case", "died")


def _span_of(asked: Table, held: Table, **columns: str) -> Table:
    """For each obligation the columns of the first span that holds its ``on_day``, if one does."""
    held = held.select(
        span_key="key",
        span_opened="opened",
        span_closed="closed",
        **{name: held[column] for name, column in columns.items()},
    )
    met = asked.join(
        held, [asked.key == held.span_key, held.span_opened <= asked.on_day, asked.on_day < held.span_closed]
    )
    order = [met.span_opened, *[met[name] for name in columns]]
    return first_of(met, by="obligation_id", order=order).select(*columns, spanned_id="obligation_id")


def _working_days_before(records: Records, count: int) -> Table:
    """For each day, the first day from which it lies at most ``count`` working days ahead."""
    days, starts = records.calendar, records.workdays
    return days.join(starts, days.worked == starts.worked + count).select(soon_day="day", soon="first_day")


def case_states(records: Records, obligations: Table, pieces: Table) -> Table:
    """For each duty that applies to a case alive on the as-at day: the state that speaks for it, since when
    and until when."""
    open_now = pieces.filter((pieces.clock == Clock.DATE.value) & (pieces.closed > records.as_at))
    open_now = open_now.group_by(open_id="obligation_id").agg(open_since=open_now.opened.min())
    rows = obligations.filter(
        obligations.life_closed > records.as_at, obligations.state != State.NOT_APPLICABLE.value
    ).select(
        *("obligation_id", "key", "case_id", "table", "anchor_id"),
        *("state", "due", "met", "excuse", "on", "unknown_because"),
    )
    rows = rows.left_join(open_now, rows.obligation_id == open_now.open_id).drop("open_id")
    # A lapse that is not running today (the person is away) does not speak for the case as missed.
    paused = (rows.state == State.MISSED.value) & rows.open_since.isnull()
    rows = rows.mutate(state=paused.ifelse(State.NOT_DUE.value, rows.state))
    rank = ibis.cases(*[(rows.state == state.value, place) for place, state in enumerate(PRECEDENCE)])
    since = rows.open_since.coalesce(rows.met, rows.excuse, rows.on)
    settled = rows.state.isin([State.MET.value, State.MET_LATE.value, State.EXEMPT.value])
    # Of what is open the oldest speaks, of what is settled the latest.
    rows = rows.mutate(rank=rank, since=since, age=settled.ifelse(-since, since))
    first = first_of(rows, by="key", order=[rows.rank, rows.age, rows.table, rows.anchor_id])
    first = first.select("key", "case_id", "state", "since", "due", "unknown_because")
    unclear = _unclear_now(records)
    both = first.outer_join(unclear, first.key == unclear.unclear_key)
    quiet = both.state.isnull() | ~both.state.isin([State.MISSED.value, State.DUE.value])
    unsaid = quiet & both.unclear.notnull()
    states = both.select(
        key=both.key.coalesce(both.unclear_key),
        case_id=both.case_id.coalesce(both.unclear_case),
        state=unsaid.ifelse(State.UNKNOWN.value, both.state),
        since=unsaid.ifelse(both.unclear_since, both.since),
        due=unsaid.ifelse(ibis.null("int64"), both.due),
        unknown_because=unsaid.ifelse(both.unclear, both.unknown_because),
    )
    return records.keep(states)


def _unclear_now(records: Records) -> Table:
    """Cases, alive on the as-at day, of which the records cannot say then whether the duty applies."""

    def today(rows: Table) -> Table:
        return rows.filter(rows.opened <= records.as_at, rows.closed > records.as_at)

    unknown = today(records.shared("unknown"))
    alive = union(
        unknown.semi_join(today(records.life), "case_id"),
        unknown.semi_join(today(records.shared("life")), "key"),
    )
    return alive.group_by(unclear_key="key", unclear_case="case_id").agg(
        unclear=alive.clause.min(), unclear_since=alive.opened.max()
    )


def population(records: Records) -> Table:
    """When each case belonged to a duty's population, and when the records could not say."""
    known = _away(records, records.shared("population"))
    unknown = records.shared("unknown")
    rows = without(known, unknown, by="key").mutate(unknown_because=ibis.null("string"))
    unclear = _away(records, unknown).rename(unknown_because="clause")
    columns = ("key", "case_id", "opened", "closed", "unknown_because")
    return records.keep(union(rows.select(*columns), unclear.select(*columns)))


def _away(records: Records, rows: Table) -> Table:
    """The spans less what is exempt and less the days every clock stands still."""
    return records.keep(without(without(rows, records.shared("exempt"), by="key"), records.pauses))
