"""S21: management oversight."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, holding, merge, union
from assay.core.messages import message

DUTY = Duty(
    code="S21",
    name=message("Management oversight"),
    sentence=message(
        "When something happens that a manager should look at, oversight is on record within five working "
        "days; on the same day for a recall, a decision whether to recall, and escalating domestic abuse."
    ),
    population=message("People under supervision."),
    evidence=message(
        "A contact that records management oversight, a consultation with the manager or a case discussion, "
        "on or after the day of the event."
    ),
    exclusions=message(
        "Oversight in the 30 days before, except for a recall, a recall decision and escalation."
    ),
    limits=message(
        "Whether earlier oversight covered the same issue, and whether oversight was effective, is in its "
        "words and not in the records. What escalation is, is taken to be an arrest while domestic abuse is "
        "on the register."
    ),
    after_the_fact=message(
        "Where oversight is due on the same day, a nightly extract comes too late to prompt anybody."
    ),
    severity="3",
    windows=(
        "oversight",
        "oversight_same_day",
        "oversight_still_good",
        "newly_qualified",
        "oversight_severity",
    ),
    codes=(
        "supervised_sentences",
        "high_risk_levels",
        "mappa_registers",
        "active_mappa_levels",
        "child_protection_registers",
        "current_abuse_registers",
        "escalation_contacts",
        "recall_decisions",
        "changes_of_holder",
        "trainee_grades",
        "support_grades",
        "qualified_grades",
        "near_miss_registers",
        "oversight_contacts",
    ),
    tables=("contact",),
    clauses={
        "risk_rose": Clause(message("Risk of serious harm rose to high or very high"), "rosh"),
        "mappa": Clause(message("Registered at MAPPA level 2 or 3"), "registration"),
        "child_protection": Clause(message("A child protection plan was registered"), "registration"),
        "escalation": Clause(message("Arrested while domestic abuse is on the register"), "contact"),
        "recall": Clause(message("Recalled to custody"), "recall"),
        "recall_decision": Clause(message("A decision whether to recall"), "contact"),
        "new_holder": Clause(message("The case changed hands"), "allocation"),
        "inexperienced": Clause(
            message("Allocated to a trainee, a newly qualified officer or one not accredited"), "allocation"
        ),
        "above_grade": Clause(
            message("Allocated above grade: high risk with a probation services officer"), "allocation"
        ),
        "suspension": Clause(message("Contact was suspended"), "suspension"),
        "near_miss": Clause(message("A serious further offence was registered"), "registration"),
        "supervised": Clause(message("Under supervision"), "sentence"),
        "recent_oversight": Clause(message("Oversight was on record in the 30 days before"), "contact"),
    },
    source="Proposed public-protection measures, S21; calibration: 49 of 80 absent or ineffective, "
    "West Midlands 2026",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)

SOON, AT_ONCE = "oversight", "oversight_same_day"


def rule(records: Records) -> Once:
    overseen = records.contacts("oversight_contacts")
    supervised = records.sentences.filter(
        records.sentences.type.isin(sorted(records.codes("supervised_sentences")))
    )
    return Once(
        population=records.supervised,
        triggers=union(*_of_risk(records), *_of_holders(records), *_at_once(records)),
        evidence=evidence(overseen),
        because=named(supervised, "supervised"),
        severity=records.number("oversight_severity"),
        excuses=excused(
            overseen,
            "recent_oversight",
            on=overseen.on,
            first=overseen.on + 1,
            last=overseen.on + records.length("oversight_still_good"),
            for_window=SOON,
        ),
    )


def _of_risk(records: Records) -> list[Table]:
    mappa = records.registered("mappa_registers")
    active = mappa.filter(mappa.level.isin(sorted(records.codes("active_mappa_levels"))))
    registered = {
        "mappa": active,
        "child_protection": records.registered("child_protection_registers"),
        "near_miss": records.registered("near_miss_registers"),
    }
    return [
        raised(_rose(records), "risk_rose", table="rosh", window=SOON),
        *(raised(rows, clause, table="registration", window=SOON) for clause, rows in registered.items()),
        raised(records.suspensions, "suspension", table="suspension", window=SOON),
    ]


def _rose(records: Records) -> Table:
    """Rows that begin a time of high risk: from very high to high is no rise, from high to very high is."""
    high = sorted(records.codes("high_risk_levels"))
    rows = records.rosh
    order = ibis.window(group_by="case_id", order_by=[rows.opened, rows.row_id])
    before = rows.mutate(before=rows.level.lag().over(order))
    higher = before.level.isin(high) & (
        before.before.isnull()
        | ~before.before.isin(high)
        | ((before.level == "very_high") & (before.before != "very_high"))
    )
    return before.filter(higher)


def _of_holders(records: Records) -> list[Table]:
    rows = records.allocations
    trainee = rows.grade.isin(sorted(records.codes("trainee_grades")))
    support = rows.grade.isin(sorted(records.codes("support_grades")))
    qualified = rows.grade.isin(sorted(records.codes("qualified_grades")))
    # An officer whose qualification has no day is not taken for a new one.
    new = rows.opened < rows.qualified + records.length("newly_qualified")
    unaccredited = rows.accredited.isnull() | (rows.opened < rows.accredited)
    inexperienced = rows.filter((trainee | (qualified & new) | (support & unaccredited)).fill_null(False))
    held = rows.filter(support.fill_null(False))
    above = holding(held.mutate(on=held.opened), merge(records.high_risk))
    changed = rows.filter(rows.reason.isin(sorted(records.codes("changes_of_holder"))))
    found = {"new_holder": changed, "inexperienced": inexperienced, "above_grade": above}
    return [raised(each, clause, table="allocation", window=SOON) for clause, each in found.items()]


def _at_once(records: Records) -> list[Table]:
    arrests = holding(
        records.contacts("escalation_contacts"), merge(records.registered("current_abuse_registers"))
    )
    decisions = records.contacts("recall_decisions")
    return [
        raised(arrests, "escalation", table="contact", on="on", window=AT_ONCE),
        raised(records.recalls, "recall", table="recall", on="on", window=AT_ONCE),
        raised(decisions, "recall_decision", table="contact", on="on", window=AT_ONCE),
    ]
