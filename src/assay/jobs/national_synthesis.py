"""Writes a synthetic service: each region an extract in a folder of its own, several regions at a time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from assay.records import standard
from assay.records.ordering import in_order, in_types
from assay.records.sources.growing import GrowingFolder
from assay.records.synthetic.batches import Tables
from assay.records.synthetic.columns import schema
from assay.records.synthetic.national import Plan, make_region, regions
from assay.records.synthetic.region import together

TRUTH = "truth"
"""The folder, inside the extract's, that holds what a test may know and nobody else: it is never loaded."""

MADE_BY = "assay synthesise"
SMALL = 5_000
"""Pieces of so few rows are put in order when they are written: they may be told in any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A region's extract, with how many rows each of its tables has."""

    name: str
    folder: Path
    rows: dict[str, int]


def write_service(
    to: Path,
    *,
    people: int,
    as_at: date,
    seed: int,
    text: float = 0.0,
    processes: int = 2,
    real_names: bool = False,
) -> Iterator[Written]:
    """Writes every region, the largest first, and tells of each when it is done. The same arguments give the
    same bytes, whatever the number of processes."""
    plans = sorted(regions(people, real_names=real_names), key=lambda each: -each.people)
    if processes == 1:
        for plan in plans:
            yield write_region_of(plan, to, as_at=as_at, seed=seed, text=text)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        begun = [pool.submit(write_region_of, each, to, as_at=as_at, seed=seed, text=text) for each in plans]
        for done in as_completed(begun):
            yield done.result()


def write_region_of(plan: Plan, to: Path, *, as_at: date, seed: int, text: float) -> Written:
    """Makes one region and writes it as it is made."""
    folder = to / plan.code
    shutil.rmtree(folder / TRUTH, ignore_errors=True)
    (folder / TRUTH).mkdir(parents=True)
    with (
        GrowingFolder(folder, provider=plan.code, as_at=as_at, synthetic=True, made_by=MADE_BY) as extract,
        _Truth(folder / TRUTH) as beside,
    ):
        for parts, truth in make_region(plan, as_at=as_at, seed=seed, text=text):
            _add(extract, parts)
            for name, rows in truth.items():
                beside.add(name, rows)
    return Written(name=plan.shape.name, folder=folder, rows=extract.rows)


def _add(extract: GrowingFolder, parts: Sequence[Tables]) -> None:
    for name in standard.BY_NAME:
        if any(name in each for each in parts):
            rows = together(name, parts)
            if rows.num_rows <= SMALL:
                rows = in_order(name, in_types(name, rows)).cast(schema(name))
            extract.add(name, rows)


class _Truth:
    """The truth's tables, each a file that grows."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> _Truth:
        return self

    def add(self, name: str, rows: pa.Table) -> None:
        if name not in self._open:
            path = self.folder / f"{name}.parquet"
            self._open[name] = pq.ParquetWriter(path, rows.schema, compression="zstd", compression_level=1)
        self._open[name].write_table(rows)

    def __exit__(self, *_: object) -> None:
        for each in self._open.values():
            each.close()
