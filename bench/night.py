"""How much a night costs: its CPU time over that of one scan of four contact columns, in one run.

``python bench/night.py HOME`` over the latest snapshot of a records home. The floor is the scan that every
engine must make: ``select max(crn), max(happened_on), max(type), max(outcome)``, two threads. Also printed:
what it takes to say the duties in the database's language, and the most memory the process held.
"""

from __future__ import annotations

import resource
import sys
import time
from pathlib import Path
from statistics import median

from assay.assurance.duties import engine, records
from assay.core.policy import load
from assay.records.store import latest_snapshot, open_snapshot

FLOOR = "SELECT max(crn), max(happened_on), max(type), max(outcome) FROM r.contact"


def main(home: Path) -> None:
    snapshot = latest_snapshot(home)
    assert snapshot is not None, f"{home} holds no records"
    saying = [0.0]
    plain = records._sql

    def timed(expression: object) -> str:
        begun = time.process_time()
        said = plain(expression)
        saying[0] += time.process_time() - begun
        return said

    records._sql = timed
    with open_snapshot(snapshot) as reader:
        reader.rows(FLOOR)
        floors = []
        for _ in range(5):
            begun = time.process_time()
            reader.rows(FLOOR)
            floors.append(time.process_time() - begun)
        begun, wall = time.process_time(), time.perf_counter()
        tables = engine.run(reader, policy=load(), as_at=snapshot.as_at)
        spent, passed = time.process_time() - begun, time.perf_counter() - wall
    floor = median(floors)
    print(f"floor scan       {floor:8.3f} CPU s")
    times = f"{spent / floor:.0f} times the floor"
    print(f"night            {spent:8.3f} CPU s, {passed:.1f} s by the clock: {times}")
    print(f"  saying it      {saying[0]:8.3f} CPU s")
    print(
        f"  doing it       {spent - saying[0]:8.3f} CPU s: {(spent - saying[0]) / floor:.0f} times the floor"
    )
    print(f"most memory      {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")
    for name, table in tables.items():
        print(f"{name:16} {table.num_rows:8,} rows")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
