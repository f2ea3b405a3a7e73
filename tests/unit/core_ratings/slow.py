"""The same rating written again, slowly and with whole numbers alone; the shipped rules must agree."""

from __future__ import annotations

LEVELS = ("inadequate", "requires_improvement", "good", "outstanding")


def rounded(satisfactory: int, of: int, how: str) -> tuple[int, int]:
    """The percentage as two whole numbers, one over the other."""
    if how == "none":
        return 100 * satisfactory, of
    whole, rest = 100 * satisfactory // of, 100 * satisfactory % of
    if 2 * rest > of:
        return whole + 1, 1
    if 2 * rest == of:
        if how == "half_up":
            return whole + 1, 1
        return (whole + 1, 1) if whole % 2 else (whole, 1)
    return whole, 1


def band(satisfactory: int, of: int, how: str) -> int:
    top, bottom = rounded(satisfactory, of, how)
    if top < 50 * bottom:
        return 0
    if top < 65 * bottom:
        return 1
    if top < 80 * bottom:
        return 2
    return 3


def standard(counts: list[tuple[int, int]], how: str) -> int | None:
    """None where none of the key questions applied to any case."""
    lowest = None
    for satisfactory, of in counts:
        if of == 0:
            continue
        found = band(satisfactory, of, how)
        if lowest is None or found < lowest:
            lowest = found
    return lowest


def overall(scores: list[int], of: int) -> int:
    """By the mean: up to a half, one and a half, two and a half."""
    total = sum(scores)
    for number in range(3):
        if 2 * total <= (2 * number + 1) * of:
            return number
    return 3
