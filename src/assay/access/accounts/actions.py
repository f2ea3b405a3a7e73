"""The only writes to people, grants and units. Each leaves one log entry in its own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from assay.access.accounts.models import Grant, Unit, User
from assay.access.accounts.roles import Role
from assay.access.accounts.types import UnitDetails
from assay.access.audit.actions import record
from assay.access.audit.types import Actor, Retention, Subject, Verb
from assay.core.errors import Refused
from assay.core.messages import message


@transaction.atomic
def create_user(
    username: str,
    *,
    name: str,
    by: Actor,
    password: str | None = None,
    email: str = "",
    staff_code: str = "",
    delius_username: str = "",
) -> User:
    """Make a person who may sign in but holds no role yet. Without a password they cannot sign in by one."""
    if User.objects.filter(username__iexact=username).exists():
        raise Refused(message("There is already a person called {username}.", username=username))
    user = User(
        username=username, name=name, email=email, staff_code=staff_code, delius_username=delius_username
    )
    _set_password(user, password)
    user.save()
    _enter("A person was given an account", user=user, by=by)
    return user


@transaction.atomic
def grant(
    user: User, *, role: Role, by: Actor, on: date, unit_code: str = "", until: date | None = None
) -> Grant:
    """Give a role in a unit from a day. Refused if it is open already."""
    if Grant.objects.filter(user=user, role=role, unit_code=unit_code, closed_on=None).exists():
        raise Refused(message("This person already has this role in this unit."))
    made = Grant.objects.create(user=user, role=role, unit_code=unit_code, opened_on=on, closed_on=until)
    _enter("A role was granted", user=user, by=by, role=role, unit=unit_code, on=on)
    return made


@transaction.atomic
def revoke(given: Grant, *, by: Actor, on: date) -> None:
    """End a grant: ``on`` is the first day without it."""
    held = Grant.objects.select_for_update().get(pk=given.pk)
    if held.closed_on is not None and held.closed_on <= on:
        raise Refused(message("This role has already been ended."))
    held.closed_on = max(on, held.opened_on)
    held.save(update_fields=["closed_on"])
    given.closed_on = held.closed_on
    _enter("A role was ended", user=held.user, by=by, role=held.role, unit=held.unit_code, on=on)


@transaction.atomic
def identify(user: User, *, staff_code: str, delius_username: str, by: Actor) -> None:
    """Say who this person is in the records."""
    user.staff_code, user.delius_username = staff_code, delius_username
    user.save(update_fields=["staff_code", "delius_username"])
    _enter("A person was tied to the records", user=user, by=by)


@transaction.atomic
def deactivate(user: User, *, by: Actor) -> None:
    """Close the account. What the person did stays in the log and under their name."""
    user.is_active = False
    user.save(update_fields=["is_active"])
    _enter("An account was closed", user=user, by=by)


@transaction.atomic
def set_units(units: Sequence[UnitDetails], *, by: Actor) -> int:
    """Take over the units that records name: new ones are added, known ones brought up to date.

    None is removed: grants and past figures still name it. Returns how many were added or changed.
    """
    known = {each.code: each for each in Unit.objects.all()}
    changed = 0
    for unit in units:
        row = known.get(unit.code, Unit(code=unit.code))
        fields = {
            name: getattr(unit, name)
            for name in ("name", "kind", "parent_code", "predecessor_code", "opened_on", "closed_on")
        }
        if row.pk and all(getattr(row, name) == value for name, value in fields.items()):
            continue
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        changed += 1
    if changed:
        subjects = [Subject("unit", each.code) for each in units]
        record(
            Verb.COLLECTION,
            by=by,
            subject=subjects,
            what="Units taken over from records",
            details={"changed": changed},
        )
    return changed


def _set_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(message("The password is not strong enough: {why}", why=" ".join(error.messages)))
    user.set_password(password)


def _enter(what: str, *, user: User, by: Actor, **details: object) -> None:
    record(
        Verb.ALTERATION,
        by=by,
        subject=Subject("user", str(user.uuid)),
        what=what,
        details={name: str(value) for name, value in details.items()},
        retention=Retention.SECURITY,
    )
