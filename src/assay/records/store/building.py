"""Builds a snapshot beside the old ones, then gives it its name; nothing that stands is changed.

A load replaces one provider's part and keeps the others' files (linked, not copied: they never change).
Tables pass through it a batch at a time, so that a nation's are built in the memory of a few batches.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from assay.records import standard
from assay.records.store import digests, layout, texts
from assay.records.store.files import Parts
from assay.records.store.nature import check_nature, mark_nature
from assay.records.store.rows import Held, Stream, is_ordered
from assay.records.store.types import Snapshot

MANIFEST = "manifest.json"


def build_snapshot(
    tables: Mapping[str, pa.Table | Stream],
    *,
    home: Path,
    as_at: date,
    provider: str,
    synthetic: bool = True,
    agreed: Callable[[], None] | None = None,
) -> Snapshot:
    """A snapshot of these tables as ``provider``'s part, with the other providers' parts of the latest one.

    The tables must be fit: nothing is checked here. They are asked for one at a time. A table that is absent
    is empty. ``agreed`` is called when all have been read and before anything is put in its place: what it
    raises leaves everything as it was. The snapshot becomes the latest, and nothing is put in force. Refuses
    to mix synthetic with real, and to run beside another build.
    """
    with layout.only_one(home):
        check_nature(home, synthetic=synthetic)
        old = latest_snapshot(home)
        with layout.building(layout.snapshots(home)) as folder:
            providers = _keep_others(old, folder, provider=provider)
            parts = _write_provider(tables, folder, provider=provider)
            if agreed is not None:
                agreed()
            providers[provider] = {"as_at": as_at.isoformat(), "synthetic": synthetic, **parts}
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


def rows_held(snapshot: Snapshot, *, provider: str) -> dict[str, int]:
    """How many rows of each table the snapshot has of a provider; nothing if it has none of it."""
    part = manifest_of(snapshot.path)["providers"].get(provider, {"tables": {}})
    return {name: sum(each["rows"] for each in files) for name, files in part["tables"].items()}


def case_digests(snapshot: Snapshot) -> pa.Table | None:
    """``crn`` and ``digest`` of every case, sorted by case; None if a part was loaded before digests were
    kept. See :mod:`assay.records.store.digests`; ``digests.differing`` compares two of them."""
    parts = manifest_of(snapshot.path)["providers"].values()
    if any("digests" not in each for each in parts):
        return None
    return digests.read([snapshot.path / each["file"] for part in parts for each in part["digests"]["cases"]])


def table_digests(snapshot: Snapshot) -> dict[tuple[str, str], str] | None:
    """The digest of each provider's tables whose rows are of no case (units, staff, workload), by provider
    and table; None if a part was loaded before digests were kept."""
    parts = manifest_of(snapshot.path)["providers"]
    if any("digests" not in each for each in parts.values()):
        return None
    return {
        (provider, name): digest
        for provider, part in parts.items()
        for name, digest in part["digests"]["tables"].items()
    }


def _keep_others(old: Snapshot | None, folder: Path, *, provider: str) -> dict[str, Any]:
    if old is None:
        return {}
    kept = {name: part for name, part in manifest_of(old.path)["providers"].items() if name != provider}
    for part in kept.values():
        for files in (*part["tables"].values(), part.get("digests", {"cases": []})["cases"]):
            for each in files:
                (folder / each["file"]).parent.mkdir(exist_ok=True)
                os.link(old.path / each["file"], folder / each["file"])
    return kept


def _write_provider(
    tables: Mapping[str, pa.Table | Stream], folder: Path, *, provider: str
) -> dict[str, Any]:
    """The words first, since other tables say how long theirs are."""
    parts: dict[str, Any] = {}
    sums: dict[str, digests.Sums] = {}
    with texts.Marks(folder) as marks:
        for name in sorted(standard.BY_NAME, key=lambda each: each != "words"):
            stream = _stream(tables, name)
            parts[name], sums[name] = _write(
                name, stream, folder, provider=provider, marks=marks, sort=False
            ) or _sorted_out(name, stream, folder, provider=provider, marks=marks)
    return {"tables": parts, "digests": digests.write(sums, folder, provider=provider)}


def _stream(tables: Mapping[str, pa.Table | Stream], name: str) -> Stream:
    given = tables[name] if name in tables else standard.arrow_schema(name).empty_table()
    return Held(name, given) if isinstance(given, pa.Table) else given


def _sorted_out(
    name: str, stream: Stream, folder: Path, *, provider: str, marks: texts.Marks
) -> tuple[list[dict[str, Any]], digests.Sums]:
    written = _write(name, stream, folder, provider=provider, marks=marks, sort=True)
    assert written is not None, f"{name} is not in order though it was sorted"
    return written


def _write(
    name: str, stream: Stream, folder: Path, *, provider: str, marks: texts.Marks, sort: bool
) -> tuple[list[dict[str, Any]], digests.Sums] | None:
    """Writes one table: its files, and its digests. None, and nothing written, if the rows do not come in
    the standard's order."""
    marked = name in texts.SUBJECTS
    parts = Parts(folder, name=name, provider=provider, more=texts.ADDED if marked else ())
    sums, before = digests.Sums(name), None
    batches = stream.batches(sort=sort)
    for rows in texts.whole_cases(batches) if name == "words" else batches:
        if not is_ordered(rows, before):
            parts.discard()
            marks.clear() if name == "words" else None
            return None
        parts.add(rows, *(marks.of(rows) if marked else ()))
        if name == "words":
            marks.note(rows)
        sums.add(rows)
        before = rows
    return parts.close(), sums
