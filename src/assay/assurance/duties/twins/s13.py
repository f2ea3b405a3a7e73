"""S13, slowly: parts of the record that disagree about risk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from assay.assurance.duties.reference_cases import ONE, Case, Thing, Trigger
from assay.assurance.duties.reference_sentences import Sentence, answered_by, excused
from assay.core.dates import london_day
from assay.core.spans import FOREVER

REGISTERS = {
    "very_high_risk_registers": "very_high",
    "high_risk_registers": "high",
    "medium_risk_registers": "medium",
    "low_risk_registers": "low",
}


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """A kind of disagreement. ``on_day`` gives, for a day on which it holds, the day from which each way of
    seeing it was known; ``begun`` are the rows it may have begun with, each with its table."""

    clause: str
    on_day: Callable[[date], list[date]]
    begun: list[tuple[str, date, str]]


def sentence(case: Case) -> Sentence:
    starts = [("sentence", each.start, each.row_id) for each in case.supervised_rows]
    triggers: list[Trigger] = []
    for doubt in (*of_level(case), abuse(case), plan(case), mappa(case), tier(case)):
        day = min((span.opened_on for span in case.supervised), default=FOREVER)
        while day <= case.as_at:
            knowns = doubt.on_day(day) if case.is_supervised(day) else []
            before = case.is_supervised(day - ONE) and doubt.on_day(day - ONE)
            if knowns and not before:
                anchors = [each for each in (*doubt.begun, *starts) if each[1] == day]
                table, _, row_id = min(anchors)
                triggers.append(
                    Trigger(
                        on=day,
                        known=max(min(knowns), day),
                        since=ended(case, doubt, day),
                        table=table,
                        row_id=row_id,
                        clause=doubt.clause,
                        window="risk_agreement",
                    )
                )
            day += ONE
    triggers = [
        replace(
            each,
            since=max(t.since for t in triggers if (t.table, t.row_id) == (each.table, each.row_id)),
        )
        for each in triggers
    ]
    ends = {each.since for each in triggers if each.since <= case.as_at}
    return Sentence(
        applies=case.is_supervised,
        triggers=triggers,
        evidence=[Thing(row_id=str(day), start=day, known=day) for day in sorted(ends)],
        excuses=[
            excused(each, "override", first=date.min, last=each.start)
            for each in case.of_types("risk_overrides")
        ],
        severity=case.number("risk_agreement_severity"),
    )


def ended(case: Case, doubt: Doubt, day: date) -> date:
    while day <= case.as_at:
        if not doubt.on_day(day):
            return day
        day += ONE
    return FOREVER


def of_level(case: Case) -> list[Doubt]:
    registered = [(each, level) for codes, level in REGISTERS.items() for each in case.registered(codes)]
    analysed = []
    rows = [
        each
        for each in case.events("assessment_part", "part_id", "completed_on")
        if each.row["part"] in case.codes("level_parts") and each.row["level"]
    ]
    rows.sort(key=lambda each: (each.start, each.row_id))
    for place, each in enumerate(rows):
        until = rows[place + 1].start if place + 1 < len(rows) else FOREVER
        if each.start < until:
            analysed.append((replace(each, end=until), each.row["level"]))
    stated = {
        "rosh": [(each, each.row["level"]) for each in case.rosh],
        "registration": registered,
        "assessment_part": analysed,
    }
    found = []
    for clause, one, other in (
        ("register_level", "registration", "rosh"),
        ("register_assessed", "registration", "assessment_part"),
        ("assessed_level", "assessment_part", "rosh"),
    ):

        def on_day(day: date, left: str = one, right: str = other) -> list[date]:
            return [
                max(a.known, b.known)
                for a, level in stated[left]
                for b, against in stated[right]
                if a.holds(day) and b.holds(day) and level != against
            ]

        begun = [(name, each.start, each.row_id) for name in (one, other) for each, _ in stated[name]]
        found.append(Doubt(clause=clause, on_day=on_day, begun=begun))
    return found


def unless(rows: list[Thing], holes: list[Thing]) -> Callable[[date], list[date]]:
    def on_day(day: date) -> list[date]:
        if any(each.holds(day) for each in holes):
            return []
        return [each.known for each in rows if each.holds(day)]

    return on_day


def opening(table: str, rows: list[Thing]) -> list[tuple[str, date, str]]:
    return [(table, each.start, each.row_id) for each in rows]


def closing(rows: list[Thing]) -> list[tuple[str, date, str]]:
    return [("registration", each.end, each.row_id) for each in rows]


def abuse(case: Case) -> Doubt:
    answers = [each for each in case.assessments if each.row["domestic_abuse"] is not None]
    answers.sort(key=lambda each: (each.start, each.row_id))
    said = [
        replace(each, end=answers[place + 1].start if place + 1 < len(answers) else FOREVER)
        for place, each in enumerate(answers)
        if each.row["domestic_abuse"]
    ]
    registers = case.registered("domestic_abuse_registers")
    return Doubt(
        clause="abuse_missing",
        on_day=unless(said, registers),
        begun=[*opening("assessment", said), *closing(registers)],
    )


def plan(case: Case) -> Doubt:
    answers = []
    for each in case.enquiries:
        day = answered_by(each, case.as_at)
        ours = (
            each.row["agency"] == "childrens_services"
            and each.row["kind"] in case.codes("child_enquiries")
            and each.row["reply"] in case.codes("answers_known")
        )
        if ours and day is not None:
            written = london_day(each.row["answer_recorded_at"] or each.row["recorded_at"])
            answers.append(replace(each, start=day, known=max(written, day)))
    meetings = case.of_types("child_protection_meetings")
    shows = timedelta(days=case.length("child_protection_meeting_shows"))
    shown = [
        Thing(
            row_id=meeting.row_id,
            start=max(meeting.start, answer.start),
            end=meeting.start + shows,
            known=max(meeting.known, answer.known),
        )
        for meeting in meetings
        for answer in answers
    ]
    registers = case.registered("child_protection_registers")
    return Doubt(
        clause="plan_missing",
        on_day=unless(shown, registers),
        begun=[*opening("enquiry", answers), *opening("contact", meetings), *closing(registers)],
    )


def mappa(case: Case) -> Doubt:
    notifying = case.registered("sexual_offence_registers")
    registers = case.registered("mappa_registers")
    return Doubt(
        clause="mappa_missing",
        on_day=unless(notifying, registers),
        begun=[*opening("registration", notifying), *closing(registers)],
    )


def tier(case: Case) -> Doubt:
    missing = [each for each in case.spans("tier", "tier_id") if each.row["tier"] == "MISSING"]
    return Doubt(clause="tier_missing", on_day=unless(missing, []), begun=opening("tier", missing))
