"""Practitioners, their managers, and who held each case when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from assay.records.synthetic import demonstration, marginals
from assay.records.synthetic.allocating import Held, allocate, colleague, deal, deal_again
from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Numbers, Texts, day_number
from assay.records.synthetic.draws import between, happens, stream
from assay.records.synthetic.rates import rate
from assay.records.synthetic.units import Shape, Units, make_units

GRADES = ("PSO", "PQiP", "PO", "SPO")
PSO, PQIP, PO, SPO = range(4)
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


class Posts(NamedTuple):
    """How many people of a grade serve, those without a caseload of their own among them (at court, in
    prisons, in programmes), and how many stand in the staff list with those who left."""

    pso: int
    po: int
    spo: int
    listed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Every practitioner who holds or held a case here: those who hold some first, ``serving`` of them, then
    leavers, those without a caseload, a colleague elsewhere and SPOs. Teams are numbers into the units."""

    units: Units
    serving: int
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
    waiting_holder: Numbers
    former: Numbers
    switched: Numbers
    reason: Numbers

    def holding(self, person: Numbers, day: Numbers) -> Numbers:
        """Who held each person's case on each day."""
        switched = self.switched[person]
        before = (switched != EMPTY_DAY) & (day < switched)
        return np.where(before, self.former[person], self.holder[person])

    def somebody(self, rng: np.random.Generator, pdu: Numbers) -> Numbers:
        """Somebody who serves in each of these PDUs."""
        return colleague(rng, pdu, self.units.team_pdu[self.team[: self.serving]])

    def of(self, people: Numbers, inside: Numbers) -> Staff:
        """The same staff, as they hold these people and those in prison."""
        return replace(
            self,
            holder=self.holder[people],
            former=self.former[people],
            switched=self.switched[people],
            reason=self.reason[people],
            waiting_holder=self.waiting_holder[inside],
        )


def make_staff(
    cases: Cases, inside: Cases, *, shape: Shape, as_at: date, seed: int, posts: Posts | None = None
) -> Staff:
    """Hire as many of each grade as the caseloads call for, then allocate. Those still in prison, ``inside``,
    count like everybody else."""
    rng = stream(seed, as_at, "staff")
    load = _Load(
        pdu=np.concatenate([cases.pdu, inside.pdu]),
        rosh=np.concatenate([cases.rosh, inside.rosh]),
        active=np.concatenate([cases.active, inside.active]),
    )
    pdu, grade, holder = _hire(rng, load, len(shape.pdus))
    sizes = np.bincount(pdu, minlength=len(shape.pdus))
    teams_per_pdu = np.maximum(np.ceil(sizes / TEAM_SIZE).astype(int), 1)
    teams_per_pdu[0] = max(2, teams_per_pdu[0])
    units = make_units(shape, teams_per_pdu=teams_per_pdu)
    first_team = np.concatenate(([0], np.cumsum(teams_per_pdu)))[:-1]
    order = np.arange(len(pdu)) - np.concatenate(([0], np.cumsum(sizes)))[:-1][pdu]
    team = first_team[pdu] + order % teams_per_pdu[pdu]
    roll = _roll(rng, units, grade, team, posts)
    return _employ(rng, cases, units, roll, holder, as_at=as_at)


class _Load(NamedTuple):
    """Everybody to be held, one row a person."""

    pdu: Numbers
    rosh: Numbers
    active: Numbers


class _Roll(NamedTuple):
    """The staff list before anybody is employed: the groups of ``Staff`` in their order, by size."""

    grade: Numbers
    team: Numbers
    serving: int
    gone: int
    desks: int

    @property
    def first_spo(self) -> int:
        return int(np.flatnonzero(self.grade == SPO)[0])


def _roll(
    rng: np.random.Generator, units: Units, grade: Numbers, team: Numbers, posts: Posts | None
) -> _Roll:
    """Leavers of the teams there are, people without a caseload, and an SPO for each team or more."""
    serving, teams = len(grade), units.own_teams
    spos, desks, gone = teams, np.zeros(0, dtype=np.int8), max(3, serving // 16)
    if posts is not None:
        pso, po = int((grade <= PQIP).sum()), int((grade == PO).sum())
        desks = np.repeat([PSO, PO], [max(posts.pso - pso, 0), max(posts.po - po, 0)]).astype(np.int8)
        spos = max(teams, posts.spo)
        gone = max(gone, posts.listed - serving - len(desks) - spos)
    left = rng.integers(0, serving, gone)
    visitor = np.array([PO] if units.shape.has_history else [], dtype=np.int8)
    where = [
        team,
        team[left],
        rng.integers(0, teams, len(desks)),
        np.full(len(visitor), len(units.team_codes) - 1),
        np.arange(spos) % teams,
    ]
    grades = [grade, grade[left], desks, visitor, np.full(spos, SPO, dtype=np.int8)]
    return _Roll(np.concatenate(grades), np.concatenate(where), serving, gone, len(desks))


def _grade_wanted(rng: np.random.Generator, rosh: Numbers) -> Numbers:
    wanted = np.empty(len(rosh), dtype=np.int8)
    lower = {level: np.cumsum(shares) for level, shares in GRADE_OF_RISK.items()}
    draw = rng.random(len(rosh))
    for level, edges in lower.items():
        rows = rosh == level
        wanted[rows] = np.searchsorted(edges, draw[rows]).clip(max=2)
    high = rosh >= 2
    wanted[high] = np.where(draw[high] < rate("high_risk_held_by_pso"), 0, np.where(draw[high] < 0.10, 1, 2))
    return wanted


def _hire(rng: np.random.Generator, load: _Load, pdus: int) -> tuple[Numbers, Numbers, Numbers]:
    """The serving practitioners by PDU and grade, and who holds each case."""
    wanted = _grade_wanted(rng, load.rosh)
    where, grades, holder = [], [], np.zeros(len(load.pdu), dtype=np.int32)
    total = 0
    for pdu in range(pdus):
        for grade in range(3):
            rows = np.flatnonzero((load.pdu == pdu) & (wanted == grade))
            active = int(load.active[rows].sum())
            least = 2 if pdu == 0 else 1
            count = max(least, round(active / marginals.CASELOAD[GRADES[grade]]))
            holder[rows] = total + deal(rng, load.active[rows], count)
            where += [pdu] * count
            grades += [grade] * count
            total += count
    return np.array(where), np.array(grades, dtype=np.int8), holder


def _employ(
    rng: np.random.Generator, cases: Cases, units: Units, roll: _Roll, holder: Numbers, *, as_at: date
) -> Staff:
    grade, team, serving = roll.grade, roll.team, roll.serving
    count, today = len(grade), day_number(as_at)
    gone = (np.arange(count) >= serving) & (np.arange(count) < serving + roll.gone)
    started = today - between(rng, 200, 6_000, count)
    started = np.where(grade == PQIP, today - between(rng, 60, 600, count), started)
    started = np.where(gone, np.minimum(started, today - 950), started).astype(np.int32)
    newly = happens(rng, rate("newly_qualified"), count)
    qualified = np.where(newly, today - between(rng, 20, 260, count), started + between(rng, 30, 120, count))
    qualified = np.where(grade >= PO, np.maximum(qualified, started), EMPTY_DAY)
    accredited = np.where(grade >= PO, qualified + 270, started + between(rng, 250, 500, count))
    unaccredited = (grade == PQIP) | ((grade == PSO) & ~happens(rng, rate("accredited_pso"), count))
    accredited = np.where(unaccredited | (accredited > today), EMPTY_DAY, accredited)
    left = np.where(gone, _left(rng, today, count, long_ago=roll.gone > serving // 8), EMPTY_DAY)
    started = np.where(gone, np.minimum(started, left - 100), started)
    # A leaver who still holds cases is never one of the demonstration's team.
    others = np.flatnonzero(team[:serving] != DEMONSTRATION_TEAM)
    still = rng.choice(others, max(1, round(serving * rate("flaw_leaver_holds_cases"))), replace=False)
    left[still] = today - between(rng, 15, 120, len(still))
    started[still] = np.minimum(started[still], today - 400)
    cast = _cast(grade, team, gone, units) if units.shape.has_cast else {}
    named = list(cast)
    left[named], started[named], accredited[named] = EMPTY_DAY, today - 1_500, today - 900
    qualified[named] = np.where(grade[named] >= PO, today - 1_450, EMPTY_DAY)
    accredited[[row for row, name in cast.items() if name.code == demonstration.UNACCREDITED_STAFF_CODE]] = (
        EMPTY_DAY
    )
    codes, usernames = _codes(count, cast, units.shape)
    held = Held(
        pdu=units.team_pdu[team],
        grade=grade,
        started=started,
        left=left,
        serving=serving,
        gone=np.flatnonzero(gone),
        visitor=serving + roll.gone + roll.desks if units.shape.has_history else EMPTY,
    )
    mine = deal_again(rng, cases, holder[: cases.count], held)
    return Staff(
        units=units,
        serving=serving,
        grade=grade,
        team=team,
        manager=np.where(
            (grade == SPO) | (held.pdu == EMPTY),
            EMPTY,
            roll.first_spo + np.minimum(team, units.own_teams - 1),
        ),
        started=started,
        qualified=qualified.astype(np.int32),
        accredited=accredited.astype(np.int32),
        left=left.astype(np.int32),
        hours=np.asarray([37.0, 37.0, 37.0, 30.0, 22.5])[rng.integers(0, 5, count)],
        codes=codes,
        usernames=usernames,
        cast=cast,
        holder=mine,
        waiting_holder=holder[cases.count :],
        **allocate(rng, cases, mine, held),
    )


def _left(rng: np.random.Generator, today: int, count: int, *, long_ago: bool) -> Numbers:
    """The day each leaver went: within the time of the records, or at any time since services were one."""
    return today - between(rng, 20, 1_700 if long_ago else 640, count)


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


def _codes(count: int, cast: Mapping[int, Named], shape: Shape) -> tuple[Texts, Texts]:
    """Officer codes and user names. Where regions stand together, user names say which region's they are."""
    user = f"synthetic.{shape.code.lower()}." if shape.has_history else "synthetic.user"
    codes = [f"{shape.code}B{number + 1_001}" for number in range(count)]
    users = [f"{user}{number + 1_001}" for number in range(count)]
    for row, name in cast.items():
        codes[row], users[row] = name.code, name.username
    return pa.array(codes), pa.array(users)
