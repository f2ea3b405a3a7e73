"""Rows on their way into a snapshot: a batch of one table, in the form its file has.

Columns of codes and of references that recur come as dictionaries: they are checked, hashed and written by
the few values they have, and not row by row.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assay.records import standard
from assay.records.ordering import in_order, in_types
from assay.records.store import hashing

BATCH = 65_536
MANY_OF_A_CASE = ("contact", "words")
"""The tables in which a case has so many rows that its own number recurs."""

PROSE = ("body", "message", "subject_id", "forename", "surname")
"""Text of which nearly every row has its own."""

_CODED = pa.dictionary(pa.int32(), pa.string())


class Stream(Protocol):
    """A table that is read when it is asked for. ``sort`` asks for the standard's order whatever it costs;
    without it the rows come as they lie."""

    def batches(self, *, sort: bool) -> Iterator[Rows]:
        """The rows, a batch at a time; never an empty one."""


class Held:
    """A table that is in memory already."""

    def __init__(self, name: str, table: pa.Table) -> None:
        self._name = name
        self._table = in_order(name, in_types(name, table))

    def batches(self, *, sort: bool) -> Iterator[Rows]:
        """The rows, sorted."""
        for start in range(0, self._table.num_rows, BATCH):
            columns = [each.combine_chunks() for each in self._table.slice(start, BATCH).columns]
            batch = pa.RecordBatch.from_arrays(columns, self._table.schema.names)
            yield Rows(self._name, in_form(self._name, batch))


@cache
def coded(name: str) -> tuple[str, ...]:
    """The columns of a table that have few values for many rows."""
    return tuple(each.name for each in standard.table(name) if _recurs(name, each))


@cache
def schema_of(name: str) -> pa.Schema:
    """The standard's types, with dictionaries for the columns that recur."""
    few = coded(name)
    kinds = standard.arrow_schema(name)
    return pa.schema([(each.name, _CODED if each.name in few else each.type) for each in kinds])


def in_form(name: str, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with the standard's columns in the types of :func:`schema_of`."""
    schema = schema_of(name)
    columns = [_in_type(batch.column(each.name), each.type) for each in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


class Damaged(Exception):
    """A file cannot be read to its end, or holds text that is not UTF-8."""


class Rows:
    """A batch of one table with what is worked out of it once and asked for several times."""

    def __init__(self, name: str, batch: pa.RecordBatch) -> None:
        self.name = name
        self.batch = batch
        self._numbers: dict[str, hashing.Numbers] = {}

    def __len__(self) -> int:
        return int(self.batch.num_rows)

    def column(self, name: str) -> Any:
        """The values of one column."""
        return self.batch.column(name)

    def numbers(self, name: str) -> hashing.Numbers:
        """The 64-bit numbers of one column's values."""
        if name not in self._numbers:
            self._numbers[name] = hashing.of_column(self.batch.column(name))
        return self._numbers[name]

    @cached_property
    def starts(self) -> npt.NDArray[np.int64]:
        """Where each case begins, the first at 0: neighbours of one case are one."""
        crns = self.numbers("crn")
        return np.concatenate([[0], np.flatnonzero(crns[1:] != crns[:-1]) + 1])[: len(crns)]

    @cached_property
    def cases(self) -> Any:
        """The case that begins at each start, as text."""
        crns: Any = self.batch.column("crn")
        return crns.take(pa.array(self.starts)).cast(pa.string())


def is_ordered(rows: Rows, before: Rows | None) -> bool:
    """Whether the rows stand in the standard's order, after those before."""
    table = standard.table(rows.name)
    if before is not None and _sort_key(rows, 0) < _sort_key(before, len(before) - 1):
        return False
    if not table.is_of_case:
        return _ascending(rows.column(table.key), np.arange(1, len(rows)), ties=True)
    if not _ascending(rows.cases, np.arange(1, len(rows.starts)), ties=False):
        return False
    same = np.ones(len(rows), bool)
    same[rows.starts] = False
    days = [each for each in table.order if table.column(each).kind == "date"]
    if days:
        step = np.diff(rows.column(days[0]).view(pa.int32()).to_numpy(), prepend=0)
        if (step[same] < 0).any():
            return False
        same &= step == 0
    return table.key == "crn" or _ascending(rows.column(table.key), np.flatnonzero(same), ties=True)


def _ascending(values: Any, at: npt.NDArray[np.int64], *, ties: bool) -> bool:
    """Whether the value at each of these places is greater than the one before it, or level."""
    before, after = values.take(pa.array(at - 1)), values.take(pa.array(at))
    return bool(pc.all((pc.less_equal if ties else pc.less)(before, after)).as_py() is not False)


def _sort_key(rows: Rows, at: int) -> tuple[Any, ...]:
    return tuple(rows.column(each)[at].as_py() for each in standard.table(rows.name).order)


def _recurs(name: str, column: standard.Column) -> bool:
    """Text recurs unless it names the row, or a row of a case of which a case has few, or is prose."""
    table = standard.table(name)
    if column.kind != "text" or column.name in (table.key, *PROSE):
        return False
    of_case = column.references is not None and standard.table(column.references.split(".")[0]).is_of_case
    return not of_case or name in MANY_OF_A_CASE


def _in_type(values: Any, kind: pa.DataType) -> Any:
    if values.type == kind:
        return values
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_dictionary(kind):
        return values.cast(pa.string()).dictionary_encode().cast(kind)
    return values.cast(kind)
