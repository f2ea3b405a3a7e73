"""What a room says it holds about a person: so much of a kind, and how long it is kept.

Never the contents: whoever answers a person's request, corrects, or erases goes to the room for those.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from assay.core.messages import Message


class Keep(StrEnum):
    """The class of retention a holding falls under."""

    WITH_RECORD = "with_record"
    DECISION = "decision"
    INSPECTION = "inspection"
    LOG = "log"
    ACCOUNT = "account"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """So many things of one kind, under one class of retention."""

    kind: Message
    count: int
    keep: Keep


def some(found: Iterable[Held]) -> tuple[Held, ...]:
    """Without the kinds there is nothing of."""
    return tuple(each for each in found if each.count)
