"""What oversight hands onward: people with something open, and what is known about each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from assay.core.figures import Count
from assay.core.messages import Message

CRITICAL = 4


class State(StrEnum):
    """What a matter is."""

    OPEN = "open"
    ASKED = "asked"
    WAITING_FOR_RECORD = "waiting_for_record"
    WAITING_FOR_PARTNER = "waiting_for_partner"
    PLANNED = "planned"
    DECIDED_NOT_TO = "decided_not_to"
    SAID_WRONG = "said_wrong"
    WRONG = "wrong"
    MET = "met"
    GONE = "gone"
    CLOSED = "closed"
    JOINED = "joined"


class TextState(StrEnum):
    """What a text for nDelius is."""

    WAITING = "waiting"
    RETURNED = "returned"
    IN_RECORD = "in_record"


class Mover(StrEnum):
    """Who moves a thing on. ``NIGHT`` is the nightly run: only the record meets a duty."""

    NIGHT = "night"
    SPO = "spo"
    PRACTITIONER = "practitioner"
    SECOND_PERSON = "second_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedWindow:
    """The window a night set an obligation's day by, and where the pack says it comes from."""

    name: str
    value: int
    unit: str
    confidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenItem:
    """One matter as a list shows it.

    ``window`` and ``confidence`` say where the expectation comes from; ``adopted_on`` when the region made
    a starting value its own; ``is_backlog`` that it was open on the first night its duty was looked at.
    ``text_came_back`` is the text that no night has seen in nDelius. ``harm`` is what a list goes by: the
    severity before its cap, and without the delay of backlog; 0 until it has been weighed.
    """

    matter: UUID
    lapse_id: str
    obligation_id: str
    duty: str
    severity: int
    opened_on: date
    state: State
    is_backlog: bool
    standing: str
    until: date | None = None
    triggered_on: date | None = None
    due_on: date | None = None
    anchor_id: str = ""
    window: UsedWindow | None = None
    adopted_on: date | None = None
    text_came_back: UUID | None = None
    harm: int = 0

    @property
    def is_starting_value(self) -> bool:
        return self.window is not None and self.window.confidence == "assumed"

    @property
    def may_enter_queue(self) -> bool:
        """On, and of a window that is sourced or that the region has adopted (promises 4 and 5)."""
        return self.standing == "on" and (not self.is_starting_value or self.adopted_on is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """What makes a lapse about a person weigh more: ``risk`` is high risk, a child in the household or
    domestic abuse now with a partner known; ``plan`` a child protection plan, which is all of that too."""

    risk: bool = False
    plan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How the policy weighs a lapse. ``with_plan`` is the weight of a duty while there is a child protection
    plan, for the duties that have one of their own."""

    rise: int
    overdue: int
    with_plan: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the record shows of a person, as dates, for the line under a lapse."""

    police_asked: date | None = None
    police_answered: date | None = None
    children_asked: date | None = None
    children_answered: date | None = None
    last_assessment: date | None = None
    children_known: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person in a list, with what is open about them. Registers are codes."""

    crn: str
    reference: UUID
    name: str
    rosh: str | None
    registers: tuple[str, ...]
    staff_code: str
    practitioner: str
    team: str
    items: tuple[OpenItem, ...]
    seen: Seen = field(default_factory=Seen)
    is_limited: bool = False

    @property
    def severity(self) -> int:
        return max((item.severity for item in self.items), default=0)

    @property
    def is_critical(self) -> bool:
        return self.severity >= CRITICAL

    def with_items(self, items: tuple[OpenItem, ...]) -> PersonRow:
        return replace(self, items=items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """People by harm: those of today, the critical beyond them, and everybody else with something open."""

    first: tuple[PersonRow, ...]
    critical_beyond: tuple[PersonRow, ...]
    rest: tuple[PersonRow, ...]

    @property
    def people(self) -> int:
        return len(self.first) + len(self.critical_beyond) + len(self.rest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Today:
    """What a manager sees first. ``units`` are names, none for every unit.

    ``unknown`` counts, by duty, people who could not be checked, ``unchecked`` those of them once, whatever
    the duty; ``not_adopted`` those who wait on windows nobody has adopted.
    """

    as_at: date
    units: tuple[str, ...]
    queue: Queue
    caseload: int
    duties_checked: int
    unknown: tuple[tuple[str, Count], ...]
    unchecked: int
    not_adopted: int
    on_trial: tuple[PersonRow, ...]
    short_reads: tuple[ShortReadRow, ...]
    came_back: tuple[TextRow, ...]
    second_opinions: int
    note: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWork:
    """Everything open in a manager's units, by what it waits for. One person may stand in several."""

    as_at: date
    beyond_six: tuple[PersonRow, ...]
    by_state: tuple[tuple[State, tuple[PersonRow, ...]], ...]
    not_adopted: tuple[PersonRow, ...]
    on_trial: tuple[PersonRow, ...]
    no_longer_there: tuple[GoneRow, ...]
    texts: tuple[TextRow, ...]
    note: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneRow:
    """A matter the records no longer hold, kept until a person closes it."""

    matter: UUID
    crn: str
    duty: str
    last_seen_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AskRow:
    """A question waiting for the practitioner's reply."""

    ask: UUID
    reference: UUID
    crn: str
    name: str
    question: str
    asked_by: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWork:
    """A practitioner's own list: nobody else's people, and no counts of anybody's work (promise 6)."""

    as_at: date
    people: tuple[PersonRow, ...]
    asks: tuple[AskRow, ...]
    texts: tuple[TextRow, ...]
    caseload: int
    duties_checked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PduDay:
    """What a head of PDU sees: critical people beyond a team's six, by name, and counts by team.

    ``critical`` holds the first of them by harm; ``more_critical`` counts those left for the longer list.
    """

    as_at: date
    units: tuple[str, ...]
    critical: tuple[PersonRow, ...]
    more_critical: int
    teams: tuple[TeamCount, ...]
    second_opinions: int
    note: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """Something said to be wrong, waiting for a second person."""

    dispute: UUID
    reference: UUID
    crn: str
    name: str
    duty: str
    reason: str
    by: str
    is_own: bool
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortReadRow:
    """One person with nothing open, drawn for a short read this month."""

    read: UUID
    reference: UUID
    crn: str
    name: str
    practitioner: str
    month: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """A text on its way into nDelius, as a list shows it."""

    text: UUID
    reference: UUID
    crn: str
    name: str
    contact_type: str
    happened_on: date
    made_on: date
    state: TextState
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingText:
    """What the nightly rule needs to know of a text. ``already`` are the contacts that were there before."""

    contact_type: str
    happened_on: date
    made_on: date
    already: frozenset[str]
    state: TextState


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenContact:
    """A contact of the person's, as a night read it."""

    contact_id: str
    type: str
    happened_on: date
    recorded_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamCount:
    """A team as the head of its PDU sees it. Never a practitioner (promise 6)."""

    team: str
    name: str
    with_something_open: Count
    critical: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """One line of what has been done about a person's matters."""

    at: datetime
    on: date
    author: str
    kind: str
    words: tuple[tuple[str, str], ...] = ()
    matters: tuple[str, ...] = ()
    text: UUID | None = None
    text_state: TextState | None = None
    by_when: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a person said of a rung that records cannot show, and whether a second one agreed."""

    claim: UUID
    enquiry_id: str
    rung: str
    words_id: str
    paragraph: int
    by: str
    by_own: bool
    on: date
    agreed: bool | None
    second: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One rung of a ladder. ``state`` is done, waiting, none or unknown; ``gap`` is calendar days since the
    rung before. ``since_answer`` is a completed assessment later than the answer: all a record can say."""

    name: str
    state: str
    on: date | None = None
    gap: int | None = None
    detail: str = ""
    claim: Claim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The four rungs for one agency, of the last enquiry or of the need for one."""

    agency: str
    enquiry_id: str
    needed_on: date | None
    asked_on: date | None
    answered_on: date | None
    reply: str
    assessed_on: date | None
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """A duty as it stands for one person on the day, with the rows that say why. ``after_the_fact``: its
    window is shorter than a night takes to come, and no events tell of it."""

    duty: str
    state: str
    since: date | None
    due_on: date | None
    unknown_because: str
    standing: str
    after_the_fact: bool
    item: OpenItem | None
    reasons: tuple[EvidenceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRow:
    """One record behind a clause: which side it is on, and its days."""

    clause: str
    side: str
    table: str
    row_id: str
    code: str = ""
    happened_on: date | None = None
    recorded_on: date | None = None
