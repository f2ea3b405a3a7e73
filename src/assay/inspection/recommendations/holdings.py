"""What recommendations hold about those who make them. A recommendation names nobody on probation."""

from __future__ import annotations

from assay.access.accounts.models import User
from assay.core.holdings import Held, Keep, some
from assay.core.messages import message
from assay.inspection.recommendations.models import Recommendation


def held_of_user(user: User) -> tuple[Held, ...]:
    """Recommendations the person wrote down."""
    count = Recommendation.objects.filter(made_by=user).count()
    return some((Held(kind=message("Recommendations written"), count=count, keep=Keep.INSPECTION),))
