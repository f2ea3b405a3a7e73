"""S27: the days and hours a court ordered."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER, number_of
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, merge, union
from assay.core.messages import message

DUTY = Duty(
    code="S27",
    name=message("Ordered days and hours delivered"),
    sentence=message(
        "Ten working days after half of the time of a requirement has gone, at least four tenths of the days "
        "or hours the court ordered have counted; and, as long as the law said so, all hours of unpaid work "
        "within twelve months."
    ),
    population=message(
        "People under an order with rehabilitation activity, unpaid work or an accredited programme counted "
        "in days or hours."
    ),
    evidence=message("Days and hours credited to the requirement, added up."),
    exclusions=message(
        "A requirement that ended. Contact suspended on the day half of the time had gone, for days but not "
        "for hours of unpaid work. The twelve months of unpaid work, from the day the limit was repealed."
    ),
    limits=message(
        "Rehabilitation activity days are the most there may be, and fewer may be enough: the record does "
        "not say when they are. Whether a shortfall was the person's or the service's is not asked; offers "
        "that were not taken up are shown beside it. Requirements counted in months are left out."
    ),
    severity="2",
    windows=(
        "ordered_days_point",
        "ordered_hours_point",
        "ordered_point_time",
        "ordered_point_share",
        "unpaid_work_twelve_months",
        "ordered_severity",
        "adjusted_expectations",
    ),
    codes=("ordered_requirements", "unpaid_work_requirements", "counted_in_days", "counted_in_hours"),
    tables=("requirement_credit",),
    clauses={
        "half_time": Clause(message("Half of the requirement's time has gone"), "requirement"),
        "twelve_months": Clause(
            message("Unpaid work was ordered, to be done within twelve months"), "sentence"
        ),
        "ordered": Clause(message("Days or hours are ordered"), "requirement"),
        "suspended": Clause(message("Contact was suspended when half of the time had gone"), "suspension"),
        "requirement_ended": Clause(message("The requirement ended"), "requirement"),
        "limit_repealed": Clause(
            message("The limit of twelve months was repealed, for orders whenever made"), "sentence"
        ),
        "unpaid_work_ended": Clause(message("Every requirement of unpaid work ended"), "sentence"),
        "length_not_recorded": Clause(
            message("How many days or hours were ordered is not on record"), "requirement"
        ),
        "end_not_recorded": Clause(message("When the sentence is to end is not on record"), "sentence"),
        "not_taken_up": Clause(message("Days or hours were offered and did not count"), "requirement_credit"),
    },
    source="Unpaid work guidance, May 2024; Sentencing Act 2026, section 36; duty ours",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2026, 12, 31),
    version=1,
)

DAYS, HOURS, LIMIT = "ordered_days_point", "ordered_hours_point", "unpaid_work_twelve_months"
PARTS = 100  # amounts are added up as whole hundredths, so that every engine adds them alike


def rule(records: Records) -> Once:
    ordered = _ordered(records)
    credits = _credits(records)
    points = _points(records, ordered, credits)
    limits = _limits(records, ordered, credits)
    return Once(
        population=both(records.life, merge(ordered)),
        triggers=union(
            raised(
                points,
                "half_time",
                table="requirement",
                on="on",
                since="since",
                window=points.window,
                unsure=points.unsure,
            ),
            raised(
                limits,
                "twelve_months",
                table="sentence",
                on="on",
                since="since",
                window=LIMIT,
                unsure=limits.unsure,
            ),
        ),
        evidence=evidence(credits),
        because=named(ordered, "ordered"),
        severity=records.number("ordered_severity"),
        excuses=_excuses(records, points, limits),
        near=noted(credits.filter((credits.counted == 0) & (credits.offered > 0)), "not_taken_up"),
    )


def _ordered(records: Records) -> Table:
    """Requirements of days or hours, with their ``length`` (NULL where not on record or of what is not), the
    day their sentence's supervision ``began`` and is to ``end``."""
    rows = records.lasting("requirement", "sentence_id", "category", "length", "length_unit")
    days, hours = (sorted(records.codes(f"counted_in_{unit}")) for unit in ("days", "hours"))
    rows = rows.filter(
        rows.category.isin(sorted(records.codes("ordered_requirements"))),
        rows.length_unit.isnull() | rows.length_unit.isin(days + hours),
    )
    unpaid = rows.category.isin(sorted(records.codes("unpaid_work_requirements")))
    counted = rows.length_unit.isnull().ifelse(ibis.null("int64"), rows.length.cast("int64"))
    rows = rows.mutate(length=counted, unpaid=unpaid)
    ends = records.dated("sentence", "started_on", "expected_end_on", ahead=("expected_end_on",))
    ends = ends.select(sentence="row_id", began="on", end="expected_end_on")
    return records.keep(rows.join(ends, rows.sentence_id == ends.sentence).drop("sentence"))


def _credits(records: Records) -> Table:
    rows = records.dated("requirement_credit", "happened_on", "requirement_id", "offered", "credited")
    return records.keep(rows.mutate(counted=(rows.credited * PARTS + 0.5).floor().cast("int64")))


def _reached(wanted: Table, credits: Table, *, by: str) -> Table:
    """Each row of ``wanted`` (``by``, ``amount``) with ``since``, the first day on which the credits of the
    same ``by`` came to the amount; beyond all days where they have not."""
    days = credits.group_by(by, "on").agg(counted=credits.counted.sum())
    upto = ibis.window(group_by=by, order_by=days.on, rows=(None, 0))
    added = days.mutate(sofar=days.counted.sum().over(upto)).select(other=by, done_on="on", sofar="sofar")
    there = wanted.join(added, [wanted[by] == added.other, added.sofar >= wanted.amount])
    first = there.group_by(by).agg(since=there.done_on.min()).select(reached=by, since="since")
    rows = wanted.left_join(first, wanted[by] == first.reached).drop("reached")
    return rows.mutate(since=rows.since.fill_null(FOREVER))


def _points(records: Records, ordered: Table, credits: Table) -> Table:
    """Each requirement on the day so much of its time has gone that delivery is looked at."""
    rows = ordered
    known_end = (rows.end > rows.opened).fill_null(False)
    unsure = ibis.cases((rows.length.isnull(), "length_not_recorded"), (~known_end, "end_not_recorded"))
    gone = ((rows.end - rows.opened) * records.number("ordered_point_time")) // 100
    window = rows.unpaid.ifelse(HOURS, DAYS)
    rows = rows.mutate(
        requirement_id=rows.row_id,
        unsure=unsure,
        on=unsure.isnull().ifelse(rows.opened + gone, rows.opened),
        window=unsure.isnull().ifelse(window, ibis.null("string")),
        # So many percent of it, in hundredths.
        amount=rows.length * records.number("ordered_point_share"),
    )
    rows = records.come(rows.filter(rows.on < rows.closed))
    return records.keep(_reached(rows, credits, by="requirement_id"))


def _limits(records: Records, ordered: Table, credits: Table) -> Table:
    """Each sentence with unpaid work, from the first day of it, with all hours ordered."""
    unpaid = ordered.filter(ordered.unpaid)
    whole = unpaid.group_by("case_id", "sentence_id").agg(
        on=ibis.greatest(unpaid.opened, unpaid.began).min(),
        known=unpaid.known.min(),
        closed=unpaid.closed.max(),
        amount=unpaid.length.sum() * PARTS,
        unclear=unpaid.length.isnull().any(),
    )
    sentence_of = unpaid.select(requirement="row_id", sentence_id="sentence_id")
    hours = credits.join(sentence_of, credits.requirement_id == sentence_of.requirement)
    rows = _reached(whole, hours, by="sentence_id")
    unsure = rows.unclear.ifelse("length_not_recorded", ibis.null("string"))
    return records.keep(
        rows.mutate(
            row_id=rows.sentence_id,
            unsure=unsure,
            since=rows.unclear.ifelse(FOREVER, rows.since),
        )
    )


def _excuses(records: Records, points: Table, limits: Table) -> Table:
    suspended = records.suspensions.filter(records.suspensions.adjusted | records.suspensions.decided)
    over = points.filter(points.closed < FOREVER)
    all_over = limits.filter(limits.closed < FOREVER)
    return union(
        excused(
            suspended,
            "suspended",
            on=suspended.opened,
            first=suspended.opened,
            last=suspended.closed - 1,
            for_window=DAYS,
        ),
        excused(over, "requirement_ended", on=over.closed, for_anchor=over.row_id),
        excused(all_over, "unpaid_work_ended", on=all_over.closed, for_anchor=all_over.row_id),
        *_repealed(records, limits),
    )


def _repealed(records: Records, limits: Table) -> list[Table]:
    """From the day the limit ended it holds for nobody, whenever the order was made."""
    ended = records.policy.windows[LIMIT][-1].in_force_to
    if ended is None:
        return []
    on = ibis.literal(number_of(ended), "int64")
    held = limits.filter(on <= records.as_at)
    return [excused(held, "limit_repealed", on=on, for_anchor=held.row_id, for_window=LIMIT)]
