"""Tier v2: protection as a letter and change as a digit, one person at a time, with each step's reason.

:mod:`assay.core.tiers.service_v2` does the same for a whole service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from assay.core.messages import Message, message
from assay.core.steps import Step
from assay.core.tiers import tables
from assay.core.tiers.tables import MAPPA_LEVELS, Level, Need, Rosh, RulesV2, Severity
from assay.core.tiers.types import Assessment, CaseV2, Conviction, Registration, TierV2


def tier_v2(case: CaseV2, *, rules: RulesV2 | None = None) -> TierV2:
    """The tier, and every step that led to it, in order. What is not given scores as nothing, and its step
    says so. Source: the rules' own, step by step (``v2.yaml``)."""
    known = tables.v2() if rules is None else rules
    entries = _kept(case.registrations or (), known)
    none_given = case.registrations is None
    rsr = _rsr(case, known)
    rosh = _rosh(entries, known, none_given=none_given)
    others = (
        _mappa(entries, known, none_given=none_given),
        _complexity(entries, known, none_given=none_given),
        *_women(case, known),
    )
    protect_points = max(_points(rsr), _points(rosh)) + sum(map(_points, others))
    protect = _protect(protect_points, rsr, rosh, known)
    change = _change(case, entries, known)
    suspended = _suspended(entries, known, none_given=none_given)
    return TierV2(
        id=case.id,
        protect=str(protect.result),
        protect_points=protect_points,
        change=str(change[-1].result),
        change_points=sum(_points(each) for each in change if type(each.result) is int),
        suspended=suspended.result is True,
        steps=(rsr, rosh, *others, protect, *change, suspended),
    )


def _points(step: Step) -> int:
    assert type(step.result) is int, f"{step.step} gives points"
    return step.result


def _kept(entries: Iterable[Registration], rules: RulesV2) -> tuple[Registration, ...]:
    """The latest first; of one day, in the order given. Historic entries are left out."""
    kept = (each for each in entries if each.code not in rules.registers.left_out)
    return tuple(sorted(kept, key=lambda each: each.entered_on or date.min, reverse=True))


def _rsr(case: CaseV2, rules: RulesV2) -> Step:
    if case.rsr is None:
        return _step("RSR", 0, "not_given", message("No RSR was given, which scores nothing."))
    for band in rules.rsr.bands:
        if band.lowest <= case.rsr <= band.highest:
            said = message(
                "RSR {rsr} is within {lowest} to {highest}.",
                rsr=case.rsr,
                lowest=band.lowest,
                highest=band.highest,
            )
            return _step("RSR", band.points, band.name, said)
    bands = rules.rsr.bands
    if case.rsr < bands[-1].lowest:
        said = message("RSR {rsr} is below {lowest}.", rsr=case.rsr, lowest=bands[-1].lowest)
        return _step("RSR", 0, "below_bands", said)
    if case.rsr > bands[0].highest:
        said = message(
            "RSR {rsr} is above {highest}, where no band is, so it scores nothing.",
            rsr=case.rsr,
            highest=bands[0].highest,
        )
        return _step("RSR", 0, "above_bands", said)
    said = message("RSR {rsr} lies between two bands, so it scores nothing.", rsr=case.rsr)
    return _step("RSR", 0, "between_bands", said)


def latest_rosh(entries: Sequence[Registration], rules: RulesV2) -> tuple[str, Rosh] | None:
    """The code and level of the first entry that is one of RoSH."""
    for each in entries:
        code = each.code.upper()
        if code in rules.registers.rosh:
            return code, rules.registers.rosh[code]
    return None


def _rosh(entries: Sequence[Registration], rules: RulesV2, *, none_given: bool) -> Step:
    if none_given:
        return _step("ROSH", 0, "not_given", message("No registrations were given, so no RoSH is known."))
    found = latest_rosh(entries, rules)
    if found is None:
        return _step("ROSH", 0, "none", message("No register entry is one of RoSH."))
    code, level = found
    said = {
        "very_high": message("The latest RoSH entry, {code}, is very high.", code=code),
        "high": message("The latest RoSH entry, {code}, is high.", code=code),
        "medium": message("The latest RoSH entry, {code}, is medium.", code=code),
        "low": message("The latest RoSH entry, {code}, is low.", code=code),
    }
    return _step("ROSH", rules.rosh.points[level], level, said[level])


def _mappa(entries: Sequence[Registration], rules: RulesV2, *, none_given: bool) -> Step:
    if none_given:
        return _step("MAPPA", 0, "not_given", message("No registrations were given, so no MAPPA is known."))
    for each in entries:
        level = (each.level or "").upper()
        if each.code == rules.registers.mappa and level in MAPPA_LEVELS:
            said = message("The latest MAPPA entry with a level has {level}.", level=level)
            return _step("MAPPA", rules.mappa.points[level], level, said)
    return _step("MAPPA", 0, "none", message("No MAPPA entry has a level from M1 to M3."))


def _complexity(entries: Sequence[Registration], rules: RulesV2, *, none_given: bool) -> Step:
    if none_given:
        said = message("No registrations were given, so no complexity is known.")
        return _step("COMPLEXITY", 0, "not_given", said)
    there = {each.code.upper() for each in entries}
    found = [code for code in rules.registers.complexity if code in there]
    if not found:
        return _step("COMPLEXITY", 0, "none", message("No register entry counts for complexity."))
    said = message(
        "{points} points for each of {codes}.", points=rules.complexity.each, codes=", ".join(found)
    )
    return _step("COMPLEXITY", rules.complexity.each * len(found), "some", said)


def _women(case: CaseV2, rules: RulesV2) -> tuple[Step, Step, Step]:
    points = rules.women
    return (
        _of_assessment(case, "PARENTING", points.parenting, lambda found: found.parenting),
        _of_assessment(
            case, "SELF_CONTROL", points.self_control, lambda found: found.impulsivity or found.temper
        ),
        _enforcement(case, points.enforcement),
    )


def _not_for_women(case: CaseV2, step: str) -> Step | None:
    if case.female is None:
        return _step(
            step, 0, "gender_not_given", message("No gender was given; this counts for women alone.")
        )
    if not case.female:
        return _step(step, 0, "not_a_woman", message("This counts for women alone."))
    return None


def _of_assessment(case: CaseV2, step: str, points: int, holds: Callable[[Assessment], bool]) -> Step:
    other = _not_for_women(case, step)
    if other is not None:
        return other
    if case.assessment is None:
        return _step(step, 0, "no_assessment", message("There is no valid assessment to say."))
    if holds(case.assessment):
        return _step(step, points, "yes", _WOMEN[step])
    return _step(step, 0, "no", message("The assessment does not say so."))


_WOMEN = {
    "PARENTING": message("The assessment says yes to parenting responsibilities."),
    "SELF_CONTROL": message("The assessment sees a problem of impulsivity or of temper, which counts once."),
}


def _enforcement(case: CaseV2, points: int) -> Step:
    other = _not_for_women(case, "ENFORCEMENT")
    if other is not None:
        return other
    if case.enforcement is None:
        said = message("Whether there was a breach or recall was not given.")
        return _step("ENFORCEMENT", 0, "not_given", said)
    if not case.enforcement:
        return _step("ENFORCEMENT", 0, "no", message("There was no breach or recall in the last year."))
    said = message("There was a breach or recall in the last year; it counts without an assessment too.")
    return _step("ENFORCEMENT", points, "yes", said)


def _level(levels: Sequence[Level], points: int) -> str:
    return next(each.level for each in levels if points >= each.least)


def _protect(points: int, rsr: Step, rosh: Step, rules: RulesV2) -> Step:
    level = _level(rules.protect.levels, points)
    said = message(
        "{points} points, with the more of RSR ({rsr}) and RoSH ({rosh}) and without the less.",
        points=points,
        rsr=rsr.result,
        rosh=rosh.result,
    )
    return _step("PROTECT", level, level, said)


def _change(case: CaseV2, entries: Sequence[Registration], rules: RulesV2) -> tuple[Step, ...]:
    """The steps of change, the level last. Without a mandate, or an assessment, nothing else is looked at."""
    mandate = _mandate(case.convictions, rules)
    if mandate.result is not True:
        said = message(
            "Without a mandate for change the level is {level}.", level=rules.change.without_mandate
        )
        return mandate, _step("CHANGE", rules.change.without_mandate, "without_mandate", said)
    if case.assessment is None:
        level = rules.change.without_assessment
        none = _step("ASSESSMENT", False, "none", message("There is no valid assessment."))
        said = message("Without a valid assessment the level is {level}.", level=level)
        return mandate, none, _step("CHANGE", level, "without_assessment", said)
    scored = (
        *(_need(each, case.assessment, rules) for each in rules.needs.sections),
        _ogrs(case, rules),
        _nominal(case, entries, rules),
    )
    points = sum(map(_points, scored))
    level = _level(rules.change.levels, points)
    valid = _step("ASSESSMENT", True, "valid", message("There is a valid assessment."))
    said = message("{points} points for needs, OGRS and integrated management.", points=points)
    return mandate, valid, *scored, _step("CHANGE", level, level, said)


def _mandate(convictions: Sequence[Conviction] | None, rules: RulesV2) -> Step:
    if convictions is None:
        return _step(
            "MANDATE", False, "not_given", message("No convictions were given, so no mandate is known.")
        )
    running = [each for each in convictions if not each.ended]
    custodial = [each for each in running if each.sentence_type in rules.mandate.custodial]
    if custodial:
        said = message("A sentence that runs is custodial ({type}).", type=custodial[0].sentence_type)
        return _step("MANDATE", True, "custody", said)
    for requirement in (one for each in running for one in each.requirements):
        if requirement.category not in rules.mandate.unpaid_work and not requirement.restrictive:
            said = message(
                "A sentence that runs has a requirement ({category}), neither unpaid work nor restrictive.",
                category=requirement.category,
            )
            return _step("MANDATE", True, "requirement", said)
    said = message("No sentence that runs is custodial or asks for more than unpaid work or restrictions.")
    return _step("MANDATE", False, "none", said)


def severity(score: int | None, need: Need, *, san: bool) -> Severity | None:
    """How severe a need of that section score is; None where there is no score."""
    limits = need.thresholds(san=san)
    if score is None:
        return None
    if score >= limits.severe:
        return "severe"
    return "standard" if score >= limits.standard else "no_need"


def _need(need: Need, assessment: Assessment, rules: RulesV2) -> Step:
    score = assessment.scores.get(need.need)
    found = severity(score, need, san=assessment.san)
    if found is None:
        return _step(need.need, 0, "no_answers", message("No question of this section was answered."))
    limits = need.thresholds(san=assessment.san)
    said = {
        "no_need": message(
            "Section score {score}, below {standard}: no need.", score=score, standard=limits.standard
        ),
        "standard": message(
            "Section score {score}, from {standard} and below {severe}: a need, of weight {weight}.",
            score=score,
            standard=limits.standard,
            severe=limits.severe,
            weight=need.weight,
        ),
        "severe": message(
            "Section score {score}, from {severe}: a severe need, of weight {weight}.",
            score=score,
            severe=limits.severe,
            weight=need.weight,
        ),
    }
    return _step(need.need, need.weight * rules.needs.severity[found], found, said[found])


def _ogrs(case: CaseV2, rules: RulesV2) -> Step:
    if case.ogrs is None:
        return _step("OGRS", 0, "not_given", message("No OGRS was given, which scores nothing."))
    divisor = rules.change.ogrs_divided_by
    said = message("OGRS {ogrs}, one point for each whole {divisor}.", ogrs=case.ogrs, divisor=divisor)
    return _step("OGRS", case.ogrs // divisor, "given", said)


def _nominal(case: CaseV2, entries: Sequence[Registration], rules: RulesV2) -> Step:
    code = rules.registers.nominal
    if case.registrations is None:
        said = message("No registrations were given, so {code} is not known.", code=code)
        return _step("IOM", 0, "not_given", said)
    if any(each.code == code for each in entries):
        return _step(
            "IOM", rules.change.nominal, "yes", message("There is a register entry {code}.", code=code)
        )
    return _step("IOM", 0, "no", message("There is no register entry {code}.", code=code))


def _suspended(entries: Sequence[Registration], rules: RulesV2, *, none_given: bool) -> Step:
    code = rules.registers.suspended
    if none_given:
        said = message("No registrations were given, so {code} is not known.", code=code)
        return _step("SUSPENDED", False, "not_given", said)
    if any(each.code == code for each in entries):
        said = message("A register entry {code} suspends contact, which adds an S.", code=code)
        return _step("SUSPENDED", True, "yes", said)
    return _step("SUSPENDED", False, "no", message("There is no register entry {code}.", code=code))


def _step(step: str, result: int | str | bool, outcome: str, reason: Message) -> Step:
    return Step(step=step, result=result, outcome=outcome, reason=reason)
