"""``assay load`` killed as a whole process: the old pair stays, byte for byte, and the next load succeeds."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pytest

from assay.records.store import (
    Pair,
    build_snapshot,
    latest_snapshot,
    open_pair,
    pair_in_force,
    put_in_force,
    write_night,
)
from tests.factories import records
from tests.factories.records import AS_AT, CRN

NEXT_DAY = date(2026, 4, 1)
COMMAND = "from assay.jobs.cli import main\nmain()\n"
# The command itself is left as it is: Python tells a hook of every folder made and every file renamed, and
# the hook holds the process there until it is killed.
HELD = """
import os, sys, time

EVENT, PART = sys.argv.pop(1), sys.argv.pop(1)

def hold(event, args):
    paths = (os.fspath(each) for each in args[:2] if isinstance(each, (str, os.PathLike)))
    if event == EVENT and any(PART in each for each in paths):
        print("held", flush=True)
        time.sleep(600)

sys.addaudithook(hold)
"""


def contents(home: Path, *parts: str) -> dict[str, str]:
    """The hash of each file under these parts of the home."""
    paths = [each for part in parts for each in sorted((home / part).rglob("*")) if each.is_file()]
    return {str(each.relative_to(home)): sha256(each.read_bytes()).hexdigest() for each in paths}


def pair_of_files(home: Path, pair: Pair) -> dict[str, str]:
    found = contents(home, str(pair.snapshot.path.relative_to(home)), str(pair.night.path.relative_to(home)))
    pointers = {name: (home / name).read_text("utf-8") for name in ("in_force.json", "latest.json")}
    return found | pointers


def night_over_latest(home: Path, *, as_at: date) -> Pair:
    snapshot = latest_snapshot(home)
    assert snapshot is not None
    lapses = {"lapse": pa.table({"lapse_id": ["a"], "case_id": [CRN]})}
    night = write_night(lapses, home=home, snapshot=snapshot, as_at=as_at, versions={})
    return put_in_force(home, snapshot=snapshot, night=night)


def contacts(pair: Pair) -> object:
    with open_pair(pair) as reader:
        return reader.rows("SELECT count(*) AS n FROM r.contact")


def kill_while_held(*arguments: str) -> None:
    """Runs ``assay`` with these arguments until the hook holds it, and kills the whole process."""
    process = subprocess.Popen(
        [sys.executable, "-c", HELD + COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout:
        try:
            assert process.stdout.readline() == "held\n"
        finally:
            process.send_signal(signal.SIGKILL)
            ended = process.wait(timeout=30)
    assert ended == -signal.SIGKILL


@pytest.mark.parametrize(
    ("event", "part", "half_built"),
    [
        pytest.param("os.mkdir", "/contact", True, id="while the tables are written"),
        pytest.param("os.rename", "/snapshots/.building-", True, id="before the snapshot has its name"),
        pytest.param("os.rename", "/latest.json", False, id="before it is the latest"),
    ],
)
def test_a_load_killed_leaves_the_old_pair_byte_for_byte_and_the_next_load_succeeds(
    tmp_path: Path, event: str, part: str, half_built: bool
) -> None:
    home = tmp_path / "home"
    build_snapshot(records.fit_tables(), home=home, as_at=AS_AT, provider="N52")
    pair = night_over_latest(home, as_at=AS_AT)
    before = pair_of_files(home, pair)
    folder = records.extract(tmp_path / "extract", as_at=NEXT_DAY, contact=[{}, {}])
    load = ("load", str(folder), "--home", str(home))

    kill_while_held(event, part, *load)

    left = list((home / "snapshots").glob(".building-*"))
    assert bool(left) == half_built
    assert not half_built or contents(home, f"snapshots/{left[0].name}")
    assert pair_of_files(home, pair) == before
    assert pair_in_force(home) == pair
    assert latest_snapshot(home) == pair.snapshot
    assert contacts(pair) == [{"n": 1}]

    again = subprocess.run([sys.executable, "-c", COMMAND, *load], capture_output=True, text=True)

    assert (again.returncode, again.stdout.startswith("Loaded 1 people and 2 contacts")) == (0, True)
    assert not list(home.rglob(".*"))
    assert pair_in_force(home) == pair
    assert (
        contents(home, "snapshots", "nights").items()
        >= {name: value for name, value in before.items() if "/" in name}.items()
    )
    assert contacts(night_over_latest(home, as_at=NEXT_DAY)) == [{"n": 2}]
