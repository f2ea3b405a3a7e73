"""What the schema of ``ratings.yaml`` alone cannot see: words that must exist, and bands without a gap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assay.core.ratings.lowest import rated_questions
from assay.core.ratings.types import Composite, OwnRule, Questions, Rules
from assay.core.standards.types import Framework

NEEDED = ("scale", "bands", "questions", "rounding", "discretion")
PARTS = (*NEEDED, "composite")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the rule broken, the place, and a clause that says what is wrong."""

    rule: str
    place: str
    says: str


def faults(rules: Rules, framework: Framework) -> tuple[Fault, ...]:
    """Every fault in the rules of the framework; empty if they can be used."""
    found = tuple(_identity(rules, framework))
    if not rules.used:
        return (*found, *_silent(rules))
    missing = tuple(_missing(rules))
    if missing:
        return (*found, *missing)
    checks = (_lowest, _scale, _bands, _questions, _composite, _discretion, _rounding)
    return (*found, *(fault for check in checks for fault in check(rules, framework)))


def _identity(rules: Rules, framework: Framework) -> Iterator[Fault]:
    if rules.id != framework.id:
        yield Fault("id is the framework", "id", f"these are the rules of {rules.id}, beside {framework.id}")
    if rules.version:
        yield Fault("version is the hash", "version", "it is worked out from the file, not written in it")
    if rules.used != framework.ratings.used:
        said = {True: "used", False: "not used"}
        yield Fault(
            "one answer",
            "used",
            f"ratings are {said[rules.used]} here and {said[framework.ratings.used]} in framework.yaml",
        )


def _silent(rules: Rules) -> Iterator[Fault]:
    for part in PARTS:
        if getattr(rules, part) is not None:
            yield Fault("no rules without ratings", part, "ratings are not used, so there is nothing to rule")


def _missing(rules: Rules) -> Iterator[Fault]:
    for part in NEEDED:
        if getattr(rules, part) is None:
            yield Fault("every rule is written", part, "ratings are used, and this part is missing")


def _lowest(rules: Rules, framework: Framework) -> Iterator[Fault]:
    for each in framework.standards:
        if each.rule == "lowest_key_question" and not rated_questions(framework, each):
            said = "it is rated by its lowest key question, and none of them is rated by its share"
            yield Fault("something is lowest", each.code, said)


def _scale(rules: Rules, framework: Framework) -> Iterator[Fault]:
    said = [name for each in rules.levels for name in each.names]
    for name in sorted({each for each in said if said.count(each) > 1}):
        yield Fault("words are unique", "scale", f"{name!r} names more than one level")
    scores = [each.score for each in rules.levels]
    if scores[0] < 0 or any(one >= other for one, other in pairwise(scores)):
        yield Fault("scores rise", "scale", "the scores must rise from the lowest level on, from 0 or more")


def _bands(rules: Rules, framework: Framework) -> Iterator[Fault]:
    assert rules.bands is not None, "asked for after what is missing"
    yield from _words("bands", [each.rating for each in rules.bands.levels], rules)
    starts = [each.at_least for each in rules.bands.levels]
    if not starts or starts[0] != 0:
        yield Fault("bands begin at 0", "bands", "the first band must begin at 0 per cent")
    elif any(one >= other for one, other in pairwise(starts)) or starts[-1] > 100:
        yield Fault("bands rise", "bands", "each band must begin above the one before, and at 100 or below")


def _words(place: str, words: Sequence[str], rules: Rules) -> Iterator[Fault]:
    if list(words) != [each.code for each in rules.levels]:
        levels = ", ".join(each.code for each in rules.levels)
        yield Fault("a band for each level", place, f"a band is expected for each of {levels}, in order")


def _questions(rules: Rules, framework: Framework) -> Iterator[Fault]:
    assert rules.questions is not None, "asked for after what is missing"
    known = {each.code for each in framework.key_questions}
    answers = {each.value for each in framework.scale}
    own = rules.questions.own
    yield from _counted(rules.questions, answers)
    for each in own:
        yield from _counted(each, answers)
    for code in (each.key_question for each in own if each.key_question not in known):
        yield Fault("key question exists", code, "it has a rule of its own and is not in the framework")
    codes = [each.key_question for each in own]
    for code in sorted({each for each in codes if codes.count(each) > 1}):
        yield Fault("one rule a question", code, "it has more than one rule of its own")


def _counted(rule: Questions | OwnRule, answers: set[str]) -> Iterator[Fault]:
    place = rule.key_question if isinstance(rule, OwnRule) else "questions"
    if stray := [each for each in rule.sufficient if each not in rule.base]:
        yield Fault("sufficient is in the base", place, f"{stray[0]!r} is sufficient and not in the base")
    if stray := [each for each in rule.base if each not in answers]:
        yield Fault("answer exists", place, f"{stray[0]!r} is not an answer of the framework's scale")


def _composite(rules: Rules, framework: Framework) -> Iterator[Fault]:
    if rules.composite is None:
        return
    yield from _words("composite", [each.rating for each in rules.composite.bands], rules)
    ends = [each.at_most for each in rules.composite.bands]
    if any(one >= other for one, other in pairwise(ends)):
        yield Fault("bands rise", "composite", "each band must end above the one before")
    if rules.composite.of == "total" and any(each % 1 for each in ends):
        yield Fault("totals are whole", "composite", "a band of a total ends at a whole number")
    if not framework.counted:
        yield Fault("something counts", "composite", "no standard of the framework counts")
    highest = _highest(rules, framework, rules.composite)
    if not ends or ends[-1] != highest:
        yield Fault("bands end at the maximum", "composite", f"the last band must end at {highest}")


def _highest(rules: Rules, framework: Framework, composite: Composite) -> int:
    top = rules.levels[-1].score
    return top if composite.of == "mean" else top * len(framework.counted)


def _discretion(rules: Rules, framework: Framework) -> Iterator[Fault]:
    assert rules.discretion is not None, "asked for after what is missing"
    triggers = rules.discretion.triggers
    if rules.discretion.allowed != bool(triggers):
        yield Fault(
            "triggers where allowed", "discretion", "it has triggers where it is allowed, and only there"
        )
    kinds = [each.trigger for each in triggers]
    for kind in sorted({each for each in kinds if kinds.count(each) > 1}):
        yield Fault("triggers are unique", "discretion", f"{kind} is there more than once")
    known = {each.code for each in framework.standards}
    for each in triggers:
        if (each.value is None) != (each.trigger == "other_evidence"):
            yield Fault(
                "a trigger has its value", "discretion", f"{each.trigger} lacks its value, or has one"
            )
        elif each.value is not None and each.value <= 0:
            yield Fault("a trigger has its value", "discretion", f"{each.trigger} needs a value above 0")
        for code in (code for code in each.standards if code not in known):
            yield Fault("standard exists", "discretion", f"{each.trigger} names {code}, which is nowhere")


def _rounding(rules: Rules, framework: Framework) -> Iterator[Fault]:
    assert rules.rounding is not None, "asked for after what is missing"
    if len(set(rules.rounding.of)) != len(rules.rounding.of):
        yield Fault("named once", "rounding", "what is rounded is named twice")
    if "composite_mean" in rules.rounding.of and (rules.composite is None or rules.composite.of != "mean"):
        yield Fault("something to round", "rounding", "the mean is rounded where it is not what is banded")
