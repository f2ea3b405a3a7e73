"""S14: a plan that names people and agencies."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.parts import signed
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, holding, merge, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S14",
    name=message("Plan that names people and agencies"),
    sentence=message(
        "When a risk management plan is signed it names whom it protects, which agency acts, a control, a "
        "day and what happens if risk rises; a child where there is concern for one, and a partner or victim "
        "where there is domestic abuse."
    ),
    population=message(
        "People under supervision at medium risk of serious harm or more, with a child in their circle or "
        "concern for one on a register, or with domestic abuse on a register, in an offence or in a "
        "completed assessment. Where no level and none of these is on record the case is unknown."
    ),
    evidence=message(
        "The rows of the plan signed that day, or of a later one, which together say all of it."
    ),
    exclusions=message("None that records can show."),
    limits=message(
        "A row says that it protects a child, a partner or a victim, not who they are: a victim whose "
        "identity is withheld is named all the same. Whether the plan would keep anybody safe is in its "
        "words. A plan in a short assessment is not looked for."
    ),
    after_the_fact=message("The plan is read on the night after it is signed."),
    severity="3",
    windows=("plan_names", "plan_names_severity"),
    codes=(
        "supervised_sentences",
        "planned_for_levels",
        "child_registers",
        "domestic_abuse_registers",
        "plan_assessments",
        "control_rows",
        "contingency_rows",
    ),
    tables=("plan_row",),
    clauses={
        "plan_signed": Clause(message("An assessment with a risk management plan was signed"), "assessment"),
        "level": Clause(message("Risk of serious harm is medium or more"), "rosh"),
        "child": Clause(message("A child is in the person's circle"), "circle"),
        "child_register": Clause(message("Concern for a child is on a register"), "registration"),
        "abuse_register": Clause(message("Domestic abuse is on a register"), "registration"),
        "abuse_offence": Clause(message("An offence is flagged as domestic abuse"), "offence"),
        "abuse_assessed": Clause(message("A completed assessment says domestic abuse"), "assessment"),
        "no_level": Clause(message("No level of risk of serious harm is on record"), "sentence"),
        "nobody_named": Clause(message("No row says whom it protects"), "assessment"),
        "no_agency": Clause(message("No row says which agency acts"), "assessment"),
        "no_control": Clause(message("No row monitors or controls"), "assessment"),
        "no_contingency": Clause(message("No row says what happens if risk rises"), "assessment"),
        "no_day": Clause(message("No row has a day"), "assessment"),
        "no_child": Clause(message("No row protects a child, and there is concern for one"), "assessment"),
        "no_victim": Clause(
            message("No row protects a partner or victim, and there is domestic abuse"), "assessment"
        ),
    },
    source="Proposed public-protection measures, S14",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)

WANTING = ("nobody_named", "no_agency", "no_control", "no_contingency", "no_day", "no_child", "no_victim")


def rule(records: Records) -> Once:
    children, abuse = _children(records), _abuse(records)
    levels = records.rosh.filter(records.rosh.level.isin(sorted(records.codes("planned_for_levels"))))
    called_for = merge(levels, *children.values(), *abuse.values())
    unknown = without(records.supervised, merge(called_for, records.rosh))
    plans = _plans(records, merge(*children.values()), merge(*abuse.values()))
    lacking = [plans[each] for each in WANTING]
    whole = plans.filter(*[~each for each in lacking])
    whole = whole.mutate(known=ibis.greatest(whole.known, whole.plan_known))
    return Once(
        population=both(records.supervised, called_for),
        triggers=raised(plans, "plan_signed", table="assessment", window="plan_names", on="on"),
        evidence=evidence(whole),
        because=union(
            named(levels, "level"), *[named(rows, clause) for clause, rows in (children | abuse).items()]
        ),
        severity=records.number("plan_names_severity"),
        unknown=unknown.mutate(clause=ibis.literal("no_level")),
        near=union(*[noted(plans.filter(plans[each]), each) for each in WANTING]),
    )


def _children(records: Records) -> dict[str, Table]:
    return {
        "child": records.circle.filter(records.circle.role == "child"),
        "child_register": records.registered("child_registers"),
    }


def _abuse(records: Records) -> dict[str, Table]:
    return {
        "abuse_register": records.registered("domestic_abuse_registers"),
        "abuse_offence": records.offences,
        "abuse_assessed": records.abuse_assessed,
    }


def _plans(records: Records, children: Table, abuse: Table) -> Table:
    """Each plan on the day it was signed, with what is wanting of it, and ``plan_known``, the first day all
    its rows were known."""
    signings = records.keep(signed(records, "plan_assessments"))
    said = _said(records)
    rows = signings.left_join(
        said, [signings.case_id == said.plan_case, signings.row_id == said.plan_of]
    ).drop("plan_case", "plan_of")
    for name, spans in (("of_child", children), ("of_abuse", abuse)):
        during = holding(signings.select("case_id", "row_id", "on"), spans)
        during = during.select(held="row_id").distinct().mutate(**{name: ibis.literal(True)})
        rows = rows.left_join(during, rows.row_id == during.held).drop("held")
    no = {each: ~rows[each].fill_null(False) for each in ("protects", "agency", "control", "contingency")}
    wanting = {
        "nobody_named": no["protects"],
        "no_agency": no["agency"],
        "no_control": no["control"],
        "no_contingency": no["contingency"],
        "no_day": ~rows.day.fill_null(False),
        "no_child": rows.of_child.fill_null(False) & ~rows.child.fill_null(False),
        "no_victim": rows.of_abuse.fill_null(False) & ~rows.victim.fill_null(False),
    }
    return records.keep(rows.select("case_id", "row_id", "on", "known", "plan_known", **wanting))


def _said(records: Records) -> Table:
    """What the rows of each plan say between them."""
    rows = records.plan_rows
    kinds = {
        name: rows.kind.isin(sorted(records.codes(f"{name}_rows"))) for name in ("control", "contingency")
    }
    return rows.group_by(plan_case="case_id", plan_of="assessment_id").agg(
        protects=rows.protects.notnull().any(),
        agency=rows.owner_agency.notnull().any(),
        day=rows.dated.any(),
        child=(rows.protects == "child").any(),
        victim=rows.protects.isin(["partner", "victim"]).any(),
        plan_known=rows.known.max(),
        **{name: said.any() for name, said in kinds.items()},
    )
