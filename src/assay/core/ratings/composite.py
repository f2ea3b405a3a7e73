"""The scores of the standards that count, added; and the sum, or its mean, to the overall rating."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assay.core.messages import Message, message
from assay.core.ratings.path import CompositeStep, OverallStep, StandardStep
from assay.core.ratings.rounding import rounded, shown
from assay.core.ratings.types import Composite, Rules


def composite_step(rules: Rules, standards: Sequence[StandardStep]) -> CompositeStep:
    """Where standards are not settled, between which totals it lies."""
    counted = [each for each in standards if each.counts]
    least = sum(rules.level(each.possible[0]).score for each in counted)
    most = sum(rules.level(each.possible[-1]).score for each in counted)
    settled = all(each.rating is not None for each in counted)
    return CompositeStep(
        least=least,
        most=most,
        total=least if settled else None,
        mean=Fraction(least, len(counted)) if settled else None,
        maximum=rules.levels[-1].score * len(counted),
        counted=tuple(each.code for each in counted),
        left_out=tuple(each.code for each in standards if not each.counts and each.rule != "not_rated"),
        reason=_reason(counted, least, most, rules.levels[-1].score * len(counted)),
    )


def _reason(counted: Sequence[StandardStep], least: int, most: int, maximum: int) -> Message:
    open_ = [each.code for each in counted if each.rating is None]
    if open_:
        return message(
            "Between {least} and {most} of {maximum}, since these are not settled: {open}.",
            least=least,
            most=most,
            maximum=maximum,
            open=", ".join(open_),
        )
    added = " + ".join(str(each.score) for each in counted)
    return message("{added} = {total} of {maximum}.", added=added, total=least, maximum=maximum)


def overall_step(rules: Rules, composite: CompositeStep | None) -> OverallStep:
    """The word for the whole; every word that is possible where the total is not settled."""
    if rules.composite is None or composite is None:
        said = message("This framework rates standards and gives no rating of the whole.")
        return OverallStep(rating=None, possible=(), reason=said)
    number = len(composite.counted)
    first = _band(rules, rules.composite, composite.least, number)
    last = _band(rules, rules.composite, composite.most, number)
    possible = tuple(each.rating for each in rules.composite.bands[first : last + 1])
    return OverallStep(
        rating=possible[0] if len(possible) == 1 else None,
        possible=possible,
        reason=_because(rules, rules.composite, composite, first, last),
    )


def overall_of(rules: Rules, total: int, number: int) -> str:
    """The overall rating of a total over that many standards that count."""
    assert rules.composite is not None, "only where the whole is rated"
    return rules.composite.bands[_band(rules, rules.composite, total, number)].rating


def _band(rules: Rules, composite: Composite, total: int, number: int) -> int:
    value = _value(rules, composite, total, number)
    return next(place for place, each in enumerate(composite.bands) if value <= each.at_most)


def _value(rules: Rules, composite: Composite, total: int, number: int) -> Fraction:
    """What is banded: the total, or the mean, rounded where the rules say so."""
    if composite.of == "total":
        return Fraction(total)
    assert rules.rounding is not None, "rules with ratings say how they round"
    mean = Fraction(total, number)
    if "composite_mean" not in rules.rounding.of:
        return mean
    return rounded(mean, how=rules.rounding.how, places=rules.rounding.places)


def _because(rules: Rules, rule: Composite, made: CompositeStep, first: int, last: int) -> Message:
    number = len(made.counted)
    values = {
        "least": shown(_value(rules, rule, made.least, number)),
        "most": shown(_value(rules, rule, made.most, number)),
        "rating": rules.level(rule.bands[first].rating).label,
        "best": rules.level(rule.bands[last].rating).label,
        "end": shown(Fraction(rule.bands[first].at_most)),
    }
    if first != last:
        return message("Not settled: at {least} it is {rating}, at {most} it is {best}.", **values)
    if made.total is None:
        return message("Whatever the rest is: at {least} and at {most} it is {rating}.", **values)
    if first == 0:
        return message("{least} is {rating}, which is up to {end}.", **values)
    values["start"] = shown(Fraction(rule.bands[first - 1].at_most))
    return message("{least} is {rating}, which is above {start} and up to {end}.", **values)
