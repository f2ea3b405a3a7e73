"""``assay rate``: from answers to the overall rating, every step with its reason. Nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from assay.core.errors import Refused
from assay.core.messages import message
from assay.core.ratings.answers import answers_from
from assay.core.ratings.loading import read as read_rules
from assay.core.ratings.loading import rules_for
from assay.core.ratings.path import Change, CompositeStep, QuestionStep, Rated, StandardStep
from assay.core.ratings.rating import rate as rated
from assay.core.ratings.types import Rules
from assay.core.standards import frameworks, load
from assay.core.standards.loading import read as read_framework
from assay.core.standards.types import Framework
from assay.jobs.shell import Format, read_rows, refusing, write_object, write_rows

COLUMNS = ("step", "code", "value", "rating", "score", "reason")
IN = """What is known: a JSON document with key_questions ({code: {yes, of} or {percentage}}), standards
({code: word or score}), cases ([{case, answers}]) and panel ([{standard, to, trigger, reason, roles}]); a CSV
with code and yes, of, percentage, rating or score; or a CSV with case, question, answer. - for the input."""


class Rounds(StrEnum):
    """How to round before banding."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    NONE = "none"


def rate(
    framework: Annotated[
        str,
        typer.Option(
            help=f"A framework: {', '.join(frameworks())}; or a folder with one and its ratings.yaml."
        ),
    ],
    answers: Annotated[str, typer.Option("--in", help=IN)],
    rounding: Annotated[
        Rounds | None, typer.Option(help="Instead of the framework's own; the result says so.")
    ] = None,
    format: Annotated[
        Format, typer.Option(help="A table to read, JSON with everything, or CSV.")
    ] = Format.TABLE,
) -> None:
    """Rate by a framework, step by step: percentages to bands, the lowest key question to its standard,
    scores to the composite, the composite to the overall rating. What is not known stays open, with the
    ratings that are possible. Exit status 2 for what cannot be used."""
    with refusing():
        asked, rules = chosen(framework)
        given = answers_from(read_rows(answers), asked, rules)
        made = rated(asked, rules, given, rounding=rounding.value if rounding else None)
    if format is Format.JSON:
        write_object(as_data(made, rules), format)
    elif format is Format.CSV:
        write_rows(list(as_rows(made, rules)), format, columns=COLUMNS)
    else:
        write_rows([_brief(each) for each in as_rows(made, rules)], format, title=asked.name)


def chosen(name: str) -> tuple[Framework, Rules]:
    """A shipped framework by its id, or one in a folder of its own, with its rules."""
    if name in frameworks():
        return load(name), rules_for(name)
    folder = Path(name)
    if not (folder / "framework.yaml").is_file():
        known = ", ".join(frameworks())
        raise Refused(
            message("framework: there is no {name}; there are {known}, or a folder.", name=name, known=known)
        )
    made = read_framework(folder)
    return made, read_rules(folder, made)


def as_data(made: Rated, rules: Rules) -> dict[str, Any]:
    """The whole path as plain data. Percentages are numbers between 0 and 100."""
    overall = made.overall
    return {
        "framework": made.framework,
        "framework_version": made.framework_version,
        "rules_version": made.rules_version,
        "overall": {
            "rating": _label(rules, overall.rating),
            "possible": [_label(rules, each) for each in overall.possible],
            "reason": overall.reason.worded(),
        },
        "composite": None if made.composite is None else _composite(made.composite),
        "standards": [_standard(each, rules) for each in made.standards],
        "rounding": made.rounding.worded(),
        "hangs_on_rounding": list(made.hangs_on_rounding),
        "assumptions": [
            {"part": each.part, "source": each.source, "confidence": each.confidence}
            for each in made.assumptions
        ],
    }


def _composite(step: CompositeStep) -> dict[str, Any]:
    return {
        "total": step.total,
        "maximum": step.maximum,
        "least": step.least,
        "most": step.most,
        "mean": _number(step.mean),
        "counted": list(step.counted),
        "left_out": list(step.left_out),
        "reason": step.reason.worded(),
    }


def _standard(step: StandardStep, rules: Rules) -> dict[str, Any]:
    return {
        "code": step.code,
        "title": step.title,
        "rule": step.rule,
        "counts": step.counts,
        "rating": _label(rules, step.rating),
        "score": step.score,
        "possible": [_label(rules, each) for each in step.possible],
        "lowest": list(step.lowest),
        "reason": step.reason.worded(),
        "panel": None if step.change is None else _change(step.change, rules),
        "key_questions": [_question(each, rules) for each in step.questions],
    }


def _question(step: QuestionStep, rules: Rules) -> dict[str, Any]:
    share = step.share
    return {
        "code": step.code,
        "title": step.title,
        "yes": share.satisfactory if share else None,
        "of": share.of if share else None,
        "percentage": _number(share.percentage) if share else None,
        "banded": _number(step.banded),
        "rating": _label(rules, step.rating),
        "reason": step.reason.worded(),
    }


def _change(change: Change, rules: Rules) -> dict[str, Any]:
    return {
        "proposed": _label(rules, change.proposed),
        "decided": _label(rules, change.decision.to),
        "trigger": change.decision.trigger,
        "held": change.held.worded(),
        "reason": change.decision.reason,
        "roles": list(change.decision.roles),
        "beside": {code: _label(rules, rating) for code, rating in change.beside},
    }


def as_rows(made: Rated, rules: Rules) -> Iterator[dict[str, Any]]:
    """The path as rows, in the order in which it is walked, with what it rests on at the end."""
    for standard in made.standards:
        for each in standard.questions:
            yield _row(
                "key question",
                each.code,
                _value(each),
                _label(rules, each.rating),
                None,
                each.reason.worded(),
            )
        proposed = standard.proposed
        score = None if proposed is None else rules.level(proposed).score
        yield _row("standard", standard.code, None, _label(rules, proposed), score, standard.reason.worded())
        if standard.change is not None:
            yield _panel_row(standard, standard.change, rules)
    if made.composite is not None:
        value = _range(made.composite)
        yield _row("composite", "", value, None, made.composite.total, made.composite.reason.worded())
    overall = made.overall
    yield _row("overall", "", None, _label(rules, overall.rating), None, overall.reason.worded())
    yield _row("rounding", "", None, None, None, made.rounding.worded())
    if made.hangs_on_rounding:
        said = message(
            "Another rounding would rate otherwise: {codes}.", codes=", ".join(made.hangs_on_rounding)
        )
        yield _row("rounding", "", None, None, None, said.worded())
    for part in made.assumptions:
        yield _row("rests on", part.part, part.confidence, None, None, part.source)


def _brief(row: dict[str, Any]) -> dict[str, Any]:
    """A row for a narrow window: the reason says the numbers."""
    rating = row["rating"] if row["rating"] is not None else row["value"]
    return {"step": f"{row['step']} {row['code']}".strip(), "rating": rating, "reason": row["reason"]}


def _panel_row(standard: StandardStep, change: Change, rules: Rules) -> dict[str, Any]:
    said = f"{change.held.worded()} {change.decision.reason} ({', '.join(change.decision.roles)})"
    label = _label(rules, standard.rating)
    return _row("panel", standard.code, change.decision.trigger, label, standard.score, said)


def _row(
    step: str, code: str, value: str | None, rating: str | None, score: int | None, reason: str
) -> dict[str, Any]:
    return {"step": step, "code": code, "value": value, "rating": rating, "score": score, "reason": reason}


def _value(step: QuestionStep) -> str | None:
    share = step.share
    if share is None:
        return None
    if share.of is not None:
        return f"{share.satisfactory} of {share.of}"
    return f"{_number(share.percentage):g}%"


def _range(step: CompositeStep) -> str:
    if step.total is not None:
        return f"{step.total} of {step.maximum}"
    return f"{step.least} to {step.most} of {step.maximum}"


def _label(rules: Rules, code: str | None) -> str | None:
    return None if code is None else rules.level(code).label


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
