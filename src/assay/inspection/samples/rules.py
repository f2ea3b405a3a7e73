"""Who is eligible and why not; the receipt of a draw, and how it is checked: pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cache
from importlib import metadata, resources
from typing import Any

from assay.core.errors import Refused
from assay.core.estimation import design
from assay.core.estimation.design import Sample
from assay.core.estimation.frame import Frame
from assay.core.messages import message
from assay.inspection.samples.types import Considered, Reason, SamplingFrame, Stratum

SIZE = 84
MIN_PER_PDU = 2
RESERVE_PERCENT = 20
RECEIPT_VERSION = 1

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
    earliest: dict[str, tuple[date, str]] = {}
    for each, found in looked_at:
        if found.is_eligible:
            person, key = each.person or each.case, (each.started_on or date.max, each.assignment)
            earliest[person] = min(earliest.get(person, key), key)
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
    try:
        return design.allocate(frame.by_pdu, size, min_per_stratum=min_per_pdu)
    except ValueError:
        least = sum(min(min_per_pdu, each) for each in frame.by_pdu.values())
        raise Refused(
            message(
                "{size} cases cannot be drawn: choose a number from {least} to {most}.",
                size=size,
                least=least,
                most=len(frame.eligible),
            )
        ) from None


def reserves(strata: Mapping[str, int], sizes: Mapping[str, int]) -> dict[str, int]:
    """How many cases of each PDU stand by as replacements: a fifth, rounded up, as far as there are any."""
    return {
        name: min(-(-drawn * RESERVE_PERCENT // 100), sizes[name] - drawn) for name, drawn in strata.items()
    }


@cache
def code_version() -> str:
    """The version of Assay and a hash of the modules that draw, so that a receipt names what made it."""
    parts = [
        resources.files("assay.core.estimation").joinpath(name).read_text("utf-8")
        for name in ("design.py", "frame.py")
    ]
    return f"{metadata.version('assay')}+{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:16]}"


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
    if not seed.strip():
        raise Refused(message("Give a seed: any words or numbers that nobody could have chosen on purpose."))
    return design.draw(
        estimation_frame(frame), allocation(frame, size=size, min_per_pdu=min_per_pdu), seed=seed
    )


def receipt(
    frame: SamplingFrame, sample: Sample, *, inspection: str, framework: str, min_per_pdu: int = MIN_PER_PDU
) -> dict[str, Any]:
    """What was done, so that anybody with the frame can do it again and get the same cases.

    Cases are named by assignment, never by person. Each PDU's order runs through the drawn cases and the
    replacements that stand by.
    """
    strata = strata_of(frame, sample)
    # Only a frame that did not come from records says where it came from: older receipts still verify.
    origin = {"origin": asdict(frame.origin)} if frame.origin else {}
    return {
        **origin,
        "receipt_version": RECEIPT_VERSION,
        "inspection": inspection,
        "framework": framework,
        "unit": "assignment",
        "records": {"snapshot": frame.snapshot, "as_at": frame.as_at.isoformat()},
        "started_between": [day.isoformat() for day in frame.started_between],
        "frame": {
            "hash": sample.frame_hash,
            "considered": len(frame.considered),
            "eligible": len(frame.eligible),
            "not_listed": frame.not_listed,
        },
        "seed": sample.seed,
        "size": len(sample),
        "min_per_pdu": min_per_pdu,
        "method": (
            "Proportional to the eligible assignments of each PDU, by largest remainder; within a PDU the "
            "lowest SHA-256 of seed, frame hash and assignment, one to a line."
        ),
        "code_version": code_version(),
        "strata": [
            {
                "pdu": each.pdu_code,
                "eligible": each.eligible,
                "drawn": each.drawn,
                "chance": [each.drawn, each.eligible],
                "order": list(sample.order[each.pdu_code][: each.drawn + each.reserves]),
            }
            for each in strata
        ],
        "cases": [
            {
                "number": number,
                "assignment": id,
                "pdu": pdu,
                "chance": [sample.n_by_stratum[pdu], sample.sizes[pdu]],
            }
            for number, (id, pdu) in enumerate(zip(sample.ids, sample.stratum, strict=True), start=1)
        ],
    }


def receipt_text(receipt: Mapping[str, Any]) -> str:
    """The receipt's one spelling, which is hashed and downloaded."""
    return json.dumps(receipt, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def receipt_hash(receipt: Mapping[str, Any]) -> str:
    return hashlib.sha256(receipt_text(receipt).encode()).hexdigest()


def verify(receipt: Mapping[str, Any], frame: SamplingFrame) -> tuple[str, ...]:
    """What does not agree between a receipt and the frame it speaks of; empty if the draw can be repeated.

    Draws again from the receipt's seed alone and compares everything it then says.
    """
    if receipt.get("receipt_version") != RECEIPT_VERSION:
        return ("the receipt is of another version",)
    if estimation_frame(frame).hash != receipt["frame"]["hash"]:
        return ("the frame is not the one that was drawn from",)
    again = draw(frame, size=receipt["size"], seed=receipt["seed"], min_per_pdu=receipt["min_per_pdu"])
    expected = _made_again(receipt, frame, again)
    return tuple(f"{key} differs" for key in sorted(expected) if expected[key] != receipt.get(key))


def _made_again(given: Mapping[str, Any], frame: SamplingFrame, sample: Sample) -> dict[str, Any]:
    made = receipt(
        frame,
        sample,
        inspection=given["inspection"],
        framework=given["framework"],
        min_per_pdu=given["min_per_pdu"],
    )
    # Another version of the code may check an old receipt: what counts is that it draws the same cases.
    return {key: value for key, value in made.items() if key != "code_version"}


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
