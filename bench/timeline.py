"""How long a page waits for what it reads: one case, and the rates of one PDU; as percentiles.

``python -m bench timeline [--home FOLDER] [--people 26000] [--cases 200]``. ``FOLDER`` holds records and
nights with a pair in force; without it a region is made, loaded and worked through. Cases are spread evenly
over the region. Each is read by a reader of its own, as each request has: its contacts alone; the whole file
that a person's page shows; the rows of the night beside it. The rates are those of every duty, one PDU at a
time, through the 104 weeks, and, straight from the spans, as at single days. What is done once for a process
(the pair opened, names read, tables made that pages share) is told apart. CPU time stands
beside the clock's, which other work on the machine stretches. The floor is the scan of the contacts.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from bench.commands import assay, floor_of, prepare, synthesise

NOBODY = UUID(int=0)
REPEATS = 5
DISTINCT = "SELECT DISTINCT {} AS found FROM n.{} WHERE found IS NOT NULL ORDER BY 1"
Waits = dict[str, list[tuple[float, float]]]


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench timeline")
    asked.add_argument("--home", type=Path, help="records and nights, with a pair in force")
    asked.add_argument("--people", type=int, default=26_000)
    asked.add_argument("--cases", type=int, default=200)
    given = asked.parse_args(words)
    os.environ.setdefault("ASSAY_DUCKDB_THREADS", "2")
    with TemporaryDirectory() as scratch:
        home = given.home or _made(given.people, Path(scratch))
        floor = floor_of(home)
        waits, once = _measure(home, given.cases)
    _report(waits, once, floor)


def _made(people: int, place: Path) -> Path:
    prepare(place)
    home = place / "records"
    assay("load", synthesise(people, place), "--home", home, place=place)
    assay("night", "--home", home, place=place)
    return home


def _measure(home: Path, cases: int) -> tuple[Waits, Waits]:
    """Milliseconds by what is read; and those of what is done once."""
    from assay.assurance.duties.history import on_day, rates
    from assay.records.cases import assembling
    from assay.records.store import open_pair, pair_in_force

    pair = pair_in_force(home)
    assert pair is not None, f"no pair is in force in {home}"
    once: Waits = {}
    with _waiting(once, "the pair opened"), open_pair(pair) as reader:
        crns = [
            each["crn"] for each in reader.rows("SELECT DISTINCT case_id AS crn FROM n.case_span ORDER BY 1")
        ]
        pdus = [each["pdu"] for each in reader.rows("SELECT DISTINCT pdu FROM n.week ORDER BY 1")]
        duties = [each["duty"] for each in reader.rows("SELECT DISTINCT duty FROM n.week ORDER BY 1")]
    day = pair.night.as_at
    reads: dict[str, Callable[[Any, str], object]] = {
        "one case: its contacts": lambda reader, crn: reader.timeline(crn),
        "one case: its whole file": lambda reader, crn: assembling.assemble(
            reader, crn, reference=NOBODY, is_limited=False, as_known_on=day
        ),
        "one case: its rows of the night": _of_night,
    }
    waits: Waits = {}
    chosen = spread(crns, cases)
    for name, read in reads.items():
        with _waiting(once, f"{name}, the first"), open_pair(pair) as reader:
            read(reader, crns[0])
        for crn in chosen:
            with _waiting(waits, name), open_pair(pair) as reader:
                read(reader, crn)
    for number in range(REPEATS):
        for duty in duties:
            pdu = pdus[number % len(pdus)]
            with _waiting(waits, "one PDU: 104 weeks of a duty"), open_pair(pair) as reader:
                found = rates(reader, duty=duty, by="pdu", of=pdu)
            assert len(found) <= 104, len(found)
            asked = day - timedelta(days=97 * number)
            with _waiting(waits, "one PDU: a duty as at a day, from the spans"), open_pair(pair) as reader:
                on_day(reader, duty=duty, day=asked, of=pdu)
    return waits, once


def _of_night(reader: Any, crn: str) -> None:
    from assay.assurance.oversight.at_hand import at_hand

    for name in ("duty_state", "ladder"):
        reader.rows(f"SELECT * FROM {at_hand(reader, name)} WHERE case_id = ?", [crn])
    reader.rows("SELECT lapse_id, clause, side, row_id FROM n.reason WHERE case_id = ?", [crn])


def spread(crns: list[str], number: int) -> list[str]:
    """So many of a list, evenly spread over it, and in an order that jumps about in it."""
    count = min(number, len(crns))
    chosen = [crns[len(crns) * place // count] for place in range(count)]
    return chosen[::2] + chosen[1::2][::-1]


@contextmanager
def _waiting(waits: Waits, name: str) -> Iterator[None]:
    clock, spent = time.perf_counter(), time.process_time()
    yield
    passed = 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - spent)
    waits.setdefault(name, []).append(passed)


def _report(waits: Waits, once: Waits, floor: float) -> None:
    print(f"floor scan {floor:.3f} CPU s; milliseconds by the clock, and of CPU")
    print(f"{'read':<46}{'number':>8}{'median':>9}{'95th':>9}{'most':>9}{'CPU med':>9}{'CPU 95th':>9}")
    for name, each in waits.items():
        clock, spent = ([one[side] for one in each] for side in (0, 1))
        print(
            f"{name:<46}{len(each):>8}{median(clock):>9.1f}{_ninetyfifth(clock):>9.1f}{max(clock):>9.1f}"
            f"{median(spent):>9.1f}{_ninetyfifth(spent):>9.1f}"
        )
    for name, ((clock_once, spent_once),) in once.items():
        print(f"{'once for a process: ' + name:<54}{clock_once:>9.1f}{'':>18}{spent_once:>9.1f}")


def _ninetyfifth(figures: list[float]) -> float:
    return quantiles(figures, n=20)[18]
