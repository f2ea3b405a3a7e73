"""What waits for somebody who signs in. A notice names nobody on probation; it links to what it is about."""

from __future__ import annotations

from assay.access.accounts.models import User
from assay.access.notices.models import Notice
from assay.core.holdings import Held, Keep, some
from assay.core.messages import message


def held_of_user(user: User) -> tuple[Held, ...]:
    """Notices to the person, done or not."""
    count = Notice.objects.filter(user=user).count()
    return some((Held(kind=message("Notices"), count=count, keep=Keep.ACCOUNT),))
