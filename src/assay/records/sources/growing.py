"""An extract written in pieces: for one that is too large to stand in memory, or comes a part at a time."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from assay.records import standard
from assay.records.sources import labels
from assay.records.sources.folders import SUFFIXES
from assay.records.sources.types import Label

ROWS_A_GROUP = 131_072
LOOKED_UP = ("date", "time")
"""Kinds of column with few values in many rows, kept as places in a list of them; as are lists of texts."""


class GrowingFolder:
    """Writes tables of the standard to a folder, piece after piece. The pieces of a table must follow one
    another in the standard's order, and columns may be dictionary-encoded; the files hold plain columns. The
    label comes last, so that a folder half written is refused when it is read."""

    def __init__(self, folder: Path, *, provider: str, as_at: date, synthetic: bool, made_by: str) -> None:
        self.folder = folder
        self.rows: dict[str, int] = {}
        self._label = Label(
            standard=standard.VERSION, provider=provider, as_at=as_at, synthetic=synthetic, made_by=made_by
        )
        self._open: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> GrowingFolder:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / labels.FILE).unlink(missing_ok=True)
        for name in standard.BY_NAME:
            for suffix in SUFFIXES:
                (self.folder / f"{name}{suffix}").unlink(missing_ok=True)
        return self

    def add(self, name: str, rows: pa.Table) -> None:
        """More rows of a table, after those already there."""
        if name not in self._open:
            self._open[name] = _writer(self.folder / f"{name}.parquet", name, rows.schema)
        self._open[name].write_table(rows, row_group_size=ROWS_A_GROUP)
        self.rows[name] = self.rows.get(name, 0) + rows.num_rows

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            for name in standard.BY_NAME:
                if name not in self._open:
                    self.add(name, standard.arrow_schema(name).empty_table())
        for each in self._open.values():
            each.close()
        if kind is None:
            labels.write_label(self.folder, self._label)


def _writer(path: Path, name: str, schema: pa.Schema) -> pq.ParquetWriter:
    columns = standard.table(name)
    listed = [each.name for each in columns if pa.types.is_dictionary(schema.field(each.name).type)]
    ranged = ["crn", *(each.name for each in columns if each.kind == "date")]
    looked_up: Any = [*listed, *(each.name for each in columns if each.kind in LOOKED_UP)]
    return pq.ParquetWriter(
        path,
        schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=looked_up,
        write_statistics=[each for each in ranged if each in columns.names],
        store_schema=False,
    )
