"""How answers given under one framework stand under another: a file of YAML, checked, and the carrying over.

A mapping changes no reading. It says which key question is the same, which is near, which is gone and which
is new, each with its reason, so that a report can say what it rests on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from assay.core.errors import Problem, Refused, Unfit
from assay.core.messages import message
from assay.core.standards.checking import nearest
from assay.core.standards.scoring import Stored
from assay.core.standards.types import Confidence, Framework

FOLDER = Path(__file__).parent / "mappings"
REMEDY = message("Correct the mapping and read it again.")
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Carried:
    """What was ``made`` counts as ``scored``. ``near`` says that the two are not the same question, and
    ``because`` why one may stand for the other. ``values`` rewrites values that have other names;
    ``left_out`` lists values of a fact for which the other side has no place, each with its reason: a
    reading with such a value is left out."""

    made: str
    scored: str
    near: bool = False
    because: str = ""
    values: Mapping[str, str] = Field(default_factory=dict)
    left_out: Mapping[str, str] = Field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Alone:
    """What has no partner on the other side, and why."""

    code: str
    because: str = Field(min_length=1)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Pairs:
    """``same`` codes mean the same on both sides; ``only_made`` is left, ``only_scored`` stays open."""

    same: tuple[str, ...] = ()
    carried: tuple[Carried, ...] = ()
    only_made: tuple[Alone, ...] = ()
    only_scored: tuple[Alone, ...] = ()

    @property
    def all(self) -> tuple[Carried, ...]:
        """Every pair, those that are the same among them."""
        return (*(Carried(made=each, scored=each) for each in self.same), *self.carried)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Mapped:
    """A mapping from the framework readings were made under to the one they are scored under, by version."""

    id: str
    made_under: str
    made_version: str
    scored_under: str
    scored_version: str
    about: str
    source: str
    confidence: Confidence
    facts: Pairs
    answers: Pairs
    standards: Pairs


def mappings() -> tuple[str, ...]:
    """The ids of the mappings that are shipped, in order."""
    return tuple(sorted(each.stem for each in FOLDER.glob("*.yaml")))


def between(made: Framework, scored: Framework) -> Mapped:
    """The shipped mapping for readings made under one framework and scored under the other. ``Refused``
    where there is none."""
    id = f"{made.id}--{scored.id}"
    if id not in mappings():
        raise Refused(
            message(
                "mapping: there is none from {made} to {scored}; there are {known}.",
                made=made.id,
                scored=scored.id,
                known=", ".join(mappings()),
            )
        )
    return read(FOLDER / f"{id}.yaml", made=made, scored=scored)


def read(path: Path, *, made: Framework, scored: Framework) -> Mapped:
    """The mapping in a file, checked against both frameworks. ``Unfit`` names every fault found."""
    try:
        whole = yaml.safe_load(path.read_text("utf-8"))
        mapped = TypeAdapter(Mapped).validate_python(whole)
    except OSError:
        raise Unfit([_problem(path, "missing file", "", "there is no such file")]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Unfit([_problem(path, "not YAML", "", " ".join(str(error).split()))]) from error
    except ValidationError as error:
        raise Unfit(
            _problem(path, each["type"], " > ".join(map(str, each["loc"])), each["msg"])
            for each in error.errors()
        ) from error
    found = tuple(_faults(mapped, path.stem, made, scored))
    if found:
        raise Unfit(_problem(path, rule, place, says) for rule, place, says in found)
    return mapped


def left_out(mapped: Mapped, reading: Stored) -> str:
    """Why a reading has no place under the other framework; empty where it has one."""
    for pair in mapped.facts.carried:
        if because := pair.left_out.get(str(reading.facts.get(pair.made))):
            return because
    return ""


def carry(mapped: Mapped, reading: Stored) -> Stored:
    """The reading as it stands under the other framework: a new value; the one given is not touched.

    What has no partner is left behind. Of two answers carried to one question the first named stands.
    """
    return Stored(
        id=reading.id,
        facts=_carried(mapped.facts, reading.facts),
        answers=_carried(mapped.answers, reading.answers),
    )


def carried_ratings(mapped: Mapped, given: Mapping[str, str]) -> dict[str, str]:
    """Ratings given to whole standards, carried in the same way."""
    return _carried(mapped.standards, given)


def _carried(pairs: Pairs, given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pair in pairs.all:
        value = given.get(pair.made)
        if value is not None and pair.scored not in found:
            found[pair.scored] = pair.values.get(value, value) if isinstance(value, str) else value
    return found


def check_versions(mapped: Mapped, *, made: Framework, scored: Framework) -> None:
    """Refuse to score by a mapping that was made for other versions."""
    sides = (
        (mapped.made_under, mapped.made_version, made),
        (mapped.scored_under, mapped.scored_version, scored),
    )
    for id, version, found in sides:
        if (id, version) != (found.id, found.version):
            raise Refused(
                message(
                    "mapping: {mapping} is for {id} version {version}, not for {found} version {other}.",
                    mapping=mapped.id,
                    id=id,
                    version=version,
                    found=found.id,
                    other=found.version,
                )
            )


Fault = tuple[str, str, str]


def _faults(mapped: Mapped, name: str, made: Framework, scored: Framework) -> Iterator[Fault]:
    if mapped.id != name:
        yield "id is the file", "id", f"{mapped.id} lies in the file {name}"
    sides = (
        (mapped.made_under, mapped.made_version, made),
        (mapped.scored_under, mapped.scored_version, scored),
    )
    for id, version, framework in sides:
        if (id, version) != (framework.id, framework.version):
            said = f"it is for {id} version {version}, not for {framework.id} version {framework.version}"
            yield "frameworks fit", "the file", said
            return
    yield from _of_pairs("facts", mapped.facts, _facts(made), _facts(scored), (), ())
    yield from _of_pairs(
        "answers", mapped.answers, _questions(made), _questions(scored), _judged(made), _judged(scored)
    )
    yield from _of_pairs(
        "standards", mapped.standards, _given(made), _given(scored), _given(made), _given(scored)
    )
    yield from _values(mapped, made, scored)


def _facts(framework: Framework) -> tuple[str, ...]:
    return tuple(each.code for each in framework.facts)


def _questions(framework: Framework) -> tuple[str, ...]:
    return tuple(each.code for each in framework.questions)


def _judged(framework: Framework) -> tuple[str, ...]:
    """The judgements that a rating could rest on."""
    return tuple(each.code for each in framework.key_questions if each.rated_by == "share_sufficient")


def _given(framework: Framework) -> tuple[str, ...]:
    """The standards whose rating is given, not worked out from cases."""
    return tuple(each.code for each in framework.standards if each.rule in ("judgement", "not_known"))


def _of_pairs(
    part: str,
    pairs: Pairs,
    of_made: Collection[str],
    of_scored: Collection[str],
    must_made: Collection[str],
    must_scored: Collection[str],
) -> Iterator[Fault]:
    """Names that are nowhere, pairs that say nothing of why, and what is told neither way."""
    made = [each.made for each in pairs.all] + [each.code for each in pairs.only_made]
    scored = [each.scored for each in pairs.all] + [each.code for each in pairs.only_scored]
    for names, known, side in ((made, of_made, "made"), (scored, of_scored, "scored")):
        for code in dict.fromkeys(each for each in names if each not in known):
            yield "code exists", part, f"{code} is not in the framework {side} under{nearest(code, known)}"
    for alone, paired in (
        (pairs.only_made, {each.made for each in pairs.all}),
        (pairs.only_scored, {each.scored for each in pairs.all}),
    ):
        for each in alone:
            if each.code in paired:
                yield "told one way", part, f"{each.code} has a partner and is said to have none"
    for pair in pairs.carried:
        if pair.near and not pair.because:
            yield (
                "near has a reason",
                part,
                f"{pair.made} is near {pair.scored}, and because does not say why",
            )
    for names, must, side in ((made, must_made, "only_made"), (scored, must_scored, "only_scored")):
        for code in (each for each in must if each not in names):
            yield "nothing is left unsaid", part, f"{code} is neither paired nor listed in {side}"


def _values(mapped: Mapped, made: Framework, scored: Framework) -> Iterator[Fault]:
    """Facts whose values do not all have a place on the other side."""
    facts, others = ({each.code: each for each in side.facts} for side in (made, scored))
    for pair in mapped.facts.all:
        if pair.made not in facts or pair.scored not in others:
            continue
        before, after = facts[pair.made], others[pair.scored]
        if before.kind != after.kind:
            yield "values fit", "facts", f"{pair.made} and {pair.scored} are not of one kind"
        known = {each.value for each in after.choices}
        for choice in before.choices:
            value = pair.values.get(choice.value, choice.value)
            if value not in known and choice.value not in pair.left_out and before.kind == after.kind:
                said = f"{pair.made} may be {choice.value}, for which {pair.scored} has no value"
                yield "values fit", "facts", said


def _problem(path: Path, rule: str, place: str, says: str) -> Problem:
    said = message("{file}, {place}: {says}.", file=path.name, place=place or "the file", says=says)
    return Problem(file=path.name, rule=rule, column=place or None, message=said, remedy=REMEDY)
