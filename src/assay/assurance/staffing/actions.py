"""The only writes of this room: that somebody looked at a team by name."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from assay.access.accounts.models import User
from assay.access.audit.actions import record
from assay.access.audit.types import Subject, Verb, actor_of


@transaction.atomic
def note_holders_seen(staff_codes: Iterable[str], *, by: User) -> None:
    """Log that ``by`` saw how many people each of these members of staff holds."""
    subjects = [Subject("staff", code) for code in dict.fromkeys(staff_codes)]
    if subjects:
        record(
            Verb.CONSULTATION, by=actor_of(by), subject=subjects, what="who holds how many people in a team"
        )
