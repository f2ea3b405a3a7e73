"""Stored readings as people bring them, checked against the framework they were made under."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from assay.core.errors import Refused
from assay.core.messages import message
from assay.core.standards.checking import nearest
from assay.core.standards.scoring import Stored
from assay.core.standards.types import Fact, FactValue, Framework

FIELDS = ("framework", "version", "cases", "standards")
OF_CASE = ("case", "facts", "answers")
COLUMNS = ("case", "question", "answer")
MOST_DIGITS = 6
YES_NO = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """Readings, and ratings given to whole standards, by code. ``version`` is empty where none is named."""

    framework: str
    version: str
    readings: tuple[Stored, ...]
    ratings: Mapping[str, str]


def pinned_to(rows: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """The framework and the version that what was read names; empty where it names none, as a table does."""
    first = rows[0] if len(rows) == 1 and "question" not in rows[0] else {}
    return str(first.get("framework") or ""), str(first.get("version") or "")


def readings_from(rows: Sequence[Mapping[str, Any]], framework: Framework) -> Brought:
    """What was read, as readings: one object with ``cases``, each of ``case``, ``facts`` and ``answers``, and
    perhaps ``framework``, ``version`` and ``standards``; or rows of ``case``, ``question`` and ``answer``, a
    fact standing in the place of a question.

    Values are checked against the framework. ``Refused`` begins with the field that is wrong.
    """
    if len(rows) == 1 and "question" not in rows[0]:
        return _document(rows[0], framework)
    return Brought(framework=framework.id, version="", readings=_table(rows, framework), ratings={})


def _document(given: Mapping[str, Any], framework: Framework) -> Brought:
    _only("the input", given, FIELDS)
    named, version = pinned_to([given])
    if named not in ("", framework.id):
        _refuse("framework", f"the readings are for {named}, not for {framework.id}")
    if version not in ("", framework.version):
        _refuse("version", f"the readings are pinned to version {version}, not {framework.version}")
    cases, standards = given.get("cases") or [], given.get("standards") or {}
    if not isinstance(cases, list):
        _refuse("cases", "a list is expected")
    if not isinstance(standards, Mapping):
        _refuse("standards", "an object of ratings by code is expected")
    found: dict[str, Stored] = {}
    for number, each in enumerate(cases, start=1):
        one = _case(f"cases, number {number}", each, framework)
        if one.id in found:
            _refuse(f"cases, number {number}", f"{one.id} is given twice")
        found[one.id] = one
    ratings = {_standard(framework, str(code)): str(value) for code, value in standards.items()}
    return Brought(framework=framework.id, version=version, readings=tuple(found.values()), ratings=ratings)


def _case(place: str, given: Any, framework: Framework) -> Stored:
    if not isinstance(given, Mapping):
        _refuse(place, "an object is expected")
    _only(place, given, OF_CASE)
    if given.get("case") in (None, ""):
        _refuse(f"{place}, case", "it is missing")
    parts = {name: given.get(name) or {} for name in ("facts", "answers")}
    for name, part in parts.items():
        if not isinstance(part, Mapping):
            _refuse(f"{place}, {name}", "an object of values by code is expected")
    return Stored(
        id=str(given["case"]),
        facts={code: _fact(place, framework, code, value) for code, value in parts["facts"].items()},
        answers={
            code: _answer(place, framework, code, value)
            for code, value in parts["answers"].items()
            if value not in (None, "")
        },
    )


def _table(rows: Sequence[Mapping[str, Any]], framework: Framework) -> tuple[Stored, ...]:
    facts = {each.code for each in framework.facts}
    found: dict[str, tuple[dict[str, FactValue], dict[str, str]]] = {}
    for number, row in enumerate(rows, start=1):
        place = f"row {number}"
        _only(place, row, COLUMNS)
        for name in ("case", "question"):
            if not row.get(name):
                _refuse(f"{place}, {name}", "it is empty")
        of_facts, of_answers = found.setdefault(str(row["case"]), ({}, {}))
        code, value = str(row["question"]), row.get("answer")
        if code in of_facts or code in of_answers:
            _refuse(f"{place}, {code}", f"{row['case']} answers it twice")
        if value in (None, ""):
            continue
        if code in facts:
            of_facts[code] = _fact(place, framework, code, _typed(framework.fact(code), value))
        else:
            of_answers[code] = _answer(place, framework, code, value)
    return tuple(Stored(id=id, facts=facts, answers=answers) for id, (facts, answers) in found.items())


def _typed(fact: Fact, value: Any) -> Any:
    """A cell of a table as the kind of the fact has it; left as it is where it cannot be."""
    if not isinstance(value, str):
        return value
    if fact.kind == "yes_no":
        return YES_NO.get(value.casefold(), value)
    is_number = value.isascii() and value.isdigit() and len(value) <= MOST_DIGITS
    return int(value) if fact.kind == "number" and is_number else value


def _fact(place: str, framework: Framework, code: Any, value: Any) -> FactValue:
    try:
        fact = framework.fact(str(code))
    except KeyError:
        known = [each.code for each in framework.facts]
        _refuse(f"{place}, facts", f"{framework.id} has no fact {code}{nearest(str(code), known)}")
    if value is None:
        return None
    choices = [each.value for each in fact.choices]
    fits, expected = {
        "choice": (isinstance(value, str) and value in choices, f"one of {', '.join(choices)}"),
        "yes_no": (isinstance(value, bool), "true or false"),
        "number": (isinstance(value, int) and not isinstance(value, bool) and value >= 0, "a whole number"),
    }[fact.kind]
    if not fits:
        _refuse(f"{place}, {code}", f"{value!r} stands where {expected} is expected")
    found: FactValue = value
    return found


def _answer(place: str, framework: Framework, code: Any, value: Any) -> str:
    try:
        question = framework.question(str(code))
    except KeyError:
        known = [each.code for each in framework.questions]
        _refuse(f"{place}, answers", f"{framework.id} has no question {code}{nearest(str(code), known)}")
    scale = [each.value for each in framework.scale_of(question)]
    if value not in scale:
        _refuse(f"{place}, {code}", f"{value!r} is not one of {', '.join(scale)}")
    return str(value)


def _standard(framework: Framework, code: str) -> str:
    try:
        return framework.standard(code).code
    except KeyError:
        known = [each.code for each in framework.standards]
        _refuse(f"standards, {code}", f"{framework.id} has no such standard{nearest(code, known)}")


def _only(place: str, given: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in given:
        if name not in names:
            _refuse(f"{place}, {name}", f"it is not one of {', '.join(names)}")


def _refuse(place: str, says: str) -> NoReturn:
    raise Refused(message("{place}: {says}.", place=place, says=says))
