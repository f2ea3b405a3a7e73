"""What it costs to bring an extract into the records, checks included: CPU time over that of one scan.

``python -m bench load [--people 26000] [--text 0.04] [--extracts FOLDER]``. Loads a synthetic service region
by region, each load in a process of its own, so that memory is the load's alone; then one region again over
the records it is already in, into empty records, with its rows out of order, and as CSV. ``FOLDER`` is one
of extracts that is there already, the national one for example. The floor is a scan of the contact files that
were built: ``select max(crn), max(happened_on), max(type), max(outcome)``, two threads. Python's start and
imports are told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from assay.jobs.national_synthesis import write_service
from assay.records import standard
from assay.records.sources import write_folder
from assay.records.store import Reader, latest_snapshot, open_snapshot

AS_AT = date(2026, 2, 26)
FLOOR = "SELECT max(crn), max(happened_on), max(type), max(outcome) FROM r.contact"
CASES = 200
CHILD = """
import json, resource, sys, time
from pathlib import Path
from assay.jobs import load
import assay.records.checks, assay.records.store, assay.records.sources, assay.jobs.django_setup
begun, clock = time.process_time(), time.perf_counter()
facts = load.bring_in(Path(sys.argv[1]), home=Path(sys.argv[2]))
print(json.dumps({
    "spent": time.process_time() - begun, "passed": time.perf_counter() - clock, "started": begun,
    "held": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "rows": facts["rows"],
}))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU and clock seconds, those before the load began, the most memory in MB, and the rows brought."""

    spent: float
    passed: float
    started: float
    held: float
    rows: dict[str, int]


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench load")
    asked.add_argument("--people", type=int, default=26_000)
    asked.add_argument("--text", type=float, default=0.04)
    asked.add_argument("--extracts", type=Path)
    said = asked.parse_args(words)
    os.environ.setdefault("ASSAY_DUCKDB_THREADS", "2")
    with TemporaryDirectory() as place:
        extracts = said.extracts or Path(place) / "extracts"
        if said.extracts is None:
            for _ in write_service(extracts, people=said.people, as_at=AS_AT, seed=1, text=said.text):
                pass
        _measure(sorted(each.parent for each in extracts.glob("*/extract.yaml")), Path(place))


def _measure(folders: list[Path], place: Path) -> None:
    home = place / "home"
    each = [_load(folder, home) for folder in folders]
    largest = folders[max(range(len(each)), key=lambda at: each[at].rows["contact"])]
    costs = {f"load {len(each)} regions": _together(each), "load the largest again": _load(largest, home)}
    costs["  the same, into empty records"] = _load(largest, place / "alone")
    for name, as_csv in (("  the same, rows out of order", False), ("  the same, CSV", True)):
        _write_otherwise(largest, place / "other", as_csv=as_csv)
        costs[name] = _load(place / "other", place / f"other-{as_csv}")
    floors = {name: _floor_of(place / home) for name, home in (("all", "home"), ("one", "alone"))}
    rows = sum(one.rows["contact"] for one in each)
    print(
        f"{rows:,} contacts; floor scan {floors['all']:.3f} CPU s, of the largest region {floors['one']:.3f}"
    )
    print(f"{'step':<34}{'CPU s':>9}{'clock s':>9}{'x floor':>9}{'start s':>9}{'most MB':>9}")
    for name, cost in costs.items():
        floor = floors["all" if name.endswith("regions") else "one"]
        ratio = cost.spent / floor
        print(
            f"{name:<34}{cost.spent:>9.2f}{cost.passed:>9.1f}{ratio:>9.1f}{cost.started:>9.1f}{cost.held:>9.0f}"
        )
    print(f"one case's timeline, the 95th percentile of {CASES}: {_timeline(home):.1f} ms clock")


def _load(folder: Path, home: Path) -> Cost:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), str(home)], check=True, capture_output=True, text=True
    )
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def _together(costs: list[Cost]) -> Cost:
    rows = {name: sum(each.rows.get(name, 0) for each in costs) for name in standard.BY_NAME}
    spent, passed, started = (
        sum(getattr(each, name) for each in costs) for name in ("spent", "passed", "started")
    )
    return Cost(spent, passed, started, max(each.held for each in costs), rows)


def _write_otherwise(folder: Path, to: Path, *, as_csv: bool) -> None:
    """The same rows as CSV, or as Parquet backwards."""
    label = yaml.safe_load((folder / "extract.yaml").read_text("utf-8"))
    tables = {each.stem: pq.read_table(each) for each in folder.glob("*.parquet")}
    write_folder(tables, to, provider=label["provider"], as_at=label["as_at"], synthetic=True, as_csv=as_csv)
    if not as_csv:
        for name, table in tables.items():
            backwards = pa.array(range(table.num_rows)[::-1], pa.int64())
            pq.write_table(table.take(backwards), to / f"{name}.parquet", compression="zstd")


def _floor_of(home: Path) -> float:
    snapshot = latest_snapshot(home)
    assert snapshot is not None
    with open_snapshot(snapshot) as reader:
        return _floor(reader)


def _floor(reader: Reader) -> float:
    """The median of five scans, after one that fetches the files."""
    reader.rows(FLOOR)
    spent = []
    for _ in range(5):
        begun = time.process_time()
        reader.rows(FLOOR)
        spent.append(time.process_time() - begun)
    return median(spent)


def _timeline(home: Path) -> float:
    snapshot = latest_snapshot(home)
    assert snapshot is not None
    with open_snapshot(snapshot) as reader:
        crns = [each["crn"] for each in reader.rows("SELECT crn FROM r.person ORDER BY crn")]
        passed = []
        for crn in random.Random(1).sample(crns, CASES):
            begun = time.perf_counter()
            reader.timeline(crn)
            passed.append(1000 * (time.perf_counter() - begun))
    return quantiles(passed, n=20)[18]
