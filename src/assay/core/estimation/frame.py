"""The sampling frame: everything that could be drawn, by its strata."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """``ids[i]`` lies in ``stratum[i]``; ``cluster`` and ``score`` are parallel where they are known.

    Ids are opaque, unique and kept in the order given; the hash does not depend on that order.
    """

    ids: tuple[str, ...]
    stratum: tuple[str, ...]
    cluster: tuple[str, ...] | None = None
    score: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if len(set(self.ids)) != len(self.ids):
            raise ValueError("an id stands twice in the frame")
        for each in (self.stratum, self.cluster, self.score):
            if each is not None and len(each) != len(self.ids):
                raise ValueError("the columns of the frame differ in length")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def sizes(self) -> Mapping[str, int]:
        """How many lie in each stratum, strata in order of name."""
        return dict(sorted(Counter(self.stratum).items()))

    def members(self, stratum: str) -> tuple[str, ...]:
        """The ids of one stratum, in the frame's order."""
        return tuple(id for id, each in zip(self.ids, self.stratum, strict=True) if each == stratum)

    @property
    def hash(self) -> str:
        """SHA-256 over ids and strata, sorted: the same frame has the same hash in any order."""
        rows = sorted(zip(self.ids, self.stratum, strict=True))
        return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()
