"""Answers gathered into figures: pure, and the same whatever the readings are about.

The numbers a rule gives are counted here from readings each time; none is kept in this room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set

from assay.core.estimation.estimate import proportion
from assay.core.figures import Count
from assay.core.standards.types import Fact, Framework
from assay.inspection.assessments.types import Reading
from assay.inspection.findings.definitions import (
    All,
    AnswerIs,
    Any_,
    Definition,
    Definitions,
    Every,
    FactIs,
    FactsDiffer,
    Not,
    Noted,
    ProfileLine,
    Rule,
)
from assay.inspection.findings.types import Finding, ProfileGroup, ProfileTable

NOT_KNOWN = "not_known_to_the_reader"
YES_NO = (("True", "Yes"), ("False", "No"))


# Which cases (by reference) something was noted of, by kind.
Notes = Mapping[str, Set[str]]
NOTHING_NOTED: Notes = {}


def holds(rule: Rule, reading: Reading, *, notes: Notes = NOTHING_NOTED) -> bool:
    """Whether a rule holds for a reading. What was not asked or is not known makes no rule hold but `not`."""
    match rule:
        case Every():
            return True
        case AnswerIs(question, values):
            answer = reading.answers.get(question)
            return answer is not None and answer.value in values
        case FactIs(fact, values):
            return reading.facts.get(fact) in values
        case FactsDiffer(fact, other):
            known = (reading.facts.get(fact), reading.facts.get(other))
            return None not in known and known[0] != known[1]
        case Noted(kind):
            return reading.case_ref in notes.get(kind, frozenset())
        case All(rules):
            return all(holds(each, reading, notes=notes) for each in rules)
        case Any_(rules):
            return any(holds(each, reading, notes=notes) for each in rules)
        case Not(inner):
            return not holds(inner, reading, notes=notes)


def gather(
    readings: Sequence[Reading],
    *,
    definitions: Definitions,
    eligible: int | None = None,
    notes: Notes = NOTHING_NOTED,
) -> tuple[Finding, ...]:
    """Every finding of ``definitions`` over ``readings``, in the order of the file.

    ``eligible`` is the size of the frame the sample was drawn from. A base that is a part of the sample is
    taken to stand for the same part of the frame, since nobody judged the cases that were not drawn.
    """
    assert eligible is None or eligible >= len(readings), "more were read than were eligible"
    return tuple(_finding(each, readings, eligible=eligible, notes=notes) for each in definitions.findings)


def profile(
    readings: Sequence[Reading], *, lines: Sequence[ProfileLine], framework: Framework
) -> tuple[ProfileTable, ...]:
    """The sample by each fact, every choice of the framework shown though nobody has it."""
    return tuple(_table(each, readings, framework.fact(each.fact), framework) for each in lines)


def _finding(
    definition: Definition, readings: Sequence[Reading], *, eligible: int | None, notes: Notes
) -> Finding:
    base = [each for each in readings if holds(definition.denominator, each, notes=notes)]
    found = [each for each in base if holds(definition.numerator, each, notes=notes)]
    count = Count(len(found), len(base), definition.unit, definition.population)
    population = None
    if eligible is not None and readings:
        population = max(len(base), round(eligible * len(base) / len(readings)))
    return Finding(
        definition=definition,
        count=count,
        estimate=proportion(count, population=population, method=definition.interval),
        numerator_cases=tuple(each.case_ref for each in found),
        denominator_cases=tuple(each.case_ref for each in base),
    )


def _table(line: ProfileLine, readings: Sequence[Reading], fact: Fact, framework: Framework) -> ProfileTable:
    seen = Counter(_value(reading, line.fact) for reading in readings)
    choices = [(each.value, each.label) for each in fact.choices] or list(YES_NO)
    if seen[NOT_KNOWN]:
        choices.append((NOT_KNOWN, "Not known"))
    unit, population = framework.unit.singular, f"every {framework.unit.singular} read"
    return ProfileTable(
        fact=line.fact,
        title=line.title,
        groups=tuple(
            ProfileGroup(value=value, label=label, count=Count(seen[value], len(readings), unit, population))
            for value, label in choices
        ),
    )


def _value(reading: Reading, fact: str) -> str:
    value = reading.facts.get(fact)
    return NOT_KNOWN if value is None else str(value)
