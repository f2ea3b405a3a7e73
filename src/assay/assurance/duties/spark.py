"""The night on Apache Spark: the same expressions, said in its language, over the same files.

DuckDB makes what is small (the calendar, the windows, the number of each case) and hands it over as Parquet;
Spark takes every step over all cases at once; DuckDB puts the rows of each range of cases in order, and from
there on it is a night like any other.

What a step makes is written to a folder of its own and read again from there: a plan that grew through all
the steps would never be planned. Only what is asked for once is left in the plan of the question that asks.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from assay.assurance.duties import engine, inputs, scripts
from assay.assurance.duties.dialects import SPARK, ordered
from assay.core.policy import Policy
from assay.records import standard

NUMBER = re.compile(r"\bGETVARIABLE\('(\w+)'\)", re.IGNORECASE)
RECORD = re.compile(r"`r`\.`(\w+)`")
TABLE = re.compile(r"`(duties_\w+)`")
KINDS = {
    "int64": "BIGINT",
    "double": "DOUBLE",
    "string": "STRING",
    "bool": "BOOLEAN",
    "date32[day]": "DATE",
    "timestamp[us, tz=UTC]": "TIMESTAMP",
    "time64[us]": "TIME(6)",
}
ARROW: Mapping[str, pa.DataType] = {
    "bigint": pa.int64(),
    "double": pa.float64(),
    "string": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
}
# Units that several providers name are one row each only where DuckDB has made them so.
MADE_ONE = "organisation"
RANGE = "duties_range"


@contextmanager
def running(
    reader: Any,
    *,
    policy: Policy,
    as_at: date,
    session: Any,
    folder: Path,
    script: scripts.Script | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Iterator[Running]:
    """As :func:`assay.assurance.duties.engine.running`, with the steps taken in a Spark ``session``, over the
    files of a store ``reader``. ``folder`` must be empty and seen by that name wherever Spark works; what is
    made there is left. ``tell`` hears how many steps of how many are done."""
    said = script or scripts.script(policy, on=as_at, engine=scripts.SPARK)
    inputs.give(reader.connection, policy=policy, as_at=as_at, duties=said.duties, tables=said.brought)
    work = Running(reader, said, policy=policy, as_at=as_at, session=session, folder=folder, tell=tell)
    try:
        work.prepare()
        yield work
    finally:
        work.close()


@dataclass(frozen=True, slots=True)
class Task:
    """A step as it is taken: left in the plan of the one that asks for it (``is_view``), or written; ``done``
    are the tables whose files no later step reads."""

    step: scripts.Step
    is_view: bool
    done: tuple[str, ...]


def tasks(said: scripts.Script) -> tuple[Task, ...]:
    """The steps over all cases and those over ranges of them, in order. A table stays as long as anything
    that was left in a plan may still read it."""
    steps = (*said.whole, *said.steps)
    asked = Counter(name for step in steps for name in TABLE.findall(step.sql))
    filled = Counter(step.into for step in steps)
    whole = {step.into for step in said.whole}
    read: dict[str, frozenset[str]] = {}
    last: dict[str, int] = {}
    views = []
    for place, step in enumerate(steps):
        behind = frozenset(
            each for name in TABLE.findall(step.sql) for each in read.get(name, frozenset((name,)))
        )
        is_view = bool(step.into) and asked[step.into] <= 1 == filled[step.into] and step.into not in whole
        views.append(is_view)
        if is_view:
            read[step.into] = behind
        last |= dict.fromkeys((*behind, *filter(None, [step.into])), place)
    made = {step.into for step, is_view in zip(steps, views, strict=True) if step.into and not is_view}
    done: dict[int, list[str]] = {}
    for name in sorted(made - whole):
        done.setdefault(last[name], []).append(name)
    return tuple(
        Task(step, is_view, tuple(done.get(place, ())))
        for place, (step, is_view) in enumerate(zip(steps, views, strict=True))
    )


class Running(engine.Running):
    """The statements of a script in one Spark session. All ranges of cases are worked out at once."""

    def __init__(
        self,
        reader: Any,
        said: scripts.Script,
        *,
        policy: Policy,
        as_at: date,
        session: Any,
        folder: Path,
        tell: Callable[[int, int], None] | None,
    ) -> None:
        super().__init__(reader.connection, said, policy=policy, as_at=as_at)
        self._snapshot: Path = reader.snapshot.path
        self._session, self._folder = session, folder
        self._tasks = tasks(said)
        self._told, self._tell = 0, tell
        self._parts: Counter[str] = Counter()
        self._given: dict[str, pa.Schema] = {}

    def prepare(self) -> None:
        """Hands over what is small and takes the steps that ask about more than one case."""
        for name in sorted(set(inputs.SCHEMAS) - {"case"}):
            self._hand_over(f"duties_{name}", self.connection.table(f"duties_{name}").to_arrow_table())
        self._hand_over("duties_case", self.cases)
        records: set[str] = set()
        for step in (*self.said.whole, *self.said.steps):
            records |= set(RECORD.findall(step.sql))
        for name in sorted(records):
            self._show_records(name)
        whole = len(self.said.whole)
        for task in self._tasks[:whole]:
            self._step(task)
        kept = sorted({task.step.into for task in self._tasks[:whole]} & self._read_later(whole))
        for name in kept:
            self._show_to_duckdb(name)
        self.together = pa.concat_tables([self.together, *map(self._digests, kept)])

    def _read_later(self, place: int) -> set[str]:
        return {name for task in self._tasks[place:] for name in TABLE.findall(task.step.sql)}

    def _place(self, split: Sequence[pa.Table]) -> None:
        """Works out all the ranges, which is done once."""
        assert not self._given, "what Spark made is there already"
        super()._place(split)
        self._hand_over("duties_case", pa.concat_tables(split))
        placed = self.connection.sql("SELECT DISTINCT became, range FROM duties_ranges").to_arrow_table()
        self._hand_over(RANGE, placed)
        for task in self._tasks[len(self.said.whole) :]:
            self._step(task)

    def _run(self, place: int) -> dict[str, pa.Table]:
        """The rows of one range, in order."""
        return {step.gives: self._rows(step, place) for step in self.said.steps if step.gives}

    def _rows(self, step: scripts.Step, place: int) -> pa.Table:
        files = self._folder / step.gives / f"range={place}"
        schema = self._given[step.gives]
        if not any(files.glob("*.parquet")):
            return schema.empty_table()
        read = f"read_parquet({_quoted(files / '*.parquet')}, hive_partitioning = false)"
        rows: pa.Table = self.connection.sql(
            ordered(read, shown=step.shown, order=step.order)
        ).to_arrow_table()
        return rows.cast(schema)

    def _step(self, task: Task) -> None:
        step = task.step
        sql = NUMBER.sub(lambda found: f"{self._number(found[1])}L", RECORD.sub(r"`r_\1`", step.sql))
        rows = self._session.sql(sql)
        if step.gives:
            self._give(step, rows)
        elif task.is_view:
            rows.createOrReplaceTempView(step.into)
        else:
            self._write(step.into, rows)
        for name in task.done:
            self._session.catalog.dropTempView(name)
            shutil.rmtree(self._folder / name)
        self._told += 1
        if self._tell is not None:
            self._tell(self._told, len(self._tasks))

    def _write(self, name: str, rows: Any) -> None:
        """A part of the table, which is then all parts there are so far."""
        self._parts[name] += 1
        rows.write.parquet(_address(self._folder / name / f"{self._parts[name]:03}"))
        self._show(name, self._folder / name / "*", rows.schema)

    def _give(self, step: scripts.Step, rows: Any) -> None:
        """The rows of each range of cases in a folder of their own."""
        kinds = dict(rows.dtypes)
        self._given[step.gives] = pa.schema([(name, ARROW[kinds[name]]) for name in step.shown])
        ranges = self._session.table(RANGE)
        placed = rows.join(ranges, rows["case_id"] == ranges["became"]).drop("became")
        placed.repartition("range").write.partitionBy("range").parquet(_address(self._folder / step.gives))

    def _number(self, name: str) -> int:
        (found,) = self.connection.sql(f"SELECT getvariable('{name}')").fetchall()[0]
        return int(found)

    def _hand_over(self, name: str, rows: pa.Table) -> None:
        (self._folder / name).mkdir(exist_ok=True)
        pq.write_table(rows, self._folder / name / "given.parquet")
        self._show(name, self._folder / name / "given.parquet", _columns(rows.schema))

    def _show_records(self, name: str) -> None:
        if name == MADE_ONE:
            self._hand_over(f"r_{name}", self.connection.table(f"r.{name}").to_arrow_table())
        else:
            columns = _columns(standard.arrow_schema(name))
            self._show(f"r_{name}", self._snapshot / name / "*.parquet", columns)

    def _show(self, name: str, files: Path, columns: Any) -> None:
        """A view of files, so that Spark need not look into them first."""
        rows = self._session.read.schema(columns).parquet(_address(files))
        rows.createOrReplaceTempView(name)

    def _show_to_duckdb(self, name: str) -> None:
        files = _quoted(self._folder / name / "*" / "*.parquet")
        columns = self.said.tables[name]
        self.connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
        self._made.add(name)
        self.connection.execute(f"INSERT INTO {name} FROM read_parquet({files})")


def _columns(schema: pa.Schema) -> str:
    """The columns as Spark is told them."""
    return ", ".join(f"{SPARK.columns([each.name])} {KINDS[str(each.type)]}" for each in schema)


def _address(path: Path) -> str:
    """Where a cluster would look in a store of its own, this is a file all the same."""
    return f"file://{path.absolute()}"


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
