"""A rule in words, for the page on which a figure's definition is read and for the report that pins it.

``translate`` puts a sentence, a question or a label into the reader's language; without it the words are
the English ones, which is how a report keeps them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from assay.core.messages import message
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
    Intervals,
    Not,
    Noted,
    Rule,
)

Translate = Callable[[str], str]

NOTED_IN_WORDS = {
    MISSED: message("the reader marked a missed opportunity"),
    LATE: message("the record has an entry written after the day of the announcement"),
}
EVERY = message("every reading")
ANSWERED = message("“{question}” ({code}) is answered {answers}")
FACT_IS = message("“{fact}” is {values}")
FACTS_DIFFER = message("“{fact}” and “{other}” are known and differ")
AND, OR, NOT = message("{one} and {other}"), message("{one} or {other}"), message("it is not so that {rule}")
YES, NO = message("Yes"), message("No")
BY_STRATA = message(
    "Wilson's, by the strata of the draw, each case weighing by its chance of being drawn; exact where fewer "
    "than {below} were counted, fewer than {below} were not, or more than {above} of the base was read "
    "(this rule: {source})"
)


def in_words(rule: Rule, framework: Framework, translate: Translate = str) -> str:
    """One phrase that says when the rule holds, with the question's own text and code."""
    match rule:
        case Every():
            return translate(EVERY.id)
        case AnswerIs(code, values):
            labels = [translate(each.label) for each in framework.scale if each.value in values]
            return translate(ANSWERED.id).format(
                question=translate(framework.question(code).text),
                code=code,
                answers=_either(labels, translate),
            )
        case FactIs(code, values):
            fact = framework.fact(code)
            labels = [translate(each.label) for each in fact.choices if each.value in values]
            yes_or_no = [translate((YES if each else NO).id) for each in values]
            return translate(FACT_IS.id).format(
                fact=translate(fact.label), values=_either(labels or yes_or_no, translate)
            )
        case FactsDiffer(code, other):
            return translate(FACTS_DIFFER.id).format(
                fact=translate(framework.fact(code).label), other=translate(framework.fact(other).label)
            )
        case Noted(kind):
            return translate(NOTED_IN_WORDS[kind].id)
        case All(rules):
            return _joined([_inner(each, framework, translate) for each in rules], translate(AND.id))
        case Any_(rules):
            return _joined([_inner(each, framework, translate) for each in rules], translate(OR.id))
        case Not(inner):
            return translate(NOT.id).format(rule=_inner(inner, framework, translate))


def intervals_in_words(intervals: Intervals, translate: Translate = str) -> str:
    """The rule by which a share gets its interval."""
    return translate(BY_STRATA.id).format(
        below=intervals.exact_below, above=f"{intervals.exact_above:.0%}", source=intervals.source
    )


def asked_in(codes: Sequence[str], framework: Framework, translate: Translate = str) -> dict[str, str]:
    """The text of each question or fact, by code, in the order given."""
    return {code: translate(_text_of(code, framework)) for code in codes}


def _text_of(code: str, framework: Framework) -> str:
    try:
        return framework.question(code).text
    except KeyError:
        return framework.fact(code).label


def _inner(rule: Rule, framework: Framework, translate: Translate) -> str:
    words = in_words(rule, framework, translate)
    return f"({words})" if isinstance(rule, All | Any_) else words


def _joined(phrases: Sequence[str], pattern: str) -> str:
    """Phrases put together two by two, by a pattern with the places ``{one}`` and ``{other}``."""
    whole = phrases[0]
    for each in phrases[1:]:
        whole = pattern.format(one=whole, other=each)
    return whole


def _either(labels: list[str], translate: Translate) -> str:
    if len(labels) == 1:
        return labels[0]
    return translate(OR.id).format(one=", ".join(labels[:-1]), other=labels[-1])
