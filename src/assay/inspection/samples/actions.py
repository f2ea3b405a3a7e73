"""The only writes of this room."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import date
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from assay.access.accounts.models import User
from assay.access.audit.actions import record
from assay.access.audit.types import Subject, Verb, actor_of
from assay.core.errors import Problem, Refused, Unfit
from assay.core.estimation.design import Sample
from assay.core.messages import message
from assay.inspection.programmes import actions as programmes
from assay.inspection.programmes.actions import subject_of
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.permissions import check_lead
from assay.inspection.programmes.rules import INSPECTOR
from assay.inspection.samples import queries, rules, store
from assay.inspection.samples.long_lists import read_long_list
from assay.inspection.samples.models import IN, OUT, RESERVE, Conflict, Draw, SampledCase
from assay.inspection.samples.types import LongList, SamplingFrame
from assay.records.sources.quarantine import default_limit
from assay.records.store import Reader, is_synthetic
from assay.records.store.nature import mark_nature

LONG_LIST = "long list"
"""What a long list is called in the log and in its problems: its own name may name people."""


@transaction.atomic
def seal(
    inspection: Inspection,
    *,
    frame: SamplingFrame,
    seed: str,
    by: User,
    size: int = rules.SIZE,
    min_per_pdu: int = rules.MIN_PER_PDU,
    records: Reader | None = None,
) -> Draw:
    """Draw the sample and seal it, in one step: a draw nobody likes cannot be thrown away for another.

    Copies the frame, and from ``records`` the whole record of each drawn case and each that stands by,
    into the inspection's own store. Without ``records``, as with a long list, the cases have none to read.
    """
    check_lead(inspection, by)
    assert frame.origin is None or records is None, "there are no records behind a long list"
    if frame.as_at > inspection.announced_on:
        raise Refused(
            message(
                "The records speak for a day after the announcement. The frame is fixed on the last records "
                "before it: load those, then draw."
            )
        )
    # The state is asked first and moved first, so that two draws at once cannot both be made.
    inspection = programmes.move(inspection, "seal", by=by, details={"size": size})
    sample = rules.draw(frame, size=size, seed=seed, min_per_pdu=min_per_pdu)
    receipt = rules.receipt(
        frame,
        sample,
        inspection=str(inspection.uuid),
        framework=f"{inspection.framework_id} version {inspection.framework_version}",
        min_per_pdu=min_per_pdu,
        salt_key=secrets.token_bytes(32),
    )
    draw = Draw.objects.create(
        inspection=inspection,
        seed=seed,
        size=size,
        frame_hash=sample.frame_hash,
        receipt=rules.receipt_text(receipt),
        receipt_hash=rules.receipt_hash(receipt),
        has_records=records is not None,
        sealed_at=timezone.now(),
        sealed_by=by,
    )
    cases = SampledCase.objects.bulk_create(_cases(draw, frame, sample), batch_size=200)
    store.keep_frame(inspection.uuid, frame)
    if records is not None:
        crns = sorted({each.crn for each in cases})
        store.copy_records(records, inspection=inspection.uuid, crns=crns, region_code=inspection.region_code)
    record(
        Verb.COLLECTION,
        by=actor_of(by),
        subject=(subject_of(inspection), *(Subject("case", each.crn) for each in cases)),
        what="A sample was drawn and sealed",
        details={"receipt": draw.receipt_hash, "seed": seed, "size": size},
    )
    return draw


@transaction.atomic
def take_long_list(inspection: Inspection, *, content: IO[bytes], as_at: date, by: User) -> LongList:
    """Take an Excel long list as what the sample is drawn from, with no extract behind it; it stands in the
    place of one taken before. ``Unfit`` with everything as it was, where it cannot be read or is of the other
    nature than what this installation holds."""
    _check_before_draw(inspection, by)
    if as_at > inspection.announced_on:
        raise Refused(
            message(
                "The list must speak for no day after the announcement, {day}.", day=inspection.announced_on
            )
        )
    long_list, quarantine = read_long_list(
        content,
        file=LONG_LIST,
        as_at=as_at,
        region_code=inspection.region_code,
        limit=default_limit(),
    )
    _check_nature(long_list)
    store.keep_long_list(inspection.uuid, long_list, quarantine)
    record(
        Verb.COLLECTION,
        by=actor_of(by),
        subject=(subject_of(inspection), *(Subject("case", each.crn) for each in long_list.cases)),
        what="A long list was taken as the frame of an inspection",
        details={**asdict(long_list.origin), "as_at": as_at},
    )
    return long_list


@transaction.atomic
def take_back_long_list(inspection: Inspection, *, by: User) -> None:
    """Let the long list go before the draw. Nothing is done where there is none."""
    _check_before_draw(inspection, by)
    taken = store.kept_long_list(inspection.uuid)
    if taken is None:
        return
    store.drop_long_list(inspection.uuid)
    record(
        Verb.ERASURE,
        by=actor_of(by),
        subject=subject_of(inspection),
        what="A long list was taken back before the draw",
        details={"sha256": taken.origin.sha256},
    )


def _check_before_draw(inspection: Inspection, by: User) -> None:
    check_lead(inspection, by)
    if Draw.objects.filter(inspection=inspection).exists():
        raise Refused(message("The sample is drawn and sealed. What it was drawn from stays as it is."))


def _check_nature(long_list: LongList) -> None:
    """Invented people never stand beside real ones. A list is invented if every case reference is."""
    held = is_synthetic(store.records_home())
    expected = True if settings.DEMONSTRATION else held
    if expected is not None and expected != long_list.synthetic:
        raise Unfit(
            [
                Problem(
                    file=LONG_LIST,
                    rule="synthetic-and-real",
                    message=message("This list is real, and the installation holds synthetic records.")
                    if expected
                    else message("This list is synthetic, and the installation holds real records."),
                    remedy=message("Bring it to another installation, with a home of its own."),
                )
            ]
        )
    if held is None:
        mark_nature(store.records_home(), synthetic=long_list.synthetic)


def _cases(draw: Draw, frame: SamplingFrame, sample: Sample) -> list[SampledCase]:
    number_of = {id: number for number, id in enumerate(sample.ids, start=1)}
    standing_by = rules.reserves(sample.n_by_stratum, sample.sizes)
    entry = {each.assignment: each for each in frame.eligible}
    return [
        SampledCase(
            draw=draw,
            number=number_of.get(id),
            position=position,
            standing=IN if id in number_of else RESERVE,
            assignment=id,
            crn=entry[id].case,
            pdu_code=pdu,
            pdu_name=entry[id].pdu_name,
            kind=entry[id].kind,
            started_on=entry[id].started_on,
            staff_code=entry[id].staff_code,
        )
        for pdu, n in sorted(sample.n_by_stratum.items())
        for position, id in enumerate(sample.order[pdu][: n + standing_by[pdu]], start=1)
    ]


@transaction.atomic
def bring_records_up_to_date(inspection: Inspection, *, records: Reader, by: User) -> None:
    """Copy the drawn cases again from a later load. Frame, draw and receipt stay; what was recorded after
    the announcement is then there to read, and marked so."""
    check_lead(inspection, by)
    draw = Draw.objects.get(inspection=inspection)
    cases = list(draw.cases.exclude(standing=OUT))
    crns = sorted({each.crn for each in cases})
    store.copy_records(records, inspection=inspection.uuid, crns=crns, region_code=inspection.region_code)
    record(
        Verb.COLLECTION,
        by=actor_of(by),
        subject=(subject_of(inspection), *(Subject("case", each) for each in crns)),
        what="The records of a sample were brought up to date",
        details={"snapshot": records.snapshot.hash},
    )


@transaction.atomic
def put_in_place_of(case: SampledCase, *, reason: str, by: User) -> SampledCase:
    """Put the next of the PDU's seeded order in the place of a case, with a logged reason.

    Asked through :func:`assay.inspection.assessments.actions.replace_case`, which refuses a signed case.
    """
    inspection = case.draw.inspection
    check_lead(inspection, by)
    if not reason.strip():
        raise Refused(message("Say why the case is replaced. The reason stays with the sample."))
    if case.standing != IN:
        raise Refused(message("This case is not in the sample any more."))
    following = (
        SampledCase.objects.filter(draw=case.draw, pdu_code=case.pdu_code, standing=RESERVE)
        .order_by("position")
        .first()
    )
    if following is None:
        raise Refused(message("No case stands by in this PDU any more. The sample stays one short there."))
    case.standing, case.reason, case.replaced_by = OUT, reason, following
    case.save(update_fields=["standing", "reason", "replaced_by"])
    following.standing, following.number = IN, case.number
    following.reader, following.allocated_at = case.reader, case.allocated_at
    following.save(update_fields=["standing", "number", "reader", "allocated_at"])
    record(
        Verb.ALTERATION,
        by=actor_of(by),
        subject=(subject_of(inspection), Subject("case", case.crn), Subject("case", following.crn)),
        what="A case of a sample was replaced by the next in order",
        details={"number": case.number, "reason": reason},
    )
    return following


@transaction.atomic
def declare_conflict(inspection: Inspection, *, user: User, pdu_code: str, reason: str, by: User) -> None:
    """A reader must not read cases of this PDU. The reader says so, or the lead."""
    if by != user:
        check_lead(inspection, by)
    if not reason.strip():
        raise Refused(message("Say what the conflict of interest is."))
    Conflict.objects.update_or_create(
        inspection=inspection,
        user=user,
        pdu_code=pdu_code,
        defaults={"reason": reason, "declared_at": timezone.now()},
    )
    record(
        Verb.COLLECTION,
        by=actor_of(by),
        subject=(subject_of(inspection), Subject("user", str(user.uuid))),
        what="A conflict of interest was declared",
        details={"pdu": pdu_code, "reason": reason},
    )


@transaction.atomic
def allocate(inspection: Inspection, *, by: User) -> int:
    """Share the cases nobody has yet among the inspectors, evenly; returns how many were given."""
    check_lead(inspection, by)
    readers = {
        str(each.user.uuid): each.user
        for each in inspection.memberships.filter(part=INSPECTOR).select_related("user")
    }
    if not readers:
        raise Refused(message("Nobody can be given a case: the inspection has no inspectors yet."))
    cases = queries.drawn(_draw(inspection))
    held: dict[str, int] = {}
    for each in cases:
        if each.reader:
            held[str(each.reader.uuid)] = held.get(str(each.reader.uuid), 0) + 1
    waiting = {each.number: each for each in cases if each.reader is None and each.number}
    shared = rules.shared_out(
        [(number, each.pdu_code) for number, each in waiting.items()],
        readers=tuple(readers),
        barred=queries.barred_pdus(inspection),
        held=held,
    )
    for number, reader in shared.items():
        _give(waiting[number], readers[reader])
    _log_allocation(inspection, [waiting[number] for number in shared], by)
    return len(shared)


@transaction.atomic
def allocate_case(case: SampledCase, *, to: User, by: User) -> None:
    """Give one case to one inspector of the inspection. A conflict of interest is refused."""
    inspection = case.draw.inspection
    check_lead(inspection, by)
    if case.standing != IN:
        raise Refused(message("This case is not in the sample any more."))
    if not inspection.memberships.filter(user=to, part=INSPECTOR).exists():
        raise Refused(message("{name} is not an inspector of this inspection.", name=to.name))
    if case.pdu_code in queries.barred_pdus(inspection).get(str(to.uuid), frozenset()):
        raise Refused(
            message("{name} has declared a conflict of interest in {pdu}.", name=to.name, pdu=case.pdu_name)
        )
    _give(case, to)
    _log_allocation(inspection, [case], by)


def _give(case: SampledCase, reader: User) -> None:
    case.reader, case.allocated_at = reader, timezone.now()
    case.save(update_fields=["reader", "allocated_at"])


def _log_allocation(inspection: Inspection, cases: list[SampledCase], by: User) -> None:
    if inspection.state == "sealed" and cases:
        programmes.move(inspection, "begin_reading", by=by)
    record(
        Verb.ALTERATION,
        by=actor_of(by),
        subject=(subject_of(inspection), *(Subject("case", each.crn) for each in cases)),
        what="Cases were allocated to readers",
        details={str(each.number): str(each.reader.uuid) for each in cases if each.reader},
    )


def _draw(inspection: Inspection) -> Draw:
    draw = Draw.objects.filter(inspection=inspection).first()
    if draw is None:
        raise Refused(message("Draw and seal the sample first."))
    return draw
