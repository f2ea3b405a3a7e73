"""What a whole synthetic service costs: CPU time over that of one scan of its contacts, in one run.

``python -m bench national-synthesis [--people 244000] [--processes 2] [--to FOLDER]``. The floor is the scan
every engine must make of the contacts: ``select max(crn), max(happened_on), max(type), max(outcome)``, two
threads. Without a folder what was written is thrown away. Memory is the most any one of the processes held.
"""

from __future__ import annotations

import argparse
import resource
import time
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import duckdb

from assay.jobs.national_synthesis import Written, write_service
from assay.records.synthetic import marginals

AS_AT = date(2026, 3, 31)


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench national-synthesis")
    asked.add_argument("--people", type=int, default=marginals.LIVE)
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--text", type=float, default=0.0)
    asked.add_argument("--to", type=Path)
    told = asked.parse_args(words)
    with TemporaryDirectory() as scratch:
        place = told.to or Path(scratch)
        begun, before = time.perf_counter(), _spent()
        written = list(
            write_service(
                place, people=told.people, as_at=AS_AT, seed=1, text=told.text, processes=told.processes
            )
        )
        clock, spent = time.perf_counter() - begun, _spent() - before
        _report(written, place, clock, spent, told.processes)


def _report(written: list[Written], place: Path, clock: float, spent: float, processes: int) -> None:
    rows = {name: sum(each.rows[name] for each in written) for name in written[0].rows}
    size = sum(each.stat().st_size for each in place.rglob("*.parquet"))
    floor = _floor(place)
    held = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"{rows['person']:,} people, {rows['contact']:,} contacts, {sum(rows.values()):,} rows in all tables"
    )
    print(f"{len(written)} regions, {size / 2**20:,.0f} MB, as at {AS_AT}; floor scan {floor:.2f} CPU s")
    print(f"{spent:.1f} CPU s, {spent / floor:.0f} x floor; {clock:.1f} s by the clock")
    print(f"{held / 1024:,.0f} MB at most in one of {processes} processes")


def _spent() -> float:
    """CPU seconds of this process and of those it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _floor(place: Path) -> float:
    """The median of five scans, after one that fetches the files."""
    files = str(place / "*" / "contact.parquet").replace("'", "''")
    scan = f"SELECT max(crn), max(happened_on), max(type), max(outcome) FROM read_parquet('{files}')"
    spent = []
    with duckdb.connect(":memory:", config={"threads": "2"}) as connection:
        for _ in range(6):
            begun = time.process_time()
            connection.sql(scan).fetchall()
            spent.append(time.process_time() - begun)
    return median(spent[1:])
