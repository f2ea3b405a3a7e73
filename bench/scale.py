"""What a region several times as large costs: CPU time of load and night, over that of the smaller.

``python -m bench scale [--people 20000 80000] [--repeats 1]``. Each command runs in a process of its own;
the duties are said once, before. The floor of each is the scan of its own contact files, two threads:
``select max(crn), max(happened_on), max(type), max(outcome)``.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.commands import Cost, assay, floor_of, prepare, synthesise

STEPS = ("load", "night")


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench scale")
    asked.add_argument("--people", type=int, nargs=2, default=[20_000, 80_000])
    asked.add_argument("--repeats", type=int, default=1)
    given = asked.parse_args(words)
    os.environ.setdefault("ASSAY_DUCKDB_THREADS", "2")
    with TemporaryDirectory() as scratch:
        place = Path(scratch)
        said = prepare(place)
        costs = {people: _costs(people, place, given.repeats) for people in given.people}
        floors = {people: floor_of(place / f"records-{people}") for people in given.people}
    _report(costs, floors, said)


def _costs(people: int, place: Path, repeats: int) -> dict[str, Cost]:
    """The medians of loading the extract into empty records, and of the first night over them."""
    extract = synthesise(people, place)
    home = place / f"records-{people}"
    each: dict[str, list[Cost]] = {name: [] for name in STEPS}
    for number in range(repeats):
        into = home if number == repeats - 1 else place / f"again-{people}-{number}"
        each["load"].append(assay("load", extract, "--home", into, place=place))
        each["night"].append(assay("night", "--home", into, place=place))
    return {name: _median(found) for name, found in each.items()}


def _median(costs: list[Cost]) -> Cost:
    return Cost(*(median(getattr(each, name) for each in costs) for name in ("cpu", "clock", "most")))


def _report(costs: dict[int, dict[str, Cost]], floors: dict[int, float], said: Cost) -> None:
    few, many = costs
    print(f"duties said once: {said.cpu:.1f} CPU s; {many / few:.1f} times the people")
    print(f"{'step':<12}{'people':>10}{'CPU s':>10}{'clock s':>10}{'x floor':>10}{'most MB':>10}{'x CPU':>8}")
    for name in STEPS:
        for people in costs:
            cost = costs[people][name]
            ratio = f"{cost.cpu / costs[few][name].cpu:>8.2f}" if people == many else ""
            floor = cost.cpu / floors[people]
            print(
                f"{name:<12}{people:>10,}{cost.cpu:>10.1f}{cost.clock:>10.1f}{floor:>10.0f}"
                f"{cost.most:>10.0f}{ratio}"
            )
    total = {people: sum(each.cpu for each in costs[people].values()) for people in costs}
    print(f"load and night together: {total[many] / total[few]:.2f} times the CPU")
