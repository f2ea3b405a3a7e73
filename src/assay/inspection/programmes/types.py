"""What an inspection is to the other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from assay.access.accounts.roles import Role
from assay.core.messages import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of an inspection. ``owner`` is the role that moves it on; ``hidden`` is true while readers are
    blind: no lapse, score or text quoting one may be shown to anyone on this side."""

    code: str
    name: Message
    means: Message
    owner: Role | None
    hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person of an inspection. ``part`` is lead, inspector or publisher."""

    uuid: UUID
    name: str
    part: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionDetails:
    """An inspection as pages and other rooms read it. ``history`` is (state, instant) in order;
    ``started_between`` the first and last day, both included, on which supervision of the cohort began."""

    uuid: UUID
    name: str
    programme: str
    region_code: str
    region_name: str
    framework_id: str
    framework_version: str
    ratings_used: bool
    announced_on: date
    fieldwork_on: date
    fieldwork_ends_on: date
    weeks_before: tuple[int, int]
    started_between: tuple[date, date]
    state: State
    history: tuple[tuple[State, datetime], ...]
    members: tuple[Member, ...]
