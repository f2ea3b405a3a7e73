"""S18: a decision on a failure to attend or comply."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, next_after, union
from assay.core.messages import message

DUTY = Duty(
    code="S18",
    name=message("Decision on a failure to attend or comply"),
    sentence=message(
        "When a person misses an appointment, does not comply at one or breaks a condition, somebody decides "
        "what follows within five working days."
    ),
    population=message("People under a sentence in the community, unpaid work among them."),
    evidence=message(
        "A decision on that failure, or a later decision to begin a breach or to consider a recall, which "
        "settles the failures before it."
    ),
    exclusions=message("Evidence of a good reason, such as a medical certificate, came in."),
    limits=message(
        "An absence with an outcome that accepts it raises nothing: the outcome is the decision, and its day "
        "is not in the records. Nor does an appointment with no outcome. A warning letter or a breach entry "
        "that no decision ties to the failure is shown and does not count. Whether the decision was right is "
        "not in the records."
    ),
    severity="2",
    windows=("failure_decision", "failure_decision_severity"),
    codes=(
        "appointments_to_attend",
        "absent_outcomes",
        "not_complied_outcomes",
        "broken_conditions",
        "decisions_on_all_before",
        "enforcement_contacts",
    ),
    tables=("enforcement",),
    clauses={
        "absent": Clause(message("Absent, and nobody has accepted it"), "contact"),
        "not_complied": Clause(message("Came and did not comply"), "contact"),
        "condition_broken": Clause(message("A condition was broken"), "contact"),
        "sentenced": Clause(message("Under a sentence in the community"), "sentence"),
        "good_reason": Clause(message("Evidence of a good reason came in"), "enforcement"),
        "not_tied": Clause(
            message("A warning, breach or recall entry that no decision ties to the failure"), "contact"
        ),
    },
    source="Proposed public-protection measures, S18",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)

FAILURES = ("absent", "not_complied", "condition_broken")


def rule(records: Records) -> Once:
    decisions = records.dated("enforcement", "decided_on", "contact_id", "decision", "evidence_on")
    failures = records.keep(_decided(records, _failures(records), decisions))
    good = decisions.filter(decisions.evidence_on.notnull())
    return Once(
        population=records.life,
        triggers=union(*[_raised(failures, clause) for clause in FAILURES]),
        evidence=evidence(decisions),
        because=named(records.sentences, "sentenced"),
        severity=records.number("failure_decision_severity"),
        excuses=excused(good, "good_reason", on=good.evidence_on, for_anchor=good.contact_id),
        near=noted(records.contacts("enforcement_contacts"), "not_tied"),
    )


def _raised(failures: Table, clause: str) -> Table:
    rows = failures.filter(failures.clause == clause)
    return raised(rows, clause, table="contact", window="failure_decision", on="on", since="since")


def _failures(records: Records) -> Table:
    """What nobody has accepted, each with its ``clause``."""
    booked = records.contacts("appointments_to_attend")
    absent = booked.outcome.isin(sorted(records.codes("absent_outcomes")))
    broken = booked.outcome.isin(sorted(records.codes("not_complied_outcomes")))
    columns = ["case_id", "row_id", "on", "known"]
    missed = booked.mutate(
        clause=ibis.cases((absent.fill_null(False), "absent"), (broken.fill_null(False), "not_complied"))
    )
    conditions = records.contacts("broken_conditions").mutate(clause=ibis.literal("condition_broken"))
    missed = missed.filter(missed.clause.notnull()).select(*columns, "clause")
    return union(missed, conditions.select(*columns, "clause"))


def _decided(records: Records, failures: Table, decisions: Table) -> Table:
    """Each failure with ``since``, the day of the first decision that settles it: its own, or one that
    settles all before it. Where there is none, no day is late enough."""
    failures = records.keep(failures.mutate(event_id=failures.row_id))
    own = decisions.select(decided_case="case_id", contact_id="contact_id", decided="on")
    own = failures.join(
        own,
        [
            failures.case_id == own.decided_case,
            failures.row_id == own.contact_id,
            failures.on <= own.decided,
        ],
    )
    own = own.group_by(own_row=own.row_id).agg(decided=own.decided.min())
    settling = decisions.filter(decisions.decision.isin(sorted(records.codes("decisions_on_all_before"))))
    settled = next_after(failures, settling.select("case_id", "row_id", "on", "known"))
    rows = settled.left_join(own, settled.row_id == own.own_row)
    since = ibis.least(rows.decided.fill_null(FOREVER), rows.met.fill_null(FOREVER))
    return rows.select("case_id", "row_id", "on", "known", "clause", since=since)
