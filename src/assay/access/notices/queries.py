"""What waits for a person."""

from __future__ import annotations

from assay.access.accounts.models import User
from assay.access.notices.models import Notice
from assay.access.notices.types import Waiting
from assay.core.messages import Message


def waiting_for(user: User) -> tuple[Waiting, ...]:
    """Everything not yet done, oldest first."""
    return tuple(
        Waiting(
            uuid=each.uuid,
            sentence=Message(each.sentence, each.values),
            link_name=each.link_name,
            link_arguments=tuple(each.link_arguments),
            made_at=each.made_at,
        )
        for each in Notice.objects.filter(user=user, done_at=None)
    )
