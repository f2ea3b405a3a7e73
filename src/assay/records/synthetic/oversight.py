"""Management oversight: when it was required, whether it is recorded, and whether it was any good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY_DAY, Numbers
from assay.records.synthetic.draws import between, chosen, happens, stream, worked, working
from assay.records.synthetic.events import Events
from assay.records.synthetic.rates import rate
from assay.records.synthetic.staff import Staff

TRIGGERS = ("start", "change of practitioner", "arrest", "recall", "periodic", "suspension")
START, SWITCH, ARREST, RECALL, PERIODIC, SUSPENSION = range(6)
SPOD03, MO5 = 3, 4
HOLLOW, EFFECTIVE = 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Oversight:
    """One row a recorded discussion. ``type`` is MO1, CSPO, C238, SPOD03 or MO5; ``trigger`` a number into
    ``TRIGGERS``; ``effective`` is hidden truth. ``required`` and ``result`` are by person: 0 absent, 1
    hollow, 2 effective, at the start."""

    person: Numbers
    type: Numbers
    day: Numbers
    outcome: Numbers
    trigger: Numbers
    effective: Numbers
    required: Numbers
    result: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class _Discussions:
    """What one trigger brings, in the columns of ``Oversight``; days may lie after the case's last."""

    trigger: int
    person: Numbers
    day: Numbers
    type: Numbers
    effective: Numbers


def make_oversight(cases: Cases, staff: Staff, events: Events, *, as_at: date, seed: int) -> Oversight:
    """Oversight at the start, at changes and triggers, and now and then."""
    rng = stream(seed, as_at, "oversight")
    required = _required(cases, staff)
    result = _at_start(rng, cases, required)
    made = [
        _allocated(rng, cases, result),
        _started(rng, cases, result),
        *_triggered(rng, cases, staff, events),
        _suspended(rng, cases, events),
        *_periodic(rng, cases),
    ]
    kept = [(each, (each.day != EMPTY_DAY) & (each.day <= cases.last[each.person])) for each in made]
    types = np.concatenate([each.type[keep] for each, keep in kept])
    effective = np.concatenate([each.effective[keep] for each, keep in kept])
    return Oversight(
        person=np.concatenate([each.person[keep] for each, keep in kept]),
        type=types,
        day=np.concatenate([each.day[keep] for each, keep in kept]),
        outcome=_outcomes(rng, types, effective),
        trigger=np.concatenate([np.full(int(keep.sum()), each.trigger) for each, keep in kept]),
        effective=effective,
        required=required,
        result=result.astype(np.int8),
    )


def _required(cases: Cases, staff: Staff) -> Numbers:
    """For whom oversight is required at the start: much risk, or a practitioner not yet accredited."""
    holder = staff.holding(np.arange(cases.count), cases.begun)
    unaccredited = (staff.accredited[holder] == EMPTY_DAY) | (staff.accredited[holder] > cases.begun)
    much = (cases.rosh >= 2) | (cases.mappa_level >= 2) | cases.child_plan
    required: Numbers = (much | unaccredited) & (cases.type.index != 4)
    return required


def _results(rng: np.random.Generator, care: Numbers) -> Numbers:
    """What becomes of oversight where it is required: 0 absent, 1 hollow, 2 effective."""
    draw = worked(rng, care)
    good, hollow = rate("oversight_effective"), rate("oversight_present_but_hollow")
    return np.where(draw < good, EFFECTIVE, np.where(draw < good + hollow, HOLLOW, 0))


def _at_start(rng: np.random.Generator, cases: Cases, required: Numbers) -> Numbers:
    """What became of oversight at the start; now and then there is some where none is required."""
    draw = rng.random(cases.count)
    unasked = np.where(draw < 0.04, EFFECTIVE, np.where(draw < 0.10, HOLLOW, 0))
    return np.where(required, _results(rng, cases.care), unasked)


def _allocated(rng: np.random.Generator, cases: Cases, result: Numbers) -> _Discussions:
    rows = np.flatnonzero(happens(rng, rate("spo_oversight_at_allocation"), cases.count))
    return _Discussions(
        trigger=START,
        person=rows,
        day=working(cases.begun[rows], later=between(rng, 0, 2, len(rows))),
        type=np.full(len(rows), SPOD03),
        effective=result[rows] == EFFECTIVE,
    )


def _started(rng: np.random.Generator, cases: Cases, result: Numbers) -> _Discussions:
    rows = np.flatnonzero(result > 0)
    count = len(rows)
    wait = np.where(rng.random(count) < 0.8, between(rng, 0, 5, count), between(rng, 7, 35, count))
    return _Discussions(
        trigger=START,
        person=rows,
        day=working(cases.begun[rows], later=wait),
        type=_types(rng, count),
        effective=result[rows] == EFFECTIVE,
    )


def needed_after(cases: Cases, staff: Staff, events: Events) -> Iterator[tuple[int, Numbers, Numbers]]:
    """For whom oversight is truly needed after each kind of event: trigger, people, and everybody's day."""
    recalled = np.where(events.recalled, events.away_from, EMPTY_DAY)
    for trigger, day in ((SWITCH, staff.switched), (ARREST, events.arrested), (RECALL, recalled)):
        yield trigger, np.flatnonzero((day != EMPTY_DAY) & ((cases.rosh >= 1) | (trigger != ARREST))), day


def _triggered(
    rng: np.random.Generator, cases: Cases, staff: Staff, events: Events
) -> Iterator[_Discussions]:
    """After a change of practitioner, an arrest and a recall, which passes through a manager more often and
    has a type of its own."""
    for trigger, rows, day in needed_after(cases, staff, events):
        is_recall = trigger == RECALL
        result = _results(rng, cases.care[rows])
        passed = is_recall & happens(rng, rate("oversight_at_recall"), len(rows))
        held = (result > 0) | passed
        rows, result, count = rows[held], result[held], int(held.sum())
        later = between(rng, 0, 0 if is_recall else 6, count)
        yield _Discussions(
            trigger=trigger,
            person=rows,
            day=working(day[rows].astype(np.int32), later=later),
            type=np.full(count, MO5) if is_recall else _types(rng, count),
            effective=result == EFFECTIVE,
        )


def _suspended(rng: np.random.Generator, cases: Cases, events: Events) -> _Discussions:
    """The manager who suspends contact mostly says so on the record."""
    said = happens(rng, rate("oversight_at_suspension"), cases.count)
    rows = np.flatnonzero(said & (events.suspended_from != EMPTY_DAY))
    count = len(rows)
    return _Discussions(
        trigger=SUSPENSION,
        person=rows,
        day=working(events.suspended_from[rows], later=between(rng, 0, 3, count)),
        type=_types(rng, count),
        effective=happens(rng, rate("oversight_effective"), count),
    )


def _periodic(rng: np.random.Generator, cases: Cases) -> Iterator[_Discussions]:
    """Now and then while a case is open, sooner where the risk is high; about half of them are held."""
    rows = np.flatnonzero(cases.rosh >= 1)
    reached = cases.first[rows]
    for step in range(6):
        gap = np.where(cases.rosh[rows] >= 2, 95, 210)
        reached = reached + (gap * (0.6 + 0.9 * rng.random(len(rows)))).astype(np.int32)
        due = reached <= cases.last[rows]
        rows, reached = rows[due], reached[due]
        held = happens(rng, 0.5 if step else 0.55, len(rows))
        count = int(held.sum())
        yield _Discussions(
            trigger=PERIODIC,
            person=rows[held],
            day=working(reached[held].astype(np.int32)),
            type=_types(rng, count),
            effective=happens(rng, rate("oversight_effective"), count),
        )


def _types(rng: np.random.Generator, count: int) -> Numbers:
    return chosen(rng, count, {"MO1": 0.7, "CSPO": 0.2, "C238": 0.1}).index


def _outcomes(rng: np.random.Generator, types: Numbers, effective: Numbers) -> Numbers:
    good = between(rng, 0, 2, len(types))
    hollow = np.where(rng.random(len(types)) < 0.5, 2, 3)
    return np.where(types == SPOD03, 3, np.where(effective, good, hollow))
