"""The thresholds, points and codes of both tiers, read once from ``v2.yaml`` and ``v3.yaml``.

Each block says where it was read and how sure that is. Scores are decimals, so that 6.99 is 6.99.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from assay.core.messages import message
from assay.core.policy.types import Confidence
from assay.core.rule_files import read_rules

Rosh = Literal["low", "medium", "high", "very_high"]
ROSH: tuple[Rosh, ...] = ("low", "medium", "high", "very_high")
Severity = Literal["no_need", "standard", "severe"]
MAPPA_LEVELS = ("M1", "M2", "M3")
REMEDY = message("Correct the table and run the command again.")


def _exact(value: object) -> Decimal:
    if not isinstance(value, str):
        raise ValueError("a threshold is written in quotation marks, so that it is read to its last digit")
    return Decimal(value)


Exact = Annotated[Decimal, BeforeValidator(_exact), Field(ge=0)]


class _Block(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Sourced(_Block):
    """Facts with one source. ``confidence`` says whether it was read, is recalled, or is ours."""

    source: str = Field(min_length=1)
    confidence: Confidence


class Quirk(Sourced):
    """Where the rules do what a reader would not expect, and we do the same."""

    name: str
    about: str


class Registers(Sourced):
    """Register codes. ``rosh`` and ``complexity`` are compared in any case, the others as written."""

    left_out: tuple[str, ...]
    rosh: dict[str, Rosh]
    mappa: str
    complexity: tuple[str, ...]
    nominal: str
    suspended: str


class Band(_Block):
    """From ``lowest`` to ``highest``, both in it."""

    name: str
    lowest: Exact
    highest: Exact
    points: int


class Rsr(Sourced):
    """Bands from the highest down."""

    bands: tuple[Band, ...] = Field(min_length=1)


class RoshPoints(Sourced):
    """Points by level."""

    points: dict[Rosh, int]


class MappaPoints(Sourced):
    """Points by level, M1 to M3."""

    points: dict[str, int]


class Complexity(Sourced):
    """Points for each distinct register entry."""

    each: int


class Women(Sourced):
    """Points for each factor that counts for women alone."""

    gender: str
    parenting: int
    self_control: int
    enforcement: int


class Level(_Block):
    """A level and the fewest points it takes."""

    level: str
    least: int = Field(alias="from", ge=0)


class Protect(Sourced):
    """Levels from the highest down, the last from nought."""

    levels: tuple[Level, ...] = Field(min_length=1)


class Mandate(Sourced):
    """Sentence types in custody, and requirements that are unpaid work."""

    custodial: tuple[str, ...]
    unpaid_work: tuple[str, ...]


class Change(Sourced):
    """Levels from the highest down, the last from nought, and the two that need no points."""

    without_mandate: str
    without_assessment: str
    ogrs_divided_by: int = Field(gt=0)
    nominal: int
    levels: tuple[Level, ...] = Field(min_length=1)


class Validity(Sourced):
    """Which assessment is valid: its status, and within how many weeks it was completed."""

    status: str
    weeks: int = Field(gt=0)


class Thresholds(_Block):
    """The lowest section score that is a standard, and a severe, need."""

    standard: int
    severe: int


class Need(Thresholds):
    """One need; ``section`` is its name in the assessment API, ``san`` the thresholds of a strengths and
    needs assessment where they differ."""

    need: str
    section: str
    weight: int
    san: Thresholds | None = None

    def thresholds(self, *, san: bool) -> Thresholds:
        """Those that hold for a strengths and needs assessment, or for any other."""
        return self.san if san and self.san is not None else self


class Needs(Sourced):
    """Points for each severity, and the sections that have weight."""

    severity: dict[Severity, int]
    sections: tuple[Need, ...]
    without_weight: tuple[str, ...]


class Answers(Sourced):
    """What an answer of a section scores, and which answers are none."""

    scores: dict[str, int]
    missing: tuple[str, ...]


class RulesV2(Sourced):
    """The whole of tier v2."""

    standard: Literal[1]
    version: Literal["v2"]
    registers: Registers
    rsr: Rsr
    rosh: RoshPoints
    mappa: MappaPoints
    complexity: Complexity
    women: Women
    protect: Protect
    mandate: Mandate
    change: Change
    assessment: Validity
    needs: Needs
    answers: Answers
    quirks: tuple[Quirk, ...]

    @model_validator(mode="after")
    def _whole(self) -> RulesV2:
        for levels in (self.protect.levels, self.change.levels):
            least = [each.least for each in levels]
            if least != sorted(set(least), reverse=True) or least[-1] != 0:
                raise ValueError("levels go from the highest down to nought")
        if set(self.rosh.points) != set(ROSH) or set(self.mappa.points) != set(MAPPA_LEVELS):
            raise ValueError("every level of RoSH and of MAPPA has its points")
        ends = [end for band in self.rsr.bands for end in (band.highest, band.lowest)]
        if ends != sorted(ends, reverse=True):
            raise ValueError("bands go from the highest down and do not overlap")
        return self


class Reoffending(Sourced):
    """Thresholds from the highest down to nought; ``table`` has a row for each of CSRP, a column for ARP."""

    arp: tuple[Exact, ...]
    csrp: tuple[Exact, ...]
    table: tuple[tuple[str, ...], ...]


class From(_Block):
    """A tier and the lowest score it takes."""

    least: Exact = Field(alias="from")
    tier: str


class SexualReoffending(Sourced):
    """The tier of each band; in the medium band by score, from the highest down."""

    bands: dict[Rosh, str]
    medium: tuple[From, ...] = Field(min_length=1)


class MappaRosh(Sourced):
    """The tier by RoSH, with a MAPPA category and without one."""

    categories: tuple[str, ...]
    not_set: str
    with_category: dict[str, str]
    without_category: dict[str, str]


class Within(_Block):
    """The tier of a release within so many years."""

    years: int = Field(gt=0)
    tier: str


class LiferIpp(Sourced):
    """The tier by how long ago the release was, from the latest on."""

    released_within: tuple[Within, ...]
    longer_ago: str


class Flags(Sourced):
    """The tier of each fact that is so or not."""

    domestic_abuse: str
    stalking: str
    child_protection: str
    sexual_offences: str


class Provisional(Sourced):
    """The lowest tier of the other steps with which a tier is not provisional."""

    both_static: str
    rosh_missing_with_category: str
    rosh_missing_without_category: str


class RulesV3(Sourced):
    """The whole of tier v3."""

    standard: Literal[1]
    version: Literal["v3"]
    tiers: tuple[str, ...]
    reoffending: Reoffending
    sexual_reoffending: SexualReoffending
    mappa_rosh: MappaRosh
    lifer_ipp: LiferIpp
    flags: Flags
    provisional: Provisional
    quirks: tuple[Quirk, ...]

    @model_validator(mode="after")
    def _whole(self) -> RulesV3:
        if list(self.tiers) != sorted(set(self.tiers)):
            raise ValueError("tiers go from the highest down, in the order of the alphabet")
        grid = self.reoffending
        for steps in (grid.arp, grid.csrp):
            if list(steps) != sorted(set(steps), reverse=True) or steps[-1] != 0:
                raise ValueError("thresholds go from the highest down to nought")
        if len(grid.table) != len(grid.csrp) or any(len(row) != len(grid.arp) for row in grid.table):
            raise ValueError("the table has a row for each of CSRP and a column for each of ARP")
        if {each for row in grid.table for each in row} - set(self.tiers):
            raise ValueError("the table names tiers there are")
        return self


Rules = TypeVar("Rules", RulesV2, RulesV3)


@cache
def v2() -> RulesV2:
    """The shipped rules of tier v2."""
    return _shipped(RulesV2, "v2.yaml")


@cache
def v3() -> RulesV3:
    """The shipped rules of tier v3."""
    return _shipped(RulesV3, "v3.yaml")


def _shipped(kind: type[Rules], name: str) -> Rules:
    text = resources.files("assay.core.tiers").joinpath(name).read_text("utf-8")
    return kind.model_validate(yaml.safe_load(text))


def read(path: Path, kind: type[Rules]) -> Rules:
    """Rules of a file in the same form. ``Unfit`` names each thing that is wrong with it."""
    return read_rules(path, kind, rule="tier rules", remedy=REMEDY)
