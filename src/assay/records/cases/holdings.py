"""What this room holds about a person: the opaque reference that stands for them in links."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from assay.core.messages import Message, message
from assay.records.cases.models import CaseReference

KEPT_FOR = message("A reference is kept as long as any record of the person is kept, and goes with the last.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceHeld:
    """A reference issued for a person."""

    reference: UUID
    kept_for: Message


def held(crn: str) -> tuple[ReferenceHeld, ...]:
    """The references issued for a CRN."""
    found = CaseReference.objects.filter(kind="case", key=crn).values_list("uuid", flat=True)
    return tuple(ReferenceHeld(reference=each, kept_for=KEPT_FOR) for each in found)
