"""Tier v3 of a whole service at once, from its columns.

Equal to :func:`assay.core.tiers.v3.tier_v3` for every person, step by step: generated cases agree. Scores
may be floats here, since they are only compared, and a float keeps the order of the decimal it is written as.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from assay.core.tiers import tables
from assay.core.tiers.columns import Bools, Coded, Days, Floats, Ints
from assay.core.tiers.tables import ROSH, RulesV3
from assay.core.tiers.v3 import MISSING, NOT_SUPERVISED, years_before

MEDIUM = ROSH.index("medium")


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceV3:
    """Everybody, a row each. Scores are percentages, NaN where there is none. ``rosh`` and ``dcsrp_band``
    hold low, medium, high or very_high, the types static or dynamic, or nothing. What a scalar case has as
    not given is False here, but for ``active``, which then is True."""

    active: Bools
    category: Bools
    rosh: Coded
    lifer_ipp: Bools
    released_on: Days
    domestic_abuse: Bools
    stalking: Bools
    child_protection: Bools
    sexual_offence: Bools
    arp: Floats
    csrp: Floats
    arp_type: Coded
    csrp_type: Coded
    dcsrp: Floats
    dcsrp_band: Coded

    def __len__(self) -> int:
        return len(self.arp)


@dataclass(frozen=True, slots=True, kw_only=True)
class TiersV3:
    """``tier`` is a text for each person, empty where ``refused``: a DC-SRP score to which the medium band
    gives no tier. ``steps`` has the tier each step gives by its name, empty where it gives none or was not
    looked at."""

    tier: npt.NDArray[np.str_]
    provisional: Bools
    provisional_static: Bools
    provisional_rosh: Bools
    refused: Bools
    steps: Mapping[str, npt.NDArray[np.str_]]


def tiers_v3(service: ServiceV3, *, on: date, rules: RulesV3 | None = None) -> TiersV3:
    """The tier of everybody as on a day, and what each step gives. Shapes: a row each, in the order given."""
    known = tables.v3() if rules is None else rules
    found = _Steps(service, known, on=on)
    decided = service.active & found.scored & ~found.refused
    highest = found.highest()
    static = decided & found.provisional_static()
    missing = decided & found.provisional_rosh()
    tier = np.where(
        ~service.active,
        NOT_SUPERVISED,
        np.where(~found.scored, MISSING, np.where(found.refused, "", found.names[highest])),
    )
    return TiersV3(
        tier=tier,
        provisional=static | missing,
        provisional_static=static,
        provisional_rosh=missing,
        refused=service.active & found.scored & found.refused,
        steps={name: np.where(decided, found.names[each], "") for name, each in found.steps.items()},
    )


class _Steps:
    """What each step gives everybody, as places in the list of tiers; one past its end for nothing."""

    def __init__(self, service: ServiceV3, rules: RulesV3, *, on: date) -> None:
        self.service, self.rules = service, rules
        self.names = np.array([*rules.tiers, ""])
        self.nothing = len(rules.tiers)
        self.scored = ~np.isnan(service.arp) & ~np.isnan(service.csrp)
        self.rosh = service.rosh.map(ROSH.index)
        self.column = _places(service.arp, rules.reoffending.arp)
        self.row = _places(service.csrp, rules.reoffending.csrp)
        self.grid = np.array([[self._at(each) for each in line] for line in rules.reoffending.table])
        self.refused = np.zeros(len(service), dtype=np.bool_)
        flags = rules.flags
        self.steps: dict[str, Ints] = {
            "REOFFENDING": self.grid[self.row, self.column],
            "SEXUAL_REOFFENDING": self._sexual_reoffending(),
            "MAPPA_ROSH": self._mappa_rosh(),
            "LIFER_IPP": self._lifer_ipp(on),
            "DOMESTIC_ABUSE": self._where(service.domestic_abuse, flags.domestic_abuse),
            "STALKING": self._where(service.stalking, flags.stalking),
            "CHILD_PROTECTION": self._where(service.child_protection, flags.child_protection),
            "SEXUAL_OFFENCES": self._where(service.sexual_offence, flags.sexual_offences),
        }

    def _at(self, tier: str | None) -> int:
        return self.nothing if tier is None else self.rules.tiers.index(tier)

    def _where(self, holds: Bools, tier: str) -> Ints:
        return np.where(holds, self._at(tier), self.nothing)

    def _sexual_reoffending(self) -> Ints:
        rules, score = self.rules.sexual_reoffending, self.service.dcsrp
        band = self.service.dcsrp_band.map(ROSH.index)
        applies = (score > 0) & (band >= 0)
        by_band = np.array([*(self._at(rules.bands.get(each)) for each in ROSH), self.nothing])
        found = np.where(applies, by_band[band], self.nothing)
        medium = applies & (band == MEDIUM)
        least = rules.medium[-1].least
        self.refused = medium & (score < float(least))
        by_score = np.array([*(self._at(each.tier) for each in rules.medium), self.nothing])
        place = _places(score, [each.least for each in rules.medium])
        return np.where(medium, by_score[place], found)

    def _mappa_rosh(self) -> Ints:
        rules = self.rules.mappa_rosh
        levels = (*ROSH, "missing")
        with_category = np.array([self._at(rules.with_category[each]) for each in levels])
        without = np.array([self._at(rules.without_category.get(each)) for each in levels])
        return np.where(self.service.category, with_category[self.rosh], without[self.rosh])

    def _lifer_ipp(self, on: date) -> Ints:
        rules, released = self.rules.lifer_ipp, self.service.released_on
        applies = self.service.lifer_ipp & ~np.isnat(released)
        found = self._where(applies, rules.longer_ago)
        for each in reversed(rules.released_within):
            since = np.datetime64(years_before(on, each.years), "D")
            found = np.where(applies & (released >= since), self._at(each.tier), found)
        return found

    def highest(self, *left_out: str) -> Ints:
        """The highest tier the steps give, without those left out; the lowest of all where none gives one."""
        found = np.full(len(self.service), self.nothing - 1)
        for name, each in self.steps.items():
            if name not in left_out:
                found = np.minimum(found, each)
        return found

    def provisional_static(self) -> Bools:
        arp, csrp = self._is("arp", "static"), self._is("csrp", "static")
        most = np.where(arp, self.grid[self.row, 0], self.grid[0, self.column])
        most = np.where(arp & csrp, self._at(self.rules.provisional.both_static), most)
        return (arp | csrp) & (self.highest("REOFFENDING") > most)

    def provisional_rosh(self) -> Bools:
        dynamic = self._is("arp", "dynamic") & self._is("csrp", "dynamic")
        others = np.where(dynamic, self.highest("MAPPA_ROSH"), self.highest("MAPPA_ROSH", "REOFFENDING"))
        limits = self.rules.provisional
        least = np.where(
            self.service.category,
            self._at(limits.rosh_missing_with_category),
            self._at(limits.rosh_missing_without_category),
        )
        missing: Bools = (self.rosh < 0) & (others > least)
        return missing

    def _is(self, score: str, kind: str) -> Bools:
        given = self.service.arp_type if score == "arp" else self.service.csrp_type
        found: Bools = given.map(lambda text: text == kind, empty=0) == 1
        return found


def _places(scores: Floats, thresholds: Sequence[Decimal]) -> Ints:
    """Which threshold, from the highest down, each score is the first not to be below; one past the last
    where it is below them all. No score is taken as nought."""
    rising = np.array([float(each) for each in reversed(thresholds)])
    known = np.nan_to_num(scores, nan=0.0)
    return len(thresholds) - np.searchsorted(rising, known, side="right")
