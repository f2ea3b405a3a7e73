"""PostgreSQL: the columns that are read, loaded and indexed by case and day; then a statement for each duty,
which looks the next row and the last one before up in the index. Loading and indexing are told apart."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import psycopg
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from psycopg import sql

from bench.peers.definitions import COLUMNS, DUTIES, Rows, Simple, Spans, first_day, key_of, tables
from bench.peers.measuring import Costs, Task, contend, parent_of

KINDS = {"date32[day]": "date", "int64": "integer"}
SETTINGS = ("work_mem = '256MB'", "maintenance_work_mem = '256MB'", "jit = off", "synchronous_commit = off")
ANSWER = (
    "CREATE UNLOGGED TABLE answer (duty text, crn text, anchor text, triggered_on date, due_on date, "
    "met_on date, state text, reason text, row_id text)"
)
DUTY = """
INSERT INTO answer
SELECT {code}, t.crn, t.anchor, t.on_day, t.due, m.on_day, j.state,
  CASE j.state WHEN 'excused' THEN {excuse} WHEN 'late' THEN 'met_late' WHEN 'in_time' THEN 'met'
    WHEN 'waiting' THEN 'waiting' ELSE CASE WHEN b.row_id IS NULL THEN 'none' ELSE 'last_before' END END,
  CASE WHEN j.state = 'excused' THEN u.row_id WHEN m.on_day IS NOT NULL THEN m.row_id ELSE b.row_id END
FROM (
  SELECT r.crn, r.{key} AS anchor, r.{on} AS on_day, {due} AS due
  FROM {trigger} r {calendar}
  WHERE r.{on} BETWEEN {since} AND {as_at} {codes} {during}
) t
LEFT JOIN LATERAL (
  SELECT e.{e_on} AS on_day, e.{e_key} AS row_id FROM {evidence} e
  WHERE e.crn = t.crn AND e.{e_on} BETWEEN t.on_day + {after} AND {as_at} {e_codes}
  ORDER BY e.{e_on}, e.{e_key} LIMIT 1
) m ON TRUE
LEFT JOIN LATERAL ({unless}) u ON TRUE
CROSS JOIN LATERAL (
  SELECT CASE WHEN u.row_id IS NOT NULL THEN 'excused' WHEN m.on_day > t.due THEN 'late'
    WHEN m.on_day IS NOT NULL THEN 'in_time' WHEN t.due < {as_at} THEN 'missed' ELSE 'waiting' END AS state
) j
LEFT JOIN LATERAL (
  SELECT e.{e_key} AS row_id FROM {evidence} e
  WHERE j.state = 'missed' AND e.crn = t.crn AND e.{e_on} < t.on_day {e_codes}
  ORDER BY e.{e_on} DESC, e.{e_key} LIMIT 1
) b ON TRUE
"""
HOLDING = "SELECT min(s.{key}) AS row_id FROM {table} s WHERE s.crn = {crn} {codes} AND {held}"
NOBODY = sql.SQL("SELECT NULL::text AS row_id")
HELD = "s.opened_on <= {day} AND ({day} < s.closed_on OR s.closed_on IS NULL)"


def load(task: Task, costs: Costs) -> Callable[[], None]:
    """Fills the tables, and returns what answers from them. The server's processes count as ours."""
    connection = psycopg.connect(task.server, autocommit=True)
    costs.also.append(parent_of(connection.info.backend_pid))
    costs.facts["version"] = str(connection.info.server_version // 10000)
    with costs.part("load"):
        for setting in SETTINGS:
            connection.execute(sql.SQL("SET " + setting))
        for name, columns in tables().items():
            _fill(connection, task, name, columns)
        _fill_calendar(connection, task)
        connection.execute(ANSWER)
        connection.execute("VACUUM ANALYZE")
    statements = [_said(duty, task.as_at) for duty in DUTIES]

    def run() -> None:
        connection.execute("TRUNCATE answer")
        for each in statements:
            connection.execute(each)

    costs.afterwards = lambda: _fetch(connection, task)
    return run


def _fill(connection: psycopg.Connection, task: Task, name: str, columns: list[str]) -> None:
    rows = ds.dataset(task.records / name).to_table(columns=columns)
    if task.one_in > 1:
        number = pyarrow.compute.cast(pyarrow.compute.utf8_slice_codeunits(rows["crn"], 1), pa.int64())
        whole = pyarrow.compute.divide(number, task.one_in)
        rows = rows.filter(pyarrow.compute.equal(pyarrow.compute.multiply(whole, task.one_in), number))
    _copy(connection, name, rows)
    days = {part.on for duty in DUTIES for part in (duty.trigger, duty.evidence) if part.table == name}
    for day in sorted(days) or ["opened_on"]:
        first = ["crn", day, key_of(name)]
        ordered, rest = (
            sql.SQL(", ").join(map(sql.Identifier, each))
            for each in (first, [each for each in columns if each not in first])
        )
        including = sql.SQL("INCLUDE ({})").format(rest) if set(columns) - set(first) else sql.SQL("")
        index = sql.SQL("CREATE INDEX ON {} ({}) {}")
        connection.execute(index.format(sql.Identifier(name), ordered, including))


def _fill_calendar(connection: psycopg.Connection, task: Task) -> None:
    for name, key in (("calendar", "day"), ("workday", "worked")):
        _copy(connection, name, pq.read_table(task.calendar / f"{name}.parquet"))
        connection.execute(
            sql.SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(*map(sql.Identifier, (name, key)))
        )


def _copy(connection: psycopg.Connection, name: str, rows: pa.Table) -> None:
    columns = [f'"{each.name}" {KINDS.get(str(each.type), "text")}' for each in rows.schema]
    connection.execute(f'CREATE UNLOGGED TABLE "{name}" ({", ".join(columns)})')
    options = pyarrow.csv.WriteOptions(include_header=False)
    with connection.cursor().copy(f'COPY "{name}" FROM STDIN (FORMAT csv)') as to:
        for batch in rows.to_batches(max_chunksize=65_536):
            held = io.BytesIO()
            pyarrow.csv.write_csv(pa.Table.from_batches([batch]), held, options)
            to.write(held.getvalue())


def _fetch(connection: psycopg.Connection, task: Task) -> None:
    """The rows as the others write them, once, for the comparison."""
    with connection.cursor() as cursor:
        found = cursor.execute("SELECT * FROM answer ORDER BY duty, anchor").fetchall()
    kinds = [pa.date32() if name.endswith("_on") else pa.string() for name in COLUMNS]
    columns = zip(*found, strict=True)
    pq.write_table(
        pa.table(
            [pa.array(each, kind) for each, kind in zip(columns, kinds, strict=True)], names=list(COLUMNS)
        ),
        task.rows,
    )


def _said(duty: Simple, as_at: date) -> sql.Composed:
    name, day = sql.Identifier, sql.Literal
    trigger, evidence = duty.trigger, duty.evidence
    return sql.SQL(DUTY).format(
        code=day(duty.code),
        excuse=day(duty.unless.table if duty.unless else ""),
        key=name(trigger.key),
        on=name(trigger.on),
        trigger=name(trigger.table),
        due=sql.SQL("w.first_day")
        if duty.working
        else sql.SQL("r.{} + {}").format(name(trigger.on), day(duty.length)),
        calendar=_calendar(duty),
        since=_day(first_day(as_at)),
        as_at=_day(as_at),
        codes=_codes(trigger, "r"),
        during=_during(duty),
        e_on=name(evidence.on),
        e_key=name(evidence.key),
        evidence=name(evidence.table),
        after=day(duty.after),
        e_codes=_codes(evidence, "e"),
        unless=_holding(duty.unless, crn="t.crn", on="t.on_day")
        if duty.unless
        else sql.SQL("SELECT NULL::text AS row_id"),
    )


def _day(value: date) -> sql.Composed:
    return sql.SQL("{}::date").format(sql.Literal(value.isoformat()))


def _due(duty: Simple) -> sql.Composable:
    if duty.working:
        return sql.SQL("w.first_day")
    return sql.SQL("r.{} + {}").format(sql.Identifier(duty.trigger.on), sql.Literal(duty.length))


def _calendar(duty: Simple) -> sql.Composable:
    if not duty.working:
        return sql.SQL("")
    return sql.SQL("JOIN calendar c ON c.day = r.{} JOIN workday w ON w.worked = c.worked + {}").format(
        sql.Identifier(duty.trigger.on), sql.Literal(duty.length)
    )


def _during(duty: Simple) -> sql.Composable:
    if duty.during is None:
        return sql.SQL("")
    on = f"r.{duty.trigger.on}"
    return sql.SQL("AND ({}) IS NOT NULL").format(_holding(duty.during, crn="r.crn", on=on))


def _holding(part: Spans, *, crn: str, on: str) -> sql.Composed:
    held = sql.SQL(HELD).format(day=sql.SQL(on))
    return sql.SQL(HOLDING).format(
        key=sql.Identifier(part.key),
        table=sql.Identifier(part.table),
        crn=sql.SQL(crn),
        codes=_codes(part, "s"),
        held=held,
    )


def _codes(part: Rows | Spans, alias: str) -> sql.Composable:
    each = [
        sql.SQL("AND {}.{} IN ({})").format(
            sql.SQL(alias), sql.Identifier(column), sql.SQL(", ").join(map(sql.Literal, values))
        )
        for column, values in part.codes.items()
    ]
    return sql.SQL(" ").join(each)


if __name__ == "__main__":
    contend(load)
