"""Where things lie in a home, and how a folder or file is put there so that nobody sees half of it.

``home/snapshots/<hash>/<table>/<provider>-000.parquet`` with ``manifest.json``, and in the table's place
``digest`` a digest of every case;
``home/nights/<id>/<table>/<part>.parquet`` with ``night.json`` and, where it stands upon an older night,
``redone.parquet`` (:mod:`assay.records.store.parts`);
``home/latest.json`` names the snapshot loaded last; ``home/in_force.json`` the pair that pages read.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assay.core.errors import Refused
from assay.core.messages import message

BUILDING = ".building-"
NIGHT = "night.json"


def snapshots(home: Path) -> Path:
    return home / "snapshots"


def nights(home: Path) -> Path:
    return home / "nights"


def latest_file(home: Path) -> Path:
    return home / "latest.json"


def pair_file(home: Path) -> Path:
    return home / "in_force.json"


def canonical(value: Mapping[str, Any]) -> bytes:
    """One spelling of a JSON value, so that equal values hash alike."""
    return json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False).encode("utf-8") + b"\n"


def read_json(path: Path) -> dict[str, Any] | None:
    """The file's value, None if there is no file."""
    try:
        value: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return value


def file_hash(path: Path) -> str:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def replace_file(path: Path, content: bytes) -> None:
    """Puts the content at the path in one step: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    beside.replace(path)
    _sync(path.parent)


@contextmanager
def building(parent: Path) -> Iterator[Path]:
    """A folder to build in, beside where it will stand; gone afterwards unless it was put in its place."""
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=BUILDING, dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def put_in_place(folder: Path, name: str) -> Path:
    """Gives a built folder its name. A folder of that name has the same content, and stays."""
    place = folder.parent / name
    if not place.exists():
        for path in sorted(folder.rglob("*")):
            _sync(path)
        _sync(folder)
        folder.chmod(0o750)
        folder.rename(place)
        _sync(place.parent)
    return place


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Holds the home's lock. Refuses if another build holds it; sweeps what a killed build left behind."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                message("Another build is at work on these records. Wait until it has ended, then try again.")
            ) from None
        _sweep(home)
        yield


def _sweep(home: Path) -> None:
    for parent in (snapshots(home), nights(home)):
        for left in parent.glob(f"{BUILDING}*"):
            shutil.rmtree(left, ignore_errors=True)
    for name in (latest_file(home).name, pair_file(home).name):
        for left in home.glob(f".{name}.*"):
            left.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
