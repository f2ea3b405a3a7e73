"""The only writes of recommendations."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from assay.access.accounts.models import User
from assay.access.audit.actions import record
from assay.access.audit.types import Subject, Verb, actor_of
from assay.core.errors import Refused
from assay.core.messages import message
from assay.inspection.programmes.models import Inspection
from assay.inspection.recommendations.models import Recommendation
from assay.inspection.recommendations.permissions import check_recommend
from assay.inspection.recommendations.types import Addressee


@transaction.atomic
def recommend(
    inspection: Inspection, *, by: User, addressee: Addressee, theme: str, text: str | None, source: str = ""
) -> Recommendation:
    """Add a recommendation at the end. ``text`` None says that no source of ours has it."""
    check_recommend(by)
    if text is not None and not text.strip():
        raise Refused(message("A recommendation needs its text, or must be marked as not in our source."))
    last = Recommendation.objects.filter(inspection=inspection).aggregate(last=Max("position"))["last"] or 0
    made = Recommendation.objects.create(
        inspection=inspection,
        addressee=addressee,
        position=last + 1,
        theme=theme.strip(),
        text=(text or "").strip(),
        text_known=text is not None,
        source=source.strip(),
        made_by=by,
        made_at=timezone.now(),
    )
    _log(inspection, by=by, what="recommendation added", row=made)
    return made


@transaction.atomic
def withdraw(inspection: Inspection, *, by: User, uuid: UUID) -> None:
    """Take a recommendation back before anything is released; the others close up.

    What a released report printed stays printed.
    """
    check_recommend(by)
    row = Recommendation.objects.filter(inspection=inspection, uuid=uuid).first()
    if row is None:
        raise Refused(message("This recommendation is no longer there."))
    _log(inspection, by=by, what="recommendation withdrawn", row=row)
    row.delete()
    for position, left in enumerate(Recommendation.objects.filter(inspection=inspection), start=1):
        if left.position != position:
            Recommendation.objects.filter(pk=left.pk).update(position=position)


def _log(inspection: Inspection, *, by: User, what: str, row: Recommendation) -> None:
    record(
        Verb.ALTERATION,
        by=actor_of(by),
        subject=(Subject("inspection", str(inspection.uuid)), Subject("recommendation", str(row.uuid))),
        what=what,
        details={"addressee": row.addressee, "theme": row.theme},
    )
