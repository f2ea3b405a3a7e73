"""Who may. ``check_...`` refuses with a sentence and whom to ask; ``has_...`` asks the same question.

A person not signed in is Django's ``AnonymousUser``; every check takes it and refuses it, but
:func:`check_public`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from assay.access.accounts.models import Grant, Unit, User
from assay.access.accounts.roles import Role
from assay.core.dates import london_day
from assay.core.errors import Refused
from assay.core.messages import message

Someone = User | AnonymousUser
Check = Callable[[Someone], None]

NOT_SIGNED_IN = message("You need to sign in to see this page.")
NOT_YOUR_ROLE = message(
    "Your role does not include this page. If you need it for your work, ask the person who manages access "
    "in your unit."
)
NOT_YOUR_UNIT = message(
    "Your role covers other units than this one. If you need it for your work, ask the head of the unit "
    "to have access granted to you."
)


def check_public(user: Someone) -> None:
    """Passes for everybody, signed in or not."""


def check_signed_in(user: Someone) -> None:
    """Passes for anyone who is signed in, whatever their roles."""
    if not user.is_authenticated:
        raise Refused(NOT_SIGNED_IN)


def has_role(user: Someone, *roles: Role, unit_code: str | None = None, on: date | None = None) -> bool:
    """Whether one of ``roles`` is granted on a day (today); if a unit is named, there or in a unit above."""
    held = [each for each in open_grants(user, on=on) if each.role in roles]
    if unit_code is None or not held:
        return bool(held)
    covering = {"", *units_above(unit_code)}
    return any(each.unit_code in covering for each in held)


def check_role(user: Someone, *roles: Role, unit_code: str | None = None, on: date | None = None) -> None:
    """Refuse unless one of ``roles`` is granted; see :func:`has_role`."""
    check_signed_in(user)
    if not has_role(user, *roles, on=on):
        raise Refused(NOT_YOUR_ROLE)
    if unit_code is not None and not has_role(user, *roles, unit_code=unit_code, on=on):
        raise Refused(NOT_YOUR_UNIT)


def for_roles(*roles: Role) -> Check:
    """A check for a route: passes for anyone with one of ``roles`` in any unit."""
    assert roles, "a check for no role would refuse everybody"

    def check(user: Someone) -> None:
        check_role(user, *roles)

    check.__name__ = f"for_roles({', '.join(roles)})"
    return check


def open_grants(user: Someone, *, on: date | None = None) -> list[Grant]:
    """The grants open on a day (today), in the order given; none for a person not signed in. Read afresh,
    unless they were fetched with the person."""
    if not isinstance(user, User) or not user.is_active:
        return []
    day = on or london_day(timezone.now())
    return [
        each
        for each in user.grants.all()
        if each.opened_on <= day and (each.closed_on is None or each.closed_on > day)
    ]


def units_above(code: str) -> tuple[str, ...]:
    """``code`` and every unit above it, nearest first. A code we do not know stands alone."""
    chain: list[str] = []
    while code and code not in chain:
        chain.append(code)
        code = Unit.objects.filter(code=code).values_list("parent_code", flat=True).first() or ""
    return tuple(chain)
