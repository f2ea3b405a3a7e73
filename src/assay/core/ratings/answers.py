"""Reads answers as people bring them: a document, a table of counts or ratings, or a table of case answers.

Every refusal is a sentence that begins with the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NoReturn, cast, get_args

from assay.core.errors import Refused
from assay.core.messages import message
from assay.core.ratings.path import Answers, Decision, Share
from assay.core.ratings.rating import check_rated
from assay.core.ratings.types import OwnRule, Questions, Rules, Trigger
from assay.core.standards.types import Framework

FIELDS = ("framework", "key_questions", "standards", "cases", "panel")
COLUMNS = ("code", "yes", "of", "percentage", "rating", "score")
CASE_COLUMNS = ("case", "question", "answer")
DECISION = ("standard", "to", "trigger", "reason", "roles")
DIGITS = 40


def answers_from(rows: Sequence[Mapping[str, Any]], framework: Framework, rules: Rules) -> Answers:
    """The answers in what was read: one object with some of the fields of a document; rows with a ``code``
    and counts, a percentage, a rating or a score; or rows with ``case``, ``question`` and ``answer``.

    Counts are whole numbers, percentages lie between 0 and 100, ratings are words of the scale (code, label
    or short form, in either case). What is empty is not known. ``Refused`` names the field that is wrong.
    """
    check_rated(framework, rules)
    if len(rows) == 1 and not {"code", "case"} & set(rows[0]):
        return _document(rows[0], framework, rules)
    if rows and all("question" in each for each in rows):
        return Answers(questions=_cases(_by_case(rows), framework, rules))
    return _table(rows, framework, rules)


def _document(given: Mapping[str, Any], framework: Framework, rules: Rules) -> Answers:
    _known("answers", given, FIELDS)
    if given.get("framework", framework.id) != framework.id:
        _refuse("framework", f"the answers are for {given['framework']}, not for {framework.id}")
    parts = {name: given.get(name) or {} for name in ("key_questions", "standards")}
    for name, part in parts.items():
        if not isinstance(part, Mapping):
            _refuse(name, "an object of codes is expected")
    counted = _cases(_read_cases(given.get("cases") or []), framework, rules)
    shares = {
        str(code): _share(f"key_questions, {code}", each) for code, each in parts["key_questions"].items()
    }
    if twice := [code for code in shares if code in counted]:
        _refuse(f"key_questions, {twice[0]}", "it is given, and its cases are too; give one")
    return Answers(
        questions=counted | shares,
        ratings=_ratings(parts["standards"].items(), framework, rules),
        panel=_panel(given.get("panel") or [], framework, rules),
    )


def _table(rows: Sequence[Mapping[str, Any]], framework: Framework, rules: Rules) -> Answers:
    questions: dict[str, Share] = {}
    ratings: list[tuple[str, Any]] = []
    standards = {name for each in framework.standards for name in (each.code, *each.also_called)}
    for number, row in enumerate(rows, start=1):
        place = f"row {number}"
        _known(place, row, COLUMNS)
        code = row.get("code")
        if not code:
            _refuse(place, "code is empty")
        said = {name: value for name, value in row.items() if name != "code" and value is not None}
        place = f"row {number}, {code}"
        if code in standards:
            ratings.append((code, _one(place, said, ("rating", "score"))))
        elif code in questions:
            _refuse(place, "it is given twice")
        else:
            questions[code] = _share(place, said)
    return Answers(questions=questions, ratings=_ratings(ratings, framework, rules))


def _one(place: str, said: Mapping[str, Any], names: Sequence[str]) -> Any:
    if len(said) != 1 or next(iter(said)) not in names:
        _refuse(place, f"one of {', '.join(names)} is expected, and nothing else")
    return next(iter(said.values()))


def _share(place: str, given: Any) -> Share:
    if not isinstance(given, Mapping) or set(given) not in ({"yes", "of"}, {"percentage"}):
        _refuse(place, "yes and of are expected, or a percentage alone")
    if "percentage" in given:
        return Share.published(_percentage(place, given["percentage"]))
    yes, of = (_whole(f"{place}, {name}", given[name]) for name in ("yes", "of"))
    if yes > of:
        _refuse(f"{place}, yes", f"{yes} of {of} cannot be")
    return Share.counted(yes, of)


def _whole(place: str, given: Any) -> int:
    text = str(given)
    if not text.isdecimal() or len(text) > DIGITS:
        _refuse(place, f"{given!r} is not a whole number of cases")
    return int(text)


def _percentage(place: str, given: Any) -> Fraction:
    """Exact: a float is read as it was written, so 49.5 is 99/2."""
    text = str(given)
    whole, point, rest = text.partition(".")
    digits = whole.isdecimal() and (not point or rest.isdecimal()) and len(text) <= DIGITS
    if not digits or Fraction(text) > 100:
        _refuse(f"{place}, percentage", f"{given!r} is not between 0 and 100")
    return Fraction(text)


def _ratings(given: Iterable[tuple[str, Any]], framework: Framework, rules: Rules) -> dict[str, str]:
    """By the framework's own codes of standards, whatever they are called elsewhere."""
    found: dict[str, str] = {}
    for name, value in given:
        place = f"standards, {name}"
        code = _standard(place, name, framework)
        if code in found:
            _refuse(place, "it is given twice")
        found[code] = _level(place, value, rules)
    return found


def _standard(place: str, name: object, framework: Framework) -> str:
    try:
        return framework.standard(str(name)).code
    except KeyError:
        _refuse(place, f"{framework.id} has no such standard")


def _level(place: str, given: Any, rules: Rules) -> str:
    said = str(given).strip().casefold()
    for each in rules.levels:
        if said in each.names:
            return each.code
    return _refuse(place, f"{given!r} is not one of {_words(rules)}")


def _words(rules: Rules) -> str:
    return ", ".join(f"{each.label} ({each.short}, {each.score})" for each in rules.levels)


def _panel(given: Any, framework: Framework, rules: Rules) -> tuple[Decision, ...]:
    if not isinstance(given, list):
        _refuse("panel", "a list of decisions is expected")
    return tuple(_decision(number, each, framework, rules) for number, each in enumerate(given, start=1))


def _decision(number: int, given: Any, framework: Framework, rules: Rules) -> Decision:
    place = f"panel, decision {number}"
    if not isinstance(given, Mapping):
        _refuse(place, "an object is expected")
    _known(place, given, DECISION)
    if missing := [name for name in DECISION if name not in given]:
        _refuse(place, f"{missing[0]} is missing")
    roles, reason, trigger = given["roles"], given["reason"], given["trigger"]
    if not isinstance(roles, list) or not all(isinstance(each, str) for each in roles):
        _refuse(place, "roles is a list of names of roles")
    if not isinstance(reason, str):
        _refuse(place, "reason is a text")
    if trigger not in get_args(Trigger):
        _refuse(place, f"trigger is one of {', '.join(get_args(Trigger))}")
    return Decision(
        standard=_standard(f"{place}, standard", given["standard"], framework),
        to=_level(f"{place}, to", given["to"], rules),
        trigger=cast(Trigger, trigger),
        reason=reason,
        roles=tuple(roles),
    )


def _by_case(rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """A table of one answer a row, by case."""
    found: dict[str, dict[str, str]] = {}
    for number, row in enumerate(rows, start=1):
        place = f"row {number}"
        _known(place, row, CASE_COLUMNS)
        if empty := [name for name in CASE_COLUMNS if row.get(name) in (None, "")]:
            _refuse(place, f"{empty[0]} is empty")
        answers = found.setdefault(str(row["case"]), {})
        if row["question"] in answers:
            _refuse(place, f"{row['question']} of {row['case']} is answered twice")
        answers[str(row["question"])] = str(row["answer"])
    return found


def _read_cases(given: Any) -> dict[str, dict[str, str]]:
    """The cases of a document, by case."""
    if not isinstance(given, list):
        _refuse("cases", "a list of cases is expected")
    found: dict[str, dict[str, str]] = {}
    for number, each in enumerate(given, start=1):
        place = f"cases, case {number}"
        if not isinstance(each, Mapping):
            _refuse(place, "an object is expected")
        _known(place, each, ("case", "answers"))
        if set(each) != {"case", "answers"} or not isinstance(each["answers"], Mapping):
            _refuse(place, "case and answers are expected, answers by code of question")
        name = str(each["case"])
        if name in found:
            _refuse(place, f"{name} is given twice")
        found[name] = {str(code): str(answer) for code, answer in each["answers"].items()}
    return found


def _cases(cases: Mapping[str, Mapping[str, str]], framework: Framework, rules: Rules) -> dict[str, Share]:
    """Each key question that any case answers, counted. Answers to other questions are looked at and left."""
    known = {each.code for each in framework.questions} | {each.code for each in framework.key_questions}
    values = {each.value for each in framework.scale}
    deciding = {each.code for each in framework.key_questions if each.rated_by != "none"}
    tallies: dict[str, tuple[int, int]] = {}
    for case, answers in cases.items():
        for code, answer in answers.items():
            if code not in known:
                _refuse(f"cases, {case}, {code}", f"{framework.id} has no such question")
            if answer not in values:
                _refuse(f"cases, {case}, {code}", f"{answer!r} is not one of {', '.join(sorted(values))}")
            if code in deciding:
                rule = _rule(rules, code)
                yes, of = tallies.get(code, (0, 0))
                tallies[code] = (yes + (answer in rule.sufficient), of + (answer in rule.base))
    return {code: Share.counted(*tally) for code, tally in tallies.items()}


def _rule(rules: Rules, code: str) -> Questions | OwnRule:
    """The key question's own rule, else that of all."""
    assert rules.questions is not None, "rules with ratings say what is sufficient"
    return next((each for each in rules.questions.own if each.key_question == code), rules.questions)


def _known(place: str, given: Mapping[str, Any], names: Sequence[str]) -> None:
    if stray := [each for each in given if each not in names]:
        _refuse(f"{place}, {stray[0]}", f"it is not one of {', '.join(names)}")


def _refuse(place: str, says: str) -> NoReturn:
    raise Refused(message("{place}: {says}.", place=place, says=says))
