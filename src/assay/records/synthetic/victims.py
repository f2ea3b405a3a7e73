"""What was offered to victims, in dates alone, and what they were told before a release or after a recall."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Keys, Numbers, table
from assay.records.synthetic.draws import between, chosen, evening, happens, stream, working
from assay.records.synthetic.events import Events
from assay.records.synthetic.rates import rate

CHOICES = ("opted_in", "opted_out", "untraceable", "no_answer")
NOTICES = ("release", "recall", "re_release", "conditions")
RELEASE, RECALL, RE_RELEASE, CONDITIONS = range(4)
LONG_ENOUGH = 12
"""Months of custody from which a violent or sexual offence brings a victim under the scheme."""


def victim_tables(
    cases: Cases, people: Numbers, events: Events | None, keys: Keys, *, as_at: date, seed: int
) -> dict[str, pa.Table]:
    """Contact with the victims of these people's offences, where the scheme covers them."""
    rng = stream(seed, as_at, "victims")
    today = cases.as_at
    covered = np.isin(cases.offence.index, (0, 1, 2, 10)) & (cases.months >= LONG_ENOUGH)
    person = people[covered[people] & happens(rng, 0.85, len(people))]
    count = len(person)
    eligible = working(cases.sentenced[person], later=between(rng, 0, 5, count))
    person, eligible = person[eligible <= today], eligible[eligible <= today]
    count, draw = len(person), rng.random(len(person))
    soon, ever = rate("victim_offered_in_time"), rate("victim_offered_in_time") + rate("victim_offered_late")
    wait = np.where(draw < soon, between(rng, 10, 54, count), between(rng, 58, 200, count))
    offered = np.where(draw < ever, working(eligible + wait), EMPTY_DAY)
    offered = np.where(offered > today, EMPTY_DAY, offered)
    chose = np.where(offered == EMPTY_DAY, EMPTY_DAY, offered + between(rng, 3, 60, count))
    chose = np.where(chose > today, EMPTY_DAY, chose)
    said = chosen(
        rng, count, {"opted_in": 0.46, "opted_out": 0.2, "untraceable": 0.14, "no_answer": 0.2}
    ).index
    said = np.where(chose == EMPTY_DAY, EMPTY, said)
    told = np.maximum(np.maximum(eligible, offered), chose)
    contact = table(
        "victim_contact",
        {
            "victim_contact_id": keys.of("VC", np.arange(count)),
            "crn": keys.crn(person),
            "sentence_id": keys.of("SE", person),
            "eligible_on": eligible,
            "offered_on": offered.astype(np.int32),
            "choice": Coded(said.astype(np.int16), CHOICES),
            "choice_on": chose.astype(np.int32),
            "recorded_at": evening(rng, np.minimum(told + between(rng, 0, 3, count), today).astype(np.int32)),
        },
    )
    wishes = np.flatnonzero(said == CHOICES.index("opted_in"))
    return {"victim_contact": contact, "victim_notice": _notices(rng, cases, events, keys, person, wishes)}


def _notices(
    rng: np.random.Generator,
    cases: Cases,
    events: Events | None,
    keys: Keys,
    person: Numbers,
    wishes: Numbers,
) -> pa.Table:
    """Notices to those who wish to be told: before, a little late, or not at all."""
    people = person[wishes]
    kinds = [(RELEASE, cases.started[people]), (CONDITIONS, cases.started[people] - 21)]
    if events is not None:
        kinds.append((RECALL, np.where(events.recalled, events.away_from, EMPTY_DAY)[people] + 0))
        kinds.append((RE_RELEASE, np.where(events.re_released, events.away_until, EMPTY_DAY)[people]))
    rows, event, day = [], [], []
    for kind, when in kinds:
        draw = rng.random(len(people))
        early = when - between(rng, 0, 21, len(people)) + (2 if kind == RECALL else 0)
        late = when + between(rng, 1, 12, len(people))
        told = np.where(draw < rate("victim_told_in_time"), early, late)
        told = np.where(kind == RECALL, np.maximum(told, when), told)
        given = (when != EMPTY_DAY) & (draw < rate("victim_told_in_time") + rate("victim_told_late"))
        some = np.flatnonzero(given & (told <= cases.as_at) & (told > cases.sentenced[people]))
        rows.append(wishes[some])
        event.append(np.full(len(some), kind))
        day.append(told[some])
    row, what, told = np.concatenate(rows), np.concatenate(event), np.concatenate(day)
    order = np.lexsort((what, told, row))
    row, what, told = row[order], what[order], told[order].astype(np.int32)
    return table(
        "victim_notice",
        {
            "victim_notice_id": keys.of("VN", np.arange(len(row))),
            "crn": keys.crn(person[row]),
            "victim_contact_id": keys.of("VC", row),
            "event": Coded(what.astype(np.int16), NOTICES),
            "told_on": told,
            "recorded_at": evening(rng, told),
        },
    )
