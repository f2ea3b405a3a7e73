"""S27, slowly: the days and hours a court ordered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from fractions import Fraction

from assay.assurance.duties.reference_cases import Case, Excuse, Thing, Trigger
from assay.assurance.duties.reference_sentences import Sentence
from assay.core.spans import FOREVER


def sentence(case: Case) -> Sentence:
    units = case.codes("counted_in_days") | case.codes("counted_in_hours")
    ordered = [
        each
        for each in case.spans("requirement", "requirement_id")
        if each.row["category"] in case.codes("ordered_requirements")
        and (each.row["length_unit"] is None or each.row["length_unit"] in units)
    ]
    given = case.events("requirement_credit", "credit_id", "happened_on")
    triggers, excuses = [], []
    for each in ordered:
        point = _half_time(case, each, given)
        if point is not None:
            triggers.append(point)
            excuses += _over(each.row_id, each.end, "requirement_ended")
    for sentence_id in sorted({each.row["sentence_id"] for each in ordered if _unpaid(case, each)}):
        work = [each for each in ordered if _unpaid(case, each) and each.row["sentence_id"] == sentence_id]
        began = _began(case, sentence_id)
        if began is None:
            continue
        limit = _limit(sentence_id, began, work, given)
        if any(each.covers(limit.on) for each in case.policy.windows["unpaid_work_twelve_months"]):
            triggers.append(limit)
        excuses += _over(sentence_id, max(each.end for each in work), "unpaid_work_ended")
        excuses += _repealed(case, sentence_id, min(each.known for each in work))
    for each in case.suspended:
        last = min(each.end, FOREVER) - timedelta(days=1)
        excuses.append(
            Excuse(
                on=each.start,
                known=each.known,
                row_id=each.row_id,
                clause="suspended",
                first=each.start,
                last=last,
                window="ordered_days_point",
            )
        )
    return Sentence(
        applies=lambda day: (
            any(span.contains(day) for span in case.life) and any(each.holds(day) for each in ordered)
        ),
        triggers=triggers,
        evidence=given,
        excuses=excuses,
        severity=case.number("ordered_severity"),
    )


def _began(case: Case, sentence_id: str) -> date | None:
    """The day supervision under the sentence began, if it has."""
    days = [row["started_on"] for row in case.tables["sentence"] if row["sentence_id"] == sentence_id]
    return next((day for day in days if day is not None and day <= case.as_at), None)


def _unpaid(case: Case, each: Thing) -> bool:
    return each.row["category"] in case.codes("unpaid_work_requirements")


def _length(each: Thing) -> int | None:
    return each.row["length"] if each.row["length_unit"] is not None else None


def _day_of(amount: Fraction, requirements: Collection[str], given: list[Thing]) -> date:
    """The first day by the end of which so much had counted."""
    ours = sorted(
        (each for each in given if each.row["requirement_id"] in requirements), key=lambda r: r.start
    )
    for day in sorted({each.start for each in ours}):
        if sum(Fraction(str(each.row["credited"])) for each in ours if each.start <= day) >= amount:
            return day
    return date.max


def _half_time(case: Case, each: Thing, given: list[Thing]) -> Trigger | None:
    if _began(case, each.row["sentence_id"]) is None:
        return None
    ends = {row["sentence_id"]: row["expected_end_on"] for row in case.tables["sentence"]}
    length, end = _length(each), ends[each.row["sentence_id"]]
    day, window, unsure = each.start, None, None
    since = date.max
    if length is None:
        unsure = "length_not_recorded"
    elif end is None or end <= each.start:
        unsure = "end_not_recorded"
    else:
        share = Fraction(case.number("ordered_point_time"), 100)
        day = each.start + timedelta(days=int((end - each.start).days * share))
        window = "ordered_hours_point" if _unpaid(case, each) else "ordered_days_point"
    if length is not None:
        wanted = Fraction(length * case.number("ordered_point_share"), 100)
        since = _day_of(wanted, {each.row_id}, given)
    if day > case.as_at or day >= each.end:
        return None
    return Trigger(
        on=day,
        known=each.known,
        since=since,
        table="requirement",
        row_id=each.row_id,
        clause="half_time",
        window=window,
        unsure=unsure,
    )


def _limit(sentence_id: str, began: date, work: list[Thing], given: list[Thing]) -> Trigger:
    hours = [_length(each) for each in work]
    whole = None if None in hours else Fraction(sum(each or 0 for each in hours))
    return Trigger(
        on=max(began, min(each.start for each in work)),
        known=min(each.known for each in work),
        since=date.max if whole is None else _day_of(whole, {each.row_id for each in work}, given),
        table="sentence",
        row_id=sentence_id,
        clause="twelve_months",
        window="unpaid_work_twelve_months",
        unsure="length_not_recorded" if whole is None else None,
    )


def _over(anchor: str, end: date, clause: str) -> list[Excuse]:
    if end == FOREVER:
        return []
    return [
        Excuse(
            on=end,
            known=end,
            row_id=anchor,
            clause=clause,
            first=date.min,
            last=date.max,
            anchor=anchor,
        )
    ]


def _repealed(case: Case, anchor: str, known: date) -> list[Excuse]:
    ended = case.policy.windows["unpaid_work_twelve_months"][-1].in_force_to
    if ended is None or ended > case.as_at:
        return []
    return [
        Excuse(
            on=ended,
            known=max(known, ended),
            row_id=anchor,
            clause="limit_repealed",
            first=date.min,
            last=date.max,
            anchor=anchor,
            window="unpaid_work_twelve_months",
        )
    ]
