"""Assessments: when they were begun, signed, locked and completed, and how good they truly were."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY_DAY, Numbers
from assay.records.synthetic.draws import between, happens, stream, worked, working
from assay.records.synthetic.rates import rate
from assay.records.synthetic.staff import Staff

TYPES = ("LAYER1", "LAYER3", "RISK_REVIEW", "SARA", "ARMS")
STATUSES = ("OPEN", "COMPLETE", "LOCKED_INCOMPLETE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessments:
    """One row an assessment. ``good`` and ``copied`` are hidden truth. ``answers`` is the enquiry whose
    answer an assessment analysed, or -1."""

    person: Numbers
    type: Numbers
    staff: Numbers
    begun: Numbers
    signed: Numbers
    locked: Numbers
    completed: Numbers
    countersigned: Numbers
    first: Numbers
    good: Numbers
    copied: Numbers
    answers: Numbers

    def joined(self, other: Assessments) -> Assessments:
        """These and those, one after the other."""
        names = self.__dataclass_fields__
        return replace(
            self, **{each: np.concatenate([getattr(self, each), getattr(other, each)]) for each in names}
        )

    def taken(self, rows: Numbers) -> Assessments:
        """The rows asked for, in that order."""
        return replace(self, **{each: getattr(self, each)[rows] for each in self.__dataclass_fields__})

    @property
    def status(self) -> Numbers:
        """Numbers into ``STATUSES``."""
        return np.where(self.completed != EMPTY_DAY, 1, np.where(self.locked != EMPTY_DAY, 2, 0)).astype(
            np.int16
        )


def regular(cases: Cases, staff: Staff, *, as_at: date, seed: int) -> Assessments:
    """The first assessment of each person and the reviews that followed in their own time."""
    rng = stream(seed, as_at, "assessments")
    has_first = ~((cases.type.index == 4) & happens(rng, 0.5, cases.count))
    people = np.flatnonzero(has_first)
    begun = cases.begun[people] + between(rng, 2, 9, len(people))
    in_time = worked(rng, cases.care[people]) < rate("initial_assessment_in_time")
    took = np.where(in_time, between(rng, 5, 14, len(people)), between(rng, 22, 80, len(people)))
    signed = working(begun + took)
    parts = [_rows(rng, cases, staff, people, begun, signed, first=True)]
    gap = np.array([330, 230, 125, 100])[cases.rosh[people]]
    day = signed.astype(np.int64)
    for _ in range(5):
        day = day + (gap * (0.7 + 0.9 * rng.random(len(people)))).astype(np.int32)
        due = day <= cases.last[people]
        people, gap, day = people[due], gap[due], day[due]
        if len(people):
            begun = day.astype(np.int32) - between(rng, 1, 12, len(people))
            parts.append(_rows(rng, cases, staff, people, begun, working(day.astype(np.int32)), first=False))
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.joined(part)
    return whole.taken(np.flatnonzero(whole.begun <= cases.last[whole.person]))


def after_answers(
    cases: Cases,
    staff: Staff,
    *,
    person: Numbers,
    answered: Numbers,
    enquiry: Numbers,
    as_at: date,
    seed: int,
) -> Assessments:
    """A risk review within ten working days of each answer given, because it was analysed."""
    rng = stream(seed, as_at, "reviews after answers")
    begun = working(answered, later=1)
    signed = working(answered, later=between(rng, 1, 7, len(person)))
    made = _rows(rng, cases, staff, person, begun, np.maximum(begun, signed), first=False, prompt=True)
    made = replace(
        made,
        type=np.full(len(person), 2, dtype=np.int16),
        answers=enquiry.astype(np.int32),
        good=np.ones(len(person), dtype=bool),
        copied=np.zeros(len(person), dtype=bool),
    )
    return made.taken(np.flatnonzero(made.begun <= cases.last[person]))


def _rows(
    rng: np.random.Generator,
    cases: Cases,
    staff: Staff,
    people: Numbers,
    begun: Numbers,
    signed: Numbers,
    *,
    first: bool,
    prompt: bool = False,
) -> Assessments:
    count = len(people)
    last = cases.last[people]
    assessor = staff.holding(people, begun)
    sign_done = (signed <= last) & ~happens(rng, 0.02, count)
    unaccredited = (staff.accredited[assessor] == EMPTY_DAY) | (staff.accredited[assessor] > signed)
    needs_second = (cases.rosh[people] >= 2) | unaccredited
    second_done = happens(rng, 0.96 if prompt else rate("countersigned"), count)
    wait = between(rng, 0, 2, count) if prompt else between(rng, 1, 21, count)
    second = np.where(needs_second & second_done & sign_done, signed + wait, EMPTY_DAY)
    second = np.where(second > last, EMPTY_DAY, second)
    complete = np.where(needs_second, second, np.where(sign_done, signed, EMPTY_DAY))
    good = worked(rng, cases.care[people]) < rate("assessment_good")
    layer = np.where((cases.rosh[people] == 0) & ~cases.need_police[people], 0, 1)
    return Assessments(
        person=people.astype(np.int32),
        type=layer.astype(np.int16),
        staff=assessor.astype(np.int32),
        begun=begun.astype(np.int32),
        signed=np.where(sign_done, signed, EMPTY_DAY).astype(np.int32),
        locked=np.where(sign_done & needs_second, signed, EMPTY_DAY).astype(np.int32),
        completed=complete.astype(np.int32),
        countersigned=second.astype(np.int32),
        first=np.full(count, first),
        good=good,
        copied=np.zeros(count, dtype=bool)
        if first
        else happens(rng, rate("assessment_copied"), count) & ~good,
        answers=np.full(count, -1, dtype=np.int32),
    )
