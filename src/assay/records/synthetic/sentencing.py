"""Sentences with their offences, requirements and conditions; releases, recalls, absences, suspensions."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic import marginals
from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Keys, Numbers, Pointed, table
from assay.records.synthetic.draws import between, chosen, evening, happens, stream
from assay.records.synthetic.events import ABSENCES, Events
from assay.records.synthetic.rates import rate
from assay.records.synthetic.staff import Staff

CONDITIONS = ("standard", "residence", "non_contact", "exclusion", "curfew", "programme", "disclosure")
COURTS = ("North", "South", "Central")


def sentence_table(cases: Cases, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """The current sentence of each person under their own number, then earlier ones."""
    rng = stream(seed, as_at, "sentences")
    earlier = earlier_sentences(cases, as_at=as_at, seed=seed)
    person = np.concatenate([np.arange(cases.count), earlier])
    now = np.arange(len(person)) < cases.count
    has_earlier = np.isin(np.arange(cases.count), earlier)
    event = np.where(now, 1, 1)
    event[: cases.count] += has_earlier
    past_start = cases.sentenced[earlier] - between(rng, 900, 2_400, len(earlier))
    started = np.concatenate([cases.started, past_start])
    sentenced = np.concatenate([cases.sentenced, past_start])
    months = np.concatenate([cases.months, np.full(len(earlier), 12)])
    ended = np.concatenate([cases.ended, past_start + 365])
    expected = np.concatenate([cases.expected_end, past_start + 365])
    reason = np.concatenate([cases.end_reason.index, np.zeros(len(earlier), dtype=np.int16)])
    kind = np.concatenate([cases.type.index, np.zeros(len(earlier), dtype=np.int16)])
    return table(
        "sentence",
        {
            "sentence_id": keys.of("SE", np.arange(len(person))),
            "crn": keys.crn(person),
            "event_number": event,
            "type": Coded(kind, cases.type.values),
            "provider_code": Coded(np.zeros(len(person), dtype=np.int16), (cases.provider,)),
            "sentenced_on": sentenced.astype(np.int32),
            "started_on": started.astype(np.int32),
            "expected_end_on": expected.astype(np.int32),
            "ended_on": ended.astype(np.int32),
            "end_reason": Coded(reason, cases.end_reason.values),
            "length_months": months,
            "court": chosen(rng, len(person), dict.fromkeys(COURTS, 1.0)),
            "recorded_at": evening(rng, np.minimum(sentenced + 1, cases.as_at)),
        },
    )


def earlier_sentences(cases: Cases, *, as_at: date, seed: int) -> Numbers:
    """Who has an earlier, ended sentence."""
    rng = stream(seed, as_at, "earlier sentences")
    return np.flatnonzero(happens(rng, rate("earlier_sentence"), cases.count))


def offence_table(cases: Cases, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """The main offence of each sentence and some additional ones."""
    rng = stream(seed, as_at, "offences")
    earlier = earlier_sentences(cases, as_at=as_at, seed=seed)
    extra = np.flatnonzero(happens(rng, 0.28, cases.count))
    sentence = np.concatenate([np.arange(cases.count), cases.count + np.arange(len(earlier)), extra])
    person = np.concatenate([np.arange(cases.count), earlier, extra])
    main = np.arange(len(person)) < cases.count + len(earlier)
    more = chosen(rng, len(person), marginals.OFFENCES).index
    mild = np.where(more == 1, 4, more)
    category = np.where(np.arange(len(person)) < cases.count, cases.offence.index[person], mild)
    names = cases.offence.values
    abuse = (np.arange(len(person)) < cases.count) & cases.offence_abuse[person]
    days = cases.sentenced[person] - between(rng, 60, 420, len(person))
    days = np.where(main & (sentence >= cases.count), days - 2_900, days)
    order = np.lexsort((~main, sentence))
    return table(
        "offence",
        {
            "offence_id": keys.of("OF", np.arange(len(person))),
            "sentence_id": keys.of("SE", sentence[order]),
            "crn": keys.crn(person[order]),
            "main": main[order].astype(np.int8),
            "category": Coded(category[order].astype(np.int16), names),
            "committed_on": days[order].astype(np.int32),
            "domestic_abuse": abuse[order].astype(np.int8),
            "sexual": (category == 1)[order].astype(np.int8),
            "violent": np.isin(category, (0, 2, 6))[order].astype(np.int8),
        },
    )


def licence_condition_table(cases: Cases, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """Conditions of licences."""
    rng = stream(seed, as_at, "conditions")
    licence = cases.type.index == 2
    harm = cases.need_police | (cases.offence.index == 1)
    chances = (
        1.0,
        0.8,
        np.where(harm, 0.7, 0.1),
        np.where(harm, 0.5, 0.12),
        0.2,
        0.35,
        np.where(harm, 0.3, 0.02),
    )
    held = np.stack([licence & happens(rng, chance, cases.count) for chance in chances], axis=1)
    person, kind = np.nonzero(held)
    return table(
        "licence_condition",
        {
            "condition_id": keys.of("LC", np.arange(len(person))),
            "sentence_id": keys.of("SE", person),
            "crn": keys.crn(person),
            "category": Coded(kind.astype(np.int16), CONDITIONS),
            "opened_on": cases.started[person],
            "closed_on": cases.ended[person],
            "recorded_at": evening(rng, cases.started[person]),
        },
    )


def release_and_recall(
    cases: Cases, events: Events, keys: Keys, *, as_at: date, seed: int
) -> dict[str, pa.Table]:
    """A release for everyone who was in custody; recalls; releases after them."""
    rng = stream(seed, as_at, "releases")
    first = np.flatnonzero(cases.after_custody)
    again = np.flatnonzero(events.re_released)
    person = np.concatenate([first, again])
    kind = chosen(rng, len(person), {"automatic": 0.78, "home_detention_curfew": 0.12, "parole": 0.1}).index
    kind = np.where(np.arange(len(person)) >= len(first), 3, kind)
    day = np.where(np.arange(len(person)) < len(first), cases.started[person], events.away_until[person])
    recalled = np.flatnonzero(events.recalled)
    return {
        "release": table(
            "release",
            {
                "release_id": keys.of("RE", np.arange(len(person))),
                "sentence_id": keys.of("SE", person),
                "crn": keys.crn(person),
                "type": Coded(
                    kind.astype(np.int16), ("automatic", "home_detention_curfew", "parole", "re_release")
                ),
                "released_on": day.astype(np.int32),
                "recorded_at": evening(rng, day.astype(np.int32)),
            },
        ),
        "recall": table(
            "recall",
            {
                "recall_id": keys.of("RC", np.arange(len(recalled))),
                "release_id": keys.of("RE", np.searchsorted(first, recalled)),
                "crn": keys.crn(recalled),
                "type": Coded(np.where(events.fixed_term[recalled], 0, 1), ("fixed_term", "standard")),
                "recalled_on": events.away_from[recalled],
                "recorded_at": evening(rng, events.away_from[recalled]),
            },
        ),
    }


def absence_table(cases: Cases, events: Events, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """Times out of reach."""
    rng = stream(seed, as_at, "absences")
    person = np.flatnonzero(events.absence != EMPTY)
    return table(
        "absence",
        {
            "absence_id": keys.of("AB", np.arange(len(person))),
            "crn": keys.crn(person),
            "kind": Coded(events.absence[person].astype(np.int16), ABSENCES),
            "opened_on": events.away_from[person],
            "closed_on": events.away_until[person],
            "recorded_at": evening(rng, np.minimum(events.away_from[person] + 1, cases.as_at)),
        },
    )


def suspension_table(
    cases: Cases, events: Events, staff: Staff, keys: Keys, *, as_at: date, seed: int
) -> pa.Table:
    """Times contact was suspended by Reset or Impact."""
    rng = stream(seed, as_at, "suspensions")
    person = np.flatnonzero(events.suspended_from != EMPTY_DAY)
    decider = staff.manager[staff.holder[person]]
    return table(
        "suspension",
        {
            "suspension_id": keys.of("SU", np.arange(len(person))),
            "crn": keys.crn(person),
            "scheme": Coded(events.scheme[person].astype(np.int16), ("reset", "impact")),
            "decided_by": Pointed(staff.codes, decider),
            "opened_on": events.suspended_from[person],
            "closed_on": events.suspended_until[person],
            "recorded_at": evening(rng, events.suspended_from[person]),
        },
    )
