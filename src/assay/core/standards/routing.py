"""Which instrument a case is read with, and which of its questions apply: pure, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assay.core.messages import Message, message
from assay.core.standards.types import Condition, FactValue, Framework, KeyQuestion, Question


@dataclass(frozen=True, slots=True)
class Routed:
    """The instrument for a case and why. ``source`` is empty where the default stands."""

    instrument: str
    because: Message
    source: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it stands for one case. ``because`` is None where it applies.

    ``waiting_for`` names the answer or fact that has to be given first; the question is then not asked yet,
    which is neither "applies" nor "does not apply".
    """

    key_question: KeyQuestion
    question: Question
    because: Message | None = None
    waiting_for: str | None = None

    @property
    def applies(self) -> bool:
        return self.because is None and self.waiting_for is None


def route(framework: Framework, facts: Mapping[str, FactValue]) -> Routed:
    """The first routing rule that holds decides. A fact not known never makes a rule hold."""
    for rule in framework.routing.rules:
        if all(_holds(each, {}, facts) for each in rule.when):
            return Routed(rule.instrument, message(rule.because), rule.source)
    return Routed(framework.routing.default, message(framework.routing.default_because))


def asked(
    framework: Framework,
    instrument: str,
    *,
    facts: Mapping[str, FactValue],
    answers: Mapping[str, str],
) -> tuple[Asked, ...]:
    """Every question of the instrument in order, each with whether and why it does not apply.

    ``answers`` maps question codes to answer values. An answer to a question that no longer applies is not
    consulted, so that a chain of questions closes from its first link.
    """
    standing: dict[str, str] = {}
    result = []
    for group, question in framework.asked(instrument):
        state = _state(group, question, standing, facts)
        if state.applies and question.code in answers:
            standing[question.code] = answers[question.code]
        result.append(state)
    return tuple(result)


def unanswered(states: tuple[Asked, ...], answers: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of the questions that apply, must be answered and have no answer; in order.

    A question that waits is left out: what it waits for is either in this list or an unknown fact.
    """
    return tuple(
        each.question.code
        for each in states
        if each.applies and each.question.must_answer and each.question.code not in answers
    )


def unknown_facts(framework: Framework, facts: Mapping[str, FactValue]) -> tuple[str, ...]:
    """Codes of the facts that must be established and are not; in order."""
    return tuple(each.code for each in framework.facts if each.must_answer and facts.get(each.code) is None)


def _state(
    group: KeyQuestion, question: Question, standing: Mapping[str, str], facts: Mapping[str, FactValue]
) -> Asked:
    for condition in question.applies_when:
        if not _known(condition, standing, facts):
            return Asked(group, question, waiting_for=condition.answer or condition.fact)
        if not _holds(condition, standing, facts):
            return Asked(group, question, because=message(condition.otherwise))
    return Asked(group, question)


def _value(condition: Condition, answers: Mapping[str, str], facts: Mapping[str, FactValue]) -> FactValue:
    if condition.answer is not None:
        return answers.get(condition.answer)
    assert condition.fact is not None, "a checked condition names an answer or a fact"
    return facts.get(condition.fact)


def _known(condition: Condition, answers: Mapping[str, str], facts: Mapping[str, FactValue]) -> bool:
    return _value(condition, answers, facts) is not None


def _holds(condition: Condition, answers: Mapping[str, str], facts: Mapping[str, FactValue]) -> bool:
    value = _value(condition, answers, facts)
    if value is None:
        return False
    if condition.at_most is not None:
        return isinstance(value, int) and not isinstance(value, bool) and value <= condition.at_most
    return value in condition.one_of
