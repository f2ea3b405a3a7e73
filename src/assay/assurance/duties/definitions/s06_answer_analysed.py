"""S06: an assessment completed since children's services answered."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, named, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, merge, union
from assay.core.messages import message

DUTY = Duty(
    code="S06",
    name=message("An assessment since the answer"),
    sentence=message(
        "Where children's services answer that they know something, or a child protection document arrives, "
        "an assessment is completed within ten working days since."
    ),
    population=message("People under supervision."),
    evidence=message("An assessment completed on or after the day of the answer or document."),
    exclusions=message("An answer that nothing is known."),
    limits=message(
        "A record can say that an assessment was completed since the answer, or that none was. Whether the "
        "answer was analysed in it, and used in the plan, only a person can say."
    ),
    severity="3; 4 with a child protection plan",
    windows=(
        "assessment_after_answer",
        "assessment_after_answer_severity",
        "assessment_after_answer_severity_child_protection",
    ),
    codes=(
        "supervised_sentences",
        "child_enquiries",
        "answers_with_content",
        "answers_without_content",
        "child_protection_documents",
        "child_protection_registers",
        "risk_assessments",
    ),
    tables=("assessment",),
    clauses={
        "answered": Clause(message("Children's services answered"), "enquiry"),
        "document": Clause(message("A child protection meeting or conference is on record"), "contact"),
        "supervised": Clause(message("Under supervision"), "sentence"),
        "reply_not_recorded": Clause(
            message("The record does not say whether anything was known"), "enquiry"
        ),
    },
    source="Proposed public-protection measures, S06; calibration: 31 of 62 analysed, West Midlands 2026",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Once:
    types = sorted(records.codes("risk_assessments"))
    completed = records.assessments.filter(records.assessments.type.isin(types))
    supervised = records.sentences.filter(
        records.sentences.type.isin(sorted(records.codes("supervised_sentences")))
    )
    answers = _answers(records)
    return Once(
        population=records.supervised,
        triggers=union(
            raised(
                answers,
                "answered",
                table="enquiry",
                on="on",
                window="assessment_after_answer",
                unsure=answers.reply.isnull().ifelse("reply_not_recorded", ibis.null("string")),
            ),
            raised(
                records.contacts("child_protection_documents"),
                "document",
                table="contact",
                on="on",
                window="assessment_after_answer",
            ),
        ),
        evidence=evidence(completed),
        severity=records.number("assessment_after_answer_severity"),
        severe=records.number("assessment_after_answer_severity_child_protection"),
        severe_in=merge(records.registered("child_protection_registers")),
        because=named(supervised, "supervised"),
    )


def _answers(records: Records) -> Table:
    """Answers on the day they came, but those that nothing is known."""
    rows = records.enquiries
    about = sorted(records.codes("child_enquiries"))
    nothing = sorted(records.codes("answers_without_content"))
    came = rows.filter(
        (rows.agency == "childrens_services")
        & rows.kind.isin(about)
        & rows.answered.notnull()
        & (rows.reply.isnull() | ~rows.reply.isin(nothing))
    )
    return came.select(
        case_id=came.case_id,
        row_id=came.row_id,
        on=came.answered,
        known=came.answer_known,
        reply=came.reply,
    )
