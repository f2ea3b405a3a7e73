"""S12: the specialist assessment."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, holding, merge, union
from assay.core.messages import message

DUTY = Duty(
    code="S12",
    name=message("Specialist assessment"),
    sentence=message(
        "Where a person is registered for domestic abuse, a sexual offence, stalking or terrorism, the "
        "specialist assessment for it is completed within fifteen working days of the start, or of the "
        "registration if that is later."
    ),
    population=message(
        "People under supervision on the register for domestic abuse by the person, for a registered sexual "
        "offence, for a stalking protection order or for a terrorism offence."
    ),
    evidence=message(
        "For domestic abuse, a spousal assault risk assessment or a full assessment with its domestic-abuse "
        "questions answered; for a sexual offence, an ARMS assessment or the predictor of sexual "
        "reoffending; for stalking, a stalking risk profile."
    ),
    exclusions=message(
        "The same assessment completed in the year before. While the case is with a trainee, or an officer "
        "not yet accredited: that is a matter of who holds it."
    ),
    limits=message(
        "An assessment for terrorism has no type in the records, so that it is unknown. An offence without "
        "contact, for which a region asks for no such assessment, cannot be told from another. Whether the "
        "questions were answered well is not in the records."
    ),
    severity="2; 3 where risk is high",
    windows=(
        "specialist_abuse",
        "specialist_sexual",
        "specialist_stalking",
        "specialist_terrorism",
        "specialist_still_good",
        "specialist_severity",
        "specialist_severity_high",
    ),
    codes=(
        "supervised_sentences",
        "high_risk_levels",
        "current_abuse_registers",
        "specialist_sexual_registers",
        "specialist_stalking_registers",
        "specialist_terrorism_registers",
        "abuse_assessments",
        "full_assessments",
        "sexual_assessments",
        "sexual_predictors",
        "stalking_assessments",
        "trainee_grades",
        "support_grades",
    ),
    tables=("assessment",),
    clauses={
        "start_abuse": Clause(message("Supervision began, registered for domestic abuse"), "sentence"),
        "start_sexual": Clause(message("Supervision began, registered for a sexual offence"), "sentence"),
        "start_stalking": Clause(message("Supervision began, registered for stalking"), "sentence"),
        "start_terrorism": Clause(message("Supervision began, registered for terrorism"), "sentence"),
        "flag_abuse": Clause(message("Domestic abuse was put on the register"), "registration"),
        "flag_sexual": Clause(message("A sexual offence was put on the register"), "registration"),
        "flag_stalking": Clause(message("Stalking was put on the register"), "registration"),
        "flag_terrorism": Clause(message("Terrorism was put on the register"), "registration"),
        "abuse": Clause(message("Domestic abuse is on the register"), "registration"),
        "sexual": Clause(message("A sexual offence is on the register"), "registration"),
        "stalking": Clause(message("Stalking is on the register"), "registration"),
        "terrorism": Clause(message("Terrorism is on the register"), "registration"),
        "recent": Clause(message("The same assessment was completed in the year before"), "assessment"),
        "not_trained": Clause(
            message("The case is with a trainee, or an officer not yet accredited"), "allocation"
        ),
        "no_type": Clause(message("No type of assessment in the records is of terrorism"), "registration"),
        "no_registration": Clause(message("No register entry of anybody is in the records"), "registration"),
    },
    source="Proposed public-protection measures, S12",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)

REGISTERS = {
    "abuse": "current_abuse_registers",
    "sexual": "specialist_sexual_registers",
    "stalking": "specialist_stalking_registers",
    "terrorism": "specialist_terrorism_registers",
}


def rule(records: Records) -> Once:
    flagged = {kind: records.registered(codes) for kind, codes in REGISTERS.items()}
    made = _made(records)
    triggers = [each for kind in REGISTERS for each in _triggers(records, kind, flagged[kind], made)]
    return Once(
        population=both(records.supervised, merge(*flagged.values())),
        triggers=union(*triggers),
        evidence=evidence(made),
        because=union(*[named(rows, kind) for kind, rows in flagged.items()]),
        severity=records.number("specialist_severity"),
        severe=records.number("specialist_severity_high"),
        severe_in=merge(records.high_risk),
        excuses=_recent(records, made),
        exempt=named(_not_trained(records), "not_trained"),
        unknown=records.unbrought("registration", records.supervised),
    )


def _made(records: Records) -> Table:
    """Specialist assessments completed, each with its ``kind``."""
    rows = records.assessments
    predictors = records.dated("predictor", "scored_on", "name")

    def of(codes: str) -> Table:
        return rows.filter(rows.type.isin(sorted(records.codes(codes))))

    full = of("full_assessments")
    kinds = {
        "abuse": (of("abuse_assessments"), full.filter(full.domestic_abuse.notnull())),
        "sexual": (
            of("sexual_assessments"),
            predictors.filter(predictors.name.isin(sorted(records.codes("sexual_predictors")))),
        ),
        "stalking": (of("stalking_assessments"),),
    }
    return records.keep(
        union(
            *[
                each.select("case_id", "row_id", "on", "known", kind=ibis.literal(kind))
                for kind, several in kinds.items()
                for each in several
            ]
        )
    )


def _triggers(records: Records, kind: str, flagged: Table, made: Table) -> list[Table]:
    """The starts at which the register was held, and the registrations since a start. What meets them is of
    their own kind."""
    sentences = records.sentences
    starts = sentences.filter(sentences.type.isin(sorted(records.codes("supervised_sentences"))))
    starts = holding(starts.mutate(on=starts.opened), records.keep(merge(flagged)))
    since = holding(flagged.mutate(on=flagged.opened), records.supervised)
    since = since.filter(since.on > since.life_opened)
    # One sentence may raise several kinds, each an occurrence of its own.
    tables = {"start": (starts, f"sentence_{kind}"), "flag": (since, "registration")}
    told = ibis.literal("no_type") if kind == "terrorism" else None
    return [
        raised(
            _then(rows, made.filter(made.kind == kind)),
            f"{clause}_{kind}",
            table=table,
            on="on",
            since="then",
            window=f"specialist_{kind}",
            unsure=told,
        )
        for clause, (rows, table) in tables.items()
    ]


def _then(rows: Table, made: Table) -> Table:
    """The rows with ``then``, the first day on or after their own on which one of these was made."""
    given = made.select(made_case="case_id", made_on="on")
    met = rows.left_join(given, [rows.case_id == given.made_case, rows.on <= given.made_on])
    found = met.group_by("case_id", "row_id", "on", "known").agg(then=met.made_on.min())
    return found.mutate(then=found.then.fill_null(FOREVER))


def _recent(records: Records, made: Table) -> Table:
    good = records.length("specialist_still_good")
    kinds = [kind for kind in REGISTERS if kind != "terrorism"]
    return union(
        *[
            excused(
                rows,
                "recent",
                on=rows.on,
                first=rows.on + 1,
                last=rows.on + good,
                for_window=f"specialist_{kind}",
            )
            for kind in kinds
            for rows in [made.filter(made.kind == kind)]
        ]
    )


def _not_trained(records: Records) -> Table:
    """Allocations to somebody who may not make such an assessment yet, until they may."""
    rows = records.allocations
    trainee = rows.grade.isin(sorted(records.codes("trainee_grades"))).fill_null(False)
    support = rows.grade.isin(sorted(records.codes("support_grades"))).fill_null(False)
    until = trainee.ifelse(FOREVER, rows.accredited.fill_null(FOREVER))
    held = rows.filter(trainee | support).mutate(closed=ibis.least(rows.closed, until))
    return held.filter(held.opened < held.closed)
