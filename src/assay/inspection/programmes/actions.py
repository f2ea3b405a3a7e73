"""The only writes of this room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from assay.access.accounts.models import User
from assay.access.accounts.permissions import check_role, has_role
from assay.access.accounts.roles import Role
from assay.access.audit.actions import record
from assay.access.audit.types import Subject, Verb, actor_of
from assay.core.errors import Refused
from assay.core.messages import message
from assay.core.standards import load
from assay.inspection.programmes import rules
from assay.inspection.programmes.models import Inspection, Membership, Programme, StateChange
from assay.inspection.programmes.permissions import ROLE_OF_PART, check_lead


def subject_of(inspection: Inspection) -> Subject:
    """The inspection as the log names it."""
    return Subject("inspection", str(inspection.uuid))


@transaction.atomic
def make_programme(name: str, *, framework_id: str, by: User) -> Programme:
    """A programme under a framework; ratings are on or off as the framework says. The same name gives the
    programme there is."""
    check_role(by, Role.LEAD_INSPECTOR)
    framework = load(framework_id)
    programme, made = Programme.objects.get_or_create(
        name=name,
        defaults={
            "framework_id": framework_id,
            "ratings_used": framework.ratings.used,
            "made_at": timezone.now(),
        },
    )
    if made:
        record(
            Verb.COLLECTION,
            by=actor_of(by),
            subject=Subject("programme", str(programme.uuid)),
            what="A programme of inspections was made",
        )
    return programme


@transaction.atomic
def make_inspection(
    programme: Programme,
    *,
    name: str,
    region_code: str,
    region_name: str,
    announced_on: date,
    fieldwork_on: date,
    fieldwork_ends_on: date,
    by: User,
    weeks_before: tuple[int, int] = rules.WEEKS_BEFORE,
) -> Inspection:
    """An inspection of a region, led by whoever makes it. Pins the framework's version."""
    check_role(by, Role.LEAD_INSPECTOR, unit_code=region_code)
    rules.check_dates(announced_on, fieldwork_on, fieldwork_ends_on)
    rules.check_weeks(weeks_before)
    framework = load(programme.framework_id)
    if announced_on < framework.effective_on or (framework.closed_on and announced_on >= framework.closed_on):
        raise Refused(
            message(
                "The framework {name} was not in force on the day of the announcement.", name=framework.name
            )
        )
    made = Inspection.objects.create(
        programme=programme,
        name=name,
        region_code=region_code,
        region_name=region_name,
        framework_id=framework.id,
        framework_version=framework.version,
        announced_on=announced_on,
        fieldwork_on=fieldwork_on,
        fieldwork_ends_on=fieldwork_ends_on,
        weeks_before_earliest=weeks_before[0],
        weeks_before_latest=weeks_before[1],
        state="draft",
        made_at=timezone.now(),
    )
    StateChange.objects.create(inspection=made, state="draft", by=by, at=timezone.now())
    Membership.objects.create(inspection=made, user=by, part=rules.LEAD, joined_at=timezone.now())
    record(Verb.COLLECTION, by=actor_of(by), subject=subject_of(made), what="An inspection was made")
    return made


@transaction.atomic
def add_people(inspection: Inspection, *, people: Sequence[tuple[User, str]], by: User) -> None:
    """Give people a part. Each must hold the role; the publisher must not be the lead."""
    check_lead(inspection, by)
    for user, part in people:
        _check_part(inspection, user, part)
        _, joined = Membership.objects.get_or_create(
            inspection=inspection, user=user, part=part, defaults={"joined_at": timezone.now()}
        )
        if joined:
            record(
                Verb.ALTERATION,
                by=actor_of(by),
                subject=(subject_of(inspection), Subject("user", str(user.uuid))),
                what="A person was given a part in an inspection",
                details={"part": part},
            )


def _check_part(inspection: Inspection, user: User, part: str) -> None:
    if not has_role(user, ROLE_OF_PART[part], unit_code=inspection.region_code):
        raise Refused(message("{name} does not hold the role this part needs.", name=user.name))
    other = {rules.PUBLISHER: rules.LEAD, rules.LEAD: rules.PUBLISHER}.get(part)
    if other and Membership.objects.filter(inspection=inspection, user=user, part=other).exists():
        raise Refused(message("The publisher must be a second person, not the lead of the inspection."))


@transaction.atomic
def move(
    inspection: Inspection, event: str, *, by: User, details: Mapping[str, object] | None = None
) -> Inspection:
    """Bring the inspection into the state ``event`` leads to. Asks for the state, not for the person: each
    room that calls this has asked who may."""
    held = Inspection.objects.select_for_update().get(pk=inspection.pk)
    held.state = rules.after(held.state, event)
    held.save(update_fields=["state"])
    StateChange.objects.create(inspection=held, state=held.state, by=by, at=timezone.now())
    record(
        Verb.ALTERATION,
        by=actor_of(by),
        subject=subject_of(held),
        what="An inspection came into another state",
        details={"state": held.state, "event": event, **(details or {})},
    )
    inspection.state = held.state
    return held


@transaction.atomic
def announce(inspection: Inspection, *, by: User) -> Inspection:
    """The region has been told. Dates and window are fixed from here."""
    check_lead(inspection, by)
    return move(inspection, "announce", by=by)


@transaction.atomic
def moderate(inspection: Inspection, *, by: User) -> Inspection:
    """Moderation is finished: every case is signed and the answers stand."""
    check_lead(inspection, by)
    return move(inspection, "moderate", by=by)
