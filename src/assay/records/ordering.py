"""Rows in the one order every file of the standard is kept in, and in the standard's types."""

from __future__ import annotations

from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from assay.records import standard


def in_types(name: str, table: pa.Table) -> pa.Table:
    """The table with the standard's columns, in its order and types. A column it lacks is a ``KeyError``;
    a value that does not fit its type is Arrow's own error: writers give fit tables."""
    schema = standard.arrow_schema(name)
    return table.select(schema.names).cast(schema)


def in_order(name: str, table: pa.Table) -> pa.Table:
    """The rows sorted by the standard's order. Costs one comparison of neighbours if they already are."""
    order = standard.table(name).order
    if is_ordered(table, order):
        return table
    with scratch() as connection:
        connection.register("given", table)
        by = ", ".join(f'"{each}"' for each in order)
        found: pa.Table = connection.sql(f"SELECT * FROM given ORDER BY {by}").to_arrow_table()  # noqa: S608
        # DuckDB gives instants in the machine's own zone; the same instants, and not the same type.
        return found.cast(table.schema)


def scratch() -> duckdb.DuckDBPyConnection:
    """A connection for work on given tables: what is registered on it is its own and goes when it is closed.

    The database behind it is one for the process, since making one takes longer than most of that work.
    """
    return _database().cursor()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(":memory:")


def is_ordered(table: pa.Table, order: tuple[str, ...]) -> bool:
    """Whether the rows already stand in that order. A null in a sort column counts as not in order."""
    if table.num_rows < 2:
        return True
    tied: Any = None
    for name in order:
        before, after = table[name][:-1], table[name][1:]
        fits = pc.less_equal(before, after)
        if tied is not None:
            fits = pc.or_(fits, pc.invert(tied))
        if fits.null_count or not pc.all(fits).as_py():
            return False
        same = pc.equal(before, after)
        tied = same if tied is None else pc.and_(tied, same)
    return True
