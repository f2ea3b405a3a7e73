"""S11: the full analysis of risk where it is required."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.parts import parts, signed, whole
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, merge, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S11",
    name=message("Full analysis of risk"),
    sentence=message(
        "Where risk of serious harm is medium or more, or a register, an offence or the screening points to "
        "harm, the assessment that is signed has a full analysis of risk, a risk management plan and a "
        "contingency plan, and not a screening alone."
    ),
    population=message(
        "People under supervision whose risk is recorded, or screened, as medium or more; who are on a "
        "register for domestic abuse, harm to children, sexual harm, stalking, terrorism or MAPPA; whose "
        "offence is flagged as domestic abuse or sexual, or was violent and brought custody; or of whom a "
        "completed assessment says domestic abuse. Where none of these and no level of risk is on record "
        "the case is unknown."
    ),
    evidence=message(
        "In the same assessment, or one signed since: the full analysis, the risk management plan and a row "
        "of contingency."
    ),
    exclusions=message("A decision not to make a full analysis, countersigned. In custody, while there."),
    limits=message(
        "That a part was filled in says nothing of what is in it. A violent offence is taken for a serious "
        "one where it brought custody. A register that points to harm where the screening does not is "
        "itself enough to require the analysis."
    ),
    after_the_fact=message("The assessment is read on the night after it is completed."),
    severity="3",
    windows=("full_analysis", "full_analysis_severity"),
    codes=(
        "supervised_sentences",
        "licence_sentences",
        "initial_assessments",
        "analysis_levels",
        "analysis_registers",
        "screening_parts",
        "full_analysis_parts",
        "risk_plan_parts",
        "waiver_parts",
        "contingency_rows",
        "custody_absences",
    ),
    tables=("assessment_part", "assessment", "plan_row"),
    clauses={
        "signed": Clause(message("An assessment was signed"), "assessment"),
        "level": Clause(message("Risk of serious harm is medium or more"), "rosh"),
        "screened": Clause(message("The screening came to medium or more"), "assessment_part"),
        "register": Clause(message("A register points to harm"), "registration"),
        "offence": Clause(
            message("The offence is domestic abuse or sexual, or was violent and brought custody"), "offence"
        ),
        "assessed": Clause(message("A completed assessment says domestic abuse"), "assessment"),
        "waived": Clause(
            message("A decision not to make a full analysis was countersigned"), "assessment_part"
        ),
        "in_custody": Clause(message("In custody"), "absence"),
        "not_whole": Clause(
            message("Signed without the full analysis, the plan or the contingency"), "assessment"
        ),
        "not_countersigned": Clause(
            message("A decision not to make a full analysis, not countersigned"), "assessment_part"
        ),
        "no_level": Clause(message("No level of risk of serious harm is on record"), "sentence"),
    },
    source="Proposed public-protection measures, S11; Probation Circular on risk of serious harm",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)

SPAN = ("case_id", "row_id", "opened", "closed")


def rule(records: Records) -> Once:
    signs = _signs(records)
    done = signed(records, "initial_assessments")
    complete = _complete(records, done)
    waived, not_countersigned = _waived(records, done)
    custody = records.absences.filter(records.absences.kind.isin(sorted(records.codes("custody_absences"))))
    said = merge(records.rosh, *signs.values())
    unsaid = without(records.supervised, said).filter(records.has_rows("assessment"))
    return Once(
        population=both(records.supervised, merge(*signs.values())),
        triggers=raised(done, "signed", table="assessment", on="on", window="full_analysis"),
        evidence=evidence(complete),
        because=union(*[named(rows, clause) for clause, rows in signs.items()]),
        severity=records.number("full_analysis_severity"),
        excuses=excused(waived, "waived", on=waived.countersigned_on, for_anchor=waived.assessment_id),
        exempt=named(custody, "in_custody"),
        unknown=union(
            unsaid.select("case_id", "opened", "closed", clause=ibis.literal("no_level")),
            records.unbrought("assessment", records.supervised),
        ),
        near=union(
            noted(done.anti_join(complete, ["case_id", "row_id"]), "not_whole"),
            noted(not_countersigned, "not_countersigned"),
        ),
    )


def _signs(records: Records) -> dict[str, Table]:
    """What shows that the analysis is required, by clause."""
    levels = sorted(records.codes("analysis_levels"))
    screened = parts(records)
    screened = screened.filter(screened.part.isin(sorted(records.codes("screening_parts"))))
    order = ibis.window(group_by="case_id", order_by=[screened.on, screened.row_id])
    screened = screened.mutate(opened=screened.on, closed=screened.on.lead().over(order).fill_null(FOREVER))
    signs = {
        "level": records.rosh.filter(records.rosh.level.isin(levels)),
        "screened": screened.filter(screened.level.isin(levels)),
        "register": records.registered("analysis_registers"),
        "offence": _offences(records),
        "assessed": records.abuse_assessed,
    }
    return {clause: rows.select(*SPAN) for clause, rows in signs.items()}


def _offences(records: Records) -> Table:
    """Offences that point to harm, for as long as their sentence runs."""
    charges, sentences = records.charges, records.sentences
    held = sentences.select("type", "opened", "closed", passed_row="row_id")
    met = charges.join(held, charges.sentence_id == held.passed_row)
    custody = met.type.isin(sorted(records.codes("licence_sentences")))
    return met.filter(met.domestic_abuse | met.sexual | (met.violent & custody))


def _complete(records: Records, done: Table) -> Table:
    """Assessments with their full analysis, risk management plan and contingency."""
    analysed = whole(records, done, "full_analysis_parts", "risk_plan_parts")
    rows = records.plan_rows
    rows = rows.filter(rows.kind.isin(sorted(records.codes("contingency_rows"))))
    rows = rows.group_by(plan_case="case_id", plan_of="assessment_id").agg(plan_known=rows.known.min())
    met = analysed.join(rows, [analysed.case_id == rows.plan_case, analysed.row_id == rows.plan_of])
    known = ibis.greatest(met.known, met.plan_known)
    return records.keep(met.select("case_id", "row_id", "on", known=known))


def _waived(records: Records, done: Table) -> tuple[Table, Table]:
    """Decisions not to make a full analysis: those countersigned; and others, on the day of signing."""
    rows = parts(records)
    rows = rows.filter(rows.part.isin(sorted(records.codes("waiver_parts"))))
    of = done.select(done_case="case_id", done_row="row_id", done_on="on")
    met = rows.join(of, [rows.case_id == of.done_case, rows.assessment_id == of.done_row])
    bare = met.filter(met.countersigned_on.isnull())
    return rows.filter(rows.countersigned_on.notnull()), bare.select("case_id", "row_id", on=bare.done_on)
