"""The words of clauses: a definition words its duty's own, and here are those that every duty has alike."""

from __future__ import annotations

from assay.assurance.duties.types import Clause, Duty
from assay.core.messages import Message, message
from assay.records.codes import code_list

# What stands where the extract brought no row of a table that evidence comes from.
ABSENT = {
    "assessment": message("No assessment of anybody is in the records"),
    "assessment_part": message("No part of an assessment of anybody is in the records"),
    "contact": message("No contact of anybody is in the records"),
    "court_report": message("No court report on anybody is in the records"),
    "custody": message("No stay in prison of anybody is in the records"),
    "enforcement": message("No decision on a failure of anybody is in the records"),
    "enquiry": message("No enquiry about anybody is in the records"),
    "handover": message("No handover from a prison of anybody is in the records"),
    "intervention": message("No programme or service of anybody is in the records"),
    "oversight_action": message("No action asked for by a manager is in the records"),
    "plan_need": message("No need in a plan of anybody is in the records"),
    "plan_row": message("No row of a plan of anybody is in the records"),
    "recall_step": message("No step of a recall of anybody is in the records"),
    "referral": message("No referral of anybody is in the records"),
    "registration": message("No register entry of anybody is in the records"),
    "requirement_credit": message("No day or hour of a requirement of anybody is in the records"),
    "suspension": message("No suspension of anybody's contact is in the records"),
    "victim_contact": message("No contact with a victim is in the records"),
    "victim_notice": message("No notice to a victim is in the records"),
    "workload_week": message("No week's workload of anybody is in the records"),
}


def alike(duty: Duty) -> dict[str, Clause]:
    """The clauses it has as every duty has them, by name."""
    evidence = duty.tables[0]
    return {
        "none": Clause(message("Nothing that would meet it is in the records"), evidence),
        "last_before": Clause(message("The last one before it was needed"), evidence),
        "met_late": Clause(message("It was seen after its day"), evidence),
        "before_records": Clause(message("It began before the records do"), evidence),
        **{f"no_{table}": Clause(ABSENT[table], table) for table in duty.tables},
    }


def clause_of(duty: Duty, said: str) -> Clause | None:
    """The clause by its name, with or without the row behind it (``start``, ``recent_enquiry:e-1``), or why
    supervision ended (``left:died``). None if the definition does not know it: a night may be older."""
    name, _, more = said.partition(":")
    if name == "left":
        return Clause(_left(more), "sentence")
    return duty.clauses.get(name) or alike(duty).get(name)


def _left(reason: str) -> Message:
    reasons = code_list("end_reason")
    if reason not in reasons:
        return message("Supervision ended first, and why is not recorded")
    return message("Supervision ended first: {reason}", reason=reasons.name_of(reason))
