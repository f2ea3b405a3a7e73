"""Contacts: every appointment, call, visit, enquiry, discussion and event, in blocks and then in order.

``note`` says what kind of words a contact carries; ``about`` is the row (an enquiry, an assessment) it
speaks of, or -1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from assay.records.synthetic.assessing import Assessments
from assay.records.synthetic.cases import WINDOW_DAYS, Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Numbers
from assay.records.synthetic.draws import between, chosen, delay, happens, stream, working
from assay.records.synthetic.events import Events
from assay.records.synthetic.ladder import Ladder
from assay.records.synthetic.oversight import Oversight
from assay.records.synthetic.rates import rate
from assay.records.synthetic.staff import Staff
from assay.records.synthetic.visits import Visits

TYPES = (
    "COAP", "COPT", "CHVS", "COAI", "CODC", "CUPA", "CTOB", "CTOA", "CMOB", "CTXT", "CMOA", "CT3B", "CM3A",
    "CM3B", "CIEA", "C101", "C369", "C515", "SFGC", "SFRR", "MO1", "CSPO", "C238", "SPOD03", "MO8", "CARR",
    "CRCO", "C004", "C057", "ETOM", "CCMM", "C005", "C159", "C204", "CVIC", "MO3", "MO5", "AWLI", "EAPK",
    "COHV", "C281", "CTPJ",
)  # fmt: skip
TYPE = {name: number for number, name in enumerate(TYPES)}
OUTCOMES = (
    "ATTC", "UAAB", "AFTA", "AAME", "AAEM", "AAFC", "RSSR", "RSOF", "AFTC", "DA", "DAOTH", "OTH", "NSUD",
    "LASENT", "SSKN", "SSNK", "MOFU", "MOCO", "MONF", "HVAP", "HVEX", "HVDE", "HVRS", "CO40", "HVNA",
)  # fmt: skip
OUTCOME = {name: number for number, name in enumerate(OUTCOMES)}
NOTES = (
    "none", "attended", "missed", "call_to", "call_from", "text_sent", "message_from", "agency_call",
    "agency_mail", "police_liaison", "visit", "visit_risk", "police_asked", "police_answered",
    "children_asked", "children_answered", "oversight_good", "oversight_hollow", "allocation", "arrest",
    "arrest_review", "assessment_done", "transfer", "meeting", "first_meeting", "unpaid_work", "planned",
    "up_to_date", "visit_doorstep", "papers",
)  # fmt: skip
MESSAGE_NOTES = (
    "call_to", "call_from", "text_sent", "text_sent", "message_from", "agency_call", "agency_mail",
    "agency_mail", "agency_mail", "police_liaison",
)  # fmt: skip
NOTE = {name: number for number, name in enumerate(NOTES)}


SHIFTS = (0, 7, 28)
"""By how many days an entry stands too early, by its flaw: right, a week, or four."""

WITHOUT_OUTCOME = len(SHIFTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """One row a contact, as numbers. ``flaw`` is a place in ``SHIFTS``, or ``WITHOUT_OUTCOME``."""

    person: Numbers
    type: Numbers
    day: Numbers
    outcome: Numbers
    note: Numbers
    about: Numbers
    lag: Numbers
    flaw: Numbers

    @property
    def truly(self) -> Numbers:
        """The day each happened, where the record has another."""
        return self.day + np.array([*SHIFTS, 0], dtype=np.int32)[self.flaw]

    def taken(self, rows: Numbers) -> Contacts:
        """The rows asked for, in that order."""
        return replace(self, **{each: getattr(self, each)[rows] for each in self.__dataclass_fields__})


def block(
    person: Numbers,
    kind: str | Numbers,
    day: Numbers,
    *,
    note: str | Numbers,
    outcome: Numbers | None = None,
    about: Numbers | None = None,
    lag: Numbers | None = None,
) -> Contacts:
    """A block of contacts; what is not given is empty."""
    count = len(person)
    kinds = np.full(count, TYPE[kind]) if isinstance(kind, str) else kind
    notes = np.full(count, NOTE[note]) if isinstance(note, str) else note
    return Contacts(
        person=person.astype(np.int32),
        type=kinds.astype(np.int16),
        day=day.astype(np.int32),
        outcome=(np.full(count, EMPTY) if outcome is None else outcome).astype(np.int16),
        note=notes.astype(np.int8),
        about=(np.full(count, EMPTY) if about is None else about).astype(np.int32),
        lag=(np.full(count, EMPTY) if lag is None else lag).astype(np.int16),
        flaw=np.zeros(count, dtype=np.int8),
    )


def joined(parts: Sequence[Contacts]) -> Contacts:
    """All the blocks, by person and day; contacts of one day keep the order of the blocks."""
    whole = replace(
        parts[0],
        **{
            each: np.concatenate([getattr(part, each) for part in parts])
            for each in Contacts.__dataclass_fields__
        },
    )
    return whole.taken(stable_order(whole.person.astype(np.int64) * 100_000 + whole.day))


def stable_order(key: Numbers) -> Numbers:
    """The order of whole numbers from 0 to 2**39, ties as they stand. Sorting each with its place beside it
    takes a tenth of the time of a stable sort of the numbers alone."""
    assert len(key) < 2**24
    assert not len(key) or key.max() < 2**39
    return np.sort((key << 24) | np.arange(len(key))) & (2**24 - 1)


def named(values: Numbers, numbers: Mapping[str, int], names: Sequence[str]) -> Numbers:
    """Which values are among the named ones: looked up, since there are few numbers and many rows. The last
    place stands for an empty value."""
    among = np.zeros(len(numbers) + 1, dtype=bool)
    among[[numbers[each] for each in names]] = True
    return among[values]


def make_contacts(
    cases: Cases,
    staff: Staff,
    events: Events,
    assessed: Assessments,
    ladder: Ladder,
    visits: Visits,
    oversight: Oversight,
    *,
    as_at: date,
    seed: int,
) -> Contacts:
    """Every contact, ordered by person and day."""
    rng = stream(seed, as_at, "contacts")
    parts = [
        _appointments(rng, cases, events),
        _papers(cases),
        _first_meetings(rng, cases),
        _messages(rng, cases),
        *_enquiries(rng, ladder),
        *_assessments(assessed, cases),
        *_visits(visits),
        *_oversight(oversight),
        *_happenings(rng, cases, staff, events),
    ]
    whole = joined(parts)
    # An extract holds what was recorded by the evening of its day; a planned appointment may lie ahead.
    keep = (whole.day <= cases.as_at) | (whole.note == NOTE["planned"])
    return whole.taken(np.flatnonzero(keep & (whole.day >= cases.as_at - WINDOW_DAYS)))


def _appointments(rng: np.random.Generator, cases: Cases, events: Events) -> Contacts:
    early, later = np.array([21, 14, 7, 7])[cases.rosh], np.array([28, 21, 14, 7])[cases.rosh]
    days_early = np.clip(cases.begun + 84 - cases.first, 0, 84)
    days_early = np.minimum(days_early, np.maximum(cases.last - cases.first, 0))
    days_later = np.maximum(cases.last - cases.first - days_early, 0)
    first, second = days_early // early, days_later // later + 1
    person = np.repeat(np.arange(cases.count), first + second)
    position = np.arange(len(person)) - np.repeat(
        np.cumsum(first + second) - (first + second), first + second
    )
    in_early = position < first[person]
    offset = np.where(
        in_early,
        (position + 1) * early[person],
        days_early[person] + (position - first[person] + 1) * later[person],
    )
    day = working((cases.first[person] + offset + between(rng, -2, 2, len(person))).astype(np.int32))
    planned = (day > cases.as_at) & cases.active[person]
    keep = ((day <= cases.last[person]) | planned) & (day > cases.first[person])
    keep &= events.supervised(person, day) & ~(events.drifting(person, day) & happens(rng, 0.97, len(person)))
    regular = _offered(rng, cases, person[keep], day[keep], planned=planned[keep])
    again = happens(rng, rate("offered_again"), len(regular.day))
    missed = np.flatnonzero((regular.note == NOTE["missed"]) & again)
    person = regular.person[missed]
    day = working(regular.day[missed] + between(rng, 3, 10, len(missed)))
    keep = (day <= cases.last[person]) & events.supervised(person, day)
    return joined([regular, _offered(rng, cases, person[keep], day[keep])])


def _offered(
    rng: np.random.Generator,
    cases: Cases,
    person: Numbers,
    day: Numbers,
    *,
    planned: Numbers | bool = False,
) -> Contacts:
    """Appointments and what came of them; one still planned has no outcome."""
    kind = chosen(rng, len(person), {"COAP": 0.80, "COPT": 0.14, "EAPK": 0.01, "CODC": 0.02, "C101": 0.03})
    kinds = np.array([TYPE[each] for each in kind.values])[kind.index]
    kinds = np.where(cases.type.index[person] == 4, TYPE["CUPA"], kinds)
    outcome = chosen(
        rng,
        len(person),
        {
            "ATTC": rate("attended"), "UAAB": 0.055, "AFTA": 0.02, "AAME": 0.035, "AAEM": 0.025, "AAFC": 0.02,
            "RSSR": 0.025, "RSOF": 0.015, "AFTC": 0.005,
        },
    )  # fmt: skip
    outcomes = np.where(planned, EMPTY, outcome.index)
    notes = np.where(outcomes == 0, NOTE["attended"], NOTE["missed"])
    notes = np.where(outcomes == OUTCOME["AFTC"], NOTE["attended"], notes)
    notes = np.where(kinds == TYPE["CUPA"], NOTE["unpaid_work"], notes)
    return block(person, kinds, day, note=np.where(planned, NOTE["planned"], notes), outcome=outcomes)


def _first_meetings(rng: np.random.Generator, cases: Cases) -> Contacts:
    rows = np.flatnonzero(cases.begun >= cases.as_at - WINDOW_DAYS)
    wait = np.where(cases.after_custody[rows], between(rng, 0, 1, len(rows)), between(rng, 1, 7, len(rows)))
    day = working(cases.begun[rows], later=wait)
    keep = day <= cases.last[rows]
    rows, day = rows[keep], day[keep]
    return block(rows, "COAI", day, note="first_meeting", outcome=np.zeros(len(rows)))


def _papers(cases: Cases) -> Contacts:
    """The court's or prison's papers on the first day, so that even the newest case has words to read."""
    rows = np.flatnonzero(cases.begun >= cases.as_at - WINDOW_DAYS)
    return block(rows, "CIEA", cases.begun[rows], note="papers")


def _messages(rng: np.random.Generator, cases: Cases) -> Contacts:
    weeks = np.maximum(cases.last - cases.first, 1) / 7
    per_week = np.where(cases.type.index == 4, 0.5, np.array([1.2, 1.55, 2.1, 2.75])[cases.rosh])
    count = rng.poisson(per_week * weeks)
    person = np.repeat(np.arange(cases.count), count)
    room = np.maximum(cases.last - cases.first, 1)[person]
    day = working((cases.first[person] + rng.random(len(person)) * room).astype(np.int32))
    keep = (day <= cases.last[person]) & (day >= cases.first[person])
    person, day = person[keep], day[keep]
    kind = chosen(
        rng, len(person), { "CTOB": 0.22, "CTOA": 0.12, "CMOB": 0.12, "CTXT": 0.20, "CMOA": 0.08, "CT3B":
        0.06, "CM3A": 0.08, "CM3B": 0.06, "CIEA": 0.04, "C204": 0.02, },
    )  # fmt: skip
    kinds = np.array([TYPE[each] for each in kind.values])[kind.index]
    notes = np.array([NOTE[each] for each in MESSAGE_NOTES])[kind.index]
    return block(person, kinds, day, note=notes)


def _enquiries(rng: np.random.Generator, ladder: Ladder) -> list[Contacts]:
    rows = np.arange(len(ladder.person))
    police = ladder.agency == 0
    sent = ladder.outcome == 0
    asked_type = np.where(police, TYPE["C369"], TYPE["SFGC"])
    by_kind = np.array([OUTCOME["DA"], OUTCOME["DAOTH"], OUTCOME["LASENT"], OUTCOME["OTH"]])[ladder.kind]
    asked_note = np.where(police, NOTE["police_asked"], NOTE["children_asked"])
    asked = block(
        ladder.person,
        asked_type,
        ladder.asked,
        note=np.where(sent, asked_note, NOTE["up_to_date"]),
        outcome=np.where(sent, by_kind, OUTCOME["NSUD"]),
        about=rows,
    )
    back = np.flatnonzero(ladder.answered != EMPTY_DAY)
    from_police = police[back]
    outcome = np.where(ladder.reply[back] == 1, OUTCOME["SSNK"], OUTCOME["SSKN"])
    answered = block(
        ladder.person[back],
        np.where(from_police, TYPE["C515"], TYPE["SFRR"]),
        ladder.answered[back],
        note=np.where(from_police, NOTE["police_answered"], NOTE["children_answered"]),
        outcome=np.where(from_police, EMPTY, outcome),
        about=back,
        lag=between(rng, 0, 3, len(back)),
    )
    return [asked, answered]


def _assessments(assessed: Assessments, cases: Cases) -> list[Contacts]:
    rows = np.flatnonzero(assessed.completed != EMPTY_DAY)
    done = block(assessed.person[rows], "C004", assessed.completed[rows], note="assessment_done", about=rows)
    plans = rows[assessed.first[rows]]
    plan = block(assessed.person[plans], "C057", assessed.completed[plans], note="none", about=plans)
    return [done, plan]


def _visits(visits: Visits) -> list[Contacts]:
    assessed = np.flatnonzero(visits.form != EMPTY_DAY)
    forms = block(
        visits.person[assessed],
        "MO8",
        visits.form[assessed],
        note="visit_risk",
        outcome=np.array([OUTCOME[each] for each in ("HVAP", "HVEX", "HVDE", "HVRS", "HVNA")])[
            visits.form_outcome[assessed]
        ],
    )
    made = np.flatnonzero(visits.day != EMPTY_DAY)
    trips = block(
        visits.person[made],
        np.where(visits.doorstep[made], TYPE["CODC"], TYPE["CHVS"]),
        visits.day[made],
        note=np.where(visits.doorstep[made], NOTE["visit_doorstep"], NOTE["visit"]),
        outcome=np.zeros(len(made)),
    )
    return [forms, trips]


def _oversight(oversight: Oversight) -> list[Contacts]:
    kinds = np.array([TYPE[each] for each in ("MO1", "CSPO", "C238", "SPOD03", "MO5")])[oversight.type]
    notes = np.where(oversight.effective, NOTE["oversight_good"], NOTE["oversight_hollow"])
    outcome = np.array([OUTCOME["MOFU"], OUTCOME["MOCO"], OUTCOME["MONF"], EMPTY])[oversight.outcome]
    return [
        block(
            oversight.person,
            kinds,
            oversight.day,
            note=np.where(oversight.type == 3, NOTE["allocation"], notes),
            outcome=outcome,
            about=oversight.trigger,
        )
    ]


def _happenings(rng: np.random.Generator, cases: Cases, staff: Staff, events: Events) -> list[Contacts]:
    arrested = np.flatnonzero(events.arrested != EMPTY_DAY)
    reviewed = arrested[events.arrest_reviewed[arrested]]
    review_day = working(events.arrested[reviewed], later=between(rng, 0, 3, len(reviewed)))
    keep = review_day <= cases.last[reviewed]
    moved = np.flatnonzero(staff.switched != EMPTY_DAY)
    many = np.flatnonzero((cases.rosh >= 2) & (cases.type.index != 4))
    meetings = many[happens(rng, 0.35, len(many))]
    spread = cases.begun[meetings] + (
        np.maximum(cases.last - cases.begun, 1)[meetings] * rng.random(len(meetings))
    ).astype(np.int32)
    kind = np.where(
        cases.mappa[meetings] != EMPTY,
        np.where(cases.mappa_level[meetings] >= 2, TYPE["CCMM"], TYPE["C281"]),
        np.where(cases.child_plan[meetings], TYPE["C159"], TYPE["C005"]),
    )
    meeting_day = working(spread.astype(np.int32))
    ok = meeting_day <= cases.last[meetings]
    return [
        block(
            arrested, "CARR", events.arrested[arrested], note="arrest", lag=delay(rng, 2, 0.8, len(arrested))
        ),
        block(reviewed[keep], "CRCO", review_day[keep], note="arrest_review"),
        block(moved, "ETOM", staff.switched[moved], note="transfer"),
        block(meetings[ok], kind[ok], meeting_day[ok], note="meeting"),
    ]
