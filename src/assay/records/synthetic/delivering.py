"""Requirements of orders, and the days and hours that counted towards them or were offered in vain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic.cases import UNPAID_WORK, WINDOW_DAYS, Cases
from assay.records.synthetic.columns import EMPTY, Coded, Keys, Numbers, table
from assay.records.synthetic.draws import between, chosen, evening, happens, stream, working
from assay.records.synthetic.events import Events
from assay.records.synthetic.rates import rate

REQUIREMENTS = (
    "rehabilitation_activity",
    "unpaid_work",
    "accredited_programme",
    "curfew",
    "alcohol_treatment",
    "drug_rehabilitation",
)
ACTIVITY, WORK, PROGRAMME = range(3)
UNITS = ("days", "hours", "months")
EVERY, AMOUNT = np.array([17, 8, 9]), np.array([1.0, 7.0, 1.0])
"""Days between offers, and what one offer is worth in the requirement's unit."""

OUTCOMES = ("ATTC", "UAAB", "AASD", "AAME", "AFTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """One row a requirement. ``length`` counts its unit."""

    person: Numbers
    kind: Numbers
    length: Numbers
    unit: Numbers


def make_requirements(cases: Cases, *, as_at: date, seed: int) -> Requirements:
    """Requirements of orders; one with unpaid work alone has that."""
    rng = stream(seed, as_at, "requirements")
    order_types = np.isin(cases.type.index, (0, 1))
    chances = (0.82, 0.3, 0.14, 0.12, 0.08, 0.07)
    held = np.stack([order_types & happens(rng, chance, cases.count) for chance in chances], axis=1)
    held[:, WORK] |= cases.type.index == UNPAID_WORK
    held[:, ACTIVITY] |= order_types & ~held.any(axis=1)
    person, kind = np.nonzero(held)
    length = np.array([25, 120, 30, 12, 6, 9])[kind] + np.where(
        kind == WORK, 20 * rng.integers(-3, 7, len(kind)), 0
    )
    return Requirements(person=person, kind=kind, length=length, unit=np.array([0, 1, 0, 2, 2, 2])[kind])


def requirement_table(
    required: Requirements, cases: Cases, keys: Keys, *, as_at: date, seed: int
) -> pa.Table:
    """The requirements, for as long as their order lasts."""
    rng = stream(seed, as_at, "requirement table")
    person = required.person
    return table(
        "requirement",
        {
            "requirement_id": keys.of("RQ", np.arange(len(person))),
            "sentence_id": keys.of("SE", person),
            "crn": keys.crn(person),
            "category": Coded(required.kind.astype(np.int16), REQUIREMENTS),
            "length": required.length,
            "length_unit": Coded(required.unit.astype(np.int16), UNITS),
            "opened_on": cases.started[person],
            "closed_on": cases.ended[person],
            "recorded_at": evening(rng, cases.started[person]),
        },
    )


def credit_table(
    required: Requirements, cases: Cases, events: Events, keys: Keys, *, as_at: date, seed: int
) -> pa.Table:
    """Offers at about even distances while the person is supervised, until the requirement is delivered."""
    rng = stream(seed, as_at, "requirement credits")
    row, day = _offers(rng, required, cases, events)
    kind = required.kind[row]
    shares = {"ATTC": rate("session_attended"), "UAAB": 0.14, "AASD": 0.05, "AAME": 0.07, "AFTC": 0.02}
    outcome = chosen(rng, len(row), shares).index
    offered = AMOUNT[kind]
    credited = np.where(outcome == 0, offered, 0.0)
    before = _before(row, credited)
    keep = before < required.length[row]
    row, day, outcome, offered = row[keep], day[keep], outcome[keep], offered[keep]
    left = required.length[row] - before[keep]
    credited = np.minimum(credited[keep], left)
    lag = np.where(rng.random(len(row)) < 0.9, between(rng, 0, 3, len(row)), between(rng, 10, 40, len(row)))
    recorded = np.minimum(day + lag, cases.as_at)
    return table(
        "requirement_credit",
        {
            "credit_id": keys.of("CT", np.arange(len(row))),
            "crn": keys.crn(required.person[row]),
            "requirement_id": keys.of("RQ", row),
            "happened_on": day,
            "offered": offered,
            "credited": credited,
            "outcome": Coded(np.where(recorded < cases.as_at, outcome, EMPTY).astype(np.int16), OUTCOMES),
            "recorded_at": evening(rng, recorded),
        },
    )


def _offers(
    rng: np.random.Generator, required: Requirements, cases: Cases, events: Events
) -> tuple[Numbers, Numbers]:
    """The requirement's row and the day of each offer. A fifth of requirements are begun months late."""
    rows = np.flatnonzero(required.kind <= PROGRAMME)
    person, kind = required.person[rows], required.kind[rows]
    wait = np.where(
        happens(rng, 0.2, len(rows)), between(rng, 60, 200, len(rows)), between(rng, 7, 50, len(rows))
    )
    start = np.maximum(cases.begun[person] + wait, cases.as_at - WINDOW_DAYS)
    room = np.maximum(cases.last[person] - start, 0)
    most = np.ceil(required.length[rows] / AMOUNT[kind] * 1.8).astype(np.int64)
    count = np.minimum(room // EVERY[kind], most)
    which = np.repeat(np.arange(len(rows)), count)
    nth = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count)
    day = start[which] + nth * EVERY[kind][which] + between(rng, 0, 5, len(which))
    day = working(day.astype(np.int32))
    keep = (day <= cases.last[person[which]]) & events.supervised(person[which], day)
    return rows[which][keep], day[keep]


def _before(row: Numbers, credited: Numbers) -> Numbers:
    """What had been credited to the same requirement by earlier rows."""
    running = np.cumsum(credited) - credited
    first = np.concatenate(([True], row[1:] != row[:-1]))[: len(row)]
    begun: Numbers = np.maximum.accumulate(np.where(first, np.arange(len(row)), 0))
    before: Numbers = running - running[begun]
    return before
