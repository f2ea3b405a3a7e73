"""Runs every duty over one snapshot, for all dates, once: range of cases by range of cases.

Memory is that of the largest range. Each range has its fixed cost, that of planning some 350 statements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assay.assurance.duties import inputs, scripts
from assay.assurance.duties.rollups import SCHEMA, Rollup
from assay.core.policy import Policy

ONCE = ("window", "week", "together")
TABLES = (
    "obligation",
    "lapse",
    "reason",
    "case_span",
    "ladder",
    "duty_state",
    "population",
    "standing",
    *ONCE,
)
CASES_AT_ONCE = 8_192
STAFF = "staff"
_TOGETHER: Mapping[str, pa.DataType] = {"what": pa.string(), "staff_code": pa.string(), "digest": pa.string()}
TOGETHER = pa.schema(_TOGETHER)


def run(
    reader: Any,
    *,
    policy: Policy,
    as_at: date,
    script: scripts.Script | None = None,
    size: int = CASES_AT_ONCE,
) -> dict[str, pa.Table]:
    """Every night table, by name, whole in memory: for what is small. ``reader`` is a store reader, or
    anything with a DuckDB ``connection`` whose schema ``r`` has the record tables. ``script`` must be of this
    policy and day."""
    parts: dict[str, list[pa.Table]] = {name: [] for name in TABLES}
    for made in ranges(reader, policy=policy, as_at=as_at, script=script, size=size):
        for name in TABLES:
            parts[name].append(made[name])
    return {name: pa.concat_tables(each) for name, each in parts.items()}


def ranges(
    reader: Any,
    *,
    policy: Policy,
    as_at: date,
    script: scripts.Script | None = None,
    size: int = CASES_AT_ONCE,
    tell: Callable[[int, int], None] | None = None,
) -> Iterator[dict[str, pa.Table]]:
    """The night tables of one range of cases after another. ``tell`` hears how many cases of how many are
    done. What is made on the connection is dropped in the end."""
    with running(reader, policy=policy, as_at=as_at, script=script) as work:
        yield from work.ranges(size=size, tell=tell)


@contextmanager
def running(
    reader: Any, *, policy: Policy, as_at: date, script: scripts.Script | None = None
) -> Iterator[Running]:
    """The duties, ready to be worked out for all cases or for some. What is made on the connection is dropped
    in the end."""
    said = script or scripts.script(policy, on=as_at)
    inputs.give(reader.connection, policy=policy, as_at=as_at, duties=said.duties, tables=said.brought)
    work = Running(reader.connection, said, policy=policy, as_at=as_at)
    try:
        work.prepare()
        yield work
    finally:
        work.close()


class Running:
    """The statements of a script on one connection.
    ``cases`` are all CRNs with the one each became; ``together`` says by member of staff what came of the
    steps taken over all cases, so that two nights can be compared: a digest, of nobody where it is not by
    staff."""

    def __init__(self, connection: Any, said: scripts.Script, *, policy: Policy, as_at: date) -> None:
        self.connection, self.said, self.policy, self.as_at = connection, said, policy, as_at
        self.cases = inputs.cases(connection)
        self.together = TOGETHER.empty_table()
        times = Counter(step.into for step in (*said.whole, *said.steps))
        self._put_into = [name for name in said.tables if times[name] != 1]
        self._made: set[str] = set()

    def prepare(self) -> None:
        """Takes the steps that ask about more than one case."""
        inputs.put(self.connection, "case", self.cases)
        self._take(self.said.whole)
        past = {name for step in self.said.whole for name in step.done}
        kept = sorted({step.into for step in self.said.whole} - past)
        self.together = pa.concat_tables([self.together, *map(self._digests, kept)])

    def _digests(self, name: str) -> pa.Table:
        whose = STAFF if f'"{STAFF}"' in self.said.tables[name] else "NULL"
        sql = f"SELECT '{name}', {whose}, sum(hash(t))::VARCHAR FROM {name} AS t GROUP BY 2 ORDER BY 2"  # noqa: S608
        found: pa.Table = self.connection.sql(sql).to_arrow_table()
        return found.rename_columns(TOGETHER.names).cast(TOGETHER)

    def ranges(
        self,
        *,
        only: pa.Array[Any] | None = None,
        standing: Iterable[Mapping[str, pa.Table]] = (),
        size: int = CASES_AT_ONCE,
        tell: Callable[[int, int], None] | None = None,
    ) -> Iterator[dict[str, pa.Table]]:
        """The night tables of one range of cases after another: of all, or of ``only`` these, and then the
        weeks are counted with what is ``standing`` of the others. There is at least one range."""
        known = self.cases if only is None else self.cases.filter(pc.is_in(self.cases["became"], only))
        split = inputs.ranges(known, size=size) or (known,)
        self._place(split)
        rollup = Rollup(
            {each.number: each.code for each in self.said.duties},
            inputs.units(self.connection),
            as_at=self.as_at,
        )
        for tables in standing:
            rollup.add(tables)
        once = {"window": inputs.windows_known(self.policy), "week": SCHEMA.empty_table()}
        once["together"] = self.together
        for number, _ in enumerate(split):
            made = self._run(number)
            rollup.add(made)
            if number == len(split) - 1:
                yield made | once | {"week": rollup.table()}
            else:
                yield made | {name: table.slice(0, 0) for name, table in once.items()}
            if tell is not None:
                tell(sum(each.num_rows for each in split[: number + 1]), known.num_rows)

    def _place(self, split: Sequence[pa.Table]) -> None:
        places = [pa.array([place] * each.num_rows, pa.int64()) for place, each in enumerate(split)]
        cases = [each.append_column("range", place) for each, place in zip(split, places, strict=True)]
        self.connection.register("duties_given", pa.concat_tables(cases))
        self.connection.execute("CREATE OR REPLACE TEMP TABLE duties_ranges AS FROM duties_given")
        self.connection.unregister("duties_given")
        self._made.add("duties_ranges")

    def _run(self, place: int) -> dict[str, pa.Table]:
        """The steps over one range of cases."""
        self.connection.execute("TRUNCATE duties_case")
        self.connection.execute(
            "INSERT INTO duties_case SELECT crn, became, case_id FROM duties_ranges WHERE range = ?", [place]
        )
        return self._take(self.said.steps)

    def _take(self, steps: Iterable[scripts.Step]) -> dict[str, pa.Table]:
        """Takes the steps. A table is made when it is filled, and dropped when no later step reads it."""
        for name in self._put_into:
            if name not in self._made:
                self.connection.execute(f"CREATE TEMP TABLE {name} ({self.said.tables[name]})")
                self._made.add(name)
        found: dict[str, pa.Table] = {}
        for step in steps:
            if step.gives:
                found[step.gives] = self.connection.sql(step.sql).to_arrow_table()
            elif step.into in self._made:
                self.connection.execute(f"INSERT INTO {step.into} {step.sql}")
            else:
                self.connection.execute(f"CREATE TEMP TABLE {step.into} AS {step.sql}")
                self._made.add(step.into)
            self._drop(step.done)
        return found

    def _drop(self, names: Iterable[str]) -> None:
        for name in names:
            self.connection.execute(f"DROP TABLE {name}")
            self._made.remove(name)

    def close(self) -> None:
        self._drop(sorted(self._made))
