"""That somebody looked: one entry for one page, with every case on it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from assay.access.accounts.models import User
from assay.access.audit.actions import record
from assay.access.audit.types import Subject, Verb, actor_of


@transaction.atomic
def note_consultation(crns: Iterable[str], *, by: User, what: str) -> None:
    """Log that ``by`` saw these cases. A page without a case is no consultation and leaves no entry."""
    subjects = [Subject("case", crn) for crn in dict.fromkeys(crns)]
    if subjects:
        record(Verb.CONSULTATION, by=actor_of(by), subject=subjects, what=what)
