"""Findings as they go onward to reports and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from assay.core.figures import Count, Estimate
from assay.inspection.findings.definitions import Definition


class Basis(StrEnum):
    """Where a number comes from, told apart wherever it is shown."""

    COUNTED = "counted"  # by us, from readings
    PUBLISHED = "published"  # by the body that inspected, as it stands in a source
    INFERRED = "inferred"  # by us, from what was published
    NOT_IN_SOURCE = "not in our source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A definition with what it came to. ``weighted`` is the share in which each case weighs by its chance of
    being drawn; None where the draw gave no such chances. ``numerator_cases`` are among
    ``denominator_cases``; both are the opaque references of readings, for those who may open them, and leave
    with nothing published."""

    definition: Definition
    count: Count
    estimate: Estimate | None
    weighted: float | None
    numerator_cases: tuple[str, ...]
    denominator_cases: tuple[str, ...]

    @property
    def id(self) -> str:
        return self.definition.id

    @property
    def sentence(self) -> str:
        """The catalogue key of the sentence; its values are in :attr:`values`."""
        return self.definition.sentence

    @property
    def values(self) -> Mapping[str, int]:
        return {"numerator": self.count.numerator, "denominator": self.count.denominator}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileGroup:
    """One value of a fact, how many readings have it, and how many there are."""

    value: str
    label: str
    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileTable:
    """The sample by one fact. Readings in which the fact is not known are a group of their own."""

    fact: str
    title: str
    groups: tuple[ProfileGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """How the figures were made, for the method note. ``eligible`` is None where nobody knows it."""

    read: int
    eligible: int | None
    units: int
    framework: str
    framework_version: str
    definitions_version: str
    definitions_hash: str
    seed: str = ""
    frame_hash: str = ""
    code_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that an inspection's readings came to."""

    findings: tuple[Finding, ...]
    profile: tuple[ProfileTable, ...]
    method: Method

    def finding(self, id: str) -> Finding | None:
        return next((each for each in self.findings if each.id == id), None)
