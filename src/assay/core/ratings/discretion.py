"""A panel's decision about one standard: taken where the framework allows it and its trigger holds, else
refused in a sentence. What was proposed stays beside what was decided."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from assay.core.errors import Refused
from assay.core.messages import Message, message
from assay.core.ratings.lowest import band_number, banded_by
from assay.core.ratings.path import Change, Decision, QuestionStep, Share, StandardStep
from assay.core.ratings.rounding import shown
from assay.core.ratings.types import Rules, TriggerRule


def changed(rules: Rules, step: StandardStep, decision: Decision) -> StandardStep:
    """The standard after the panel. ``Refused`` says what does not allow it."""
    trigger = _allowed(rules, step, decision)
    held = _held(rules, step, decision, trigger)
    assert step.rating is not None, "only a settled rating is changed"
    beside = tuple(
        (each.code, each.rating)
        for each in step.questions
        if each.rating is not None and each.code not in step.lowest
    )
    level = rules.level(decision.to)
    return replace(
        step,
        possible=(level.code,),
        rating=level.code,
        score=level.score,
        change=Change(decision=decision, proposed=step.rating, held=held, beside=beside),
    )


def _allowed(rules: Rules, step: StandardStep, decision: Decision) -> TriggerRule:
    """The trigger the panel acts on, as the framework words it."""
    assert rules.discretion is not None, "rules with ratings speak of discretion"
    if not rules.discretion.allowed:
        raise Refused(message("panel: {id} allows no panel to change a rating.", id=rules.id))
    values = {"standard": step.code, "trigger": decision.trigger, "id": rules.id}
    if not decision.reason.strip():
        raise Refused(message("panel, {standard}: reason is empty.", **values))
    if not decision.roles or not all(each.strip() for each in decision.roles):
        raise Refused(message("panel, {standard}: roles is empty; who decided?", **values))
    _movable(rules, step, decision)
    for each in rules.discretion.triggers:
        if each.trigger == decision.trigger and (not each.standards or step.code in each.standards):
            return each
    raise Refused(message("panel, {standard}: {id} has no trigger {trigger} for it.", **values))


def _movable(rules: Rules, step: StandardStep, decision: Decision) -> None:
    """Only what key questions settled is changed, and not by too much."""
    assert rules.discretion is not None, "rules with ratings speak of discretion"
    if step.rating is None or not step.lowest:
        said = message(
            "panel, {standard}: a panel changes only what the shares of its key questions have settled.",
            standard=step.code,
        )
        raise Refused(said)
    by = abs(rules.rank(decision.to) - rules.rank(step.rating))
    values = {"standard": step.code, "rating": rules.level(step.rating).label}
    if by == 0:
        raise Refused(message("panel, {standard}: it is {rating} already.", **values))
    most = rules.discretion.at_most_bands
    if by > most:
        raise Refused(
            message("panel, {standard}: from {rating} it may move by {most} at most.", **values, most=most)
        )


def _held(rules: Rules, step: StandardStep, decision: Decision, trigger: TriggerRule) -> Message:
    assert step.rating is not None, "only a settled rating is changed"
    upward = rules.rank(decision.to) > rules.rank(step.rating)
    if trigger.trigger == "other_evidence":
        return message("Evidence besides the shares, as the reason says.")
    assert trigger.value is not None, "every other trigger has a value"
    value = Fraction(trigger.value)
    lowest = [each for each in step.questions if each.code in step.lowest]
    if trigger.trigger == "near_boundary":
        return _near(rules, step, lowest[0], value, upward=upward)
    shares = [each.share for each in lowest if each.share is not None and each.share.of is not None]
    if not shares:
        raise Refused(
            message(
                "panel, {standard}: {trigger} needs the number of cases, and {code} has a percentage alone.",
                standard=step.code,
                trigger=trigger.trigger,
                code=lowest[0].code,
            )
        )
    if trigger.trigger == "small_base":
        return _small(step, shares, value)
    return _one_case(rules, step, lowest, value, upward=upward)


def _near(
    rules: Rules, step: StandardStep, lowest: QuestionStep, points: Fraction, *, upward: bool
) -> Message:
    assert rules.bands is not None, "rules with ratings have bands"
    assert lowest.banded is not None, "the lowest key question has a share"
    boundary = Fraction(rules.bands.levels[band_number(rules, lowest.banded) + upward].at_least)
    away = abs(boundary - lowest.banded)
    values = {
        "code": lowest.code,
        "banded": shown(lowest.banded),
        "away": shown(away),
        "boundary": shown(boundary),
        "points": shown(points),
        "standard": step.code,
    }
    if away > points:
        raise Refused(
            message(
                "panel, {standard}: {code} at {banded}% is {away} points from {boundary}%, and only {points} "
                "or fewer are near.",
                **values,
            )
        )
    return message(
        "{code} at {banded}% is {away} points from {boundary}%, which is {points} or fewer.", **values
    )


def _small(step: StandardStep, shares: list[Share], below: Fraction) -> Message:
    base = min(each.of for each in shares if each.of is not None)
    values = {"standard": step.code, "base": base, "below": shown(below)}
    if base >= below:
        raise Refused(
            message(
                "panel, {standard}: its base is {base} cases, and fewer than {below} are small.", **values
            )
        )
    return message("Its base is {base} cases, fewer than {below}.", **values)


def _one_case(
    rules: Rules, step: StandardStep, lowest: list[QuestionStep], cases: Fraction, *, upward: bool
) -> Message:
    """Whether the standard's own rating would change: a second key question as low would hold it down."""
    number = int(cases)
    for each in lowest:
        values = {"standard": step.code, "cases": number, "code": each.code}
        if _would_change(rules, step, each, number if upward else -number):
            return message("With {cases} judged differently in {code} the rating would be another.", **values)
    raise Refused(
        message(
            "panel, {standard}: with {cases} judged differently the rating would be the same.",
            standard=step.code,
            cases=number,
        )
    )


def _would_change(rules: Rules, step: StandardStep, question: QuestionStep, by: int) -> bool:
    share = question.share
    if share is None or share.satisfactory is None or share.of is None:
        return False
    satisfactory = share.satisfactory + by
    if not 0 <= satisfactory <= share.of:
        return False
    other = banded_by(rules, Fraction(100 * satisfactory, share.of))
    rest = [each.banded for each in step.questions if each.banded is not None and each.code != question.code]
    assert step.rating is not None, "only a settled rating is changed"
    return band_number(rules, min([other, *rest])) != rules.rank(step.rating)
