"""Opens a snapshot, or a pair, for reading: DuckDB in memory over the files, with one view for each table.

Schema ``r`` has the records (``r.contact``; never ``words``), schema ``n`` what the night wrote. Memory and
threads are capped by ``ASSAY_DUCKDB_MEMORY`` and ``ASSAY_DUCKDB_THREADS``.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assay.records import standard
from assay.records.store import parts
from assay.records.store.building import manifest_of
from assay.records.store.files import file_of_case
from assay.records.store.types import Pair, Snapshot

Parameters = Sequence[object] | Mapping[str, object]


class Reader:
    """One connection over one snapshot, and over one night if it was opened for a pair. ``pair`` is None for
    a snapshot alone. Use it within the ``with`` that opened it, and in one thread. What was read of a case is
    kept as long as the reader is, since a page asks for the same table several times."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        snapshot: Snapshot,
        pair: Pair | None,
        shared: _Shared | None = None,
    ) -> None:
        self.connection = connection
        self.snapshot = snapshot
        self.pair = pair
        self._shared = shared
        self._cases: dict[tuple[str, str], list[pa.Table]] = {}

    @property
    def home(self) -> Path:
        """Where the snapshot lies, with the others and what is in force."""
        return self.snapshot.path.parent.parent

    def rows(self, sql: str, params: Parameters = ()) -> list[dict[str, Any]]:
        """The rows of a query as dictionaries. Instants come in UTC."""
        return self.table(sql, params).to_pylist()

    def table(self, sql: str, params: Parameters = ()) -> pa.Table:
        """The rows of a query as an Arrow table."""
        found: pa.Table = self.connection.sql(sql, params=params).to_arrow_table()
        return found

    def once(self, name: str, sql: str, params: Parameters = ()) -> str:
        """The name of a table made of a query, once for a pair and kept in memory as long as it is open here:
        what follows from records and night alone need not be worked out for every page."""
        assert self._shared is not None, "only a pair is shared"
        return self._shared.once(name, sql, params)

    def words(self, crn: str) -> list[dict[str, Any]]:
        """All words of one case, in the order they were written. Never of more than one case at a time."""
        return self.of_case("words", crn, order="written_at, words_id")

    def timeline(self, crn: str) -> list[dict[str, Any]]:
        """All contacts of one case, with ``text_length`` and ``text_hash``, by day and time of recording."""
        return self.of_case("contact", crn, order="happened_on, recorded_at, contact_id")

    def of_case(self, table: str, crn: str, *, order: str | None = None) -> list[dict[str, Any]]:
        """One case's rows of one table, in the standard's order or the one given. Opens only the files whose
        range of cases can hold it."""
        if (table, crn) not in self._cases:
            files = _files_of_case(self.snapshot.path, table, crn)
            self._cases[table, crn] = [_rows_of_case(each, crn) for each in files]
        parts = self._cases[table, crn]
        if not parts:
            return []
        by = order.split(", ") if order else standard.table(table).order
        return pa.concat_tables(parts).sort_by([(each, "ascending") for each in by]).to_pylist()


def small_table(snapshot: Snapshot, name: str, columns: Sequence[str]) -> list[dict[str, Any]]:
    """All rows of a table that is small (staff, units, limits), without opening the rest. Units that several
    providers name come as often as they are named."""
    files = [each["file"] for part in _providers(snapshot.path) for each in part["tables"][name]]
    read = [pq.read_table(snapshot.path / each, columns=list(columns)) for each in files]
    return pa.concat_tables(read).to_pylist()


@contextmanager
def open_snapshot(snapshot: Snapshot) -> Iterator[Reader]:
    """A reader of the records alone, on a database of its own: tables made on it vanish with it."""
    with _database(snapshot, None) as connection:
        yield Reader(connection, snapshot, None)


@contextmanager
def open_pair(pair: Pair) -> Iterator[Reader]:
    """A reader of records and night. The database behind it is shared by the process, since neither ever
    changes; it reads no file outside the two folders."""
    shared = _shared(pair)
    connection = shared.connection.cursor()
    try:
        yield Reader(connection, pair.snapshot, pair, shared)
    finally:
        connection.close()


class _Shared:
    """The database of one pair, for every thread of the process, and the tables made in it so far."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection
        self._made: set[str] = set()
        self._lock = Lock()

    def once(self, name: str, sql: str, params: Parameters) -> str:
        with self._lock:
            if name not in self._made:
                with self.connection.cursor() as cursor:
                    cursor.execute(f"CREATE TABLE main.{name} AS {sql}", params)
                self._made.add(name)
        return f"main.{name}"


@lru_cache(maxsize=2)
def _shared(pair: Pair) -> _Shared:
    connection = _database(pair.snapshot, pair)
    folders = ", ".join(_quoted(each) for each in (pair.snapshot.path, pair.night.path))
    connection.execute(f"SET allowed_directories = [{folders}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return _Shared(connection)


def _database(snapshot: Snapshot, pair: Pair | None) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": os.environ.get("ASSAY_DUCKDB_MEMORY", "1GB"),
            "threads": os.environ.get("ASSAY_DUCKDB_THREADS", "2"),
            # Nothing here is kept in a file of its own; writing tables together only costs.
            "checkpoint_threshold": "1TB",
            "temp_directory": str(Path(tempfile.gettempdir()) / f"assay-duckdb-{os.getpid()}"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET parquet_metadata_cache = true")
    connection.execute("SET validate_external_file_cache = 'NO_VALIDATION'")
    connection.execute("CREATE SCHEMA r")
    connection.execute("CREATE SCHEMA n")
    for each in standard.TABLES:
        if each.name not in ("words", "organisation"):
            _view(connection, f"r.{each.name}", snapshot.path / each.name / "*.parquet")
    _organisation(connection, snapshot.path / "organisation" / "*.parquet")
    if pair is not None:
        _night(connection, pair.night.path)
    return connection


def _view(connection: duckdb.DuckDBPyConnection, name: str, files: Path) -> None:
    connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet({_quoted(files)})")  # noqa: S608


def _night(connection: duckdb.DuckDBPyConnection, night: Path) -> None:
    """One view for each table. Where the night stands upon an older one, the rows of cases that were worked
    out again are left out of the older parts."""
    if (night / parts.REDONE).exists():
        sql = f"CREATE TABLE main.redone AS FROM read_parquet({_quoted(night / parts.REDONE)})"
        connection.execute(sql)
    for path in sorted(each for each in night.iterdir() if each.is_dir()):
        name = f'n."{path.name}"'
        if not list(path.glob(parts.AGAIN)):
            _view(connection, name, path / "*.parquet")
        elif not list(path.glob(parts.FIRST)):
            _view(connection, name, path / parts.AGAIN)
        else:
            first, again = _quoted(path / parts.FIRST), _quoted(path / parts.AGAIN)
            still = f"SELECT * FROM read_parquet({first}) ANTI JOIN main.redone USING (case_id)"  # noqa: S608
            connection.execute(
                f"CREATE VIEW {name} AS {still} UNION ALL SELECT * FROM read_parquet({again})"  # noqa: S608
            )


def _organisation(connection: duckdb.DuckDBPyConnection, files: Path) -> None:
    """A unit that several providers name is one row: its own provider's, whose code begins the unit's."""
    connection.execute(
        f"""
        CREATE TABLE r.organisation AS
        SELECT * EXCLUDE (filename) FROM read_parquet({_quoted(files)}, filename = true)
        QUALIFY row_number() OVER (
            PARTITION BY unit_code
            ORDER BY starts_with(unit_code, split_part(parse_filename(filename), '-', 1)) DESC, filename
        ) = 1
        """  # noqa: S608
    )


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


@lru_cache(maxsize=4)
def _providers(path: Path) -> list[dict[str, Any]]:
    return list(manifest_of(path)["providers"].values())


def _rows_of_case(file: str, crn: str) -> pa.Table:
    """One case's rows of one file, from the groups of rows whose range of cases can hold it.

    Read without DuckDB, whose planning takes several times as long as so few rows do.
    """
    stat = Path(file).stat()
    footer = _footer(file, stat.st_mtime_ns, stat.st_size)
    source = pq.ParquetFile(file, metadata=footer)
    column = source.schema_arrow.get_field_index("crn")
    groups = [n for n in range(footer.num_row_groups) if _may_hold(footer.row_group(n).column(column), crn)]
    read = source.read_row_groups(groups, use_threads=False)
    return read.filter(pc.equal(read["crn"], pa.scalar(crn)))


def _may_hold(column: pq.ColumnChunkMetaData, crn: str) -> bool:
    known = column.statistics
    return known is None or not known.has_min_max or str(known.min) <= crn <= str(known.max)


@lru_cache(maxsize=2048)
def _footer(file: str, changed_at: int, size: int) -> pq.FileMetaData:
    """A file's footer. When it was changed and how long it is are part of the key."""
    return pq.read_metadata(file)


def _files_of_case(path: Path, table: str, crn: str) -> list[str]:
    found = (file_of_case(each["tables"][table], crn) for each in _providers(path))
    return [str(path / each) for each in found if each is not None]
