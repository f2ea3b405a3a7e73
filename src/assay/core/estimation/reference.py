"""The slow twin of the intervals: the textbook's own definition, searched or summed term by term.

Nothing here is used to answer anyone; the tests hold the quick forms to it on generated cases.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import comb


def wilson(share: float, *, n: float, quantile: float, steps: int = 200) -> tuple[float, float]:
    """The ends of the set of rates p with ``|share - p| <= quantile * sqrt(p(1-p)/n)``, by bisection."""

    def belongs(rate: float) -> bool:
        return (share - rate) ** 2 * n <= quantile**2 * rate * (1 - rate)

    return _edge(belongs, share, 0.0, steps), _edge(belongs, share, 1.0, steps)


def hypergeometric(
    numerator: int, denominator: int, *, population: int, level: Fraction
) -> tuple[Fraction, Fraction]:
    """The exact interval with whole numbers only: every possible population is tried in turn."""
    tail = (1 - level) / 2
    ways = comb(population, denominator)

    def chance(successes: int, seen: int) -> Fraction:
        return Fraction(comb(successes, seen) * comb(population - successes, denominator - seen), ways)

    kept = [
        successes
        for successes in range(numerator, population - (denominator - numerator) + 1)
        if sum(chance(successes, k) for k in range(numerator, denominator + 1)) > tail
        and sum(chance(successes, k) for k in range(numerator + 1)) > tail
    ]
    return Fraction(min(kept), population), Fraction(max(kept), population)


def stratified(
    judged: Mapping[str, Sequence[bool | None]], sizes: Mapping[str, int]
) -> tuple[Fraction, Fraction]:
    """The weighted share of the base and its linearised variance, as fractions; each stratum needs two
    judged units or more, and None stands for a unit outside the base."""
    base = counted = Fraction(0)
    for name, size in sizes.items():
        for each in judged[name]:
            weight = Fraction(size, len(judged[name]))
            base += weight if each is not None else 0
            counted += weight if each else 0
    value, variance = counted / base, Fraction(0)
    for name, size in sizes.items():
        n = len(judged[name])
        away = [Fraction(0) if each is None else int(each) - value for each in judged[name]]
        mean = sum(away, Fraction(0)) / n
        spread = sum(((each - mean) ** 2 for each in away), Fraction(0)) / (n - 1)
        variance += (size / base) ** 2 * (1 - Fraction(n, size)) * spread / n
    return value, variance


def _edge(belongs: object, inside: float, outside: float, steps: int) -> float:
    assert callable(belongs)
    if belongs(outside):
        return outside
    for _ in range(steps):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if belongs(middle) else (inside, middle)
    return inside
