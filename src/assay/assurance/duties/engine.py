"""Runs every duty over one snapshot, for all dates, once: range of cases by range of cases.

Memory is that of the largest range. Each range has its fixed cost: the text of a statement is read once, but
DuckDB plans it anew each time it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from assay.assurance.duties import inputs, scripts
from assay.assurance.duties.rollups import SCHEMA, Rollup
from assay.core.policy import Policy

TABLES = (
    "obligation",
    "lapse",
    "reason",
    "case_span",
    "ladder",
    "duty_state",
    "population",
    "window",
    "week",
)
CASES_AT_ONCE = 16_384


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
    said = script or scripts.script(policy, on=as_at)
    connection = reader.connection
    inputs.give(connection, policy=policy, as_at=as_at, duties=said.duties, tables=said.brought)
    known = inputs.cases(connection)
    inputs.put(connection, "case", known)
    split = inputs.ranges(known, size=size)
    session = _Session(connection, said, split)
    try:
        session.run(None)
        rollup = Rollup(
            {each.number: each.code for each in said.duties}, inputs.units(connection), as_at=as_at
        )
        windows = inputs.windows_known(policy)
        for number, _ in enumerate(split):
            made = session.run(number)
            rollup.add(made.pop("weekly"))
            last = number == len(split) - 1
            made["window"] = windows if last else windows.slice(0, 0)
            made["week"] = rollup.table() if last else SCHEMA.empty_table()
            yield made
            if tell is not None:
                tell(sum(each.num_rows for each in split[: number + 1]), known.num_rows)
    finally:
        session.close()


class _Session:
    """The statements of a script on one connection: its tables are made once, and emptied for each range."""

    def __init__(self, connection: Any, said: scripts.Script, split: Sequence[pa.Table]) -> None:
        self.connection, self.said, self.prepared = connection, said, False
        for name, columns in said.tables.items():
            connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
        places = [pa.array([place] * each.num_rows, pa.int64()) for place, each in enumerate(split)]
        cases = [each.append_column("range", place) for each, place in zip(split, places, strict=True)]
        none = inputs.SCHEMAS["case"].append(pa.field("range", pa.int64())).empty_table()
        connection.register("duties_given", pa.concat_tables([none, *cases]))
        connection.execute("CREATE TEMP TABLE duties_ranges AS FROM duties_given")
        connection.unregister("duties_given")

    def run(self, place: int | None) -> dict[str, pa.Table]:
        """The steps over one range of cases; over all of them, those that are taken whole."""
        execute = self.connection.execute
        execute("TRUNCATE duties_case")
        execute(
            "INSERT INTO duties_case SELECT crn, became, case_id FROM duties_ranges "
            "WHERE coalesce(range = ?, TRUE)",
            [place],
        )
        found: dict[str, pa.Table] = {}
        for number, step in enumerate(self.said.whole if place is None else self.said.steps):
            if step.gives:
                found[step.gives] = self.connection.sql(step.sql).to_arrow_table()
            elif place is None:
                execute(f"INSERT INTO {step.into} {step.sql}")
            else:
                if not self.prepared:
                    execute(f"PREPARE duties_step_{number} AS INSERT INTO {step.into} {step.sql}")
                execute(f"EXECUTE duties_step_{number}")
            for name in step.done:
                execute(f"TRUNCATE {name}")
        self.prepared = self.prepared or place is not None
        return found

    def close(self) -> None:
        for number, step in enumerate(self.said.steps):
            if self.prepared and step.into:
                self.connection.execute(f"DEALLOCATE duties_step_{number}")
        for name in (*self.said.tables, "duties_ranges"):
            self.connection.execute(f"DROP TABLE {name}")
