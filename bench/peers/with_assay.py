"""Assay's own way: the definitions said in Ibis and the duties' own verbs, run by DuckDB.

As in a night, all duties are worked out at once in shared tables, and rows are kept together by a ``key``:
here the case and the kind of evidence, which several duties may share. Saying the duties is apart from
running what was said, which a night keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import ibis
import pyarrow.parquet as pq

from assay.assurance.duties import inputs
from assay.assurance.duties.asking import Asking
from assay.assurance.duties.verbs import (
    Table,
    as_day,
    day_number,
    due_after,
    holding,
    merge,
    next_after,
    union,
)
from assay.core.policy import load as load_policy
from assay.records.store import Snapshot, open_snapshot
from bench.peers.definitions import (
    BACK,
    COLUMNS,
    DUTIES,
    Codes,
    Rows,
    Simple,
    Spans,
    codes_of,
    distinct,
    tables,
)
from bench.peers.measuring import Costs, Task, contend

SLOTS = 100
NUMBERS = ("event_id", "key", "on", "since", "due")
CASES = "SELECT crn, crn AS became, row_number() OVER (ORDER BY crn) - 1 AS case_id FROM r.person"


def load(task: Task, costs: Costs) -> Callable[[], None]:
    """Says the duties, and returns what runs them."""
    with costs.part("say"):
        said = say(task.as_at)
    snapshot = Snapshot(task.records.name, task.records, task.as_at)
    return lambda: run(said, snapshot, task.rows)


def run(said: Asking, snapshot: Snapshot, to: Path) -> None:
    """Runs what was said over a snapshot and writes the rows."""
    with open_snapshot(snapshot) as reader:
        connection = reader.connection
        inputs.give_days(connection, as_at=snapshot.as_at)
        inputs.put(connection, "case", connection.sql(CASES).to_arrow_table())
        for name, columns in said.tables.items():
            connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
        for step in said.steps:
            if step.gives:
                pq.write_table(connection.sql(step.sql).to_arrow_table(), to)
            else:
                connection.execute(f"INSERT INTO {step.into} {step.sql}")


def say(as_at: date, duties: Sequence[Simple] = DUTIES) -> Asking:
    """The duties as statements."""
    asking = Asking(load_policy(), on=as_at)
    read = {
        name: _read(asking, name, columns, codes_of(name, duties)) for name, columns in tables(duties).items()
    }
    kinds, excuses = distinct("evidence", duties), distinct("unless", duties)
    evidence = union(*[_evidence(asking, read, part, number) for number, part in enumerate(kinds)])
    unless = union(*[_unless(read, part, number) for number, part in enumerate(excuses)])
    raised = []
    for duty in duties:
        rows = _raised(asking, read, duty)
        excused = ibis.null("int64") if duty.unless is None else _key(rows, excuses.index(duty.unless))
        raised.append(rows.mutate(key=_key(rows, kinds.index(duty.evidence)), unless_key=excused))
    triggers = asking.keep(union(*raised).mutate(event_id=ibis.row_number()))
    rows = _answers(asking, triggers, asking.keep(evidence), asking.keep(unless))
    asking.give(rows, name="answer", order=["duty", "anchor"])
    return asking


def _read(asking: Asking, table: str, columns: Sequence[str], codes: Codes) -> Table:
    """The rows of a table that have any of the codes a duty reads, once, with day numbers for days."""
    rows = _coded(asking.source(table), codes)
    days = {name: day_number(rows[name]) for name in columns if name != "crn" and rows[name].type().is_date()}
    kept = [name for name in columns if name != "crn" and name not in days]
    return asking.keep(rows.select("case_id", *kept, **days))


def _key(rows: Table, number: int) -> Table:
    return rows.case_id * SLOTS + number


def _coded(rows: Table, codes: Codes) -> Table:
    for name, values in codes.items():
        rows = rows.filter(rows[name].isin(list(values)))
    return rows


def _events(asking: Asking, read: dict[str, Table], part: Rows) -> Table:
    rows = _coded(read[part.table], part.codes)
    rows = rows.select("case_id", row_id=rows[part.key], on=rows[part.on])
    return rows.filter(rows.on <= asking.as_at)


def _spans(read: dict[str, Table], part: Spans) -> Table:
    rows = _coded(read[part.table], part.codes)
    return rows.select(
        "case_id",
        row_id=rows[part.key],
        opened=rows.opened_on,
        closed=rows.closed_on.fill_null(inputs.FOREVER),
    )


def _evidence(asking: Asking, read: dict[str, Table], part: Rows, number: int) -> Table:
    rows = _events(asking, read, part)
    return rows.select("on", "row_id", key=_key(rows, number), known=rows.on)


def _unless(read: dict[str, Table], part: Spans, number: int) -> Table:
    rows = _spans(read, part)
    return rows.select(
        "opened", "closed", span_key=_key(rows, number), row="row_id", clause=ibis.literal(part.table)
    )


def _raised(asking: Asking, read: dict[str, Table], duty: Simple) -> Table:
    rows = _events(asking, read, duty.trigger)
    rows = rows.filter(rows.on >= asking.as_at - BACK)
    if duty.during is not None:
        rows = holding(rows, merge(_spans(read, duty.during)))
    return rows.select(
        "case_id",
        "on",
        duty=ibis.literal(duty.code),
        anchor=rows.row_id,
        since=rows.on + duty.after,
        counted_from=rows.on,
        length=ibis.literal(duty.length, "int64"),
        working=ibis.literal(duty.working),
    )


def _answers(asking: Asking, triggers: Table, evidence: Table, unless: Table) -> Table:
    """What is asked of each trigger, and what is found. Only numbers go through the verbs; the words join
    them in the end."""
    asked = triggers.select("event_id", "key", "on", "since", "counted_from", "length", "working")
    timed = due_after(asked, asking.calendar, asking.workdays, None).select(*NUMBERS)
    met = asking.keep(next_after(timed, evidence, since="since", by="key"))
    found = _excused(_before(asking, met, evidence), triggers, unless)
    words = triggers.select("duty", "anchor", "case_id", word_event="event_id")
    found = found.join(words, found.event_id == words.word_event)
    rows = _judged(asking, found.join(asking.cases, "case_id"))
    return rows.select(*COLUMNS)


def _before(asking: Asking, met: Table, evidence: Table) -> Table:
    """With ``before_row``, the last row before the trigger where none came in time after it: the first after
    it, with time the other way round."""
    missing = met.filter(met.met.isnull(), met.due < asking.as_at)
    missing = asking.keep(missing.select("event_id", "key", since=1 - missing.on))
    earlier = evidence.semi_join(missing, "key").mutate(on=-evidence.on)
    before = next_after(missing, earlier, since="since", by="key")
    before = before.select(before_event="event_id", before_row="met_row")
    return met.left_join(before, met.event_id == before.before_event)


def _excused(rows: Table, triggers: Table, unless: Table) -> Table:
    """With ``excuse`` and ``excuse_row`` where the trigger lies in a span that excuses it."""
    within = [
        triggers.unless_key == unless.span_key,
        unless.opened <= triggers.on,
        triggers.on < unless.closed,
    ]
    held = triggers.join(unless, within)
    excused = held.group_by(excused_event=held.event_id).agg(
        excuse=held.clause.min(), excuse_row=held.row.min()
    )
    return rows.left_join(excused, rows.event_id == excused.excused_event)


def _judged(asking: Asking, rows: Table) -> Table:
    state = ibis.cases(
        (rows.excuse.notnull(), "excused"),
        (rows.met.notnull(), (rows.met > rows.due).ifelse("late", "in_time")),
        (rows.due < asking.as_at, "missed"),
        else_="waiting",
    )
    rows = rows.mutate(state=state)
    reason = ibis.cases(
        (rows.state == "excused", rows.excuse),
        (rows.state == "in_time", "met"),
        (rows.state == "late", "met_late"),
        (rows.state == "waiting", "waiting"),
        (rows.before_row.notnull(), "last_before"),
        else_="none",
    )
    row_id = ibis.cases(
        (rows.state == "excused", rows.excuse_row),
        (rows.met.notnull(), rows.met_row),
        else_=rows.before_row,
    )
    days = {"triggered_on": rows.on, "due_on": rows.due, "met_on": rows.met}
    return rows.mutate(reason=reason, row_id=row_id, **{name: as_day(day) for name, day in days.items()})


if __name__ == "__main__":
    contend(load)
