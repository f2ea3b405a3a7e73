"""How full an extract is: which tables and columns hold anything, and which codes occur.

Unlike the checks it refuses nothing. An extract that lacks tables or columns cannot be loaded, and what it
lacks is just what somebody who has to ask for it wants to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assay.records import standard
from assay.records.sources.types import Extract

BATCH = 262_144


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """One table of an extract: how many rows it has, in how many each column ``there`` is filled, and which
    codes occur in its columns of codes. A column the file does not have is not in ``filled``."""

    rows: int
    filled: Mapping[str, int]
    codes: Mapping[str, frozenset[str]]


def filling(extract: Extract) -> dict[str, Filling]:
    """Each table that is there and can be read, by its name. Each column is read on its own, a batch at a
    time, so that a large table never stands in memory."""
    left_out = {
        (each.file, each.column) for each in extract.problems if each.rule == "missing-column" and each.column
    }
    found = {}
    for table in standard.TABLES:
        path = _path(extract, table.name)
        if path is not None:
            absent = {column for file, column in left_out if file == extract.files[table.name]}
            found[table.name] = _read(path, table, absent)
    return found


def _path(extract: Extract, name: str) -> Path | None:
    """The typed file of the table; a Parquet file without all its columns is still one to look into."""
    if name in extract.paths:
        return extract.paths[name]
    if name not in extract.files:
        return None
    path = extract.folder / extract.files[name]
    rules = {each.rule for each in extract.problems if each.file == extract.files[name]}
    return path if path.suffix == ".parquet" and rules <= {"missing-column", "unknown-column"} else None


def _read(path: Path, table: standard.Table, absent: set[str]) -> Filling:
    filled: dict[str, int] = {}
    codes: dict[str, frozenset[str]] = {}
    with pq.ParquetFile(path) as opened:
        there = [each for each in table if each.name in opened.schema_arrow.names and each.name not in absent]
        for column in there:
            filled[column.name], codes[column.name] = _column(opened, column)
        rows = opened.metadata.num_rows
    return Filling(rows=rows, filled=filled, codes=codes)


def _column(opened: pq.ParquetFile, column: standard.Column) -> tuple[int, frozenset[str]]:
    count, seen = 0, set()
    for batch in opened.iter_batches(batch_size=BATCH, columns=[column.name]):
        values: Any = batch.column(0)
        count += len(values) - values.null_count
        if column.codes is not None:
            if pa.types.is_dictionary(values.type):
                values = values.dictionary_decode()
            seen |= {each for each in pc.unique(values).to_pylist() if each is not None}
    return count, frozenset(seen)
