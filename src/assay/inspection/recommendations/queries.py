"""Reads of recommendations, in the order they are printed."""

from __future__ import annotations

from assay.access.accounts.permissions import Someone, check_role
from assay.access.accounts.roles import Role
from assay.inspection.programmes.models import Inspection
from assay.inspection.recommendations import models
from assay.inspection.recommendations.types import Addressee, Recommendation


def recommendations(inspection: Inspection, *, user: Someone) -> tuple[Recommendation, ...]:
    """Those of one inspection, for the people who draft and release its report."""
    check_role(user, Role.LEAD_INSPECTOR, Role.PUBLISHER)
    return tuple(_value(each) for each in models.Recommendation.objects.filter(inspection=inspection))


def _value(row: models.Recommendation) -> Recommendation:
    return Recommendation(
        uuid=row.uuid,
        addressee=Addressee(row.addressee),
        position=row.position,
        theme=row.theme,
        text=row.text if row.text_known else None,
        source=row.source,
    )
