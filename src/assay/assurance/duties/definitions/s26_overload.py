"""S26: sustained overload, where risk is high."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, named, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, merge, union
from assay.core.messages import message

DUTY = Duty(
    code="S26",
    name=message("Relief from sustained overload"),
    sentence=message(
        "When the service has asked somebody to carry more than 110% for four weeks running, with five or "
        "more cases of high or very high risk, a manager decides within ten working days how to relieve them."
    ),
    population=message(
        "High and very high risk cases held by somebody whose workload has stood over the limit for four "
        "weeks running, from then until a later week is within it, while five or more such cases are held."
    ),
    evidence=message(
        "A manager's decision how to relieve the workload, on or after the first of those weeks."
    ),
    exclusions=message(
        "Weeks marked as unreliable do not count: of somebody who has left, is away for long, or whose work "
        "is counted in part. A high-risk case held in such a week, or by somebody whose workload nobody "
        "measured, is unknown."
    ),
    limits=message(
        "This is a duty of the manager and the service towards the case and whoever holds it, and never a "
        "fault of the practitioner. It is counted by case; how wide a senior's span is and how many cases "
        "are held in all is not asked here. What was decided, and whether it helped, is not in the records."
    ),
    severity="2; 3 where the holder is in training or newly qualified",
    windows=(
        "workload_relief",
        "workload_limit",
        "workload_weeks_running",
        "workload_high_risk_cases",
        "newly_qualified",
        "workload_severity",
        "workload_severity_new",
    ),
    codes=("supervised_sentences", "high_risk_levels", "trainee_grades", "qualified_grades"),
    tables=("workload_week",),
    clauses={
        "overloaded": Clause(
            message("The workload stood over the limit for four weeks running"), "workload_week"
        ),
        "high_risk": Clause(message("Risk of serious harm is high or very high"), "rosh"),
        "not_measured": Clause(
            message("The workload around this case was not measured, or not so that it can be relied on"),
            "workload_week",
        ),
    },
    source="Written answer 172934: over 110% for four weeks is excessive; S26, where the unit is staff-weeks",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2026, 12, 31),
    version=1,
)


def rule(records: Records) -> Once:
    held = _held(records)
    runs = _runs(records.everybody)
    overloaded = records.keep(_overloaded(records, held, runs))
    population = merge(overloaded)
    relief = _relief(records, runs)
    raising = _raising(overloaded, relief)
    return Once(
        population=population,
        triggers=raised(
            raising, "overloaded", table="workload_week", on="on", window="workload_relief", since="since"
        ),
        evidence=evidence(
            overloaded.select("case_id", "staff", "begun").distinct().join(relief, ["staff", "begun"])
        ),
        because=named(both(_rows(records.high_risk), population), "high_risk"),
        severity=records.number("workload_severity"),
        severe=records.number("workload_severity_new"),
        severe_in=_with_new_holder(records, held),
        unknown=_not_measured(records, held).mutate(clause=ibis.literal("not_measured")),
    )


def _rows(spans: Table) -> Table:
    return spans.select("case_id", "row_id", "opened", "closed")


def _held(records: Records) -> Table:
    """High and very high risk cases under supervision, cut by who, ``staff``, held them."""
    high = both(merge(records.high_risk), records.supervised)
    holders = records.holders
    held = holders.filter(holders.practitioner.notnull())
    held = held.select("case_id", "opened", "closed", staff="practitioner")
    return records.keep(both(held, high))


def _counts(records: Records, week: Table) -> Table:
    """Whether the week's figure can be relied on."""
    return ~week.flagged & (week.available > 0)


def _runs(records: Records) -> Table:
    """Runs of weeks over the limit, long enough: from the day ``opened`` on which so many were over, until
    ``closed``, the next week that is on record after them. ``begun`` is the first Monday."""
    weeks = records.workload_weeks
    order = ibis.window(group_by="staff_code", order_by=weeks.on)
    weeks = weeks.mutate(later=weeks.on.lead().over(order).fill_null(FOREVER))
    over = weeks.points * 100 > weeks.available * records.number("workload_limit")
    over = weeks.filter(_counts(records, weeks) & over)
    place = ibis.row_number().over(ibis.window(group_by="staff_code", order_by=over.on))
    over = over.mutate(begun=over.on - 7 * place)
    number = ibis.row_number().over(ibis.window(group_by=["staff_code", "begun"], order_by=over.on))
    over = over.mutate(number=number)
    runs = over.group_by("staff_code", "begun").agg(first=over.on.min(), closed=over.later.max())
    last = over.filter(over.number == records.number("workload_weeks_running") - 1)
    last = last.select("staff_code", "begun", "row_id", "known", opened=last.on + 7)
    runs = runs.join(last, ["staff_code", "begun"])
    runs = records.come(runs.filter(runs.opened < runs.closed), "opened")
    return records.keep(runs.select("row_id", "known", "opened", "closed", staff="staff_code", begun="first"))


def _overloaded(records: Records, held: Table, runs: Table) -> Table:
    """The time in which each case was held by somebody in such a run, with enough such cases, by run."""
    # How many such cases somebody holds is asked of all cases at once.
    everybody = records.everybody
    heavy = everybody.keep(_heavy(everybody, _held(everybody)))
    spans = runs.select(
        **{name: runs[name] for name in ("begun", "row_id", "known", "opened", "closed")}, case_id=runs.staff
    )
    spans = everybody.keep(
        both(spans, heavy).select("begun", "row_id", "known", "opened", "closed", staff="case_id")
    )
    spans = spans.select("begun", "row_id", "known", over_from="opened", over_to="closed", over_staff="staff")
    met = held.join(
        spans,
        [held.staff == spans.over_staff, held.opened < spans.over_to, spans.over_from < held.closed],
    )
    return met.select(
        "case_id",
        "staff",
        "begun",
        "row_id",
        "known",
        opened=ibis.greatest(met.opened, met.over_from),
        closed=ibis.least(met.closed, met.over_to),
    )


def _heavy(records: Records, held: Table) -> Table:
    """When each member of staff, as ``case_id``, held enough such cases, merged."""
    begun = held.select("staff", day="opened", change=ibis.literal(1, "int64"))
    ended = held.filter(held.closed < FOREVER)
    ended = ended.select("staff", day="closed", change=ibis.literal(-1, "int64"))
    changes = union(begun, ended)
    days = changes.group_by("staff", "day").agg(change=changes.change.sum())
    upto = ibis.window(group_by="staff", order_by=days.day, rows=(None, 0))
    order = ibis.window(group_by="staff", order_by=days.day)
    counted = days.mutate(
        cases=days.change.sum().over(upto), closed=days.day.lead().over(order).fill_null(FOREVER)
    )
    enough = counted.filter(counted.cases >= records.number("workload_high_risk_cases"))
    return merge(enough.select(case_id="staff", opened="day", closed="closed"))


def _relief(records: Records, runs: Table) -> Table:
    """Decisions to relieve, by the run they came in or after the beginning of."""
    weeks = records.workload_weeks.filter(records.workload_weeks.relieved.notnull())
    weeks = weeks.select(
        week_staff="staff_code",
        week_row="row_id",
        on="relieved",
        week_known=ibis.greatest(weeks.known, weeks.relieved),
    )
    during = runs.select("staff", "begun", "closed").join(
        weeks, [runs.staff == weeks.week_staff, runs.begun <= weeks.on, weeks.on < runs.closed]
    )
    return records.keep(during.select("staff", "begun", "on", row_id="week_row", known="week_known"))


def _raising(overloaded: Table, relief: Table) -> Table:
    """Each case once a run, on the first day it was held so, with ``since``, the day relief was decided."""
    first = overloaded.group_by("case_id", "staff", "begun", "row_id", "known").agg(
        on=overloaded.opened.min()
    )
    decided = relief.group_by("staff", "begun").agg(decided=relief.on.min())
    rows = first.left_join(decided, ["staff", "begun"]).drop("staff_right", "begun_right")
    return rows.mutate(since=rows.decided.fill_null(FOREVER))


def _with_new_holder(records: Records, held: Table) -> Table:
    """When such a case was held by somebody in training or newly qualified, merged."""
    staff = records.staff.select("grade", "qualified", holder="staff_code")
    rows = held.join(staff, held.staff == staff.holder)
    training = rows.filter(rows.grade.isin(sorted(records.codes("trainee_grades"))))
    qualified = rows.grade.isin(sorted(records.codes("qualified_grades")))
    newly = rows.filter(qualified & rows.qualified.notnull())
    newly = newly.mutate(closed=ibis.least(newly.closed, newly.qualified + records.length("newly_qualified")))
    return merge(training, newly)


def _not_measured(records: Records, held: Table) -> Table:
    """When such a case was held in a week that cannot be relied on, or by somebody never measured, merged."""
    weeks = records.workload_weeks
    doubtful = weeks.filter(~_counts(records, weeks)).select(
        week_staff="staff_code", week_from="on", week_to=weeks.on + 7
    )
    met = held.join(
        doubtful,
        [held.staff == doubtful.week_staff, held.opened < doubtful.week_to, doubtful.week_from < held.closed],
    )
    met = met.mutate(
        opened=ibis.greatest(met.opened, met.week_from), closed=ibis.least(met.closed, met.week_to)
    )
    measured = weeks.select(staff="staff_code").distinct()
    return merge(met, held.anti_join(measured, "staff"))
