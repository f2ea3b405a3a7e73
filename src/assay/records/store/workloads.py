"""Workload workbooks as they were taken: immutable, dated, beside the snapshots of records.

``home/workloads/<day>-<hash>/<table>.parquet`` with ``manifest.json`` and ``quarantine.csv``;
``home/workload.json`` names for each region the one its pages read, and all that are kept.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from assay.records.store import layout
from assay.records.store.files import write_parquet
from assay.records.store.nature import check_nature, mark_nature

MANIFEST = "manifest.json"
KEPT = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWorkload:
    """One workbook's rows, in a folder that never changes. ``facts`` is what was said of it when it was
    taken: the file's hash, rows taken and set apart, sheets that were not there."""

    name: str
    path: Path
    as_at: date
    regions: tuple[str, ...]
    synthetic: bool
    facts: Mapping[str, Any]

    def rows(
        self, sql: str, values: Mapping[str, object] | None = None, **more: pa.Table
    ) -> list[dict[str, Any]]:
        """What a statement over the tables answers, each by its name; ``more`` are further tables."""
        with duckdb.connect(config=_limits()) as connection:
            for each in sorted(self.path.glob("*.parquet")):
                connection.read_parquet(str(each)).create_view(each.stem)
            for name, table in more.items():
                connection.register(name, table)
            found: pa.Table = connection.sql(sql, params=dict(values or {})).to_arrow_table()
            rows: list[dict[str, Any]] = found.to_pylist()
        return rows


def _limits() -> dict[str, str]:
    """What a reader of the records may take, of which this is one; and nothing is fetched from outside."""
    return {
        "memory_limit": os.environ.get("ASSAY_DUCKDB_MEMORY", "1GB"),
        "threads": os.environ.get("ASSAY_DUCKDB_THREADS", "2"),
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }


def pointer_file(home: Path) -> Path:
    return home / "workload.json"


def workloads(home: Path) -> Path:
    return home / "workloads"


def keep_workload(
    tables: Mapping[str, pa.Table],
    *,
    home: Path,
    as_at: date,
    regions: tuple[str, ...],
    synthetic: bool,
    facts: Mapping[str, Any],
    beside: Callable[[Path], object] = lambda folder: None,
) -> KeptWorkload:
    """Builds the workbook's folder beside the others and puts it in force for its regions, in one step.

    ``beside`` writes what else belongs into the folder. The same rows and facts give the same folder. A
    region that already has a later day keeps it: this one is kept as history. The last 35 are kept, and any
    that a region still reads. Refuses to mix synthetic with real, and to run beside another build.
    """
    with layout.only_one(home):
        check_nature(home, synthetic=synthetic)
        _sweep(home)
        with layout.building(workloads(home)) as folder:
            hashes = {}
            for name in sorted(tables):
                write_parquet(tables[name], folder / f"{name}.parquet")
                hashes[name] = layout.file_hash(folder / f"{name}.parquet")
            manifest = layout.canonical(
                {
                    "as_at": as_at.isoformat(),
                    "regions": list(regions),
                    "synthetic": synthetic,
                    "tables": hashes,
                    "facts": dict(facts),
                }
            )
            (folder / MANIFEST).write_bytes(manifest)
            beside(folder)
            name = f"{as_at.isoformat()}-{sha256(manifest).hexdigest()[:12]}"
            place = layout.put_in_place(folder, name)
        mark_nature(home, synthetic=synthetic)
        kept = read_workload(home, place.name)
        _put_in_force(home, kept)
    return kept


def read_workload(home: Path, name: str) -> KeptWorkload:
    """The workbook of that name, which must be kept."""
    path = workloads(home) / name
    manifest = layout.read_json(path / MANIFEST)
    assert manifest is not None, f"{path} is no workload"
    return KeptWorkload(
        name=name,
        path=path,
        as_at=date.fromisoformat(manifest["as_at"]),
        regions=tuple(manifest["regions"]),
        synthetic=manifest["synthetic"],
        facts=manifest["facts"],
    )


def workloads_in_force(home: Path) -> dict[str, KeptWorkload]:
    """The workbook each region's pages read, by the region's code; empty before the first."""
    named = layout.read_json(pointer_file(home)) or {"in_force": {}}
    return {region: read_workload(home, name) for region, name in sorted(named["in_force"].items())}


def kept_workloads(home: Path) -> tuple[KeptWorkload, ...]:
    """Every workbook still kept, the latest day first; of one day, the one taken last first."""
    named = layout.read_json(pointer_file(home)) or {"history": []}
    found = [read_workload(home, each) for each in reversed(named["history"])]
    return tuple(sorted(found, key=lambda each: each.as_at, reverse=True))


def _put_in_force(home: Path, new: KeptWorkload) -> None:
    before = layout.read_json(pointer_file(home)) or {"in_force": {}, "history": []}
    in_force: dict[str, str] = dict(before["in_force"])
    for region in new.regions:
        standing = in_force.get(region)
        if standing is None or read_workload(home, standing).as_at <= new.as_at:
            in_force[region] = new.name
    history = [*(each for each in before["history"] if each != new.name), new.name]
    kept = [each for each in history if each in {*history[-KEPT:], *in_force.values()}]
    named = {"in_force": in_force, "history": kept}
    layout.replace_file(pointer_file(home), layout.canonical(named))
    for path in workloads(home).iterdir():
        if path.name not in kept:
            shutil.rmtree(path)


def _sweep(home: Path) -> None:
    """What a killed build left behind."""
    for left in workloads(home).glob(f"{layout.BUILDING}*"):
        shutil.rmtree(left, ignore_errors=True)
    for left in home.glob(f".{pointer_file(home).name}.*"):
        left.unlink()
