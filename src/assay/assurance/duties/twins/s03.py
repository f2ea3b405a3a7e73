"""S03, slowly: an assessment since police answered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assay.assurance.duties.reference_cases import Case, Thing
from assay.assurance.duties.reference_sentences import Sentence, answered_by, raised
from assay.assurance.duties.twins.assessed import signed_on
from assay.assurance.duties.twins.extracts import unbrought
from assay.core.dates import london_day
from assay.core.spans import FOREVER


def sentence(case: Case) -> Sentence:
    told = []
    for each in case.enquiries:
        asked = each.row["agency"] == "police" and each.row["outcome"] == "sent"
        day = answered_by(each, case.as_at)
        if (
            asked
            and each.row["kind"] in case.codes("police_enquiries")
            and day is not None
            and each.row["reply"] not in case.codes("answers_without_content")
        ):
            written = each.row["answer_recorded_at"] or each.row["recorded_at"]
            told.append(replace(each, start=day, known=max(london_day(written), day)))

    rows = case.events("assessment_part", "part_id", "completed_on")
    plans = [each for each in rows if each.row["part"] in case.codes("plan_parts")]
    held = {
        row["assessment_id"]: made
        for row in case.tables["assessment"]
        if row["type"] in case.codes("risk_assessments") and (made := signed_on(case, row))
    }
    analyses = [
        each
        for each in rows
        if each.row["part"] in case.codes("abuse_analysis_parts") and each.row["assessment_id"] in held
    ]

    def standing(part: Thing) -> Thing:
        made = held[part.row["assessment_id"]]
        return replace(part, start=max(part.start, made.start), known=max(part.known, made.known))

    def first_analysis(answered: date) -> date:
        return min((standing(p).start for p in analyses if p.start >= answered), default=FOREVER)

    came = {each.row_id: each.start for each in told}
    planned = []
    for each in told:
        after = [plan for plan in plans if plan.start > each.start]
        if after:
            first = min(plan.start for plan in after)
            known = min(plan.known for plan in after if plan.start == first)
            planned.append(replace(each, start=first, known=max(each.known, known)))
    more = {
        "since": lambda r: first_analysis(came[r.row_id]),
        "unsure": lambda r: "reply_not_recorded" if r.row["reply"] is None else None,
    }
    return Sentence(
        applies=case.is_supervised,
        triggers=[
            *raised(told, "answered", "enquiry", "police_analysis", **more),
            *raised(planned, "plan_signed", "enquiry", "police_analysis_at_plan", **more),
        ],
        unknown=unbrought(case, "enquiry", case.is_supervised),
        evidence=[standing(each) for each in analyses],
        severity=case.number("police_analysis_severity"),
    )
