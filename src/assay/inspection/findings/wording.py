"""A rule in words, for the page on which a figure's definition is read."""

from __future__ import annotations

from assay.core.standards.types import Framework
from assay.inspection.findings.definitions import (
    LATE,
    MISSED,
    All,
    AnswerIs,
    Any_,
    Every,
    FactIs,
    FactsDiffer,
    Not,
    Noted,
    Rule,
)

NOTED_IN_WORDS = {
    MISSED: "the reader marked a missed opportunity",
    LATE: "the record has an entry written after the day of the announcement",
}


def in_words(rule: Rule, framework: Framework) -> str:
    """One English phrase that says when the rule holds, with the question's own text and code."""
    match rule:
        case Every():
            return "every reading"
        case AnswerIs(code, values):
            labels = [each.label for each in framework.scale if each.value in values]
            return f"“{framework.question(code).text}” ({code}) is answered {_or(labels)}"
        case FactIs(code, values):
            fact = framework.fact(code)
            labels = [each.label for each in fact.choices if each.value in values]
            return f"“{fact.label}” is {_or(labels or ['Yes' if each else 'No' for each in values])}"
        case FactsDiffer(code, other):
            return f"“{framework.fact(code).label}” and “{framework.fact(other).label}” are known and differ"
        case Noted(kind):
            return NOTED_IN_WORDS[kind]
        case All(rules):
            return " and ".join(_inner(each, framework) for each in rules)
        case Any_(rules):
            return " or ".join(_inner(each, framework) for each in rules)
        case Not(inner):
            return f"it is not so that {_inner(inner, framework)}"


def _inner(rule: Rule, framework: Framework) -> str:
    words = in_words(rule, framework)
    return f"({words})" if isinstance(rule, All | Any_) else words


def _or(labels: list[str]) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} or {labels[-1]}"
