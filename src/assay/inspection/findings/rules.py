"""Answers gathered into figures: pure, and the same whatever the readings are about.

The numbers a rule gives are counted here from readings each time; none is kept in this room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set

from assay.core.estimation.estimate import (
    Judged,
    base_population,
    plain_proportion,
    stratified_proportion,
    weighted_share,
)
from assay.core.figures import Count, Estimate
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
    Intervals,
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
    eligible: Mapping[str, int] | None = None,
    notes: Notes = NOTHING_NOTED,
) -> tuple[Finding, ...]:
    """Every finding of ``definitions`` over ``readings``, in the order of the file.

    ``eligible`` is how many of each PDU the sample could be drawn from; None where nobody knows. A base that
    is a part of a PDU's readings is taken to stand for the same part of those eligible there, since nobody
    judged the cases that were not drawn.
    """
    assert eligible is None or sum(eligible.values()) >= len(readings), "more were read than were eligible"
    return tuple(
        _finding(each, readings, eligible=eligible, intervals=definitions.intervals, notes=notes)
        for each in definitions.findings
    )


def profile(
    readings: Sequence[Reading], *, lines: Sequence[ProfileLine], framework: Framework
) -> tuple[ProfileTable, ...]:
    """The sample by each fact, every choice of the framework shown though nobody has it."""
    return tuple(_table(each, readings, framework.fact(each.fact), framework) for each in lines)


def _finding(
    definition: Definition,
    readings: Sequence[Reading],
    *,
    eligible: Mapping[str, int] | None,
    intervals: Intervals,
    notes: Notes,
) -> Finding:
    marked = [(each, _mark(definition, each, notes)) for each in readings]
    base = [each.case_ref for each, mark in marked if mark is not None]
    found = [each.case_ref for each, mark in marked if mark]
    count = Count(len(found), len(base), definition.unit, definition.population)
    judged, sizes = _by_stratum(marked, eligible)
    is_stratified = bool(base) and len(sizes) > 1
    return Finding(
        definition=definition,
        count=count,
        estimate=_estimate(count, judged, sizes, intervals),
        weighted=weighted_share(judged, sizes) if is_stratified else None,
        numerator_cases=tuple(found),
        denominator_cases=tuple(base),
    )


def _mark(definition: Definition, reading: Reading, notes: Notes) -> bool | None:
    """Whether the reading counts; None where it is outside the base."""
    if not holds(definition.denominator, reading, notes=notes):
        return None
    return holds(definition.numerator, reading, notes=notes)


def _by_stratum(
    marked: Sequence[tuple[Reading, bool | None]], eligible: Mapping[str, int] | None
) -> tuple[Judged, Mapping[str, int]]:
    """The marks by PDU with how many were eligible there; no sizes where nobody knows them.

    One stratum of all where some PDU has no reading (none was drawn there, or none is signed yet): nothing
    then speaks for that PDU, and a weight cannot make it.
    """
    judged: dict[str, list[bool | None]] = {}
    for reading, mark in marked:
        judged.setdefault(reading.pdu, []).append(mark)
    if eligible is not None and set(judged) == set(eligible):
        return judged, eligible
    whole = {"": [mark for _, mark in marked]}
    return whole, {} if eligible is None else {"": sum(eligible.values())}


def _estimate(
    count: Count, judged: Judged, sizes: Mapping[str, int], intervals: Intervals
) -> Estimate | None:
    if not count.denominator:
        return None
    population = base_population(judged, sizes) if sizes else None
    if _is_exact(count, population, intervals):
        return plain_proportion(count, population=population, method="exact")
    if len(sizes) > 1:
        return stratified_proportion(judged=judged, sizes=sizes, unit=count.unit, population=count.population)
    return plain_proportion(count, population=population)


def _is_exact(count: Count, population: int | None, intervals: Intervals) -> bool:
    fewest = min(count.numerator, count.denominator - count.numerator)
    if fewest < intervals.exact_below:
        return True
    return population is not None and count.denominator > intervals.exact_above * population


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
