"""Reads of inspections, for those who take part in them."""

from __future__ import annotations

from uuid import UUID

from assay.access.accounts.models import User
from assay.access.accounts.permissions import Someone
from assay.core.standards import load
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.permissions import is_member
from assay.inspection.programmes.rules import BY_CODE, start_window
from assay.inspection.programmes.types import InspectionDetails, Member


def inspections(*, user: Someone) -> tuple[InspectionDetails, ...]:
    """Every inspection the person takes part in, the latest announced first."""
    if not isinstance(user, User):
        return ()
    mine = Inspection.objects.filter(memberships__user=user).distinct()
    return tuple(details(each) for each in mine if is_member(each, user))


def inspection(uuid: UUID | str, *, user: Someone) -> InspectionDetails | None:
    """One inspection; None if there is none or the person has no part in it."""
    found = model(uuid, user=user)
    return details(found) if found is not None else None


def model(uuid: UUID | str, *, user: Someone) -> Inspection | None:
    """The row itself, for actions; None if there is none or the person has no part in it."""
    found = Inspection.objects.filter(uuid=uuid).first()
    return found if found is not None and is_member(found, user) else None


def details(inspection: Inspection) -> InspectionDetails:
    """The row as a value. Asks for no permission: the caller has."""
    weeks = (inspection.weeks_before_earliest, inspection.weeks_before_latest)
    return InspectionDetails(
        uuid=inspection.uuid,
        name=inspection.name,
        programme=inspection.programme.name,
        region_code=inspection.region_code,
        region_name=inspection.region_name,
        framework_id=inspection.framework_id,
        framework_version=inspection.framework_version,
        ratings_used=inspection.programme.ratings_used,
        announced_on=inspection.announced_on,
        fieldwork_on=inspection.fieldwork_on,
        fieldwork_ends_on=inspection.fieldwork_ends_on,
        weeks_before=weeks,
        started_between=start_window(inspection.fieldwork_on, weeks_before=weeks),
        state=BY_CODE[inspection.state],
        history=tuple((BY_CODE[each.state], each.at) for each in inspection.changes.all()),
        members=tuple(
            Member(uuid=each.user.uuid, name=each.user.name, part=each.part)
            for each in inspection.memberships.select_related("user")
        ),
    )


def is_blind(inspection: Inspection) -> bool:
    """Whether readers must still be kept from lapses, scores and text quoting one."""
    return BY_CODE[inspection.state].hidden


def framework_name(framework_id: str) -> str:
    """The name of a framework, as its file gives it."""
    return load(framework_id).name
