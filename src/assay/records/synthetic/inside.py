"""Time in prison before release and after recall, and the handover to the community before it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY_DAY, Coded, Keys, Numbers, table
from assay.records.synthetic.draws import between, evening, happens, stream, worked, working
from assay.records.synthetic.events import Events
from assay.records.synthetic.rates import rate

PRISONS = tuple(f"ZP{number:02d}" for number in range(1, 13))
"""Invented prisons. No establishment code of the service begins with Z."""

SHORT, HANDOVER_BEFORE = 304, 258
"""With ten months or less to serve the community is responsible at once; else 8 months 14 days before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handovers:
    """One row a person released or to be released. ``allocated`` and ``met`` are never later than today."""

    person: Numbers
    due: Numbers
    allocated: Numbers
    met: Numbers
    short_notice: Numbers


def custody_table(
    cases: Cases, people: Numbers, events: Events | None, keys: Keys, *, as_at: date, seed: int
) -> pa.Table:
    """Stays in prison: one or two before release, one after a recall. ``people`` are rows of ``cases``."""
    rng = stream(seed, as_at, "custody")
    count, today = len(people), cases.as_at
    came, release = cases.sentenced[people], cases.started[people]
    moved = came + (np.minimum(release, today) - came) * between(rng, 30, 70, count) // 100
    has_moved = happens(rng, 0.5, count) & (np.minimum(release, today) - came > 150)
    moves = np.flatnonzero(has_moved)
    back = np.flatnonzero(events.recalled) if events is not None else np.zeros(0, dtype=np.int64)
    person = np.concatenate([people[moves], people, back])
    opened = np.concatenate([came[moves], np.where(has_moved, moved, came), _away(events, back, "from")])
    closed = np.concatenate([moved[moves], release, _away(events, back, "until")])
    expected = np.concatenate([release[moves], release, _expected(events, back)])
    slipped = happens(rng, 0.12, len(person)) & (expected > today) & (np.arange(len(person)) < count)
    expected = np.where(slipped, expected + between(rng, -14, 30, len(person)), expected)
    expected = np.where((expected != EMPTY_DAY) & (expected <= today) & (closed > today), today + 1, expected)
    recorded = np.minimum(opened + between(rng, 0, 2, len(person)), today)
    return table(
        "custody",
        {
            "custody_id": keys.of("CU", np.arange(len(person))),
            "crn": keys.crn(person),
            "sentence_id": keys.of("SE", person),
            "establishment": Coded(rng.integers(0, len(PRISONS), len(person)).astype(np.int16), PRISONS),
            "expected_release_on": expected.astype(np.int32),
            "opened_on": opened.astype(np.int32),
            "closed_on": np.where(closed > today, EMPTY_DAY, closed).astype(np.int32),
            "recorded_at": evening(rng, recorded.astype(np.int32)),
        },
    )


def _away(events: Events | None, people: Numbers, which: str) -> Numbers:
    if events is None:
        return np.zeros(0, dtype=np.int32)
    return (events.away_from if which == "from" else events.away_until)[people]


def _expected(events: Events | None, people: Numbers) -> Numbers:
    """After a fixed-term recall the day of release is known; after another it is not."""
    if events is None:
        return np.zeros(0, dtype=np.int32)
    known = events.away_from[people] + events.fixed_days[people]
    return np.where(events.fixed_term[people], known, EMPTY_DAY)


def make_handovers(cases: Cases, people: Numbers, *, as_at: date, seed: int) -> Handovers:
    """A community offender manager is named and meets the person by the handover, later, or never."""
    rng = stream(seed, as_at, "handovers")
    count, today = len(people), cases.as_at
    release, came = cases.started[people], cases.sentenced[people]
    short = happens(rng, rate("released_at_short_notice"), count)
    due = np.where(release - came <= SHORT, came, release - HANDOVER_BEFORE)
    due = np.where(short, release - between(rng, 1, 9, count), np.maximum(due, came))
    luck = worked(rng, cases.care[people])
    before, after = between(rng, 0, 30, count), between(rng, 5, 90, count)
    named = np.where(luck < rate("handover_allocated_in_time"), due - before, due + after)
    named = working(np.clip(named, came, np.maximum(release - 1, came)).astype(np.int32))
    met = np.where(luck < rate("handover_met_in_time"), np.maximum(due - before // 2, named), named + after)
    has_met = luck < rate("handover_met_in_time") + rate("handover_met_late")
    met = np.where(has_met, working(met.astype(np.int32)), EMPTY_DAY)
    met = np.where((met > today) | (met >= release), EMPTY_DAY, met)
    never = luck > 1 - rate("handover_never_allocated")
    return Handovers(
        person=people,
        due=due.astype(np.int32),
        allocated=np.where((named > today) | never, EMPTY_DAY, named).astype(np.int32),
        met=np.where(never | (named > today), EMPTY_DAY, met).astype(np.int32),
        short_notice=short,
    )


def handover_table(handed: Handovers, cases: Cases, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """The handovers; the row of one still to come was written when its day was set."""
    rng = stream(seed, as_at, "handover table")
    count = len(handed.person)
    told = np.maximum(np.maximum(handed.allocated, handed.met), cases.sentenced[handed.person])
    recorded = np.minimum(told + between(rng, 0, 4, count), cases.as_at)
    return table(
        "handover",
        {
            "handover_id": keys.of("HO", np.arange(count)),
            "crn": keys.crn(handed.person),
            "sentence_id": keys.of("SE", handed.person),
            "due_on": handed.due,
            "allocated_on": handed.allocated,
            "met_on": handed.met,
            "short_notice": handed.short_notice.astype(np.int8),
            "recorded_at": evening(rng, recorded.astype(np.int32)),
        },
    )
