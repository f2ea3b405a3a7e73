"""What a draw costs, and whether each case is drawn as often as its receipt says.

``python -m bench draws [--frame 20000] [--cases 330] [--draws 20000]``. The draw is the shipped one:
allocation by strata, the frame's hash, everybody's ticket, the order, the sample. Its floor, in the same run,
is one SHA-256 for each case of the frame and one sort, which no draw that anybody can check with a hashing
tool avoids. CPU time.

Then so many draws, each with a seed of its own, from a small frame by each rule: how often each case was
drawn beside the chance its receipt states. ``z`` is the distance in standard errors of so many draws; the
largest of so many cases is set beside what chance alone gives, and the sum of squares beside its degrees of
freedom.
"""

from __future__ import annotations

import argparse
import hashlib
import time
from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from math import sqrt
from statistics import NormalDist, median

from rich.console import Console
from rich.progress import track

from assay.core.estimation import receipts
from assay.core.estimation.eligibility import Judged, frame_of
from assay.core.estimation.plans import Drawn, Plan, carry_out
from assay.core.estimation.verifying import faults

REPEATS = 7
STRATA = {"A": 9, "B": 30, "C": 3, "D": 18}
PLANS = {
    "in proportion, at least two": Plan(size=14),
    "Neyman with a floor": Plan(size=14, method="neyman", spread={"A": 0.5, "B": 0.2, "C": 0.5, "D": 0.45}),
    "the published rule": Plan(size=14, method="published"),
    "by places, at most 5 of a practitioner": Plan(size=30, within=True, cap=5),
}


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench draws")
    asked.add_argument("--frame", type=int, default=20_000)
    asked.add_argument("--cases", type=int, default=330)
    asked.add_argument("--draws", type=int, default=20_000)
    given = asked.parse_args(words)
    _speed(given.frame, given.cases)
    _chances(given.draws)


def _log(sizes: dict[str, int]) -> tuple[Judged, ...]:
    return tuple(
        Judged(id=f"{name}{at:06}", stratum=name, within=(f"{name} unit {at % 2}", f"P{at % 7}"))
        for name, size in sizes.items()
        for at in range(size)
    )


def _speed(size: int, cases: int) -> None:
    log = _log({f"PDU {at:02}": size // 11 + (at < size % 11) for at in range(11)})
    plain = tuple(Judged(id=each.id, stratum=each.stratum) for each in log)
    frame, placed = frame_of(plain), frame_of(log)
    ids = frame.ids
    floor = _cpu(lambda: sorted(hashlib.sha256(f"seed\n{id}".encode()).digest() for id in ids))
    drawn = carry_out(frame, Plan(size=cases), seed="seed")
    made = receipts.receipt(plain, drawn, reasons={})
    steps: dict[str, Callable[[], object]] = {
        "draw": lambda: carry_out(frame, Plan(size=cases), seed="seed"),
        "draw by places": lambda: carry_out(placed, Plan(size=cases, within=True), seed="seed"),
        "seal the receipt, with everybody considered": lambda: receipts.receipt(plain, drawn, reasons={}),
        "verify it from the file alone": lambda: faults(made),
    }
    print(f"{cases} of {size:,} in 11 strata; floor {1000 * floor:.1f} ms of CPU\n")
    print("| step | CPU ms | x floor |\n|---|---:|---:|")
    for name, step in steps.items():
        spent = _cpu(step)
        print(f"| {name} | {1000 * spent:.1f} | {spent / floor:.1f} |")


def _cpu(step: Callable[[], object]) -> float:
    """The median CPU time of some runs, after one to warm up; seconds."""
    found = []
    for _ in range(REPEATS + 1):
        begun = time.process_time()
        step()
        found.append(time.process_time() - begun)
    return median(found[1:])


def _chances(draws: int) -> None:
    log = _log(STRATA)
    plain = tuple(Judged(id=each.id, stratum=each.stratum) for each in log)
    print(f"\n{draws:,} draws from {len(log)} cases by each rule\n")
    print(
        "| rule | largest z | by chance below | chi² | degrees | 99 in 100 below |\n"
        "|---|---:|---:|---:|---:|---:|"
    )
    for name, plan in PLANS.items():
        frame = frame_of(log if plan.within else plain)
        times: Counter[str] = Counter()
        last: Drawn | None = None
        for seed in track(range(draws), description=name, transient=True, console=Console(stderr=True)):
            last = carry_out(frame, plan, seed=f"{name} {seed}")
            times.update(last.sample.ids)
        assert last is not None
        _report(name, last, times, draws)


def _report(name: str, drawn: Drawn, times: Counter[str], draws: int) -> None:
    """A case that is always or never drawn has no error: it is counted exactly, or the run fails."""
    chances = {
        id: Fraction(*drawn.chance(id, stratum)) for stratum, ids in drawn.sample.order.items() for id in ids
    }
    assert all(times[id] == chance * draws for id, chance in chances.items() if chance in (0, 1)), name
    free = {id: float(chance) for id, chance in chances.items() if 0 < chance < 1}
    z = [(times[id] - draws * p) / sqrt(draws * p * (1 - p)) for id, p in free.items()]
    expected = NormalDist().inv_cdf(1 - 0.01 / (2 * len(z)))
    # Within a place of N of which n are drawn, the squares sum to (N - 1)/N of what free cases would give.
    places = Counter(_place(drawn, id) for id in free)
    degrees = sum(size - 1 for size in places.values())
    chi = sum(
        each**2 * (places[_place(drawn, id)] - 1) / places[_place(drawn, id)]
        for id, each in zip(free, z, strict=True)
    )
    most = degrees * (1 - 2 / (9 * degrees) + NormalDist().inv_cdf(0.99) * sqrt(2 / (9 * degrees))) ** 3
    print(f"| {name} | {max(map(abs, z)):.2f} | {expected:.2f} | {chi:.1f} | {degrees} | {most:.1f} |")


def _place(drawn: Drawn, id: str) -> tuple[str, ...]:
    return drawn.by_place.place_of[id] if drawn.by_place else (id[0],)
