"""``python -m bench [NAME] [WORDS]``: runs one benchmark, or says which there are."""

from __future__ import annotations

import sys

from bench import (
    coverage,
    draws,
    estimation,
    handwritten,
    incremental,
    link,
    load,
    national_synthesis,
    night,
    routing,
    scale,
    tiers,
    timeline,
)
from bench.mutants import running as mutants
from bench.peers import running as peers

BENCHMARKS = {
    "coverage": coverage.main,
    "draws": draws.main,
    "estimation": estimation.main,
    "handwritten": handwritten.main,
    "incremental": incremental.main,
    "link": link.main,
    "load": load.main,
    "mutants": mutants.main,
    "national-synthesis": national_synthesis.main,
    "night": night.main,
    "peers": peers.main,
    "routing": routing.main,
    "scale": scale.main,
    "tiers": tiers.main,
    "timeline": timeline.main,
}


def main(words: list[str]) -> int:
    if not words or words[0] not in BENCHMARKS:
        print(f"Name a benchmark: {', '.join(sorted(BENCHMARKS))}.")
        return 2
    BENCHMARKS[words[0]](words[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
