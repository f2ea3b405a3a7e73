"""Looks at a Parquet file of the standard: its columns and types, and whether it can be read to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from assay.core.errors import Problem
from assay.records import standard
from assay.records.sources import problems

_types = pa.types
_HOLDS: dict[standard.Kind, Callable[[pa.DataType], bool]] = {
    "text": lambda kind: _types.is_string(kind) or _types.is_large_string(kind),
    "date": lambda kind: _types.is_date32(kind),
    "instant": lambda kind: _types.is_timestamp(kind) and kind.tz is not None,
    "integer": lambda kind: _types.is_integer(kind),
    "number": lambda kind: _types.is_floating(kind) or _types.is_integer(kind),
    "yes_no": lambda kind: _types.is_boolean(kind),
    "time": lambda kind: _types.is_time(kind),
}


def read_parquet(path: Path, *, table: str) -> tuple[Path | None, list[Problem]]:
    """The file itself, where its columns have the standard's names and types; and what is wrong. Its pages
    are read with its rows, later."""
    if path.stat().st_size == 0:
        return None, [problems.empty_file(path.name)]
    try:
        with pq.ParquetFile(path) as opened:
            found = _columns(path.name, opened.schema_arrow, table)
    except (pa.ArrowInvalid, OSError) as error:
        return None, [problems.unreadable(path.name, str(error))]
    return (None, found) if found else (path, [])


def read_through(path: Path, *, file: str) -> Problem | None:
    """What keeps the file from being read to its end: a damaged page, or text that is not UTF-8. Every page
    is read once."""
    try:
        with pq.ParquetFile(path) as opened:
            return _read_through(file, opened)
    except (pa.ArrowInvalid, OSError) as error:
        return problems.unreadable(file, str(error))


def _columns(file: str, schema: pa.Schema, table: str) -> list[Problem]:
    columns, names = standard.table(table), schema.names
    found = [problems.repeated_column(file, each) for each, count in Counter(names).items() if count > 1]
    found += [problems.missing_column(file, each) for each in columns.names if each not in names]
    found += [problems.unknown_column(file, each) for each in names if each not in columns.names]
    if found:
        return found
    return [
        problems.wrong_type(file, each.name, each.kind, row=None, value=str(schema.field(each.name).type))
        for each in columns
        if not _fits(schema.field(each.name).type, each.kind)
    ]


def _fits(kind: pa.DataType, wanted: standard.Kind) -> bool:
    if _types.is_dictionary(kind):
        kind = kind.value_type
    return _types.is_null(kind) or _HOLDS[wanted](kind)


def _read_through(file: str, opened: pq.ParquetFile) -> Problem | None:
    done = 0
    for batch in opened.iter_batches():
        try:
            batch.validate(full=True)
        except pa.ArrowInvalid:
            return problems.encoding(file, _first_row_not_utf8(batch, done))
        done += batch.num_rows
    return None


def _first_row_not_utf8(batch: pa.RecordBatch, done: int) -> int | None:
    rows = []
    columns: list[Any] = batch.columns
    for column in columns:
        if _types.is_dictionary(column.type):
            column = column.dictionary_decode()
        if _types.is_string(column.type) or _types.is_large_string(column.type):
            binary = pa.large_binary() if _types.is_large_string(column.type) else pa.binary()
            for row, value in enumerate(column.view(binary).to_pylist()):
                if value is not None and not _is_utf8(value):
                    rows.append(done + row + 1)
                    break
    return min(rows, default=None)


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
