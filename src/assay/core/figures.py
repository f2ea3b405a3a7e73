"""Figures that carry what they were counted from.

A :class:`Count` or an :class:`Estimate` is the only way a figure passes between rooms. A percentage is
made at the page's edge, from these, and never kept.
"""

from __future__ import annotations

from dataclasses import dataclass

from assay.core.messages import Message, message


@dataclass(frozen=True, slots=True)
class Count:
    """``numerator`` of ``denominator``. ``unit`` says what was counted (an assignment, an assessment, a
    case); ``population`` says in words which of them belong to the denominator."""

    numerator: int
    denominator: int
    unit: str
    population: str

    def __post_init__(self) -> None:
        if not 0 <= self.numerator <= self.denominator:
            raise ValueError(f"{self.numerator} of {self.denominator} cannot be a count")

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None where nothing belongs to the denominator."""
        return self.numerator / self.denominator if self.denominator else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An estimated rate with its interval. Rates are floats in [0, 1].

    ``level`` is the two-sided confidence (.95); ``n`` the judged units and ``n_eff`` the effective sample
    size; ``df`` the degrees of freedom; ``gain`` the variance of plain random sampling over this method's;
    ``rho2`` the squared correlation with the score, where one was used; ``fallback_reason`` says why a
    simpler method stood in. ``of`` is the count the estimate speaks about, ``part`` the part of the
    population it is for (a PDU) where it is not for the whole. ``plain`` is the judged cases' own estimate,
    which stands beside one that a score has helped.
    """

    value: float
    se: float
    lower: float
    upper: float
    level: float
    n: int
    n_eff: float
    df: float
    method: str
    of: Count
    gain: float = 1.0
    rho2: float | None = None
    fallback_reason: str | None = None
    inputs_hash: str = ""
    warnings: tuple[str, ...] = ()
    part: str | None = None
    plain: Estimate | None = None

    @property
    def interval_name(self) -> Message:
        """What to call the interval: no interval goes without its level."""
        percent = f"{100 * self.level:g}"
        return message("{percent}% confidence interval", percent=percent)

    @property
    def unit(self) -> str:
        """What was counted, as the count names it."""
        return self.of.unit
