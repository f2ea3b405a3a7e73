"""``assay workload``: points, the points there is time for and their percentage, with every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from assay.core.messages import message
from assay.core.steps import Step
from assay.core.workload import capacity, load, span_of_control, sustained_overload
from assay.core.workload.reading import FIELDS, Given, read_work
from assay.core.workload.tables import PointsTable, read
from assay.jobs.shell import PIPE, Format, read_rows, refusing, write_rows
from assay.jobs.tier import DAY, FILE, FORMAT, IN, by_step, tell_passed_over, today


class Formula(StrEnum):
    """Which formula."""

    CURRENT = "current"
    LEGACY = "legacy"


def workload(
    file: Annotated[str, FILE] = PIPE,
    named: Annotated[str | None, IN] = None,
    format: Annotated[Format, FORMAT] = Format.TABLE,
    on: Annotated[datetime | None, DAY] = None,
    formula: Annotated[
        Formula, typer.Option(help="The present formula, or that of the older workload tool.")
    ] = Formula.CURRENT,
    points: Annotated[
        Path | None, typer.Option(help="A region's own tables of points, in the form of the shipped one.")
    ] = None,
) -> None:
    """Points of what somebody holds and does, points there is time for, and their
    percentage.

    For somebody who asks it of their own figures, or of a plan. It is no
    measure of a person, is kept nowhere, and no page shows one.

    Fields, each input an object: id; grade (PO, PSO, PQiP, SPO, OTHER);
    contractedHours, a week; cases, a list of {type (COMMUNITY, CUSTODY,
    LICENSE), tier (A3 to D0, with S where contact is suspended, 0 or empty
    without a tier), t2a, count, apart (WARRANT, UNPAID_WORK, OVERDUE; read by
    the legacy formula alone)}; courtReports, a list of {type (STANDARD, FAST)}
    of the last 30 days; contactsPerformedOutsideCaseload and
    contactsPerformedByOthers, lists of {typeCode}; reductions, a list of
    {hours, or reason or percentage; status (SCHEDULED, ACTIVE, ARCHIVED,
    DELETED); effectiveFrom; effectiveTo}.

    A reason is one of disability, long_term_sickness, phased_return, pregnancy,
    maternity_leave, adoption_leave, special_leave, trade_union,
    jury_or_other_paid_leave, other_unpaid_leave, other, pqip_first_6_months,
    pqip_6_to_12_months, pqip_12_to_18_months, newly_qualified, pso_learning,
    vq3, level_4_and_5_access, co_worked_cases, group_supervision,
    group_induction, court_duty, court_reports_sessional, split_role,
    custody_transactional, spoc_lead. Some have a percentage of their own.

    For the percentage with a case that may come: potentialCase, as one of
    cases, and currentCase, as it counts now. For weeks over the limit: weeks, a
    list of {week_on, points, available, flag}. For a senior probation officer,
    who has no points: practitioners, how many they manage.
    """
    with refusing():
        rows = read_rows(named or file)
        tables = None if points is None else read(points)
        day = on.date() if on is not None else today()
        found = [
            _one(read_work(row, number=number), day, tables, formula)
            for number, row in enumerate(rows, start=1)
        ]
        tell_passed_over(rows, FIELDS)
        write_rows(_shown(found, format), format)


def _one(given: Given, on: date, tables: tuple[PointsTable, ...] | None, formula: Formula) -> dict[str, Any]:
    found = capacity(given.work, on=on, change=given.change, tables=tables, formula=formula.value)
    return {
        "id": found.id,
        "points": number(found.points),
        "available": found.available,
        "capacity": number(found.percent),
        "potential": number(found.potential),
        "without_points": found.without_points,
        "overload": _overload(given),
        "span_of_control": _span(given),
        "steps": found.steps,
    }


def _overload(given: Given) -> list[dict[str, Any]] | None:
    if not given.weeks:
        return None
    return [
        {
            "began_on": str(each.began_on),
            "weeks": each.weeks,
            "reached_on": str(each.reached_on),
            "closed_on": None if each.closed_on is None else str(each.closed_on),
        }
        for each in sustained_overload(given.weeks)
    ]


def _span(given: Given) -> dict[str, Any] | None:
    if given.practitioners is None:
        return None
    found = span_of_control(given.practitioners)
    return {
        "practitioners": found.practitioners,
        "limit": found.limit,
        "over": found.is_over,
        "limit_is": load().span_of_control.confidence,
    }


def _shown(found: Sequence[Mapping[str, Any]], format: Format) -> list[Mapping[str, Any]]:
    if format is Format.TABLE:
        return [line for each in found for line in by_step({"id": each["id"], "steps": _told(each)})]
    return [{**each, "steps": [_step(step.shown()) for step in each["steps"]]} for each in found]


def _told(found: Mapping[str, Any]) -> list[Step]:
    """The steps, and what is not one of them as if it were."""
    steps: list[Step] = list(found["steps"])
    for run in found["overload"] or ():
        said = message(
            "{weeks} weeks running over {percent}%, from {day}.",
            weeks=run["weeks"],
            percent=load().over_percent,
            day=run["began_on"],
        )
        steps.append(Step(step="OVERLOAD", result=run["reached_on"], outcome="overload", reason=said))
    span = found["span_of_control"]
    if span is not None:
        said = message(
            "{practitioners} practitioners, of {limit} at most ({limit_is}).",
            practitioners=span["practitioners"],
            limit=span["limit"],
            limit_is=span["limit_is"],
        )
        steps.append(Step(step="SPAN_OF_CONTROL", result=span["over"], outcome="span", reason=said))
    return steps


def _step(shown: Mapping[str, Any]) -> dict[str, Any]:
    return {**shown, "result": number(shown["result"])}


def number(value: Any) -> Any:
    """A decimal as JSON has numbers: it has few digits, so none is lost."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
