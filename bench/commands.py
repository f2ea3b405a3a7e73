"""Assay's own commands as processes of their own, measured, over a region made for the occasion."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median

from assay.records.store import Reader, Snapshot, latest_snapshot, open_snapshot

AS_AT = date(2026, 2, 26)
FLOOR = "SELECT max(crn), max(happened_on), max(type), max(outcome) FROM r.contact"
ASSAY = "from assay.jobs.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process took: CPU and clock in seconds, the most memory in MB."""

    cpu: float
    clock: float
    most: float


def assay(*words: object, place: Path) -> Cost:
    """Runs a command of Assay in an installation below ``place``, where the prepared duties are kept too. A
    process counts what its parent held before it began as its own, so this one should stay small."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", ASSAY, *map(str, words)],
        env=os.environ | _environment(place),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    told = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"assay {words[0]}: {told}"
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - begun, used.ru_maxrss / 1024)


def _environment(place: Path) -> Mapping[str, str]:
    return {
        "ASSAY_SIDE": "service",
        "ASSAY_DEMONSTRATION": "1",
        "ASSAY_HOME": str(place / "home"),
        "ASSAY_COMPILED": str(place / "compiled"),
        "DATABASE_URL": "",
    }


def prepare(place: Path) -> Cost:
    """Says the duties once, for every night to come."""
    return assay("prepare", "--as-at", AS_AT, place=place)


def synthesise(people: int, place: Path) -> Path:
    """The extract of a region of so many people."""
    extract = place / f"extract-{people}"
    assay("synthesise", "--to", extract, "--as-at", AS_AT, "--people", people, "--seed", 1, place=place)
    return extract


def loaded(home: Path) -> Snapshot:
    """The records loaded last."""
    snapshot = latest_snapshot(home)
    assert snapshot is not None, f"there are no records in {home}"
    return snapshot


def floor_of(home: Path) -> float:
    """The median of five scans of the contacts, after one that fetches the files; CPU seconds."""
    with open_snapshot(loaded(home)) as reader:
        return median([_scan(reader) for _ in range(6)][1:])


def _scan(reader: Reader) -> float:
    begun = time.process_time()
    reader.rows(FLOOR)
    return time.process_time() - begun
