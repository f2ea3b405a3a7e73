"""From shares to words, and from the lowest key question to its standard."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from assay.core.messages import Message, message
from assay.core.ratings.path import Answers, QuestionStep, Share, StandardStep
from assay.core.ratings.rounding import rounded, shown
from assay.core.ratings.types import Band, Rules
from assay.core.standards.types import Framework, KeyQuestion, Standard

BY_SHARE = "share_sufficient"


def standard_step(framework: Framework, rules: Rules, standard: Standard, answers: Answers) -> StandardStep:
    """The standard as its key questions give it, or as it was given. A panel has not been heard yet."""
    if standard.code in answers.ratings:
        return _given(rules, standard, answers.ratings[standard.code])
    if standard.rule != "lowest_key_question":
        said = message("It is not rated by shares, and no rating of it was given.")
        return _step(rules, standard, possible=_every(rules), reason=said)
    asked = rated_questions(framework, standard)
    steps = tuple(question_step(rules, each, answers.questions.get(each.code)) for each in asked)
    return _by_lowest(rules, standard, steps)


def rated_questions(framework: Framework, standard: Standard) -> tuple[KeyQuestion, ...]:
    """The standard's key questions whose shares decide it, in order."""
    asked = (framework.key_question(code) for code in standard.key_questions)
    return tuple(each for each in asked if each.rated_by == BY_SHARE)


def question_step(rules: Rules, question: KeyQuestion, share: Share | None) -> QuestionStep:
    """The share of one key question, rounded as the rules say, and its band."""
    if share is None or share.percentage is None:
        said = (
            message("It was not given.")
            if share is None
            else message("It applied to no case: it has no share, and is left out.")
        )
        return QuestionStep(
            code=question.code, title=question.title, share=share, banded=None, rating=None, reason=said
        )
    banded = banded_by(rules, share.percentage)
    number = band_number(rules, banded)
    return QuestionStep(
        code=question.code,
        title=question.title,
        share=share,
        banded=banded,
        rating=_bands(rules)[number].rating,
        reason=_reason(rules, share, banded, number),
    )


def banded_by(rules: Rules, percentage: Fraction) -> Fraction:
    """The percentage as it is banded: rounded where the rules say so."""
    assert rules.rounding is not None, "rules with ratings say how they round"
    if "key_question_percentage" not in rules.rounding.of:
        return percentage
    return rounded(percentage, how=rules.rounding.how, places=rules.rounding.places)


def band_number(rules: Rules, banded: Fraction) -> int:
    """Which band holds the percentage, the lowest being 0."""
    return sum(banded >= each.at_least for each in _bands(rules)) - 1


def _bands(rules: Rules) -> tuple[Band, ...]:
    assert rules.bands is not None, "rules with ratings have bands"
    return rules.bands.levels


def _reason(rules: Rules, share: Share, banded: Fraction, number: int) -> Message:
    assert share.percentage is not None, "a share that is banded has a percentage"
    bands = _bands(rules)
    values = {
        "satisfactory": share.satisfactory,
        "of": share.of,
        "percentage": shown(share.percentage),
        "banded": shown(banded),
        "rating": rules.level(bands[number].rating).label,
        "start": shown(Fraction(bands[number].at_least)),
    }
    if number + 1 == len(bands):
        if share.of is None:
            return message(
                "Given as {percentage}%, banded as {banded}%: {rating}, which begins at {start}%.", **values
            )
        return message(
            "{satisfactory} of {of} sufficient is {percentage}%, banded as {banded}%: {rating}, which begins "
            "at {start}%.",
            **values,
        )
    values["end"] = shown(Fraction(bands[number + 1].at_least))
    if share.of is None:
        return message(
            "Given as {percentage}%, banded as {banded}%: {rating}, which is from {start}% to under {end}%.",
            **values,
        )
    return message(
        "{satisfactory} of {of} sufficient is {percentage}%, banded as {banded}%: {rating}, which is from "
        "{start}% to under {end}%.",
        **values,
    )


def _given(rules: Rules, standard: Standard, rating: str) -> StandardStep:
    values = {"rating": rules.level(rating).label}
    if standard.rule == "lowest_key_question":
        said = message("{rating}, taken as given: what its key questions were is not known here.", **values)
    elif standard.rule == "judgement":
        said = message("{rating}, judged as a whole on all the evidence.", **values)
    else:
        said = message("{rating}, taken as given: no source shows how it is rated.", **values)
    return _step(rules, standard, possible=(rating,), reason=said)


def _by_lowest(rules: Rules, standard: Standard, steps: Sequence[QuestionStep]) -> StandardStep:
    """What is not given can only lower what is: the standard is settled where it could not be lower."""
    known = [each for each in steps if each.banded is not None]
    missing = [each.code for each in steps if each.share is None]
    if not known:
        said = (
            message("Not given: {missing}.", missing=", ".join(missing))
            if missing
            else message("Its key questions applied to no case, so nothing can be said of it.")
        )
        return _step(rules, standard, possible=_every(rules), reason=said, questions=steps)
    least = min(each.banded for each in known if each.banded is not None)
    lowest = tuple(each.code for each in known if each.banded == least)
    highest = band_number(rules, least)
    return _step(
        rules,
        standard,
        possible=_every(rules)[0 if missing else highest : highest + 1],
        reason=_lowest_reason(rules, len(known), lowest, least, missing),
        questions=steps,
        lowest=lowest,
    )


def _lowest_reason(
    rules: Rules, number: int, lowest: Sequence[str], least: Fraction, missing: Sequence[str]
) -> Message:
    rank = band_number(rules, least)
    values = {
        "number": number,
        "codes": ", ".join(lowest),
        "banded": shown(least),
        "rating": rules.levels[rank].label,
        "missing": ", ".join(missing),
    }
    if not missing:
        return message(
            "The lowest of {number} key questions decides: {codes} at {banded}% makes it {rating}.", **values
        )
    if rank == 0:
        return message(
            "{codes} at {banded}% makes it {rating}. Not given, and unable to lower it: {missing}.", **values
        )
    return message("{codes} at {banded}% makes it {rating} at best. Not given: {missing}.", **values)


def _every(rules: Rules) -> tuple[str, ...]:
    return tuple(each.code for each in rules.levels)


def _step(
    rules: Rules,
    standard: Standard,
    *,
    possible: tuple[str, ...],
    reason: Message,
    questions: Sequence[QuestionStep] = (),
    lowest: tuple[str, ...] = (),
) -> StandardStep:
    rating = possible[0] if len(possible) == 1 else None
    return StandardStep(
        code=standard.code,
        title=standard.title,
        rule=standard.rule,
        counts=standard.counts,
        questions=tuple(questions),
        lowest=lowest,
        possible=possible,
        proposed=rating,
        rating=rating,
        score=None if rating is None else rules.level(rating).score,
        reason=reason,
    )
