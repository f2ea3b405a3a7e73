"""Parquet files by case range: one case lies in one file, in few and small groups of rows.

Sizes and forms are measured, not guessed. A page reads one case from a dozen tables, so their groups are
small. Contacts, and what a night writes, are also scanned whole: contacts in groups of 16,384 rows are
scanned as fast as in groups of 65,536, and one case's are read in a third of the time. What recurs is written
as a dictionary and days as steps; keys, instants and words, in which nothing recurs, are written as they are:
a dictionary of them costs three times as much to write and half as much again to read.
"""

from __future__ import annotations

import bisect
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assay.records import standard
from assay.records.store.layout import file_hash
from assay.records.store.rows import Rows, coded, schema_of

ROWS_A_FILE, WORDS_A_FILE = 262_144, 32_768
ROWS_A_GROUP, CONTACTS_A_GROUP, SCANNED_A_GROUP = 2_048, 16_384, 8_192
ROWS_A_DICTIONARY = 65_536
SCANNED = "contact"


class Parts:
    """The files of one table of one provider, written as the rows come, which is in the standard's order.
    The same rows make the same bytes, however they were divided on their way."""

    def __init__(
        self, folder: Path, *, name: str, provider: str, more: tuple[pa.Field[Any], ...] = ()
    ) -> None:
        (folder / name).mkdir(exist_ok=True)
        self._folder, self._name, self._provider = folder, name, provider
        self._kinds = schema_of(name) if name == SCANNED else standard.arrow_schema(name)
        self._schema = pa.schema([*self._kinds, *more])
        self._rows_a_file = WORDS_A_FILE if name == "words" else ROWS_A_FILE
        self._rows_a_group = CONTACTS_A_GROUP if name == SCANNED else ROWS_A_GROUP
        self._of_case = standard.table(name).is_of_case
        self._written: list[dict[str, Any]] = []
        self._writer: pq.ParquetWriter | None = None
        self._waiting = self._schema.empty_table()
        self._rows, self._first, self._last = 0, None, None

    def add(self, rows: Rows, *more: pa.Array[Any]) -> None:
        """The next rows, with the columns that the store adds."""
        columns = [_plainly(each, to.type) for each, to in zip(rows.batch.columns, self._kinds, strict=True)]
        batch = pa.RecordBatch.from_arrays([*columns, *more], schema=self._schema)
        done = 0
        while (cut := self._cut(rows, done)) is not None:
            self._take(batch.slice(done, cut - done))
            self._close_file()
            done = cut
        self._take(batch.slice(done))

    def close(self) -> list[dict[str, Any]]:
        """Of each file its rows, hash and first and last case. A table without rows still has one file, so
        that its columns can be read."""
        if self._rows or not self._written:
            self._close_file()
        return self._written

    def discard(self) -> None:
        """Takes away what was written."""
        if self._writer is not None:
            self._writer.close()
        for path in (self._folder / self._name).glob(f"{self._provider}-*.parquet"):
            path.unlink()

    def _cut(self, rows: Rows, done: int) -> int | None:
        """Where the file that is being written ends: with the case that fills it."""
        if not self._of_case:
            return None
        full = done + self._rows_a_file - self._rows
        begin = [each for each in rows.starts[rows.starts >= full][:2] if each or self._begins_new(rows)]
        return int(begin[0]) if begin else None

    def _begins_new(self, rows: Rows) -> bool:
        return bool(rows.column("crn")[0].as_py() != self._last)

    def _take(self, batch: pa.RecordBatch) -> None:
        if not batch.num_rows:
            return
        if self._of_case:
            at = self._schema.get_field_index("crn")
            self._first = self._first if self._rows else batch.column(at)[0].as_py()
            self._last = batch.column(at)[-1].as_py()
        self._rows += batch.num_rows
        self._waiting = pa.concat_tables([self._waiting, pa.Table.from_batches([batch])])
        self._write(self._waiting.num_rows - self._waiting.num_rows % ROWS_A_DICTIONARY)

    def _write(self, rows: int) -> None:
        """A few large groups of rows share their dictionaries; those of small ones the writer makes."""
        for start in range(0, rows, ROWS_A_DICTIONARY):
            part = self._waiting.slice(start, min(ROWS_A_DICTIONARY, rows - start))
            self._open().write_table(compact(part), row_group_size=self._rows_a_group)
        self._waiting = self._waiting.slice(rows)

    def _open(self) -> pq.ParquetWriter:
        if self._writer is None:
            path = self._folder / self._relative()
            self._writer = pq.ParquetWriter(path, self._schema, **options(self._name))
        return self._writer

    def _relative(self) -> str:
        return f"{self._name}/{self._provider}-{len(self._written):03}.parquet"

    def _close_file(self) -> None:
        self._open()
        self._write(self._waiting.num_rows)
        assert self._writer is not None
        self._writer.close()
        facts = facts_of(self._folder, self._relative(), rows=self._rows)
        if self._of_case and self._rows:
            facts |= {"first": self._first, "last": self._last}
        self._written.append(facts)
        self._writer, self._rows = None, 0


def facts_of(folder: Path, relative: str, *, rows: int) -> dict[str, Any]:
    """What the manifest says of a file."""
    return {"file": relative, "rows": rows, "sha256": file_hash(folder / relative)}


@cache
def options(name: str) -> dict[str, Any]:
    """How the columns of a table are written. Types are Parquet's own, so that every reader finds text where
    a dictionary was written. Limits of a group are kept for cases, days, instants and numbers, by which
    readers skip and plan."""
    table = standard.table(name)
    return {
        "compression": "zstd",
        "compression_level": 1,
        "store_schema": False,
        "use_dictionary": [*coded(name), *(each.name for each in table if each.kind == "time")],
        "column_encoding": {each.name: "DELTA_BINARY_PACKED" for each in table if each.kind == "date"},
        "write_statistics": [each.name for each in table if each.kind != "text" or each.name == "crn"],
    }


def write_parquet(table: pa.Table, path: Path, *, rows_a_group: int = SCANNED_A_GROUP) -> None:
    """The same bytes for the same rows: no time of writing, one order of row groups."""
    pq.write_table(table, path, compression="zstd", compression_level=1, row_group_size=rows_a_group)


def write_table(name: str, table: pa.Table, path: Path, *, rows_a_group: int) -> None:
    """A table of the standard as one file; the same bytes for the same rows."""
    pq.write_table(table, path, row_group_size=rows_a_group, **options(name))


def compact(table: pa.Table) -> pa.Table:
    """The table with dictionaries of just the values it has, sorted, so that its bytes tell nothing of the
    batches it came in."""
    return pa.table([_compact(each) for each in table.columns], schema=table.schema)


def file_of_case(files: list[dict[str, Any]], crn: str) -> str | None:
    """The one file that can hold the case, of one provider's files in their order."""
    filled = [each for each in files if each["rows"]]
    at = bisect.bisect_right([each["first"] for each in filled], crn) - 1
    if at < 0 or filled[at]["last"] < crn:
        return None
    file: str = filled[at]["file"]
    return file


def _plainly(values: Any, kind: pa.DataType) -> Any:
    return values if values.type == kind else values.cast(kind)


def _compact(values: Any) -> Any:
    if not pa.types.is_dictionary(values.type):
        return values
    one = values.unify_dictionaries().combine_chunks() if values.num_chunks != 1 else values.chunk(0)
    codes = one.indices.fill_null(len(one.dictionary)) if one.null_count else one.indices
    codes = codes.to_numpy()
    used = np.flatnonzero(np.bincount(codes, minlength=len(one.dictionary) + 1)[:-1])
    held = one.dictionary.take(pa.array(used))
    order = pc.sort_indices(held)
    places = np.zeros(len(one.dictionary) + 1, np.int32)
    places[used[order.to_numpy()]] = np.arange(len(used), dtype=np.int32)
    empty = codes == len(one.dictionary) if one.null_count else None
    return pa.DictionaryArray.from_arrays(pa.array(places[codes], mask=empty), held.take(order))
