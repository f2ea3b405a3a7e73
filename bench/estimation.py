"""What an estimate costs: ``python -m bench estimation [--rounds 2000]``.

One assisted estimate of 84 judged cases of 20,000 in eleven strata, checks, hashes and both intervals
included. The floor is the same regression alone, by numpy's least squares, in the same run. CPU time, the
median round. And what importing estimation costs, beside numpy and ``scipy.special``, without which it could
not be.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from assay.core.estimation.estimate import Selection, model_assisted
from bench.coverage import ANNOUNCED, by_unit, world

UNWANTED = ("django", "duckdb", "pandas")
IMPORT = (
    "import assay.core.estimation.estimate, assay.core.estimation.agreement, assay.core.estimation.rating"
)


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench estimation")
    asked.add_argument("--rounds", type=int, default=2000)
    given = asked.parse_args(words)
    rng = np.random.default_rng(1)
    made = world(rng, rate=0.49, auc=0.8)
    drawn = by_unit(made, 84, rng)
    sizes = np.bincount(made.unit)
    sample = Selection(
        tuple(made.ids[drawn].tolist()),
        tuple(f"u{each}" for each in made.unit[drawn]),
        {f"u{unit}": int(size) for unit, size in enumerate(sizes)},
    )
    y = made.truth[drawn].tolist()
    columns = np.column_stack([np.ones(84), made.score[drawn]])
    floor = _cost(lambda: np.linalg.lstsq(columns, made.truth[drawn], rcond=None), given.rounds)
    whole = _cost(lambda: model_assisted(y, sample, made.frozen, announced_on=ANNOUNCED), given.rounds)
    print(f"{'one estimate':<44}{'CPU ms':>9}{'x floor':>9}")
    print(f"{'least squares alone (the floor)':<44}{floor:>9.3f}{1:>9.1f}")
    print(f"{'model_assisted, the judged rate beside':<44}{whole:>9.3f}{whole / floor:>9.1f}")
    bare, ours = (
        median(_process(code) for _ in range(5)) for code in ("import numpy, scipy.special", IMPORT)
    )
    print(f"\n{'import, a process of its own':<44}{'CPU ms':>9}{'x floor':>9}")
    print(f"{'numpy and scipy.special (the floor)':<44}{bare:>9.0f}{1:>9.1f}")
    print(f"{'estimation':<44}{ours:>9.0f}{ours / bare:>9.1f}")
    probe = f"{IMPORT}; import sys; print(*[name for name in {UNWANTED!r} if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout
    print(f"brought in with it, of {', '.join(UNWANTED)}: {told.strip() or 'none'}")


def _cost(step: Callable[[], object], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        step()
        spent.append(time.process_time() - begun)
    return 1000 * median(spent)


def _process(code: str) -> float:
    """CPU milliseconds of a process that does this and ends."""
    probe = f"{code}\nimport time; print(time.process_time())"
    told = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout
    return 1000 * float(told)
