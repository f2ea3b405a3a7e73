"""Who did what to which subject: the values other rooms hand to the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class Verb(StrEnum):
    """The six kinds of processing that data protection law asks a log to tell apart (Data Protection Act
    2018, section 62), all of them and no others."""

    COLLECTION = "collection"
    ALTERATION = "alteration"
    CONSULTATION = "consultation"
    DISCLOSURE = "disclosure"
    COMBINATION = "combination"
    ERASURE = "erasure"


class Retention(StrEnum):
    """How long the personal part of an entry may be kept; what remains for ever is the hash."""

    ACCESS = "access"
    DECISION = "decision"
    SECURITY = "security"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted. ``kind`` is "user", "system" or "guest"; ``key`` is opaque, never a name."""

    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What was acted on: ``Subject("case", crn)``. Kept as text, so that the log outlives what it names."""

    kind: str
    key: str


SYSTEM = Actor("system", "assay")


class Identified(Protocol):
    """Anything with an opaque identity, as a signed-in person has."""

    @property
    def uuid(self) -> UUID: ...


def actor_of(user: Identified) -> Actor:
    """The signed-in person as the log names them."""
    return Actor("user", str(user.uuid))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLine:
    """One entry as a page shows it. ``subjects`` leaves out those lawfully disposed of."""

    uuid: UUID
    at: datetime
    verb: Verb
    actor: Actor
    what: str
    recipient: str
    subjects: tuple[Subject, ...]
    details: dict[str, object] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that the chain shows to have been tampered with. ``number`` is the seal's, or None."""

    number: int | None
    entry: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """``head`` is the last seal's hash, to be noted outside the installation: a chain cut short at its end
    still verifies, unless compared with a head noted before."""

    sealed: int
    waiting: int
    disposed: int
    head: str
    faults: tuple[Fault, ...]

    @property
    def is_sound(self) -> bool:
        return not self.faults
