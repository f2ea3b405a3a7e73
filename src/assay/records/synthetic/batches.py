"""A batch of people with everything about them: a whole region, or one PDU of a service.

A batch is made from its people, who holds them, and a seed of its own; it needs no other batch. So a service
can be made a PDU at a time, in several processes, and never stands in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

import numpy as np
import pyarrow as pa

from assay.records.synthetic import (
    delivering,
    enforcing,
    flaws,
    lives,
    needs,
    plans,
    risks,
    sentencing,
    words,
    written,
)
from assay.records.synthetic.assessing import Assessments, after_answers, regular
from assay.records.synthetic.cases import Cases
from assay.records.synthetic.cast import make_cast
from assay.records.synthetic.columns import Keys, Numbers, rows_table
from assay.records.synthetic.contacting import Contacts, make_contacts
from assay.records.synthetic.courts import report_table
from assay.records.synthetic.draws import happens, stream
from assay.records.synthetic.events import Events, make_events
from assay.records.synthetic.flaw_table import flaw_table
from assay.records.synthetic.following_up import action_table
from assay.records.synthetic.inside import custody_table, handover_table, make_handovers
from assay.records.synthetic.ladder import Ladder, make_ladder
from assay.records.synthetic.lives import Homes, Names
from assay.records.synthetic.oversight import make_oversight
from assay.records.synthetic.past import past_table
from assay.records.synthetic.reports import make_reports
from assay.records.synthetic.staff import Staff
from assay.records.synthetic.staff_tables import allocation_table
from assay.records.synthetic.truth import truth_tables
from assay.records.synthetic.victims import victim_tables
from assay.records.synthetic.visits import make_visits
from assay.records.synthetic.waiting import LATER_SEED, ROWS_LATER, waiting_tables
from assay.records.synthetic.written import Writing

Tables = dict[str, pa.Table]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The people, those ``inside`` whose release lies ahead, and how many records were ``merged`` into
    theirs. References are numbered from ``first`` and rows from ``rows``. ``read`` cases of an earlier
    inspection were read; a share ``text`` of the people has words."""

    cases: Cases
    inside: Cases
    staff: Staff
    merged: int
    first: int
    rows: int = 10_000_000
    read: int = 120
    text: float = 1.0

    @property
    def numbered(self) -> int:
        """How many references the batch takes."""
        return self.cases.count + self.merged + self.inside.count


class Known(TypedDict):
    """What every table is made from besides its own values."""

    as_at: date
    seed: int


def invent(batch: Batch, *, as_at: date, seed: int) -> tuple[list[Tables], Tables]:
    """The tables of the batch, to be put together in that order, and the truth about it."""
    known: Known = {"as_at": as_at, "seed": seed}
    cases, staff = batch.cases, batch.staff
    called = lives.make_names(cases, merged=batch.merged, **known)
    keys = Keys(_numbers(cases.count, called.merged, batch.inside.count), batch.first, batch.rows)
    events = make_events(cases, **known)
    reports = make_reports(cases, **known)
    homes = lives.make_homes(cases, events, staff.units, **known)
    first = regular(cases, staff, **known)
    ladder = make_ladder(cases, events, first, reports, **known)
    assessed = _with_reviews(cases, staff, first, ladder, **known)
    risk = risks.make_risks(cases, events, **known)
    visits = make_visits(cases, events, risk, **known)
    oversight = make_oversight(cases, staff, events, **known)
    contacts = make_contacts(cases, staff, events, assessed, ladder, visits, oversight, **known)
    contacts, lost = flaws.planted(contacts, cases, **known)
    contacts, copy_of = written.duplicated(contacts, **known)
    under = written.owners(contacts, cases, called.merged)
    order = flaws.in_order(contacts, keys.people[under])
    contacts, under, copy_of = contacts.taken(order), under[order], written.moved(copy_of, order)
    writing = written.write_up(contacts, cases, staff, copy_of=copy_of, **known)
    plan = plans.make_plan(assessed, cases, ladder, **known)
    required = delivering.make_requirements(cases, **known)
    later = Keys(keys.people[len(keys.people) - batch.inside.count :], batch.first, batch.rows + ROWS_LATER)
    made = {
        "person": lives.person_table(cases, called, keys, **known),
        "access_limitation": lives.limitation_table(cases, staff, keys, **known),
        "address": lives.address_table(cases, homes, keys, **known),
        "circle": lives.circle_table(cases, events, keys, **known),
        "sentence": sentencing.sentence_table(cases, keys, **known),
        "offence": sentencing.offence_table(cases, keys, **known),
        "requirement": delivering.requirement_table(required, cases, keys, **known),
        "licence_condition": sentencing.licence_condition_table(cases, keys, **known),
        **sentencing.release_and_recall(cases, events, keys, **known),
        "absence": sentencing.absence_table(cases, events, keys, **known),
        "suspension": sentencing.suspension_table(cases, events, staff, keys, **known),
        "allocation": allocation_table(cases, staff, keys, **known),
        "registration": risks.registration_table(cases, events, risk, keys, **known),
        "rosh": risks.rosh_table(cases, risk, keys, **known),
        "tier": risks.tier_table(cases, events, keys, **known),
        "predictor": risks.predictor_table(cases, keys, **known),
        "assessment": written.assessment_table(assessed, cases, risk, staff, keys, **known),
        "plan_row": plans.plan_table(plan, assessed, keys),
        "contact": written.contact_table(contacts, writing, staff, keys, under=under, **known),
        "enquiry": written.enquiry_table(ladder, contacts, writing, homes, keys, cases),
        "referral": written.referral_table(cases, events, keys, **known),
        "assessment_part": needs.part_table(assessed, cases, keys, **known),
        **needs.need_tables(assessed, cases, required, keys, **known),
        "requirement_credit": delivering.credit_table(required, cases, events, keys, **known),
        "court_report": report_table(reports, ladder, homes, cases, staff, keys, **known),
        "enforcement": enforcing.enforcement_table(contacts, writing, cases, staff, keys, **known),
        "recall_step": enforcing.recall_step_table(cases, events, keys, **known),
        "oversight_action": action_table(contacts, cases, staff, keys, **known),
        "past_answer": past_table(cases, assessed, ladder, oversight, keys, most=batch.read, **known),
    }
    if batch.text:
        written_by = _Writers(called, homes, assessed, ladder, contacts, writing, under)
        made["words"] = _words(batch, written_by, keys, **known)
    truth = truth_tables(
        cases, events, risk, ladder, assessed, oversight, visits, staff, contacts, lost, writing, keys
    )
    truth["flaw"] = flaw_table(
        cases, called, events, risk, reports, ladder, staff, contacts, lost, writing, keys, **known
    )
    released = np.flatnonzero(cases.after_custody)
    parts = [made, _from_prison(cases, events, released, keys, **known)]
    return [*parts, _in_prison(batch.inside, staff, later, **known)], truth


@dataclass(frozen=True, slots=True)
class _Writers:
    """What words are made from."""

    called: Names
    homes: Homes
    assessed: Assessments
    ladder: Ladder
    contacts: Contacts
    writing: Writing
    under: Numbers


def _words(batch: Batch, by: _Writers, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """The words about everybody, or about the share of people who have some."""
    known: Known = {"as_at": as_at, "seed": seed}
    cases, staff = batch.cases, batch.staff
    spoken_of = happens(stream(seed, as_at, "words"), batch.text, cases.count)
    cast = make_cast(cases, by.called, by.homes, **known)
    answered = written.answer_recorded(by.ladder, by.contacts, by.writing)
    notes = np.flatnonzero(spoken_of[by.contacts.person])
    sheaves = [
        words.note_words(cast, by.contacts, by.writing, staff, keys, notes, under=by.under, **known),
        words.section_words(cast, by.assessed, by.ladder, staff, keys, spoken_of, **known),
        words.reply_words(cast, by.ladder, answered, keys, spoken_of, **known),
    ]
    some = [each for each in sheaves if each is not None]
    return words.words_table(some, keys) if some else rows_table("words", [])


def _numbers(people: int, merged: Numbers, waiting: int) -> Numbers:
    """The numbers of the people's references in their order, each record merged into somebody's right after
    that person's, then those of people in prison."""
    twins = np.bincount(merged, minlength=people)
    number = np.arange(people) + np.cumsum(twins) - twins
    return np.concatenate([number, number[merged] + 1, people + len(merged) + np.arange(waiting)])


def _from_prison(
    cases: Cases, events: Events | None, people: Numbers, keys: Keys, *, as_at: date, seed: int
) -> Tables:
    """Time in prison, handover and victims of people released, or of all where they are still in prison."""
    known: Known = {"as_at": as_at, "seed": seed}
    handed = make_handovers(cases, people, **known)
    return {
        "custody": custody_table(cases, people, events, keys, **known),
        "handover": handover_table(handed, cases, keys, **known),
        **victim_tables(cases, people, events, keys, **known),
    }


def _in_prison(inside: Cases, staff: Staff, keys: Keys, *, as_at: date, seed: int) -> Tables:
    """Everything about people whose release lies ahead."""
    people = np.arange(inside.count)
    handed = make_handovers(inside, people, as_at=as_at, seed=seed + LATER_SEED)
    return {
        **waiting_tables(inside, staff, handed.allocated, keys, as_at=as_at, seed=seed),
        **_from_prison(inside, None, people, keys, as_at=as_at, seed=seed + LATER_SEED),
    }


def _with_reviews(
    cases: Cases, staff: Staff, first: Assessments, ladder: Ladder, *, as_at: date, seed: int
) -> Assessments:
    """The regular assessments and those made because an answer was analysed, by person and day."""
    rows = np.flatnonzero(ladder.analysed & ~ladder.early)
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
