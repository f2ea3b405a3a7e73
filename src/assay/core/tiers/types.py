"""What goes into a tier and what comes out of it: frozen values, each step with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from assay.core.steps import Step
from assay.core.tiers.tables import Rosh

ScoreType = Literal["static", "dynamic"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One register entry. ``category`` is read by nothing in tier v2."""

    code: str
    level: str | None = None
    category: str | None = None
    entered_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One requirement of a sentence."""

    category: str | None
    restrictive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Conviction:
    """One conviction and its sentence; ``ended`` if it has a day of termination."""

    sentence_type: str | None
    ended: bool
    requirements: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """A valid assessment. ``scores`` has the sum of a section's answers by need, None where every answer is
    missing; a section that is not there has none either. ``san`` is true for strengths and needs."""

    scores: Mapping[str, int | None]
    san: bool = False
    parenting: bool = False
    impulsivity: bool = False
    temper: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseV2:
    """One person, for tier v2. None is not given, which scores as nothing and is said so. Scores are
    percentages, 6.99 for 6.99%."""

    id: str
    female: bool | None = None
    rsr: Decimal | None = None
    ogrs: int | None = None
    registrations: tuple[Registration, ...] | None = None
    convictions: tuple[Conviction, ...] | None = None
    enforcement: bool | None = None
    assessment: Assessment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseV3:
    """One person, for tier v3. ``category`` is true for MAPPA categories 1 to 4. ``rosh`` of None is missing,
    which is not low. ``dcsrp_band`` of None, or not applicable, is None. Scores are percentages."""

    id: str
    active: bool | None = None
    category: bool = False
    rosh: Rosh | None = None
    lifer_ipp: bool | None = None
    released_on: date | None = None
    domestic_abuse: bool | None = None
    stalking: bool | None = None
    child_protection: bool | None = None
    sexual_offence: bool | None = None
    arp: Decimal | None = None
    csrp: Decimal | None = None
    arp_type: ScoreType | None = None
    csrp_type: ScoreType | None = None
    dcsrp: Decimal | None = None
    dcsrp_band: Rosh | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TierV2:
    """Protection as a letter, change as a digit, and S where contact is suspended."""

    id: str
    protect: str
    protect_points: int
    change: str
    change_points: int
    suspended: bool
    steps: tuple[Step, ...]

    @property
    def tier(self) -> str:
        """Such as ``B2`` or ``B2S``."""
        return f"{self.protect}{self.change}{'S' if self.suspended else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TierV3:
    """``tier`` is a letter from A to G, NOT_SUPERVISED or MISSING; only a letter can be provisional."""

    id: str
    tier: str
    provisional: bool
    steps: tuple[Step, ...]
