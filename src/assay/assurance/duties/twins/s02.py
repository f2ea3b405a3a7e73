"""S02, slowly: the answer of police, and the chase."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assay.assurance.duties.reference_cases import Case, Thing
from assay.assurance.duties.reference_sentences import Sentence, answered_by, excused, raised
from assay.assurance.duties.twins.extracts import unbrought
from assay.core.dates import london_day
from assay.core.spans import FOREVER


def sentence(case: Case) -> Sentence:
    kinds = case.codes("police_enquiries")
    sent = [
        each
        for each in case.enquiries
        if each.row["agency"] == "police" and each.row["kind"] in kinds and each.row["outcome"] == "sent"
    ]
    chases = [*case.of_types("police_chases"), *sent]
    answers, unanswered, excuses = [], [], []
    for each in sent:
        day = answered_by(each, case.as_at)
        if day is not None:
            written = each.row["answer_recorded_at"] or each.row["recorded_at"]
            answer = replace(each, start=day, known=max(london_day(written), day))
            answers.append(answer)
        window = case.policy.window("police_answer", on=each.start)
        last = case.last_day(each.start, window.length, window.in_working_days)
        if last is None or last >= case.as_at or (day is not None and day <= last):
            continue
        unanswered.append(replace(each, start=last))
        if day is not None:
            excuses.append(
                excused(
                    answer,
                    "answered",
                    first=date.min,
                    last=date.max,
                    anchor=each.row_id,
                    window="police_chase",
                )
            )

    def answer_of(each: Thing) -> date:
        return answered_by(each, case.as_at) or FOREVER

    def chase_of(each: Thing) -> date:
        return min((other.start for other in chases if other.start >= each.start), default=FOREVER)

    def under_sentence(day: date) -> bool:
        return any(span.contains(day) for span in case.life)

    return Sentence(
        applies=under_sentence,
        unknown=unbrought(case, "enquiry", under_sentence),
        triggers=[
            *raised(sent, "sent", "enquiry", "police_answer", since=answer_of),
            *raised(unanswered, "overdue", "chase", "police_chase", since=chase_of),
        ],
        evidence=[*answers, *chases],
        excuses=excuses,
        severity=case.number("police_answer_severity"),
        severe=case.number("police_answer_severity_high"),
        severe_on=lambda day: any(each.holds(day) for each in case.high),
    )
