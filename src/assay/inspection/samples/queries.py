"""Reads of frames and samples, for those who take part in the inspection."""

from __future__ import annotations

import json
from typing import Any

from assay.access.accounts.permissions import Someone
from assay.core.estimation import receipts
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.permissions import check_lead, is_member
from assay.inspection.programmes.rules import start_window
from assay.inspection.samples import rules, store
from assay.inspection.samples.frames import frame_of_latest, frame_of_long_list
from assay.inspection.samples.models import IN, OUT, Conflict, Draw, SampledCase
from assay.inspection.samples.types import DrawnCase, SamplingFrame, Sealed, Stratum


def frame(inspection: Inspection, *, user: Someone) -> SamplingFrame | None:
    """The sealed frame, or before the draw the one that a long list or the loaded records give; None without
    either. A long list that was brought stands before the records.

    For the lead alone: the frame says who could be drawn.
    """
    check_lead(inspection, user)
    kept = store.kept_frame(inspection.uuid)
    if kept is not None or Draw.objects.filter(inspection=inspection).exists():
        return kept
    weeks = (inspection.weeks_before_earliest, inspection.weeks_before_latest)
    listed = store.kept_long_list(inspection.uuid)
    if listed is not None:
        return frame_of_long_list(
            listed,
            region_code=inspection.region_code,
            started_between=start_window(inspection.fieldwork_on, weeks_before=weeks),
            announced_on=inspection.announced_on,
        )
    return frame_of_latest(
        store.records_home(),
        region_code=inspection.region_code,
        started_between=start_window(inspection.fieldwork_on, weeks_before=weeks),
        announced_on=inspection.announced_on,
    )


def sealed(inspection: Inspection, *, user: Someone) -> Sealed | None:
    """The sealed draw; None before it, or for a person without a part in the inspection."""
    if not is_member(inspection, user):
        return None
    draw = Draw.objects.filter(inspection=inspection).select_related("sealed_by").first()
    if draw is None:
        return None
    receipt = json.loads(draw.receipt)
    cases = tuple(drawn_case(each) for each in drawn(draw))
    names = _pdu_names(draw, receipt)
    return Sealed(
        size=draw.size,
        seed=draw.seed,
        sealed_at=draw.sealed_at,
        sealed_by=draw.sealed_by.name,
        frame_hash=draw.frame_hash,
        receipt_hash=draw.receipt_hash,
        receipt=receipt,
        strata=tuple(
            Stratum(
                pdu_code=each["pdu"],
                pdu_name=names.get(each["pdu"], each["pdu"]),
                eligible=each["eligible"],
                drawn=each["drawn"],
                reserves=len(each["order"]) - each["drawn"],
            )
            for each in receipt["strata"]
        ),
        cases=cases,
    )


def _pdu_names(draw: Draw, receipt: dict[str, Any]) -> dict[str, str]:
    """By code: as the cases have them, and the frame where nothing was drawn from some PDU."""
    names = dict(draw.cases.values_list("pdu_code", "pdu_name"))
    if all(each["pdu"] in names for each in receipt["strata"]):
        return names
    kept = store.kept_frame(draw.inspection.uuid)
    return {**(kept.pdu_names if kept else {}), **names}


def drawn(draw: Draw) -> list[SampledCase]:
    """The cases of the sample as it now stands, in order of number."""
    return list(draw.cases.filter(standing=IN).select_related("reader", "replaces").order_by("number"))


def drawn_case(case: SampledCase) -> DrawnCase:
    """The row as a value. Asks for no permission: the caller has."""
    before = SampledCase.objects.filter(replaced_by=case).values_list("reason", flat=True).first()
    return DrawnCase(
        uuid=case.uuid,
        number=case.number or 0,
        assignment=case.assignment,
        case=case.crn,
        pdu_code=case.pdu_code,
        pdu_name=case.pdu_name,
        kind=case.kind,
        started_on=case.started_on,
        reader=case.reader.uuid if case.reader else None,
        reader_name=case.reader.name if case.reader else "",
        replaces=before or "",
    )


def receipt_text(draw: Draw) -> str:
    """The sealed receipt as it is downloaded: with the replacements made since, each with its reason, sealed
    upon it in order. One of the first version has no place for them. Asks for no permission: the caller has.
    """
    put_out = draw.cases.filter(standing=OUT).select_related("replaced_by")
    rows = [(each, each.replaced_by) for each in put_out if each.replaced_by is not None]
    given = json.loads(draw.receipt)
    if not rows or given["receipt_version"] != receipts.VERSION:
        return draw.receipt
    for out, into in sorted(rows, key=lambda row: (row[0].pdu_code, row[1].position)):
        given = receipts.replace(given, out=out.assignment, into=into.assignment, reason=out.reason)
    return receipts.text(given)


def checked(inspection: Inspection, *, user: Someone) -> tuple[str, ...]:
    """What does not agree between the receipt and the frame that was kept; empty if the draw repeats."""
    check_lead(inspection, user)
    kept = store.kept_frame(inspection.uuid)
    if kept is None:
        return ("the frame is no longer kept",)
    return rules.verify(json.loads(Draw.objects.get(inspection=inspection).receipt), kept)


def conflicts(inspection: Inspection) -> list[Conflict]:
    """The conflicts of interest that were declared, in order. Asks for no permission: the caller has."""
    return list(Conflict.objects.filter(inspection=inspection).select_related("user"))


def barred_pdus(inspection: Inspection) -> dict[str, frozenset[str]]:
    """The PDUs each reader (by opaque identity) must not read from."""
    found: dict[str, set[str]] = {}
    for each in conflicts(inspection):
        found.setdefault(str(each.user.uuid), set()).add(each.pdu_code)
    return {key: frozenset(value) for key, value in found.items()}
