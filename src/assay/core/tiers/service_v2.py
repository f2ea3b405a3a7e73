"""Tier v2 of a whole service at once, from its tables as columns.

Equal to :func:`assay.core.tiers.v2.tier_v2` for every person, step by step: generated cases agree. Scores
may be floats here, since they are only compared, never added, and a float keeps the order of the decimal it
is written as.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assay.core.tiers import tables
from assay.core.tiers.columns import Bools, Coded, Days, Floats, Ints, Small, any_of_each, last_of_each
from assay.core.tiers.tables import MAPPA_LEVELS, ROSH, Level, RulesV2


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrations:
    """The register entries of everybody: ``person`` is the row of the person."""

    person: Ints
    code: Coded
    level: Coded
    entered_on: Days


@dataclass(frozen=True, slots=True, kw_only=True)
class Convictions:
    """The convictions of everybody, and their requirements: ``conviction`` is the row of the conviction."""

    person: Ints
    sentence_type: Coded
    ended: Bools
    conviction: Ints
    category: Coded
    restrictive: Bools


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceV2:
    """Everybody, a row each. ``rsr`` is a percentage and NaN where there is none, ``ogrs`` -1. ``scores`` has
    a column for each need of the rules, in their order, -1 where the section has no answer. What a scalar
    case has as not given is False, -1 or NaN here, which scores the same."""

    female: Bools
    rsr: Floats
    ogrs: Ints
    enforcement: Bools
    assessed: Bools
    san: Bools
    parenting: Bools
    self_control: Bools
    scores: npt.NDArray[np.int16]
    registrations: Registrations
    convictions: Convictions

    def __len__(self) -> int:
        return len(self.rsr)


@dataclass(frozen=True, slots=True, kw_only=True)
class TiersV2:
    """``tier`` is such as B2 or B2S, a text for each person; ``points`` has the points of each step by its
    name, nought where the step was not looked at."""

    tier: npt.NDArray[np.str_]
    protect: npt.NDArray[np.str_]
    protect_points: Ints
    change: npt.NDArray[np.str_]
    change_points: Ints
    mandate: Bools
    suspended: Bools
    points: Mapping[str, Ints]


def tiers_v2(service: ServiceV2, *, rules: RulesV2 | None = None) -> TiersV2:
    """The tier of everybody, with the points of each step. Shapes: a row each, in the order given."""
    known = tables.v2() if rules is None else rules
    entries = _Entries.of(service, known)
    points = {"RSR": _rsr(service.rsr, known), **entries.points(known), **_women(service, known)}
    protect_points = np.maximum(points["RSR"], points["ROSH"])
    for name, each in points.items():
        if name not in ("RSR", "ROSH"):
            protect_points = protect_points + each
    mandate = _mandate(service, known)
    scored = mandate & service.assessed
    change = {
        **_needs(service, known),
        "OGRS": np.maximum(service.ogrs, 0) // known.change.ogrs_divided_by,
        "IOM": known.change.nominal * entries.nominal.astype(np.int64),
    }
    change = {name: np.where(scored, each, 0) for name, each in change.items()}
    change_points = np.sum(list(change.values()), axis=0)
    protect = _levels(known.protect.levels, protect_points)
    changed = _levels(known.change.levels, change_points)
    changed = np.where(service.assessed, changed, known.change.without_assessment)
    changed = np.where(mandate, changed, known.change.without_mandate)
    letters = np.char.add(protect, changed)
    return TiersV2(
        tier=np.where(entries.suspended, np.char.add(letters, "S"), letters),
        protect=protect,
        protect_points=protect_points,
        change=changed,
        change_points=change_points,
        mandate=mandate,
        suspended=entries.suspended,
        points=points | change,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entries:
    """What the register entries come to for each person: RoSH and MAPPA as places in their lists, -1 for
    none, and how many distinct codes of complexity."""

    rosh: Small
    mappa: Small
    complexity: Ints
    nominal: Bools
    suspended: Bools

    @classmethod
    def of(cls, service: ServiceV2, rules: RulesV2) -> _Entries:
        given, codes, count = service.registrations, rules.registers, len(service)
        kept = given.code.map(lambda code: code not in codes.left_out, empty=0) == 1
        rosh = given.code.map(lambda code: _place(codes.rosh.get(code.upper()), ROSH))
        level = given.level.map(lambda text: _place(text.upper(), MAPPA_LEVELS))
        factor = given.code.map(lambda code: _place(code.upper(), codes.complexity))

        def latest(value: Small, rows: Bools) -> Small:
            return last_of_each(given.person[rows], value[rows], given.entered_on[rows], count=count)

        def having(code: str) -> Bools:
            rows = given.code.map(lambda each: each == code, empty=0) == 1
            return any_of_each(given.person[rows & kept], count=count)

        mappa = given.code.map(lambda code: code == codes.mappa, empty=0) == 1
        counts = kept & (factor >= 0)
        there = np.zeros((count, len(codes.complexity)), dtype=np.bool_)
        there[given.person[counts], factor[counts]] = True
        return cls(
            rosh=latest(rosh, kept & (rosh >= 0)),
            mappa=latest(level, kept & mappa & (level >= 0)),
            complexity=there.sum(axis=1),
            nominal=having(codes.nominal),
            suspended=having(codes.suspended),
        )

    def points(self, rules: RulesV2) -> dict[str, Ints]:
        rosh = np.array([*(rules.rosh.points[each] for each in ROSH), 0], dtype=np.int64)
        mappa = np.array([*(rules.mappa.points[each] for each in MAPPA_LEVELS), 0], dtype=np.int64)
        return {
            "ROSH": rosh[self.rosh],
            "MAPPA": mappa[self.mappa],
            "COMPLEXITY": rules.complexity.each * self.complexity,
        }


def _place(value: str | None, within: tuple[str, ...]) -> int:
    return within.index(value) if value in within else -1


def _rsr(rsr: Floats, rules: RulesV2) -> Ints:
    points = np.zeros(len(rsr), dtype=np.int64)
    for band in rules.rsr.bands:
        points[(rsr >= float(band.lowest)) & (rsr <= float(band.highest))] = band.points
    return points


def _women(service: ServiceV2, rules: RulesV2) -> dict[str, Ints]:
    asked = service.female & service.assessed
    return {
        "PARENTING": rules.women.parenting * (asked & service.parenting).astype(np.int64),
        "SELF_CONTROL": rules.women.self_control * (asked & service.self_control).astype(np.int64),
        "ENFORCEMENT": rules.women.enforcement * (service.female & service.enforcement).astype(np.int64),
    }


def _mandate(service: ServiceV2, rules: RulesV2) -> Bools:
    given = service.convictions
    custodial = given.sentence_type.map(lambda code: code in rules.mandate.custodial, empty=0) == 1
    asks = given.category.map(lambda code: code not in rules.mandate.unpaid_work, empty=1) == 1
    asked = any_of_each(given.conviction[asks & ~given.restrictive], count=len(given.person))
    return any_of_each(given.person[~given.ended & (custodial | asked)], count=len(service))


def _needs(service: ServiceV2, rules: RulesV2) -> dict[str, Ints]:
    points: dict[str, Ints] = {}
    worth = rules.needs.severity
    for column, need in enumerate(rules.needs.sections):
        score, usual, other = service.scores[:, column], need.thresholds(san=False), need.thresholds(san=True)
        severe = score >= np.where(service.san, other.severe, usual.severe)
        standard = score >= np.where(service.san, other.standard, usual.standard)
        found = np.where(severe, worth["severe"], np.where(standard, worth["standard"], worth["no_need"]))
        points[need.need] = need.weight * np.where(score < 0, 0, found)
    return points


def _levels(levels: tuple[Level, ...], points: Ints) -> npt.NDArray[np.str_]:
    """The first level, from the highest down, of which there are points enough."""
    rising = np.array([each.least for each in reversed(levels)])
    names = np.array([each.level for each in reversed(levels)])
    found: npt.NDArray[np.str_] = names[np.searchsorted(rising, points, side="right") - 1]
    return found
