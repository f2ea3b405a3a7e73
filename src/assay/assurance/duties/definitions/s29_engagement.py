"""S29: engagement falling away."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, first_of, merge, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S29",
    name=message("Engagement falling away"),
    sentence=message(
        "When a person misses two appointments in six weeks and was not seen between them, they are seen or "
        "spoken with again within ten working days."
    ),
    population=message("People under supervision whose contact is not suspended."),
    evidence=message(
        "An appointment with an outcome that says the person attended: face to face, by video or by "
        "telephone."
    ),
    exclusions=message(
        "Breach begun, recall considered or a recall, on or after the second missed appointment. Contact "
        "suspended by a recorded decision or by adjusted expectations, and absence agreed in advance."
    ),
    limits=message(
        "An absence with a reason that was accepted does not count as missed. An appointment without an "
        "outcome counts neither way. What was tried to bring the person back, by letter or through a family "
        "member or another agency, is not seen. How a person engages when present is not in the records."
    ),
    severity="2",
    windows=(
        "missed_span",
        "missed_count",
        "engaged_again",
        "engagement_severity",
        "adjusted_expectations",
    ),
    codes=(
        "supervised_sentences",
        "engaging_appointments",
        "missed_outcomes",
        "attended_outcomes",
        "return_to_court_decisions",
        "agreed_leave",
    ),
    tables=("contact",),
    clauses={
        "missed_again": Clause(message("Missed another appointment, and not seen between"), "contact"),
        "supervised": Clause(message("Under supervision"), "sentence"),
        "breach_begun": Clause(message("Breach was begun, or recall considered"), "enforcement"),
        "recalled": Clause(message("Recalled to custody"), "recall"),
        "suspended": Clause(message("Contact is suspended"), "suspension"),
        "agreed_leave": Clause(message("Absence agreed in advance"), "absence"),
        "no_outcome": Clause(message("An appointment with no outcome on record"), "contact"),
    },
    source="Missed appointments as a review trigger (proposed public-protection measures, S20); duty ours",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2026, 12, 31),
    version=1,
)


def rule(records: Records) -> Once:
    appointments = records.contacts("engaging_appointments")
    seen = appointments.filter(_of(appointments, records, "attended_outcomes"))
    missed = appointments.filter(_of(appointments, records, "missed_outcomes"))
    suspended = records.suspensions.filter(records.suspensions.adjusted | records.suspensions.decided)
    leave = records.absences.filter(records.absences.kind.isin(sorted(records.codes("agreed_leave"))))
    sentences = records.sentences
    supervised = sentences.filter(sentences.type.isin(sorted(records.codes("supervised_sentences"))))
    return Once(
        population=without(records.supervised, merge(suspended, leave)),
        triggers=raised(
            _falling(records, missed, seen), "missed_again", table="contact", on="on", window="engaged_again"
        ),
        evidence=evidence(seen),
        because=named(supervised, "supervised"),
        severity=records.number("engagement_severity"),
        excuses=_excuses(records),
        exempt=union(named(suspended, "suspended"), named(leave, "agreed_leave")),
        near=noted(appointments.filter(appointments.outcome.isnull()), "no_outcome"),
    )


def _of(appointments: Table, records: Records, outcomes: str) -> Table:
    return appointments.outcome.isin(sorted(records.codes(outcomes))).fill_null(False)


def _falling(records: Records, missed: Table, seen: Table) -> Table:
    """Of each run of missed days with nothing seen between, the first on which so many lie so close."""
    days = missed.group_by("case_id", "on").agg(row_id=missed.row_id.min(), known=missed.known.min())
    met = seen.select("case_id", "on").distinct()
    line = union(
        days.mutate(kind=ibis.literal(0, "int64")),
        met.mutate(row_id=ibis.null("string"), known=met.on, kind=ibis.literal(1, "int64")),
    )
    # Seen on the day itself ends the run: it comes after what was missed that day.
    before = ibis.window(group_by="case_id", order_by=[line.on, line.kind], rows=(None, 0))
    line = records.keep(line.mutate(run=line.kind.sum().over(before)))
    line = line.filter(line.kind == 0)
    order = ibis.window(group_by=["case_id", "run"], order_by=line.on)
    first = line.on.lag(records.number("missed_count") - 1).over(order)
    line = line.mutate(close=(line.on <= first + records.length("missed_span")).fill_null(False))
    close = line.filter(line.close)
    return first_of(close, by=["case_id", "run"], order=[close.on])


def _excuses(records: Records) -> Table:
    decided = records.dated("enforcement", "decided_on", "decision")
    returned = decided.filter(decided.decision.isin(sorted(records.codes("return_to_court_decisions"))))
    recalls = records.recalls
    return union(
        excused(returned, "breach_begun", on=returned.on, last=returned.on),
        excused(recalls, "recalled", on=recalls.on, last=recalls.on),
    )
