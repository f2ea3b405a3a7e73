"""``python -m bench [NAME] [WORDS]``: runs one benchmark, or says which there are."""

from __future__ import annotations

import sys

from bench import handwritten, incremental, link, load, national_synthesis, night, scale, timeline
from bench.peers import running as peers

BENCHMARKS = {
    "handwritten": handwritten.main,
    "incremental": incremental.main,
    "link": link.main,
    "load": load.main,
    "national-synthesis": national_synthesis.main,
    "night": night.main,
    "peers": peers.main,
    "scale": scale.main,
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
