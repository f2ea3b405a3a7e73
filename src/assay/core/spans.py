"""Half-open spans of whole days: ``opened_on`` belongs to the span, ``closed_on`` does not.

An open end is None. These are the slow and obvious forms; the engine says the same in Ibis and the slow
twin is checked against it. All take any iterable and return a list sorted by start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

FOREVER = date.max


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Whole London days, half-open."""

    opened_on: date
    closed_on: date | None = None

    @property
    def end(self) -> date:
        """The first day outside the span; ``date.max`` for an open end, so that ends compare."""
        return FOREVER if self.closed_on is None else self.closed_on

    @property
    def is_empty(self) -> bool:
        return self.opened_on >= self.end

    def contains(self, day: date) -> bool:
        return self.opened_on <= day < self.end

    def overlaps(self, other: Span) -> bool:
        return self.opened_on < other.end and other.opened_on < self.end


def span(opened_on: date, end: date) -> Span:
    """A span from its start and first day outside, ``date.max`` meaning an open end."""
    return Span(opened_on, None if end == FOREVER else end)


def merge(spans: Iterable[Span]) -> list[Span]:
    """The union: touching and overlapping spans become one. Empty spans vanish."""
    merged: list[Span] = []
    for each in sorted((s for s in spans if not s.is_empty), key=lambda s: (s.opened_on, s.end)):
        if merged and each.opened_on <= merged[-1].end:
            merged[-1] = span(merged[-1].opened_on, max(merged[-1].end, each.end))
        else:
            merged.append(each)
    return merged


def both(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    """The days that lie in both sets, as merged spans."""
    others = merge(right)
    return [
        span(max(a.opened_on, b.opened_on), min(a.end, b.end))
        for a in merge(left)
        for b in others
        if a.overlaps(b)
    ]


def without(left: Iterable[Span], right: Iterable[Span]) -> list[Span]:
    """The days of ``left`` that lie in no span of ``right``."""
    remaining = merge(left)
    for hole in merge(right):
        pieces: list[Span] = []
        for each in remaining:
            pieces.append(span(each.opened_on, min(each.end, hole.opened_on)))
            if hole.closed_on is not None:
                pieces.append(span(max(each.opened_on, hole.closed_on), each.end))
        remaining = merge(pieces)
    return remaining
