"""Points of work and the writing of names, read once from ``workload.yaml``: pure.

No page works out anybody's percentage (promise 6): a full week's points and the number of points that is over
are enough to count, in a team, how many are. :mod:`assay.core.workload.capacity` has the formula for those
who ask it of their own figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

import yaml
from pydantic import Field

from assay.core.workload.tables import (
    KINDS,
    TIERS,
    Block,
    Grade,
    Kind,
    PointsTable,
    Reductions,
    Sourced,
    SpanOfControl,
)

Standing = Literal["", "unallocated", "left", "away"]

# Who carries a caseload. A senior probation officer has no points to give, so cases with one stand apart.
PRACTITIONERS: tuple[Grade, ...] = ("po", "pso", "pqip")

__all__ = ["KINDS", "PRACTITIONERS", "TIERS", "Grade", "Kind", "Standing", "Workload", "load"]


class _Over(Sourced):
    percent: int = Field(gt=0)
    weeks: int = Field(gt=0)


class _Contacts(Sourced):
    points: dict[str, int]


class _Grades(Sourced):
    codes: dict[Grade, list[str]]


class _Names(Sourced):
    unallocated: list[str]
    unallocated_keys: list[str]
    left: list[str]
    away: list[str]


class _File(Block):
    standard: Literal[1]
    points: list[PointsTable] = Field(min_length=1)
    over: _Over
    span_of_control: SpanOfControl
    reductions: Reductions
    contacts: _Contacts
    grades: _Grades
    names: _Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What work counts for. ``tables`` are the points by their days, ``table`` the last of them; ``over`` is
    the number of points above which somebody with a full week and no reduction is over the limit."""

    tables: tuple[PointsTable, ...]
    contacts: Mapping[str, int]
    over_percent: int
    over_weeks: int
    span_of_control: SpanOfControl
    reductions: Reductions
    grades: Mapping[str, Grade]
    marks: Mapping[Standing, tuple[re.Pattern[str], ...]]
    unallocated_keys: tuple[re.Pattern[str], ...]

    @property
    def table(self) -> PointsTable:
        """The points in force last."""
        return self.tables[-1]

    @property
    def standard_report(self) -> int:
        return self.table.reports.standard

    @property
    def fast_report(self) -> int:
        return self.table.reports.fast

    @property
    def full_week(self) -> int:
        return self.table.nominal.po

    def points(
        self, kind: Kind, tier: str, *, suspended: bool = False, transition: bool = False
    ) -> int | None:
        """What one case counts for; None for a tier that no source gives points for."""
        return self.table.points(kind, tier, suspended=suspended, transition=transition)

    @property
    def over(self) -> int:
        """Points above this are over; the limit itself is not."""
        return self.full_week * self.over_percent // 100

    def grade(self, code: str) -> Grade:
        """The grade of a code, in any case; "other" for one not known."""
        return self.grades.get(code.strip().upper(), "other")

    def standing(self, *, key: str, surname: str, forename: str) -> Standing:
        """Whether this entry is nobody's, or that of somebody who left or is away; empty for all others.

        Only what the entry itself says. An entry that says nothing may still be that of somebody who left.
        """
        names = (surname.strip(), forename.strip())
        if any(each.search(key.strip()) for each in self.unallocated_keys):
            return "unallocated"
        for standing, patterns in self.marks.items():
            if any(each.search(name) for each in patterns for name in names):
                return standing
        return ""


@cache
def load() -> Workload:
    """The shipped file. What is wrong in it is our own mistake."""
    text = resources.files("assay.core.workload").joinpath("workload.yaml").read_text("utf-8")
    read = _File.model_validate(yaml.safe_load(text))
    marks: dict[Standing, list[str]] = {
        "unallocated": read.names.unallocated,
        "left": read.names.left,
        "away": read.names.away,
    }
    return Workload(
        tables=tuple(read.points),
        contacts=MappingProxyType(read.contacts.points),
        over_percent=read.over.percent,
        over_weeks=read.over.weeks,
        span_of_control=read.span_of_control,
        reductions=read.reductions,
        grades=MappingProxyType(
            {code: grade for grade, codes in read.grades.codes.items() for code in codes}
        ),
        marks=MappingProxyType({name: tuple(map(re.compile, each)) for name, each in marks.items()}),
        unallocated_keys=tuple(map(re.compile, read.names.unallocated_keys)),
    )
