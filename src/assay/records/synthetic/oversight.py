"""Management oversight: when it was required, whether it is recorded, and whether it was any good."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY_DAY, Numbers
from assay.records.synthetic.draws import between, chosen, happens, stream, working
from assay.records.synthetic.events import Events
from assay.records.synthetic.rates import rate
from assay.records.synthetic.staff import Staff

TRIGGERS = ("start", "change of practitioner", "arrest", "recall", "periodic")


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


def make_oversight(cases: Cases, staff: Staff, events: Events, *, as_at: date, seed: int) -> Oversight:
    """Oversight at the start, at changes and triggers, and now and then."""
    rng = stream(seed, as_at, "oversight")
    count = cases.count
    holder = staff.holding(np.arange(count), cases.started)
    unaccredited = (staff.accredited[holder] == EMPTY_DAY) | (staff.accredited[holder] > cases.started)
    required = ((cases.rosh >= 2) | (cases.mappa_level >= 2) | cases.child_plan | unaccredited) & (
        cases.type.index != 4
    )
    draw = rng.random(count)
    good, hollow = rate("oversight_effective"), rate("oversight_present_but_hollow")
    result = np.where(draw < good, 2, np.where(draw < good + hollow, 1, 0))
    result = np.where(required, result, np.where(draw < 0.04, 2, np.where(draw < 0.10, 1, 0)))
    parts = []

    def add(rows: Numbers, day: Numbers, trigger: int, kind: Numbers, effective: Numbers) -> None:
        keep = (day != EMPTY_DAY) & (day <= cases.last[rows])
        parts.append((rows[keep], kind[keep], day[keep], np.full(int(keep.sum()), trigger), effective[keep]))

    def kinds(size: int) -> Numbers:
        return chosen(rng, size, {"MO1": 0.7, "CSPO": 0.2, "C238": 0.1}).index

    allocated = np.flatnonzero(happens(rng, rate("spo_oversight_at_allocation"), count))
    add(
        allocated,
        working(cases.started[allocated], later=between(rng, 0, 2, len(allocated))),
        0,
        np.full(len(allocated), 3),
        result[allocated] == 2,
    )
    present = np.flatnonzero(result > 0)
    wait = np.where(
        rng.random(len(present)) < 0.8, between(rng, 0, 5, len(present)), between(rng, 7, 35, len(present))
    )
    add(present, working(cases.started[present], later=wait), 0, kinds(len(present)), result[present] == 2)
    for trigger, day in (
        (1, staff.switched),
        (2, events.arrested),
        (3, np.where(events.recalled, events.away_from, EMPTY_DAY)),
    ):
        rows = np.flatnonzero((day != EMPTY_DAY) & ((cases.rosh >= 1) | (trigger == 3)))
        rows = rows[happens(rng, 0.7 if trigger == 3 else 0.45, len(rows))]
        kind = np.full(len(rows), 4) if trigger == 3 else kinds(len(rows))
        later = between(rng, 0, 1 if trigger == 3 else 6, len(rows))
        add(
            rows,
            working(day[rows].astype(np.int32), later=later),
            trigger,
            kind,
            happens(rng, good, len(rows)),
        )
    rows = np.flatnonzero(cases.rosh >= 1)
    reached = cases.first[rows]
    for step in range(6):
        gap = np.where(cases.rosh[rows] >= 2, 95, 210)
        reached = reached + (gap * (0.6 + 0.9 * rng.random(len(rows)))).astype(np.int32)
        due = reached <= cases.last[rows]
        rows, reached = rows[due], reached[due]
        held = happens(rng, 0.5 if step else 0.55, len(rows))
        add(
            rows[held],
            working(reached[held].astype(np.int32)),
            4,
            kinds(int(held.sum())),
            happens(rng, good, int(held.sum())),
        )
    person, kind, days, triggers, effective = (np.concatenate(each) for each in zip(*parts, strict=True))
    outcome = np.where(
        kind == 3,
        3,
        np.where(effective, between(rng, 0, 2, len(person)), np.where(rng.random(len(person)) < 0.5, 2, 3)),
    )
    return Oversight(
        person=person,
        type=kind,
        day=days,
        outcome=outcome,
        trigger=triggers,
        effective=effective,
        required=required,
        result=result.astype(np.int8),
    )
