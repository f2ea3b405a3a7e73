"""Columns as numbers until the last moment, then Arrow in the types of the record standard.

Days are 32-bit counts since 1970 and instants 64-bit seconds; ``EMPTY_DAY`` and ``EMPTY`` stand for an
empty cell. Codes and keys stay integers: a text column of millions of rows is only made once, by Arrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

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


Texts: TypeAlias = "pa.Array[Any]"
Value: TypeAlias = "Coded | Keyed | Numbers | Texts | pa.ChunkedArray[Any]"


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return (day - date(1970, 1, 1)).days


def taken(texts: Texts, index: Numbers, *, empty: Numbers | None = None) -> Texts:
    """The texts the index points to; empty cells where ``empty`` says so."""
    rows: Any = pa.array(index, mask=empty)
    return texts.take(rows)


def coded_arrow(value: Coded) -> Texts:
    """Text from codes."""
    return taken(pa.array(value.values, pa.string()), value.index, empty=value.index == EMPTY)


def keyed_arrow(value: Keyed) -> Texts:
    """Text keys of one width from numbers."""
    numbers: Any = pa.array(value.number.astype(np.int64) + value.base, mask=value.number == EMPTY)
    return joined(value.prefix, numbers.cast(pa.string()))


def joined(*pieces: str | Texts) -> Texts:
    """Texts and constants put together, row by row."""
    join: Any = pc.binary_join_element_wise
    made: Texts = join(*pieces, "")
    return made


def days_arrow(value: Numbers) -> Texts:
    """Days from counts; ``EMPTY_DAY`` is an empty cell."""
    return _seen_as(value.astype(np.int32), value == EMPTY_DAY, pa.date32())


def _instants(value: Numbers) -> Texts:
    return _seen_as(value.astype(np.int64) * 1_000_000, value == EMPTY, pa.timestamp("us", tz="UTC"))


def _times(value: Numbers) -> Texts:
    return _seen_as(value.astype(np.int64) * 1_000_000, value == EMPTY, pa.time64("us"))


def _numbers(value: Numbers) -> Texts:
    return _masked(value.astype(np.float64), np.isnan(value))


def _masked(value: Numbers, empty: Numbers) -> Texts:
    made: Texts = pa.array(value, mask=empty)
    return made


def _seen_as(numbers: Numbers, empty: Numbers, kind: pa.DataType) -> Texts:
    plain: Any = pa.array(numbers, mask=empty)
    seen: Texts = plain.view(kind)
    return seen


def arrow(value: Value, *, kind: str) -> Texts | pa.ChunkedArray[Any]:
    """One column in the Arrow type of its kind."""
    if isinstance(value, Coded):
        return coded_arrow(value)
    if isinstance(value, Keyed):
        return keyed_arrow(value)
    if isinstance(value, pa.Array | pa.ChunkedArray):
        return value
    match kind:
        case "date":
            return days_arrow(value)
        case "instant":
            return _instants(value)
        case "time":
            return _times(value)
        case "yes_no":
            return _masked(value == 1, value == EMPTY)
        case "integer":
            return _masked(value.astype(np.int64), value == EMPTY)
        case "number":
            return _numbers(value)
    raise AssertionError(f"a {kind} column is brought as codes, keys or Arrow text")


def table(name: str, columns: Mapping[str, Value]) -> pa.Table:
    """A table of the standard. Columns not given are empty; a column the standard lacks is our mistake."""
    wanted = standard.table(name)
    surplus = set(columns) - {each.name for each in wanted}
    assert not surplus, f"{name}: {sorted(surplus)}"
    rows = max(_length(each) for each in columns.values())
    schema = standard.arrow_schema(name)
    made = []
    for each in wanted:
        given = columns.get(each.name)
        made.append(
            _empty(rows, schema.field(each.name).type) if given is None else arrow(given, kind=each.kind)
        )
    return pa.table(dict(zip(schema.names, made, strict=True)), schema=schema)


def rows_table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A table of the standard from a few rows written out by hand."""
    schema = standard.arrow_schema(name)
    assert all(set(row) <= set(schema.names) for row in rows), name
    return pa.Table.from_pylist([dict(row) for row in rows], schema=schema)


def _empty(rows: int, kind: Any) -> Texts:
    make: Any = pa.nulls
    cells: Texts = make(rows, kind)
    return cells


def _length(value: Value) -> int:
    if isinstance(value, Coded):
        return len(value.index)
    return len(value.number) if isinstance(value, Keyed) else len(value)
