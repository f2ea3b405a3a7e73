"""S26, slowly: sustained overload, where risk is high."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from assay.assurance.duties.reference_cases import ONE, Case, Row, Thing, Trigger
from assay.assurance.duties.reference_sentences import Sentence
from assay.core.dates import london_day
from assay.core.spans import FOREVER

WEEK = timedelta(days=7)


@dataclass(kw_only=True)
class Week:
    """What one Monday's rows say of one member of staff."""

    row_id: str
    known: date
    points: float = 0.0
    available: float = 0.0
    flagged: bool = False
    relieved: list[date] = field(default_factory=list)

    @property
    def counts(self) -> bool:
        return not self.flagged and self.available > 0


@dataclass(frozen=True, kw_only=True)
class Run:
    """Weeks over the limit, one after another: ``full`` is the day after enough of them."""

    staff: str
    begun: date
    full: date
    closed: date
    row_id: str
    known: date


def sentence(case: Case) -> Sentence:
    months = {
        code: _weeks(case, code) for code in {row["staff_code"] for row in case.extract["practitioner"]}
    }
    runs = [run for code, weeks in months.items() for run in _runs(case, code, weeks)]
    staff = {row["staff_code"]: row for row in case.extract["practitioner"]}

    def in_run(day: date, run: Run) -> bool:
        if not run.full <= day < run.closed or _high_with(case, day) != run.staff:
            return False
        together = sum(_high_with(other, day) == run.staff for other in case.everybody)
        return together >= case.number("workload_high_risk_cases")

    def unknown(day: date) -> str | None:
        holder = _high_with(case, day)
        if holder is None:
            return None
        weeks = months[holder]
        doubtful = any(monday <= day < monday + WEEK and not week.counts for monday, week in weeks.items())
        return "not_measured" if doubtful or not weeks else None

    def severe_on(day: date) -> bool:
        holder = _high_with(case, day)
        return holder is not None and _is_new(case, staff[holder], day)

    triggers, evidence = [], []
    for run in runs:
        first = next((day for day in _days(case, run) if in_run(day, run)), None)
        if first is None:
            continue
        relief = _relief(run, months[run.staff])
        evidence += relief
        triggers.append(
            Trigger(
                on=first,
                known=max(run.known, first),
                since=min((each.start for each in relief), default=date.max),
                table="workload_week",
                row_id=run.row_id,
                clause="overloaded",
                window="workload_relief",
            )
        )
    return Sentence(
        applies=lambda day: any(in_run(day, run) for run in runs),
        unknown=unknown,
        triggers=triggers,
        evidence=evidence,
        severity=case.number("workload_severity"),
        severe=case.number("workload_severity_new"),
        severe_on=severe_on,
    )


@lru_cache(maxsize=200_000)
def _high_with(case: Case, day: date) -> str | None:
    """Who holds the case on the day, if it is supervised and its risk is high."""
    if not case.is_supervised(day) or not any(each.holds(day) for each in case.high):
        return None
    row = case.holder(day)[1]
    return None if row is None else row["staff_code"]


def _weeks(case: Case, staff: str) -> dict[date, Week]:
    weeks: dict[date, Week] = {}
    rows = [row for row in case.extract["workload_week"] if row["staff_code"] == staff]
    for row in sorted(rows, key=lambda each: each["workload_week_id"]):
        monday = row["week_on"]
        if monday > case.as_at:
            continue
        known = max(london_day(row["recorded_at"]), monday)
        week = weeks.setdefault(monday, Week(row_id=row["workload_week_id"], known=known))
        week.known = max(week.known, known)
        week.points += row["points"]
        week.available += row["available"]
        week.flagged = week.flagged or row["flag"] is not None
        if row["relieved_on"] is not None and row["relieved_on"] <= case.as_at:
            week.relieved.append(row["relieved_on"])
    return weeks


def _runs(case: Case, staff: str, weeks: Mapping[date, Week]) -> list[Run]:
    found: list[Run] = []
    limit, needed = case.number("workload_limit"), case.number("workload_weeks_running")
    over = [
        monday
        for monday in sorted(weeks)
        if weeks[monday].counts and weeks[monday].points * 100 > weeks[monday].available * limit
    ]
    for begun in over:
        if begun - WEEK in over:
            continue
        run = [begun]
        while run[-1] + WEEK in over:
            run.append(run[-1] + WEEK)
        if len(run) < needed:
            continue
        fourth = run[needed - 1]
        closed = min((monday for monday in weeks if monday > run[-1]), default=FOREVER)
        found.append(
            Run(
                staff=staff,
                begun=begun,
                full=fourth + WEEK,
                closed=closed,
                row_id=weeks[fourth].row_id,
                known=weeks[fourth].known,
            )
        )
    return found


def _days(case: Case, run: Run) -> list[date]:
    days, day = [], run.full
    while day < run.closed and day <= case.as_at:
        days.append(day)
        day += ONE
    return days


def _relief(run: Run, weeks: Mapping[date, Week]) -> list[Thing]:
    """The first decision of each week's rows, if it fell in the run."""
    return [
        Thing(row_id=week.row_id, start=min(week.relieved), known=max(week.known, min(week.relieved)))
        for week in weeks.values()
        if week.relieved and run.begun <= min(week.relieved) < run.closed
    ]


def _is_new(case: Case, staff: Row, day: date) -> bool:
    if staff["grade"] in case.codes("trainee_grades"):
        return True
    qualified = staff["qualified_on"]
    newly = timedelta(days=case.length("newly_qualified"))
    return (
        staff["grade"] in case.codes("qualified_grades") and qualified is not None and day < qualified + newly
    )
