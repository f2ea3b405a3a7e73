"""What a report holds once its figures are made: the one form in which anything goes out."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from assay.core.dates import london_day

SCHEMA = "1"
LICENCE = (
    "All content is available under the Open Government Licence v3.0, except where otherwise stated: "
    "www.nationalarchives.gov.uk/doc/open-government-licence/version/3"
)
SYNTHETIC = "Synthetic: none of the people or cases in this document exist."


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedQuestion:
    """A question or fact that a finding was counted from, as it was worded then."""

    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFinding:
    """A finding as published. Shares are between 0 and 1; None on a base too small for one.

    ``value`` is ``numerator`` of ``denominator``; ``weighted`` the share in which each case weighs by its
    chance of being drawn. The rules are those it was counted by, in words that do not change afterwards.
    """

    id: str
    group: str
    sentence: str
    short: str
    numerator: int
    denominator: int
    unit: str
    population: str
    value: float | None
    weighted: float | None
    lower: float | None
    upper: float | None
    level: float
    method: str
    basis: str
    base_rule: str
    count_rule: str
    interval_rule: str
    asked: tuple[ReportedQuestion, ...]
    headline: bool = False
    adverse: bool = False
    note: str = ""

    @property
    def n_of_n(self) -> str:
        return f"{self.numerator} of {self.denominator}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedGroup:
    """One line of the profile; ``number`` is None where it was suppressed, and ``shown`` is what stands."""

    label: str
    number: int | None
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedProfile:
    title: str
    base: int
    groups: tuple[ReportedGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRecommendation:
    """``text`` is None where no source of ours has it."""

    addressee: str
    position: int
    theme: str
    text: str | None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedMethod:
    """How the figures were made. ``eligible`` is None and ``seed`` empty where nobody knows them."""

    read: int
    eligible: int | None
    units: int
    framework: str
    framework_version: str
    definitions_version: str
    definitions_hash: str
    seed: str
    frame_hash: str
    code_version: str
    limits: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A whole report, ready to be shown. Equal contents have equal hashes. ``groups`` are code and title,
    in order: a database of JSON keeps the order of a list, not of a mapping."""

    title: str
    inspection: str
    region: str
    judgement: str
    groups: tuple[tuple[str, str], ...]
    findings: tuple[ReportedFinding, ...]
    profile: tuple[ReportedProfile, ...]
    recommendations: tuple[ReportedRecommendation, ...]
    method: ReportedMethod
    synthetic: bool
    version: int
    revision_note: str = ""
    licence: str = LICENCE
    schema: str = SCHEMA

    @property
    def as_data(self) -> dict[str, Any]:
        """Plain data for a JSON file or column, from which :func:`content_from` makes the same content."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        return data

    @property
    def hash(self) -> str:
        written = json.dumps(self.as_data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()

    @property
    def headlines(self) -> tuple[ReportedFinding, ...]:
        return tuple(each for each in self.findings if each.headline)


def content_from(data: Any) -> Content:
    """The content a report was released with; fails on data that is not one."""
    return TypeAdapter(Content).validate_python(data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A report the public may read."""

    uuid: UUID
    slug: str
    version: int
    framework_id: str
    released_at: datetime
    content: Content
    hash: str
    newest: bool

    @property
    def released_on(self) -> date:
        return london_day(self.released_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line of the public list of reports."""

    slug: str
    title: str
    version: int
    released_on: date
    synthetic: bool
