"""S09: the first appointment."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import BEGINNING
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, holding, merge, union
from assay.core.messages import message

DUTY = Duty(
    code="S09",
    name=message("First appointment"),
    sentence=message(
        "A person is seen within five working days of the start of an order, within two where risk is high, "
        "and on the day of release or the next working day where a licence begins."
    ),
    population=message(
        "People under supervision, from the start of a community order, a suspended sentence or a licence, "
        "and from each release again."
    ),
    evidence=message("A face-to-face appointment with an outcome that says the person was seen."),
    exclusions=message("Arrival in Approved Premises. The clock stands still in custody and in hospital."),
    limits=message(
        "The level of risk is the one on record on the day; where none is yet, five working days hold. An "
        "appointment by telephone or video is not being seen. An appointment without an outcome does not "
        "count, and whether the day written down is the day it took place is not in the records."
    ),
    after_the_fact=message(
        "After a release it is due on the next working day, for which a nightly extract may come too late."
    ),
    severity="2; 3 on licence where risk is high",
    windows=(
        "first_appointment",
        "first_appointment_high",
        "first_appointment_licence",
        "first_appointment_severity",
        "first_appointment_severity_high",
    ),
    codes=(
        "supervised_sentences",
        "starting_sentences",
        "licence_sentences",
        "high_risk_levels",
        "approved_premises",
        "face_to_face_appointments",
        "attended_outcomes",
    ),
    tables=("contact",),
    clauses={
        "start": Clause(message("An order began"), "sentence"),
        "start_high": Clause(message("An order began, and risk of serious harm was high"), "sentence"),
        "start_licence": Clause(message("A licence began"), "sentence"),
        "release": Clause(message("Released again from custody"), "release"),
        "supervised": Clause(message("Under supervision"), "sentence"),
        "arrived": Clause(message("Arrived in Approved Premises"), "address"),
        "not_seen": Clause(message("An appointment at which the person was not seen"), "contact"),
        "no_outcome": Clause(message("An appointment with no outcome on record"), "contact"),
    },
    source="Proposed public-protection measures, S09",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Once:
    sentences = records.sentences
    supervised = sentences.filter(sentences.type.isin(sorted(records.codes("supervised_sentences"))))
    on_licence = sentences.filter(sentences.type.isin(sorted(records.codes("licence_sentences"))))
    appointments = records.contacts("face_to_face_appointments")
    seen = appointments.outcome.isin(sorted(records.codes("attended_outcomes"))).fill_null(False)
    missed = appointments.filter(~seen)
    return Once(
        population=records.supervised,
        triggers=_triggers(records),
        evidence=evidence(appointments.filter(seen)),
        because=named(supervised, "supervised"),
        severity=records.number("first_appointment_severity"),
        severe=records.number("first_appointment_severity_high"),
        severe_in=both(merge(on_licence), merge(records.high_risk)),
        excuses=_arrivals(records),
        near=union(
            noted(missed.filter(missed.outcome.notnull()), "not_seen"),
            noted(missed.filter(missed.outcome.isnull()), "no_outcome"),
        ),
    )


def _triggers(records: Records) -> Table:
    sentences = records.sentences
    begun = sentences.filter(sentences.type.isin(sorted(records.codes("starting_sentences"))))
    licence = begun.type.isin(sorted(records.codes("licence_sentences")))
    orders = begun.filter(~licence)
    high = holding(orders.mutate(on=orders.opened), merge(records.high_risk))
    return union(
        raised(begun.filter(licence), "start_licence", table="sentence", window="first_appointment_licence"),
        # Where risk is high both are raised, and the earlier day is the one that holds.
        raised(high, "start_high", table="sentence", window="first_appointment_high"),
        raised(orders, "start", table="sentence", window="first_appointment"),
        raised(records.re_releases, "release", table="release", on="on", window="first_appointment_licence"),
    )


def _arrivals(records: Records) -> Table:
    """Arrival in Approved Premises on or after the day, and being there on the day, stand for it."""
    homes = records.addresses
    premises = homes.filter(homes.type.isin(sorted(records.codes("approved_premises"))))
    last = ibis.greatest(premises.opened, premises.closed - 1)
    return excused(premises, "arrived", on=premises.opened, first=BEGINNING, last=last)
