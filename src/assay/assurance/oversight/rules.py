"""What the manager's queue decides, without a clock or a database.

``STATES`` is the one table of what a matter may be and who moves it on; ``TEXT_STATES`` the same for a
text on its way into nDelius. Everything else here is order, dates and draws.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from assay.assurance.oversight.types import (
    Mover,
    Near,
    OpenItem,
    PersonRow,
    Queue,
    Scale,
    SeenContact,
    State,
    TextState,
    WaitingText,
)
from assay.core.dates import add_working_days, working_days_between

QUEUE_SIZE = 6
# How many critical people a head of PDU is shown at first; the page says how many more there are.
CRITICAL_SHOWN = 20
# Promise 1: a text not seen in nDelius after two working days comes back.
TEXT_RETURNS_AFTER = 2
# Ours: a question nobody answered comes back to the one who asked after a working week.
ASK_RETURNS_AFTER = 5
# A note copied late may carry the day it was copied instead of the day of the discussion.
CONTACT_DATE_TOLERANCE = 2


@dataclass(frozen=True, slots=True)
class Move:
    """One way out of a state: where to, who may, and what made it happen."""

    to: StrEnum
    by: tuple[Mover, ...]
    because: str


@dataclass(frozen=True, slots=True)
class StateRow:
    """One state. ``owner`` is who has the next word; None where nothing more is expected of anybody."""

    name: str
    owner: Mover | None
    moves: tuple[Move, ...]


_MET = Move(State.MET, (Mover.NIGHT,), "the records show it was done")
_GONE = Move(State.GONE, (Mover.NIGHT,), "no longer in the records")
_ASK = Move(State.ASKED, (Mover.SPO,), "a question to the practitioner")
_DECIDE = Move(State.WAITING_FOR_RECORD, (Mover.SPO,), "a discussion or a decision was written down")
_WRONG = Move(State.SAID_WRONG, (Mover.SPO, Mover.PRACTITIONER), "somebody says this is wrong")
_JOIN = Move(State.JOINED, (Mover.NIGHT,), "hangs on the same row as another matter")
_OUT = (_MET, _GONE, _JOIN)
# Where a text came back and its contact was seen later after all, the night completes what was decided.
_SEEN = tuple(
    Move(to, (Mover.NIGHT,), "the contact was seen in nDelius")
    for to in (State.PLANNED, State.DECIDED_NOT_TO, State.WAITING_FOR_PARTNER, State.WRONG)
)


def _back(because: str) -> Move:
    return Move(State.OPEN, (Mover.NIGHT,), because)


STATES: Mapping[State, StateRow] = {
    State.OPEN: StateRow("Open", Mover.SPO, (_ASK, _DECIDE, _WRONG, *_SEEN, *_OUT)),
    State.ASKED: StateRow(
        "With the practitioner",
        Mover.PRACTITIONER,
        (
            Move(State.OPEN, (Mover.PRACTITIONER, Mover.NIGHT), "a reply, or none after five working days"),
            _DECIDE,
            _WRONG,
            *_OUT,
        ),
    ),
    State.WAITING_FOR_RECORD: StateRow(
        "Waiting for nDelius",
        Mover.SPO,
        (_back("not seen in nDelius after two working days"), *_SEEN, *_OUT),
    ),
    State.WAITING_FOR_PARTNER: StateRow(
        "Waiting for a partner",
        Mover.SPO,
        (_back("the review date came"), _ASK, _DECIDE, _WRONG, *_OUT),
    ),
    State.PLANNED: StateRow(
        "Planned", Mover.SPO, (_back("the date agreed has passed"), _ASK, _DECIDE, _WRONG, *_OUT)
    ),
    State.DECIDED_NOT_TO: StateRow(
        "Decided not to", Mover.SPO, (_back("the review date came"), _ASK, _DECIDE, _WRONG, *_OUT)
    ),
    State.SAID_WRONG: StateRow(
        "Said to be wrong",
        Mover.SECOND_PERSON,
        (
            Move(State.WAITING_FOR_RECORD, (Mover.SECOND_PERSON,), "a second person agrees"),
            Move(State.OPEN, (Mover.SECOND_PERSON,), "a second person does not agree"),
            *_OUT,
        ),
    ),
    State.WRONG: StateRow("Wrong, two people agree", None, _OUT),
    State.MET: StateRow("Met in the records", None, (_back("open again in the records"), _GONE, _JOIN)),
    State.GONE: StateRow(
        "No longer in the records",
        Mover.SPO,
        (
            Move(State.CLOSED, (Mover.SPO,), "a person closed it"),
            _back("in the records again"),
            _MET,
            _JOIN,
        ),
    ),
    State.CLOSED: StateRow("Closed by a person", None, (_back("in the records again"), _MET, _JOIN)),
    State.JOINED: StateRow("Joined to another matter", None, ()),
}

TEXT_STATES: Mapping[TextState, StateRow] = {
    TextState.WAITING: StateRow(
        "Waiting for nDelius",
        Mover.SPO,
        (
            Move(TextState.IN_RECORD, (Mover.NIGHT,), "the contact was seen in nDelius"),
            Move(TextState.RETURNED, (Mover.NIGHT,), "not seen after two working days"),
        ),
    ),
    TextState.RETURNED: StateRow(
        "Came back: not seen in nDelius",
        Mover.SPO,
        (Move(TextState.IN_RECORD, (Mover.NIGHT,), "the contact was seen in nDelius"),),
    ),
    TextState.IN_RECORD: StateRow("In nDelius", None, ()),
}

# A matter in one of these has nobody's next word waiting: it is in no list of work.
DONE = frozenset({State.WRONG, State.MET, State.CLOSED, State.JOINED})
# Decisions with a date on which they come back.
DATED = frozenset({State.WAITING_FOR_PARTNER, State.PLANNED, State.DECIDED_NOT_TO})


def may_move(state: State, to: State, *, by: Mover) -> bool:
    """Whether the state table lets this mover take a matter from one state to another."""
    return any(move.to == to and by in move.by for move in STATES[state].moves)


def after_night(
    state: State, *, is_open: bool, is_in_records: bool, until: date | None, as_at: date
) -> State:
    """What a matter is after a night has looked at its lapse.

    ``until`` is the date a decision or question comes back. A lapse the records no longer hold is kept
    for a person to close; one the records show as ended is met, and only that meets it.
    """
    if not is_in_records:
        return state if state in (State.GONE, State.CLOSED) else State.GONE
    if not is_open:
        return State.MET
    if state is State.WRONG:
        return state
    if state in (State.MET, State.GONE, State.CLOSED):
        return State.OPEN
    if state in DATED | {State.ASKED} and until is not None and as_at >= until:
        return State.OPEN
    return state


def text_after_night(
    text: WaitingText, contacts: Iterable[SeenContact], *, as_at: date
) -> tuple[TextState, str]:
    """Whether a night saw the contact a text was to become, and that contact's id.

    It must be of the type the text was written for, dated on the text's day or within two working days
    after it, recorded since the text was written, and not have been in the records already.
    """
    last = add_working_days(text.happened_on, CONTACT_DATE_TOLERANCE)
    for contact in sorted(contacts, key=lambda each: (each.recorded_on, each.contact_id)):
        if (
            contact.type == text.contact_type
            and text.happened_on <= contact.happened_on <= last
            and contact.recorded_on >= text.made_on
            and contact.contact_id not in text.already
        ):
            return TextState.IN_RECORD, contact.contact_id
    waited = working_days_between(max(text.made_on, text.happened_on), as_at)
    return (TextState.RETURNED if waited >= TEXT_RETURNS_AFTER else text.state), ""


def weighed(item: OpenItem, near: Near, *, scale: Scale, as_at: date) -> OpenItem:
    """The item as a list weighs it: by harm.

    A night adds to a lapse that is long overdue. For what was open on the first night that says only how
    long the records go back, so it does not count: backlog is not lateness (promise 5).
    """
    severity = item.severity
    is_raised_by_delay_alone = (
        item.is_backlog and not (near.risk or near.plan) and is_long_overdue(item, scale=scale, as_at=as_at)
    )
    if is_raised_by_delay_alone:
        severity = max(severity - scale.rise, 1)
    before_cap = scale.with_plan.get(item.duty, 0) + scale.rise if near.plan else 0
    return replace(item, severity=severity, harm=max(severity, before_cap))


def is_long_overdue(item: OpenItem, *, scale: Scale, as_at: date) -> bool:
    """Whether it is overdue by so many times its window. A window of nothing counts as one day."""
    if item.due_on is None or item.window is None:
        return False
    length = max(item.window.value, 1) * scale.overdue
    return item.due_on < _due_since(as_at, length, item.window.unit)


@lru_cache(maxsize=256)
def _due_since(as_at: date, length: int, unit: str) -> date:
    """The first day that, so much later, is not before ``as_at``: what was due earlier is long overdue."""
    if unit != "working_days":
        return as_at - timedelta(days=length * (7 if unit == "weeks" else 1))
    day = as_at
    while add_working_days(day - timedelta(days=1), length) >= as_at:
        day -= timedelta(days=1)
    return day


def harm_order(person: PersonRow) -> tuple[int, int, bool, int, date, str]:
    """Sorts people by harm: what is open, then risk of serious harm, then whether somebody told us and
    nobody has worked with it, then registers, then the oldest first.

    Not a score and never shown as one. The CRN comes last so that equal people keep one order.
    """
    items = person.items
    harm = max(item.harm or item.severity for item in items)
    return (
        -harm,
        -rosh_rank(person.rosh),
        not any(item.duty in TOLD and (item.harm or item.severity) == harm for item in items),
        -len(set(person.registers) & HARM_REGISTERS),
        min(item.opened_on for item in items),
        person.crn,
    )


# Duties whose lapse says that an answer came and nobody has worked with it: known harm before unasked.
TOLD = frozenset({"S06"})
HARM_REGISTERS = frozenset({"RCPR", "RCHD", "RCCO", "ADVP", "REG30", "MAPP", "ARSO", "SPO", "RVAD", "AV2S"})
_ROSH = {"low": 1, "medium": 2, "high": 3, "very_high": 4}


def rosh_rank(level: str | None) -> int:
    """1 to 4; a level nobody recorded ranks with medium, so that a gap never hides a person."""
    return _ROSH.get(level or "", 2)


def split_queue(people: Sequence[PersonRow], *, size: int = QUEUE_SIZE) -> Queue:
    """The first ``size`` people by harm, the critical ones beyond them, and the rest as open work."""
    ordered = sorted(people, key=harm_order)
    beyond = ordered[size:]
    return Queue(
        first=tuple(ordered[:size]),
        critical_beyond=tuple(p for p in beyond if p.is_critical),
        rest=tuple(p for p in beyond if not p.is_critical),
    )


def drawn(crns: Iterable[str], *, month: date, salt: str) -> str | None:
    """The one of them drawn for a short read in a month. Repeating the draw draws the same."""

    def lot(crn: str) -> bytes:
        return hashlib.sha256(f"{salt}|{month:%Y-%m}|{crn}".encode()).digest()

    return min(crns, key=lot, default=None)


def is_backlog(duty: str, *, duties_seen: frozenset[str]) -> bool:
    """Open on the first night its duty was looked at: backlog, not lateness (promise 5)."""
    return duty not in duties_seen
