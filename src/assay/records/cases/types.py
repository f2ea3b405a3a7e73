"""A case as it may be read by one person: the values pages, discussions and readings are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal
from uuid import UUID

from assay.core.messages import Message

DO_NOT_DISCLOSE = "do_not_disclose"

Group = Literal[
    "contacts", "oversight", "enquiries", "assessments", "visits", "absences", "registers", "events"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Something written. ``subject`` and ``subject_id`` name the row it belongs to; ``paragraphs`` are
    what a reader can cite one by one."""

    words_id: str
    subject: str
    subject_id: str
    section: str
    section_name: str
    kind: str
    kind_name: str
    flag: str | None
    author: str | None
    written_at: datetime
    paragraphs: tuple[str, ...]

    @property
    def is_not_to_be_disclosed(self) -> bool:
        """The source is at risk: shown first, and never sent on."""
        return self.flag == DO_NOT_DISCLOSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the timeline. ``table`` and ``row_id`` name the row of the records it tells of; ``code`` is
    the contact type or register. ``late_by`` counts the days between the day it tells of and the day it was
    written, where these are many; None otherwise. ``is_end`` where it tells that something ended."""

    table: str
    row_id: str
    day: date
    time: time | None
    group: Group
    code: str
    title: str
    outcome: str
    by: str
    recorded_at: datetime | None
    late_by: int | None
    sensitive: bool
    words: tuple[Words, ...]
    is_end: bool = False

    @property
    def is_written_late(self) -> bool:
        return self.late_by is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the case is, by today's record, whatever past day is looked at. ``merged_from`` names the records
    that became this one."""

    crn: str
    reference: UUID
    forename: str
    surname: str
    date_of_birth: date
    gender: str
    preferred_language: str
    died_on: date | None
    is_limited: bool
    merged_from: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"{self.forename} {self.surname}"

    def age(self, on: date) -> int:
        """In whole years on that day."""
        born = self.date_of_birth
        return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """An entry in a register; ``closed_on`` is None while it is open."""

    registration_id: str
    code: str
    name: str
    level: str
    category: str
    opened_on: date
    closed_on: date | None
    next_review_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rosh:
    """A step of the risk of serious harm: codes of ``rosh_level``, empty where not recorded."""

    rosh_id: str
    level: str
    children: str
    public: str
    known_adult: str
    staff: str
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who held the case, where, and when."""

    staff_code: str
    name: str
    grade: str
    manager_code: str
    team_code: str
    team: str
    pdu_code: str
    pdu: str
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    sentence_id: str
    event_number: int
    type: str
    type_name: str
    sentenced_on: date
    started_on: date | None
    expected_end_on: date | None
    ended_on: date | None
    offences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """Someone around the person, under the label the record gives them."""

    circle_id: str
    role: str
    label: str
    date_of_birth: date | None
    household: bool
    source: str
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """A question to another agency. ``answered_on`` is None where no answer was known on the day."""

    enquiry_id: str
    agency: str
    agency_name: str
    kind: str
    kind_name: str
    outcome: str
    asked_on: date
    answered_on: date | None
    reply: str
    address_id: str | None
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    plan_row_id: str
    kind: str
    kind_name: str
    protects: str
    owner_agency: str
    due_on: date | None
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    assessment_id: str
    type: str
    type_name: str
    status: str
    staff_code: str
    by: str
    started_on: date
    signed_on: date | None
    locked_on: date | None
    completed_on: date | None
    countersigned_on: date | None
    risk_children: str
    words: tuple[Words, ...]
    plan: tuple[PlanRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """All that may be read of one case. ``as_known_on`` is the day looked at: nothing written later is in
    it. ``timeline`` is newest first. ``first`` has the words marked do-not-disclose, shown above all."""

    identity: Identity
    as_known_on: date
    first: tuple[Words, ...]
    registers: tuple[Register, ...]
    rosh: tuple[Rosh, ...]
    holders: tuple[Holder, ...]
    sentences: tuple[Sentence, ...]
    circle: tuple[Circle, ...]
    enquiries: tuple[Enquiry, ...]
    assessments: tuple[Assessment, ...]
    timeline: tuple[Entry, ...]
    words: tuple[Words, ...]

    @property
    def holder(self) -> Holder | None:
        """Who holds the case on the day looked at; None if nobody does."""
        day = self.as_known_on
        open_ = [h for h in self.holders if h.opened_on <= day and (h.closed_on is None or h.closed_on > day)]
        return open_[-1] if open_ else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseName:
    """What a list shows of a case."""

    crn: str
    reference: UUID
    name: str
    is_limited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """The cases a figure may be counted over, and those that may be listed behind it. ``note`` is what must
    stand beside the figure."""

    counted: frozenset[str]
    listed: frozenset[str]
    note: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnmanagedLimit:
    """A limited case whose manager may not see it, or that has none."""

    crn: str
    reference: UUID
    staff_code: str
    practitioner: str
    manager_code: str
    manager: str
    message: Message
