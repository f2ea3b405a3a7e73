"""What accounts hold about somebody who signs in. Nobody on probation has an account."""

from __future__ import annotations

from assay.access.accounts.models import Grant, User
from assay.core.holdings import Held, Keep, some
from assay.core.messages import message


def held_of_user(user: User) -> tuple[Held, ...]:
    """The account, and every role it has or had."""
    grants = Grant.objects.filter(user=user).count()
    return some(
        (
            Held(kind=message("An account"), count=1, keep=Keep.ACCOUNT),
            Held(kind=message("Roles given, now or once"), count=grants, keep=Keep.ACCOUNT),
        )
    )
