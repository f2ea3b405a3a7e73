"""S28: a planned need, and a service for it."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, first_of, holding, merge, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S28",
    name=message("A planned need with a service for it"),
    sentence=message(
        "When a sentence plan first takes up a need, a referral or a service that answers it is on record "
        "within 20 working days."
    ),
    population=message(
        "People under supervision with a need in a plan. Where an assessment is complete and no need is on "
        "record the case is unknown, not clear."
    ),
    evidence=message(
        "A programme, service or treatment recorded for the same need, or a referral to accommodation or "
        "treatment: since the plan, in the twelve weeks before it, or still running then."
    ),
    exclusions=message("Contact suspended by a recorded decision or by adjusted expectations."),
    limits=message(
        "Whether the service was the right one, began or helped is not asked. Work in supervision that "
        "nobody recorded as a service is not seen. A later plan that takes up the same need again raises "
        "nothing new."
    ),
    severity="2",
    windows=("need_service", "need_service_before", "need_service_severity", "adjusted_expectations"),
    codes=(
        "supervised_sentences",
        "sentence_plan_assessments",
        "accommodation_needs",
        "accommodation_referrals",
        "treatment_needs",
        "treatment_referrals",
    ),
    tables=("intervention", "plan_need"),
    clauses={
        "planned": Clause(message("A plan took up the need"), "plan_need"),
        "in_plan": Clause(message("Under supervision with a need in a plan"), "plan_need"),
        "suspended": Clause(message("Contact is suspended"), "suspension"),
        "no_needs_recorded": Clause(
            message("An assessment is complete, and no need from any plan is on record"), "assessment"
        ),
        "service_without_need": Clause(
            message("A service is on record, but not which need it answers"), "intervention"
        ),
    },
    source="Unmet need for interventions: 45% in HMI Probation's domestic abuse thematic, 2023; duty ours",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Once:
    services = _services(records)
    needs = _with_service(records, _needs(records), services)
    planned = needs.select("case_id", opened="on", closed=ibis.literal(FOREVER, "int64"))
    suspended = records.suspensions.filter(records.suspensions.adjusted | records.suspensions.decided)
    spans = needs.select("case_id", "row_id", opened="on", closed="life_closed")
    return Once(
        population=both(records.supervised, merge(planned)),
        triggers=raised(
            needs,
            "planned",
            table="plan_need",
            on="on",
            window="need_service",
            since="since",
            unsure=needs.unsure,
        ),
        evidence=evidence(services.filter(services.answers.notnull())),
        because=named(spans, "in_plan"),
        severity=records.number("need_service_severity"),
        exempt=named(suspended, "suspended"),
        unknown=_silent(records, planned).mutate(clause=ibis.literal("no_needs_recorded")),
        near=noted(services.filter(services.answers.isnull()), "service_without_need"),
    )


def _needs(records: Records) -> Table:
    """The first time in each time of supervision that a plan took up each need."""
    rows = holding(records.dated("plan_need", "planned_on", "need"), records.supervised)
    return first_of(rows, by=["case_id", "need", "life_opened"], order=[rows.on, rows.row_id])


def _services(records: Records) -> Table:
    """Services with the need each ``answers`` (NULL where not recorded) and whether it has been ``left``."""
    given = records.dated("intervention", "referred_on", "need", "ended_on", "outcome")
    columns = ["case_id", "row_id", "on", "known"]
    ended = given.ended_on.coalesce(given.outcome.isnull().ifelse(FOREVER, given.on))
    services = [given.select(*columns, answers=given.need, ended=ended)]
    referrals = records.dated("referral", "referred_on", "kind")
    for about in ("accommodation", "treatment"):
        ours = referrals.filter(referrals.kind.isin(sorted(records.codes(f"{about}_referrals"))))
        services += [
            ours.select(*columns, answers=ibis.literal(need), ended=ours.on)
            for need in sorted(records.codes(f"{about}_needs"))
        ]
    return records.keep(union(*services))


def _with_service(records: Records, needs: Table, services: Table) -> Table:
    """Each need with ``since``, the day of the first service for it, beyond all days where there is none;
    and why nothing can be said if a service might be for it."""
    before = records.length("need_service_before")
    given = services.select(other_case="case_id", given_on="on", answers="answers", ended="ended")
    counts = (given.given_on >= needs.on - before) | (given.ended > needs.on)
    ours = needs.join(given, [needs.case_id == given.other_case, counts])
    same = ours.filter(ours.need == ours.answers).group_by("row_id")
    found = same.agg(since=lambda rows: rows.given_on.min())
    vague = ours.filter(ours.answers.isnull()).select("row_id").distinct()
    rows = needs.left_join(found, "row_id").drop("row_id_right")
    rows = rows.left_join(vague.mutate(vague=ibis.literal("service_without_need")), "row_id")
    rows = rows.drop("row_id_right")
    return records.keep(
        rows.mutate(
            since=rows.since.fill_null(FOREVER),
            unsure=rows.since.isnull().ifelse(rows.vague, ibis.null("string")),
        ).drop("vague")
    )


def _silent(records: Records, planned: Table) -> Table:
    """Supervision after a plan was made, with no need from any plan yet on record."""
    rows = records.assessments
    made = rows.filter(rows.type.isin(sorted(records.codes("sentence_plan_assessments"))))
    assessed = made.select("case_id", opened=made.on, closed=ibis.literal(FOREVER, "int64"))
    return without(both(records.supervised, merge(assessed)), planned)
