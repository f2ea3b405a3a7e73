"""Who may draft a report, and who may release it: never one and the same person."""

from __future__ import annotations

from assay.access.accounts.models import User
from assay.access.accounts.permissions import Someone, check_role
from assay.access.accounts.roles import Role
from assay.core.errors import Refused
from assay.core.messages import message
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.permissions import check_lead, check_publisher, parts_of
from assay.inspection.programmes.rules import LEAD, PUBLISHER
from assay.inspection.recommendations.models import Recommendation
from assay.inspection.reports.models import Report

NOT_YOURS = message(
    "A report is released by a second person. You wrote in this one, so somebody else has to release it."
)
NO_PART = message("Only the lead inspector of this inspection and its publisher may see this.")


def check_read_drafts(inspection: Inspection, user: Someone) -> None:
    """The lead and the publisher of the inspection."""
    check_role(user, Role.LEAD_INSPECTOR, Role.PUBLISHER)
    if not parts_of(inspection, user) & {LEAD, PUBLISHER}:
        raise Refused(NO_PART)


def check_compose(inspection: Inspection, user: Someone) -> None:
    """The lead of the inspection."""
    check_lead(inspection, user)


def check_release(report: Report, user: Someone) -> None:
    """The inspection's publisher, and only if not a word of the report is theirs."""
    check_publisher(report.inspection, user)
    assert isinstance(user, User), "a part is only ever held by a user"
    wrote = report.author_id == user.pk or report.writers.filter(user=user).exists()
    if wrote or Recommendation.objects.filter(inspection=report.inspection, made_by=user).exists():
        raise Refused(NOT_YOURS)


def can_release(report: Report, user: Someone) -> bool:
    """The same question as :func:`check_release`, asked."""
    try:
        check_release(report, user)
    except Refused:
        return False
    return True
