"""The room's public face: frozen values other rooms may hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from assay.core.messages import Message

Standing = Literal["on", "trial", "off"]


class State(StrEnum):
    """What a duty is in, for one occurrence of it or for a case on the night."""

    NOT_APPLICABLE = "not_applicable"
    NOT_DUE = "not_due"
    DUE = "due"
    MET = "met"
    MET_LATE = "met_late"
    MISSED = "missed"
    EXEMPT = "exempt"
    UNKNOWN = "unknown"


class Clock(StrEnum):
    """By the day a thing happened, or by the day it could first have been known."""

    DATE = "date"
    RECORDED = "recorded"


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a duty that can hold or fail. ``table`` is the record table its rows come from, so that a
    page can find the row a reason names."""

    sentence: Message
    table: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What a duty says and who answers for its definition. ``windows`` and ``codes`` name the entries of
    the policy pack it reads; ``clauses`` words every clause a reason, an excuse or an unknown may name. A
    definition may be off; whether it is on is never written in it, but follows from its calibration.
    ``after_the_fact`` says why a nightly extract is too late for it, where its window is a day or less."""

    code: str
    name: Message
    sentence: Message
    population: Message
    evidence: Message
    exclusions: Message
    limits: Message
    severity: str
    windows: tuple[str, ...]
    codes: tuple[str, ...]
    tables: tuple[str, ...]
    clauses: Mapping[str, Clause]
    source: str
    author: str
    checker: str
    next_review: date
    version: int
    standing: Standing = "trial"
    after_the_fact: Message | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseRow:
    """A lapse of the new night, as far as attaching needs it. Parts of one lapse share ``lapse_id``."""

    lapse_id: str
    duty: str
    case_id: str
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """What an open matter was attached to when it was last seen in the records."""

    lapse_id: str
    duty: str
    case_id: str
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Where a matter hangs now. ``gone`` means that the records of this night no longer show it; a person
    closes it, never a night."""

    matter: Attached
    how: Literal["same", "moved", "gone"]
    lapse: LapseRow | None
