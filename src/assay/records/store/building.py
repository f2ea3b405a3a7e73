"""Builds a snapshot beside the old ones, then gives it its name; nothing that stands is changed.

A load replaces one provider's part and keeps the others' files (linked, not copied: they never change).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from assay.records import standard
from assay.records.ordering import in_order, in_types
from assay.records.store import layout, texts
from assay.records.store.files import write_parts
from assay.records.store.nature import check_nature, mark_nature
from assay.records.store.types import Snapshot

MANIFEST = "manifest.json"


def build_snapshot(
    tables: Mapping[str, pa.Table], *, home: Path, as_at: date, provider: str, synthetic: bool = True
) -> Snapshot:
    """A snapshot of these tables as ``provider``'s part, with the other providers' parts of the latest one.

    The tables must be fit: nothing is checked here. They are asked for one at a time, so a mapping that reads
    on demand bounds the memory by the largest. A table that is absent is empty. The snapshot becomes the
    latest, and nothing is put in force. Refuses to mix synthetic with real, and to run beside another build.
    """
    with layout.only_one(home):
        check_nature(home, synthetic=synthetic)
        old = latest_snapshot(home)
        with layout.building(layout.snapshots(home)) as folder:
            providers = _keep_others(old, folder, provider=provider)
            parts = _write_provider(tables, folder, provider=provider)
            providers[provider] = {"as_at": as_at.isoformat(), "synthetic": synthetic, "tables": parts}
            manifest = layout.canonical({"standard": standard.VERSION, "providers": providers})
            (folder / MANIFEST).write_bytes(manifest)
            place = layout.put_in_place(folder, hashlib.sha256(manifest).hexdigest()[:32])
        mark_nature(home, synthetic=synthetic)
        layout.replace_file(layout.latest_file(home), layout.canonical({"snapshot": place.name}))
    return read_snapshot(home, place.name)


def latest_snapshot(home: Path) -> Snapshot | None:
    """The snapshot loaded last, in force or not; None before the first load."""
    named = layout.read_json(layout.latest_file(home))
    return read_snapshot(home, named["snapshot"]) if named else None


@lru_cache(maxsize=8)
def read_snapshot(home: Path, name: str) -> Snapshot:
    """The snapshot of that hash, which must exist."""
    path = layout.snapshots(home) / name
    days = [date.fromisoformat(each["as_at"]) for each in manifest_of(path)["providers"].values()]
    return Snapshot(hash=name, path=path, as_at=min(days))


def manifest_of(path: Path) -> dict[str, Any]:
    """What the snapshot at this path holds: for each provider its day and, for each table, its files."""
    manifest = layout.read_json(path / MANIFEST)
    assert manifest is not None, f"{path} is no snapshot"
    return manifest


def kept_files(snapshot: Snapshot, *, table: str, besides: str) -> list[Path]:
    """The snapshot's files of a table that belong to other providers than the one named."""
    providers = manifest_of(snapshot.path)["providers"].items()
    return [
        snapshot.path / each["file"]
        for name, part in providers
        if name != besides
        for each in part["tables"][table]
    ]


def _keep_others(old: Snapshot | None, folder: Path, *, provider: str) -> dict[str, Any]:
    if old is None:
        return {}
    kept = {name: part for name, part in manifest_of(old.path)["providers"].items() if name != provider}
    for part in kept.values():
        for files in part["tables"].values():
            for each in files:
                (folder / each["file"]).parent.mkdir(exist_ok=True)
                os.link(old.path / each["file"], folder / each["file"])
    return kept


def _write_provider(tables: Mapping[str, pa.Table], folder: Path, *, provider: str) -> dict[str, Any]:
    words = _table(tables, "words")
    parts = {"words": write_parts(words, folder, name="words", provider=provider)}
    marks = texts.marks(words)
    del words
    for each in standard.TABLES:
        if each.name != "words":
            rows = texts.with_marks(_table(tables, each.name), marks, name=each.name)
            parts[each.name] = write_parts(rows, folder, name=each.name, provider=provider)
    return parts


def _table(tables: Mapping[str, pa.Table], name: str) -> pa.Table:
    if name not in tables:
        return standard.arrow_schema(name).empty_table()
    return in_order(name, in_types(name, tables[name]))
