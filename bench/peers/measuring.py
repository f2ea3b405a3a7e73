"""How a contender's run is measured: CPU and clock seconds of its own process and those it drives, and the
most memory they held. Standard library alone. It reads ``/proc``, so Linux only: the processes of a database
server, and of a virtual machine that is still at work, can be counted no other way."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

READING = "  of it reading"  # costs the same whatever share of the cases then counts
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Task:
    """What a contender is given: the folder of records with a folder of Parquet files for each table, the
    folder with ``calendar.parquet`` (``day``, ``worked``: the working days up to it) and ``workday.parquet``
    (``worked``, ``first_day``), where its rows go, the as-at day, and that only one case in so many counts.
    ``server`` is the address of a database, for the contender that needs one."""

    records: Path
    calendar: Path
    rows: Path
    as_at: date
    one_in: int
    server: str


class Costs:
    """Seconds by part, several of each where the part was repeated; memory in MB."""

    def __init__(self) -> None:
        self.also: list[int] = []  # processes whose work is ours, though they are not our children
        self.spent: dict[str, list[float]] = {}
        self.passed: dict[str, list[float]] = {}
        self.facts: dict[str, str] = {}
        self.afterwards: Callable[[], None] = lambda: None  # what is no part of the comparison

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        begun, clock = self._spent(), time.perf_counter()
        yield
        self.passed.setdefault(name, []).append(time.perf_counter() - clock)
        self.spent.setdefault(name, []).append(self._spent() - begun)

    def told(self) -> dict[str, object]:
        return {"spent": self.spent, "passed": self.passed, "facts": self.facts, "most": self._most()}

    def _spent(self) -> float:
        return _own() + sum(_of_tree(each) for each in self._others())

    def _most(self) -> float:
        """The most that this process held, and each process it drove that is still there, one by one. Memory
        that several of them share, as a database server's do, is counted for each. Not from the usage the
        system reports, in which a process counts what its parent held before it began as its own."""
        others = [each for root in self._others() for each in (root, *_below(root))]
        return sum(_held(each) for each in (os.getpid(), *others))

    def _others(self) -> list[int]:
        return [*self.also, *(pid for pid, parent in _parents().items() if parent == os.getpid())]


def contend(load: Callable[[Task, Costs], Callable[[], None]]) -> None:
    """Runs a contender on the task in the words of the command: ``load`` makes ready what may be made ready
    once, and returns what is then run as often as asked. Prints what it cost as one line of JSON."""
    records, calendar, rows, as_at, one_in, repeats, server = sys.argv[1:8]
    task = Task(Path(records), Path(calendar), Path(rows), date.fromisoformat(as_at), int(one_in), server)
    costs = Costs()
    costs.spent["start"], costs.passed["start"] = [time.process_time()], [0.0]
    run = load(task, costs)
    for _ in range(int(repeats)):
        with costs.part("run"):
            run()
    costs.afterwards()
    print(json.dumps(costs.told()))


def _own() -> float:
    """Of this process and the children it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _of_tree(root: int) -> float:
    """Of a process that is still there, of those below it, and of those that they have waited for."""
    return sum(_ticks(each) for each in (root, *_below(root))) / TICKS


def _ticks(pid: int) -> int:
    known = _stat(pid)
    return 0 if known is None else sum(int(each) for each in known[11:15])


def _below(root: int) -> list[int]:
    parents = _parents()
    found, at = [root], 0
    while at < len(found):
        found += [pid for pid, parent in parents.items() if parent == found[at]]
        at += 1
    return found[1:]


def _parents() -> Mapping[int, int]:
    known = {int(each.name): _stat(int(each.name)) for each in Path("/proc").iterdir() if each.name.isdigit()}
    return {pid: int(stat[1]) for pid, stat in known.items() if stat is not None}


def parent_of(pid: int) -> int:
    return _parents()[pid]


def _stat(pid: int) -> list[str] | None:
    """The fields after the name, the state first; None where the process has gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _held(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(each.split()[1]) / 1024 for each in lines if each.startswith("VmHWM:")), 0.0)
