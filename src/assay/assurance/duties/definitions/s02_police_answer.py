"""S02: the answer of police about domestic abuse, and the chase where there is none."""

from __future__ import annotations

from datetime import date

from assay.assurance.duties.answers import came, first_since, overdue, sent_to
from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, merge, union
from assay.core.messages import message

DUTY = Duty(
    code="S02",
    name=message("Answer of police about domestic abuse"),
    sentence=message(
        "Police answer an enquiry about domestic abuse within ten working days. Where they do not, the "
        "answer is chased within five working days more."
    ),
    population=message("People under a sentence about whom police were asked."),
    evidence=message(
        "The answer to that enquiry. For the chase: a contact with police, an e-mail, a consultation with "
        "the manager or the same question asked again, on or after the last day for the answer."
    ),
    exclusions=message("An answer ends the chase."),
    limits=message(
        "Waiting for police and chasing them are two occurrences of the duty, so that a partner's delay is "
        "never counted as the practitioner's. Whether a contact was about this enquiry is in its words. An "
        "outage agreed with the force, and an answer by telephone that stands in the words of a contact "
        "alone, are not in the records."
    ),
    severity="2; 3 where risk is high",
    windows=(
        "police_answer",
        "police_chase",
        "police_answer_severity",
        "police_answer_severity_high",
    ),
    codes=("police_enquiries", "police_chases", "high_risk_levels"),
    tables=("enquiry", "contact"),
    clauses={
        "sent": Clause(message("Police were asked, and their answer is awaited"), "enquiry"),
        "overdue": Clause(message("The day for an answer of police passed without one"), "enquiry"),
        "asked": Clause(message("Police were asked about domestic abuse"), "enquiry"),
        "answered": Clause(message("Police answered"), "enquiry"),
    },
    source="Proposed public-protection measures, S02",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Once:
    sent = sent_to(records, "police", "police_enquiries")
    late = overdue(records, sent, "police_answer")
    chases = records.contacts("police_chases")
    asked = sent.mutate(opened=sent.on, closed=FOREVER)
    return Once(
        population=records.life,
        triggers=union(
            raised(sent, "sent", table="enquiry", on="on", since="until", window="police_answer"),
            # The answer and its chase are two occurrences raised by one row.
            raised(
                _chased(late, chases, sent),
                "overdue",
                table="chase",
                on="on",
                since="then",
                window="police_chase",
            ),
        ),
        evidence=evidence(came(sent), chases, sent),
        because=named(asked, "asked"),
        severity=records.number("police_answer_severity"),
        severe=records.number("police_answer_severity_high"),
        severe_in=merge(records.high_risk),
        excuses=_answered(late),
        unknown=records.unbrought("enquiry", records.life),
    )


def _chased(late: Table, chases: Table, sent: Table) -> Table:
    """The enquiries with the day of their first chase, ``then``."""
    columns = ["case_id", "on"]
    first = first_since(late, union(chases.select(*columns), sent.select(*columns)))
    found = late.left_join(first, "row_id").drop("row_id_right")
    return found.mutate(then=found.then.fill_null(FOREVER))


def _answered(late: Table) -> Table:
    came_later = late.filter(late.answered.notnull())
    came_later = came_later.mutate(known=came_later.answer_known)
    return excused(
        came_later,
        "answered",
        on=came_later.answered,
        for_anchor=came_later.row_id,
        for_window="police_chase",
    )
