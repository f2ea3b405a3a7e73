"""What linking two sources costs, and how right it is: ``python -m bench link [--left 250000]``.

Two invented sources of which it is known who is who. ``assay link`` reads them, learns, compares and writes,
in a process of its own; the floor is a plain hash join of the same two files, in another: the same birth
date, and a surname that begins alike and has the same consonants. CPU time and the most memory are those of
each process, its children included. What the floor finds, and what it misses, stands beside.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

WEIGHTS = (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)
SOUND = "left(lower(surname), 1) || regexp_replace(lower(surname), '[^b-df-gj-np-tvxz]', '', 'g')"
FLOOR = """
    WITH l AS (SELECT record_id AS left_id, date_of_birth, {sound} AS sound FROM read_parquet('{left}')),
         r AS (SELECT record_id AS right_id, date_of_birth, {sound} AS sound FROM read_parquet('{right}'))
    SELECT left_id, right_id FROM l JOIN r USING (date_of_birth, sound)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one process took: CPU and clock in seconds, the most memory in MB."""

    cpu: float
    clock: float
    most: float


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench link")
    asked.add_argument("--left", type=int, default=250_000)
    asked.add_argument("--right", type=int, default=100_000)
    asked.add_argument("--shared", type=int, default=60_000)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--without", default="postcode,pnc", help="columns that the sources lack")
    given = asked.parse_args(words)
    os.environ.setdefault("ASSAY_DUCKDB_THREADS", "2")
    with TemporaryDirectory() as place:
        sizes = [str(each) for each in (given.left, given.right, given.shared, given.seed)]
        _own("invent", place, *sizes, given.without)
        floor = _own("floor", place)
        link = _cost(
            ["-c", "from assay.jobs.cli import main; main()", "link", *_files(place), "--home", place]
        )
        print(f"{given.left:,} by {given.right:,} records, {given.shared:,} people in both")
        print(f"{'process':<28}{'CPU s':>9}{'clock s':>9}{'x floor':>9}{'most MB':>9}")
        for name, cost in (("hash join (the floor)", floor), ("assay link", link)):
            times = cost.cpu / floor.cpu
            print(f"{name:<28}{cost.cpu:>9.1f}{cost.clock:>9.1f}{times:>9.1f}{cost.most:>9.0f}")
        sys.stdout.flush()
        _own("report", place)


def _files(place: str) -> list[str]:
    return [str(Path(place) / f"{side}.parquet") for side in ("left", "right")]


def _own(step: str, *words: str) -> Cost:
    return _cost(["-m", "bench.link", step, *words])


def _cost(words: Sequence[str]) -> Cost:
    """Runs Python on these words. A process counts what its parent held before it began as its own, so this
    one stays small and leaves all work to others."""
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, *words])
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, words
    spent = used.ru_utime + used.ru_stime
    return Cost(cpu=spent, clock=time.perf_counter() - begun, most=used.ru_maxrss / 1024)


def _invent(place: str, left: str, right: str, shared: str, seed: str, without: str) -> None:
    import pyarrow.parquet as pq

    from assay.records.linkage.people import write_people
    from assay.records.linkage.trials import invent

    trial = invent(left=int(left), right=int(right), shared=int(shared), seed=int(seed))
    for path, source in zip(
        _files(place), trial.sources(without=[each for each in without.split(",") if each]), strict=True
    ):
        write_people(source, Path(path))
    for name in ("truth", "lookalikes"):
        pq.write_table(getattr(trial, name), Path(place) / f"{name}.parquet")


def _floor(place: str) -> None:
    import duckdb

    left, right = _files(place)
    query = FLOOR.format(sound=SOUND, left=left, right=right)
    with duckdb.connect(config={"threads": os.environ["ASSAY_DUCKDB_THREADS"]}) as connection:
        connection.execute(f"COPY ({query}) TO '{place}/floor.parquet' (FORMAT parquet)")


def _report(place: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from assay.records.linkage.measuring import measured
    from assay.records.linkage.runs import read_run
    from assay.records.linkage.trials import Trial

    run = read_run(Path(place) / "linkage")
    truth, lookalikes = (pq.read_table(Path(place) / f"{name}.parquet") for name in ("truth", "lookalikes"))
    trial = Trial(left=pa.table({}), right=pa.table({}), truth=truth, lookalikes=lookalikes)
    floor = pq.read_table(Path(place) / "floor.parquet")
    floor = floor.append_column("match_weight", pa.array([0.0] * floor.num_rows))
    (join,) = measured(floor, trial, weights=(0.0,))
    found = measured(run.candidates(), trial, weights=WEIGHTS)
    print(
        f"values {run.facts['model']['values']}\n\n{'pairs':<28}{'number':>9}{'precision':>11}{'recall':>9}"
    )
    for name, at in (("hash join", join), *((f"weight {each.weight:+g} or more", each) for each in found)):
        print(f"{name:<28}{at.precision.denominator:>9,}{at.precision.share:>11.4f}{at.recall.share:>9.4f}")
    kept = {each.weight: each for each in found}
    print(f"\n{'recall by what differs':<40}{'people':>8}{'join':>8}{'+0':>8}{'+4':>8}{'+8':>8}")
    for kind, count in join.found.items():
        shares = "".join(f"{kept[weight].found[kind].share:>8.3f}" for weight in (0.0, 4.0, 8.0))
        print(f"{kind:<40}{count.denominator:>8,}{count.share:>8.3f}{shares}")
    print(f"\n{'taken for one person':<40}{'pairs':>8}{'join':>8}{'+0':>8}{'+4':>8}{'+8':>8}")
    there = lookalikes["kind"].to_pylist()
    for kind in dict.fromkeys(each for at in (*found, join) for each in (*at.wrong, *there)):
        wrong = "".join(
            f"{at.wrong.get(kind, 0):>8,}" for at in (join, *(kept[each] for each in (0.0, 4.0, 8.0)))
        )
        print(f"{kind:<40}{there.count(kind) or '':>8}{wrong}")


if __name__ == "__main__":
    {"invent": _invent, "floor": _floor, "report": _report}[sys.argv[1]](*sys.argv[2:])
