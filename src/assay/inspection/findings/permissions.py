"""Who may see figures that are not published."""

from __future__ import annotations

from assay.access.accounts.permissions import Someone, check_role
from assay.access.accounts.roles import Role
from assay.core.errors import Refused
from assay.core.messages import message
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.permissions import parts_of
from assay.inspection.programmes.rules import LEAD, PUBLISHER


def check_see_findings(inspection: Inspection, user: Someone) -> None:
    """The lead, who writes them up, and the publisher, who answers for them; not those still reading."""
    check_role(user, Role.LEAD_INSPECTOR, Role.PUBLISHER)
    if not can_see_findings(inspection, user):
        raise Refused(message("Only the lead inspector of this inspection and its publisher may see this."))


def can_see_findings(inspection: Inspection, user: Someone) -> bool:
    """The same question as :func:`check_see_findings`, asked."""
    return bool(parts_of(inspection, user) & {LEAD, PUBLISHER})
