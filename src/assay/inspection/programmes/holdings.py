"""What a programme holds about those who inspect. It names nobody on probation."""

from __future__ import annotations

from assay.access.accounts.models import User
from assay.core.holdings import Held, Keep, some
from assay.core.messages import message
from assay.inspection.programmes.models import Membership, StateChange


def held_of_user(user: User) -> tuple[Held, ...]:
    """The person's parts in inspections, and the steps they took them through."""
    return some(
        (
            Held(
                kind=message("Parts in inspections"),
                count=Membership.objects.filter(user=user).count(),
                keep=Keep.INSPECTION,
            ),
            Held(
                kind=message("Steps of inspections"),
                count=StateChange.objects.filter(by=user).count(),
                keep=Keep.INSPECTION,
            ),
        )
    )
