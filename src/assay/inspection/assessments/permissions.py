"""Who may open a reading, and who may write in it."""

from __future__ import annotations

from assay.access.accounts.models import User
from assay.access.accounts.permissions import Someone
from assay.core.errors import Refused
from assay.core.messages import message
from assay.inspection.assessments.models import Reading
from assay.inspection.programmes.permissions import can_lead, parts_of
from assay.inspection.programmes.rules import INSPECTOR
from assay.inspection.samples.models import IN, SampledCase


def is_reader(case: SampledCase, user: Someone) -> bool:
    """Whether the case is allocated to this person, who is still an inspector of the inspection."""
    return (
        isinstance(user, User)
        and case.standing == IN
        and case.reader_id == user.pk
        and INSPECTOR in parts_of(case.draw.inspection, user)
    )


def can_open(case: SampledCase, user: Someone) -> bool:
    """The reader always; the lead once it is signed. Nobody else: an allocation is the need to know."""
    if is_reader(case, user):
        return True
    signed = Reading.objects.filter(case=case, signed_at__isnull=False).exists()
    return signed and can_lead(case.draw.inspection, user)


def check_write(reading: Reading, user: Someone) -> None:
    """Refuse anyone but the reader, and the reader once it is signed."""
    if not is_reader(reading.case, user):
        raise Refused(message("Only the inspector this case is allocated to may write in its reading."))
    if reading.signed_at is not None:
        raise Refused(message("This reading is signed. What was signed does not change."))
