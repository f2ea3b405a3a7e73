"""What the schema alone cannot see: codes that must be unique, exist, and come in order; rules that fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from assay.core.standards.types import (
    Condition,
    Framework,
    Instrument,
    KeyQuestion,
    Question,
    Sourced,
    Standard,
)

QUESTIONS = "a file of key questions"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the file, the rule broken, the place, and a clause that says what is wrong.

    ``file`` is :data:`QUESTIONS` where ``place`` is the code of a question or key question: only the reader
    of the folder knows which of its files holds it.
    """

    file: str
    rule: str
    place: str
    says: str


def faults(framework: Framework, *, folder_name: str) -> tuple[Fault, ...]:
    """Every fault in the framework; empty if it can be used."""
    checks = (
        _dates,
        _codes,
        _parts,
        _standards,
        _ways,
        _roles,
        _scales,
        _sources,
        _conditions,
        _routing,
        _facts,
        _words,
    )
    return (*_identity(framework, folder_name), *(fault for check in checks for fault in check(framework)))


def nearest(wrong: str, known: Collection[str]) -> str:
    """What to say after "there is no ...": the name that was meant, or all there are."""
    close = get_close_matches(wrong, known, n=1, cutoff=0.75)
    if close:
        return f"; {close[0]} may be meant"
    if len(known) == 1:
        return f"; the only one is {next(iter(known))}"
    return f"; there are {', '.join(known)}" if known else "; there are none"


def _identity(framework: Framework, folder_name: str) -> Iterator[Fault]:
    if framework.id != folder_name:
        yield Fault(
            "framework.yaml", "id is the folder", "id", f"{framework.id} lies in the folder {folder_name}"
        )
    if framework.id in framework.supersedes:
        yield Fault("framework.yaml", "supersedes another", "supersedes", "it supersedes itself")


def _dates(framework: Framework) -> Iterator[Fault]:
    if framework.closed_on is None:
        return
    if framework.closed_on <= framework.effective_on:
        yield Fault("framework.yaml", "dates in order", "closed_on", "it closes before it takes effect")
    if not framework.closed_source or framework.closed_confidence is None:
        said = "the day it closed needs closed_source and closed_confidence"
        yield Fault("framework.yaml", "dates have a source", "closed_on", said)


def _codes(framework: Framework) -> Iterator[Fault]:
    yield from _repeated("question", (each.code for each in framework.questions), QUESTIONS)
    groups = [each.code for each in framework.key_questions]
    yield from _repeated("key question", groups, QUESTIONS)
    judged = {each.code for each in framework.key_questions if each.judgement}
    asked = {each.code for group in framework.key_questions for each in group.questions}
    for code in sorted((set(groups) - judged) & asked):
        said = "the code is used for a key question and for a question"
        yield Fault(QUESTIONS, "codes are unique", code, said)
    yield from _repeated("fact", (each.code for each in framework.facts), "facts.yaml")
    yield from _repeated("instrument", (each.code for each in framework.instruments))
    yield from _repeated("domain", (each.code for each in framework.domains))
    yield from _repeated("role", (each.code for each in framework.roles))
    yield from _repeated("rule", (each.code for each in framework.rules))
    names = (name for each in framework.standards for name in (each.code, *each.also_called))
    yield from _repeated("standard", names)


def _repeated(what: str, codes: Iterable[str], file: str = "framework.yaml") -> Iterator[Fault]:
    for code, times in Counter(codes).items():
        if times > 1:
            yield Fault(file, "codes are unique", code, f"the {what} code is used {times} times")


def _parts(framework: Framework) -> Iterator[Fault]:
    known = [each.code for each in framework.key_questions]
    used = {code for each in framework.instruments for code in each.key_questions}
    for instrument in framework.instruments:
        yield from _known_key_questions(instrument.code, "it asks", instrument.key_questions, known)
        for code, times in Counter(instrument.key_questions).items():
            if times > 1:
                said = f"it asks {code} {times} times"
                yield Fault("framework.yaml", "asked once", instrument.code, said)
    for code in known:
        if code not in used:
            yield Fault("framework.yaml", "key question is asked", code, "no instrument asks it")
    domains = [each.code for each in framework.domains]
    for standard in framework.standards:
        if standard.domain not in domains:
            said = f"there is no domain {standard.domain}{nearest(standard.domain, domains)}"
            yield Fault("framework.yaml", "domain exists", standard.code, said)
        yield from _known_key_questions(standard.code, "it names", standard.key_questions, known)
    for code in domains:
        if code not in {each.domain for each in framework.standards}:
            yield Fault("framework.yaml", "domain is used", code, "no standard belongs to this domain")


def _known_key_questions(
    place: str, does: str, codes: Iterable[str], known: Collection[str]
) -> Iterator[Fault]:
    for code in (each for each in codes if each not in known):
        said = f"{does} {code}, which is nowhere{nearest(code, known)}"
        yield Fault("framework.yaml", "key question exists", place, said)


def _standards(framework: Framework) -> Iterator[Fault]:
    groups = {each.code: each for each in framework.key_questions}
    for standard in framework.standards:
        if not standard.counts and not standard.counts_because:
            said = "it does not count, and counts_because does not say why"
            yield Fault("framework.yaml", "counts has a reason", standard.code, said)
        if standard.rule == "not_known" and not standard.may_be:
            said = "how it is rated is not known, and may_be does not list what it may have been"
            yield Fault("framework.yaml", "uncertainty is told", standard.code, said)
        for code in (each for each in standard.key_questions if each in groups):
            for says in _of_rule(standard, groups[code]):
                yield Fault("framework.yaml", "rule fits", standard.code, says)
        if standard.rule == "lowest_key_question" and not standard.key_questions:
            said = "it is rated by its lowest key question and has none"
            yield Fault("framework.yaml", "rule fits", standard.code, said)
    if framework.ratings.used and not framework.counted:
        said = "ratings are used, and no standard counts in them"
        yield Fault("framework.yaml", "something counts", "ratings", said)


def _of_rule(standard: Standard, group: KeyQuestion) -> Iterator[str]:
    """What makes a key question unfit for the rule of its standard."""
    if standard.rule == "lowest_key_question" and group.rated_by != "share_sufficient":
        yield f"it is rated by its lowest key question, and {group.code} is not rated by share_sufficient"
    if standard.rule == "judgement" and group.rated_by == "share_sufficient":
        yield f"it is rated by one judgement, and {group.code} is rated by share_sufficient"


def _ways(framework: Framework) -> Iterator[Fault]:
    """Every way of rating in use says what it rests on; a share needs a judgement to be a share of."""
    told = {each.code for each in framework.rules}
    used = {each.rule: each.code for each in reversed(framework.standards)}
    for way, code in used.items():
        if way not in told and way != "not_rated":
            said = f"its rule {way} is not among the rules, which say what each rests on"
            yield Fault("framework.yaml", "rule has a source", code, said)
    for group in framework.key_questions:
        if group.rated_by not in told and group.rated_by != "none":
            said = f"its rated_by {group.rated_by} is not among the rules, which say what each rests on"
            yield Fault(QUESTIONS, "rule has a source", group.code, said)
        if group.rated_by == "share_sufficient" and not group.judgement:
            said = "it is rated by the share judged sufficient and has no judgement"
            yield Fault(QUESTIONS, "rule fits", group.code, said)


def _roles(framework: Framework) -> Iterator[Fault]:
    known = [each.code for each in framework.roles]
    parts: tuple[tuple[str, Instrument | Question], ...] = (
        *(("framework.yaml", each) for each in framework.instruments),
        *((QUESTIONS, each) for each in framework.questions),
    )
    for file, part in parts:
        for role in (each for each in part.answered_by if each not in known):
            said = f"there is no role {role} to answer it{nearest(role, known)}"
            yield Fault(file, "role exists", part.code, said)


def _scales(framework: Framework) -> Iterator[Fault]:
    values: list[str] = [each.value for each in framework.scale]
    yield from _repeated("scale", values)
    for question in framework.questions:
        for value in (each for each in question.scale if each not in values):
            said = f"its scale has {value}, which the framework's scale has not"
            yield Fault(QUESTIONS, "value exists", question.code, said)


def _sources(framework: Framework) -> Iterator[Fault]:
    for file, place, part in _sourced(framework):
        if not part.source and not part.ours:
            yield Fault(file, "source or ours", place, "it names no source and is not marked ours")


def _sourced(framework: Framework) -> Iterator[tuple[str, str, Sourced]]:
    """Every part that rests on something, with its file and its place."""
    of_questions: tuple[Question | KeyQuestion, ...] = (*framework.questions, *framework.key_questions)
    yield from ((QUESTIONS, each.code, each) for each in of_questions)
    yield from (("facts.yaml", each.code, each) for each in framework.facts)
    yield from (("framework.yaml", each.code, each) for each in framework.domains)
    yield from (("framework.yaml", each.code, each) for each in framework.standards)
    yield from (("framework.yaml", each.code, each) for each in framework.instruments)
    yield from (("framework.yaml", each.code, each) for each in framework.roles)
    yield from (("framework.yaml", each.code, each) for each in framework.rules)
    for number, rule in enumerate(framework.routing.rules, start=1):
        yield "routing.yaml", f"rule {number}", rule


def _conditions(framework: Framework) -> Iterator[Fault]:
    optional = {each.code for each in framework.facts if not each.must_answer}
    known = {each.code for each in framework.key_questions}
    for instrument in framework.instruments:
        if any(code not in known for code in instrument.key_questions):
            continue
        before: set[str] = set()
        for _, question in framework.asked(instrument.code):
            for condition in question.applies_when:
                yield from _condition(framework, condition, place=question.code, file=QUESTIONS)
                for rule, says in _standing(condition, before, optional, instrument.code):
                    yield Fault(QUESTIONS, rule, question.code, says)
            before.add(question.code)


def _standing(
    condition: Condition, before: set[str], optional: set[str], instrument: str
) -> Iterator[tuple[str, str]]:
    """What keeps a condition from being settled by the time the question comes, and shown to the reader."""
    if condition.answer is not None and condition.answer not in before:
        yield (
            "condition looks back",
            f"it depends on {condition.answer}, which {instrument} does not ask before it",
        )
    if condition.fact in optional:
        yield (
            "condition is settled",
            f"it depends on the fact {condition.fact}, which nobody has to establish",
        )
    if not condition.otherwise:
        yield "condition gives a reason", "a condition has no 'otherwise' to show a reader"


def _condition(framework: Framework, condition: Condition, *, place: str, file: str) -> Iterator[Fault]:
    if (condition.answer is None) == (condition.fact is None):
        yield Fault(
            file, "answer or fact", place, "a condition names one answer or one fact, not both or neither"
        )
        return
    if bool(condition.one_of) == (condition.at_most is not None):
        yield Fault(file, "one_of or at_most", place, "a condition has either one_of or at_most")
        return
    name = condition.answer or condition.fact or ""
    allowed = _values(framework, condition)
    if allowed is None:
        known = [each.code for each in (framework.questions if condition.answer else framework.facts)]
        yield Fault(file, "name exists", place, f"there is no {name} to depend on{nearest(name, known)}")
    elif condition.at_most is not None:
        if allowed:
            yield Fault(file, "value exists", place, f"at_most is for a number, which {name} is not")
    elif not allowed:
        yield Fault(file, "value exists", place, f"{name} is a number and is compared by at_most")
    elif stray := [each for each in condition.one_of if each not in allowed]:
        known = sorted(_yaml(each) for each in allowed)
        said = f"{_yaml(stray[0])} is not a value of {name}, which has {', '.join(known)}"
        yield Fault(file, "value exists", place, said)


def _yaml(value: bool | str) -> str:
    return str(value).lower() if isinstance(value, bool) else value


def _values(framework: Framework, condition: Condition) -> set[bool | str] | None:
    """The values the named answer or fact can take, none for a number; None if there is no such thing."""
    if condition.answer is not None:
        question = next((each for each in framework.questions if each.code == condition.answer), None)
        return None if question is None else {each.value for each in framework.scale_of(question)}
    fact = next((each for each in framework.facts if each.code == condition.fact), None)
    if fact is None:
        return None
    return {True, False} if fact.kind == "yes_no" else {each.value for each in fact.choices}


def _routing(framework: Framework) -> Iterator[Fault]:
    of_cases = [each.code for each in framework.instruments if each.put_to == "case"]
    routed = (framework.routing.default, *(each.instrument for each in framework.routing.rules))
    for code in dict.fromkeys(routed):
        if code not in {each.code for each in framework.instruments}:
            said = f"there is no such instrument{nearest(code, of_cases)}"
            yield Fault("routing.yaml", "instrument exists", code, said)
        elif code not in of_cases:
            said = "it is put to the organisation, and a case cannot be routed to it"
            yield Fault("routing.yaml", "routed to a case's", code, said)
    for code in (each for each in of_cases if each not in routed):
        yield Fault("routing.yaml", "instrument is reached", code, "no rule leads to this instrument")
    for number, rule in enumerate(framework.routing.rules, start=1):
        for condition in rule.when:
            place = f"rule {number}"
            yield from _condition(framework, condition, place=place, file="routing.yaml")
            if condition.answer is not None:
                said = f"it looks at the answer {condition.answer}; facts route a case, before any answer"
                yield Fault("routing.yaml", "routed by facts", place, said)


def _facts(framework: Framework) -> Iterator[Fault]:
    for fact in framework.facts:
        if (fact.kind == "choice") != bool(fact.choices):
            yield Fault("facts.yaml", "choices", fact.code, "a choice has choices, and nothing else has")
        for value, times in Counter(each.value for each in fact.choices).items():
            if times > 1:
                said = f"the choice {value} is given {times} times"
                yield Fault("facts.yaml", "codes are unique", fact.code, said)


def _words(framework: Framework) -> Iterator[Fault]:
    """What a reader would meet with nothing in it."""
    for group in framework.key_questions:
        if not group.asked and not group.text.strip():
            yield Fault(QUESTIONS, "something is asked", group.code, "it has no text")
        for question in group.questions:
            if not question.text.strip():
                yield Fault(QUESTIONS, "something is asked", question.code, "it has no text")
    silent = {each.code for each in framework.key_questions if not each.asked}
    for instrument in framework.instruments:
        if instrument.put_to == "case":
            for code in (each for each in instrument.key_questions if each in silent):
                said = "it is put to a case and asks nothing: it has no questions and no judgement"
                yield Fault(QUESTIONS, "something is asked", code, said)
