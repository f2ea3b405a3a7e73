"""S06, slowly: the answer about a child, analysed."""

from __future__ import annotations

from dataclasses import replace

from assay.assurance.duties.reference_cases import Case
from assay.assurance.duties.reference_sentences import Sentence, answered_by, raised
from assay.core.dates import london_day


def sentence(case: Case) -> Sentence:
    answers = []
    for each in case.enquiries:
        day = answered_by(each, case.as_at)
        ours = each.row["agency"] == "childrens_services" and each.row["kind"] in case.codes(
            "child_enquiries"
        )
        if ours and day is not None and each.row["reply"] not in case.codes("answers_without_content"):
            written = each.row["answer_recorded_at"] or each.row["recorded_at"]
            answers.append(replace(each, start=day, known=max(london_day(written), day)))
    window = "assessment_after_answer"
    return Sentence(
        applies=case.is_supervised,
        triggers=[
            *raised(
                answers,
                "answered",
                "enquiry",
                window,
                unsure=lambda r: "reply_not_recorded" if r.row["reply"] is None else None,
            ),
            *raised(case.of_types("child_protection_documents"), "document", "contact", window),
        ],
        evidence=[each for each in case.assessments if each.row["type"] in case.codes("risk_assessments")],
        severity=case.number("assessment_after_answer_severity"),
        severe=case.number("assessment_after_answer_severity_child_protection"),
        severe_on=lambda day: any(r.holds(day) for r in case.registered("child_protection_registers")),
    )
