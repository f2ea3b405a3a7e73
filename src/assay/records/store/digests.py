"""A digest of every case, so that two snapshots show in a moment which cases differ.

A case's digest is the sum, over all its rows in all tables, of a 64-bit number made of every cell of the row
(:mod:`assay.records.store.hashing`): the order of the rows does not matter, and their words are rows like
others. A case in which a row was added, taken away or changed goes unnoticed with a chance of about 1 in 2 to
the 64: with 250,000 changed cases a night, once in two hundred thousand million years. It is no seal: who set
out to could make two alike, and what must withstand that is the hash of the files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assay.records import standard
from assay.records.store import files, hashing
from assay.records.store.rows import Rows

TABLE = "digest"
_EMPTY = pa.table({"crn": pa.array([], pa.string()), "digest": pa.array([], pa.uint64())})


class Sums:
    """The digests of one table: of each of its cases, or of the whole if its rows are of no case."""

    def __init__(self, name: str) -> None:
        self._of_case = standard.table(name).is_of_case
        self.cases: list[pa.Table] = []
        self.total = 0

    def add(self, rows: Rows) -> None:
        """The next rows; those of one case may come in several batches."""
        cells = [(each.name, rows.numbers(each.name)) for each in standard.table(rows.name)]
        numbers = hashing.of_rows(cells, salt=rows.name)
        if self._of_case:
            sums = np.add.reduceat(numbers, rows.starts)
            self.cases.append(pa.table({"crn": rows.cases, "digest": pa.array(sums)}))
        else:
            self.total = (self.total + int(numbers.sum())) % 2**64


def write(sums: dict[str, Sums], folder: Path, *, provider: str) -> dict[str, Any]:
    """Writes the digest of each case and says where; and, in sixteen hexadecimal digits, that of each table
    whose rows are of no case."""
    parts = [part for name in standard.BY_NAME for part in sums[name].cases]
    found = pa.concat_tables(parts or [_EMPTY]).group_by("crn").aggregate([("digest", "sum")])
    found = found.select(["crn", "digest_sum"]).rename_columns(["crn", "digest"]).sort_by("crn")
    (folder / TABLE).mkdir(exist_ok=True)
    written = []
    for number, start in enumerate(range(0, max(found.num_rows, 1), files.ROWS_A_FILE)):
        part, relative = found.slice(start, files.ROWS_A_FILE), f"{TABLE}/{provider}-{number:03}.parquet"
        pq.write_table(part, folder / relative, compression="zstd", compression_level=1, store_schema=False)
        written.append(files.facts_of(folder, relative, rows=part.num_rows))
    apart = {name: f"{each.total:016x}" for name, each in sums.items() if not standard.table(name).is_of_case}
    return {"cases": written, "tables": apart}


def read(paths: list[Path]) -> pa.Table:
    """``crn`` and ``digest``, sorted by case."""
    return pa.concat_tables([pq.read_table(each) for each in paths] or [_EMPTY]).sort_by("crn")


def differing(before: pa.Table, after: pa.Table) -> pa.Array[Any]:
    """The cases whose digests differ, and those that only one of two tables of digests has, sorted."""
    both = before.join(after, "crn", join_type="full outer", left_suffix="_before", right_suffix="_after")
    changed: Any = pc.not_equal(both["digest_before"], both["digest_after"])
    return both.filter(pc.fill_null(changed, True)).sort_by("crn")["crn"].combine_chunks()
