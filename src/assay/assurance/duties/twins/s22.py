"""S22, slowly: contact suspended where it should not be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assay.assurance.duties.reference_cases import ONE, Case, Thing, Trigger
from assay.assurance.duties.reference_sentences import Sentence, raised
from assay.core.spans import FOREVER


def sentence(case: Case) -> Sentence:
    suspensions = case.spans("suspension", "suspension_id")
    registers = case.registered("always_supervised_registers")
    levels = [each for each in case.rosh if each.row["level"] in case.codes("always_supervised_levels")]

    def suspended(day: date) -> bool:
        return any(each.holds(day) for each in suspensions)

    def wrong_group(day: date) -> bool:
        return suspended(day) and any(each.holds(day) for each in (*registers, *levels))

    def out_of_group(day: date) -> date:
        while day <= case.as_at:
            if not wrong_group(day):
                return day
            day += ONE
        return FOREVER

    right = {each.row_id: _right(case, each) for each in suspensions}
    for each in suspensions:
        if wrong_group(each.start):
            right[each.row_id] = max(right[each.row_id], out_of_group(each.start))
    begun = {each.start for each in suspensions}

    def joined(rows: list[Thing]) -> list[Thing]:
        first: dict[date, Thing] = {}
        for each in sorted(rows, key=lambda row: row.row_id):
            fresh = wrong_group(each.start) and not wrong_group(each.start - ONE)
            if fresh and each.start not in begun:
                first.setdefault(each.start, each)
        return list(first.values())

    attended = [
        each
        for each in case.of_types("appointments_to_attend")
        if each.row["outcome"] in case.codes("attended_outcomes")
    ]
    ends = {
        out_of_group(each.start) for each in (*registers, *levels, *suspensions) if wrong_group(each.start)
    }
    return Sentence(
        applies=lambda day: case.is_supervised(day) and suspended(day),
        triggers=[
            *raised(
                suspensions,
                "suspended",
                "suspension",
                "suspension_decided",
                since=lambda r: right[r.row_id],
            ),
            *raised(
                joined(registers),
                "registered_since",
                "registration",
                "suspension_ended",
                since=lambda r: out_of_group(r.start),
            ),
            *raised(
                joined(levels),
                "very_high_since",
                "rosh",
                "suspension_ended",
                since=lambda r: out_of_group(r.start),
            ),
            *_midway(case, suspensions, attended),
        ],
        evidence=[
            *attended,
            *(
                replace(each, start=day, known=max(each.known, day))
                for each in suspensions
                if (day := right[each.row_id]) <= case.as_at
            ),
            *(Thing(row_id="", start=day, known=day) for day in sorted(ends) if day <= case.as_at),
        ],
        severity=case.number("suspension_severity"),
    )


def _right(case: Case, suspension: Thing) -> date:
    """The day from which a decision and the enquiries were there, leaving aside the groups."""
    day = suspension.start
    weeks = timedelta(days=case.length("adjusted_expectations"))
    life = case.span_of(day, case.supervised)
    early = life is not None and day <= life.opened_on + weeks
    found = day if early or suspension.row["decided_by"] is not None else suspension.end
    good = timedelta(days=case.length("suspension_checks"))
    for agency, kinds, codes in (
        ("police", "police_enquiries", "current_abuse_registers"),
        ("childrens_services", "child_enquiries", "child_registers"),
    ):
        asked = [
            each.start
            for each in case.enquiries
            if each.row["agency"] == agency
            and each.row["kind"] in case.codes(kinds)
            and each.row["outcome"] == "sent"
        ]
        needed = any(each.holds(day) for each in case.registered(codes))
        if needed and not any(each <= day <= each + good for each in asked):
            after = min((each for each in asked if each >= day), default=FOREVER)
            found = max(found, min(after, suspension.end))
    return found


def _midway(case: Case, suspensions: list[Thing], attended: list[Thing]) -> list[Trigger]:
    found = []
    early = timedelta(days=case.length("suspension_midway_early"))
    for licence in case.sentences:
        ours = sorted(
            (each for each in suspensions if licence.holds(each.start)),
            key=lambda each: (each.start, each.row_id),
        )
        if licence.row["type"] not in case.codes("midway_sentences") or not ours:
            continue
        first, ends = ours[0], licence.row["expected_end_on"]
        if ends is not None and ends <= first.start:
            continue
        middle = (
            first.start if ends is None else first.start + (ends - first.start) // timedelta(days=2) * ONE
        )
        if middle > case.as_at:
            continue
        from_day = max(first.start, middle - early)
        seen = min((each.start for each in attended if each.start >= from_day), default=FOREVER)
        found.append(
            Trigger(
                on=middle,
                known=max(first.known, middle),
                since=FOREVER if ends is None else seen,
                table="sentence",
                row_id=licence.row_id,
                clause="midway",
                window=None if ends is None else "suspension_midway",
                unsure="no_expected_end" if ends is None else None,
            )
        )
    return found
