"""A reading, its answers and its evidence: what this room hands onward."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from assay.core.messages import Message
from assay.core.standards.types import FactValue, KeyQuestion, Question

InterviewOutcome = Literal["", "held", "not_held"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as it was given. ``reason`` is the reader's for "does not apply", and the routing's (in
    English) where the framework settles that the question does not apply."""

    question: str
    value: str
    note: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A signed reading as findings count it. ``case_ref`` is opaque; ``answers`` has one for every question
    of the instrument, those that do not apply among them. ``facts`` are the reader's where the reader gave
    one, else the record's."""

    case_ref: str
    assignment_ref: str
    pdu: str
    instrument: str
    facts: Mapping[str, FactValue]
    answers: Mapping[str, Answer]
    signed_at: datetime
    pdu_name: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A reading made elsewhere, to be brought in and signed: answers and facts for one drawn assignment."""

    assignment_ref: str
    facts: Mapping[str, FactValue]
    answers: Mapping[str, Answer]
    interview: InterviewOutcome = "not_held"
    not_interviewed_because: str = "The reading was brought in from elsewhere."


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Something cited under a question. ``source`` and ``source_id`` name the row, ``paragraph`` the
    paragraph of its words, counted from 1; 0 means the entry itself."""

    uuid: UUID
    question: str
    source: str
    source_id: str
    paragraph: int
    label: str
    happened_on: date | None
    after_announcement: bool

    @property
    def key(self) -> str:
        return f"{self.source}:{self.source_id}:{self.paragraph}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something the practitioner said."""

    uuid: UUID
    said: str
    on_record: bool
    question: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interview:
    """The practitioner's interview: held on a day, or not held because."""

    outcome: InterviewOutcome = ""
    held_on: date | None = None
    not_because: str = ""
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A missed opportunity: when, who could have acted, and what was known then."""

    uuid: UUID
    happened_on: date
    who: str
    known: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Good practice worth telling, or a risk somebody must hear of now."""

    uuid: UUID
    kind: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One question of a reading as it now stands. ``seen`` is the version of the answer, 0 for none."""

    key_question: KeyQuestion
    question: Question
    because: Message | None
    waiting_for: str | None
    answer: Answer | None
    seen: int
    evidence: tuple[Evidence, ...] = ()

    @property
    def applies(self) -> bool:
        return self.because is None and self.waiting_for is None

    @property
    def is_answered(self) -> bool:
        return self.applies and self.answer is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactGiven:
    """A fact: what the record says, what the reader says, and which stands."""

    code: str
    from_record: FactValue
    from_reader: FactValue
    seen: int

    @property
    def value(self) -> FactValue:
        return self.from_record if self.from_reader is None else self.from_reader


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingInHand:
    """A reading as the reading page shows it."""

    uuid: UUID
    inspection: UUID
    inspection_name: str
    framework_id: str
    framework_version: str
    announced_on: date
    number: int
    of: int
    case: UUID
    crn: str
    assignment: str
    pdu_name: str
    kind: str
    started_on: date | None
    reader: UUID
    reader_name: str
    instrument: str
    because: Message
    routed_by: str
    places: tuple[Place, ...]
    facts: Mapping[str, FactGiven]
    interview: Interview
    missed: tuple[Missed, ...]
    flags: tuple[Flag, ...]
    saved_at: datetime
    signed_at: datetime | None
    may_write: bool
    missing: tuple[Message, ...] = field(default=())

    def place(self, code: str) -> Place | None:
        """The question of that code; None if this instrument does not ask it."""
        return next((each for each in self.places if each.question.code == code), None)

    @property
    def answered(self) -> int:
        return sum(each.is_answered for each in self.places)

    @property
    def asked(self) -> int:
        """How many questions apply, or may yet."""
        return sum(each.because is None for each in self.places)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """One case in a list: "my cases", or the lead's progress. ``state`` is new, open or signed."""

    case: UUID
    reading: UUID | None
    inspection: UUID
    inspection_name: str
    number: int
    of: int
    pdu_code: str
    pdu_name: str
    kind: str
    started_on: date | None
    reader_name: str
    state: str
    answered: int
    asked: int
    saved_at: datetime | None
    replaces: str = ""
