"""S15: the home visit."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, first_of, holding, merge, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S15",
    name=message("Home visit"),
    sentence=message(
        "A person is visited at home within 15 days of the start, or of a move, where risk is high; within "
        "six weeks where it is medium and twelve where it is low; and at the earliest opportunity after a "
        "new concern."
    ),
    population=message("People under supervision in the community."),
    evidence=message(
        "A home visit the person was seen at, with its risk assessment approved in the 26 weeks before it."
    ),
    exclusions=message(
        "A visit exempted, not approved or delayed in its risk assessment. No fixed abode or Approved "
        "Premises, while there. Contact suspended by a recorded decision, or within the first eight weeks."
    ),
    limits=message(
        "Whether a visit went further than the doorstep is in its words alone. Where no level of risk, or no "
        "address, was on record the case is unknown."
    ),
    severity="2; 3 where risk is high",
    windows=(
        "home_visit_high",
        "home_visit_medium",
        "home_visit_low",
        "home_visit_concern",
        "home_visit_assessment_good_for",
        "adjusted_expectations",
        "home_visit_severity",
        "home_visit_severity_high",
    ),
    codes=(
        "supervised_sentences",
        "high_risk_levels",
        "medium_risk_levels",
        "urgent_visit_registers",
        "concern_registers",
        "home_addresses",
        "no_home_addresses",
        "home_visits",
        "home_visit_assessments",
        "home_visit_approved",
        "home_visit_excused",
        "attended_outcomes",
    ),
    tables=("contact",),
    clauses={
        "start": Clause(message("Supervision began"), "sentence"),
        "move": Clause(message("Moved to another address"), "address"),
        "concern": Clause(message("A new concern was put on a register"), "registration"),
        "supervised": Clause(message("Under supervision"), "sentence"),
        "high": Clause(message("Risk of serious harm is high or very high"), "rosh"),
        "urgent_register": Clause(
            message("Registered for a sexual offence or child exploitation"), "registration"
        ),
        "no_home": Clause(message("No fixed abode, or in Approved Premises"), "address"),
        "suspended": Clause(message("Contact is suspended"), "suspension"),
        "visit_excused": Clause(
            message("The visit's risk assessment exempted, did not approve or delayed it"), "contact"
        ),
        "visit_not_assessed": Clause(
            message("A visit took place with no approved risk assessment on record before it"), "contact"
        ),
        "visit_failed": Clause(message("A visit was planned and the person was not seen"), "contact"),
        "no_level": Clause(message("No level of risk of serious harm is on record"), "sentence"),
        "no_address": Clause(message("No address is on record"), "sentence"),
    },
    source="Home Visits Policy Framework (summary, 2021 to 2022); proposed public-protection measures, S15",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Once:
    urgent = records.registered("urgent_visit_registers")
    visits, not_assessed, failed = _visits(records)
    homes = records.addresses
    no_home = homes.filter(homes.type.isin(sorted(records.codes("no_home_addresses"))))
    suspended = records.suspensions.filter(records.suspensions.adjusted | records.suspensions.decided)
    supervised = records.sentences.filter(
        records.sentences.type.isin(sorted(records.codes("supervised_sentences")))
    )
    return Once(
        population=records.supervised,
        triggers=_triggers(records, urgent),
        evidence=evidence(visits),
        because=union(
            named(supervised, "supervised"),
            named(records.high_risk, "high"),
            named(urgent, "urgent_register"),
        ),
        severity=records.number("home_visit_severity"),
        severe=records.number("home_visit_severity_high"),
        severe_in=merge(records.high_risk, urgent),
        excuses=_excuses(records),
        exempt=union(named(no_home, "no_home"), named(suspended, "suspended")),
        unknown=without(records.supervised, homes).mutate(clause=ibis.literal("no_address")),
        near=union(noted(not_assessed, "visit_not_assessed"), noted(failed, "visit_failed")),
    )


def _triggers(records: Records, urgent: Table) -> Table:
    addresses = records.addresses
    homes = addresses.filter(addresses.type.isin(sorted(records.codes("home_addresses"))))
    concerns = records.registered("concern_registers")

    def later(rows: Table) -> Table:
        during = holding(rows.mutate(on=rows.opened), records.supervised)
        return during.filter(during.on > during.life_opened)

    def by_level(rows: Table, clause: str, table: str) -> Table:
        rated = _rated(records, rows.mutate(on=rows.opened), urgent)
        unsure = rated.window.isnull().ifelse("no_level", ibis.null("string"))
        return raised(rated, clause, table=table, window=rated.window, unsure=unsure)

    return union(
        by_level(records.sentences, "start", "sentence"),
        by_level(later(homes), "move", "address"),
        raised(later(concerns), "concern", table="registration", window="home_visit_concern"),
    )


def _rated(records: Records, rows: Table, urgent: Table) -> Table:
    """The rows with the ``window`` their risk gives: the level on the day, else the first recorded after it;
    a register that brings the visit forward counts as high."""
    levels = records.rosh.select(
        level_case="case_id", level_from="opened", level_to="closed", level_row="row_id", level="level"
    )
    met = rows.join(levels, [rows.case_id == levels.level_case, rows.on < levels.level_to])
    first = first_of(met, by=["case_id", "row_id"], order=[met.level_from, met.level_row])
    first = first.select(rated_case="case_id", rated_row="row_id", level="level")
    hurried = holding(rows.select("case_id", "row_id", "on"), merge(urgent))
    hurried = hurried.select(hurried_case="case_id", hurried_row="row_id")
    rated = rows.left_join(first, [rows.case_id == first.rated_case, rows.row_id == first.rated_row])
    rated = rated.left_join(
        hurried, [rated.case_id == hurried.hurried_case, rated.row_id == hurried.hurried_row]
    )
    high = rated.hurried_row.notnull() | rated.level.isin(
        sorted(records.codes("high_risk_levels"))
    ).fill_null(False)
    window = ibis.cases(
        (high, "home_visit_high"),
        (rated.level.isin(sorted(records.codes("medium_risk_levels"))), "home_visit_medium"),
        (rated.level.notnull(), "home_visit_low"),
    )
    return rated.mutate(window=window)


def _visits(records: Records) -> tuple[Table, Table, Table]:
    """Visits that count, visits with no approved risk assessment before them, and visits that failed."""
    made = records.contacts("home_visits")
    seen = made.outcome.isin(sorted(records.codes("attended_outcomes"))).fill_null(False)
    assessments = records.contacts("home_visit_assessments")
    approved = assessments.filter(assessments.outcome.isin(sorted(records.codes("home_visit_approved"))))
    approved = approved.select(approved_case="case_id", approved_on="on", approved_known="known")
    done = made.filter(seen)
    paired = done.join(
        approved,
        [
            done.case_id == approved.approved_case,
            approved.approved_on <= done.on,
            done.on <= approved.approved_on + records.length("home_visit_assessment_good_for"),
        ],
    )
    shown = paired.group_by("case_id", "on", "row_id").agg(
        known=ibis.greatest(paired.known.min(), paired.approved_known.min())
    )
    return shown, done.anti_join(shown, "row_id"), made.filter(made.outcome.notnull() & ~seen)


def _excuses(records: Records) -> Table:
    assessments = records.contacts("home_visit_assessments")
    given = assessments.filter(assessments.outcome.isin(sorted(records.codes("home_visit_excused"))))
    return excused(given, "visit_excused", on=given.on, last=given.on)
