"""S03: an assessment with its analysis of risk filled in since police answered."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.answers import sent_to
from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.parts import parts, signed
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, union
from assay.core.messages import message

DUTY = Duty(
    code="S03",
    name=message("An assessment since police answered"),
    sentence=message(
        "Where police answer that they know something about domestic abuse, an assessment is signed with its "
        "analysis of risk, or its risk management plan, filled in since: within ten working days, and "
        "before the next sentence plan if that comes first."
    ),
    population=message("People under supervision."),
    evidence=message(
        "An assessment signed with its full analysis of risk of serious harm, or its risk management plan, "
        "filled in on or after the day of the answer."
    ),
    exclusions=message("An answer that nothing is known."),
    limits=message(
        "A record can say that an assessment was signed with the right part filled in since the answer, or "
        "that none was. Whether the answer was analysed in it, with who did what to whom and when, and used "
        "in the plan, only a person can say. That the answer may not be written into an assessment for a "
        "victim's safety is not in the records."
    ),
    after_the_fact=message(
        "Where an answer is to be analysed by the day of a plan, the plan is read on the night after it is "
        "signed."
    ),
    severity="3",
    windows=("police_analysis", "police_analysis_at_plan", "police_analysis_severity"),
    codes=(
        "supervised_sentences",
        "police_enquiries",
        "answers_with_content",
        "answers_without_content",
        "risk_assessments",
        "abuse_analysis_parts",
        "plan_parts",
    ),
    tables=("assessment_part", "assessment", "enquiry"),
    clauses={
        "answered": Clause(message("Police answered"), "enquiry"),
        "plan_signed": Clause(message("A sentence plan was filled in after police answered"), "enquiry"),
        "supervised": Clause(message("Under supervision"), "sentence"),
        "reply_not_recorded": Clause(
            message("The record does not say whether anything was known"), "enquiry"
        ),
        "not_signed": Clause(
            message("The part was filled in, and its assessment is not signed"), "assessment_part"
        ),
    },
    source="Proposed public-protection measures, S03; calibration: 17 of 60 sufficient, HMI Probation 2023",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Once:
    supervised = records.sentences.filter(
        records.sentences.type.isin(sorted(records.codes("supervised_sentences")))
    )
    filled = _filled(records)
    ready = filled.filter(filled.on.notnull())
    answers = _answers(records, ready)
    planned = _planned(records, answers)
    silent = ibis.null("string")
    return Once(
        population=records.supervised,
        triggers=union(
            *[
                raised(
                    rows,
                    clause,
                    table="enquiry",
                    on="on",
                    since="then",
                    window=window,
                    unsure=rows.reply.isnull().ifelse("reply_not_recorded", silent),
                )
                for rows, clause, window in (
                    (answers, "answered", "police_analysis"),
                    (planned, "plan_signed", "police_analysis_at_plan"),
                )
            ]
        ),
        evidence=evidence(ready),
        because=named(supervised, "supervised"),
        severity=records.number("police_analysis_severity"),
        unknown=records.unbrought("enquiry", records.supervised),
        near=noted(filled.filter(filled.on.isnull()).mutate(on=filled.filled_on), "not_signed"),
    )


def _filled(records: Records) -> Table:
    """The parts that can hold an analysis, on the day both they were filled in (``filled_on``) and their
    assessment was signed; on no day where it is not."""
    made = signed(records, "risk_assessments")
    made = made.select(made_case="case_id", made_row="row_id", made_on="on", made_known="known")
    rows = parts(records)
    ours = rows.filter(rows.part.isin(sorted(records.codes("abuse_analysis_parts"))))
    met = ours.left_join(made, [ours.case_id == made.made_case, ours.assessment_id == made.made_row])
    both_days = met.made_on.isnull().ifelse(ibis.null("int64"), ibis.greatest(met.on, met.made_on))
    known = ibis.greatest(met.known, met.made_known.fill_null(met.known))
    return records.keep(met.select("case_id", "row_id", filled_on=met.on, on=both_days, known=known))


def _answers(records: Records, ready: Table) -> Table:
    """Answers on the day they came, but those that nothing is known; with ``then``, the first day an
    assessment stood whose part was filled in since."""
    sent = sent_to(records, "police", "police_enquiries")
    nothing = sorted(records.codes("answers_without_content"))
    told = sent.filter(sent.answered.notnull() & (sent.reply.isnull() | ~sent.reply.isin(nothing)))
    told = told.select("case_id", "row_id", "reply", on=told.answered, known=told.answer_known)
    since = ready.select(part_case="case_id", part_filled="filled_on", part_on="on")
    met = told.join(since, [told.case_id == since.part_case, told.on <= since.part_filled])
    first = met.group_by("row_id").agg(then=met.part_on.min())
    found = told.left_join(first, "row_id").drop("row_id_right")
    return records.keep(found.mutate(then=found.then.fill_null(FOREVER)))


def _planned(records: Records, answers: Table) -> Table:
    """Answers on the day of the first sentence plan after them."""
    rows = parts(records)
    plans = rows.filter(rows.part.isin(sorted(records.codes("plan_parts"))))
    plans = plans.group_by(plan_case="case_id", plan_on="on").agg(plan_known=plans.known.min())
    later = answers.join(plans, [answers.case_id == plans.plan_case, answers.on < plans.plan_on])
    first = later.group_by("row_id").agg(plan_on=later.plan_on.min())
    met = later.join(first, ["row_id", "plan_on"])
    known = ibis.greatest(met.known, met.plan_known)
    return met.select("case_id", "row_id", "reply", "then", on=met.plan_on, known=known)
