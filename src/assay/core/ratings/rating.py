"""The whole path: key questions, standards, composite, overall."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from assay.core.errors import Refused
from assay.core.messages import Message, message
from assay.core.ratings.composite import composite_step, overall_step
from assay.core.ratings.discretion import changed
from assay.core.ratings.lowest import BY_SHARE, standard_step
from assay.core.ratings.path import Answers, Assumption, Rated, StandardStep
from assay.core.ratings.types import How, Rules, sourced
from assay.core.standards.types import Framework, Standard

READ = ("published", "derived")
BY_SHARES = ("bands", "questions")
WHAT = {
    "key_question_percentage": "the percentage of a key question",
    "composite_mean": "the mean of the scores",
}


def rate(framework: Framework, rules: Rules, answers: Answers, *, rounding: How | None = None) -> Rated:
    """The path from what is known to the overall rating, every step with its reason.

    ``answers`` holds counts or percentages (0 to 100, exact) by key question, and ratings (codes of the
    scale) by standard. What is not known stays open: the steps then say which ratings are possible, and none
    is guessed. ``rounding`` takes the place of the framework's own, and the result says so. ``Refused`` where
    the framework gives no ratings, where a code is unknown or given twice over, or where a panel's decision
    is not allowed. The order in which things are given makes no difference.
    """
    check_rated(framework, rules)
    _check(framework, rules, answers)
    if rounding is not None:
        rules = rules.rounded_by(rounding)
    standards = _standards(framework, rules, answers)
    composite = None if rules.composite is None else composite_step(rules, standards)
    return Rated(
        framework=framework.id,
        framework_version=framework.version,
        rules_version=rules.version,
        standards=standards,
        composite=composite,
        overall=overall_step(rules, composite),
        rounding=rounding_said(rules),
        hangs_on_rounding=_hanging(framework, rules, answers),
        assumptions=tuple(_assumptions(framework, rules, answers)),
    )


def check_rated(framework: Framework, rules: Rules) -> None:
    """``Refused`` where the programme gives no ratings."""
    if not rules.used:
        raise Refused(
            message(
                "framework: {name} gives no ratings. {because}", name=framework.name, because=rules.because
            )
        )


def rounding_said(rules: Rules) -> Message:
    """How numbers are rounded before they are banded, and which."""
    assert rules.rounding is not None, "rules with ratings say how they round"
    if rules.rounding.how == "none" or not rules.rounding.of:
        return message("Nothing is rounded before it is banded.")
    values = {"places": rules.rounding.places, "what": " and ".join(WHAT[each] for each in rules.rounding.of)}
    if rules.rounding.how == "half_up":
        return message("Rounded before it is banded, to {places} decimals, halves up: {what}.", **values)
    return message(
        "Rounded before it is banded, to {places} decimals, halves to the even digit: {what}.", **values
    )


def _rated(framework: Framework) -> Iterator[Standard]:
    return (each for each in framework.standards if each.rule != "not_rated")


def _standards(framework: Framework, rules: Rules, answers: Answers) -> tuple[StandardStep, ...]:
    return tuple(_standard(framework, rules, each, answers) for each in _rated(framework))


def _hanging(framework: Framework, rules: Rules, answers: Answers) -> tuple[str, ...]:
    """What one of the ways to round would rate otherwise than the one in use, in order."""
    alone = replace(answers, panel=())
    paths = [_words(framework, rules.rounded_by(how), alone) for how in get_args(How)]
    return tuple(code for code in paths[0] if len({each[code] for each in paths}) > 1)


def _words(framework: Framework, rules: Rules, answers: Answers) -> dict[str, tuple[str, ...]]:
    """The words that are possible for each standard, and overall."""
    standards = _standards(framework, rules, answers)
    composite = None if rules.composite is None else composite_step(rules, standards)
    words = {each.code: each.possible for each in standards}
    return words | {"overall": overall_step(rules, composite).possible}


def _standard(framework: Framework, rules: Rules, standard: Standard, answers: Answers) -> StandardStep:
    step = standard_step(framework, rules, standard, answers)
    for decision in answers.panel:
        if decision.standard == standard.code:
            step = changed(rules, step, decision)
    return step


def _check(framework: Framework, rules: Rules, answers: Answers) -> None:
    """That every code is one of the framework's and speaks to something that is rated so."""
    standards = {each.code: each for each in _rated(framework)}
    for code in answers.questions:
        _check_question(framework, code)
    for code, rating in answers.ratings.items():
        if code not in standards:
            raise Refused(
                message("standards, {code}: {id} has no such rated standard.", **_at(framework, code))
            )
        if rating not in {each.code for each in rules.levels}:
            said = message(
                "standards, {code}: {rating} is not a level of {id}.", **_at(framework, code), rating=rating
            )
            raise Refused(said)
        if both := [each for each in standards[code].key_questions if each in answers.questions]:
            said = message(
                "standards, {code}: its rating is given and also its key question {question}; give one.",
                **_at(framework, code),
                question=both[0],
            )
            raise Refused(said)
    times = Counter(each.standard for each in answers.panel)
    for code, number in times.items():
        if code not in standards:
            raise Refused(message("panel, {code}: {id} has no such rated standard.", **_at(framework, code)))
        if number > 1:
            raise Refused(message("panel, {code}: it is decided more than once.", **_at(framework, code)))


def _check_question(framework: Framework, code: str) -> None:
    using = [each for each in _rated(framework) if code in each.key_questions]
    if not using:
        raise Refused(
            message("key_questions, {code}: {id} rates no such key question.", **_at(framework, code))
        )
    if framework.key_question(code).rated_by != BY_SHARE or using[0].rule != "lowest_key_question":
        said = message(
            "key_questions, {code}: it is not rated by its share; give the rating of {standard}.",
            **_at(framework, code),
            standard=using[0].code,
        )
        raise Refused(said)


def _at(framework: Framework, code: str) -> dict[str, object]:
    return {"id": framework.id, "code": code}


def _assumptions(framework: Framework, rules: Rules, answers: Answers) -> Iterator[Assumption]:
    """What the result rests on that was not read in a public source. Parts not made use of are left out."""
    for part, (source, confidence) in sourced(rules).items():
        if confidence in READ or not _in_use(part, rules, answers):
            continue
        yield Assumption(part=part, source=source, confidence=confidence)
    in_use = _rules_in_use(framework, answers)
    for rule in framework.rules:
        if framework.confidence_of(rule) not in READ and rule.code in in_use:
            yield Assumption(
                part=f"rule {rule.code}",
                source=rule.source or rule.about,
                confidence=framework.confidence_of(rule),
            )
    for standard in framework.counted:
        if standard.is_uncertain:
            yield Assumption(
                part=f"standard {standard.code}",
                source=standard.source,
                confidence=framework.confidence_of(standard),
            )


def _rules_in_use(framework: Framework, answers: Answers) -> set[str]:
    """By which ways the standards are rated of which something was given."""
    given = set(answers.questions)
    found = {
        each.rule
        for each in framework.standards
        if given & set(each.key_questions)
        or (each.code in answers.ratings and each.rule != "lowest_key_question")
    }
    return {*found, BY_SHARE} if given else {*found}


def _in_use(part: str, rules: Rules, answers: Answers) -> bool:
    name, _, which = part.partition(" ")
    if name == "discretion":
        return which.strip("()") in {"", *(each.trigger for each in answers.panel)} and bool(answers.panel)
    if name == "questions" and which:
        return which.strip("()") in answers.questions
    if name == "rounding":
        assert rules.rounding is not None, "asked for a part that is there"
        return bool(answers.questions) or "composite_mean" in rules.rounding.of
    return name not in BY_SHARES or bool(answers.questions)
