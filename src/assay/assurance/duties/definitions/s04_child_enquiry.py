"""S04: the enquiry to children's services."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, noted, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, holding, merge, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S04",
    name=message("Enquiry to children's services"),
    sentence=message(
        "Where a person lives with, cares for, sees or may be a risk to a child, children's services are "
        "asked what they know within five working days of the start, of a move, of a release, or of a child "
        "becoming known."
    ),
    population=message(
        "People under supervision with a child in their circle, with concern for a child on a register, or "
        "with a recorded risk to children of medium or more. Where nothing about children is on record the "
        "case is unknown, not clear."
    ),
    evidence=message(
        "An enquiry sent to children's services about a child, on or after the day that raised it."
    ),
    exclusions=message(
        "An enquiry of at most 90 days before, with no child and no address new since; for a move, one about "
        "that address."
    ),
    limits=message(
        "Whether an address was approved before the answer is not in the records. That a record says there "
        "is no child does not end the duty: a statement has to be borne out, and records cannot show that."
    ),
    severity="3; 4 with a child protection plan",
    windows=(
        "child_enquiry",
        "child_enquiry_still_good",
        "child_enquiry_severity",
        "child_enquiry_severity_child_protection",
    ),
    codes=(
        "supervised_sentences",
        "child_registers",
        "child_protection_registers",
        "child_risk_levels",
        "child_enquiries",
        "lived_at_addresses",
    ),
    tables=("enquiry",),
    clauses={
        "start": Clause(message("Supervision began"), "sentence"),
        "release": Clause(message("Released again from custody"), "release"),
        "move": Clause(message("Moved to another address"), "address"),
        "child_known": Clause(message("A child became known"), "circle"),
        "concern": Clause(message("Concern for a child was put on a register"), "registration"),
        "risk_found": Clause(message("A risk to children was recorded"), "rosh"),
        "child": Clause(message("A child is in the person's circle"), "circle"),
        "register": Clause(message("Concern for a child is on a register"), "registration"),
        "risk": Clause(message("The recorded risk to children is medium or more"), "rosh"),
        "assessed": Clause(
            message("A completed assessment says medium risk to children or more"), "assessment"
        ),
        "recent_enquiry": Clause(
            message("Asked in the last 90 days, with no child and no address new since"), "enquiry"
        ),
        "address_asked": Clause(message("This address was asked about in the last 90 days"), "enquiry"),
        "nothing_recorded": Clause(message("Nothing about children is on record"), "sentence"),
        "not_sent": Clause(message("Marked as not sent because already up to date"), "enquiry"),
    },
    source="Proposed public-protection measures, S04; calibration: 55% made in 2022/23 (HMI Probation)",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Once:
    concerns = _concerns(records)
    population = both(records.supervised, merge(*concerns.values()))
    unknown = without(records.supervised, _something_recorded(records))
    asked = _asked(records)
    sent = asked.filter(asked.outcome == "sent")
    return Once(
        population=population,
        triggers=_triggers(records, concerns, population),
        evidence=evidence(sent),
        severity=records.number("child_enquiry_severity"),
        severe=records.number("child_enquiry_severity_child_protection"),
        severe_in=merge(records.registered("child_protection_registers")),
        because=union(*[named(rows, clause) for clause, rows in concerns.items()]),
        excuses=_recent(records, sent),
        unknown=unknown.mutate(clause=ibis.literal("nothing_recorded")),
        near=noted(asked.filter(asked.outcome != "sent"), "not_sent"),
    )


def _concerns(records: Records) -> dict[str, Table]:
    """What brings a person into the population, by clause."""
    risky = sorted(records.codes("child_risk_levels"))
    assessed = _stated(records)
    columns = ["case_id", "row_id", "opened", "closed", "known"]
    return {
        "child": records.circle.filter(records.circle.role == "child").select(*columns),
        "register": records.registered("child_registers").select(*columns),
        "risk": records.rosh.filter(records.rosh.children.isin(risky)).select(*columns),
        "assessed": assessed.filter(assessed.risk_children.isin(risky)).select(*columns),
    }


def _stated(records: Records) -> Table:
    """Assessments that state a risk to children, each until the next that does."""
    rows = records.assessments
    stated = rows.filter(rows.risk_children.notnull())
    order = ibis.window(group_by="case_id", order_by=[stated.on, stated.row_id])
    return stated.mutate(opened=stated.on, closed=stated.on.lead().over(order).fill_null(FOREVER))


def _something_recorded(records: Records) -> Table:
    """From the first day anything about children was on record, whatever it said."""
    circle, rosh = records.circle, records.rosh
    first = union(
        circle.filter(circle.role == "child").select("case_id", "opened"),
        records.registered("child_registers").select("case_id", "opened"),
        rosh.filter(rosh.children.notnull()).select("case_id", "opened"),
        _stated(records).select("case_id", "opened"),
    )
    since = first.group_by("case_id").agg(opened=first.opened.min())
    return since.mutate(closed=ibis.literal(FOREVER, "int64"))


def _triggers(records: Records, concerns: dict[str, Table], population: Table) -> Table:
    moves = records.addresses.filter(records.addresses.type.isin(sorted(records.codes("lived_at_addresses"))))
    # A level that was medium before and is high now brings nobody new to light.
    entered = population.select(case_id="case_id", opened="opened")
    found = concerns["risk"].semi_join(entered, ["case_id", "opened"])

    def each(rows: Table, clause: str, table: str, on: str = "opened") -> Table:
        return raised(rows, clause, table=table, on=on, window="child_enquiry")

    def later(rows: Table) -> Table:
        during = holding(rows.mutate(on=rows.opened), records.supervised)
        return during.filter(during.on > during.life_opened)

    return union(
        each(records.sentences, "start", "sentence"),
        each(records.re_releases, "release", "release", on="on"),
        each(later(moves), "move", "address"),
        each(later(concerns["child"]), "child_known", "circle"),
        each(later(concerns["register"]), "concern", "registration"),
        each(later(found), "risk_found", "rosh"),
    )


def _asked(records: Records) -> Table:
    rows = records.enquiries
    about = sorted(records.codes("child_enquiries"))
    return rows.filter((rows.agency == "childrens_services") & rows.kind.isin(about))


def _recent(records: Records, sent: Table) -> Table:
    """An enquiry covers what is raised within 90 days, until a child or an address is new; and a move to the
    address it asked about."""
    good_for = records.length("child_enquiry_still_good")
    circle, addresses = records.circle, records.addresses
    lived = addresses.filter(addresses.type.isin(sorted(records.codes("lived_at_addresses"))))
    new = union(
        circle.filter(circle.role == "child").select("case_id", "opened"), lived.select("case_id", "opened")
    )
    new = new.select(new_case=new.case_id, new_on=new.opened)
    changed = sent.join(
        new,
        [sent.case_id == new.new_case, sent.on < new.new_on, new.new_on <= sent.on + good_for],
    )
    until = changed.group_by("row_id").agg(changed_on=changed.new_on.min())
    covering = sent.left_join(until, "row_id")
    last = ibis.least(covering.on + good_for, covering.changed_on.fill_null(FOREVER) - 1)
    about = sent.filter(sent.address_id.notnull())
    return union(
        excused(covering, "recent_enquiry", on=covering.on, first=covering.on + 1, last=last),
        excused(
            about,
            "address_asked",
            on=about.on,
            first=about.on + 1,
            last=about.on + good_for,
            for_anchor=about.address_id,
        ),
    )
