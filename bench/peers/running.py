"""Twenty simple duties, with the rows that show them, by Assay and by others: CPU time over that of one scan.

``python -m bench peers --environment FOLDER [--people 2000 26000] [--one-in 40] [--repeats 3]``: the
others' packages (requirements/peers.txt) are installed in an environment of their own in FOLDER, if they
are not there yet. Each contender runs in a process of its own over the same Parquet files, and must give the
same rows, all of them, as Assay: else the run ends with what differs. Those that take very long run over one
case in so many; their figures are scaled, and marked. The floor is a scan of the contact files:
``select max(crn), max(happened_on), max(type), max(outcome)``, two threads. PostgreSQL is started for the
occasion and thrown away; filling and indexing its tables stands beside, under "load", and is not in its run.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assay.assurance.duties import inputs
from assay.records.store import Snapshot, build_snapshot, open_snapshot
from assay.records.synthetic.region import synthesise
from bench.peers.definitions import COLUMNS, DUTIES
from bench.peers.measuring import READING
from startup.postgres import throw_away_cluster

AS_AT = date(2026, 2, 26)
FLOOR = "SELECT max(crn), max(happened_on), max(type), max(outcome) FROM r.contact"
ROOT = Path(__file__).parents[2]
LOCK = ROOT / "requirements" / "peers.txt"
CONTENDERS = {
    "assay": "Assay (Ibis on DuckDB)",
    "postgres": "PostgreSQL",
    "pandas": "pandas",
    "great_expectations": "Great Expectations",
    "rule_engine": "rule-engine",
    "spark": "Spark, local",
}
SLOW = ("rule_engine",)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a contender said of itself: seconds of CPU and clock by part, the most memory in MB, how many
    rows it gave, and that it ran over one case in so many."""

    spent: dict[str, list[float]]
    passed: dict[str, list[float]]
    most: float
    rows: int
    one_in: int
    facts: dict[str, str] = field(default_factory=dict)

    def cpu(self, part: str) -> float:
        """The median, as it would be for all cases."""
        return self._whole(self.spent, part)

    def clock(self, part: str) -> float:
        return self._whole(self.passed, part)

    def _whole(self, seconds: dict[str, list[float]], part: str) -> float:
        found = median(seconds.get(part, [0.0]))
        if self.one_in == 1 or part in ("start", "say", READING):
            return found
        once = median(seconds.get(READING, [0.0])) if part == "run" else 0.0
        return (found - once) * self.one_in + once


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench peers")
    asked.add_argument("--environment", type=Path, required=True, help="where the others' packages lie")
    asked.add_argument("--people", type=int, nargs="+", default=[2_000, 26_000])
    asked.add_argument("--one-in", type=int, default=40, help="of the slow ones: one case in so many")
    asked.add_argument("--repeats", type=int, default=3)
    asked.add_argument("--only", choices=CONTENDERS, nargs="+", default=[*CONTENDERS])
    given = asked.parse_args(words)
    os.environ.setdefault("ASSAY_DUCKDB_THREADS", "2")
    python = prepare(given.environment)
    for people in given.people:
        with TemporaryDirectory() as place:
            snapshot = make(Path(place), people)
            costs = {}
            for name in dict.fromkeys(["assay", *given.only]):
                one_in = given.one_in if name in SLOW else 1
                costs[name] = contend(
                    name, snapshot, Path(place), python=python, one_in=one_in, repeats=given.repeats
                )
            report(people, costs, floor_of(snapshot))


def prepare(environment: Path) -> Path:
    """The Python of the environment, made and filled from the lock if it is not there."""
    python = environment / "bin" / "python"
    stamp = environment / "peers.txt"
    if not stamp.exists() or stamp.read_bytes() != LOCK.read_bytes():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        install = ["-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(LOCK)]
        subprocess.run([python, *install], check=True)
        stamp.write_bytes(LOCK.read_bytes())
    return python


def make(place: Path, people: int) -> Snapshot:
    """A synthetic region in the records, and the calendar beside it."""
    region = synthesise("West Midlands", people=people, as_at=AS_AT, seed=1)
    snapshot = build_snapshot(
        region.tables, home=place / "records", as_at=AS_AT, provider="Z52", synthetic=True
    )
    write_calendar(snapshot, place)
    return snapshot


def write_calendar(snapshot: Snapshot, place: Path) -> None:
    """The working days that all count by, as Assay has them."""
    with open_snapshot(snapshot) as reader:
        inputs.give_days(reader.connection, as_at=snapshot.as_at)
        for name, day in (("calendar", "day"), ("workday", "first_day")):
            rows = reader.table(f"SELECT * FROM duties_{name}")
            days = rows[day].cast(pa.int32()).cast(pa.date32())
            rows = rows.set_column(rows.schema.get_field_index(day), day, days)
            pq.write_table(rows, place / f"{name}.parquet")


def contend(name: str, snapshot: Snapshot, place: Path, *, python: Path, one_in: int, repeats: int) -> Cost:
    """Runs one contender in a process of its own, and holds its rows against Assay's."""
    rows = place / f"{name}.parquet"
    with ExitStack() as stack:
        server = stack.enter_context(throw_away_cluster()) if name == "postgres" else ""
        words = [snapshot.path, place, rows, snapshot.as_at, one_in, repeats, server]
        done = subprocess.run(
            [
                sys.executable if name == "assay" else python,
                "-m",
                f"bench.peers.with_{name}",
                *map(str, words),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    found = read(rows)
    if name != "assay":
        differing = different(share(read(place / "assay.parquet"), one_in), found)
        assert not differing, f"{name} gives other rows than Assay: {differing}"
    return Cost(**told, rows=found.num_rows, one_in=one_in)


def read(rows: Path) -> pa.Table:
    """A contender's rows in order, in the types of the definitions."""
    kinds = {name: pa.date32() if name.endswith("_on") else pa.string() for name in COLUMNS}
    table = pq.read_table(rows).select(list(COLUMNS)).cast(pa.schema(kinds.items()))
    return table.replace_schema_metadata(None).sort_by([("duty", "ascending"), ("anchor", "ascending")])


def share(rows: pa.Table, one_in: int) -> pa.Table:
    """The rows of one case in so many, by its number."""
    number = pc.utf8_slice_codeunits(rows["crn"], 1).cast(pa.int64())
    return rows.filter(pc.equal(pc.multiply(pc.divide(number, one_in), one_in), number))


def different(ours: pa.Table, theirs: pa.Table) -> list[dict[str, object]]:
    """The first rows that only one of two tables has; none where they are equal."""
    if ours.equals(theirs):
        return []
    sides = [{tuple(row.values()) for row in each.to_pylist()} for each in (ours, theirs)]
    only = sorted(sides[0] ^ sides[1], key=str)[:4]
    return [dict(zip(COLUMNS, row, strict=True)) for row in only] or [{"duty": "a row comes twice"}]


def floor_of(snapshot: Snapshot) -> float:
    """The median of five scans, after one that fetches the files."""
    spent = []
    with open_snapshot(snapshot) as reader:
        for _ in range(6):
            begun = time.process_time()
            reader.rows(FLOOR)
            spent.append(time.process_time() - begun)
    return median(spent[1:])


def report(people: int, costs: dict[str, Cost], floor: float) -> None:
    ours = costs["assay"]
    best = min(each.cpu("run") for each in costs.values())
    print(f"{people:,} people as at {AS_AT}, {len(DUTIES)} duties, {ours.rows:,} rows that all agree on")
    print(f"floor scan {floor:.3f} CPU s; Assay says the duties once in {ours.cpu('say'):.1f} CPU s")
    head = ("run CPU s", "clock s", "x floor", "x best", "load CPU s", "start CPU s", "most MB", "rows")
    print(f"{'contender':<26}" + "".join(f"{each:>12}" for each in head))
    for name, cost in sorted(costs.items(), key=lambda each: each[1].cpu("run")):
        title = " ".join(filter(None, [CONTENDERS[name], cost.facts.get("version"), "*" * (cost.one_in > 1)]))
        cpu = cost.cpu("run")
        print(
            f"{title:<26}{cpu:>12.2f}{cost.clock('run'):>12.2f}{cpu / floor:>12.1f}{cpu / best:>12.2f}"
            f"{cost.cpu('load'):>12.2f}{cost.cpu('start'):>12.2f}{cost.most:>12.0f}{cost.rows:>12,}"
        )
        for part in cost.spent:
            if part.startswith("  "):
                print(f"{part:<26}{cost.cpu(part):>12.2f}{cost.clock(part):>12.2f}")
    for each in {cost.one_in for cost in costs.values() if cost.one_in > 1}:
        print(f"* over one case in {each}; seconds after reading times {each}, rows and memory as they were")
    print()
