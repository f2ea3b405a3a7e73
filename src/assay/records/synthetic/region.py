"""A whole synthetic region in the record standard: the tables and, apart from them, the hidden truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

import numpy as np
import pyarrow as pa

from assay.records import standard
from assay.records.synthetic import lives, plans, risks, sentencing, written
from assay.records.synthetic.assessing import Assessments, after_answers, regular
from assay.records.synthetic.cases import Cases, make_cases
from assay.records.synthetic.cast import make_cast
from assay.records.synthetic.columns import Keyed, rows_table
from assay.records.synthetic.contacting import make_contacts
from assay.records.synthetic.events import make_events
from assay.records.synthetic.ladder import Ladder, make_ladder
from assay.records.synthetic.oversight import make_oversight
from assay.records.synthetic.past import past_table
from assay.records.synthetic.rates import rate
from assay.records.synthetic.staff import Staff, make_staff
from assay.records.synthetic.staff_tables import allocation_table, practitioner_table
from assay.records.synthetic.stories import stories, story_tables
from assay.records.synthetic.truth import truth_tables
from assay.records.synthetic.units import PDU_SHARES, delivery_mode_table, organisation_table
from assay.records.synthetic.visits import make_visits
from assay.records.synthetic.words import note_words, reply_words, section_words, words_table

FEWEST, MOST = 150, 95_000
FIRST_CRN = 900_100
"""Drawn people are numbered from X900100; lower numbers belong to the demonstration's people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The extract's tables, and the truth tables that are never loaded."""

    tables: dict[str, pa.Table]
    truth: dict[str, pa.Table]
    as_at: date


class Known(TypedDict):
    """What every table is made from besides its own values."""

    as_at: date
    seed: int


def synthesise(region: str, *, people: int, as_at: date, seed: int, real_names: bool = False) -> Region:
    """Make a region. The same arguments give the same tables, row for row."""
    assert FEWEST <= people <= MOST, people
    merged = max(2, round(people * rate("merged_record")))
    drawn = people - len(stories())
    cases = make_cases(drawn - merged, pdu_shares=PDU_SHARES, as_at=as_at, seed=seed)
    crn = Keyed("X", np.arange(drawn), FIRST_CRN)
    staff = make_staff(cases, region=region, as_at=as_at, seed=seed, real_names=real_names)
    events = make_events(cases, as_at=as_at, seed=seed)
    homes = lives.make_homes(cases, events, staff.units, as_at=as_at, seed=seed)
    called = lives.make_names(cases, as_at=as_at, seed=seed, merged=merged)
    first = regular(cases, staff, as_at=as_at, seed=seed)
    ladder = make_ladder(cases, events, first, as_at=as_at, seed=seed)
    assessed = _with_reviews(cases, staff, first, ladder, as_at=as_at, seed=seed)
    risk = risks.make_risks(cases, events, as_at=as_at, seed=seed)
    visits = make_visits(cases, events, risk, as_at=as_at, seed=seed)
    oversight = make_oversight(cases, staff, events, as_at=as_at, seed=seed)
    contacts = make_contacts(
        cases, staff, events, assessed, ladder, visits, oversight, as_at=as_at, seed=seed
    )
    contacts, copy_of = written.duplicated(contacts, as_at=as_at, seed=seed)
    under = written.owners(contacts, cases, crn, called.merged)
    order = np.argsort(under, kind="stable")
    contacts, under, copy_of = contacts.taken(order), under[order], written.moved(copy_of, order)
    writing = written.write_up(contacts, cases, staff, copy_of=copy_of, as_at=as_at, seed=seed)
    plan = plans.make_plan(assessed, cases, ladder, as_at=as_at, seed=seed)
    enquiries = written.enquiry_table(ladder, contacts, writing, homes, crn, cases)
    cast = make_cast(cases, called, homes, as_at=as_at, seed=seed)
    answer_recorded = written.answer_recorded(ladder, contacts, writing)
    sheaves = [
        note_words(cast, contacts, writing, staff, under=under, as_at=as_at, seed=seed),
        section_words(cast, assessed, ladder, staff, as_at=as_at, seed=seed),
        reply_words(cast, ladder, answer_recorded, as_at=as_at, seed=seed),
    ]
    known: Known = {"as_at": as_at, "seed": seed}
    made = {
        "organisation": organisation_table(staff.units),
        "delivery_mode": delivery_mode_table(staff.units, as_at=as_at),
        "practitioner": practitioner_table(staff, **known),
        "person": lives.person_table(cases, called, crn, **known),
        "access_limitation": lives.limitation_table(cases, staff, crn, **known),
        "address": lives.address_table(cases, homes, crn, **known),
        "circle": lives.circle_table(cases, events, crn, **known),
        "sentence": sentencing.sentence_table(cases, crn, **known),
        "offence": sentencing.offence_table(cases, crn, **known),
        "requirement": sentencing.requirement_table(cases, crn, **known),
        "licence_condition": sentencing.licence_condition_table(cases, crn, **known),
        **sentencing.release_and_recall(cases, events, crn, **known),
        "absence": sentencing.absence_table(cases, events, crn, **known),
        "suspension": sentencing.suspension_table(cases, events, staff, crn, **known),
        "allocation": allocation_table(cases, staff, crn, **known),
        "registration": risks.registration_table(cases, events, risk, crn, **known),
        "rosh": risks.rosh_table(cases, risk, crn, **known),
        "tier": risks.tier_table(cases, events, crn, **known),
        "predictor": risks.predictor_table(cases, crn, **known),
        "assessment": written.assessment_table(assessed, cases, risk, staff, crn, **known),
        "plan_row": plans.plan_table(plan, assessed, crn),
        "contact": written.contact_table(contacts, writing, staff, crn, under=under, **known),
        "enquiry": enquiries,
        "referral": written.referral_table(cases, events, crn, **known),
        "words": words_table(sheaves, crn),
        "past_answer": past_table(cases, assessed, ladder, oversight, crn, **known),
    }
    truth = truth_tables(
        cases, events, risk, ladder, assessed, oversight, visits, staff, contacts, writing, crn
    )
    told = story_tables(as_at=as_at, council=staff.units.councils[0][0])
    tables = {each.name: _with_stories(each.name, made, told) for each in standard.TABLES}
    return Region(tables=tables, truth=truth, as_at=as_at)


def _with_stories(name: str, made: dict[str, pa.Table], told: dict[str, pa.Table]) -> pa.Table:
    """The demonstration's people first: their numbers are the lowest."""
    parts = [each[name] for each in (told, made) if name in each]
    return pa.concat_tables(parts) if parts else rows_table(name, [])


def _with_reviews(
    cases: Cases, staff: Staff, first: Assessments, ladder: Ladder, *, as_at: date, seed: int
) -> Assessments:
    """The regular assessments and those made because an answer was analysed, by person and day."""
    rows = np.flatnonzero(ladder.analysed)
    extra = after_answers(
        cases,
        staff,
        person=ladder.person[rows],
        answered=ladder.answered[rows],
        enquiry=rows,
        as_at=as_at,
        seed=seed,
    )
    whole = first.joined(extra)
    return whole.taken(np.lexsort((whole.begun, whole.person)))
