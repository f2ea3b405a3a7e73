"""Adopting windows, closing what the records no longer hold, and the monthly short read."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assay.access.accounts.models import User
from assay.access.audit.actions import record
from assay.access.audit.types import SYSTEM, Subject, Verb, actor_of
from assay.assurance.oversight import rules, wording
from assay.assurance.oversight.actions import steps
from assay.assurance.oversight.models import Adoption, Matter, ShortRead
from assay.assurance.oversight.permissions import (
    NO_SUCH_PERSON,
    barred_to,
    check_adopts,
    check_manages,
    day_of,
    position_of,
    scope_of,
)
from assay.assurance.oversight.types import Mover, State
from assay.core import policy
from assay.core.errors import Refused
from assay.core.messages import message
from assay.records.store import Reader

NOT_A_STARTING_VALUE = message("This window does not need adopting: it comes from a named source.")
ADOPTED_ALREADY = message("The region has adopted this window already.")
NOT_ADOPTED = message("The region has not adopted this window.")
READ_ALREADY = message("Somebody has read this case already.")


@transaction.atomic
def adopt_window(reader: Reader, *, by: User, region: str, window: str) -> Adoption:
    """Make a starting value the region's own from the day of the records on, so that it may enter a queue."""
    check_adopts(by, region=region)
    current = policy.load().window(window, on=day_of(reader))
    if current.confidence != "assumed":
        raise Refused(NOT_A_STARTING_VALUE)
    if Adoption.objects.filter(region_code=region, window=window, withdrawn_on=None).exists():
        raise Refused(ADOPTED_ALREADY)
    made = Adoption.objects.create(
        region_code=region,
        window=window,
        value=str(current.value),
        unit=current.unit,
        adopted_on=day_of(reader),
        by=by,
        at=timezone.now(),
    )
    record(
        Verb.ALTERATION,
        by=actor_of(by),
        subject=Subject("window", f"{region} {window}"),
        what="window adopted",
        details={"value": made.value, "unit": made.unit},
    )
    return made


@transaction.atomic
def withdraw_adoption(reader: Reader, *, by: User, region: str, window: str) -> Adoption:
    """Take an adopted value back: what hangs on it leaves the queue with the next page."""
    check_adopts(by, region=region)
    found = (
        Adoption.objects.select_for_update()
        .filter(region_code=region, window=window, withdrawn_on=None)
        .first()
    )
    if found is None:
        raise Refused(NOT_ADOPTED)
    found.withdrawn_on, found.withdrawn_by = day_of(reader), by
    found.save(update_fields=("withdrawn_on", "withdrawn_by"))
    record(
        Verb.ALTERATION,
        by=actor_of(by),
        subject=Subject("window", f"{region} {window}"),
        what="window no longer adopted",
    )
    return found


@transaction.atomic
def close_matter(reader: Reader, *, by: User, matter: UUID) -> Matter:
    """Close what the records no longer hold. The case may be gone too: then the unit that held it counts."""
    found = Matter.objects.select_for_update().get(uuid=matter)
    managed = scope_of(by).managed
    if position_of(reader, found.crn) is not None:
        check_manages(reader, found.crn, user=by)
    elif not managed & {"", found.team, found.pdu, found.region} or found.crn in barred_to(reader, by):
        raise Refused(NO_SUCH_PERSON)
    steps.move(found, State.CLOSED, by=Mover.SPO, actor=actor_of(by), because="closed", on=day_of(reader))
    steps.log(by, crn=found.crn, what="matter closed", matter=str(found.uuid))
    return found


@transaction.atomic
def draw_short_reads(reader: Reader) -> int:
    """One person per caseload with nothing open, once a month. Returns how many were drawn now."""
    on = day_of(reader)
    month = on.replace(day=1)
    done = set(ShortRead.objects.filter(month=month).values_list("staff_code", flat=True))
    busy = set(Matter.objects.exclude(state__in=sorted(rules.DONE)).values_list("crn", flat=True))
    caseloads: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in reader.rows(
        "SELECT case_id, practitioner, team FROM n.case_span "
        "WHERE opened_on <= ? AND (closed_on IS NULL OR closed_on > ?) AND practitioner IS NOT NULL",
        [on, on],
    ):
        if row["case_id"] not in busy and row["practitioner"] not in done:
            caseloads[row["practitioner"], row["team"] or ""].append(row["case_id"])
    made: dict[str, ShortRead] = {}
    for (staff_code, team), crns in sorted(caseloads.items()):
        crn = rules.drawn(crns, month=month, salt=staff_code)
        if crn is not None:
            made.setdefault(
                staff_code,
                ShortRead(crn=crn, staff_code=staff_code, team=team, month=month, drawn_on=on),
            )
    ShortRead.objects.bulk_create(made.values(), batch_size=500)
    if made:
        record(
            Verb.CONSULTATION,
            by=SYSTEM,
            subject=[Subject("case", each.crn) for each in made.values()],
            what="drawn for a short read",
        )
    return len(made)


@transaction.atomic
def finish_short_read(
    reader: Reader, *, by: User, read: UUID, missed: bool, note: str, sensitive: bool = False
) -> ShortRead:
    """Say whether the duties missed something. What was found becomes text for nDelius."""
    found = ShortRead.objects.select_for_update().get(uuid=read)
    check_manages(reader, found.crn, user=by)
    if found.read_at is not None:
        raise Refused(READ_ALREADY)
    if missed:
        steps.check_words(note)
    found.text = steps.write_text(
        reader,
        crn=found.crn,
        by=by,
        contact_type=wording.GENERAL_OVERSIGHT,
        outcome=wording.FOLLOW_UP_REQUIRED if missed else wording.NO_FOLLOW_UP,
        words=wording.short_read(missed=missed, note=note, author=by.name),
        happened_on=day_of(reader),
        sensitive=sensitive,
    )
    found.missed, found.note, found.read_by, found.read_at = missed, note.strip(), by, timezone.now()
    found.save()
    steps.log(by, crn=found.crn, what="short read finished", read=str(found.uuid), missed=missed)
    return found
