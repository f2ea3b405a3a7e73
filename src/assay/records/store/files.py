"""Parquet files by case range: one case lies in one file, in few and small row groups.

Sizes are measured, not guessed: reading one case's timeline and words takes a few milliseconds at 26,000
people. A page reads one case from a dozen tables, so their groups are small: a group of 8,192 rows takes five
times as long to read as one of 1,024. Contacts, and what a night writes, are also scanned whole, and much
smaller groups would make the file's footer the larger part of the work.
"""

from __future__ import annotations

import bisect
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from assay.records import standard
from assay.records.store.layout import file_hash

ROWS_A_FILE, WORDS_A_FILE = 262_144, 32_768
ROWS_A_GROUP, SCANNED_A_GROUP = 1_024, 8_192


def write_parts(table: pa.Table, folder: Path, *, name: str, provider: str) -> list[dict[str, Any]]:
    """Writes the rows, which are in the standard's order, and says of each file its rows, hash and first and
    last case. An empty table still gets one file, so that its columns can be read."""
    (folder / name).mkdir(exist_ok=True)
    group = SCANNED_A_GROUP if name == "contact" else ROWS_A_GROUP
    written = []
    for number, part in enumerate(_parts(table, name, WORDS_A_FILE if name == "words" else ROWS_A_FILE)):
        relative = f"{name}/{provider}-{number:03}.parquet"
        write_parquet(part, folder / relative, rows_a_group=group)
        facts: dict[str, Any] = {
            "file": relative,
            "rows": part.num_rows,
            "sha256": file_hash(folder / relative),
        }
        if standard.table(name).is_of_case and part.num_rows:
            facts |= {"first": part["crn"][0].as_py(), "last": part["crn"][-1].as_py()}
        written.append(facts)
    return written


def write_parquet(table: pa.Table, path: Path, *, rows_a_group: int = SCANNED_A_GROUP) -> None:
    """The same bytes for the same rows: no time of writing, one order of row groups."""
    pq.write_table(table, path, compression="zstd", compression_level=1, row_group_size=rows_a_group)


def file_of_case(files: list[dict[str, Any]], crn: str) -> str | None:
    """The one file that can hold the case, of one provider's files in their order."""
    filled = [each for each in files if each["rows"]]
    at = bisect.bisect_right([each["first"] for each in filled], crn) - 1
    if at < 0 or filled[at]["last"] < crn:
        return None
    file: str = filled[at]["file"]
    return file


def _parts(table: pa.Table, name: str, rows: int) -> list[pa.Table]:
    if table.num_rows <= rows or not standard.table(name).is_of_case:
        return [table]
    parts, start = [], 0
    crns = table["crn"]
    while start < table.num_rows:
        end = min(start + rows, table.num_rows)
        while end < table.num_rows and crns[end].as_py() == crns[end - 1].as_py():
            end += 1
        parts.append(table.slice(start, end - start))
        start = end
    return parts
