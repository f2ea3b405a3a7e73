"""S01, slowly: the enquiry to police about domestic abuse."""

from __future__ import annotations

from datetime import date, timedelta

from assay.assurance.duties.reference_cases import Case, Thing
from assay.assurance.duties.reference_sentences import Sentence, answered_by, excused, raised


def sentence(case: Case) -> Sentence:
    registers = case.registered("domestic_abuse_registers")
    orders = case.registered("restraining_registers")
    answers = sorted(
        (each for each in case.assessments if each.row["domestic_abuse"] is not None),
        key=lambda each: (each.start, each.row_id),
    )
    flagged = {row["sentence_id"] for row in case.tables["offence"] if row["domestic_abuse"]}

    def indicated(day: date) -> bool:
        last = [each for each in answers if each.start <= day]
        return (
            any(each.holds(day) for each in (*registers, *orders))
            or any(each.row_id in flagged and each.holds(day) for each in case.sentences)
            or bool(last and last[-1].row["domestic_abuse"])
        )

    def applies(day: date) -> bool:
        asked = any(each.start <= day for each in answers)
        return any(span.contains(day) for span in case.life) and (indicated(day) or not asked)

    arrivals = [
        each
        for each in case.spans("allocation", "allocation_id")
        if each.row["reason"] in case.codes("arrivals_from_a_region")
    ]
    found = case.later((*registers, *orders), case.life)

    def start_of_life(each: Thing) -> date:
        span = case.span_of(each.start, case.life)
        assert span is not None
        return span.opened_on

    asked = [
        each
        for each in case.enquiries
        if each.row["agency"] == "police" and each.row["kind"] in case.codes("police_enquiries")
    ]
    sent = [each for each in asked if each.row["outcome"] == "sent"]
    age = timedelta(days=case.length("police_already_up_to_date"))
    excuses = []
    for each in asked:
        if each.row["outcome"] != "not_sent_up_to_date":
            continue
        answered = [answered_by(other, case.as_at) for other in sent]
        if any(day is not None and day <= each.start <= day + age for day in answered):
            excuses.append(excused(each, "already_up_to_date", first=date.min, last=each.start))
    for each in case.sentences:
        low = any(r.row["level"] in case.codes("low_risk_levels") and r.holds(each.start) for r in case.rosh)
        alone = each.row["type"] in case.codes("unpaid_work_sentences")
        if alone and low and not indicated(each.start):
            excuses.append(
                excused(each, "unpaid_work_low", first=date.min, last=each.start, anchor=each.row_id)
            )
    return Sentence(
        applies=applies,
        triggers=[
            *raised(case.sentences, "start", "sentence", "police_enquiry"),
            *raised(case.re_releases(), "release", "release", "police_enquiry"),
            *raised(arrivals, "arrival", "allocation", "police_enquiry"),
            *raised(found, "sign_found", "registration", "police_enquiry", since=start_of_life),
        ],
        evidence=sent,
        excuses=excuses,
        severity=case.number("police_enquiry_severity"),
    )
