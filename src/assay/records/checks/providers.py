"""What a load must not do to records already held: bring another provider's rows, or lose most of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

import duckdb

from assay.core.errors import Problem
from assay.core.messages import message
from assay.records import standard
from assay.records.sources import Extract, Label
from assay.records.sources.problems import SHOWN, more_rows
from assay.records.sources.streams import engine
from assay.records.store import Snapshot, kept_files, rows_held

# Every extract brings the units it speaks of, and may name a neighbour's.
SHARED = ("organisation",)


# The tables whose loss a manager would notice first, and that every service has.
COUNTED = ("person", "sentence", "allocation", "registration", "contact")
FEW = 100


def check_other_providers(extract: Extract, latest: Snapshot | None) -> list[Problem]:
    """Keys of the extract that the latest snapshot already holds for another provider.

    People are looked up first, and the tables that are of no person. Only where a person is another's are the
    rows of people looked up too: a row belongs to its person, and sixty million contacts need not be read for
    every region that is loaded.
    """
    if latest is None:
        return []
    with engine() as connection:
        of_nobody = [each for each in standard.TABLES if not each.is_of_case]
        found = _held_of(connection, extract, latest, (standard.table("person"), *of_nobody))
        if any(each.file == extract.files["person"] for each in found):
            return _held_of(connection, extract, latest, standard.TABLES)
    return found


def check_not_fewer(
    rows: Mapping[str, int], label: Label, latest: Snapshot | None, *, least: Fraction
) -> list[Problem]:
    """Tables of which the extract has less than this share of the rows that the records hold of its provider:
    most often the sign of a filter too many, or of half a file. A table of fewer than a hundred rows may
    change as it likes."""
    held = {} if latest is None else rows_held(latest, provider=label.provider)
    return [
        Problem(
            file=name,
            rule="fewer-than-held",
            message=message(
                "The extract has {brought} rows where the records of {provider} have {held}.",
                brought=f"{rows.get(name, 0):,}",
                provider=label.provider,
                held=f"{held[name]:,}",
            ),
            remedy=message(
                "Look whether the extract is whole. If it is, load it with --at-least 0 or a share that fits."
            ),
        )
        for name in COUNTED
        if held.get(name, 0) >= FEW and rows.get(name, 0) < held[name] * least
    ]


def _held_of(
    connection: duckdb.DuckDBPyConnection,
    extract: Extract,
    latest: Snapshot,
    tables: Iterable[standard.Table],
) -> list[Problem]:
    found: list[Problem] = []
    for table in tables:
        others = kept_files(latest, table=table.name, besides=extract.label.provider)
        if others and table.name in extract.paths and table.name not in SHARED:
            found += _held(connection, extract, table, [str(each) for each in others])
    return found


def _held(
    connection: duckdb.DuckDBPyConnection, extract: Extract, table: standard.Table, others: list[str]
) -> list[Problem]:
    rows = connection.execute(
        f"""
        SELECT file_row_number + 1, "{table.key}", count(*) OVER ()
        FROM read_parquet(?, file_row_number = true) AS brought
        WHERE EXISTS (FROM read_parquet(?) AS held WHERE held."{table.key}" = brought."{table.key}")
        ORDER BY 1 LIMIT {SHOWN}
        """,  # noqa: S608
        [str(extract.paths[table.name]), others],
    ).fetchall()
    found = [
        Problem(
            file=extract.files[table.name],
            rule="held-by-another-provider",
            column=table.key,
            row=row,
            value=value,
            message=message("Another provider's records already hold this row."),
            remedy=message("Load the other provider's newer extract first, in which the row is gone."),
        )
        for row, value, _ in rows
    ]
    if found and rows[0][2] > len(found):
        found.append(more_rows(found[0], shown=len(found), count=rows[0][2]))
    return found
