"""How what people wrote stays with the lapse it was about, from one night to the next.

A lapse is named by its duty, its case and the row that raised it, never by a date, so that a back-dated or
corrected entry leaves the name alone. When the row itself is gone (deleted, replaced, its case merged) the
matter moves to a lapse of the same duty and case that shares a day with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256

from assay.assurance.duties.types import Attached, Attachment, LapseRow
from assay.core.spans import FOREVER, Span


def name_of(duty: str, case_id: str, table: str, anchor_id: str) -> str:
    """The lapse's name, which is also its obligation's. The engine says the same in the database."""
    return sha256(f"{duty}|{case_id}|{table}|{anchor_id}".encode()).hexdigest()[:32]


def survivor(case_id: str, merges: Mapping[str, str]) -> str:
    """The record a merged one became, through any number of merges. A ring of merges stops at its start."""
    seen = {case_id}
    while (onward := merges.get(case_id)) is not None and onward not in seen:
        seen.add(onward)
        case_id = onward
    return case_id


def attach(
    matters: Sequence[Attached], lapses: Sequence[LapseRow], merges: Mapping[str, str]
) -> list[Attachment]:
    """One attachment for each matter, in their order.

    The same name wins. Else the lapse of the same duty and case with the most shared days; one that no
    matter holds by name is preferred. Else ``gone``. Two matters may come to hang on one lapse: what was
    written about either is then read together. ``merges`` maps a merged CRN to the one it became.
    """
    by_name: dict[str, list[LapseRow]] = defaultdict(list)
    by_case: dict[tuple[str, str], list[LapseRow]] = defaultdict(list)
    for lapse in lapses:
        by_name[lapse.lapse_id].append(lapse)
        by_case[lapse.duty, survivor(lapse.case_id, merges)].append(lapse)
    held = {matter.lapse_id for matter in matters} & by_name.keys()
    return [_attachment(matter, by_name, by_case, merges, held) for matter in matters]


def _attachment(
    matter: Attached,
    by_name: Mapping[str, list[LapseRow]],
    by_case: Mapping[tuple[str, str], list[LapseRow]],
    merges: Mapping[str, str],
    held: set[str],
) -> Attachment:
    if parts := by_name.get(matter.lapse_id):
        return Attachment(matter=matter, how="same", lapse=max(parts, key=_latest))
    candidates = [
        (lapse.lapse_id not in held, shared, lapse)
        for lapse in by_case.get((matter.duty, survivor(matter.case_id, merges)), ())
        if (shared := _shared_days(matter, lapse)) > 0
    ]
    if not candidates:
        return Attachment(matter=matter, how="gone", lapse=None)
    best = max(candidates, key=lambda each: (each[0], each[1], _latest(each[2]), each[2].lapse_id))
    return Attachment(matter=matter, how="moved", lapse=best[2])


def _latest(lapse: LapseRow) -> tuple[date, date]:
    return (lapse.closed_on or FOREVER, lapse.opened_on)


def _shared_days(matter: Attached, lapse: LapseRow) -> int:
    a, b = Span(matter.opened_on, matter.closed_on), Span(lapse.opened_on, lapse.closed_on)
    return (min(a.end, b.end) - max(a.opened_on, b.opened_on)).days
