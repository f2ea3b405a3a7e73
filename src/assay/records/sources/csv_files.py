"""Reads a CSV of the standard: UTF-8 (a byte order mark may stand first), commas, a heading, quotes.

It is read in blocks and written as typed Parquet into a scratch folder, so that a large file never stands
in memory and everything after this reads one form.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from assay.core.errors import Problem
from assay.records import standard
from assay.records.sources import problems
from assay.records.sources.kinds import Values, typed
from assay.records.store import files
from assay.records.store.files import compact
from assay.records.store.rows import coded, schema_of

BLOCK = 8 * 1024 * 1024


def read_csv(path: Path, *, table: str, scratch: Path) -> tuple[Path | None, list[Problem]]:
    """The typed copy, and what is wrong. No copy where the file cannot be read row by row; values that are
    not of their kind are null in the copy. Missing columns are null, unknown ones left out."""
    if path.stat().st_size == 0:
        return None, [problems.empty_file(path.name)]
    if (broken := _check_encoding(path)) is not None:
        return None, [broken]
    heading = _heading(path)
    found = _heading_problems(path.name, heading, table)
    if any(each.rule == "repeated-column" for each in found):
        return None, found
    reading = _Reading(path.name, table)
    copy = scratch / f"{table}.parquet"
    try:
        reading.copy(path, heading, copy)
    except pa.ArrowInvalid as error:
        return None, [*found, *reading.ragged, problems.unreadable(path.name, str(error))]
    if reading.ragged:
        return None, [*found, *reading.ragged]
    return copy, [*found, *reading.wrong_types()]


def _check_encoding(path: Path) -> Problem | None:
    decoder, before = codecs.getincrementaldecoder("utf-8-sig")(), 0
    with path.open("rb") as opened:
        while True:
            block = opened.read(BLOCK)
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                held = len(error.object) - len(block)
                return problems.encoding(path.name, _row_at(path, before - held + error.start))
            if not block:
                return None
            before += len(block)


def _row_at(path: Path, offset: int) -> int | None:
    """The data row that the byte belongs to; None in the heading. Only read when something is wrong."""
    with path.open("rb") as opened:
        text = opened.read(offset).decode("utf-8-sig")
    rows = sum(1 for _ in csv.reader(io.StringIO(text + "?", newline="")))
    return rows - 1 or None


def _heading(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as opened:
        return next(csv.reader(opened), [])


def _heading_problems(file: str, heading: list[str], table: str) -> list[Problem]:
    names = standard.table(table).names
    return [
        *(problems.repeated_column(file, each) for each, count in Counter(heading).items() if count > 1),
        *(problems.missing_column(file, each) for each in names if each not in heading),
        *(problems.unknown_column(file, each) for each in dict.fromkeys(heading) if each not in names),
    ]


@dataclass(slots=True)
class _Reading:
    file: str
    table: str
    ragged: list[Problem] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Problem]] = field(default_factory=dict)

    def copy(self, path: Path, heading: list[str], to: Path) -> None:
        schema, done, few = schema_of(self.table), 0, coded(self.table)
        options: dict[str, Any] = {
            "read_options": pa_csv.ReadOptions(block_size=BLOCK, use_threads=False),
            "parse_options": pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=self._skip),
            "convert_options": pa_csv.ConvertOptions(
                column_types={
                    each: schema.field(each).type if each in few else pa.string() for each in heading
                },
                strings_can_be_null=True,
                null_values=[""],
                include_columns=[each for each in schema.names if each in heading],
            ),
        }
        kept = files.options(self.table) | {"compression": "lz4"}  # read once more, and gone
        with pa_csv.open_csv(path, **options) as blocks, pq.ParquetWriter(to, schema, **kept) as writer:
            for batch in blocks:
                writer.write_table(compact(pa.Table.from_batches([self._typed(batch, schema, done)])))
                done += batch.num_rows

    def _typed(self, batch: pa.RecordBatch, schema: pa.Schema, done: int) -> pa.RecordBatch:
        columns = []
        for column in standard.table(self.table):
            if column.name not in batch.schema.names:
                columns.append(pa.nulls(batch.num_rows, schema.field(column.name).type))
                continue
            given = batch[column.name]
            if column.kind != "text":
                values, bad = typed(given, column.kind, schema.field(column.name).type)
                self._note(column, given, bad, done)
            columns.append(given if column.kind == "text" else values)
        return pa.RecordBatch.from_arrays(columns, schema=schema)

    def _note(self, column: standard.Column, values: Values, bad: Values, done: int) -> None:
        rows: list[int] = pc.indices_nonzero(bad).to_numpy().tolist()
        if not rows:
            return
        self.counts[column.name] += len(rows)
        examples = self.examples.setdefault(column.name, [])
        for row in rows[: problems.SHOWN - len(examples)]:
            shown = values[row].as_py()[:40]
            examples.append(
                problems.wrong_type(self.file, column.name, column.kind, row=done + row + 1, value=shown)
            )

    def _skip(self, row: pa_csv.InvalidRow) -> Literal["skip"]:
        if len(self.ragged) < problems.SHOWN:
            number = None if row.number is None else row.number - 1
            self.ragged.append(
                problems.ragged_row(self.file, number, row.expected_columns, row.actual_columns)
            )
        return "skip"

    def wrong_types(self) -> list[Problem]:
        found = []
        for column, examples in self.examples.items():
            found += examples
            if self.counts[column] > len(examples):
                found.append(problems.more_rows(examples[0], shown=len(examples), count=self.counts[column]))
        return found
