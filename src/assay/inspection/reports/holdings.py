"""What reports hold about those who write and release them. A report names nobody on probation."""

from __future__ import annotations

from assay.access.accounts.models import User
from assay.core.holdings import Held, Keep, some
from assay.core.messages import message
from assay.inspection.reports.models import Report, Step, Writer


def held_of_user(user: User) -> tuple[Held, ...]:
    """Versions the person began, wrote in or released, and the steps they took them through."""
    return some(
        (
            Held(
                kind=message("Reports begun"),
                count=Report.objects.filter(author=user).count(),
                keep=Keep.INSPECTION,
            ),
            Held(
                kind=message("Reports released"),
                count=Report.objects.filter(released_by=user).count(),
                keep=Keep.INSPECTION,
            ),
            Held(
                kind=message("Reports written in"),
                count=Writer.objects.filter(user=user).count(),
                keep=Keep.INSPECTION,
            ),
            Held(
                kind=message("Steps of reports"),
                count=Step.objects.filter(by=user).count(),
                keep=Keep.INSPECTION,
            ),
        )
    )
