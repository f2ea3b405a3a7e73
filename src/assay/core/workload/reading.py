"""From what the workload service calls its fields to what one practitioner holds and does. ``Refused`` names
the input and the field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from assay.core.inputs import Fields, chosen, fields, not_one_of
from assay.core.messages import message
from assay.core.workload.capacity import (
    STATUSES,
    Apart,
    Case,
    Change,
    Reduction,
    Report,
    Status,
    Work,
    exact,
)
from assay.core.workload.rules import Workload, load
from assay.core.workload.series import Week
from assay.core.workload.tables import TIERS, Grade, Kind

FIELDS = (
    "id",
    "grade",
    "contractedHours",
    "reductions",
    "cases",
    "courtReports",
    "contactsPerformedOutsideCaseload",
    "contactsPerformedByOthers",
    "potentialCase",
    "currentCase",
    "weeks",
    "practitioners",
)
GRADES: Mapping[str, Grade] = {"PO": "po", "PSO": "pso", "PQIP": "pqip", "SPO": "spo", "OTHER": "other"}
KINDS: Mapping[str, Kind] = {
    "COMMUNITY": "community",
    "CUSTODY": "custody",
    "LICENSE": "licence",
    "LICENCE": "licence",
}
REPORTS: Mapping[str, Report] = {"STANDARD": "standard", "FAST": "fast"}
APART: Mapping[str, Apart] = {"WARRANT": "warrant", "UNPAID_WORK": "unpaid_work", "OVERDUE": "overdue"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One input: the work; the case that may come, if one was asked about; the weeks behind it; and, of a
    senior officer, how many practitioners they manage."""

    work: Work
    change: Change | None
    weeks: tuple[Week, ...]
    practitioners: int | None


def read_work(given: Mapping[str, Any], *, number: int = 1, known: Workload | None = None) -> Given:
    """From ``id, grade, contractedHours, reductions[{hours, reason, percentage, status, effectiveFrom,
    effectiveTo}], cases[{type, tier, t2a, count, apart}], courtReports[{type}],
    contactsPerformedOutsideCaseload[{typeCode}], contactsPerformedByOthers[{typeCode}]``, of which lists that
    are not there are empty; ``potentialCase`` and ``currentCase`` as one of ``cases``; ``weeks[{week_on,
    points, available, flag}]``; ``practitioners``."""
    rules = load() if known is None else known
    row = fields(given, number=number)
    hours = row.number("contractedHours")
    work = Work(
        id=row.of,
        grade=cast(Grade, row.needed("grade", row.choice("grade", GRADES))),
        hours=hours,
        cases=tuple(one for each in row.objects("cases") or () for one in _cases(each)),
        reports=tuple(
            cast(Report, each.needed("type", each.choice("type", REPORTS)))
            for each in row.objects("courtReports") or ()
        ),
        given=_codes(row, "contactsPerformedOutsideCaseload"),
        received=_codes(row, "contactsPerformedByOthers"),
        reductions=tuple(_reduction(each, hours, rules) for each in row.objects("reductions") or ()),
    )
    return Given(
        work=work,
        change=_change(row),
        weeks=_weeks(row),
        practitioners=row.whole("practitioners"),
    )


def _cases(row: Fields) -> tuple[Case, ...]:
    count = row.whole("count")
    return (_case(row),) * (1 if count is None else count)


def _case(row: Fields) -> Case:
    tier = chosen(row.text("tier") or "")
    suspended = tier.endswith("S")
    tier = tier.removesuffix("S")
    # Untiered cases stand in a column 0 of the nightly extract.
    if tier == "0":
        tier = ""
    if tier and tier not in TIERS:
        raise row.refuse(
            "tier", message("{of}, {field}: no source gives points for tier {value}.", value=tier)
        )
    return Case(
        kind=cast(Kind, row.needed("type", row.choice("type", KINDS))),
        tier=tier,
        suspended=suspended,
        transition=row.truth("t2a") or False,
        apart=cast(Apart | None, row.choice("apart", APART)),
    )


def _change(row: Fields) -> Change | None:
    potential, current = row.object("potentialCase"), row.object("currentCase")
    if potential is None:
        if current is not None:
            raise row.refuse("potentialCase", message("{of}, {field}: it is needed beside currentCase."))
        return None
    return Change(case=_case(potential), counted_now=None if current is None else _case(current))


def _codes(row: Fields, name: str) -> tuple[str, ...]:
    return tuple(each.needed("typeCode", each.text("typeCode")) for each in row.objects(name) or ())


def _reduction(row: Fields, contracted: Decimal | None, rules: Workload) -> Reduction:
    status = row.choice("status", {each: each for each in STATUSES})
    return Reduction(
        hours=_hours_off(row, contracted, rules),
        status=cast(Status | None, status),
        opened_on=row.day("effectiveFrom"),
        closed_on=row.day("effectiveTo"),
    )


def _hours_off(row: Fields, contracted: Decimal | None, rules: Workload) -> Decimal:
    """The hours given, or those of the percentage given or set for the reason, within its most."""
    hours, share = row.number("hours"), row.number("percentage", highest=100)
    name = row.text("reason")
    reason = None if name is None else rules.reductions.reasons.get(chosen(name).lower())
    if name is not None and reason is None:
        raise row.refuse("reason", not_one_of(name, rules.reductions.reasons))
    if hours is None:
        if share is None and reason is not None and reason.percent is not None:
            share = Decimal(reason.percent)
        if share is None:
            raise row.refuse("hours", message("{of}, {field}: hours, or a percentage, are needed."))
        if contracted is None:
            raise row.refuse(
                "percentage", message("{of}, {field}: it is of contractedHours, which are not there.")
            )
        hours = exact(Fraction(contracted) * Fraction(share) / 100)
    most = None if reason is None else reason.most
    if most is not None and contracted is not None and Fraction(hours) > Fraction(contracted) * most / 100:
        raise row.refuse("reason", message("{of}, {field}: at most {most}% is taken off for it.", most=most))
    return hours


def _weeks(row: Fields) -> tuple[Week, ...]:
    found = tuple(
        Week(
            week_on=each.needed("week_on", each.day("week_on")),
            points=each.needed("points", each.number("points")),
            available=each.needed("available", each.number("available")),
            reliable=each.text("flag") is None,
        )
        for each in row.objects("weeks") or ()
    )
    if len({each.week_on for each in found}) < len(found):
        raise row.refuse("weeks", message("{of}, {field}: a week is there twice."))
    return found
