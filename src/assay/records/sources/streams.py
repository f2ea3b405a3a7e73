"""An extract's tables a batch at a time, in the standard's types and, if asked, in its order.

Nothing here holds a table whole: what is larger than memory passes through it. Older spellings of a code are
brought to the one of its list, and words that are not ours to keep are left out.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assay.records import codes, standard
from assay.records.store.hashing import text_bytes
from assay.records.store.rows import BATCH, Damaged, Rows, coded, in_form


class Streams(Mapping[str, "Stream"]):
    """Every table of the standard; one that is not there is empty."""

    def __init__(self, paths: Mapping[str, Path], *, held: object = None) -> None:
        self._paths = paths
        self._held = held  # the scratch folder, which must not go before these do

    def __getitem__(self, name: str) -> Stream:
        if name not in self._paths:
            standard.table(name)
            return Stream(name, None)
        if name == "words" and "contact" in self._paths:
            return Words(name, self._paths[name], self._paths["contact"])
        return Stream(name, self._paths[name])

    def __iter__(self) -> Iterator[str]:
        return iter(standard.BY_NAME)

    def __len__(self) -> int:
        return len(standard.BY_NAME)


class Stream:
    """One table of an extract."""

    def __init__(self, name: str, path: Path | None) -> None:
        self._name = name
        self._path = path

    def batches(self, *, sort: bool) -> Iterator[Rows]:
        """The rows as they lie in the file, or in the standard's order. ``Damaged`` where it cannot be read
        to its end."""
        if self._path is None:
            return
        given = _sorted(self._name, self._path) if sort else _as_it_lies(self._name, self._path)
        try:
            for batch in given:
                if batch.num_rows:
                    formed = in_form(self._name, batch)
                    _check_utf8(formed)
                    yield Rows(self._name, without_aliases(self._name, formed))
        except (pa.ArrowInvalid, OSError, duckdb.Error) as error:
            raise Damaged(str(self._path)) from error


class Words(Stream):
    """The words, without those of contacts whose type is in the list ``withheld_words`` (victim liaison,
    ViSOR, MAPPA meetings); that there was a contact stays."""

    def __init__(self, name: str, path: Path, contacts: Path) -> None:
        super().__init__(name, path)
        self._contacts = contacts

    def batches(self, *, sort: bool) -> Iterator[Rows]:
        """The words that are ours to keep."""
        for rows in super().batches(sort=sort):
            if not len(self._withheld):
                yield rows
                continue
            of_contact = pc.equal(rows.column("subject").cast(pa.string()), pa.scalar("contact"))
            ours: Any = pc.is_in(rows.column("subject_id"), value_set=self._withheld)
            ours = pc.invert(pc.and_(pc.fill_null(of_contact, pa.scalar(False)), ours))
            kept = rows.batch if pc.all(ours).as_py() else rows.batch.filter(ours)
            if kept.num_rows:
                yield Rows(rows.name, kept)

    @cached_property
    def _withheld(self) -> Any:
        types = [each.code for each in codes.code_list("withheld_words")]
        with engine() as connection:
            found = connection.sql(
                "SELECT contact_id::VARCHAR AS contact_id FROM read_parquet(?) WHERE list_contains(?, type)",
                params=[str(self._contacts), types],
            ).to_arrow_table()
        return found["contact_id"].combine_chunks()


def without_aliases(name: str, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with each older spelling of a code replaced by the one in its list."""
    for number, column in enumerate(standard.table(name)):
        for alias, code in codes.ALIASES.get(column.codes or "", {}).items():
            values: Any = batch.column(number)
            if pc.any(pc.equal(values.dictionary, pa.scalar(alias))).as_py():
                said = values.dictionary_decode()
                said = pc.if_else(pc.equal(said, pa.scalar(alias)), pa.scalar(code), said)
                batch = batch.set_column(number, column.name, said.dictionary_encode().cast(values.type))
    return batch


def engine() -> duckdb.DuckDBPyConnection:
    """A database in memory for work on an extract's files: what is too large for its share of memory goes to
    a scratch folder."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": os.environ.get("ASSAY_DUCKDB_MEMORY", "1GB"),
            "threads": os.environ.get("ASSAY_DUCKDB_THREADS", "2"),
            "temp_directory": str(Path(tempfile.gettempdir()) / f"assay-duckdb-{os.getpid()}"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _check_utf8(batch: pa.RecordBatch) -> None:
    """Text is looked through as a whole: it is UTF-8 if all of it together is and no value begins within a
    letter."""
    columns: list[Any] = batch.columns
    for column in columns:
        values = column.dictionary if pa.types.is_dictionary(column.type) else column
        if pa.types.is_string(values.type):
            starts, lengths, held = text_bytes(values)
            if (held > 127).any():
                led = held[starts[lengths > 0]]
                if ((led & 0xC0) == 0x80).any() or not _decodes(held):
                    raise pa.ArrowInvalid("text that is not UTF-8")


def _decodes(held: Any) -> bool:
    try:
        held.tobytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _as_it_lies(name: str, path: Path) -> Iterator[pa.RecordBatch]:
    names = list(standard.table(name).names)
    with pq.ParquetFile(path, read_dictionary=list(coded(name))) as opened:
        yield from _gathered(opened.iter_batches(batch_size=BATCH, columns=names))


def _gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Fewer and larger batches: files come with groups of rows of any size, and each batch costs the same few
    hundred calls."""
    small: list[pa.RecordBatch] = []
    for batch in batches:
        if batch.num_rows < BATCH // 2:
            small.append(batch)
            if sum(each.num_rows for each in small) < BATCH:
                continue
        if small:
            yield from _together(small)
            small = []
        if batch.num_rows >= BATCH // 2:
            yield batch
    if small:
        yield from _together(small)


def _together(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    return pa.Table.from_batches(batches).unify_dictionaries().combine_chunks().to_batches()


def _sorted(name: str, path: Path) -> Iterator[pa.RecordBatch]:
    table = standard.table(name)
    columns, order = (", ".join(f'"{each}"' for each in names) for names in (table.names, table.order))
    with engine() as connection:
        yield from connection.sql(
            f"SELECT {columns} FROM read_parquet(?) ORDER BY {order}",  # noqa: S608
            params=[str(path)],
        ).to_arrow_reader(BATCH)
