"""``assay standards``: the frameworks there are, what is in them, whether one of your own can be used, what
differs between two, and what readings would have scored under another. None of these changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter

from assay.core.errors import Refused, Unfit
from assay.core.messages import message
from assay.core.ratings import loading as rating_rules
from assay.core.ratings.types import Rules
from assay.core.standards import frameworks, load
from assay.core.standards.changes import differences
from assay.core.standards.checking import nearest
from assay.core.standards.loading import WHOLE, folder_of, read
from assay.core.standards.mappings import between
from assay.core.standards.mappings import read as read_mapping
from assay.core.standards.readings import pinned_to, readings_from
from assay.core.standards.rescoring import rescore
from assay.core.standards.types import Framework, Sourced
from assay.inspection.findings import definitions
from assay.jobs import rescored
from assay.jobs.shell import BAD_INPUT, Format, read_rows, refusing, write_object, write_rows

app = typer.Typer(
    no_args_is_help=True, help="Inspection frameworks: list, show, check, compare, and score again."
)
AT = "@"
RULES = TypeAdapter(Rules)
Name = Annotated[str, typer.Argument(help="A framework's id, id@version, or the folder or file of your own.")]
Printed = Annotated[Format, typer.Option("--format", help="A table to read, JSON or CSV.")]


class Part(StrEnum):
    """What of a framework to show."""

    STANDARDS = "standards"
    QUESTIONS = "questions"
    FACTS = "facts"
    ROUTING = "routing"
    SOURCES = "sources"


@app.command(name="list")
def list_(format: Printed = Format.TABLE) -> None:
    """The frameworks that are shipped: what each is for, when it is in force, what counts in it."""
    with refusing():
        columns = ("id", "name", "in_force_from", "until", "counted") if format is Format.TABLE else None
        write_rows([_line(load(id)) for id in frameworks()], format, title="Frameworks", columns=columns)


@app.command()
def show(
    framework: Name,
    part: Annotated[Part, typer.Option(help="What of it to show; JSON has all of it.")] = Part.STANDARDS,
    format: Printed = Format.TABLE,
) -> None:
    """What a framework holds. The table and the CSV show one part; the JSON is all of it."""
    with refusing():
        found, _ = find(framework)
        if format is Format.JSON:
            write_object(TypeAdapter(Framework).dump_python(found, mode="json"), format)
        else:
            title = f"{found.name}, version {found.version}: {part.value}"
            write_rows(list(ROWS[part](found)), format, title=title)


@app.command()
def check(
    file: Annotated[
        Path, typer.Argument(help="The folder of a framework, or the file that holds all of it.")
    ],
) -> None:
    """Whether a framework you wrote can be used, with the ratings and findings beside it. What is wrong is
    told in sentences, all of it at once, and the command then ends with status 2."""
    try:
        framework = read(file)
        beside = _beside(file, framework)
    except Unfit as unfit:
        for problem in unfit.problems:
            typer.echo(problem.message.worded(), err=True)
        said = message("It cannot be used yet; things to put right: {n}.", n=len(unfit.problems))
        typer.echo(said.worded(), err=True)
        raise typer.Exit(BAD_INPUT) from None
    counted = sum(each.rule != "not_rated" for each in framework.standards)
    typer.echo(
        message(
            "{name}, version {version}, can be used. Standards: {standards} (rated {rated}, in the composite "
            "{counted}); instruments: {instruments}; questions: {questions}; facts: {facts}.",
            name=framework.name,
            version=framework.version,
            standards=len(framework.standards),
            rated=counted,
            counted=len(framework.counted),
            instruments=len(framework.instruments),
            questions=len(framework.questions),
            facts=len(framework.facts),
        ).worded()
    )
    for sentence in beside:
        typer.echo(sentence)


@app.command()
def diff(
    old: Name,
    new: Name,
    sources: Annotated[
        bool, typer.Option(help="Also what differs in sources, confidence and notes.")
    ] = False,
    format: Printed = Format.TABLE,
) -> None:
    """What differs between two frameworks, or two versions of one: what is asked, of whom, when, and how it
    is rated."""
    with refusing():
        (before, at), (after, after_at) = find(old), find(new)
        rows = [
            {
                "part": each.part,
                "code": each.code,
                "change": each.kind,
                "field": each.field,
                "before": each.before,
                "after": each.after,
                "sentence": each.said.worded(),
            }
            for each in differences(before, after, with_sources=sources)
        ]
        rows += _of_ratings(_rules(before, at), _rules(after, after_at))
        title = f"From {_pinned(before)} to {_pinned(after)}"
        columns = ("part", "change", "sentence") if format is Format.TABLE else None
        write_rows(rows, format, title=title, columns=columns)


@app.command(name="rescore")
def rescore_(
    readings: Annotated[
        str, typer.Argument(help="Stored readings: JSON, or CSV of case, question, answer; or -.")
    ],
    under: Annotated[str, typer.Option("--as", help="The framework to score them under.")],
    made: Annotated[
        str, typer.Option(help="The framework they were made under, if they do not name it.")
    ] = "",
    mapping: Annotated[Path | None, typer.Option(help="A mapping of your own; else the shipped one.")] = None,
    format: Printed = Format.TABLE,
) -> None:
    """What readings would have scored under another framework. A report: no reading changes, and each stays
    with the version it was made under."""
    with refusing():
        rows = read_rows(readings)
        found, found_at = find(_made_under(rows, made))
        other, other_at = find(under)
        brought = readings_from(rows, found)
        mapped = read_mapping(mapping, made=found, scored=other) if mapping else between(found, other)
        done = rescore(found, other, mapped, readings=brought.readings, ratings=brought.ratings)
        report = rescored.Report(
            done,
            made=rescored.Side(found, _rules(found, found_at), done.made, done.ratings_made),
            scored=rescored.Side(other, _rules(other, other_at), done.scored, done.ratings_scored),
        )
        if format is Format.JSON:
            write_object(report.whole(), format)
        else:
            write_rows(list(report.rows()), format, title=report.title.worded())
    if format is Format.TABLE:
        for each in report.notes():
            typer.echo(each.worded())


def find(name: str) -> tuple[Framework, Path | None]:
    """A shipped framework by id or ``id@version``, or one of somebody's own by its folder or file; and where
    its rating rules lie, None where it has no folder. ``Refused`` where there is nothing of that name."""
    id, _, version = name.partition(AT)
    if id in frameworks():
        return load(id, version or None), folder_of(id, version or None)
    path = Path(name)
    if path.is_file() and path.name == WHOLE:
        path = path.parent
    if path.exists():
        return read(path), path if path.is_dir() else None
    raise Refused(
        message(
            "framework: there is no {name}{nearest}, and no folder or file of that name.",
            name=name,
            nearest=nearest(id, frameworks()),
        )
    )


def _rules(framework: Framework, folder: Path | None) -> Rules | None:
    """How the framework rates; None where nothing beside it says so, or where it gives no ratings."""
    if folder is None or not (folder / rating_rules.FILE).is_file():
        return None
    rules = rating_rules.read(folder, framework)
    return rules if rules.used else None


def _of_ratings(old: Rules | None, new: Rules | None) -> Iterator[dict[str, Any]]:
    """Where the rules of rating differ, place by place. Sources and confidence are left to the files."""
    before, after = (dict(_flat(RULES.dump_python(each, mode="json"))) if each else {} for each in (old, new))
    for place in dict.fromkeys((*before, *after)):
        was, now = before.get(place), after.get(place)
        if was != now and place.split(", ")[-1] not in ("id", "version", "source", "confidence", "because"):
            sentence = message(
                "The rating, {place}: was {before}, is {after}.", place=place, before=was, after=now
            )
            yield {
                "part": "rating",
                "code": place,
                "change": "changed",
                "field": "",
                "before": was,
                "after": now,
                "sentence": sentence.worded(),
            }


def _flat(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Each single value with the keys that lead to it; a thing in a list by the word it is for."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _flat(each, f"{place}, {key}" if place else key)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        for each in value:
            name = next(
                str(each[key]) for key in ("rating", "code", "trigger", "key_question") if key in each
            )
            yield from _flat(each, f"{place}, {name}")
    else:
        yield place, ", ".join(map(str, value)) if isinstance(value, list) else value


def _made_under(rows: list[dict[str, Any]], made: str) -> str:
    """What the readings name, pinned to their version, unless the command names it."""
    named, version = pinned_to(rows)
    if not (made or named):
        raise Refused(message("framework: the readings do not name theirs; say it with --made."))
    return made or (f"{named}{AT}{version}" if version and named in frameworks() else named)


def _pinned(framework: Framework) -> str:
    return f"{framework.id} version {framework.version}"


def _line(framework: Framework) -> dict[str, Any]:
    return {
        "id": framework.id,
        "name": framework.name,
        "version": framework.version,
        "inspects": framework.inspects,
        "in_force_from": framework.effective_on.isoformat(),
        "until": framework.closed_on.isoformat() if framework.closed_on else None,
        "standards": len(framework.standards),
        "counted": len(framework.counted),
        "rated": framework.ratings.used,
        "supersedes": ", ".join(framework.supersedes),
        "uncertain": ", ".join(each.code for each in framework.standards if each.is_uncertain),
    }


def _standards(framework: Framework) -> Iterator[dict[str, Any]]:
    for each in framework.standards:
        yield {
            "code": each.code,
            "title": each.title,
            "domain": each.domain,
            "rule": each.rule,
            "counts": "yes" if each in framework.counted else "no",
            "key_questions": ", ".join(each.key_questions),
            "may_be": " or ".join(one.title for one in each.may_be),
            "confidence": framework.confidence_of(each),
        }


def _questions(framework: Framework) -> Iterator[dict[str, Any]]:
    for instrument in framework.instruments:
        for group, question in framework.asked(instrument.code):
            yield {
                "instrument": instrument.code,
                "key_question": group.code,
                "code": question.code,
                "text": question.text,
                "answers": ", ".join(each.value for each in framework.scale_of(question)),
                "must_answer": "yes" if question.must_answer else "no",
                "answered_by": ", ".join(framework.answered_by(instrument.code, question)),
                "unless": "; ".join(each.otherwise for each in question.applies_when),
                "confidence": framework.confidence_of(question),
            }


def _facts(framework: Framework) -> Iterator[dict[str, Any]]:
    for each in framework.facts:
        yield {
            "code": each.code,
            "label": each.label,
            "kind": each.kind,
            "values": ", ".join(choice.value for choice in each.choices),
            "must_answer": "yes" if each.must_answer else "no",
            "from_record": each.from_record,
            "confidence": framework.confidence_of(each),
        }


def _routing(framework: Framework) -> Iterator[dict[str, Any]]:
    for number, each in enumerate(framework.routing.rules, start=1):
        yield {
            "order": str(number),
            "instrument": each.instrument,
            "because": each.because,
            "confidence": framework.confidence_of(each),
        }
    yield {
        "order": "otherwise",
        "instrument": framework.routing.default,
        "because": framework.routing.default_because,
        "confidence": framework.confidence,
    }


def _sources(framework: Framework) -> Iterator[dict[str, Any]]:
    parts: dict[str, Iterable[Sourced]] = {
        "domain": framework.domains,
        "standard": framework.standards,
        "instrument": framework.instruments,
        "rule": framework.rules,
        "role": framework.roles,
        "key question": framework.key_questions,
        "question": tuple(each for group in framework.key_questions for each in group.questions),
        "fact": framework.facts,
    }
    for part, those in parts.items():
        for each in those:
            code = getattr(each, "code", "")
            confidence = framework.confidence_of(each)
            yield {"part": part, "code": code, "confidence": confidence, "source": each.source}


ROWS = {
    Part.STANDARDS: _standards,
    Part.QUESTIONS: _questions,
    Part.FACTS: _facts,
    Part.ROUTING: _routing,
    Part.SOURCES: _sources,
}


def _beside(file: Path, framework: Framework) -> tuple[str, ...]:
    """What lies beside a framework, checked, in a sentence each. ``Unfit`` where it cannot be used."""
    folder = file if file.is_dir() else file.parent
    said = []
    if not (folder / WHOLE).is_file():
        return ()
    if (folder / rating_rules.FILE).is_file():
        rules = rating_rules.read(folder, framework)
        said.append(
            message("Its ratings.yaml can be used.")
            if rules.used
            else message("Its ratings.yaml gives no ratings.")
        )
    else:
        said.append(message("There is no ratings.yaml beside it, so that nothing is rated."))
    if (folder / definitions.FILE).is_file():
        found = definitions.read(folder / definitions.FILE, framework=framework)
        said.append(
            message("Its findings.yaml can be used: {findings} findings.", findings=len(found.findings))
        )
    return tuple(each.worded() for each in said)
