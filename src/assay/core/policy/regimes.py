"""Reads the timeline of regimes, ``regimes.yaml``: what changed practice when, and which rules it changed.

A regime changes nothing by itself. The rules it changed stand in the packs in both versions, each with its
days; what is checked here is that they do, on the regime's own day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assay.core.errors import Problem, Unfit
from assay.core.messages import message
from assay.core.policy.types import CodeSet, Confidence, Policy, Regime, Window

FILE = "regimes.yaml"


class _RegimeLine(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field(pattern=r"^[a-z0-9_]+$")
    title: str = Field(min_length=1)
    changed: str = Field(min_length=1)
    in_force_from: date
    in_force_to: date | None = None
    changes: list[str] = []
    bears_on: list[str] = []
    source: str = Field(min_length=1)
    confidence: Confidence


class _Timeline(BaseModel):
    model_config = ConfigDict(extra="forbid")

    regimes: list[_RegimeLine] = Field(min_length=1)


def load_regimes(policy: Policy, *, file: Traversable | None = None) -> tuple[Regime, ...]:
    """The regimes, oldest first; by default those Assay ships. ``Unfit`` names the file and the regime: one
    that names no rule of the policy, or a rule that did not change on its day, is refused."""
    place = file if file is not None else resources.files("assay.core.policy").joinpath(FILE)
    lines = _read(place)
    problems = [
        _problem(place.name, each.name, what)
        for number, each in enumerate(lines)
        for what in _wrong(each, lines[:number], policy)
    ]
    if problems:
        raise Unfit(problems)
    regimes = [_regime(each) for each in lines]
    return tuple(sorted(regimes, key=lambda each: (each.in_force_from, each.name)))


def _regime(line: _RegimeLine) -> Regime:
    given = line.model_dump()
    return Regime(**{**given, "changes": tuple(line.changes), "bears_on": tuple(line.bears_on)})


def _read(place: Traversable) -> list[_RegimeLine]:
    try:
        return _Timeline.model_validate(yaml.safe_load(place.read_bytes())).regimes
    except ValidationError as error:
        raise Unfit(
            [
                _problem(place.name, ".".join(str(part) for part in each["loc"]), each["msg"])
                for each in error.errors()
            ]
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Unfit([_problem(place.name, "yaml", str(error).splitlines()[0])]) from None


def _wrong(line: _RegimeLine, before: Iterable[_RegimeLine], policy: Policy) -> list[str]:
    found = []
    if line.name in {each.name for each in before}:
        found.append("there are two regimes of this name")
    if line.in_force_to is not None and line.in_force_to <= line.in_force_from:
        found.append("it ends before it begins")
    for name in (*line.changes, *line.bears_on):
        if not _versions(policy, name):
            found.append(f"the policy has no rule {name}")
    days = {line.in_force_from, line.in_force_to} - {None}
    for name in line.changes:
        versions = _versions(policy, name)
        if versions and not days & _turning_days(versions):
            found.append(f"no version of {name} begins or ends on a day of it")
    return found


def _versions(policy: Policy, name: str) -> tuple[Window | CodeSet, ...]:
    return policy.windows.get(name, ()) or policy.code_sets.get(name, ())


def _turning_days(versions: Iterable[Window | CodeSet]) -> set[date]:
    rules = list(versions)
    return {each.in_force_from for each in rules} | {each.in_force_to for each in rules if each.in_force_to}


def _problem(file: str, rule: str, what: str) -> Problem:
    return Problem(
        file=file,
        rule=rule,
        message=message("The timeline of regimes {file} cannot be used: {what}.", file=file, what=what),
        remedy=message("Correct {rule} in {file}, then load it again.", rule=rule, file=file),
    )
