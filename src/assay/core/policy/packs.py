"""Reads the policy packs: YAML files in ``packs/``, checked line by line, then frozen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assay.core.errors import Problem, Unfit
from assay.core.messages import message
from assay.core.policy.types import CodeSet, Confidence, Policy, Reach, Unit, Window

Rule = TypeVar("Rule", Window, CodeSet)


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    about: str = Field(min_length=1)
    in_force_from: date
    in_force_to: date | None = None
    source: str = Field(min_length=1)
    confidence: Confidence
    review_on: date


class _WindowLine(_Line):
    value: int = Field(ge=0)
    unit: Unit
    applies_to: Reach = "new"


class _CodesLine(_Line):
    code_list: str
    codes: list[str] = Field(min_length=1)


class _Pack(BaseModel):
    model_config = ConfigDict(extra="forbid")

    pack: str
    standard: Literal[1]
    windows: list[_WindowLine] = []
    codes: list[_CodesLine] = []


def load(folder: Traversable | None = None) -> Policy:
    """The policy of a folder of packs; by default the one Assay ships, which is read once. ``Unfit`` names
    file and rule."""
    return _shipped() if folder is None else _of(folder)


@cache
def _shipped() -> Policy:
    return _of(resources.files("assay.core.policy").joinpath("packs"))


def _of(place: Traversable) -> Policy:
    files = sorted((each for each in place.iterdir() if each.name.endswith(".yaml")), key=lambda f: f.name)
    problems: list[Problem] = []
    windows: list[tuple[str, Window]] = []
    code_sets: list[tuple[str, CodeSet]] = []
    digest = sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(content)
        pack = _read(file.name, content, problems)
        if pack is not None:
            windows += [(file.name, Window(**each.model_dump())) for each in pack.windows]
            code_sets += [(file.name, _code_set(each)) for each in pack.codes]
    problems += _clashes(windows) + _clashes(code_sets)
    if not files:
        problems.append(_problem(str(place), "no-pack", "there is no pack in this folder"))
    if problems:
        raise Unfit(problems)
    return Policy(
        windows=_by_name(each for _, each in windows),
        code_sets=_by_name(each for _, each in code_sets),
        version=digest.hexdigest()[:12],
    )


def _code_set(line: _CodesLine) -> CodeSet:
    return CodeSet(**{**line.model_dump(), "codes": tuple(line.codes)})


def _read(name: str, content: bytes, problems: list[Problem]) -> _Pack | None:
    try:
        return _Pack.model_validate(yaml.safe_load(content))
    except ValidationError as error:
        for each in error.errors():
            rule = ".".join(str(part) for part in each["loc"])
            problems.append(_problem(name, rule, each["msg"]))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(_problem(name, "yaml", str(error).splitlines()[0]))
    return None


def _clashes(rules: Sequence[tuple[str, Rule]]) -> list[Problem]:
    """Two versions of one rule may not be in force on one day, and a span must not be empty."""
    found: list[Problem] = []
    ordered = sorted(rules, key=lambda each: (each[1].name, each[1].in_force_from))
    for file, rule in ordered:
        if rule.in_force_to is not None and rule.in_force_to <= rule.in_force_from:
            found.append(_problem(file, rule.name, "it ends before it begins"))
    for (_, before), (file, after) in pairwise(ordered):
        if before.name == after.name and (
            before.in_force_to is None or before.in_force_to > after.in_force_from
        ):
            found.append(_problem(file, after.name, f"two versions are in force on {after.in_force_from}"))
    return found


def _by_name(rules: Iterable[Rule]) -> dict[str, tuple[Rule, ...]]:
    named: dict[str, list[Rule]] = {}
    for each in sorted(rules, key=lambda rule: (rule.name, rule.in_force_from)):
        named.setdefault(each.name, []).append(each)
    return {name: tuple(versions) for name, versions in named.items()}


def _problem(file: str, rule: str, what: str) -> Problem:
    return Problem(
        file=file,
        rule=rule,
        message=message("The policy pack {file} cannot be used: {what}.", file=file, what=what),
        remedy=message("Correct {rule} in {file}, then load it again.", rule=rule, file=file),
    )
