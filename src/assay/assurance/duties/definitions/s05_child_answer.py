"""S05: the answer of children's services, and its escalation where there is none."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.answers import came, first_since, overdue, sent_to
from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, union
from assay.core.messages import message

DUTY = Duty(
    code="S05",
    name=message("Answer of children's services"),
    sentence=message(
        "Children's services answer an enquiry within ten working days. Where they do not, the enquiry is "
        "taken to the manager and back to the council within five working days more."
    ),
    population=message("People under supervision about whom children's services were asked."),
    evidence=message(
        "The answer to that enquiry. For the escalation: a consultation with the manager, and a contact with "
        "the council or the question asked again, on or after the last day for the answer."
    ),
    exclusions=message("An answer ends the escalation. The question sent on to another council ends both."),
    limits=message(
        "Waiting for a council and escalating are two occurrences of the duty, so that a partner's delay is "
        "never counted as the practitioner's. Whether a contact was about this enquiry is in its words. That "
        "a council said the family lives elsewhere is seen only from the question being sent to another."
    ),
    severity="3",
    windows=("child_answer", "child_escalation", "child_answer_severity"),
    codes=(
        "supervised_sentences",
        "child_enquiries",
        "escalations_to_manager",
        "escalations_to_council",
    ),
    tables=("enquiry", "contact"),
    clauses={
        "sent": Clause(message("Children's services were asked, and their answer is awaited"), "enquiry"),
        "overdue": Clause(
            message("The day for an answer of children's services passed without one"), "enquiry"
        ),
        "asked": Clause(message("Children's services were asked about a child"), "enquiry"),
        "answered": Clause(message("Children's services answered"), "enquiry"),
        "sent_elsewhere": Clause(message("The question was sent on to another council"), "enquiry"),
        "to_manager": Clause(message("A consultation with the manager"), "contact"),
        "to_council": Clause(message("A contact with the council"), "contact"),
    },
    source="Proposed public-protection measures, S05",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Once:
    sent = sent_to(records, "childrens_services", "child_enquiries")
    late = overdue(records, sent, "child_answer")
    to_manager = records.contacts("escalations_to_manager")
    to_council = records.contacts("escalations_to_council")
    asked = both(sent.mutate(opened=sent.on, closed=FOREVER), records.supervised)
    columns = ["case_id", "on"]
    again = union(to_council.select(*columns), sent.select(*columns))
    return Once(
        population=records.supervised,
        triggers=union(
            raised(sent, "sent", table="enquiry", on="on", since="until", window="child_answer"),
            # The answer and its escalation are two occurrences raised by one row.
            raised(
                _escalated(late, to_manager, again),
                "overdue",
                table="escalation",
                on="on",
                since="then",
                window="child_escalation",
            ),
        ),
        evidence=evidence(came(sent), to_manager, to_council, sent),
        because=named(asked, "asked"),
        severity=records.number("child_answer_severity"),
        excuses=union(_answered(late), _sent_elsewhere(records, sent)),
        unknown=records.unbrought("enquiry", records.supervised),
        near=union(noted(to_manager, "to_manager"), noted(to_council, "to_council")),
    )


def _escalated(late: Table, to_manager: Table, again: Table) -> Table:
    """The enquiries with the day by which they had gone both ways, ``then``."""
    manager = first_since(late, to_manager).select(manager_row="row_id", manager_on="then")
    council = first_since(late, again).select(council_row="row_id", council_on="then")
    found = late.left_join(manager, late.row_id == manager.manager_row)
    found = found.left_join(council, found.row_id == council.council_row)
    then = ibis.greatest(found.manager_on.fill_null(FOREVER), found.council_on.fill_null(FOREVER))
    return found.select("case_id", "row_id", "known", "on", then=then)


def _answered(late: Table) -> Table:
    came_later = late.filter(late.answered.notnull())
    came_later = came_later.mutate(known=came_later.answer_known)
    return excused(
        came_later,
        "answered",
        on=came_later.answered,
        for_anchor=came_later.row_id,
        for_window="child_escalation",
    )


def _sent_elsewhere(records: Records, sent: Table) -> Table:
    """Each enquiry that was sent to another council later ends what its first sending raised."""
    councils = records.dated("enquiry", "asked_on", "local_authority")
    councils = councils.filter(councils.local_authority.notnull()).select("row_id", "local_authority")
    placed = records.keep(
        sent.join(councils, "row_id").select("case_id", "row_id", "on", "known", "local_authority")
    )
    first = placed.select(first_case="case_id", first_row="row_id", first_on="on", first_at="local_authority")
    onward = placed.join(
        first,
        [
            placed.case_id == first.first_case,
            placed.on > first.first_on,
            placed.local_authority != first.first_at,
        ],
    )
    return excused(onward, "sent_elsewhere", on=onward.on, for_anchor=onward.first_row)
