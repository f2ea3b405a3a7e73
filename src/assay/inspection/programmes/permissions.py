"""Who may see an inspection, lead it, read its cases, or release its report."""

from __future__ import annotations

from assay.access.accounts.models import User
from assay.access.accounts.permissions import Someone, check_role, has_role
from assay.access.accounts.roles import Role
from assay.core.errors import Refused
from assay.core.messages import message
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.rules import INSPECTOR, LEAD, PUBLISHER

ROLE_OF_PART = {LEAD: Role.LEAD_INSPECTOR, INSPECTOR: Role.INSPECTOR, PUBLISHER: Role.PUBLISHER}
STAFF = (Role.LEAD_INSPECTOR, Role.INSPECTOR, Role.PUBLISHER)


def parts_of(inspection: Inspection, user: Someone) -> frozenset[str]:
    """The parts a person has in the inspection and still holds the role for."""
    if not isinstance(user, User):
        return frozenset()
    parts = inspection.memberships.filter(user=user).values_list("part", flat=True)
    return frozenset(
        each for each in parts if has_role(user, ROLE_OF_PART[each], unit_code=inspection.region_code)
    )


def is_member(inspection: Inspection, user: Someone) -> bool:
    return bool(parts_of(inspection, user))


def can_lead(inspection: Inspection, user: Someone) -> bool:
    return LEAD in parts_of(inspection, user)


def check_lead(inspection: Inspection, user: Someone) -> None:
    """Refuse anyone but the lead of this inspection."""
    check_role(user, Role.LEAD_INSPECTOR)
    if not can_lead(inspection, user):
        raise Refused(
            message("Only the lead inspector of this inspection may do this. Ask the lead named on its page.")
        )


def check_publisher(inspection: Inspection, user: Someone) -> None:
    """Refuse anyone but the second person, and the lead even if that is the same person."""
    check_role(user, Role.PUBLISHER)
    parts = parts_of(inspection, user)
    if PUBLISHER not in parts or LEAD in parts:
        raise Refused(
            message(
                "A report is released by a second person, the publisher of the inspection, never by its lead."
            )
        )
