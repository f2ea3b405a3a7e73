"""What a region costs, from invention to the night in force: CPU time over that of one scan, in one run.

``python -m bench night [--people 26000]``. The floor is the scan every engine must make of the contacts:
``select max(crn), max(happened_on), max(type), max(outcome)``, two threads. The duties are said in the
database's language once and kept, so that is told apart. Memory is the most the process held so far.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from assay.assurance.duties import engine, scripts
from assay.assurance.duties.history import rates
from assay.core.policy import load as load_policy
from assay.jobs.synthesise import write_region
from assay.records import sources
from assay.records.checks import examine
from assay.records.store import (
    Night,
    Pair,
    Reader,
    build_snapshot,
    open_pair,
    open_snapshot,
    writing_night,
)
from assay.records.synthetic.region import synthesise

AS_AT = date(2026, 2, 26)
FLOOR = "SELECT max(crn), max(happened_on), max(type), max(outcome) FROM r.contact"

Cost = tuple[str, float, float, float]


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench night")
    asked.add_argument("--people", type=int, default=26_000)
    people = asked.parse_args(words).people
    os.environ.setdefault("ASSAY_DUCKDB_THREADS", "2")
    costs: list[Cost] = []
    with TemporaryDirectory() as place:
        floor = _steps(Path(place), people, costs)
    print(f"{people:,} people as at {AS_AT}; floor scan {floor:.3f} CPU s")
    print(f"{'step':<34}{'CPU s':>9}{'clock s':>9}{'x floor':>9}{'most MB':>9}")
    for name, spent, passed, held in costs:
        print(f"{name:<34}{spent:>9.1f}{passed:>9.1f}{spent / floor:>9.0f}{held:>9.0f}")


def _steps(place: Path, people: int, costs: list[Cost]) -> float:
    with _cost("synthesise: invent", costs):
        region = synthesise("West Midlands", people=people, as_at=AS_AT, seed=1)
    with _cost("synthesise: write", costs):
        write_region(region, place / "extract")
    del region
    with _cost("load: read and check", costs):
        extract = sources.read_folder(place / "extract")
        assert not examine(extract).problems
    with _cost("load: build", costs):
        snapshot = build_snapshot(
            extract.tables,
            home=place / "records",
            as_at=AS_AT,
            provider=extract.label.provider,
            synthetic=True,
        )
    policy = load_policy()
    with _cost("night: say the duties, once", costs):
        said = scripts.script(policy, on=AS_AT, folder=place / "compiled")
    done: list[Night] = []
    with open_snapshot(snapshot) as reader:
        floor = _floor(reader)
        with (
            _cost("night: run and write", costs),
            writing_night(
                home=place / "records", snapshot=snapshot, as_at=AS_AT, versions=said.versions, done=done
            ) as writing,
        ):
            for tables in engine.ranges(reader, policy=policy, as_at=AS_AT, script=said):
                writing.add(tables)
    with _cost("rates of one PDU, 104 weeks", costs), open_pair(Pair(snapshot, done[0])) as reader:
        pdu = reader.rows("SELECT min(pdu) AS pdu FROM n.week")[0]["pdu"]
        assert any(each.unit == pdu for each in rates(reader, duty="S04", by="pdu"))
    return floor


def _floor(reader: Reader) -> float:
    """The median of five scans, after one that fetches the files."""
    reader.rows(FLOOR)
    spent = []
    for _ in range(5):
        begun = time.process_time()
        reader.rows(FLOOR)
        spent.append(time.process_time() - begun)
    return median(spent)


@contextmanager
def _cost(name: str, costs: list[Cost]) -> Iterator[None]:
    begun, clock = time.process_time(), time.perf_counter()
    yield
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    costs.append((name, time.process_time() - begun, time.perf_counter() - clock, held))
