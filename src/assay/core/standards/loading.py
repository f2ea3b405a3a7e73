"""Reads a framework's folder and refuses nonsense, each fault with its file, its place and what to do.

The folder holds ``framework.yaml``, ``facts.yaml``, ``routing.yaml`` and any number of files of key
questions. ``findings.yaml`` beside them belongs to the findings and is left alone here.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from assay.core.errors import Problem, Unfit
from assay.core.messages import message
from assay.core.standards.checking import faults
from assay.core.standards.types import Framework

FOLDER = Path(__file__).parent / "frameworks"
NOT_OURS = frozenset({"findings.yaml"})
REMEDY = message("Correct the file and load the framework again; a framework in use is never edited.")


def frameworks(folder: Path = FOLDER) -> tuple[str, ...]:
    """The ids of the frameworks that can be loaded, in order of name."""
    return tuple(sorted(each.parent.name for each in folder.glob("*/framework.yaml")))


def load(id: str) -> Framework:
    """The shipped framework of that id. ``KeyError`` for an id there is none of; ``Unfit`` for a bad file."""
    if id not in frameworks():
        raise KeyError(id)
    return _shipped(id)


@cache
def _shipped(id: str) -> Framework:
    return read(FOLDER / id)


def read(folder: Path) -> Framework:
    """The framework in ``folder``, checked. Raises ``Unfit`` naming every fault that was found."""
    parts = {each.name: _yaml(each) for each in sorted(folder.glob("*.yaml")) if each.name not in NOT_OURS}
    for needed in ("framework.yaml", "facts.yaml", "routing.yaml"):
        if needed not in parts:
            raise Unfit([_problem(needed, "missing file", needed, "the file is missing")])
    whole = _assembled(parts)
    try:
        framework = TypeAdapter(Framework).validate_python(whole)
    except ValidationError as error:
        raise Unfit(
            _problem(
                "framework.yaml" if not each["loc"] else _file_of(each["loc"]),
                each["type"],
                " > ".join(map(str, each["loc"])),
                each["msg"],
            )
            for each in error.errors()
        ) from error
    found = faults(framework, folder_name=folder.name)
    if found:
        raise Unfit(_problem(each.file, each.rule, each.place, each.says) for each in found)
    return framework


def _assembled(parts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One mapping for the schema. An unknown key of any file stays in, so that the schema refuses it."""
    whole = dict(parts["framework.yaml"])
    whole["facts"] = _taken(parts, "facts.yaml", "facts")
    whole["routing"] = parts["routing.yaml"]
    whole["key_questions"] = [
        each
        for name in parts
        if name not in ("framework.yaml", "facts.yaml", "routing.yaml")
        for each in _taken(parts, name, "key_questions")
    ]
    return whole


def _taken(parts: dict[str, dict[str, Any]], name: str, key: str) -> list[Any]:
    if set(parts[name]) != {key} or not isinstance(parts[name][key], list):
        raise Unfit(
            [
                _problem(
                    name, "unknown key", ", ".join(map(str, parts[name])), f"only a list {key!r} is expected"
                )
            ]
        )
    taken: list[Any] = parts[name][key]
    return taken


def _yaml(path: Path) -> dict[str, Any]:
    try:
        value = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Unfit([_problem(path.name, "not YAML", "", str(error).replace("\n", " "))]) from error
    if not isinstance(value, dict):
        raise Unfit([_problem(path.name, "not YAML", "", "a mapping is expected at the top")])
    return value


def _file_of(place: tuple[int | str, ...]) -> str:
    return {"facts": "facts.yaml", "routing": "routing.yaml", "key_questions": "a file of key questions"}.get(
        str(place[0]), "framework.yaml"
    )


def _problem(file: str, rule: str, place: str, says: str) -> Problem:
    return Problem(
        file=file,
        rule=rule,
        column=place or None,
        message=message("{file}, {place}: {says}.", file=file, place=place or "the file", says=says),
        remedy=REMEDY,
    )
