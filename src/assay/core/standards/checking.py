"""What the schema alone cannot see: codes that must be unique, exist, and come in order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from assay.core.standards.types import Condition, Framework, KeyQuestion, Question


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the file, the rule broken, the place, and a clause that says what is wrong."""

    file: str
    rule: str
    place: str
    says: str


def faults(framework: Framework, *, folder_name: str) -> tuple[Fault, ...]:
    """Every fault in the framework; empty if it can be used."""
    checks = (_codes, _parts, _sources, _conditions, _routing, _facts)
    return (*_identity(framework, folder_name), *(fault for check in checks for fault in check(framework)))


def _identity(framework: Framework, folder_name: str) -> Iterator[Fault]:
    if framework.id != folder_name:
        yield Fault(
            "framework.yaml", "id is the folder", "id", f"{framework.id} lies in the folder {folder_name}"
        )
    if framework.closed_on is not None and framework.closed_on <= framework.effective_on:
        yield Fault("framework.yaml", "dates in order", "closed_on", "it closes before it takes effect")
    if framework.supersedes == framework.id:
        yield Fault("framework.yaml", "supersedes another", "supersedes", "it supersedes itself")


def _codes(framework: Framework) -> Iterator[Fault]:
    yield from _repeated("question", (each.code for each in framework.questions))
    yield from _repeated("key question", (each.code for each in framework.key_questions))
    yield from _repeated("fact", (each.code for each in framework.facts))
    yield from _repeated("instrument", (each.code for each in framework.instruments))
    yield from _repeated("standard", (each.code for each in framework.standards))


def _repeated(what: str, codes: Iterable[str]) -> Iterator[Fault]:
    for code, times in Counter(codes).items():
        if times > 1:
            yield Fault("the framework", "codes are unique", code, f"the {what} code is used {times} times")


def _parts(framework: Framework) -> Iterator[Fault]:
    known = {each.code for each in framework.key_questions}
    used = {code for each in framework.instruments for code in each.key_questions}
    for instrument in framework.instruments:
        for code in (each for each in instrument.key_questions if each not in known):
            yield Fault(
                "framework.yaml", "key question exists", instrument.code, f"it asks {code}, which is nowhere"
            )
    for code in sorted(known - used):
        yield Fault("framework.yaml", "key question is asked", code, "no instrument asks it")
    for standard in framework.standards:
        if standard.domain not in {each.code for each in framework.domains}:
            yield Fault(
                "framework.yaml", "domain exists", standard.code, f"there is no domain {standard.domain}"
            )
        for code in (each for each in standard.key_questions if each not in known):
            yield Fault(
                "framework.yaml", "key question exists", standard.code, f"it names {code}, which is nowhere"
            )


def _sources(framework: Framework) -> Iterator[Fault]:
    parts: tuple[Question | KeyQuestion, ...] = (*framework.questions, *framework.key_questions)
    for each in parts:
        if not each.source and not each.ours:
            yield Fault(
                "a file of key questions",
                "source or ours",
                each.code,
                "it names no source and is not marked ours",
            )


def _conditions(framework: Framework) -> Iterator[Fault]:
    optional = {each.code for each in framework.facts if not each.must_answer}
    for instrument in framework.instruments:
        if any(
            code not in {each.code for each in framework.key_questions} for code in instrument.key_questions
        ):
            continue
        before: set[str] = set()
        for _, question in framework.asked(instrument.code):
            for condition in question.applies_when:
                yield from _condition(
                    framework, condition, place=question.code, file="a file of key questions"
                )
                if condition.answer is not None and condition.answer not in before:
                    yield Fault(
                        "a file of key questions",
                        "condition looks back",
                        question.code,
                        f"it depends on {condition.answer}, which {instrument.code} does not ask before it",
                    )
                if condition.fact in optional:
                    yield Fault(
                        "a file of key questions",
                        "condition is settled",
                        question.code,
                        f"it depends on the fact {condition.fact}, which nobody has to establish",
                    )
                if not condition.otherwise:
                    yield Fault(
                        "a file of key questions",
                        "condition gives a reason",
                        question.code,
                        "a condition has no 'otherwise' to show a reader",
                    )
            before.add(question.code)


def _condition(framework: Framework, condition: Condition, *, place: str, file: str) -> Iterator[Fault]:
    if (condition.answer is None) == (condition.fact is None):
        yield Fault(
            file, "answer or fact", place, "a condition names one answer or one fact, not both or neither"
        )
        return
    if bool(condition.one_of) == (condition.at_most is not None):
        yield Fault(file, "one_of or at_most", place, "a condition has either one_of or at_most")
        return
    allowed = _values(framework, condition)
    if allowed is None:
        yield Fault(
            file, "name exists", place, f"there is no {condition.answer or condition.fact} to depend on"
        )
    elif stray := [each for each in condition.one_of if each not in allowed]:
        yield Fault(
            file,
            "value exists",
            place,
            f"{stray[0]!r} is not a value of {condition.answer or condition.fact}",
        )


def _values(framework: Framework, condition: Condition) -> set[bool | str] | None:
    """The values the named answer or fact can take; None if there is no such thing."""
    if condition.answer is not None:
        question = next((each for each in framework.questions if each.code == condition.answer), None)
        return None if question is None else {each.value for each in framework.scale_of(question)}
    fact = next((each for each in framework.facts if each.code == condition.fact), None)
    if fact is None:
        return None
    return {True, False} if fact.kind == "yes_no" else {each.value for each in fact.choices}


def _routing(framework: Framework) -> Iterator[Fault]:
    known = {each.code for each in framework.instruments}
    for code in (framework.routing.default, *(each.instrument for each in framework.routing.rules)):
        if code not in known:
            yield Fault("routing.yaml", "instrument exists", code, "there is no such instrument")
    for number, rule in enumerate(framework.routing.rules, start=1):
        for condition in rule.when:
            yield from _condition(framework, condition, place=f"rule {number}", file="routing.yaml")


def _facts(framework: Framework) -> Iterator[Fault]:
    for fact in framework.facts:
        if (fact.kind == "choice") != bool(fact.choices):
            yield Fault("facts.yaml", "choices", fact.code, "a choice has choices, and nothing else has")
