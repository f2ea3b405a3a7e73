"""Columns as numbers until the last moment, then Arrow in the types of the record standard.

Days are 32-bit counts since 1970 and instants 64-bit seconds; ``EMPTY_DAY`` and ``EMPTY`` stand for an
empty cell. Codes and keys stay integers: a text column of millions of rows is only made once, by Arrow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
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


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of a region's rows. ``people`` gives the number of each person's reference after ``first``:
    the people first, in the order of their rows, then records merged into them. Rows are numbered from
    ``rows``, so that those of several regions can stand together."""

    people: Numbers
    first: int
    rows: int = 10_000_000

    def crn(self, person: Numbers) -> Keyed:
        """The case references of these people; ``EMPTY`` for nobody."""
        if not len(person):
            return Keyed("X", np.zeros(0, dtype=np.int64), self.first)
        number = np.where(person == EMPTY, EMPTY, self.people[person])
        return Keyed("X", number, self.first)

    def of(self, prefix: str, number: Numbers) -> Keyed:
        """The keys of a table's rows, whose prefix says which table."""
        return Keyed(prefix, number, self.rows)


@dataclass(frozen=True, slots=True)
class Pointed:
    """A column of texts out of a list, such as officer codes; ``EMPTY`` is an empty cell."""

    texts: Texts
    index: Numbers


Texts: TypeAlias = "pa.Array[Any]"
Value: TypeAlias = "Coded | Keyed | Pointed | Numbers | Texts | pa.ChunkedArray[Any]"

RUNS: Mapping[str, tuple[str, ...]] = {
    "contact": ("crn", "sentence_id"),
    "registration": ("crn",),
    "plan_row": ("crn", "assessment_id"),
    "plan_need": ("crn", "assessment_id"),
    "assessment_part": ("crn", "assessment_id"),
    "requirement_credit": ("crn", "requirement_id"),
    "words": ("crn",),
}
"""Columns whose keys stand in many rows, and are written once for each batch."""

LISTED = ("practitioner", "organisation")
"""Tables so small that references to them are kept as places in a list."""

_FOUR_DIGITS = np.array([f"{number:04d}" for number in range(10_000)], dtype="S4").view(np.uint32)


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
    """Text keys of one width from numbers, four digits at a time."""
    empty = value.number == EMPTY
    numbers = np.where(empty, 0, value.number).astype(np.int64) + value.base
    count, first = len(numbers), len(value.prefix)
    digits = len(str(value.base))
    assert not count or numbers.max() < 10**digits, f"more than {value.prefix} has keys for"
    blocks = -(-digits // 4)
    written = np.empty((count, blocks), dtype=np.uint32)
    for block in reversed(range(blocks)):
        numbers, rest = numbers // 10_000, numbers % 10_000
        written[:, block] = _FOUR_DIGITS[rest]
    cells = np.empty((count, first + digits), dtype=np.uint8)
    cells[:, :first] = np.frombuffer(value.prefix.encode(), dtype=np.uint8)
    cells[:, first:] = written.view(np.uint8).reshape(count, 4 * blocks)[:, 4 * blocks - digits :]
    offsets = np.arange(count + 1, dtype=np.int32) * (first + digits)
    buffer: Any = pa.py_buffer
    mask = buffer(np.packbits(~empty, bitorder="little")) if empty.any() else None
    build: Any = pa.StringArray.from_buffers
    made: Texts = build(count, buffer(offsets), buffer(cells), mask)
    return made


def _once(value: Keyed) -> Texts:
    """The same keys, each written once. A list that held one twice could not be written as a list."""
    empty = value.number == EMPTY
    distinct, place = _distinct(value.number[~empty])
    index = np.zeros(len(empty), dtype=np.int32)
    index[~empty] = place
    return _listed(keyed_arrow(replace(value, number=distinct)), index, empty=empty)


def _distinct(numbers: Numbers) -> tuple[Numbers, Numbers]:
    """The numbers there are, and which of them stands in each place. Those in order need no sorting."""
    if len(numbers) and (numbers[1:] >= numbers[:-1]).all():
        first = np.concatenate(([True], numbers[1:] != numbers[:-1]))
        return numbers[first], np.cumsum(first) - 1
    distinct, place = np.unique(numbers, return_inverse=True)
    return distinct, place


def _listed(texts: Texts, index: Numbers, *, empty: Numbers) -> Texts:
    make: Any = pa.DictionaryArray.from_arrays
    mask = empty if empty.any() else None
    made: Texts = make(pa.array(index.astype(np.int32), mask=mask), texts)
    return made


def joined(*pieces: str | Texts) -> Texts:
    """Texts and constants put together, row by row."""
    join: Any = pc.binary_join_element_wise
    made: Texts = join(*pieces, "")
    return made


def days_arrow(value: Numbers) -> Texts:
    """Days from counts; ``EMPTY_DAY`` is an empty cell."""
    return _seen_as(value.astype(np.int32, copy=False), value == EMPTY_DAY, pa.date32())


def _instants(value: Numbers) -> Texts:
    return _seen_as(value.astype(np.int64) * 1_000_000, value == EMPTY, pa.timestamp("us", tz="UTC"))


def _times(value: Numbers) -> Texts:
    return _seen_as(value.astype(np.int64) * 1_000_000, value == EMPTY, pa.time64("us"))


def _numbers(value: Numbers) -> Texts:
    return _masked(value.astype(np.float64), np.isnan(value))


def _masked(value: Numbers, empty: Numbers) -> Texts:
    made: Texts = pa.array(value, mask=empty if empty.any() else None)
    return made


def _seen_as(numbers: Numbers, empty: Numbers, kind: pa.DataType) -> Texts:
    plain: Any = pa.array(numbers, mask=empty if empty.any() else None)
    seen: Texts = plain.view(kind)
    return seen


def arrow(value: Value, *, kind: str, listed: bool = False) -> Texts | pa.ChunkedArray[Any]:
    """One column in the Arrow type of its kind; as places in a list of its texts where ``listed``."""
    if isinstance(value, Coded):
        return _listed(pa.array(value.values, pa.string()), value.index, empty=value.index == EMPTY)
    if isinstance(value, Pointed):
        return _listed(value.texts, value.index, empty=value.index == EMPTY)
    if isinstance(value, Keyed):
        return _once(value) if listed else keyed_arrow(value)
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


@cache
def schema(name: str) -> pa.Schema:
    """The standard's columns as they are made here: codes, and keys in :data:`RUNS`, as places in a list."""
    wanted, plain = standard.table(name), standard.arrow_schema(name)
    listed = pa.dictionary(pa.int32(), pa.string())
    return pa.schema(
        [(each.name, listed if is_listed(name, each) else plain.field(each.name).type) for each in wanted]
    )


def is_listed(name: str, column: standard.Column) -> bool:
    """Whether the column is kept as places in a list of its texts."""
    small = (column.references or "").split(".")[0] in LISTED
    return bool(column.codes) or column.name in RUNS.get(name, ()) or (small and name not in LISTED)


def table(name: str, columns: Mapping[str, Value]) -> pa.Table:
    """A table of the standard, in the types of :func:`schema`. Columns not given are empty; a column the
    standard lacks is our mistake."""
    wanted = standard.table(name)
    surplus = set(columns) - {each.name for each in wanted}
    assert not surplus, f"{name}: {sorted(surplus)}"
    rows = max(_length(each) for each in columns.values())
    made = []
    for each, field in zip(wanted, schema(name), strict=True):
        given = columns.get(each.name)
        if given is None:
            made.append(_empty(rows, field.type))
            continue
        cells: Any = arrow(given, kind=each.kind, listed=is_listed(name, each))
        made.append(cells if cells.type == field.type else cells.cast(field.type))
    whole = pa.table(dict(zip(schema(name).names, made, strict=True)), schema=schema(name))
    order = _out_of_order([columns[each] for each in wanted.order if each in columns])
    return whole if order is None else whole.take(order)


def _out_of_order(columns: Sequence[Value]) -> Numbers | None:
    """The order of the rows by person and then day, where they do not stand in it. The keys of rows follow
    the order in which they are made, so that rows of one day stay as they are."""
    numbers = [each.number if isinstance(each, Keyed) else each for each in columns[:2]]
    if len(numbers) < 2 or not all(isinstance(each, np.ndarray) for each in numbers):
        return None
    person, day = (each.astype(np.int64) for each in numbers if isinstance(each, np.ndarray))
    packed = person * 2**32 + day
    return None if (packed[1:] >= packed[:-1]).all() else np.argsort(packed, kind="stable")


def rows_table(name: str, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    """A table of the standard from a few rows written out by hand."""
    plain = standard.arrow_schema(name)
    assert all(set(row) <= set(plain.names) for row in rows), name
    return pa.Table.from_pylist([dict(row) for row in rows], schema=plain).cast(schema(name))


def _empty(rows: int, kind: Any) -> Texts:
    make: Any = pa.nulls
    cells: Texts = make(rows, kind)
    return cells


def _length(value: Value) -> int:
    if isinstance(value, Coded):
        return len(value.index)
    if isinstance(value, Pointed):
        return len(value.index)
    return len(value.number) if isinstance(value, Keyed) else len(value)
