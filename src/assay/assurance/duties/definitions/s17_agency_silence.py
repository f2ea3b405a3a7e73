"""S17: silence between agencies."""

from __future__ import annotations

from datetime import date

from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Demand, Rolling, evidence, named
from assay.assurance.duties.types import Clause, Duty
from assay.assurance.duties.verbs import Table, both, merge, union, without
from assay.core.messages import message

DUTY = Duty(
    code="S17",
    name=message("Silence between agencies"),
    sentence=message(
        "Where risk is high, MAPPA applies, a child has a protection plan or domestic abuse is current with "
        "a partner known, something passes between probation and another agency at least every 60 days."
    ),
    population=message(
        "People under supervision with a level of high or very high, on the MAPPA register, with a child "
        "protection plan, or with domestic abuse on the register now and a partner in their circle."
    ),
    evidence=message(
        "A contact that records liaison, a meeting or an answer: with police, children's services, MAPPA, "
        "MARAC or another agency."
    ),
    exclusions=message(
        "MAPPA level 1 alone, for four months after a recorded review at that level. The window starts "
        "afresh when that ends."
    ),
    limits=message(
        "Whether both sides spoke, and what was said, is in the words of the contact and not in the "
        "records. Minutes of MAPPA meetings and notes of victim liaison are not loaded by default; that a "
        "meeting took place counts."
    ),
    severity="3",
    windows=("agency_contact", "mappa_level_one_review", "agency_contact_severity"),
    codes=(
        "supervised_sentences",
        "high_risk_levels",
        "mappa_registers",
        "mappa_level_one",
        "child_protection_registers",
        "current_abuse_registers",
        "agency_contacts",
        "mappa_level_one_reviews",
    ),
    tables=("contact",),
    clauses={
        "last_seen": Clause(message("Last heard from or told another agency"), "contact"),
        "start": Clause(message("Supervision began, and no contact with an agency since"), "sentence"),
        "expected": Clause(message("Contact with another agency is expected every 60 days"), "sentence"),
        "high": Clause(message("Risk of serious harm is high or very high"), "rosh"),
        "mappa": Clause(message("On the MAPPA register"), "registration"),
        "child_protection": Clause(message("A child has a protection plan"), "registration"),
        "abuse": Clause(
            message("Domestic abuse is on the register now, and a partner is known"), "registration"
        ),
        "reviewed": Clause(message("MAPPA level 1 alone, reviewed in the last four months"), "contact"),
    },
    source="Proposed public-protection measures, S17; calibration: insufficient in more than half, South "
    "Central",
    author="Assay",
    checker="Not yet checked outside Assay",
    next_review=date(2027, 3, 31),
    version=1,
)


def rule(records: Records) -> Rolling:
    reasons, level_one = _reasons(records)
    reviewed = _reviewed(records, reasons)
    called_for = merge(*reasons.values(), level_one)
    expected = without(both(records.supervised, called_for), reviewed)
    # A review stands beyond the as-at day; what is expected after it is not yet expected.
    expected = records.keep(records.come(expected, "opened"))
    supervised = records.sentences.filter(
        records.sentences.type.isin(sorted(records.codes("supervised_sentences")))
    )
    return Rolling(
        population=expected,
        demands=(Demand(spans=expected, window="agency_contact", clause="expected"),),
        starts=supervised,
        evidence=evidence(records.contacts("agency_contacts")),
        because=union(*[named(rows, clause) for clause, rows in reasons.items()], named(level_one, "mappa")),
        severity=records.number("agency_contact_severity"),
        exempt=named(reviewed, "reviewed"),
    )


def _reasons(records: Records) -> tuple[dict[str, Table], Table]:
    """What calls for contact between agencies, by clause; and, apart, MAPPA at level 1."""
    mappa = records.registered("mappa_registers")
    alone = mappa.level.isin(sorted(records.codes("mappa_level_one"))).fill_null(False)
    partners = records.circle.filter(records.circle.role == "partner")
    found = {
        "high": records.high_risk,
        "mappa": mappa.filter(~alone),
        "child_protection": records.registered("child_protection_registers"),
        "abuse": both(records.registered("current_abuse_registers"), merge(partners)),
    }
    columns = ["case_id", "row_id", "opened", "closed"]
    return {clause: rows.select(*columns) for clause, rows in found.items()}, mappa.filter(alone)


def _reviewed(records: Records, reasons: dict[str, Table]) -> Table:
    """How long each review at MAPPA level 1 stands, but for the days on which there is another reason."""
    reviews = records.contacts("mappa_level_one_reviews")
    stands = reviews.mutate(opened=reviews.on, closed=reviews.on + records.length("mappa_level_one_review"))
    return records.keep(
        without(stands.select("case_id", "row_id", "opened", "closed"), merge(*reasons.values()))
    )
