"""A replay: invented readings put through the ordinary rules, beside what was really published.

Nothing here counts anything. The figures are those of the findings room, from whichever readings are
brought; what was published comes from the replay's own file of facts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from assay.core.errors import Problem, Refused, Unfit
from assay.core.messages import Message, message
from assay.core.standards import load
from assay.core.standards.types import Framework
from assay.inspection.assessments.rules import check_answer, check_fact, complete, standing
from assay.inspection.assessments.types import Answer, Brought, Reading
from assay.inspection.findings.definitions import definitions
from assay.inspection.findings.rules import gather
from assay.inspection.findings.types import Basis, Finding

KEYS = frozenset({"synthetic", "case", "assignment", "pdu", "pdu_name", "facts", "answers"})
NEEDED = KEYS - {"synthetic", "pdu_name"}
NOT_HELD = "The reading is invented."
READ_AT = datetime(2026, 1, 30, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What a source says of one finding. The numbers are None where the source has none."""

    finding: str
    basis: Basis
    said: str
    numerator: int | None
    denominator: int | None
    because: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedRecommendation:
    """``theme`` and ``text`` are None where no source of ours has them."""

    addressee: str
    theme: str | None
    text: str | None
    theme_from: str
    addressee_basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was published about the inspection, with its sources."""

    id: str
    title: str
    framework: str
    region: str
    region_code: str
    published_on: str
    cases: int
    units: int
    sources: Mapping[str, str]
    readings_are: str
    published: tuple[Published, ...]
    not_in_source: tuple[Published, ...]
    profile: str
    recommendations_said: str
    recommendations: tuple[PublishedRecommendation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A figure counted now beside the one that was published."""

    finding: Finding
    published: Published

    @property
    def agrees(self) -> bool:
        counted = (self.finding.count.numerator, self.finding.count.denominator)
        return counted == (self.published.numerator, self.published.denominator)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Only findings that a source speaks of carry a number here; the names of the rest are in ``others``,
    since a figure of ours under a real region's name would be invented."""

    facts: Facts
    compared: tuple[Compared, ...]
    others: tuple[str, ...]
    readings: tuple[Reading, ...]

    @property
    def units(self) -> int:
        return len({each.pdu for each in self.readings})

    def name_of(self, finding: str) -> str:
        """The short name of a finding a source speaks of, as its definition gives it."""
        made = definitions(self.facts.framework).finding(finding)
        assert made is not None, f"no finding {finding} is defined"
        return made.short


def replays() -> tuple[str, ...]:
    """The names of the replays there are."""
    return tuple(sorted(each.name for each in _folder().iterdir() if (each / "facts.yaml").is_file()))


def replay(name: str, *, brought: Sequence[Any] | None = None) -> Replay:
    """Count the shipped readings, or those ``brought``, by the definitions of the replay's framework.

    ``KeyError`` for a name there is none of; ``Unfit`` names every reading that cannot be counted.
    """
    written = shipped(name) if brought is None else brought
    return counted(name, readings_from(written, framework=load(facts(name).framework)))


def counted(name: str, readings: tuple[Reading, ...]) -> Replay:
    """Count these readings. How many cases were eligible no source says, so no draw is behind an interval."""
    known = facts(name)
    findings = {each.id: each for each in gather(readings, definitions=definitions(known.framework))}
    spoken_of = {each.finding for each in (*known.published, *known.not_in_source)}
    return Replay(
        facts=known,
        compared=tuple(Compared(finding=findings[each.finding], published=each) for each in known.published),
        others=tuple(each.definition.short for id, each in findings.items() if id not in spoken_of),
        readings=readings,
    )


@cache
def facts(name: str) -> Facts:
    """What was published, from the replay's file. ``KeyError`` for a name there is none of."""
    if name not in replays():
        raise KeyError(name)
    raw = yaml.safe_load((_folder() / name / "facts.yaml").read_text("utf-8"))
    return Facts(
        id=raw["id"],
        title=raw["title"],
        framework=raw["framework"],
        region=raw["region"],
        region_code=raw["region_code"],
        published_on=raw["published_on"].isoformat(),
        cases=raw["cases"],
        units=raw["units"],
        sources=raw["sources"],
        readings_are=raw["readings_are"],
        published=tuple(_published(each, Basis(each["basis"]), raw) for each in raw["published"]),
        not_in_source=tuple(_published(each, Basis.NOT_IN_SOURCE, raw) for each in raw["not_in_source"]),
        profile=raw["profile"]["said"],
        recommendations_said=raw["recommendations"]["said"],
        recommendations=tuple(_recommendation(each, raw) for each in raw["recommendations"]["list"]),
    )


def shipped(name: str) -> list[Any]:
    """The shipped readings as they are written, to be dumped, changed and brought again."""
    if name not in replays():
        raise KeyError(name)
    written: list[Any] = json.loads((_folder() / name / "readings.json").read_text("utf-8"))
    return written


def readings_from(written: Sequence[Any], *, framework: Framework) -> tuple[Reading, ...]:
    """Readings as the findings count them, each held to the routing and the scale as any reading is.

    An answer to a question that does not apply is dropped, as it is on the reading page.
    """
    problems: list[Problem] = []
    readings: list[Reading] = []
    seen: set[str] = set()
    for row, each in enumerate(written, start=1):
        says = _shape_of(each)
        if says is None and each["assignment"] in seen:
            says = message("The assignment {assignment} was brought before.", assignment=each["assignment"])
        if says is None:
            seen.add(each["assignment"])
            made = _reading(each, number=row, framework=framework)
            if isinstance(made, Reading):
                readings.append(made)
                continue
            says = made
        problems.append(_problem(row, says))
    if not written:
        problems.append(_problem(None, message("There is no reading in the file.")))
    if problems:
        raise Unfit(problems)
    return tuple(readings)


def brought_from(written: Sequence[Mapping[str, Any]]) -> tuple[Brought, ...]:
    """Readings that passed :func:`readings_from`, as they are brought into an inspection."""
    return tuple(
        Brought(
            assignment_ref=each["assignment"],
            facts=each["facts"],
            answers=_answers(each),
            not_interviewed_because=NOT_HELD,
        )
        for each in written
    )


def _reading(each: Mapping[str, Any], *, number: int, framework: Framework) -> Reading | Message:
    """The reading, or the sentence that says why it is none."""
    answers = _answers(each)
    try:
        for code, value in each["facts"].items():
            check_fact(framework.fact(code), value)
        for answer in answers.values():
            check_answer(framework, answer.question, value=answer.value, reason=answer.reason)
    except Refused as refused:
        return refused.message
    except KeyError as error:
        return message("The framework has no fact {code}.", code=error.args[0])
    stands = standing(
        framework,
        facts=each["facts"],
        answers={code: answer.value for code, answer in answers.items()},
        interview="not_held",
        not_because=NOT_HELD,
    )
    if stands.missing:
        return stands.missing[0]
    return Reading(
        case_ref=each["case"],
        assignment_ref=each["assignment"],
        pdu=each["pdu"],
        pdu_name=each.get("pdu_name", ""),
        instrument=stands.routed.instrument,
        facts=each["facts"],
        answers=complete(stands.states, answers),
        signed_at=READ_AT,
        number=number,
    )


def _answers(each: Mapping[str, Any]) -> dict[str, Answer]:
    return {code: _answer(code, value) for code, value in each["answers"].items()}


def _answer(code: str, value: Any) -> Answer:
    """An answer written as one word, or as a mapping with its note and reason."""
    if isinstance(value, Mapping):
        return Answer(
            question=code,
            value=str(value.get("value", "")),
            note=str(value.get("note", "")),
            reason=str(value.get("reason", "")),
        )
    return Answer(question=code, value=str(value))


def _shape_of(each: Any) -> Message | None:
    """What is wrong with the shape of a reading; None if nothing is."""
    if not isinstance(each, Mapping):
        return message("A reading is a mapping with these keys: {keys}.", keys=", ".join(sorted(KEYS)))
    if missing := NEEDED - set(each):
        return message("These keys are missing: {keys}.", keys=", ".join(sorted(missing)))
    if unknown := set(each) - KEYS:
        return message("These keys are not known: {keys}.", keys=", ".join(sorted(map(str, unknown))))
    if not isinstance(each["facts"], Mapping) or not isinstance(each["answers"], Mapping):
        return message("Facts and answers are mappings from a code to a value.")
    return None


def _published(each: Mapping[str, Any], basis: Basis, raw: Mapping[str, Any]) -> Published:
    return Published(
        finding=each["finding"],
        basis=basis,
        said=each["said"],
        numerator=each.get("numerator"),
        denominator=each.get("denominator"),
        because=each.get("because", ""),
        source=raw["sources"][each["source"]],
    )


def _recommendation(each: Mapping[str, Any], raw: Mapping[str, Any]) -> PublishedRecommendation:
    return PublishedRecommendation(
        addressee=each["addressee"],
        theme=each["theme"],
        text=each["text"],
        theme_from=raw["sources"][each["theme_from"]] if each["theme"] else "",
        addressee_basis=Basis(each.get("addressee_is", "published")),
    )


def _problem(row: int | None, says: Message) -> Problem:
    return Problem(
        file="answers",
        rule="reading",
        row=row,
        message=says,
        remedy=message("Write the readings out with --dump-answers, change those, and bring them again."),
    )


def _folder() -> Traversable:
    return resources.files("assay.inspection.outcomes") / "replays"
