"""Values of accounts handed to other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from assay.access.accounts.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitDetails:
    """A unit as records name it. ``closed_on`` is the first day on which it no longer is."""

    code: str
    name: str
    kind: str
    parent_code: str = ""
    predecessor_code: str = ""
    opened_on: date = date(2021, 6, 26)
    closed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A user as other rooms may show them."""

    uuid: UUID
    username: str
    name: str
    staff_code: str
    roles: tuple[Role, ...]
