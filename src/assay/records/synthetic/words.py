"""The words of a region: contact notes, replies, and sections of assessments, made from the rows they
belong to, so that what is read and what is counted agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic.assessing import Assessments
from assay.records.synthetic.cast import TRAITS, Cast
from assay.records.synthetic.columns import (
    EMPTY_DAY,
    Coded,
    Keys,
    Numbers,
    Texts,
    coded_arrow,
    joined,
    keyed_arrow,
    table,
    taken,
)
from assay.records.synthetic.contacting import NOTE, NOTES, Contacts, named
from assay.records.synthetic.draws import between, happens, stream
from assay.records.synthetic.ladder import Ladder
from assay.records.synthetic.rates import rate
from assay.records.synthetic.staff import Staff
from assay.records.synthetic.wording import (
    Part,
    Place,
    composed,
    day_place,
    number_place,
    phrases,
    text_place,
)
from assay.records.synthetic.written import Writing

SECTIONS = (
    "who_is_at_risk", "nature_of_risk", "risk_greatest", "risk_increases", "risk_reduces", "offence_analysis",
    "relationships", "supervision", "monitoring_control", "interventions", "victim_safety", "contingency",
)  # fmt: skip
NOTED = {
    "attended": 0.55,
    "missed": 0.5,
    "call_to": 0.4,
    "call_from": 0.4,
    "text_sent": 0.1,
    "message_from": 0.3,
    "agency_call": 0.7,
    "agency_mail": 0.7,
    "unpaid_work": 0.3,
}
"""Share of contacts of a kind that carry words; kinds not named always do, and planned ones never."""

JUDGED = ("oversight_good", "oversight_hollow", "arrest_review")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheaf:
    """Words of one kind, before they are numbered. ``under`` is the record they stand under, where that is
    not simply the person's."""

    person: Numbers
    under: Numbers | None
    subject: str
    subject_id: Texts
    section: Coded
    kind: Numbers
    flag: Numbers
    author: Texts
    written: Numbers
    body: Texts


def note_words(
    cast: Cast,
    contacts: Contacts,
    writing: Writing,
    staff: Staff,
    keys: Keys,
    notes: Numbers,
    *,
    under: Numbers,
    as_at: date,
    seed: int,
) -> Sheaf | None:
    """Notes of contacts; each kind of note is composed for all its rows at once. ``notes`` are the contacts
    to write about."""
    rng = stream(seed, as_at, "notes")
    texts = phrases("notes")
    following = next_days(contacts)
    bodies, rows_made = [], []
    for number, name in enumerate(NOTES):
        if name in ("none", "planned"):
            continue
        rows = notes[contacts.note[notes] == number]
        rows = rows[happens(rng, NOTED.get(name, 1.0), len(rows))]
        if not len(rows):
            continue
        person = contacts.person[rows]
        places = cast.places(person)
        places["next_day"] = day_place(following[rows])
        places["soon"] = day_place(contacts.day[rows] + between(rng, 7, 21, len(rows)))
        trait = cast.trait(rng, person)
        bodies.append(composed(rng, texts[name], places, count=len(rows), trait=trait, traits=TRAITS))
        rows_made.append(rows)
    if not rows_made:
        return None
    rows = np.concatenate(rows_made)
    order = np.argsort(rows, kind="stable")
    rows = rows[order]
    judged = np.isin(contacts.note[rows], [NOTE[each] for each in JUDGED])
    opinion = (contacts.note[rows] == NOTE["attended"]) & (rng.random(len(rows)) < 0.25)
    return Sheaf(
        person=contacts.person[rows],
        under=under[rows],
        subject="contact",
        subject_id=keyed_arrow(keys.of("CO", rows)),
        section=Coded(np.zeros(len(rows), dtype=np.int16), ("note",)),
        kind=np.where(judged, 2, np.where(opinion, 1, 0)),
        flag=np.where(contacts.note[rows] == NOTE["meeting"], 2, 0),
        author=taken(staff.codes, writing.staff[rows]),
        written=writing.recorded[rows],
        body=taken(pa.concat_arrays(bodies), order),
    )


def next_days(contacts: Contacts) -> Numbers:
    """The day of each person's next appointment after each contact; a fortnight on where there is none."""
    kept = named(contacts.note, NOTE, ("attended", "missed", "planned"))
    rows = np.arange(len(contacts.day))
    after = np.minimum.accumulate(np.where(kept, rows, len(rows))[::-1])[::-1]
    after = np.concatenate([after[1:], [len(rows)]])
    there = after < len(rows)
    index = np.where(there, after, 0)
    same = there & (contacts.person[index] == contacts.person)
    return np.where(same, contacts.day[index], contacts.day + 14).astype(np.int32)


def reply_words(
    cast: Cast, ladder: Ladder, answer_recorded: Numbers, keys: Keys, of: Numbers, *, as_at: date, seed: int
) -> Sheaf | None:
    """What police and children's services answered: in detail, vaguely, in part, or not known.
    ``of`` says about whom."""
    rng = stream(seed, as_at, "replies")
    texts = phrases("replies")
    rows = np.flatnonzero((ladder.answered != EMPTY_DAY) & of[ladder.person])
    if not len(rows):
        return None
    count, person = len(rows), ladder.person[rows]
    lists: Mapping[str, list[str]] = texts["lists"]
    places = cast.places(person)
    last = ladder.answered[rows] - between(rng, 20, 160, count)
    plan = cast.cases.child_plan[person]
    plans = pa.array([*lists["plan_words"], "Child protection plan in place since the last conference."])
    plan_index = np.where(plan, len(lists["plan_words"]), rng.integers(0, len(lists["plan_words"]), count))
    places |= {
        "incident_one": day_place(last - between(rng, 60, 500, count)),
        "incident_two": day_place(last),
        "later_day": day_place(ladder.answered[rows] + between(rng, 5, 40, count)),
        "what_one": number_place(rng, lists["what"], count),
        "what_two": number_place(rng, lists["what"], count),
        "call_outs": number_place(rng, lists["call_outs"], count),
        "plan_words": text_place(plans, plan_index),
    }
    reply, vague = ladder.reply[rows], ladder.vague[rows]
    quality = np.where(reply == 1, 2, np.where(vague, 1, np.where(reply == 2, 3, 0)))
    trait = np.where(cast.traits[1][person], 2, 0)
    bodies, made = [], []
    for agency, name in enumerate(("police", "children")):
        for number, kind in enumerate(("detailed", "vague", "not_known", "partial")):
            some = np.flatnonzero((ladder.agency[rows] == agency) & (quality == number))
            if len(some):
                inner = {key: _narrowed(place, some) for key, place in places.items()}
                bodies.append(
                    composed(rng, texts[name][kind], inner, count=len(some), trait=trait[some], traits=TRAITS)
                )
                made.append(some)
    order = np.argsort(np.concatenate(made), kind="stable")
    body = taken(pa.concat_arrays(bodies), order)
    secret = (reply == 0) & ~vague & happens(rng, rate("do_not_disclose"), count)
    warning = taken(pa.array(["", texts["do_not_disclose"] + "\n\n"]), secret.astype(np.int64))
    return Sheaf(
        person=person,
        under=None,
        subject="enquiry",
        subject_id=keyed_arrow(keys.of("EN", rows)),
        section=Coded(np.zeros(count, dtype=np.int16), ("reply",)),
        kind=np.zeros(count),
        flag=np.where(secret, 3, np.where(ladder.agency[rows] == 1, 2, 0)),
        author=coded_arrow(
            Coded(ladder.agency[rows], ("Police (synthetic)", "Children's services (synthetic)"))
        ),
        written=answer_recorded[rows],
        body=joined(warning, body),
    )


def section_words(
    cast: Cast,
    assessed: Assessments,
    ladder: Ladder,
    staff: Staff,
    keys: Keys,
    of: Numbers,
    *,
    as_at: date,
    seed: int,
) -> Sheaf | None:
    """Sections of every signed assessment. A copied one has the words of the one before it. ``of`` says
    about whom."""
    rng = stream(seed, as_at, "sections")
    texts = phrases("sections")
    signed = np.flatnonzero((assessed.signed != EMPTY_DAY) & of[assessed.person])
    if not len(signed):
        return None
    person, count = assessed.person[signed], len(signed)
    answer = assessed.answers[signed]
    places = cast.places(person)
    places["answer_day"] = day_place(np.where(answer >= 0, ladder.answered[np.maximum(answer, 0)], EMPTY_DAY))
    trait = cast.trait(rng, person)
    from_children = (answer >= 0) & (ladder.agency[np.maximum(answer, 0)] == 1)
    from_police = (answer >= 0) & ~from_children
    home = np.where(cast.cases.child_at_home[person], 3, 2)
    trait = np.where(from_children, home, np.where(from_police & cast.traits[0][person], 1, trait))
    quality = np.where(answer >= 0, 2, np.where(assessed.good[signed], 0, 1))
    previous = np.arange(count) - 1
    copied = assessed.copied[signed] & (person == person[previous.clip(min=0)]) & (previous >= 0)
    source = _copied_from(copied)
    bodies = []
    for name in SECTIONS:
        parts = texts[name]
        kinds = [parts["good"], parts["thin"], parts.get("answered", parts["good"])]
        bodies.append(taken(_by_quality(rng, kinds, quality, places, trait), source))
    written = assessed.signed[signed].astype(np.int64) * 86_400 + 57_600
    opinion = np.array([2, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0])
    each = np.repeat(np.arange(len(SECTIONS)), count)
    row = np.tile(np.arange(count), len(SECTIONS))
    order = np.lexsort((each, row))
    return Sheaf(
        person=person[row[order]],
        under=None,
        subject="assessment",
        subject_id=keyed_arrow(keys.of("AS", signed[row[order]])),
        section=Coded(each[order].astype(np.int16), SECTIONS),
        kind=opinion[each[order]],
        flag=np.zeros(len(order)),
        author=taken(staff.codes, assessed.staff[signed][row[order]]),
        written=written[row[order]],
        body=taken(pa.concat_arrays(bodies), order),
    )


def _copied_from(copied: Numbers) -> Numbers:
    """For each row, the row its words were first written for: back past every copied one."""
    return np.maximum.accumulate(np.where(copied, 0, np.arange(len(copied))))


def _by_quality(
    rng: np.random.Generator,
    kinds: Sequence[Sequence[Part]],
    quality: Numbers,
    places: Mapping[str, Place],
    trait: Numbers,
) -> Texts:
    bodies, made = [], []
    for number, parts in enumerate(kinds):
        rows = np.flatnonzero(quality == number)
        if len(rows):
            inner = {key: _narrowed(place, rows) for key, place in places.items()}
            bodies.append(composed(rng, parts, inner, count=len(rows), trait=trait[rows], traits=TRAITS))
            made.append(rows)
    return taken(pa.concat_arrays(bodies), np.argsort(np.concatenate(made), kind="stable"))


def _narrowed(place: Place, rows: Numbers) -> Place:
    return lambda inner: place(rows[inner])


def words_table(sheaves: list[Sheaf], keys: Keys) -> pa.Table:
    """All the words, by person and time."""
    person = np.concatenate([each.person if each.under is None else each.under for each in sheaves])
    written = np.concatenate([each.written for each in sheaves])
    order = np.lexsort((np.arange(len(person)), written, keys.people[person]))
    subject = np.repeat(np.arange(len(sheaves)), [len(each.person) for each in sheaves])
    sections = pa.concat_arrays([coded_arrow(each.section) for each in sheaves])
    flags = np.concatenate([each.flag for each in sheaves])[order].astype(np.int16)
    kinds = np.concatenate([each.kind for each in sheaves])[order].astype(np.int16)
    return table(
        "words",
        {
            "words_id": keys.of("WO", np.arange(len(order))),
            "crn": keys.crn(person[order]),
            "subject": Coded(subject[order].astype(np.int16), tuple(each.subject for each in sheaves)),
            "subject_id": taken(pa.concat_arrays([each.subject_id for each in sheaves]), order),
            "section": taken(sections, order),
            "kind": Coded(kinds, ("fact", "opinion", "judgement")),
            "flag": Coded(flags, ("none", "sensitive", "third_party", "do_not_disclose")),
            "author": taken(pa.concat_arrays([each.author for each in sheaves]), order),
            "written_at": written[order],
            "body": taken(pa.concat_arrays([each.body for each in sheaves]), order),
        },
    )
