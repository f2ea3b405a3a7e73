"""What a team carries, as the workload workbook counts it. Nothing here is about one practitioner, but the
list of holders, which is for their own team's SPO and holds counts alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from assay.core.figures import Count
from assay.core.workload.rules import Grade, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeWork:
    """The practitioners of a grade, or of several that are too few to stand alone: how many, the people they
    hold, the points of their work, and how many of them are over the limit."""

    grades: tuple[Grade, ...]
    practitioners: int
    people: int
    points: int
    over: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamWork:
    """One team. ``people`` counts everybody held in it, whoever holds them; ``standing`` those under an entry
    that is nobody's, or that of somebody who left or is away. ``without_points`` are cases in tiers for which
    no source gives points."""

    team_code: str
    team: str
    pdu_code: str
    pdu: str
    region_code: str
    region: str
    people: int
    points: int
    grades: tuple[GradeWork, ...]
    standing: Mapping[Standing, int]
    without_points: int

    @property
    def practitioners(self) -> int:
        return sum(each.practitioners for each in self.grades)

    @property
    def over(self) -> int:
        return sum(each.over for each in self.grades)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A team, or a PDU as the sum of its teams, as a page shows it. ``points``, ``full`` (the points of so
    many full weeks) and ``over`` are None where the practitioners are too few to speak of without speaking of
    one of them."""

    code: str
    name: str
    practitioners: int
    people: int
    points: int | None
    full: int | None
    over: Count | None
    left: Count
    away: Count
    unallocated: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeLine:
    """The practitioners of one grade, or of several, over the teams of a page."""

    grades: tuple[Grade, ...]
    practitioners: int
    people: int
    points: int
    full: int
    over: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The workbook a region's figures come from. ``facts`` says what was taken of it and what was missing."""

    region: str
    as_at: date
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """The staffing page: lines by team, or by PDU where there are several; ``pdu`` names the one whose teams
    they are. ``hidden`` teams have too few practitioners for ``grades``, for points and for who is over."""

    sources: tuple[Source, ...]
    by_pdu: bool
    pdu: str
    lines: tuple[Line, ...]
    total: Line
    grades: tuple[GradeLine, ...]
    hidden: int
    without_points: int
    nobody_marked: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """One entry of a team and how many people stand under it."""

    staff_code: str
    name: str
    standing: Standing
    people: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """One team. ``holders`` is empty for everybody but the team's own SPO, in order of name."""

    source: Source
    line: Line
    pdu: str
    may_see_holders: bool
    holders: tuple[Holder, ...]
    nobody_marked: bool
