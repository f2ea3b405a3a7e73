"""Writes nights, names the pair in force, and keeps no more than it must."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa

from assay.records.store import layout, parts
from assay.records.store.building import read_snapshot
from assay.records.store.files import write_parquet
from assay.records.store.types import Night, Pair, Snapshot

NIGHT = layout.NIGHT
KEPT_NIGHTS = 35


class Writing:
    """A night being written, part by part. Each part has every table, and the rows of a case lie in one. Set
    ``same`` where an older night says all of it already: then nothing is written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._upon: parts.Upon | None = None
        self._parts = 0
        self.same: Night | None = None

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Writes one part. Every part has the same tables."""
        for name in sorted(tables):
            (self._folder / name).mkdir(exist_ok=True)
            write_parquet(tables[name], self._folder / name / self._name())
        self._parts += 1

    def stand_upon(self, night: Night, *, again: pa.Array[Any], gone: pa.Array[Any]) -> None:
        """Takes over what the night says of all cases but those worked out ``again``, of which some may be
        ``gone``. Called before any part is added; what is added then are the rows of these cases. Tables
        without a column ``case_id`` are not taken over."""
        self._upon = parts.Upon(night, self._folder, again=again, gone=gone)
        self._parts = self._upon.carry()

    def standing(self, tables: Mapping[str, Sequence[str]]) -> Iterator[dict[str, pa.Table]]:
        """These columns of the rows taken over, part by part."""
        return iter(()) if self._upon is None else self._upon.standing(tables)

    @property
    def made_again(self) -> int:
        """How many nights it is since all cases were worked out."""
        return 0 if self._upon is None else self._upon.night.made_again + 1

    def hashes(self) -> Mapping[str, list[str]]:
        """The hash of each file, by table."""
        known = {} if self._upon is None else self._upon.hashes
        return {
            place.name: [known.get(file.stat().st_ino) or layout.file_hash(file) for file in files]
            for place in sorted(each for each in self._folder.iterdir() if each.is_dir())
            if (files := sorted(place.glob("*.parquet")))
        }

    def _name(self) -> str:
        return parts.again(self._parts) if self._upon else parts.first(self._parts)


@contextmanager
def writing_night(
    *,
    home: Path,
    snapshot: Snapshot,
    as_at: date,
    versions: Mapping[str, str],
    done: list[Night],
    basis: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Writing]:
    """A night to write part by part over the snapshot; it is appended to ``done`` when all is written.
    Nothing is put in force, and nothing stays of a night that was not ended. The same parts, day and versions
    give the same night. Nobody else can build in the home meanwhile."""
    with layout.only_one(home), layout.building(layout.nights(home)) as folder:
        writing = Writing(folder)
        yield writing
        if writing.same is not None:
            done.append(writing.same)
            return
        facts = layout.canonical(
            {
                "as_at": as_at.isoformat(),
                "snapshot": snapshot.hash,
                "versions": dict(versions),
                "basis": dict(basis),
                "made_again": writing.made_again,
                "tables": dict(writing.hashes()),
            }
        )
        (folder / NIGHT).write_bytes(facts)
        place = layout.put_in_place(folder, f"{as_at.isoformat()}-{sha256(facts).hexdigest()[:12]}")
        done.append(read_night(home, place.name))


def write_night(
    tables: Mapping[str, pa.Table],
    *,
    home: Path,
    snapshot: Snapshot,
    as_at: date,
    versions: Mapping[str, str],
) -> Night:
    """A night of these tables, in one part, over the snapshot. Nothing is put in force."""
    done: list[Night] = []
    with writing_night(home=home, snapshot=snapshot, as_at=as_at, versions=versions, done=done) as writing:
        writing.add(tables)
    return done[0]


def read_night(home: Path, name: str) -> Night:
    """The night of that id, which must exist."""
    path = layout.nights(home) / name
    facts = layout.read_json(path / NIGHT)
    assert facts is not None, f"{path} is no night"
    return Night(
        id=name,
        path=path,
        as_at=date.fromisoformat(facts["as_at"]),
        snapshot_hash=facts["snapshot"],
        versions=facts["versions"],
        basis=facts.get("basis", {}),
        made_again=facts.get("made_again", 0),
    )


def put_in_force(home: Path, *, snapshot: Snapshot, night: Night) -> Pair:
    """Names the pair that pages read from the next request on, in one step, and drops nights beyond the
    last 35 that were in force, with the snapshots only they were made from."""
    pair = Pair(snapshot=snapshot, night=night)
    with layout.only_one(home):
        before = layout.read_json(layout.pair_file(home)) or {"history": []}
        history = [*(each for each in before["history"] if each != night.id), night.id]
        kept, past = history[-KEPT_NIGHTS:], history[:-KEPT_NIGHTS]
        named = {"snapshot": snapshot.hash, "night": night.id, "history": kept}
        layout.replace_file(layout.pair_file(home), layout.canonical(named))
        _prune(home, keep=kept, drop=past)
    return pair


def pair_in_force(home: Path) -> Pair | None:
    """The pair that pages read; None before the first night."""
    named = layout.read_json(layout.pair_file(home))
    if named is None:
        return None
    return Pair(snapshot=read_snapshot(home, named["snapshot"]), night=read_night(home, named["night"]))


def kept_pairs(home: Path) -> tuple[Pair, ...]:
    """Every pair that was in force and is still kept, oldest first."""
    named = layout.read_json(layout.pair_file(home))
    found = [read_night(home, each) for each in named["history"]] if named else []
    return tuple(Pair(snapshot=read_snapshot(home, each.snapshot_hash), night=each) for each in found)


def _prune(home: Path, *, keep: list[str], drop: list[str]) -> None:
    """A night never put in force goes too, unless it is over the latest snapshot: it may be about to be."""
    latest = (layout.read_json(layout.latest_file(home)) or {}).get("snapshot")
    wanted = {latest}
    for path in sorted(layout.nights(home).iterdir()):
        over = read_night(home, path.name).snapshot_hash
        if path.name in keep:
            wanted.add(over)
        elif over != latest or path.name in drop:
            shutil.rmtree(path)
    for path in sorted(layout.snapshots(home).iterdir()):
        if path.name not in wanted:
            shutil.rmtree(path)
