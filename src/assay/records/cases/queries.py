"""Reads of the records for one person: every one leaves out what promise 7 keeps from them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from assay.records.cases import assembling, permissions
from assay.records.cases.models import CaseReference
from assay.records.cases.permissions import SomeUser
from assay.records.cases.rules import figure_base as base_of
from assay.records.cases.types import Base, CaseFile, CaseName
from assay.records.store import Reader


def reference_for(crns: Collection[str], *, kind: str = "case") -> dict[str, UUID]:
    """An opaque reference for each CRN, issued where there was none."""
    return CaseReference.objects.issue(crns, kind=kind)


def crn_of(reference: UUID | str, *, kind: str = "case") -> str | None:
    """The CRN a reference stands for; None for one we did not issue. Opens nothing: ask for the case next."""
    try:
        wanted = reference if isinstance(reference, UUID) else UUID(reference)
    except ValueError:
        return None
    return CaseReference.objects.filter(uuid=wanted, kind=kind).values_list("key", flat=True).first()


def case_file(
    reader: Reader, crn: str, *, user: SomeUser, as_known_on: date | None = None
) -> CaseFile | None:
    """All of one case that was written by the end of a day (the night's, or the snapshot's). None if it is
    not there, or if it is kept from this person: pages must not tell the two apart.

    A record that was merged into another gives the other. The name is today's, whatever the day.
    """
    current = assembling.current_crn(reader, crn)
    if current is None or permissions.barred_for(reader, user=user) & {crn, current}:
        return None
    day = as_known_on or (reader.pair.night.as_at if reader.pair else reader.snapshot.as_at)
    return assembling.assemble(
        reader,
        current,
        reference=reference_for([current])[current],
        is_limited=current in permissions.limited_crns(reader),
        as_known_on=day,
    )


def case_names(reader: Reader, crns: Collection[str], *, user: SomeUser) -> dict[str, CaseName]:
    """Names for a list. Cases kept from this person, and cases not there, are left out alike."""
    wanted = sorted(set(crns) - permissions.barred_for(reader, user=user))
    rows = reader.rows(
        "SELECT crn, forename, surname FROM r.person WHERE crn IN (SELECT unnest(?::VARCHAR[]))", [wanted]
    )
    references = reference_for([each["crn"] for each in rows])
    limited = permissions.limited_crns(reader)
    return {
        each["crn"]: CaseName(
            crn=each["crn"],
            reference=references[each["crn"]],
            name=f"{each['forename']} {each['surname']}",
            is_limited=each["crn"] in limited,
        )
        for each in rows
    }


def listed(reader: Reader, crns: Collection[str], *, user: SomeUser) -> list[str]:
    """The cases of a list this person may see, in the order given."""
    barred = permissions.barred_for(reader, user=user)
    return [each for each in crns if each not in barred]


def figure_base(reader: Reader, crns: Collection[str], *, user: SomeUser) -> Base:
    """Over which of these cases a figure is counted for this person, which may be listed behind it, and the
    sentence that stands beside it."""
    return base_of(crns, permissions.barred_for(reader, user=user))
