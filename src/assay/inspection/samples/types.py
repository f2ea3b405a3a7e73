"""The frame, the receipt of a draw, and a drawn case: what this room hands onward."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """One order or licence that was looked at for the frame.

    ``assignment`` names it (the sentence's id) and ``case`` the person (the CRN). ``reason`` is a code of
    :data:`assay.inspection.samples.rules.REASONS`, empty where it is eligible.
    """

    assignment: str
    case: str
    pdu_code: str
    pdu_name: str
    kind: str
    started_on: date | None
    reason: str = ""
    staff_code: str = ""

    @property
    def is_eligible(self) -> bool:
        return not self.reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a frame came from, if not from records: the file's hash, the rows in it that said something, and
    how many of them could not be read."""

    kind: str
    sha256: str
    rows: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedCase:
    """One row of a long list. ``person`` is one number for all rows of a person, who stands in the list more
    than once by ``same_by``: "crn", "pnc", "name", or empty for once."""

    assignment: str
    crn: str
    person: int
    same_by: str
    pdu_code: str
    pdu_name: str
    kind: str
    started_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LongList:
    """A long list as it was taken. ``as_at`` is the day it speaks for; ``not_listed`` counts the rows whose
    names are hidden, because access to the record is limited."""

    origin: Origin
    as_at: date
    not_listed: int
    synthetic: bool
    cases: tuple[ListedCase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingFrame:
    """Everything considered, and how many more are not listed because access to them is limited.

    ``snapshot`` is the hash of the records it was made from and ``as_at`` the last day they speak for. A
    frame of a long list has its ``origin``, whose hash is the file's; there are no records behind it.
    """

    considered: tuple[Considered, ...]
    not_listed: int
    snapshot: str
    as_at: date
    started_between: tuple[date, date]
    origin: Origin | None = None

    @property
    def eligible(self) -> tuple[Considered, ...]:
        return tuple(each for each in self.considered if each.is_eligible)

    @property
    def by_pdu(self) -> Mapping[str, int]:
        """Eligible assignments by PDU code, in order of code."""
        sizes: dict[str, int] = {}
        for each in sorted(self.eligible, key=lambda each: each.pdu_code):
            sizes[each.pdu_code] = sizes.get(each.pdu_code, 0) + 1
        return sizes

    @property
    def pdu_names(self) -> Mapping[str, str]:
        return {each.pdu_code: each.pdu_name for each in self.considered if each.pdu_code}

    @property
    def by_reason(self) -> Mapping[str, int]:
        """Assignments that are not eligible, by reason."""
        counts: dict[str, int] = {}
        for each in self.considered:
            if each.reason:
                counts[each.reason] = counts.get(each.reason, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """One PDU's part of the draw: how many it has, how many were drawn, and the chance of each."""

    pdu_code: str
    pdu_name: str
    eligible: int
    drawn: int
    reserves: int

    @property
    def chance(self) -> str:
        """The chance of each case as a fraction in words: "3 in 41"."""
        return f"{self.drawn} in {self.eligible}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCase:
    """A case of the sample. ``number`` counts from 1 in the order of the sample and stays with the place
    when a case is replaced; ``replaces`` says why it stands there, if it was not drawn first."""

    uuid: UUID
    number: int
    assignment: str
    case: str
    pdu_code: str
    pdu_name: str
    kind: str
    started_on: date | None
    reader: UUID | None
    reader_name: str
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A sealed draw as pages read it."""

    size: int
    seed: str
    sealed_at: datetime
    sealed_by: str
    frame_hash: str
    receipt_hash: str
    receipt: Mapping[str, Any]
    strata: Sequence[Stratum]
    cases: Sequence[DrawnCase]
