"""Tables of what was written down: contacts, enquiries, assessments, plan rows, referrals, with the flaws
of recording planted among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic.assessing import STATUSES, TYPES, Assessments
from assay.records.synthetic.cases import ROSH, Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Keys, Numbers, Pointed, table
from assay.records.synthetic.contacting import NOTE, OUTCOMES, TYPE, Contacts, named
from assay.records.synthetic.contacting import TYPES as CONTACT_TYPES
from assay.records.synthetic.draws import between, chosen, evening, happens, stream
from assay.records.synthetic.events import Events
from assay.records.synthetic.ladder import AGENCIES, KINDS, REPLIES, Ladder
from assay.records.synthetic.ladder import OUTCOMES as ENQUIRY_OUTCOMES
from assay.records.synthetic.lives import Homes
from assay.records.synthetic.rates import rate
from assay.records.synthetic.risks import Risks
from assay.records.synthetic.staff import Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """When each contact was recorded and by whom, and which flaws were planted on which row."""

    staff: Numbers
    recorded: Numbers
    late: Numbers
    back_dated: Numbers
    duplicate_of: Numbers


def write_up(
    contacts: Contacts, cases: Cases, staff: Staff, *, copy_of: Numbers, as_at: date, seed: int
) -> Writing:
    """Most entries are written within a day or two; some long after."""
    rng = stream(seed, as_at, "writing up")
    count = len(contacts.day)
    usual = chosen(rng, count, {"0": 0.72, "1": 0.18, "2": 0.06, "3": 0.04}).index
    lag = np.where(contacts.lag == EMPTY, usual, contacts.lag)
    planned = contacts.note == NOTE["planned"]
    late = happens(rng, rate("flaw_late_recorded"), count) & ~planned
    attended = contacts.note == NOTE["attended"]
    back_dated = attended & ~late & happens(rng, rate("flaw_back_dated") / 0.4, count)
    lag = np.where(late, between(rng, 10, 60, count), np.where(back_dated, between(rng, 61, 140, count), lag))
    day = np.minimum(contacts.truly + lag, cases.as_at)
    ahead = np.minimum(contacts.day, cases.as_at) - between(rng, 1, 10, count)
    day = np.where(planned, ahead, day)
    late &= (day - contacts.day >= 10) & (contacts.flaw == 0)
    back_dated &= (day - contacts.day >= 61) & (contacts.flaw == 0)
    holder = staff.holding(contacts.person, contacts.day)
    gone = (staff.left[holder] != EMPTY_DAY) & (contacts.day >= staff.left[holder])
    author = np.where(gone, staff.manager[holder], holder)
    managers = named(contacts.type, TYPE, ("MO1", "CSPO", "SPOD03", "MO5"))
    author = np.where(managers & (staff.manager[holder] != EMPTY), staff.manager[holder], author)
    recorded = evening(
        rng, np.where(planned & (day < cases.first[contacts.person]), contacts.day * 0 + cases.as_at, day)
    )
    return Writing(
        staff=author,
        recorded=recorded,
        late=late,
        back_dated=back_dated,
        duplicate_of=copy_of,
    )


def duplicated(contacts: Contacts, *, as_at: date, seed: int) -> tuple[Contacts, Numbers]:
    """The contacts with a few entered twice; which row each copy was made of, ``EMPTY`` for the rest."""
    rng = stream(seed, as_at, "duplicates")
    plain = (contacts.about == EMPTY) & (contacts.note != NOTE["planned"])
    twice = happens(rng, rate("flaw_duplicate_contact"), len(contacts.day)) & plain
    rows = np.repeat(np.arange(len(contacts.day)), 1 + twice)
    copy = np.concatenate(([False], rows[1:] == rows[:-1]))
    made = contacts.taken(rows)
    return made, np.where(copy, np.arange(len(rows)) - 1, EMPTY)


def owners(contacts: Contacts, cases: Cases, merged: Numbers) -> Numbers:
    """The record each contact stands under: the early ones of a person with a merged record are still under
    that record, which follows those of the people."""
    under = contacts.person.astype(np.int64)
    twin = np.full(cases.count, EMPTY, dtype=np.int64)
    twin[merged] = cases.count + np.arange(len(merged))
    early = contacts.day < cases.first[contacts.person] + 45
    plain = named(contacts.note, NOTE, ("call_to", "call_from", "text_sent", "agency_mail"))
    moved = early & plain & (twin[contacts.person] != EMPTY) & (contacts.about == EMPTY)
    return np.where(moved, twin[contacts.person], under)


def moved(copy_of: Numbers, order: Numbers) -> Numbers:
    """Which row each copy was made of, after the rows were put in another order."""
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    there = copy_of[order]
    return np.where(there == EMPTY, EMPTY, place[there])


def contact_table(
    contacts: Contacts, writing: Writing, staff: Staff, keys: Keys, *, under: Numbers, as_at: date, seed: int
) -> pa.Table:
    """Every contact in the order of person and day."""
    rng = stream(seed, as_at, "contact table")
    count = len(contacts.day)
    timed = named(contacts.note, NOTE, ("attended", "missed", "visit", "first_meeting", "planned"))
    times = np.where(timed, 32_400 + 900 * rng.integers(0, 32, count), EMPTY)
    return table(
        "contact",
        {
            "contact_id": keys.of("CO", np.arange(count)),
            "crn": keys.crn(under),
            "sentence_id": keys.of("SE", np.where(under == contacts.person, contacts.person, EMPTY)),
            "type": Coded(contacts.type, CONTACT_TYPES),
            "happened_on": contacts.day,
            "start_time": times,
            "recorded_at": writing.recorded,
            "outcome": Coded(contacts.outcome, OUTCOMES),
            "staff_code": Pointed(staff.codes, writing.staff),
            "team_code": Coded(staff.team[writing.staff], staff.units.team_codes),
            "sensitive": happens(rng, 0.02, count).astype(np.int8),
        },
    )


def contact_of(contacts: Contacts, names: tuple[str, ...], count: int) -> Numbers:
    """For each enquiry, the contact row of these types that tells of it, or ``EMPTY``."""
    rows = np.flatnonzero(named(contacts.type, TYPE, names))
    found = np.full(count, EMPTY, dtype=np.int64)
    found[contacts.about[rows]] = rows
    return found


def enquiry_table(
    ladder: Ladder, contacts: Contacts, writing: Writing, homes: Homes, keys: Keys, cases: Cases
) -> pa.Table:
    """Enquiries, with the contacts that tell of them."""
    count = len(ladder.person)
    asked = contact_of(contacts, ("C369", "SFGC"), count)
    answered = contact_of(contacts, ("C515", "SFRR"), count)
    home = np.where(
        homes.opened[homes.current[ladder.person]] <= ladder.asked,
        homes.current[ladder.person],
        homes.at_start[ladder.person],
    )
    children = ladder.agency == 1
    fallback = ladder.asked.astype(np.int64) * 86_400 + 61_200
    recorded = np.where(asked == EMPTY, fallback, writing.recorded[asked])
    return table(
        "enquiry",
        {
            "enquiry_id": keys.of("EN", np.arange(count)),
            "crn": keys.crn(ladder.person),
            "agency": Coded(ladder.agency, AGENCIES),
            "kind": Coded(ladder.kind, KINDS),
            "outcome": Coded(ladder.outcome, ENQUIRY_OUTCOMES),
            "address_id": keys.of("AD", home),
            "local_authority": Coded(
                np.where(children, homes.council.index[home], EMPTY).astype(np.int16), homes.council.values
            ),
            "asked_on": ladder.asked,
            "answered_on": ladder.answered,
            "reply": Coded(ladder.reply, REPLIES),
            "asked_contact_id": keys.of("CO", asked),
            "answered_contact_id": keys.of("CO", answered),
            "recorded_at": recorded,
            "answer_recorded_at": answer_recorded(ladder, contacts, writing),
        },
    )


def answer_recorded(ladder: Ladder, contacts: Contacts, writing: Writing) -> Numbers:
    """When each answer was written in the source; ``EMPTY`` where there is none."""
    told = contact_of(contacts, ("C515", "SFRR"), len(ladder.person))
    plain = np.where(ladder.answered == EMPTY_DAY, EMPTY, ladder.answered.astype(np.int64) * 86_400 + 61_200)
    return np.where(told == EMPTY, plain, writing.recorded[told])


def assessment_table(
    assessed: Assessments, cases: Cases, risks: Risks, staff: Staff, keys: Keys, *, as_at: date, seed: int
) -> pa.Table:
    """Assessments. The less good ones rate the risk to children low or leave it out."""
    rng = stream(seed, as_at, "assessment table")
    person = assessed.person
    count = len(person)
    overlooked = cases.need_children[person] & ~assessed.good & happens(rng, 0.45, count)
    level = np.where(cases.need_children[person] & ~overlooked, np.maximum(cases.rosh[person], 1), 0)
    done = (assessed.signed != EMPTY_DAY) & ~(overlooked & happens(rng, 0.3, count))
    screened = ~happens(rng, rate("domestic_abuse_not_screened"), count) & (assessed.signed != EMPTY_DAY)
    says = cases.need_police[person] & (assessed.good | ~happens(rng, 0.15, count))
    written = np.maximum(assessed.begun, np.maximum(assessed.signed, assessed.completed))
    second = staff.manager[assessed.staff]
    return table(
        "assessment",
        {
            "assessment_id": keys.of("AS", np.arange(count)),
            "crn": keys.crn(person),
            "type": Coded(assessed.type, TYPES),
            "status": Coded(assessed.status, STATUSES),
            "staff_code": Pointed(staff.codes, assessed.staff),
            "started_on": assessed.begun,
            "signed_on": assessed.signed,
            "locked_on": assessed.locked,
            "completed_on": assessed.completed,
            "countersigned_on": assessed.countersigned,
            "countersigned_by": Pointed(
                staff.codes, np.where(assessed.countersigned == EMPTY_DAY, EMPTY, second)
            ),
            "risk_children": Coded(np.where(done, level, EMPTY).astype(np.int16), ROSH),
            "domestic_abuse": np.where(screened, says, EMPTY),
            "recorded_at": evening(rng, np.minimum(written, cases.as_at)),
        },
    )


def referral_table(cases: Cases, events: Events, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """Referrals: treatment and housing for many, MARAC, MAPPA and safeguarding for some."""
    rng = stream(seed, as_at, "referrals")
    high = cases.rosh >= 2
    chances = (
        0.35, 0.12, np.where(cases.need_police & high, 0.3, 0.02), np.where(cases.mappa_level >= 2, 0.8, 0.0),
        np.where(cases.child_plan, 0.4, np.where(cases.need_children, 0.06, 0.01)), 0.02,
    )  # fmt: skip
    held = np.stack([happens(rng, chance, cases.count) for chance in chances], axis=1)
    person, kind = np.nonzero(held)
    kinds = ("treatment", "accommodation", "marac", "mappa", "child_safeguarding", "adult_safeguarding")
    agencies = ("health", "other", "police", "childrens_services", "adult_services")
    room = np.maximum(cases.last - cases.first, 0)[person]
    day = (cases.first[person] + room * rng.random(len(person))).astype(np.int32)
    outcome = chosen(
        rng, len(person), {"accepted": 0.6, "not_accepted": 0.1, "no_further_action": 0.14, "pending": 0.16}
    )
    return table(
        "referral",
        {
            "referral_id": keys.of("RF", np.arange(len(person))),
            "crn": keys.crn(person),
            "agency": Coded(np.array([0, 1, 2, 2, 3, 4])[kind].astype(np.int16), agencies),
            "kind": Coded(kind.astype(np.int16), kinds),
            "referred_on": day,
            "outcome": outcome,
            "recorded_at": evening(rng, day),
        },
    )
