"""Words and links of the inspection pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assay.core.figures import Count
from assay.inspection.assessments.types import CaseLine
from assay.inspection.programmes.rules import STATES
from assay.inspection.programmes.types import InspectionDetails
from assay.web.rendering import day, moment, n_of_n, worded


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One state of the way, as the overview shows it. ``tone`` is past, now or ahead."""

    name: str
    means: str
    at: str
    tone: str


def part_name(part: str) -> str:
    """A part in words."""
    return {"lead": _("Lead inspector"), "inspector": _("Inspector"), "publisher": _("Publisher")}[part]


def rows(inspections: Sequence[InspectionDetails]) -> list[list[Any]]:
    """The list of inspections as table rows."""
    return [
        [
            {"text": each.name, "href": reverse("inspection", args=[each.uuid])},
            each.region_name,
            day(each.announced_on),
            worded(each.state.name),
        ]
        for each in inspections
    ]


def steps(inspection: InspectionDetails) -> list[Step]:
    """Every state in order, with when the inspection came into it."""
    came = {state.code: at for state, at in inspection.history}
    codes = [each.code for each in STATES]
    now = codes.index(inspection.state.code)
    return [
        Step(
            name=worded(each.name),
            means=worded(each.means),
            at=moment(came.get(each.code)) if place <= now else "",
            tone="past" if place < now else "now" if place == now else "ahead",
        )
        for place, each in enumerate(STATES)
    ]


def coverage(lines: Sequence[CaseLine]) -> list[list[Any]]:
    """Cases by PDU: signed, being read, not begun, each of how many."""
    names = {each.pdu_code: each.pdu_name for each in lines}
    found = []
    for code in sorted(names, key=lambda each: names[each]):
        of_pdu = [each for each in lines if each.pdu_code == code]
        counts = [
            Count(sum(each.state == state for each in of_pdu), len(of_pdu), _("case"), names[code])
            for state in ("signed", "open", "new")
        ]
        found.append([names[code], *({"html": n_of_n(each)} for each in counts)])
    return found


def signed_of(lines: Sequence[CaseLine]) -> Count:
    """How many cases of the sample are signed."""
    return Count(
        sum(each.state == "signed" for each in lines), len(lines), _("case"), _("cases of the sample")
    )
