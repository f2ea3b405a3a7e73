"""Points, the points there is time for, and their percentage: the formula of the service's workload
measurement, exact to the last digit.

The percentage of one practitioner is a number for whoever asks it of their own figures. No page shows one,
and nothing keeps one (promise 6). Source: hmpps-workload 1e70153e, as ``workload.yaml`` says part by part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from assay.core.errors import Refused
from assay.core.messages import Message, message
from assay.core.steps import Result, Step
from assay.core.workload import legacy
from assay.core.workload.rules import Workload, load
from assay.core.workload.tables import Grade, Kind, PointsTable, in_force

Report = Literal["standard", "fast"]
Formula = Literal["current", "legacy"]
Apart = Literal["warrant", "unpaid_work", "overdue"]
Status = Literal["SCHEDULED", "ACTIVE", "ARCHIVED", "DELETED"]
STATUSES: tuple[Status, ...] = ("SCHEDULED", "ACTIVE", "ARCHIVED", "DELETED")
HOURS_PLACES, CAPACITY_PLACES = 15, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case, by its kind and its tier as A3 to D0; ``suspended`` where the tier ends in S, ``transition``
    where it is moving to adult services. An empty tier is one nobody set yet. ``apart`` is read by the legacy
    formula alone."""

    kind: Kind
    tier: str
    suspended: bool = False
    transition: bool = False
    apart: Apart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduction:
    """Hours a week taken off, from ``opened_on`` until, and not on, ``closed_on``; None for an open end."""

    hours: Decimal
    status: Status | None = None
    opened_on: date | None = None
    closed_on: date | None = None

    def is_active(self, on: date) -> bool:
        """Whether it counts on a day: neither archived nor deleted, and the day within its days. One without
        days counts unless it is only scheduled."""
        if self.status in ("ARCHIVED", "DELETED"):
            return False
        if self.opened_on is None and self.closed_on is None:
            return self.status != "SCHEDULED"
        return (self.opened_on or on) <= on and (self.closed_on is None or on < self.closed_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What one practitioner holds and does. ``given`` are codes of contacts done in others' cases,
    ``received`` of contacts others did in these. ``hours`` are contracted, a week; without them only the
    legacy formula goes on, by those of a full week."""

    id: str
    grade: Grade
    hours: Decimal | None
    cases: tuple[Case, ...] = ()
    reports: tuple[Report, ...] = ()
    given: tuple[str, ...] = ()
    received: tuple[str, ...] = ()
    reductions: tuple[Reduction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A case that may be given to them, and how it counts for them now, if it does."""

    case: Case
    counted_now: Case | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Points, points there is time for, and the percentage: 87.7 for 87.7%. ``potential`` is the percentage
    after the change, None where none was asked. ``without_points`` are cases without a tier, which count
    nothing, so that with any of them ``points`` is at least so many."""

    id: str
    points: int | Decimal
    available: int
    percent: Decimal
    potential: Decimal | None
    without_points: int
    steps: tuple[Step, ...]


def round_half_up(value: Fraction, places: int) -> Fraction:
    """To so many decimal places, a half away from nought, exactly."""
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def case_points(case: Case, table: PointsTable) -> int | None:
    """What a case counts for; None without a tier. ``Refused`` for a tier no source gives points for, as are
    all of version 3."""
    if not case.tier:
        return None
    found = table.points(case.kind, case.tier, suspended=case.suspended, transition=case.transition)
    if found is None:
        raise Refused(message("No source gives points for tier {tier}.", tier=case.tier))
    return found


def available_hours(hours: Decimal, reductions: Iterable[Reduction], *, on: date) -> Fraction:
    """Contracted hours a week less those taken off on the day; below nought where more is taken than there
    is."""
    off = sum((Fraction(each.hours) for each in reductions if each.is_active(on)), Fraction(0))
    return Fraction(hours) - off


def available_points(nominal: int, hours: Fraction | Decimal, full_hours: Decimal) -> int:
    """Points there is time for: the share of a full week, to 15 places, times the points of one, cut off. 0
    for no hours or less, and for a grade whose full week has none."""
    hours, full = Fraction(hours), Fraction(full_hours)
    if hours <= 0 or full == 0:
        return 0
    return int(nominal * round_half_up(hours / full, HOURS_PLACES))


def percent(points: int | Fraction, available: int) -> Decimal:
    """Points of those there is time for, in percent, to one place; 0 where either is nought."""
    if not points or not available:
        return Decimal("0.0")
    thousandths = round_half_up(Fraction(points, available), CAPACITY_PLACES) * 10**CAPACITY_PLACES
    return Decimal((int(thousandths < 0), tuple(map(int, str(abs(int(thousandths))))), -1))


def potential(points: int | Fraction, change: Change, available: int, table: PointsTable) -> Decimal:
    """The percentage there would be: the points, less what the case counts for now, and what it would."""
    now = 0 if change.counted_now is None else case_points(change.counted_now, table) or 0
    return percent(points - now + (case_points(change.case, table) or 0), available)


def capacity(
    work: Work,
    *,
    on: date,
    change: Change | None = None,
    known: Workload | None = None,
    tables: tuple[PointsTable, ...] | None = None,
    formula: Formula = "current",
) -> Capacity:
    """All of it as on a day, step by step, by the table of points then in force; ``tables`` are a region's
    own. ``Refused`` where no table is in force, a tier has no points, or there are no hours. By the
    ``legacy`` formula (:mod:`assay.core.workload.legacy`) the points there is time for, and those of cases in
    transition, are other."""
    rules = load() if known is None else known
    table = in_force(rules.tables if tables is None else tables, on=on)
    counted = (
        _cases(work.cases, table, formula),
        _reports(work.reports, table),
        _contacts("CONTACTS_FOR_OTHERS", work.given, rules.contacts, sign=1),
        _contacts("CONTACTS_BY_OTHERS", work.received, rules.contacts, sign=-1),
    )
    points = sum((_points(each) for each in counted), Fraction(0))
    hours = _hours(work, table, formula, on=on)
    time = _available(work, table, formula, on=on)
    available = int(_points(time))
    share = percent(points, available)
    steps: tuple[Step, ...] = (
        *counted,
        _step("POINTS", _number(points), "sum", message("The sum of these.")),
        hours,
        time,
        _step("CAPACITY", share, *_share(points, available)),
    )
    after = None if change is None else potential(points, change, available, table)
    if after is not None:
        said = message("The same with the case as it would count.")
        steps = (*steps, _step("POTENTIAL_CAPACITY", after, "potential", said))
    return Capacity(
        id=work.id,
        points=_number(points),
        available=available,
        percent=share,
        potential=after,
        without_points=sum(not each.tier for each in work.cases),
        steps=steps,
    )


def _points(step: Step) -> Fraction:
    assert isinstance(step.result, int | Decimal), f"{step.step} gives points"
    return Fraction(step.result)


def _number(value: Fraction) -> int | Decimal:
    return int(value) if value.denominator == 1 else exact(value)


def _cases(cases: Sequence[Case], table: PointsTable, formula: Formula) -> Step:
    points = [case_points(each, table) for each in cases]
    without = points.count(None)
    total = Fraction(sum(filter(None, points)))
    if formula == "legacy":
        total -= sum((_taken_off(each, table) for each in cases), Fraction(0))
    said = message(
        "{cases} cases by kind and tier, by the table of {day}.", cases=len(cases), day=table.in_force_from
    )
    if without:
        said = message(
            "{cases} cases by kind and tier, by the table of {day}; {without} without a tier count nothing.",
            cases=len(cases),
            day=table.in_force_from,
            without=without,
        )
    return _step("CASES", _number(total), "without_tier" if without else "counted", said)


def _taken_off(case: Case, table: PointsTable) -> Fraction:
    """What the legacy formula takes off for a case."""
    counts = legacy.TierCounts(
        total=0,
        warrants=int(case.apart == "warrant"),
        unpaid_work=int(case.apart == "unpaid_work"),
        overdue=int(case.apart == "overdue"),
    )
    points = case_points(case, table) or 0
    return -legacy.tier_points(counts, points, table.weightings, transition=case.transition)


def _reports(reports: Sequence[Report], table: PointsTable) -> Step:
    counts = Counter(reports)
    points = counts["standard"] * table.reports.standard + counts["fast"] * table.reports.fast
    said = message(
        "{standard} standard reports at {each}, {fast} fast ones at {other}.",
        standard=counts["standard"],
        each=table.reports.standard,
        fast=counts["fast"],
        other=table.reports.fast,
    )
    return _step("REPORTS", points, "counted", said)


def _contacts(step: str, codes: Sequence[str], weights: Mapping[str, int], *, sign: int) -> Step:
    unknown = sorted({each for each in codes if each not in weights})
    points = sign * sum(weights.get(each, 0) for each in codes)
    said = message("{contacts} contacts by their weights.", contacts=len(codes))
    if unknown:
        said = message(
            "{contacts} contacts by their weights; without one, and counted as nothing: {codes}.",
            contacts=len(codes),
            codes=", ".join(unknown),
        )
    return _step(step, points, "unknown_code" if unknown else "counted", said)


def _hours(work: Work, table: PointsTable, formula: Formula, *, on: date) -> Step:
    contracted = work.hours
    if contracted is None:
        if formula == "current":
            raise Refused(message("{of}, contractedHours: they are needed, and are not there.", of=work.id))
        contracted = table.full_hours(work.grade)
    active = sum(each.is_active(on) for each in work.reductions)
    said = message(
        "{hours} hours contracted, less {active} of {all} reductions, those in force.",
        hours=contracted,
        active=active,
        all=len(work.reductions),
    )
    hours = available_hours(contracted, work.reductions, on=on)
    return _step("AVAILABLE_HOURS", exact(hours), "full_week" if work.hours is None else "contracted", said)


def _available(work: Work, table: PointsTable, formula: Formula, *, on: date) -> Step:
    nominal, full = table.full_week(work.grade), table.full_hours(work.grade)
    if formula == "legacy":
        off = exact(-available_hours(Decimal(0), work.reductions, on=on))
        available = legacy.available_points(nominal, work.hours, off, full)
        said = message(
            "{nominal} points of a full week of {full} hours, by the older formula.",
            nominal=nominal,
            full=full,
        )
        return _step("AVAILABLE_POINTS", available, formula, said)
    assert work.hours is not None, "asked for a step before"
    available = available_points(nominal, available_hours(work.hours, work.reductions, on=on), full)
    said = message(
        "The share of {full} hours, to 15 places, of {nominal} points, cut off.", full=full, nominal=nominal
    )
    return _step("AVAILABLE_POINTS", available, formula, said)


def exact(value: Fraction) -> Decimal:
    """A fraction that is a decimal, as one."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    whole = int(value * 10**places)
    return Decimal((int(whole < 0), tuple(map(int, str(abs(whole)))), -places))


def _share(points: Fraction, available: int) -> tuple[str, Message]:
    if not points or not available:
        return "nought", message("Without points, or time for any, the percentage is 0.")
    return "share", message(
        "{points} of {available} points, to a tenth of a percent.",
        points=_number(points),
        available=available,
    )


def _step(step: str, result: Result, outcome: str, reason: Message) -> Step:
    return Step(step=step, result=result, outcome=outcome, reason=reason)
