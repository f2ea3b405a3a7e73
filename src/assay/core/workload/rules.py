"""Points of work and the writing of names, read once from ``workload.yaml``: pure.

Nobody's percentage is worked out here or anywhere else (promise 6): a full week's points and the number of
points that is over are enough to count, in a team, how many are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from assay.core.policy.types import Confidence

Kind = Literal["community", "custody", "licence"]
Grade = Literal["po", "pso", "pqip", "spo", "other"]
Standing = Literal["", "unallocated", "left", "away"]

KINDS: tuple[Kind, ...] = ("community", "custody", "licence")
TIERS = tuple(f"{letter}{number}" for letter in "ABCD" for number in range(4))
# Who carries a caseload. A senior probation officer has no points to give, so cases with one stand apart.
PRACTITIONERS: tuple[Grade, ...] = ("po", "pso", "pqip")


class _Sourced(BaseModel):
    model_config = ConfigDict(extra="forbid")

    source: str = Field(min_length=1)
    confidence: Confidence


class _Reports(BaseModel):
    model_config = ConfigDict(extra="forbid")

    standard: int = Field(ge=0)
    fast: int = Field(ge=0)


class _Points(_Sourced):
    tiers: dict[Kind, dict[str, int]]
    transition: Kind
    suspended: int = Field(ge=0)
    reports: _Reports
    full_week: int = Field(gt=0)


class _Over(_Sourced):
    percent: int = Field(gt=0)


class _Contacts(_Sourced):
    points: dict[str, int]


class _Grades(_Sourced):
    codes: dict[Grade, list[str]]


class _Names(_Sourced):
    unallocated: list[str]
    unallocated_keys: list[str]
    left: list[str]
    away: list[str]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    standard: Literal[1]
    points: _Points
    over: _Over
    contacts: _Contacts
    grades: _Grades
    names: _Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What work counts for. ``tiers`` is by kind and tier; ``over`` is the number of points above which
    somebody with a full week and no reduction is over the limit."""

    tiers: Mapping[tuple[Kind, str], int]
    transition: Kind
    suspended: int
    standard_report: int
    fast_report: int
    contacts: Mapping[str, int]
    full_week: int
    over_percent: int
    grades: Mapping[str, Grade]
    marks: Mapping[Standing, tuple[re.Pattern[str], ...]]
    unallocated_keys: tuple[re.Pattern[str], ...]

    def points(
        self, kind: Kind, tier: str, *, suspended: bool = False, transition: bool = False
    ) -> int | None:
        """What one case counts for; None for a tier that no source gives points for."""
        if (kind, tier) not in self.tiers:
            return None
        if suspended:
            return self.suspended
        return self.tiers[(self.transition if transition else kind, tier)]

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
    tiers = {
        (kind, tier): points for kind, table in read.points.tiers.items() for tier, points in table.items()
    }
    assert set(tiers) == {(kind, tier) for kind in KINDS for tier in TIERS}, "every tier has its points"
    marks: dict[Standing, list[str]] = {
        "unallocated": read.names.unallocated,
        "left": read.names.left,
        "away": read.names.away,
    }
    return Workload(
        tiers=MappingProxyType(tiers),
        transition=read.points.transition,
        suspended=read.points.suspended,
        standard_report=read.points.reports.standard,
        fast_report=read.points.reports.fast,
        contacts=MappingProxyType(read.contacts.points),
        full_week=read.points.full_week,
        over_percent=read.over.percent,
        grades=MappingProxyType(
            {code: grade for grade, codes in read.grades.codes.items() for code in codes}
        ),
        marks=MappingProxyType({name: tuple(map(re.compile, each)) for name, each in marks.items()}),
        unallocated_keys=tuple(map(re.compile, read.names.unallocated_keys)),
    )
