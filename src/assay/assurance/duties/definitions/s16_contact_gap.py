"""S16: a gap in contact."""

from __future__ import annotations

from datetime import date

from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Demand, Rolling, evidence, named, noted
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, merge, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S16",
    name=message("Gap in contact"),
    sentence=message(
        "A supervised person is seen face to face at least monthly, and weekly in the early phase where risk "
        "is high."
    ),
    population=message("People under supervision whose contact is not suspended."),
    evidence=message("A face-to-face appointment with an outcome that says the person was seen."),
    exclusions=message(
        "Contact suspended by a recorded decision, or within the first eight weeks of supervision. "
        "Absence agreed in advance. The window starts afresh when they end."
    ),
    limits=message(
        "An appointment without an outcome does not count. What the supervision packages of 2026 allow is "
        "not in the records."
    ),
    severity="2",
    windows=(
        "contact_monthly",
        "contact_early_high",
        "contact_early_phase",
        "adjusted_expectations",
        "contact_severity",
    ),
    codes=(
        "supervised_sentences",
        "high_risk_levels",
        "face_to_face_appointments",
        "attended_outcomes",
        "agreed_leave",
    ),
    tables=("contact",),
    clauses={
        "last_seen": Clause(message("Last seen face to face"), "contact"),
        "start": Clause(message("Supervision began, and not seen since"), "sentence"),
        "monthly": Clause(message("Under supervision: at least monthly"), "sentence"),
        "weekly": Clause(message("High or very high risk in the early phase: weekly"), "rosh"),
        "suspended": Clause(message("Contact is suspended"), "suspension"),
        "agreed_leave": Clause(message("Absence agreed in advance"), "absence"),
        "not_seen": Clause(message("An appointment at which the person was not seen"), "contact"),
        "no_outcome": Clause(message("An appointment with no outcome on record"), "contact"),
    },
    source="National Standards 2021 (recalled); proposed public-protection measures, S16",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Rolling:
    sentences = records.sentences
    supervised = sentences.filter(sentences.type.isin(sorted(records.codes("supervised_sentences"))))
    leave = records.absences.filter(records.absences.kind.isin(sorted(records.codes("agreed_leave"))))
    suspended = records.suspensions.filter(records.suspensions.adjusted | records.suspensions.decided)
    expected = without(records.supervised, merge(leave, suspended))
    early = records.supervised.mutate(
        closed=records.supervised.opened + records.length("contact_early_phase")
    )
    early_high = both(merge(records.high_risk), both(expected, early))

    appointments = records.contacts("face_to_face_appointments")
    seen = appointments.outcome.isin(sorted(records.codes("attended_outcomes"))).fill_null(False)
    missed = appointments.filter(~seen)
    return Rolling(
        population=expected,
        demands=(
            Demand(spans=expected, window="contact_monthly", clause="monthly"),
            Demand(spans=merge(early_high), window="contact_early_high", clause="weekly"),
        ),
        starts=supervised,
        evidence=evidence(appointments.filter(seen)),
        because=union(
            named(supervised, "monthly"), named(both(_rows(records.high_risk), early_high), "weekly")
        ),
        severity=records.number("contact_severity"),
        exempt=union(named(suspended, "suspended"), named(leave, "agreed_leave")),
        near=union(
            noted(missed.filter(missed.outcome.notnull()), "not_seen"),
            noted(missed.filter(missed.outcome.isnull()), "no_outcome"),
        ),
    )


def _rows(spans: Table) -> Table:
    return spans.select("case_id", "row_id", "opened", "closed")
