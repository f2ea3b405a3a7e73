"""Columns as numbers until the last moment, then Arrow in the types of the record standard.

Days are 32-bit counts since 1970 and instants 64-bit seconds; ``EMPTY_DAY`` and ``EMPTY`` stand for an
empty cell. Codes and keys stay integers: a text column of millions of rows is only made once, by Arrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assay.records import standard

Numbers = npt.NDArray[Any]
EMPTY = -1
EMPTY_DAY = int(np.iinfo(np.int32).min)


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of codes: ``index`` points into ``values``; ``EMPTY`` is an empty cell."""

    index: Numbers
    values: tuple[str, ...]

    def take(self, rows: Numbers) -> Coded:
        """The rows asked for, in that order."""
        return Coded(self.index[rows], self.values)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A column of keys: ``prefix`` and ``base + number``; ``EMPTY`` is an empty cell."""

    prefix: str
    number: Numbers
    base: int = 10_000_000


Value = Coded | Keyed | Numbers | pa.Array | pa.ChunkedArray


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return (day - date(1970, 1, 1)).days


def coded_arrow(value: Coded) -> pa.Array:
    """Text from codes."""
    rows = pa.array(value.index, mask=value.index == EMPTY)
    return pa.array(value.values, pa.string()).take(rows)


def keyed_arrow(value: Keyed) -> pa.Array:
    """Text keys of one width from numbers."""
    numbers = pa.array(value.number.astype(np.int64) + value.base, mask=value.number == EMPTY)
    return pc.binary_join_element_wise(value.prefix, numbers.cast(pa.string()), "")


def _days(value: Numbers) -> pa.Array:
    return pa.array(value.astype(np.int32), mask=value == EMPTY_DAY).view(pa.date32())


def _instants(value: Numbers) -> pa.Array:
    stamps = pa.array(value.astype(np.int64) * 1_000_000, mask=value == EMPTY)
    return stamps.view(pa.timestamp("us", tz="UTC"))


def _times(value: Numbers) -> pa.Array:
    return pa.array(value.astype(np.int64) * 1_000_000, mask=value == EMPTY).view(pa.time64("us"))


def arrow(value: Value, *, kind: str) -> pa.Array | pa.ChunkedArray:
    """One column in the Arrow type of its kind."""
    if isinstance(value, Coded):
        return coded_arrow(value)
    if isinstance(value, Keyed):
        return keyed_arrow(value)
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return value
    match kind:
        case "date":
            return _days(value)
        case "instant":
            return _instants(value)
        case "time":
            return _times(value)
        case "yes_no":
            whole = value.astype(np.int8)
            return pa.array(whole == 1, mask=whole == EMPTY)
        case "integer":
            return pa.array(value.astype(np.int64), mask=value == EMPTY)
        case "number":
            return pa.array(value.astype(np.float64))
    raise AssertionError(f"a {kind} column is brought as codes, keys or Arrow text")


ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "date": pa.date32(),
    "instant": pa.timestamp("us", tz="UTC"),
    "integer": pa.int64(),
    "number": pa.float64(),
    "yes_no": pa.bool_(),
    "time": pa.time64("us"),
}


def table(name: str, columns: Mapping[str, Value]) -> pa.Table:
    """A table of the standard. Columns not given are empty; a column the standard lacks is our mistake."""
    wanted = standard.table(name)
    surplus = set(columns) - {each.name for each in wanted}
    assert not surplus, f"{name}: {sorted(surplus)}"
    rows = max(_length(each) for each in columns.values())
    made = []
    for each in wanted:
        given = columns.get(each.name)
        kind = ARROW[each.kind]
        made.append(pa.nulls(rows, kind) if given is None else arrow(given, kind=each.kind))
    schema = pa.schema([(each.name, ARROW[each.kind]) for each in wanted])
    return pa.table(dict(zip(schema.names, made, strict=True)), schema=schema)


def rows_table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A table of the standard from a few rows written out by hand."""
    wanted = standard.table(name)
    schema = pa.schema([(each.name, ARROW[each.kind]) for each in wanted])
    assert all(set(row) <= set(schema.names) for row in rows), name
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)


def _length(value: Value) -> int:
    if isinstance(value, Coded):
        return len(value.index)
    return len(value.number) if isinstance(value, Keyed) else len(value)
