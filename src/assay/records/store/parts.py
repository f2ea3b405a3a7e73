"""A night that stands upon an older one: its parts are linked, and beside them lie those made again.

A folder of a night is whole by itself: it has every part it is read from, under a name of its own, so that
any older night can be taken away. Of the parts of the last full night the rows of cases in ``redone.parquet``
no longer hold: a reader leaves them out. Of what was made again since, by whichever night, one generation is
kept: when a night stands upon another, it writes the rows that still hold among its own.

A case that is gone from the records is not only left out: parts with rows of it are written anew without it.
"""

from __future__ import annotations

import os
import shutil
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assay.records.store import layout
from assay.records.store.files import write_parquet
from assay.records.store.types import Night

CASE, REDONE = "case_id", "redone.parquet"
FULL = 16_000_000  # bytes of all tables of a part
FIRST, AGAIN = "[0-9]*.parquet", "again-*.parquet"


def first(number: int) -> str:
    """The name of a part of a night in which all cases were worked out."""
    return f"{number:03}.parquet"


def again(number: int) -> str:
    """The name of a part of cases worked out again."""
    return f"again-{number:03}.parquet"


def redone(path: Path) -> pa.Array[Any]:
    """The cases of which the night's first parts no longer hold."""
    if not (path / REDONE).exists():
        return pa.array([], pa.string())
    return pq.read_table(path / REDONE)[CASE].combine_chunks()


class Upon:
    """What a new night takes over of an older one. ``hashes`` are known of the files linked."""

    def __init__(self, night: Night, folder: Path, *, again: pa.Array[Any], gone: pa.Array[Any]) -> None:
        self.night, self._folder = night, folder
        self._again, self._gone = again, sorted(str(each) for each in gone.to_pylist())
        both = pa.concat_arrays([redone(night.path), again])
        self._stale = pc.unique(both).sort() if len(both) else both
        self._tables = [
            each.name for each in sorted(night.path.iterdir()) if each.is_dir() and _of_case(each)
        ]
        self.hashes: dict[int, str] = {}

    def carry(self) -> int:
        """Links and writes all that is taken over; how many parts there are now of what was made again."""
        left = self._stale.filter(
            pc.invert(pc.is_in(self._stale, value_set=pa.array(self._gone, pa.string())))
        )
        pq.write_table(pa.table({CASE: left}), self._folder / REDONE, compression="zstd")
        facts = layout.read_json(self.night.path / layout.NIGHT)
        assert facts is not None, f"{self.night.path} is no night"
        together = self._together()
        for name in self._tables:
            (self._folder / name).mkdir()
            files = sorted((self.night.path / name).glob("*.parquet"))
            known = dict(zip(files, facts["tables"][name], strict=True))
            for file in sorted((self.night.path / name).glob(FIRST)):
                self._take(file, known[file])
            for number, names in enumerate(together):
                old = [pq.read_table(self.night.path / name / each) for each in names]
                rows = _besides(pa.concat_tables(old), self._again)
                write_parquet(rows, self._folder / name / again(number))
        return len(together)

    def _together(self) -> list[list[str]]:
        """The names of the parts made again so far, those together that fill one."""
        found: list[list[str]] = []
        filled = FULL
        for name in sorted({each.name for each in self.night.path.glob(f"*/{AGAIN}")}):
            size = sum(each.stat().st_size for each in self.night.path.glob(f"*/{name}"))
            if filled + size > FULL:
                found.append([])
                filled = 0
            found[-1].append(name)
            filled += size
        return found

    def _take(self, file: Path, digest: str) -> None:
        place = self._folder / file.parent.name / file.name
        if _may_hold(file, self._gone):
            write_parquet(_besides(pq.read_table(file), self._stale), place)
        else:
            _link(file, place)
            self.hashes[place.stat().st_ino] = digest

    def standing(self, tables: Mapping[str, Sequence[str]]) -> Iterator[dict[str, pa.Table]]:
        """These columns of the rows taken over, part by part."""
        for pattern, stale in ((FIRST, self._stale), (AGAIN, None)):
            files = [sorted((self._folder / name).glob(pattern)) for name in tables]
            for of_part in zip(*files, strict=True):
                yield {
                    name: _read(file, columns, stale)
                    for file, (name, columns) in zip(of_part, tables.items(), strict=True)
                }


def _read(file: Path, columns: Sequence[str], stale: pa.Array[Any] | None) -> pa.Table:
    text = [each.name for each in pq.read_schema(file) if pa.types.is_string(each.type)]
    rows = pq.read_table(
        file, columns=list(columns), read_dictionary=[each for each in columns if each in text]
    )
    return rows if stale is None else _besides(rows, stale)


def _besides(rows: pa.Table, cases: pa.Array[Any]) -> pa.Table:
    """The rows of other cases than these."""
    return rows.filter(pc.invert(pc.is_in(rows[CASE], value_set=cases))) if len(cases) else rows


def _of_case(folder: Path) -> bool:
    """Whether the rows of the table in the folder are of cases."""
    file = next(iter(sorted(folder.glob("*.parquet"))), None)
    return file is not None and CASE in pq.read_schema(file).names


def _may_hold(file: Path, cases: Sequence[str]) -> bool:
    """Whether rows of one of these cases (sorted) may be among the file's."""
    footer = pq.read_metadata(file)
    at = footer.schema.to_arrow_schema().get_field_index(CASE)
    for number in range(footer.num_row_groups if cases else 0):
        known = footer.row_group(number).column(at).statistics
        if known is None or not known.has_min_max:
            return True
        place = bisect_left(cases, str(known.min))
        if place < len(cases) and cases[place] <= str(known.max):
            return True
    return False


def _link(file: Path, place: Path) -> None:
    """One file under two names; a copy where the place knows no such thing."""
    try:
        os.link(file, place)
    except OSError:
        shutil.copyfile(file, place)
