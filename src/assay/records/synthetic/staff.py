"""Practitioners, their managers, and who held each case when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from assay.records.synthetic import demonstration, marginals
from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import (
    EMPTY,
    EMPTY_DAY,
    Numbers,
    Texts,
    day_number,
)
from assay.records.synthetic.draws import between, happens, stream
from assay.records.synthetic.rates import rate
from assay.records.synthetic.units import PDU_COUNT, Units, make_units

GRADES = ("PSO", "PQiP", "PO", "SPO")
TEAM_SIZE = 11
DEMONSTRATION_TEAM = 1
GRADE_OF_RISK = {0: (0.79, 0.07, 0.14), 1: (0.55, 0.07, 0.38)}
"""Shares of PSO, PQiP and PO among those who hold low and medium risk."""


class Named(NamedTuple):
    """A member of staff whose code and name are the same in every region."""

    code: str
    username: str
    forename: str
    surname: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Every practitioner who holds or held a case here, then the SPOs. Teams are numbers into the units."""

    units: Units
    grade: Numbers
    team: Numbers
    manager: Numbers
    started: Numbers
    qualified: Numbers
    accredited: Numbers
    left: Numbers
    hours: Numbers
    codes: Texts
    usernames: Texts
    cast: Mapping[int, Named]
    holder: Numbers
    former: Numbers
    switched: Numbers
    reason: Numbers
    holders_until: Numbers

    def holding(self, person: Numbers, day: Numbers) -> Numbers:
        """Who held each person's case on each day."""
        before = (self.switched[person] != EMPTY_DAY) & (day < self.switched[person])
        return np.where(before, self.former[person], self.holder[person])


def make_staff(cases: Cases, *, region: str, as_at: date, seed: int, real_names: bool) -> Staff:
    """Hire as many of each grade as the caseloads call for, then allocate."""
    rng = stream(seed, as_at, "staff")
    wanted = _grade_wanted(rng, cases)
    pdu, grade, holder = _hire(rng, cases, wanted)
    sizes = np.bincount(pdu, minlength=PDU_COUNT)
    teams_per_pdu = np.maximum(np.ceil(sizes / TEAM_SIZE).astype(int), 1)
    teams_per_pdu[0] = max(2, teams_per_pdu[0])
    units = make_units(region, teams_per_pdu=teams_per_pdu, real_names=real_names)
    first_team = np.concatenate(([0], np.cumsum(teams_per_pdu)))[:-1]
    order = np.arange(len(pdu)) - np.concatenate(([0], np.cumsum(sizes)))[:-1][pdu]
    team = first_team[pdu] + order % teams_per_pdu[pdu]
    gone_count = max(3, len(pdu) // 16)
    gone = rng.integers(0, len(pdu), gone_count)
    grade = np.concatenate([grade, grade[gone], np.full(len(units.team_codes), 3, dtype=np.int8)])
    team = np.concatenate([team, team[gone], np.arange(len(units.team_codes))])
    return _employ(rng, cases, units, grade, team, holder, serving=len(pdu), as_at=as_at)


def _grade_wanted(rng: np.random.Generator, cases: Cases) -> Numbers:
    wanted = np.empty(cases.count, dtype=np.int8)
    lower = {level: np.cumsum(shares) for level, shares in GRADE_OF_RISK.items()}
    draw = rng.random(cases.count)
    for level, edges in lower.items():
        rows = cases.rosh == level
        wanted[rows] = np.searchsorted(edges, draw[rows]).clip(max=2)
    high = cases.rosh >= 2
    wanted[high] = np.where(draw[high] < rate("high_risk_held_by_pso"), 0, np.where(draw[high] < 0.10, 1, 2))
    return wanted


def _hire(rng: np.random.Generator, cases: Cases, wanted: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """The serving practitioners by PDU and grade, and who holds each case."""
    pdus, grades, holder = [], [], np.zeros(cases.count, dtype=np.int32)
    total = 0
    for pdu in range(PDU_COUNT):
        for grade in range(3):
            rows = np.flatnonzero((cases.pdu == pdu) & (wanted == grade))
            active = int(cases.active[rows].sum())
            least = 2 if pdu == 0 else 1
            count = max(least, round(active / marginals.CASELOAD[GRADES[grade]]))
            holder[rows] = total + _even_deal(rng, cases.active[rows], count)
            pdus += [pdu] * count
            grades += [grade] * count
            total += count
    return np.array(pdus), np.array(grades, dtype=np.int8), holder


def _even_deal(rng: np.random.Generator, active: Numbers, count: int) -> Numbers:
    """Deal cases to ``count`` people: open cases evenly with a little unevenness, ended ones at random."""
    dealt = rng.integers(0, count, len(active))
    turn = (np.arange(int(active.sum())) % count)[rng.permutation(int(active.sum()))]
    swap = rng.random(len(turn)) < 0.15
    turn[swap] = rng.integers(0, count, int(swap.sum()))
    dealt[active] = turn
    return dealt


def _employ(
    rng: np.random.Generator,
    cases: Cases,
    units: Units,
    grade: Numbers,
    team: Numbers,
    holder: Numbers,
    *,
    serving: int,
    as_at: date,
) -> Staff:
    count, today, teams = len(grade), day_number(as_at), len(units.team_codes)
    gone = np.arange(count) >= serving
    gone[count - teams :] = False
    started = today - between(rng, 200, 6_000, count)
    started = np.where(grade == 1, today - between(rng, 60, 600, count), started)
    started = np.where(gone, np.minimum(started, today - 950), started).astype(np.int32)
    newly = happens(rng, rate("newly_qualified"), count)
    qualified = np.where(newly, today - between(rng, 20, 260, count), started + between(rng, 30, 120, count))
    qualified = np.where(grade >= 2, np.maximum(qualified, started), EMPTY_DAY)
    accredited = np.where(grade >= 2, qualified + 270, started + between(rng, 250, 500, count))
    unaccredited = (grade == 1) | ((grade == 0) & ~happens(rng, rate("accredited_pso"), count))
    accredited = np.where(unaccredited | (accredited > today), EMPTY_DAY, accredited)
    left = np.where(gone, today - between(rng, 20, 640, count), EMPTY_DAY)
    # A leaver who still holds cases is never one of the demonstration's team.
    others = np.flatnonzero(~gone[:serving] & (team[:serving] != DEMONSTRATION_TEAM))
    still = rng.choice(others, max(1, round(serving * rate("flaw_leaver_holds_cases"))), replace=False)
    left[still] = today - between(rng, 15, 120, len(still))
    started[still] = np.minimum(started[still], today - 400)
    cast = _cast(grade, team, gone, units)
    named = list(cast)
    left[named], started[named], accredited[named] = EMPTY_DAY, today - 1_500, today - 900
    qualified[named] = np.where(grade[named] >= 2, today - 1_450, EMPTY_DAY)
    accredited[[row for row, name in cast.items() if name.code == demonstration.UNACCREDITED_STAFF_CODE]] = (
        EMPTY_DAY
    )
    codes, usernames = _codes(count, cast)
    hold = _allocate(rng, cases, holder, team, gone, left, units)
    return Staff(
        units=units,
        grade=grade,
        team=team,
        manager=np.where(grade == 3, EMPTY, count - teams + team),
        started=started,
        qualified=qualified.astype(np.int32),
        accredited=accredited.astype(np.int32),
        left=left.astype(np.int32),
        hours=np.asarray([37.0, 37.0, 37.0, 30.0, 22.5])[rng.integers(0, 5, count)],
        codes=codes,
        usernames=usernames,
        cast=cast,
        holder=holder,
        **hold,
    )


def _cast(grade: Numbers, team: Numbers, gone: Numbers, units: Units) -> dict[int, Named]:
    """Which rows are the demonstration's named staff."""
    other_team = units.team_codes.index(demonstration.OTHER_TEAM_CODE)

    def first(wanted: int, where: int) -> int:
        return int(np.flatnonzero((grade == wanted) & (team == where) & ~gone)[0])

    mine = DEMONSTRATION_TEAM
    return {
        first(grades, where): name
        for grades, where, name in (
            (3, mine, Named(demonstration.SPO_STAFF_CODE, demonstration.SPO_USERNAME, "Huw", "Example")),
            (
                2,
                mine,
                Named(
                    demonstration.PRACTITIONER_STAFF_CODE,
                    demonstration.PRACTITIONER_USERNAME,
                    "Priya",
                    "Sample",
                ),
            ),
            (0, mine, Named(demonstration.UNACCREDITED_STAFF_CODE, "sam.specimen", "Sam", "Specimen")),
            (
                2,
                other_team,
                Named(
                    demonstration.OTHER_PRACTITIONER_STAFF_CODE,
                    demonstration.OTHER_PRACTITIONER_USERNAME,
                    "Tom",
                    "Elsewhere",
                ),
            ),
        )
    }


def _codes(count: int, cast: Mapping[int, Named]) -> tuple[Texts, Texts]:
    codes = [f"{demonstration.REGION_CODE}B{number + 1_001}" for number in range(count)]
    users = [f"synthetic.user{number + 1_001}" for number in range(count)]
    for row, name in cast.items():
        codes[row], users[row] = name.code, name.username
    return pa.array(codes), pa.array(users)


def _allocate(
    rng: np.random.Generator,
    cases: Cases,
    holder: Numbers,
    team: Numbers,
    gone: Numbers,
    left: Numbers,
    units: Units,
) -> dict[str, Numbers]:
    """Former holders: a leaver of the same PDU, a colleague, or someone in another PDU."""
    people = cases.count
    pdu_of = units.team_pdu[team]
    draw = rng.random(people)
    moved = draw < rate("moved_to_another_pdu")
    changed = draw < rate("holder_changed")
    former = holder[rng.permutation(people)]
    same = pdu_of[former] == cases.pdu
    colleagues = _colleague(rng, cases.pdu, pdu_of[: int(np.flatnonzero(gone)[0])])
    former = np.where(moved & ~same, former, colleagues)
    leavers = np.flatnonzero(gone)
    one = leavers[rng.integers(0, len(leavers), people)]
    from_leaver = changed & ~moved & (pdu_of[one] == cases.pdu) & (left[one] > cases.begun + 5)
    former = np.where(from_leaver, one, former)
    room = cases.last - cases.begun
    switched = cases.begun + (room * (0.1 + 0.8 * rng.random(people))).astype(np.int32)
    switched = np.where(from_leaver, np.minimum(left[one], cases.last), switched)
    changed &= (former != holder) & (room > 30) & (switched > cases.begun) & (switched <= cases.last)
    other_pdu = changed & (pdu_of[former] != cases.pdu)
    reason = np.where(other_pdu, 1, np.where(from_leaver, 4, 3))
    return {
        "former": former.astype(np.int32),
        "switched": np.where(changed, switched, EMPTY_DAY).astype(np.int32),
        "reason": reason.astype(np.int16),
        "holders_until": cases.ended,
    }


def _colleague(rng: np.random.Generator, pdu: Numbers, serving_pdu: Numbers) -> Numbers:
    start = np.searchsorted(serving_pdu, np.arange(PDU_COUNT))
    size = np.bincount(serving_pdu, minlength=PDU_COUNT)
    return start[pdu] + (rng.random(len(pdu)) * size[pdu]).astype(np.int64)
