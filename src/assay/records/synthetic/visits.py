"""Home visits and the risk assessment that should come before each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY_DAY, Numbers
from assay.records.synthetic.draws import between, happens, stream, worked, working
from assay.records.synthetic.events import Events
from assay.records.synthetic.rates import rate
from assay.records.synthetic.risks import Risks

DAYS_ALLOWED = np.array([84, 42, 15, 15])
"""First visit by RoSH, low to very high: the window the rates are about."""

CONCERN_DAYS = 7
"""A visit after a new concern: five working days."""

FORM_OUTCOMES = ("HVAP", "HVEX", "HVDE", "HVRS", "HVNA")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """One row a visit made or ruled out: the day of the form and the day of the visit, each maybe none."""

    person: Numbers
    form: Numbers
    form_outcome: Numbers
    day: Numbers
    doorstep: Numbers


def make_visits(cases: Cases, events: Events, risks: Risks, *, as_at: date, seed: int) -> Visits:
    """After the start, a move and a new concern: in time, late or not at all; then every few months."""
    rng = stream(seed, as_at, "visits")
    visited = (cases.type.index != 4) & (events.home != 1)
    start, concern = DAYS_ALLOWED[cases.rosh], np.full(cases.count, CONCERN_DAYS)
    parts = []
    for since, window in (
        (risks.concern_found, concern),
        (events.moved_home, start),
        (cases.begun, start),
    ):
        people = np.flatnonzero(visited & (since != EMPTY_DAY))
        made, ruled_out, day = _prompted(rng, cases, people, since[people], window[people])
        parts.append(_visits(rng, people, day, made, ruled_out))
    # Those visited at the start, the last of the three, are visited again.
    regular, reached = people[made], day[made].astype(np.int64)
    for _ in range(4):
        gap = np.where(cases.rosh[regular] >= 2, 110, 190)
        reached = reached + (gap * (0.6 + 0.9 * rng.random(len(regular)))).astype(np.int32)
        due = (reached <= cases.last[regular]) & happens(rng, 0.6, len(regular))
        regular, reached = regular[due], reached[due]
        always = np.ones(len(regular), dtype=bool)
        parts.append(_visits(rng, regular, reached, always, ~always))
    columns = [np.concatenate(each) for each in zip(*parts, strict=True)]
    person, form, outcome, visited, doorstep = columns
    reached = np.maximum(form, visited)
    keep = (reached != EMPTY_DAY) & (reached <= cases.last[person])
    keep &= events.supervised(person, np.where(visited == EMPTY_DAY, form, visited))
    keep &= np.where(form == EMPTY_DAY, visited, form) >= cases.begun[person]
    return Visits(
        person=person[keep],
        form=form[keep],
        form_outcome=outcome[keep],
        day=visited[keep],
        doorstep=doorstep[keep],
    )


def _prompted(
    rng: np.random.Generator, cases: Cases, people: Numbers, since: Numbers, window: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Whether each visit was made, whether it was ruled out, and its day."""
    count = len(people)
    draw = worked(rng, cases.care[people])
    in_time = draw < rate("home_visit_in_time")
    made = draw < rate("home_visit_in_time") + rate("home_visit_late")
    ruled_out = ~made & happens(rng, rate("home_visit_ruled_out"), count)
    soon, late = window * (0.25 + 0.7 * rng.random(count)), window + between(rng, 3, 70, count)
    return made, ruled_out, since + np.where(in_time, soon, late).astype(np.int32)


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
