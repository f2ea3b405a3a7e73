"""Home visits and the risk assessment that should come before each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY_DAY, Numbers
from assay.records.synthetic.draws import between, happens, stream, working
from assay.records.synthetic.events import Events
from assay.records.synthetic.rates import rate

DAYS_ALLOWED = np.array([84, 42, 15, 15])
"""First visit by RoSH, low to very high: the window the rates are about."""

FORM_OUTCOMES = ("HVAP", "HVEX", "HVDE", "HVRS", "HVNA")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """One row a visit made or ruled out: the day of the form and the day of the visit, each maybe none."""

    person: Numbers
    form: Numbers
    form_outcome: Numbers
    day: Numbers
    doorstep: Numbers


def make_visits(cases: Cases, events: Events, *, as_at: date, seed: int) -> Visits:
    """The first visit in time, late or not at all; later ones about every four or six months."""
    rng = stream(seed, as_at, "visits")
    people = np.flatnonzero((cases.type.index != 4) & (events.home != 1))
    window = DAYS_ALLOWED[cases.rosh[people]]
    draw = rng.random(len(people))
    in_time = draw < rate("home_visit_in_time")
    late = ~in_time & (draw < rate("home_visit_in_time") + rate("home_visit_late"))
    ruled_out = ~in_time & ~late & happens(rng, 0.2, len(people))
    took = np.where(
        in_time, (window * (0.25 + 0.7 * rng.random(len(people)))), window + between(rng, 3, 70, len(people))
    )
    first = cases.started[people] + took.astype(np.int32)
    made = in_time | late
    parts = [_visits(rng, people, first, made, ruled_out)]
    day = first.astype(np.int64)
    people, day = people[made], day[made]
    for _ in range(4):
        gap = np.where(cases.rosh[people] >= 2, 110, 190)
        day = day + (gap * (0.6 + 0.9 * rng.random(len(people)))).astype(np.int32)
        due = (day <= cases.last[people]) & happens(rng, 0.6, len(people))
        people, day = people[due], day[due]
        parts.append(
            _visits(rng, people, day, np.ones(len(people), dtype=bool), np.zeros(len(people), dtype=bool))
        )
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)]
    person, form, outcome, visited, doorstep = columns
    reached = np.maximum(form, visited)
    keep = (reached != EMPTY_DAY) & (reached <= cases.last[person])
    keep &= events.supervised(person, np.where(visited == EMPTY_DAY, form, visited))
    keep &= np.where(form == EMPTY_DAY, visited, form) >= cases.started[person]
    return Visits(
        person=person[keep],
        form=form[keep],
        form_outcome=outcome[keep],
        day=visited[keep],
        doorstep=doorstep[keep],
    )


def _visits(
    rng: np.random.Generator, people: Numbers, day: Numbers, made: Numbers, ruled_out: Numbers
) -> tuple[Numbers, Numbers, Numbers, Numbers, Numbers]:
    count = len(people)
    visited = working(day.astype(np.int32))
    form = working((visited - between(rng, 1, 9, count)).astype(np.int32))
    form = np.minimum(form, visited)
    has_form = (made & happens(rng, rate("home_visit_assessed_first"), count)) | ruled_out
    outcome = np.where(ruled_out, between(rng, 1, 4, count), 0)
    return (
        people,
        np.where(has_form, form, EMPTY_DAY),
        outcome,
        np.where(made, visited, EMPTY_DAY),
        happens(rng, 0.07, count),
    )
