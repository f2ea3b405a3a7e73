"""The formula of the older workload tool (wmt-probation-rules), by its own name, so that its figures can be
told from the present ones.

It worked in binary floating point. Here the same steps are taken with fractions that are rounded, after each
step, to the 53 binary digits a double has: the same result to the last digit, without a float. It can differ
from the present formula by a point: 7 points for 7 hours of a full week, and 40 hours, are 40 here and 39
there."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from assay.core.workload.tables import Weightings

DIGITS = 53


@dataclass(frozen=True, slots=True, kw_only=True)
class TierCounts:
    """Cases of one tier: all of them, and those among them under a warrant, on unpaid work, or whose end is
    overdue."""

    total: int
    warrants: int = 0
    unpaid_work: int = 0
    overdue: int = 0


def as_double(value: Fraction) -> Fraction:
    """The nearest number of 53 binary digits, of two equally near the even one. For numbers as large and
    small as hours and points are."""
    if not value:
        return value
    size = abs(value)
    power = size.numerator.bit_length() - size.denominator.bit_length() - DIGITS
    # The quotient of two numbers has as many digits as their difference, or one more.
    scaled = size / Fraction(2) ** power
    if scaled >= 2**DIGITS:
        power, scaled = power + 1, scaled / 2
    nearest = Fraction(round(scaled)) * Fraction(2) ** power
    return nearest if value > 0 else -nearest


def available_points(nominal: int, hours: Decimal | None, reduction: Decimal, full_hours: Decimal) -> int:
    """Points there is time for, cut off. ``hours`` of None are those of a full week; 0 for no hours, and for
    a grade whose full week has none. More taken off than there is gives points below nought, as it did."""
    full = as_double(Fraction(full_hours))
    base = full if hours is None else as_double(Fraction(hours))
    if not base or not full:
        return 0
    off = as_double(Fraction(reduction))
    whole = as_double(nominal * as_double(base / full))
    left = as_double(as_double(base - off) / base)
    return int(as_double(whole * left))


def weighting(percent: int) -> Fraction:
    """The share of such a case that is taken off: (100 - percent) in the hundred, within nought and one."""
    return Fraction(min(max(100 - percent, 0), 100), 100)


def tier_points(counts: TierCounts, points: int, weightings: Weightings, *, transition: bool) -> Fraction:
    """Points of the cases of one tier. Of cases in transition to adult services, those under a warrant, on
    unpaid work or overdue are taken off by their weightings; of others nothing is."""
    whole = Fraction(counts.total * points)
    if not transition:
        return whole
    off = (
        counts.warrants * weighting(weightings.warrants)
        + counts.unpaid_work * weighting(weightings.unpaid_work)
        + counts.overdue * weighting(weightings.overdue)
    )
    return whole - points * off
