"""The dated tables: what a case, a report and a full week count for, and what takes hours off."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from assay.core.errors import Refused
from assay.core.messages import message
from assay.core.policy.types import Confidence
from assay.core.rule_files import read_rules

Kind = Literal["community", "custody", "licence"]
Grade = Literal["po", "pso", "pqip", "spo", "other"]

KINDS: tuple[Kind, ...] = ("community", "custody", "licence")
TIERS = tuple(f"{letter}{number}" for letter in "ABCD" for number in range(4))
REMEDY = message("Correct the table and run the command again.")


class Block(BaseModel):
    """Read from YAML: no field but those named, and frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Sourced(Block):
    """Facts with one source. ``confidence`` says whether it was read, is recalled, or is ours."""

    source: str = Field(min_length=1)
    confidence: Confidence


class Reports(Block):
    """Points of a court report of the last thirty days."""

    standard: int = Field(ge=0)
    fast: int = Field(ge=0)


class Nominal(Block):
    """Points of a full week."""

    po: int = Field(gt=0)
    spo: int = Field(gt=0)


class Hours(Block):
    """Hours of a full week."""

    po: Decimal = Field(ge=0)
    pso: Decimal = Field(ge=0)
    spo: Decimal = Field(ge=0)


class Weightings(Sourced):
    """In percent, how far such cases still count by the older formula."""

    warrants: int
    unpaid_work: int
    overdue: int


class PointsTable(Sourced):
    """What work counts for from ``in_force_from`` until, and not on, ``in_force_to``. ``days`` says where the
    days are from. ``tiers`` is by kind and tier."""

    in_force_from: date
    in_force_to: date | None = None
    days: Sourced
    tiers: dict[Kind, dict[str, int]]
    transition: Kind
    suspended: int = Field(ge=0)
    reports: Reports
    nominal: Nominal
    hours: Hours
    weightings: Weightings

    @model_validator(mode="after")
    def _whole(self) -> PointsTable:
        if any(set(self.tiers.get(kind, {})) != set(TIERS) for kind in KINDS):
            raise ValueError("every kind has points for every tier from A3 to D0, and for no other")
        if self.in_force_to is not None and self.in_force_to <= self.in_force_from:
            raise ValueError("a table ends after it begins")
        return self

    def points(
        self, kind: Kind, tier: str, *, suspended: bool = False, transition: bool = False
    ) -> int | None:
        """What one case counts for; None for a tier that no source gives points for."""
        if tier not in self.tiers[kind]:
            return None
        if suspended:
            return self.suspended
        return self.tiers[self.transition if transition else kind][tier]

    def full_week(self, grade: Grade) -> int:
        """The points of a full week."""
        return self.nominal.spo if grade == "spo" else self.nominal.po

    def full_hours(self, grade: Grade) -> Decimal:
        """The hours of a full week. A trainee counts as a probation officer; any other grade as a senior
        one, who has none."""
        if grade in ("po", "pqip"):
            return self.hours.po
        return self.hours.pso if grade == "pso" else self.hours.spo

    def covers(self, on: date) -> bool:
        """Whether it is in force on that day."""
        return self.in_force_from <= on and (self.in_force_to is None or on < self.in_force_to)


class Reason(Block):
    """Why hours are taken off: ``percent`` of the contracted hours, the ``most`` there may be, and after how
    many ``months`` it ends."""

    percent: int | None = Field(default=None, ge=0, le=100)
    most: int | None = Field(default=None, ge=0, le=100)
    months: int | None = Field(default=None, gt=0)


class Reductions(Sourced):
    """Every reason there is."""

    reasons: dict[str, Reason]


class SpanOfControl(Sourced):
    """How many practitioners a senior one manages at most."""

    limit: int = Field(gt=0)


class _Tables(Block):
    points: list[PointsTable] = Field(min_length=1)


def in_force(tables: tuple[PointsTable, ...], *, on: date) -> PointsTable:
    """The table in force on a day; of two, the one that began later. ``Refused`` where there is none."""
    found = [each for each in tables if each.covers(on)]
    if not found:
        raise Refused(message("No table of points is in force on {day}.", day=on))
    return max(found, key=lambda each: each.in_force_from)


def read(path: Path) -> tuple[PointsTable, ...]:
    """A region's own tables: a file with ``points`` in the form of the shipped one. ``Unfit`` says what is
    wrong with it."""
    return tuple(read_rules(path, _Tables, rule="points table", remedy=REMEDY).points)
