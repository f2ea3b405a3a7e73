"""S07: the enquiry made again when something changes."""

from __future__ import annotations

from datetime import date

import ibis

from assay.assurance.duties.answers import sent_to
from assay.assurance.duties.inputs import BEGINNING, FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, evidence, excused, named, raised
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, holding, merge, union
from assay.core.messages import message

DUTY = Duty(
    code="S07",
    name=message("Enquiry made again after a change"),
    sentence=message(
        "Where police or children's services were asked before, they are asked again within three working "
        "days of a new partner, a new child, a move, an arrest or charge, a release, or a breach of "
        "monitoring in a household; on the next working day where abuse is current or a child has a "
        "protection plan."
    ),
    population=message("People under supervision about whom an enquiry was sent before."),
    evidence=message(
        "A new enquiry, on or after the day of the change, to each agency asked before that the change "
        "concerns: police of a partner, an arrest or a charge; children's services of a child; both of a "
        "move, a release or a breach."
    ),
    exclusions=message(
        "An answer of each of them in the 30 days before, with no partner, child or address new since it was "
        "asked for; for a move, an answer about that address."
    ),
    limits=message(
        "A pregnancy, and whether a breach of monitoring touched the household, are in the words alone: a "
        "breach counts where a partner or child lives in it. A change nobody wrote down raises nothing."
    ),
    after_the_fact=message(
        "Where it is due within one working day, a nightly extract may come too late to prompt anybody."
    ),
    severity="3",
    windows=("enquiry_again", "enquiry_again_urgent", "enquiry_answered_lately", "enquiry_again_severity"),
    codes=(
        "supervised_sentences",
        "police_enquiries",
        "child_enquiries",
        "lived_at_addresses",
        "arrests_and_charges",
        "monitoring_breaches",
        "current_abuse_registers",
        "child_protection_registers",
    ),
    tables=("enquiry",),
    clauses={
        "new_partner": Clause(message("A partner became known"), "circle"),
        "new_child": Clause(message("A child became known"), "circle"),
        "move": Clause(message("Moved to another address"), "address"),
        "arrest": Clause(message("Arrested or charged"), "contact"),
        "release": Clause(message("Released again from custody"), "release"),
        "breach": Clause(
            message("A breach of monitoring, with a partner or child in the household"), "contact"
        ),
        "asked": Clause(message("An enquiry was sent before"), "enquiry"),
        "answered_lately": Clause(
            message("Answered in the 30 days before, with nobody and no address new since"), "enquiry"
        ),
    },
    source="Proposed public-protection measures, S07",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)

# What each change is read from, and whether it concerns police and children's services.
CHANGES = {
    "new_partner": ("circle", True, False),
    "new_child": ("circle", False, True),
    "move": ("address", True, True),
    "arrest": ("contact", True, False),
    "release": ("release", True, True),
    "breach": ("contact", True, True),
}
SHARED = ("case_id", "row_id", "on", "known")


def rule(records: Records) -> Once:
    sent = _sent(records)
    changes = _concerned(records, _changes(records), sent)
    first = sent.group_by("case_id").agg(opened=sent.on.min() + 1)
    since = first.mutate(closed=ibis.literal(FOREVER, "int64"))
    asked = both(sent.mutate(opened=sent.on + 1, closed=FOREVER), records.supervised)
    triggers = [
        raised(
            changes.filter(changes.clause == clause),
            clause,
            table=table,
            on="on",
            since="then",
            window=changes.filter(changes.clause == clause).window,
        )
        for clause, (table, _, _) in CHANGES.items()
    ]
    return Once(
        population=both(records.supervised, since),
        triggers=union(*triggers),
        evidence=evidence(sent),
        because=named(asked, "asked"),
        severity=records.number("enquiry_again_severity"),
        excuses=_answered_lately(changes),
        unknown=records.unbrought("enquiry", records.supervised),
    )


def _sent(records: Records) -> Table:
    """Enquiries sent to either agency, with ``changed``: the first day after that somebody, or an address,
    was new."""
    rows = union(
        sent_to(records, "police", "police_enquiries"),
        sent_to(records, "childrens_services", "child_enquiries"),
    )
    new = _new(records).select(new_case="case_id", new_on="on")
    met = rows.join(new, [rows.case_id == new.new_case, rows.on < new.new_on])
    first = met.group_by("row_id").agg(changed=met.new_on.min())
    return records.keep(rows.left_join(first, "row_id").drop("row_id_right"))


def _new(records: Records) -> Table:
    """Partners, children and addresses lived at, on the day each became known, by ``clause``."""
    circle, homes = records.circle, records.addresses
    lived = homes.filter(homes.type.isin(sorted(records.codes("lived_at_addresses"))))
    each = {
        "new_partner": circle.filter(circle.role == "partner"),
        "new_child": circle.filter(circle.role == "child"),
        "move": lived,
    }
    return union(
        *[
            rows.select("case_id", "row_id", "known", on=rows.opened, clause=ibis.literal(clause))
            for clause, rows in each.items()
        ]
    )


def _changes(records: Records) -> Table:
    """Everything that calls for another enquiry, with its ``clause`` and ``window``."""
    new = holding(_new(records), records.supervised)
    circle = records.circle
    household = circle.filter(circle.household & circle.role.isin(["partner", "child"]))
    events = {
        "arrest": records.contacts("arrests_and_charges"),
        "release": records.re_releases,
        "breach": holding(records.contacts("monitoring_breaches"), merge(household)),
    }
    rows = union(
        new.filter(new.on > new.life_opened).select(*SHARED, "clause"),
        *[each.select(*SHARED, clause=ibis.literal(clause)) for clause, each in events.items()],
    )
    registers = merge(
        records.registered("current_abuse_registers"), records.registered("child_protection_registers")
    )
    rows = records.keep(rows)
    urgent = holding(rows, registers).select("case_id", "row_id", "clause").distinct()
    urgent = urgent.mutate(urgent=ibis.literal(True))
    rows = rows.left_join(urgent, ["case_id", "row_id", "clause"])
    window = rows.urgent.fill_null(False).ifelse("enquiry_again_urgent", "enquiry_again")
    return rows.select(*SHARED, "clause", window=window)


def _concerned(records: Records, changes: Table, sent: Table) -> Table:
    """The changes after an enquiry to an agency they concern, with ``then``, the day by which each of those
    agencies had been asked again; and whether each had answered lately, and by which rows."""
    police = changes.clause.isin([name for name, (_, ours, _) in CHANGES.items() if ours])
    child = changes.clause.isin([name for name, (_, _, ours) in CHANGES.items() if ours])
    changes = changes.mutate(of_police=police, of_child=child)
    asked = sent.select(
        "agency",
        "answered",
        "answer_known",
        "address_id",
        "changed",
        asked_case="case_id",
        asked_on="on",
        asked_row="row_id",
    )
    met = changes.join(asked, [changes.case_id == asked.asked_case])
    to_police = met.of_police & (met.agency == "police")
    to_child = met.of_child & (met.agency == "childrens_services")
    met = met.mutate(to_police=to_police, to_child=to_child, covers=_covers(records, met))
    before, again = met.asked_on < met.on, met.asked_on >= met.on
    sides = {}
    for side, ours in (("police", met.to_police), ("child", met.to_child)):
        sides[f"{side}_before"] = (ours & before).any()
        sides[f"{side}_again"] = met.asked_on.min(where=ours & again)
        sides[f"{side}_known"] = met.answer_known.min(where=ours & met.covers)
    found = met.group_by(*SHARED, "clause", "window").agg(
        **sides, covering=met.asked_row.min(where=(met.to_police | met.to_child) & met.covers)
    )
    found = found.filter(found.police_before | found.child_before)

    def latest(what: str) -> Table:
        """The last of the days for each agency asked before: one not asked before is not waited for."""
        days = [
            found[f"{side}_before"].ifelse(found[f"{side}_{what}"].fill_null(FOREVER), BEGINNING)
            for side in ("police", "child")
        ]
        return ibis.greatest(*days)

    return records.keep(
        found.select(
            *SHARED,
            "clause",
            "window",
            "covering",
            then=latest("again"),
            lately=latest("known"),
        )
    )


def _covers(records: Records, met: Table) -> Table:
    """Whether an earlier enquiry was answered in the days before the change, with nobody and no address new
    since it was asked; or asked about the very address."""
    days = records.length("enquiry_answered_lately")
    recent = (met.asked_on < met.on) & (met.answered <= met.on) & (met.on <= met.answered + days)
    same = (met.changed.fill_null(FOREVER) > met.on) | (
        (met.clause == "move") & (met.address_id == met.row_id).fill_null(False)
    )
    return recent.fill_null(False) & same


def _answered_lately(changes: Table) -> Table:
    covered = changes.filter(changes.lately < FOREVER)
    covered = covered.select(
        "case_id", "on", known=covered.lately, row_id=covered.covering, anchor=covered.row_id
    )
    return excused(
        covered,
        "answered_lately",
        on=covered.on,
        first=covered.on,
        last=covered.on,
        for_anchor=covered.anchor,
    )
