"""Who is eligible and why not; the receipt of a draw, and how it is checked: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from assay.core.errors import Refused
from assay.core.estimation import design, first_receipts, receipts, verifying
from assay.core.estimation.design import Sample
from assay.core.estimation.eligibility import Judged, Reason, first_of_each
from assay.core.estimation.frame import Frame
from assay.core.estimation.plans import Drawn, Plan
from assay.core.estimation.receipts import Receipt
from assay.core.messages import message
from assay.inspection.samples.types import Considered, SamplingFrame, Stratum

SIZE = 84
MIN_PER_PDU = 2
RESERVE_PERCENT = 20

_WINDOW = "Start dates and fieldwork dates published for three regional inspections, 2024 and 2025"
_SAMPLER = "The inspectorate's published case sampler, 2020-21"

REASONS: dict[str, Reason] = {
    each.code: each
    for each in (
        Reason(
            code="began_too_early",
            sentence=message("It began before the window."),
            source=_WINDOW,
            confidence="inferred",
        ),
        Reason(
            code="began_too_late",
            sentence=message("It began after the window, or has not begun."),
            source=_WINDOW,
            confidence="inferred",
        ),
        Reason(
            code="unpaid_work_alone",
            sentence=message("It has no requirement under which a practitioner supervises the person."),
            source="The inspectorate's published specification for court-report samples",
            confidence="inferred",
        ),
        Reason(
            code="died",
            sentence=message("The person died before the announcement."),
            source="ours",
            confidence="assumed",
        ),
        Reason(
            code="merged",
            sentence=message("The record was merged into another, which is considered in its place."),
            source="ours",
            confidence="assumed",
        ),
        Reason(
            code="other_region",
            sentence=message("Another region holds it."),
            source="ours",
            confidence="assumed",
        ),
        Reason(
            code="no_pdu",
            sentence=message("The records do not say which PDU held it."),
            source="ours",
            confidence="assumed",
        ),
        Reason(
            code="same_person",
            sentence=message("The same person has an earlier order or licence in the frame."),
            source=_SAMPLER,
            confidence="verified",
        ),
        Reason(
            code="same_pnc",
            sentence=message("An earlier order or licence in the frame has the same PNC number."),
            source=_SAMPLER,
            confidence="verified",
        ),
        Reason(
            code="same_name",
            sentence=message("An earlier order or licence in the frame has the same name and date of birth."),
            source=_SAMPLER,
            confidence="verified",
        ),
    )
}
# By what two rows of a list are one person's, and the reason the later one is left out for.
SAME: Mapping[str, str] = {"pnc": "same_pnc", "name": "same_name"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """What eligibility is judged by: one order or licence, its person, and who holds it.

    ``person`` names the person where the case does not, and ``same_by`` says how that was seen: in a list,
    one person may have several case references.
    """

    assignment: str
    case: str
    kind: str
    started_on: date | None
    region_code: str
    pdu_code: str
    pdu_name: str
    staff_code: str = ""
    died_on: date | None = None
    merged: bool = False
    person: str = ""
    same_by: str = ""


def judged(
    assignments: Iterable[Assignment],
    *,
    region_code: str,
    started_between: tuple[date, date],
    announced_on: date,
) -> tuple[Considered, ...]:
    """Each assignment with whether it is eligible or why not, in order of PDU, case and assignment.

    A person counts once, with the earliest order or licence among those otherwise eligible. (The published
    sampler lets an ineligible earlier one push out an eligible later one; we do not.)
    """
    looked_at = [
        (
            each,
            Considered(
                assignment=each.assignment,
                case=each.case,
                pdu_code=each.pdu_code,
                pdu_name=each.pdu_name,
                kind=each.kind,
                started_on=each.started_on,
                staff_code=each.staff_code,
                reason=_reason(each, region_code, started_between, announced_on),
            ),
        )
        for each in assignments
    ]
    earliest = first_of_each(
        (each.person or each.case, (each.started_on or date.max, each.assignment))
        for each, found in looked_at
        if found.is_eligible
    )
    return tuple(
        sorted(
            (
                replace(found, reason=SAME.get(each.same_by, "same_person"))
                if found.is_eligible and earliest[each.person or each.case][1] != each.assignment
                else found
                for each, found in looked_at
            ),
            key=lambda each: (each.pdu_code, each.case, each.assignment),
        )
    )


def _reason(
    each: Assignment, region_code: str, started_between: tuple[date, date], announced_on: date
) -> str:
    first, last = started_between
    if each.merged:
        return "merged"
    if each.started_on is None or each.started_on > last:
        return "began_too_late"
    if each.started_on < first:
        return "began_too_early"
    if each.region_code != region_code:
        return "other_region"
    if each.kind == "unpaid_work_only":
        return "unpaid_work_alone"
    if each.died_on is not None and each.died_on <= announced_on:
        return "died"
    return "" if each.pdu_code else "no_pdu"


def estimation_frame(frame: SamplingFrame) -> Frame:
    """The eligible assignments as the design reads them, PDUs being the strata."""
    eligible = frame.eligible
    return Frame(
        ids=tuple(each.assignment for each in eligible), stratum=tuple(each.pdu_code for each in eligible)
    )


def allocation(frame: SamplingFrame, *, size: int, min_per_pdu: int = MIN_PER_PDU) -> dict[str, int]:
    """How many cases each PDU gives. ``Refused`` where the frame cannot give so many, or not so few."""
    return design.allocate(frame.by_pdu, size, min_per_stratum=min_per_pdu)


def reserves(strata: Mapping[str, int], sizes: Mapping[str, int]) -> dict[str, int]:
    """How many cases of each PDU stand by as replacements: a fifth, rounded up, as far as there are any."""
    return design.standing_by(strata, sizes, percent=RESERVE_PERCENT)


def strata_of(frame: SamplingFrame, sample: Sample) -> tuple[Stratum, ...]:
    """Each PDU's part, in order of code."""
    standing_by = reserves(sample.n_by_stratum, sample.sizes)
    names = frame.pdu_names
    return tuple(
        Stratum(
            pdu_code=code,
            pdu_name=names[code],
            eligible=sample.sizes[code],
            drawn=sample.n_by_stratum[code],
            reserves=standing_by[code],
        )
        for code in sorted(sample.sizes)
    )


def draw(frame: SamplingFrame, *, size: int, seed: str, min_per_pdu: int = MIN_PER_PDU) -> Sample:
    """The sample of this frame with this seed."""
    design.check_seed(seed)
    return design.draw(
        estimation_frame(frame), allocation(frame, size=size, min_per_pdu=min_per_pdu), seed=seed
    )


def receipt(
    frame: SamplingFrame,
    sample: Sample,
    *,
    inspection: str,
    framework: str,
    min_per_pdu: int = MIN_PER_PDU,
    salt_key: bytes | None = None,
) -> Receipt:
    """What was done, so that anybody can do it again from the receipt alone and get the same cases.

    Cases are named by assignment, never by person. Each PDU's order runs through the drawn cases and the
    replacements that stand by. ``salt_key`` is as in :func:`assay.core.estimation.receipts.receipt`.
    """
    plan = Plan(size=len(sample), least=min_per_pdu, buffer_percent=RESERVE_PERCENT)
    steps = design.allocated(sample.sizes, plan.size, min_per_stratum=min_per_pdu).steps
    drawn = Drawn(
        plan=plan, sample=sample, steps=steps, standing_by=reserves(sample.n_by_stratum, sample.sizes)
    )
    return receipts.receipt(
        _log(frame),
        drawn,
        reasons=REASONS,
        about={**_about(frame), "inspection": inspection, "framework": framework},
        unit="assignment",
        strata_are="pdu",
        not_listed=frame.not_listed,
        salt_key=salt_key,
    )


def _about(frame: SamplingFrame) -> dict[str, Any]:
    """Where the frame came from; ``origin`` only where that was not from records."""
    return {
        **({"origin": asdict(frame.origin)} if frame.origin else {}),
        "records": {"snapshot": frame.snapshot, "as_at": frame.as_at.isoformat()},
        "started_between": [day.isoformat() for day in frame.started_between],
    }


def _log(frame: SamplingFrame) -> tuple[Judged, ...]:
    return tuple(
        Judged(id=each.assignment, stratum=each.pdu_code, reason=each.reason) for each in frame.considered
    )


def receipt_text(receipt: Mapping[str, Any]) -> str:
    """The receipt's one spelling, which is kept and downloaded."""
    if receipt["receipt_version"] == first_receipts.VERSION:
        return first_receipts.text(receipt)
    return receipts.text(receipt)


def receipt_hash(receipt: Mapping[str, Any]) -> str:
    """What is written down elsewhere, to know the receipt again by: its seal."""
    if receipt["receipt_version"] == first_receipts.VERSION:
        return first_receipts.hash_of(receipt)
    return str(receipt["seal"])


def verify(receipt: Mapping[str, Any], frame: SamplingFrame) -> tuple[str, ...]:
    """What does not agree between a receipt and the frame that was kept; empty if the draw can be repeated.

    Draws again from the receipt's seed alone and compares everything it then says. First the frame is looked
    at, then what the receipt says of it, then the draw; where one does not agree the next is not looked at.
    """
    try:
        if receipt.get("receipt_version") == first_receipts.VERSION:
            same = estimation_frame(frame).hash == receipt["frame"]["hash"]
            found = first_receipts.verify(receipt, estimation_frame(frame)) if same else ()
        else:
            found = tuple(each.worded() for each in verifying.faults(receipt))
            same = _is_log_of(receipt, frame)
    except Refused as refused:
        return (refused.message.worded(),)
    if not same:
        return ("the frame is not the one that was drawn from",)
    return _differences(receipt, frame) or found


def _differences(receipt: Mapping[str, Any], frame: SamplingFrame) -> tuple[str, ...]:
    counts = {
        "considered": len(frame.considered),
        "eligible": len(frame.eligible),
        "not_listed": frame.not_listed,
    }
    expected = {"origin": None, **_about(frame)}
    return (
        *(f"{key} differs" for key, value in expected.items() if receipt.get(key) != value),
        *(f"{key} differs" for key, value in counts.items() if receipt["frame"].get(key) != value),
    )


def _is_log_of(given: Mapping[str, Any], frame: SamplingFrame) -> bool:
    """Rows erased from the receipt cannot be compared; all others are those of the frame."""
    kept = {each.id: (each.stratum, each.reason) for each in _log(frame)}
    written = {
        row["assignment"]: (row["pdu"], row.get("reason", ""))
        for row in given["considered"]
        if isinstance(row["assignment"], str)
    }
    return len(kept) == len(given["considered"]) and written.items() <= kept.items()


def shared_out(
    cases: Sequence[tuple[int, str]],
    *,
    readers: Sequence[str],
    barred: Mapping[str, frozenset[str]],
    held: Mapping[str, int] | None = None,
) -> dict[int, str]:
    """Cases, given as (number, PDU), shared among readers as evenly as conflicts of interest allow.

    ``barred`` names the PDUs a reader may not read from; ``held`` how many each has already. A case no
    reader may take is left out. The fewest-held reader takes the next case, in order of name on a tie;
    cases that fewest may read go first, so that a conflict does not leave one over.
    """
    load = {each: (held or {}).get(each, 0) for each in sorted(readers)}
    able = {
        number: [each for each in load if pdu not in barred.get(each, frozenset())] for number, pdu in cases
    }
    given: dict[int, str] = {}
    for number, _ in sorted(cases, key=lambda case: (len(able[case[0]]), case[0])):
        if able[number]:
            reader = min(able[number], key=lambda each: (load[each], each))
            given[number] = reader
            load[reader] += 1
    return dict(sorted(given.items()))
