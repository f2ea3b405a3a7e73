"""What the store hands onward: the names of a snapshot, a night, and the pair in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An immutable folder of records. ``hash`` is of its content. ``as_at`` is the last day it speaks for:
    the earliest of its providers' days, since nothing later is known of all of them."""

    hash: str
    path: Path
    as_at: date


@dataclass(frozen=True, slots=True)
class Night:
    """An immutable folder of what the duty engine wrote over one snapshot. ``versions`` says with which
    policy and definitions, ``basis`` what else was the same for all cases. ``made_again`` counts the nights
    since all cases were worked out, of which some were worked out again."""

    id: str
    path: Path
    as_at: date
    snapshot_hash: str
    versions: Mapping[str, str] = field(hash=False)
    basis: Mapping[str, str] = field(hash=False, default_factory=dict)
    made_again: int = 0


@dataclass(frozen=True, slots=True)
class Pair:
    """A snapshot and a night made from it. A page pins one pair for its whole request."""

    snapshot: Snapshot
    night: Night

    def __post_init__(self) -> None:
        assert self.night.snapshot_hash == self.snapshot.hash, "this night is of another snapshot"
