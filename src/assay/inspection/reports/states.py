"""The states of a report, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from assay.access.accounts.roles import Role
from assay.core.errors import Refused
from assay.core.messages import Message, message


class State(StrEnum):
    """Where a version of a report stands, and with whom it rests."""

    DRAFT = "draft"  # with its author
    READY = "ready"  # with a second person
    RELEASED = "released"  # with the public; for ever as it is


@dataclass(frozen=True, slots=True)
class StateRow:
    """One state. ``owner`` is the role with the next word; None where nothing more is expected of anybody."""

    name: Message
    owner: Role | None
    moves: tuple[State, ...]


STATES: dict[State, StateRow] = {
    State.DRAFT: StateRow(message("Draft, with its author"), Role.LEAD_INSPECTOR, (State.READY,)),
    State.READY: StateRow(
        message("Ready, with the second person"), Role.PUBLISHER, (State.DRAFT, State.RELEASED)
    ),
    State.RELEASED: StateRow(message("Released"), None, ()),
}
MOVES: dict[State, tuple[State, ...]] = {state: row.moves for state, row in STATES.items()}
NAMES: dict[State, Message] = {state: row.name for state, row in STATES.items()}


def check_move(state: State, to: State) -> None:
    """Refuse a move the table does not have."""
    if to not in MOVES[state]:
        raise Refused(MOVED_ON[state])


MOVED_ON: dict[State, Message] = {
    State.DRAFT: message("This report is a draft. Its author has to send it for release first."),
    State.READY: message(
        "This report waits for a second person. They have to send it back before it changes."
    ),
    State.RELEASED: message("This report is released and stays as it is. Begin a new version to correct it."),
}
