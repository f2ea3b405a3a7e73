"""Tier v3: one letter from A to G, one person at a time, with each step's reason.

:mod:`assay.core.tiers.service_v3` does the same for a whole service.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from assay.core.errors import Refused
from assay.core.messages import Message, message
from assay.core.steps import Step
from assay.core.tiers import tables
from assay.core.tiers.tables import Reoffending, RulesV3
from assay.core.tiers.types import CaseV3, TierV3

NOT_SUPERVISED, MISSING = "NOT_SUPERVISED", "MISSING"


def tier_v3(case: CaseV3, *, on: date, rules: RulesV3 | None = None) -> TierV3:
    """The tier as on a day, with every step that led to it, in order. Somebody without an active event, or
    without ARP or CSRP, gets no letter, and no further step. ``Refused`` for a DC-SRP score to which the
    medium band gives no tier. Source: the rules' own, step by step (``v3.yaml``)."""
    known = tables.v3() if rules is None else rules
    active = _active(case)
    if active.result is False:
        return TierV3(id=case.id, tier=NOT_SUPERVISED, provisional=False, steps=(active,))
    predictors = _predictors(case)
    if case.arp is None or case.csrp is None:
        return TierV3(id=case.id, tier=MISSING, provisional=False, steps=(active, predictors))
    steps = (
        _reoffending(case.arp, case.csrp, known),
        _sexual_reoffending(case, known),
        _mappa_rosh(case, known),
        _lifer_ipp(case, known, on=on),
        *_flags(case, known),
    )
    static = _static(case.arp, case.csrp, case, steps, known)
    missing = _rosh_missing(case, steps, known)
    return TierV3(
        id=case.id,
        tier=_highest(steps, known),
        provisional=static.result is True or missing.result is True,
        steps=(active, predictors, *steps, static, missing),
    )


def _highest(steps: Iterable[Step], rules: RulesV3) -> str:
    """The highest tier among the steps, the lowest there is where none gives one."""
    return min((str(each.result) for each in steps if each.result is not None), default=rules.tiers[-1])


def _active(case: CaseV3) -> Step:
    if case.active is None:
        said = message("Whether there is an active event was not given; it is taken that there is.")
        return _step("ACTIVE_EVENT", True, "not_given", said)
    if case.active:
        return _step("ACTIVE_EVENT", True, "yes", message("There is an active event."))
    return _step("ACTIVE_EVENT", False, "no", message("There is no active event, so nobody supervises."))


def _predictors(case: CaseV3) -> Step:
    if case.arp is None and case.csrp is None:
        return _step("PREDICTORS", False, "both_missing", message("ARP and CSRP are missing."))
    if case.arp is None:
        return _step("PREDICTORS", False, "arp_missing", message("ARP is missing."))
    if case.csrp is None:
        return _step("PREDICTORS", False, "csrp_missing", message("CSRP is missing."))
    return _step("PREDICTORS", True, "there", message("ARP and CSRP are there."))


def place(score: Decimal, thresholds: Sequence[Decimal]) -> int:
    """Which threshold, from the highest down, the score is the first not to be below. The last is nought."""
    return next(index for index, least in enumerate(thresholds) if score >= least)


def _cell(arp: int, csrp: int, grid: Reoffending) -> str:
    return grid.table[csrp][arp]


def _reoffending(arp: Decimal, csrp: Decimal, rules: RulesV3) -> Step:
    grid = rules.reoffending
    column, row = place(arp, grid.arp), place(csrp, grid.csrp)
    said = message(
        "ARP {arp} is from {column} and CSRP {csrp} from {row}.",
        arp=arp,
        csrp=csrp,
        column=grid.arp[column],
        row=grid.csrp[row],
    )
    return _step("REOFFENDING", _cell(column, row, grid), "table", said)


def _sexual_reoffending(case: CaseV3, rules: RulesV3) -> Step:
    name = "SEXUAL_REOFFENDING"
    if case.dcsrp is None:
        return _step(name, None, "not_given", message("No DC-SRP was given."))
    if case.dcsrp == 0:
        return _step(name, None, "nought", message("DC-SRP is 0, which says nothing."))
    if case.dcsrp_band is None:
        said = message("DC-SRP {score} has no band, or one that is not applicable.", score=case.dcsrp)
        return _step(name, None, "no_band", said)
    if case.dcsrp_band == "medium":
        return _medium(case.dcsrp, case.id, rules)
    bands = {
        "very_high": message("The band of DC-SRP is very high."),
        "high": message("The band of DC-SRP is high."),
        "low": message("The band of DC-SRP is low."),
    }
    return _step(
        name, rules.sexual_reoffending.bands[case.dcsrp_band], case.dcsrp_band, bands[case.dcsrp_band]
    )


def _medium(score: Decimal, id: str, rules: RulesV3) -> Step:
    for each in rules.sexual_reoffending.medium:
        if score >= each.least:
            said = message(
                "The band of DC-SRP is medium, and {score} is from {least}.", score=score, least=each.least
            )
            return _step("SEXUAL_REOFFENDING", each.tier, "medium", said)
    raise Refused(
        message(
            "{id}, dcsrp: {score} is below {least}, to which the medium band gives no tier.",
            id=id,
            score=score,
            least=rules.sexual_reoffending.medium[-1].least,
        )
    )


def _mappa_rosh(case: CaseV3, rules: RulesV3) -> Step:
    name, level = "MAPPA_ROSH", case.rosh or "missing"
    if case.category:
        said = {
            "very_high": message("There is a MAPPA category, and RoSH is very high."),
            "high": message("There is a MAPPA category, and RoSH is high."),
            "medium": message("There is a MAPPA category, and RoSH is medium."),
            "low": message("There is a MAPPA category, and RoSH is low."),
            "missing": message("There is a MAPPA category, and RoSH is missing."),
        }
        return _step(name, rules.mappa_rosh.with_category[level], f"category_{level}", said[level])
    said = {
        "very_high": message("There is no MAPPA category, and RoSH is very high."),
        "high": message("There is no MAPPA category, and RoSH is high."),
        "medium": message("There is no MAPPA category, and RoSH is medium."),
        "low": message("There is no MAPPA category, and RoSH is low."),
        "missing": message("There is no MAPPA category, and RoSH is missing."),
    }
    return _step(name, rules.mappa_rosh.without_category.get(level), level, said[level])


def years_before(day: date, years: int) -> date:
    """The same day so many years before; 28 February for a 29th that the year does not have."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _lifer_ipp(case: CaseV3, rules: RulesV3, *, on: date) -> Step:
    name = "LIFER_IPP"
    if case.lifer_ipp is None:
        said = message("Whether the sentence is life or for public protection was not given.")
        return _step(name, None, "not_given", said)
    if not case.lifer_ipp:
        return _step(name, None, "no", message("The sentence is neither life nor for public protection."))
    if case.released_on is None:
        said = message("The sentence is life or for public protection, and there is no day of release.")
        return _step(name, None, "not_released", said)
    for each in rules.lifer_ipp.released_within:
        if case.released_on >= years_before(on, each.years):
            said = message(
                "Life or public protection, released on {day}, not before {since}.",
                day=case.released_on,
                since=years_before(on, each.years),
            )
            return _step(name, each.tier, f"within_{each.years}", said)
    said = message("Life or public protection, released on {day}, longer ago.", day=case.released_on)
    return _step(name, rules.lifer_ipp.longer_ago, "longer_ago", said)


def _flags(case: CaseV3, rules: RulesV3) -> tuple[Step, Step, Step, Step]:
    return (
        _flag(
            "DOMESTIC_ABUSE",
            case.domestic_abuse,
            rules.flags.domestic_abuse,
            message("There is a register entry of domestic abuse."),
        ),
        _flag(
            "STALKING", case.stalking, rules.flags.stalking, message("There is a register entry of stalking.")
        ),
        _flag(
            "CHILD_PROTECTION",
            case.child_protection,
            rules.flags.child_protection,
            message("There is a register entry of child protection."),
        ),
        _flag(
            "SEXUAL_OFFENCES",
            case.sexual_offence,
            rules.flags.sexual_offences,
            message("A sexual offence was committed at some time."),
        ),
    )


def _flag(step: str, holds: bool | None, tier: str, said: Message) -> Step:
    if holds is None:
        return _step(step, None, "not_given", message("This was not given."))
    if not holds:
        return _step(step, None, "no", message("This is not so."))
    return _step(step, tier, "yes", said)


def _static(arp: Decimal, csrp: Decimal, case: CaseV3, steps: Sequence[Step], rules: RulesV3) -> Step:
    """Provisional while a dynamic score could still lift the tier above what the other steps give."""
    name, grid = "PROVISIONAL_STATIC", rules.reoffending
    others = _highest((each for each in steps if each.step != "REOFFENDING"), rules)
    arp_static, csrp_static = case.arp_type == "static", case.csrp_type == "static"
    if arp_static and csrp_static:
        outcome, most = "both_static", rules.provisional.both_static
    elif arp_static:
        outcome, most = "arp_static", _cell(0, place(csrp, grid.csrp), grid)
    elif csrp_static:
        outcome, most = "csrp_static", _cell(place(arp, grid.arp), 0, grid)
    else:
        return _step(name, False, "none_static", message("Neither ARP nor CSRP is static."))
    if others <= most:
        said = message(
            "A static score could give {most} at most, and other steps give {others}.",
            most=most,
            others=others,
        )
        return _step(name, False, outcome, said)
    said = message(
        "A static score could give up to {most}, and other steps give {others}.", most=most, others=others
    )
    return _step(name, True, outcome, said)


def _rosh_missing(case: CaseV3, steps: Sequence[Step], rules: RulesV3) -> Step:
    """Provisional while RoSH, once known, could still lift the tier."""
    name = "PROVISIONAL_ROSH"
    if case.rosh is not None:
        return _step(name, False, "rosh_known", message("RoSH is known."))
    dynamic = case.arp_type == "dynamic" and case.csrp_type == "dynamic"
    left_out = ("MAPPA_ROSH",) if dynamic else ("MAPPA_ROSH", "REOFFENDING")
    others = _highest((each for each in steps if each.step not in left_out), rules)
    limits = rules.provisional
    least = limits.rosh_missing_with_category if case.category else limits.rosh_missing_without_category
    outcome = "category_rosh_missing" if case.category else "rosh_missing"
    if others <= least:
        said = message("RoSH is missing, and other steps give {others}, which is enough.", others=others)
        return _step(name, False, outcome, said)
    said = message("RoSH is missing, and other steps give {others}, not {least}.", others=others, least=least)
    return _step(name, True, outcome, said)


def _step(step: str, result: str | bool | None, outcome: str, reason: Message) -> Step:
    return Step(step=step, result=result, outcome=outcome, reason=reason)
