"""A provider's rows must not also be another's: a person is in the part of one provider."""

from __future__ import annotations

import duckdb

from assay.core.errors import Problem
from assay.core.messages import message
from assay.records import standard
from assay.records.sources import Extract
from assay.records.sources.problems import SHOWN, more_rows
from assay.records.store import Snapshot, kept_files

# Every extract brings the units it speaks of, and may name a neighbour's.
SHARED = ("organisation",)


def check_other_providers(extract: Extract, latest: Snapshot | None) -> list[Problem]:
    """Keys of the extract that the latest snapshot already holds for another provider."""
    if latest is None:
        return []
    found: list[Problem] = []
    with duckdb.connect(":memory:") as connection:
        for table in standard.TABLES:
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
