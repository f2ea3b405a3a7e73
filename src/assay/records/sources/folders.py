"""Reads a folder of one CSV or Parquet file for each table, with its label; and writes one."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from assay.core.errors import Problem
from assay.records import standard
from assay.records.ordering import in_order, in_types
from assay.records.sources import labels, problems
from assay.records.sources.csv_files import read_csv
from assay.records.sources.kinds import Values
from assay.records.sources.parquet_files import read_parquet
from assay.records.sources.types import Extract, Label
from assay.records.store.files import write_table

SUFFIXES = (".csv", ".parquet")
# What a door that made the extract set apart: said beside it, and no part of it.
SET_APART = "quarantine"


def read_folder(folder: Path) -> Extract:
    """The extract in this folder with the problems of opening it, which :func:`assay.records.checks.check`
    reports with its own; Parquet files are read through later, with their rows. ``Unfit`` at once only if the
    label is missing or not understood. Folders inside and files of other kinds are left alone."""
    label = labels.read_label(folder)
    scratch = _Scratch()
    paths: dict[str, Path] = {}
    files: dict[str, str] = {}
    found = [problems.unknown_file(each.name) for each in _strangers(folder)]
    for table in standard.TABLES:
        here = [path for suffix in SUFFIXES if (path := folder / f"{table.name}{suffix}").is_file()]
        if len(here) == 1:
            files[table.name] = here[0].name
            read, wrong = _read(here[0], table.name, scratch.path)
            found += wrong
            if read is not None:
                paths[table.name] = read
        elif here:
            found.append(problems.two_files(table.name))
        elif not table.optional:
            found.append(problems.missing_table(table.name))
    return Extract(
        folder=folder, label=label, paths=paths, files=files, problems=tuple(found), scratch=scratch
    )


def write_folder(
    tables: Mapping[str, pa.Table],
    folder: Path,
    *,
    provider: str,
    as_at: date,
    synthetic: bool,
    as_csv: bool = False,
    made_by: str = "Assay",
) -> None:
    """Writes an extract: the same bytes for the same rows, in whatever order they come. A table not given is
    written empty. Files of an extract already there are replaced; the label comes last, so that a folder
    half written is refused when it is read."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / labels.FILE).unlink(missing_ok=True)
    for name in standard.BY_NAME:
        for suffix in SUFFIXES:
            (folder / f"{name}{suffix}").unlink(missing_ok=True)
        rows = tables[name] if name in tables else standard.arrow_schema(name).empty_table()
        rows = in_order(name, in_types(name, rows))
        if as_csv:
            _write_csv(rows, folder / f"{name}.csv")
        else:
            write_table(name, rows, folder / f"{name}.parquet", rows_a_group=131_072)
    label = Label(
        standard=standard.VERSION, provider=provider, as_at=as_at, synthetic=synthetic, made_by=made_by
    )
    labels.write_label(folder, label)


class _Scratch:
    """A folder that goes when nobody holds the extract any more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="assay-extract-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def _read(path: Path, table: str, scratch: Path) -> tuple[Path | None, list[Problem]]:
    if path.suffix == ".csv":
        return read_csv(path, table=table, scratch=scratch)
    return read_parquet(path, table=table)


def _strangers(folder: Path) -> list[Path]:
    return [
        each
        for each in sorted(folder.iterdir())
        if each.is_file() and each.suffix in SUFFIXES and each.stem not in (*standard.BY_NAME, SET_APART)
    ]


def _write_csv(table: pa.Table, path: Path) -> None:
    columns = [_as_text(table[each.name]) for each in table.schema]
    pa_csv.write_csv(pa.table(columns, names=table.schema.names), path)


def _as_text(values: Values) -> Values:
    if pa.types.is_timestamp(values.type):
        return pc.strftime(values, format="%Y-%m-%dT%H:%M:%SZ")
    if pa.types.is_boolean(values.type):
        return pc.if_else(values, pa.scalar("yes"), pa.scalar("no"))
    if pa.types.is_time(values.type):
        return pc.utf8_slice_codeunits(values.cast(pa.string()), 0, 8)
    return values
