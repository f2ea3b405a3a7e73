"""S05, slowly: the answer of children's services, and its escalation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assay.assurance.duties.reference_cases import Case, Excuse, Thing
from assay.assurance.duties.reference_sentences import Sentence, answered_by, excused, raised
from assay.assurance.duties.twins.extracts import unbrought
from assay.core.dates import london_day
from assay.core.spans import FOREVER


def ends(by: Thing, clause: str, anchor: str, window: str | None = None) -> Excuse:
    return excused(by, clause, first=date.min, last=date.max, anchor=anchor, window=window)


def sentence(case: Case) -> Sentence:
    sent = [
        each
        for each in case.enquiries
        if each.row["agency"] == "childrens_services"
        and each.row["kind"] in case.codes("child_enquiries")
        and each.row["outcome"] == "sent"
    ]
    managers = case.of_types("escalations_to_manager")
    councils = case.of_types("escalations_to_council")
    answers: dict[str, Thing] = {}
    for each in sent:
        if (day := answered_by(each, case.as_at)) is not None:
            written = each.row["answer_recorded_at"] or each.row["recorded_at"]
            answers[each.row_id] = replace(each, start=day, known=max(london_day(written), day))

    silent, excuses = [], []
    for each in sent:
        window = case.policy.window("child_answer", on=each.start)
        last = case.last_day(each.start, window.length, window.in_working_days)
        answer = answers.get(each.row_id)
        if last is not None and last < case.as_at and (answer is None or answer.start > last):
            silent.append(replace(each, start=last))
            if answer is not None:
                excuses.append(ends(answer, "answered", each.row_id, window="child_escalation"))
        for other in sent:
            here, there = each.row["local_authority"], other.row["local_authority"]
            if other.start > each.start and here and there and here != there:
                excuses.append(ends(other, "sent_elsewhere", each.row_id))

    def both_ways(each: Thing) -> date:
        up = [other.start for other in managers if other.start >= each.start]
        back = [other.start for other in (*councils, *sent) if other.start >= each.start]
        return max(min(up, default=FOREVER), min(back, default=FOREVER))

    def answer_of(each: Thing) -> date:
        return answers[each.row_id].start if each.row_id in answers else FOREVER

    return Sentence(
        applies=case.is_supervised,
        triggers=[
            *raised(sent, "sent", "enquiry", "child_answer", since=answer_of),
            *raised(silent, "overdue", "escalation", "child_escalation", since=both_ways),
        ],
        evidence=[*answers.values(), *managers, *councils, *sent],
        excuses=excuses,
        unknown=unbrought(case, "enquiry", case.is_supervised),
        severity=case.number("child_answer_severity"),
    )
