"""What a sealed draw holds about a person on probation, and about those who read."""

from __future__ import annotations

from assay.access.accounts.models import User
from assay.core.holdings import Held, Keep, some
from assay.core.messages import message
from assay.inspection.samples import store
from assay.inspection.samples.models import IN, Conflict, Draw, SampledCase


def held(crn: str) -> tuple[Held, ...]:
    """Assignments of the person in sealed draws: drawn, put out, or standing by; and rows of long lists."""
    rows = SampledCase.objects.filter(crn=crn)
    return some(
        (
            Held(kind=message("Cases drawn"), count=rows.filter(standing=IN).count(), keep=Keep.INSPECTION),
            Held(
                kind=message("Cases put out, or standing by"),
                count=rows.exclude(standing=IN).count(),
                keep=Keep.INSPECTION,
            ),
            Held(kind=message("Rows of long lists"), count=store.rows_about(crn), keep=Keep.INSPECTION),
        )
    )


def held_of_user(user: User) -> tuple[Held, ...]:
    """What this person drew, is to read, or must not read; and cases drawn from what they hold."""
    code = user.staff_code
    practised = SampledCase.objects.filter(staff_code=code).count() if code else 0
    return some(
        (
            Held(
                kind=message("Draws sealed"),
                count=Draw.objects.filter(sealed_by=user).count(),
                keep=Keep.INSPECTION,
            ),
            Held(
                kind=message("Cases given to read"),
                count=SampledCase.objects.filter(reader=user).count(),
                keep=Keep.INSPECTION,
            ),
            Held(kind=message("Cases drawn from what they hold"), count=practised, keep=Keep.INSPECTION),
            Held(
                kind=message("Conflicts of interest declared"),
                count=Conflict.objects.filter(user=user).count(),
                keep=Keep.INSPECTION,
            ),
        )
    )
