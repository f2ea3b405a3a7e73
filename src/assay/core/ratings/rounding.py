"""Exact rounding. No float is rounded here: 49.5 as a float may be 49.499, and a band is lost."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from assay.core.ratings.types import How

HALF = Fraction(1, 2)


def rounded(value: Fraction, *, how: How, places: int = 0) -> Fraction:
    """``value`` to that many decimals: halves up (away from zero, for what is not negative), halves to the
    even digit, or not at all."""
    if how == "none":
        return value
    scaled = value * 10**places
    whole = floor(scaled)
    rest = scaled - whole
    up = rest > HALF or (rest == HALF and (how == "half_up" or whole % 2 == 1))
    return Fraction(whole + up, 10**places)


def shown(value: Fraction) -> str:
    """The number for a sentence, to two decimals; cut instead where rounding would make it whole, so that
    49.996 is not read as having reached 50."""
    hundredths = rounded(value, how="half_up", places=2)
    if hundredths.denominator == 1 != value.denominator:
        hundredths = Fraction(floor(value * 100), 100)
    whole, rest = divmod(int(hundredths * 100), 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if hundredths == value else f"{whole}.{rest:02d}"
