"""Reads of people and units."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from assay.access.accounts.models import Unit, User
from assay.access.accounts.permissions import Someone, open_grants
from assay.access.accounts.roles import Role
from assay.access.accounts.types import Person


def roles_of(user: Someone) -> tuple[Role, ...]:
    """The roles open today, each once, in the order granted."""
    return tuple(dict.fromkeys(Role(each.role) for each in open_grants(user)))


def units_of(user: Someone, *roles: Role) -> tuple[str, ...]:
    """The unit codes in which one of ``roles`` (or any role) is open today; "" means every unit."""
    held = [each for each in open_grants(user) if not roles or each.role in roles]
    return tuple(dict.fromkeys(each.unit_code for each in held))


def person(uuid: UUID | str) -> Person | None:
    """One user by opaque identity; None if there is none."""
    user = User.objects.filter(uuid=uuid).first()
    return _person(user) if user else None


def people_with_role(*roles: Role, unit_code: str | None = None) -> tuple[Person, ...]:
    """Active people who hold one of ``roles`` today, by name; if a unit is given, in it or in every unit."""
    users = User.objects.filter(is_active=True, grants__role__in=roles).distinct().order_by("name", "pk")
    return tuple(
        _person(each)
        for each in users
        if any(
            grant.role in roles and (unit_code is None or grant.unit_code in ("", unit_code))
            for grant in open_grants(each)
        )
    )


def user_by_staff_code(staff_code: str) -> User | None:
    """The active user who is this member of staff in the records; None if none or no code."""
    return User.objects.filter(staff_code=staff_code, is_active=True).first() if staff_code else None


def names_of_units(codes: Iterable[str]) -> dict[str, str]:
    """Names by code, for those we know."""
    return dict(Unit.objects.filter(code__in=list(codes)).values_list("code", "name"))


def units_below(code: str) -> tuple[str, ...]:
    """``code`` and every unit under it, in order of depth then code."""
    found, level = [code], [code]
    while level:
        level = list(
            Unit.objects.filter(parent_code__in=level).exclude(code__in=found).values_list("code", flat=True)
        )
        found += level
    return tuple(found)


def _person(user: User) -> Person:
    return Person(
        uuid=user.uuid,
        username=user.username,
        name=user.name,
        staff_code=user.staff_code,
        roles=roles_of(user),
    )
