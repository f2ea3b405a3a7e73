"""What each obligation is in on the as-at day, and what that makes of each case."""

from __future__ import annotations

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.obligations import Found
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once
from assay.assurance.duties.types import Clock, State
from assay.assurance.duties.verbs import Table, due_after, first_of, merge, spans, union, without

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


def with_state(records: Records, found: Found) -> Table:
    """The duty's obligations with ``state``, ``excused_by`` and ``unknown_because``."""
    rows = _with_facts(records, found)
    because = rows.unsure.coalesce(rows.unclear)
    in_time = rows.due.isnull() | (rows.met <= rows.due)
    in_time = rows.met.notnull() & in_time.fill_null(False)
    excused = rows.excuse.notnull() & (rows.due.isnull() | (rows.excuse <= rows.due)).fill_null(False)
    over = rows.life_closed <= records.as_at
    running = rows.due.isnull() | (rows.due >= records.as_at)
    past = rows.due < records.as_at
    state = ibis.cases(
        (in_time, State.MET.value),
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
        (past.fill_null(False) & rows.exempt_clause.notnull(), State.EXEMPT.value),
        (past.fill_null(False), State.NOT_APPLICABLE.value),
        (rows.due.isnull() | (rows.soon > records.as_at), State.NOT_DUE.value),
        else_=State.DUE.value,
    )
    return records.keep(_worded(rows, state, because, over))


def _worded(rows: Table, state: Table, because: Table, over: Table) -> Table:
    rows = rows.mutate(state=state, because=because, over=over)
    excuse = rows.excuse_clause + ":" + rows.excuse_row
    exempt = rows.exempt_clause + ":" + rows.exempt_row
    left = ibis.literal("left:") + rows.end_reason.fill_null("not recorded")
    ended = (rows.state == State.NOT_APPLICABLE.value) & rows.over & rows.required
    none = ibis.null("string")
    return rows.mutate(
        excused_by=ibis.cases(
            (rows.excuse.notnull() & (rows.met.isnull() | (rows.excuse < rows.met)).fill_null(True), excuse),
            (rows.state == State.EXEMPT.value, exempt),
            (ended, left),
            else_=none,
        ),
        unknown_because=(rows.state == State.UNKNOWN.value).ifelse(rows.because, none),
    )


def _with_facts(records: Records, found: Found) -> Table:
    """Besides each obligation: ``late`` (unmet on some day), ``soon`` (from when it counts as due),
    ``exempt_clause`` and ``exempt_row`` (what exempted it on its day), ``unclear`` (why nothing can be said
    of its day), ``end_reason`` (why its supervision ended)."""
    rows = found.obligations
    late = found.pieces.filter(found.pieces.clock == Clock.DATE.value).select("obligation_id").distinct()
    rows = rows.left_join(late.mutate(late=ibis.literal(True)), "obligation_id").drop("obligation_id_right")
    rows = rows.mutate(late=rows.late.fill_null(False), on_day=rows.due.coalesce(rows.on))
    rows = _with_span(records, rows, found.rule.exempt, ("clause", "row_id"), ("exempt_clause", "exempt_row"))
    unknown = found.rule.unknown if isinstance(found.rule, Once) else None
    rows = _with_span(records, rows, unknown, ("clause",), ("unclear",))
    ends = records.sentences.filter(records.sentences.closed < FOREVER)
    ends = ends.group_by("case_id", "closed").agg(end_reason=ends.end_reason.min())
    ends = ends.select(end_case="case_id", end_day="closed", end_reason="end_reason")
    rows = rows.left_join(ends, [rows.case_id == ends.end_case, rows.life_closed == ends.end_day])
    soon = _working_days_before(records, records.length("due_soon"))
    rows = rows.left_join(soon, rows.due == soon.soon_day)
    return rows.drop("end_case", "end_day", "soon_day", "on_day")


def _with_span(
    records: Records, rows: Table, within: Table | None, columns: tuple[str, ...], names: tuple[str, ...]
) -> Table:
    """The rows with the columns of the first span that holds their ``on_day``."""
    if within is None:
        return rows.mutate(**dict.fromkeys(names, ibis.null("string")))
    held = within.select(
        span_case="case_id",
        span_opened="opened",
        span_closed="closed",
        **{name: within[column] for name, column in zip(names, columns, strict=True)},
    )
    met = rows.select("obligation_id", "case_id", "on_day").join(
        held,
        [
            rows.case_id == held.span_case,
            held.span_opened <= rows.on_day,
            rows.on_day < held.span_closed,
        ],
    )
    first = first_of(met, by="obligation_id", order=[met.span_opened, *[met[name] for name in names]])
    first = records.keep(first.select("obligation_id", *names))
    return rows.left_join(first, "obligation_id").drop("obligation_id_right")


def _working_days_before(records: Records, count: int) -> Table:
    """For each day, the first day from which it lies at most ``count`` working days ahead."""
    days = records.calendar
    starts = days.group_by("worked").agg(soon=days.day.min())
    return days.join(starts.mutate(ahead=starts.worked + count), days.worked == starts.worked + count).select(
        soon_day="day", soon="soon"
    )


def overdue_from(records: Records, rows: Table) -> Table:
    """Each obligation with the day from which it is long overdue: so many times its window after it was
    due. A window of nothing counts as one working day."""
    times = records.number("severity_overdue")
    late = rows.filter(rows.due.notnull())
    asked = late.select(
        "case_id",
        event_id=late.obligation_id,
        counted_from=late.due,
        working=late.working,
        length=ibis.greatest(late.length, 1) * times,
    )
    none = records.pauses.filter(records.pauses.opened > FOREVER)
    timed = due_after(asked, records.calendar, none)
    return timed.select(long_id="event_id", long_from="due")


def case_states(records: Records, found: Found, obligations: Table) -> Table:
    """For each case alive on the as-at day: the state that speaks for it, since when and until when."""
    own = getattr(found.rule, "life", None)
    life = records.life if own is None else union(spans(records.life), spans(own))
    alive = life.filter((life.opened <= records.as_at) & (life.closed > records.as_at))
    open_now = found.pieces.filter(
        (found.pieces.clock == Clock.DATE.value) & (found.pieces.closed > records.as_at)
    )
    open_now = open_now.group_by("obligation_id").agg(open_since=open_now.opened.min())
    rows = obligations.left_join(open_now, "obligation_id").drop("obligation_id_right")
    rows = rows.filter(rows.life_closed > records.as_at)
    # A lapse that is not running today (the person is away) does not speak for the case as missed.
    paused = (rows.state == State.MISSED.value) & rows.open_since.isnull()
    rows = rows.mutate(state=paused.ifelse(State.NOT_DUE.value, rows.state))
    rank = ibis.cases(*[(rows.state == state.value, place) for place, state in enumerate(PRECEDENCE)])
    since = rows.open_since.coalesce(rows.met, rows.excuse, rows.on)
    rows = rows.mutate(rank=rank, since=since)
    settled = rows.state.isin([State.MET.value, State.MET_LATE.value, State.EXEMPT.value])
    # Of what is open the oldest speaks, of what is settled the latest.
    rows = rows.mutate(age=settled.ifelse(-rows.since, rows.since))
    rows = rows.filter(rows.state != State.NOT_APPLICABLE.value)
    rows = rows.join(found.names, "obligation_id")
    first = first_of(rows, by="case_id", order=[rows.rank, rows.age, rows.name])
    first = first.select("case_id", "state", "since", "due", "unknown_because")
    unclear = _unclear_now(records, found)
    joined = alive.select("case_id").distinct().left_join(first, "case_id").drop("case_id_right")
    joined = joined.left_join(unclear, "case_id").drop("case_id_right")
    quiet = joined.state.isnull() | ~joined.state.isin([State.MISSED.value, State.DUE.value])
    unsaid = quiet & joined.unclear.notnull()
    settled_state = joined.state.fill_null(State.NOT_APPLICABLE.value)
    return records.keep(
        joined.select(
            case_id=joined.case_id,
            duty=ibis.literal(found.duty.code),
            state=unsaid.ifelse(State.UNKNOWN.value, settled_state),
            since=unsaid.ifelse(joined.unclear_since, joined.since),
            due=unsaid.ifelse(ibis.null("int64"), joined.due),
            unknown_because=unsaid.ifelse(joined.unclear, joined.unknown_because),
        )
    )


def _unclear_now(records: Records, found: Found) -> Table:
    """Cases of which the records cannot say today whether the duty applies."""
    unknown = found.rule.unknown if isinstance(found.rule, Once) else None
    if unknown is None:
        unknown = records.life.mutate(clause=ibis.null("string")).filter(ibis.literal(False))
    now = unknown.filter((unknown.opened <= records.as_at) & (unknown.closed > records.as_at))
    return now.group_by("case_id").agg(unclear=now.clause.min(), unclear_since=now.opened.max())


def population(records: Records, found: Found) -> Table:
    """When each case belonged to the duty's population, and when the records could not say."""
    exempt = found.rule.exempt
    none = records.life.filter(ibis.literal(False))
    away = merge(records.pauses, none if exempt is None else exempt)
    unknown = found.rule.unknown if isinstance(found.rule, Once) else None
    known = without(found.rule.population, away).select("case_id", "opened", "closed")
    rows = known.mutate(unknown_because=ibis.null("string"))
    if unknown is not None:
        unclear = without(unknown.select("case_id", "opened", "closed", "clause"), away)
        rows = without(known, unknown).mutate(unknown_because=ibis.null("string"))
        rows = union(
            rows.select("case_id", "opened", "closed", "unknown_because"),
            unclear.select("case_id", "opened", "closed", unknown_because="clause"),
        )
    return records.keep(rows.mutate(duty=ibis.literal(found.duty.code)))
