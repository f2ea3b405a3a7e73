"""What each finding counts, read from ``findings.yaml`` beside its framework.

A rule is data in one of a few forms (:data:`Rule`); nothing written in a file is ever run as code. A file
that names a question, an answer or a fact its framework does not have is unfit, and every fault is named.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from assay.core.errors import Problem, Unfit
from assay.core.messages import message
from assay.core.standards.loading import folder_of, load
from assay.core.standards.types import Framework

FILE = "findings.yaml"
MISSED, LATE = "missed_opportunity", "entry_after_announcement"
NOTED = (MISSED, LATE)
TEXTS = ("id", "group", "sentence", "short", "unit", "population")
KEYS = frozenset({"id", "version", "intervals", "groups", "findings", "profile"})
MAY_HAVE = frozenset({*TEXTS, "denominator", "numerator", "headline", "adverse", "note"})
FORMS = "`every`, `answer` with `is`, `fact` with `is` or `differs_from`, `noted`, `all`, `any`, `not`"


@dataclass(frozen=True, slots=True)
class Every:
    """Holds for every reading."""


@dataclass(frozen=True, slots=True)
class AnswerIs:
    """Holds where the question was answered with one of ``values``; a question not put never holds."""

    question: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactIs:
    """Holds where the fact is one of ``values``; a fact not known never holds."""

    fact: str
    values: tuple[str | bool, ...]


@dataclass(frozen=True, slots=True)
class FactsDiffer:
    """Holds where both facts are known and are not the same."""

    fact: str
    other: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Holds where something of this kind (one of :data:`NOTED`) was noted beside the answers."""

    kind: str


@dataclass(frozen=True, slots=True)
class All:
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Not:
    rule: Rule


Rule = Every | AnswerIs | FactIs | FactsDiffer | Noted | All | Any_ | Not


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """One finding as it is defined. ``sentence`` has the places ``{numerator}`` and ``{denominator}``.

    ``adverse`` says that a large numerator is bad news; ``headline`` that the finding leads the report.
    """

    id: str
    group: str
    sentence: str
    short: str
    unit: str
    population: str
    denominator: Rule
    numerator: Rule
    headline: bool = False
    adverse: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """A fact by which the sample is described."""

    fact: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervals:
    """When a share gets an exact interval: fewer than ``exact_below`` units counted, or fewer not counted,
    or more than ``exact_above`` (a share) of the base's own population read. ``source`` says whose rule."""

    exact_below: int
    exact_above: float
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """All findings of one framework. ``hash`` is of the file's bytes, a version nobody forgets to raise."""

    framework: str
    version: str
    hash: str
    intervals: Intervals
    groups: Mapping[str, str]
    findings: tuple[Definition, ...]
    profile: tuple[ProfileLine, ...]

    def finding(self, id: str) -> Definition | None:
        return next((each for each in self.findings if each.id == id), None)


@cache
def definitions(framework: str, version: str | None = None) -> Definitions:
    """The shipped definitions of a framework, of the version asked for or the present one. ``KeyError`` for a
    framework there is none of."""
    found = load(framework, version)
    return read(folder_of(framework, version) / FILE, framework=found)


def read(path: Path, *, framework: Framework) -> Definitions:
    """The definitions in a file, checked against their framework; raises ``Unfit`` with every fault."""
    raw = path.read_bytes()
    try:
        whole = yaml.safe_load(raw)
    except yaml.YAMLError as error:
        raise Unfit([_problem("the file", "not YAML", str(error).splitlines()[0])]) from error
    if not isinstance(whole, dict):
        raise Unfit([_problem("the file", "not a mapping", "the file holds no mapping")])
    problems = list(_faults(whole, framework))
    if problems:
        raise Unfit(problems)
    return Definitions(
        framework=framework.id,
        version=str(whole["version"]),
        hash=hashlib.sha256(raw).hexdigest(),
        intervals=intervals_from(whole["intervals"]),
        groups={each["code"]: each["title"] for each in whole["groups"]},
        findings=tuple(_definition(each) for each in whole["findings"]),
        profile=tuple(ProfileLine(each["fact"], each["title"]) for each in whole["profile"]),
    )


def questions_of(definition: Definition) -> tuple[str, ...]:
    """Codes of the questions and facts a finding is counted from, each once, those of its base first."""
    return tuple(dict.fromkeys((*_named(definition.denominator), *_named(definition.numerator))))


def rule_from(value: Mapping[str, Any]) -> Rule:
    """The rule written as data. ``ValueError`` says what is wrong with it."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r} is not a rule; a rule is one of {FORMS}")
    match dict(value):
        case {"every": "reading", **rest} if not rest:
            return Every()
        case {"answer": str(code), "is": list(values), **rest} if not rest and values:
            return AnswerIs(code, tuple(values))
        case {"fact": str(code), "is": list(values), **rest} if not rest and values:
            return FactIs(code, tuple(values))
        case {"fact": str(code), "differs_from": str(other), **rest} if not rest:
            return FactsDiffer(code, other)
        case {"noted": str(kind), **rest} if not rest and kind in NOTED:
            return Noted(kind)
        case {"all": list(rules), **rest} if not rest and rules:
            return All(tuple(rule_from(each) for each in rules))
        case {"any": list(rules), **rest} if not rest and rules:
            return Any_(tuple(rule_from(each) for each in rules))
        case {"not": inner, **rest} if not rest:
            return Not(rule_from(inner))
    raise ValueError(f"{dict(value)} is not a rule; a rule is one of {FORMS}")


def intervals_from(value: object) -> Intervals:
    """When an interval is exact, written as data. ``ValueError`` says what is wrong with it."""
    match value:
        case {"exact_below": int(below), "exact_above": float(above), "source": str(source), **rest}:
            if not rest and below >= 0 and 0 <= above <= 1:
                return Intervals(exact_below=below, exact_above=above, source=source)
    raise ValueError(f"{value} is not `exact_below` (a count), `exact_above` (0.0 to 1.0) and `source`")


def _definition(value: Mapping[str, Any]) -> Definition:
    texts = {name: " ".join(str(value[name]).split()) for name in TEXTS}
    return Definition(
        **texts,
        denominator=rule_from(value["denominator"]),
        numerator=rule_from(value["numerator"]),
        headline=bool(value.get("headline", False)),
        adverse=bool(value.get("adverse", False)),
        note=" ".join(str(value.get("note", "")).split()),
    )


def _faults(whole: Mapping[str, Any], framework: Framework) -> Iterator[Problem]:
    if set(whole) != KEYS:
        odd = ", ".join(sorted(KEYS ^ set(whole)))
        yield _problem("the file", "keys", f"these keys are missing or not known: {odd}")
        return
    if whole["id"] != framework.id:
        yield _problem("the file", "framework", f"the file is for {whole['id']}, not for {framework.id}")
    try:
        intervals_from(whole["intervals"])
    except ValueError as error:
        yield _problem("intervals", "intervals", str(error))
    facts = {each.code for each in framework.facts}
    groups = {each.get("code") for each in whole["groups"]}
    seen: set[str] = set()
    for position, each in enumerate(whole["findings"], start=1):
        name = str(each.get("id", f"finding {position}"))
        if name in seen:
            yield _problem(name, "duplicate", "another finding has this id")
        seen.add(name)
        for says in _faults_of(each, framework=framework, groups=groups):
            yield _problem(name, "finding", says)
    for each in whole["profile"]:
        if each.get("fact") not in facts:
            yield _problem("profile", "unknown fact", f"the framework has no fact {each.get('fact')!r}")


def _faults_of(value: Mapping[str, Any], *, framework: Framework, groups: set[Any]) -> Iterator[str]:
    missing = [name for name in (*TEXTS, "denominator", "numerator") if not value.get(name)]
    if missing:
        yield f"these keys are missing: {', '.join(missing)}"
        return
    if unknown := set(value) - MAY_HAVE:
        yield f"these keys are not known: {', '.join(sorted(map(str, unknown)))}"
    if value["group"] not in groups:
        yield f"the file has no group {value['group']!r}"
    try:
        value["sentence"].format(numerator=0, denominator=0)
    except (KeyError, IndexError, ValueError):
        yield "the sentence has a place other than {numerator} and {denominator}"
    for side in ("denominator", "numerator"):
        try:
            rule = rule_from(value[side])
        except ValueError as error:
            yield f"{side}: {error}"
        else:
            yield from (f"{side}: {says}" for says in _unknown(rule, framework))


def _unknown(rule: Rule, framework: Framework) -> Iterator[str]:
    """What a rule names that its framework does not have."""
    match rule:
        case AnswerIs(code, values):
            try:
                scale = {each.value for each in framework.scale_of(framework.question(code))}
            except KeyError:
                yield f"the framework has no question {code}"
            else:
                yield from (f"{code} is never answered {value!r}" for value in values if value not in scale)
        case FactIs(code, values):
            try:
                fact = framework.fact(code)
            except KeyError:
                yield f"the framework has no fact {code}"
            else:
                known: set[str | bool] = {each.value for each in fact.choices} or {True, False}
                yield from (f"{code} is never {value!r}" for value in values if value not in known)
        case FactsDiffer(code, other):
            known_facts = {each.code for each in framework.facts}
            yield from (
                f"the framework has no fact {each}" for each in (code, other) if each not in known_facts
            )
        case All(rules) | Any_(rules):
            for each in rules:
                yield from _unknown(each, framework)
        case Not(inner):
            yield from _unknown(inner, framework)


def _named(rule: Rule) -> Iterator[str]:
    match rule:
        case AnswerIs(code, _) | FactIs(code, _):
            yield code
        case FactsDiffer(code, other):
            yield from (code, other)
        case All(rules) | Any_(rules):
            for each in rules:
                yield from _named(each)
        case Not(inner):
            yield from _named(inner)


def _problem(place: str, rule: str, says: str) -> Problem:
    return Problem(
        file=FILE,
        rule=rule,
        column=place,
        message=message("{file}, {place}: {says}.", file=FILE, place=place, says=says),
        remedy=message("Correct the definition and load the framework again."),
    )
