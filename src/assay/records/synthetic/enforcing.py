"""What was decided about failures to attend, whether to recall, and the steps of a recall by the minute."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from assay.records.synthetic.cases import AFTER_LICENCE, LICENCE, Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Keys, Numbers, Pointed, table
from assay.records.synthetic.contacting import OUTCOME, Contacts, named
from assay.records.synthetic.draws import between, chosen, evening, happens, stream, working
from assay.records.synthetic.events import Events
from assay.records.synthetic.rates import rate
from assay.records.synthetic.staff import Staff
from assay.records.synthetic.written import Writing

DECISIONS = ("acceptable", "warning", "breach", "recall_considered", "no_action")
FAILURES = ("UAAB", "AFTA", "AFTC")
CHOICES = ("recall", "no_recall")
HOUR, DAY = 3_600, 86_400


def enforcement_table(
    contacts: Contacts, writing: Writing, cases: Cases, staff: Staff, keys: Keys, *, as_at: date, seed: int
) -> pa.Table:
    """Decisions about failures: within five working days, later, or none. Evidence of a good reason makes an
    absence acceptable."""
    rng = stream(seed, as_at, "enforcement")
    failed = np.flatnonzero(named(contacts.outcome, OUTCOME, FAILURES))
    draw = rng.random(len(failed))
    soon, ever = (
        rate("failure_decided_in_time"),
        rate("failure_decided_in_time") + rate("failure_decided_late"),
    )
    later = np.where(draw < soon, between(rng, 0, 5, len(failed)), between(rng, 6, 30, len(failed)))
    day = working(contacts.day[failed], later=later)
    rows = np.flatnonzero((draw < ever) & (day <= cases.as_at))
    failed, day = failed[rows], day[rows]
    person, count = contacts.person[failed], len(failed)
    shares = {"acceptable": 0.22, "warning": 0.5, "breach": 0.13, "no_action": 0.15}
    decision = np.array([DECISIONS.index(each) for each in shares])[chosen(rng, count, shares).index]
    after_prison = np.isin(cases.type.index[person], (LICENCE, AFTER_LICENCE))
    decision = np.where((decision == DECISIONS.index("breach")) & after_prison, 3, decision)
    holder = staff.holding(person, day)
    grave = np.isin(decision, (2, 3)) & (staff.manager[holder] != EMPTY)
    shown = (decision == 0) & happens(rng, 0.6, count)
    evidence = np.maximum(contacts.day[failed], day - between(rng, 0, 4, count))
    return table(
        "enforcement",
        {
            "enforcement_id": keys.of("EF", np.arange(count)),
            "crn": keys.crn(person),
            "contact_id": keys.of("CO", failed),
            "decision": Coded(decision.astype(np.int16), DECISIONS),
            "decided_on": day,
            "decided_by": Pointed(staff.codes, np.where(grave, staff.manager[holder], holder)),
            "evidence_on": np.where(shown, evidence, EMPTY_DAY).astype(np.int32),
            "recorded_at": evening(rng, day),
        },
    )


class _Steps(NamedTuple):
    """Decisions whether to recall, one row each, with their instants in seconds."""

    person: Numbers
    recall: Numbers
    choice: Numbers
    agreed: Numbers
    endorsed: Numbers
    sent: Numbers
    letter: Numbers


def recall_step_table(cases: Cases, events: Events, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """The steps of every recall, and decisions not to recall: about as many again."""
    rng = stream(seed, as_at, "recall steps")
    recalled = np.flatnonzero(events.recalled)
    kept = np.flatnonzero(
        (cases.type.index == LICENCE) & happens(rng, rate("considered_not_recalled"), cases.count)
    )
    room = np.maximum(cases.last[kept] - cases.begun[kept], 0)
    other = (cases.begun[kept] + room * rng.random(len(kept))).astype(np.int32)
    whole = [_recalled(rng, cases, events, recalled), _not_recalled(rng, cases, kept, other)]
    steps = _Steps(*(np.concatenate(each) for each in zip(*whole, strict=True)))
    count = len(steps.person)
    end = (cases.as_at + 1) * DAY - HOUR
    told = np.maximum(np.maximum(steps.agreed, steps.endorsed), steps.sent)
    return table(
        "recall_step",
        {
            "recall_step_id": keys.of("RT", np.arange(count)),
            "crn": keys.crn(steps.person),
            "sentence_id": keys.of("SE", steps.person),
            "recall_id": keys.of("RC", steps.recall),
            "choice": Coded(steps.choice.astype(np.int16), CHOICES),
            "agreed_at": steps.agreed,
            "endorsed_at": steps.endorsed,
            "sent_at": steps.sent,
            "reasons": happens(rng, rate("recall_reasons"), count).astype(np.int8),
            "letter_on": steps.letter,
            "emergency": ((steps.choice == 0) & happens(rng, 0.15, count)).astype(np.int8),
            "outage": happens(rng, 0.02, count).astype(np.int8),
            "recorded_at": np.minimum(told + 600 * between(rng, 1, 12, count), end),
        },
    )


def _recalled(rng: np.random.Generator, cases: Cases, events: Events, people: Numbers) -> _Steps:
    """The manager agrees up to two days before the recall; endorsement and papers within a day, or not."""
    count = len(people)
    agreed = evening(rng, events.away_from[people] - between(rng, 0, 2, count))
    agreed = np.maximum(agreed, cases.begun[people].astype(np.int64) * DAY + 9 * HOUR)
    draw = rng.random(count)
    slow = 25 * HOUR + between(rng, 0, 60 * HOUR, count)
    endorsed = agreed + np.where(
        draw < rate("recall_endorsed_in_a_day"), between(rng, 600, 20 * HOUR, count), slow
    )
    sent = np.where(
        draw < rate("recall_sent_in_a_day"),
        np.minimum(endorsed + between(rng, 600, 6 * HOUR, count), agreed + 24 * HOUR - 60),
        np.maximum(endorsed, agreed + 24 * HOUR) + between(rng, 3_600, 40 * HOUR, count),
    )
    none = draw > 1 - rate("recall_step_not_recorded")
    end = (cases.as_at + 1) * DAY - HOUR
    return _Steps(
        person=people,
        recall=np.arange(count),
        choice=np.zeros(count, dtype=np.int16),
        agreed=agreed,
        endorsed=np.where(none | (endorsed > end), EMPTY, endorsed),
        sent=np.where(none | (endorsed > end) | (sent > end), EMPTY, sent),
        letter=np.full(count, EMPTY_DAY, dtype=np.int32),
    )


def _not_recalled(rng: np.random.Generator, cases: Cases, people: Numbers, day: Numbers) -> _Steps:
    """A decision not to recall has no endorsement; a letter tells the person, in most cases."""
    count = len(people)
    told = working(day, later=between(rng, 0, 6, count))
    written = happens(rng, rate("no_recall_letter"), count) & (told <= cases.as_at)
    nothing = np.full(count, EMPTY, dtype=np.int64)
    return _Steps(
        person=people,
        recall=nothing,
        choice=np.ones(count, dtype=np.int16),
        agreed=evening(rng, day),
        endorsed=nothing,
        sent=nothing,
        letter=np.where(written, told, EMPTY_DAY).astype(np.int32),
    )
