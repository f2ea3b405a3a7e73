"""Reads a framework's folder and refuses nonsense, each fault with its file, its place and what to do.

The folder holds ``framework.yaml``, ``facts.yaml``, ``routing.yaml`` and any number of files of key
questions. ``uses`` in ``framework.yaml`` names parts that several frameworks share: key questions, facts or
roles that did not change between versions. ``findings.yaml`` and ``ratings.yaml`` beside them belong to the
findings and the ratings and are left alone here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from assay.core.errors import Problem, Unfit
from assay.core.messages import message
from assay.core.standards.checking import QUESTIONS, Fault, faults, nearest
from assay.core.standards.explaining import Place, says, where
from assay.core.standards.types import Framework

FOLDER = Path(__file__).parent / "frameworks"
PARTS = Path(__file__).parent / "parts"
SHARED = ("roles", "rules", "facts", "key_questions")
EARLIER = "earlier"
WHOLE, FACTS, ROUTING = "framework.yaml", "facts.yaml", "routing.yaml"
NOT_OURS = frozenset({"findings.yaml", "ratings.yaml"})
REMEDY = message(
    "Correct the file and read it again; a framework in use is not edited, it takes a new version."
)


def frameworks(folder: Path | None = None) -> tuple[str, ...]:
    """The ids of the frameworks that can be loaded, in order of name."""
    return tuple(sorted(each.parent.name for each in (folder or FOLDER).glob("*/framework.yaml")))


def versions(id: str, *, folder: Path | None = None) -> tuple[str, ...]:
    """The versions of a framework that can be loaded: the present one, then the earlier ones by name."""
    present = (folder or FOLDER) / id
    earlier = sorted(each.parent.name for each in (present / EARLIER).glob("*/framework.yaml"))
    return (_shipped(present).version, *earlier)


def load(id: str, version: str | None = None) -> Framework:
    """The shipped framework of that id, in the present version or the one asked for.

    ``KeyError`` for an id there is none of; ``Unfit`` for a bad file, or for a version there is none of: a
    reading made under it is never shown or scored under another.
    """
    if id not in frameworks():
        raise KeyError(id)
    return loaded(FOLDER, id, version)


def loaded(folder: Path, id: str, version: str | None = None) -> Framework:
    """The framework of that id in a folder of frameworks, as :func:`load` does for the shipped ones."""
    return _shipped(folder_of(id, version, folder=folder))


def folder_of(id: str, version: str | None = None, *, folder: Path | None = None) -> Path:
    """Where a version of a framework lies: the framework's own folder for the present one, a folder below it
    for one that was in force before. ``Unfit`` for a version there is none of."""
    present = (folder or FOLDER) / id
    if version in (None, _shipped(present).version):
        return present
    earlier = present / EARLIER / str(version)
    if version in versions(id, folder=folder) and _shipped(earlier).version == version:
        return earlier
    said = f"version {version} is not here, only {', '.join(versions(id, folder=folder))}"
    raise Unfit([_problem(WHOLE, "version exists", id, said)])


@cache
def _shipped(folder: Path) -> Framework:
    return read(folder)


def read(path: Path) -> Framework:
    """The framework in a folder, or in one file that holds all its parts, checked. Raises ``Unfit`` naming
    every fault that was found."""
    if path.is_file() and path.name == WHOLE:
        path = path.parent
    parts = _files(path) if path.is_dir() else {path.name: _yaml(path)}
    names = Names(parts, is_folder=path.is_dir())
    whole = _assembled(parts) if path.is_dir() else _alone(path.name, parts[path.name])
    try:
        framework = TypeAdapter(Framework).validate_python(whole)
    except ValidationError as error:
        raise Unfit(
            _problem(names.of_place(each["loc"], whole), each["type"], where(each["loc"], whole), says(each))
            for each in error.errors()
        ) from error
    found = faults(framework, folder_name=_name_of(path))
    if found:
        raise Unfit(_problem(names.of(each), each.rule, each.place, each.says) for each in found)
    return framework


def _name_of(path: Path) -> str:
    """What the framework is to be called: its folder, that of all its versions, or its file."""
    if not path.is_dir():
        return path.stem
    return path.resolve().parents[1].name if path.resolve().parent.name == EARLIER else path.resolve().name


def _files(folder: Path) -> dict[str, dict[str, Any]]:
    if not folder.is_dir():
        raise Unfit([_problem(folder.name, "missing file", "", "there is no such file or folder")])
    parts = {each.name: _yaml(each) for each in sorted(folder.glob("*.yaml")) if each.name not in NOT_OURS}
    missing = [each for each in (WHOLE, FACTS, ROUTING) if each not in parts]
    if missing:
        raise Unfit(_problem(each, "missing file", "", "the file is missing") for each in missing)
    return parts


def _alone(name: str, whole: Mapping[str, Any]) -> dict[str, Any]:
    """All of a framework from one file: what ``framework.yaml`` holds, and facts, routing, key questions."""
    whole = dict(whole)
    parts: dict[str, dict[str, Any]] = {
        FACTS: {"facts": whole.pop("facts", [])},
        ROUTING: whole.pop("routing", {}),
        name: {"key_questions": whole.pop("key_questions", [])},
    }
    return _assembled({WHOLE: whole, **parts})


def _assembled(parts: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """One mapping for the schema. An unknown key of any file stays in, so that the schema refuses it."""
    whole = dict(parts[WHOLE])
    shared = _shared(whole.pop("uses", []))
    for key in ("roles", "rules"):
        own = whole.get(key, [])
        whole[key] = [*shared[key], *own] if isinstance(own, list) else own
    whole["facts"] = [*shared["facts"], *_taken(parts, FACTS, "facts")]
    whole["routing"] = parts[ROUTING]
    own_questions = [
        _taken(parts, name, "key_questions") for name in parts if name not in (WHOLE, FACTS, ROUTING)
    ]
    whole["key_questions"] = [*shared["key_questions"], *(each for group in own_questions for each in group)]
    return whole


def _shared(names: object) -> dict[str, list[Any]]:
    """What the named parts hold, one after another."""
    known = shared_parts()
    if not isinstance(names, list):
        raise Unfit([_problem(WHOLE, "part exists", "uses", "a list of the names of parts is expected")])
    if strange := [str(each) for each in names if each not in known]:
        said = f"there is no part {strange[0]}{nearest(strange[0], known)}"
        raise Unfit([_problem(WHOLE, "part exists", "uses", said)])
    whole: dict[str, list[Any]] = {key: [] for key in SHARED}
    for name in names:
        for key, value in _part(name).items():
            whole[key] += value
    return whole


@cache
def _part(name: str) -> dict[str, Any]:
    return _yaml(PARTS / f"{name}.yaml")


def shared_parts() -> tuple[str, ...]:
    """The names of the parts that a framework can use, in order."""
    return tuple(sorted(each.stem for each in PARTS.glob("*.yaml")))


def _taken(parts: Mapping[str, dict[str, Any]], name: str, key: str) -> list[Any]:
    if set(parts[name]) != {key} or not isinstance(parts[name][key], list):
        found = ", ".join(map(str, parts[name]))
        raise Unfit([_problem(name, "unknown key", found, f"only a list {key!r} is expected")])
    taken: list[Any] = parts[name][key]
    return taken


# The same grammar, read by C where PyYAML was built with it.
_Safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _OnceLoader(_Safe):  # type: ignore[misc, valid-type]
    """Refuses a key given twice, which YAML would let pass, the last one winning."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                said = f"line {key.start_mark.line + 1}: the key {key.value} is given twice"
                raise yaml.YAMLError(said)
            seen.add(key.value)
        found: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return found


def _yaml(path: Path) -> dict[str, Any]:
    try:
        value = yaml.load(path.read_text("utf-8"), _OnceLoader)  # noqa: S506 - a safe loader, stricter
    except OSError:
        raise Unfit([_problem(path.name, "missing file", "", "there is no such file or folder")]) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Unfit([_problem(path.name, "not YAML", "", _unreadable(error))]) from error
    if not isinstance(value, dict):
        raise Unfit([_problem(path.name, "not YAML", "", "keys with values are expected at the top")])
    return value


def _unreadable(error: Exception) -> str:
    """Where YAML could not be read on, and why."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return " ".join(str(error).split())
    said = f"line {mark.line + 1}, column {mark.column + 1}: {getattr(error, 'problem', '')}"
    return f"{said}; a text with any of , : # ? {{ }} [ ] in it may need quotes"


class Names:
    """Which file of a folder, or which shared part, holds a thing; the one file where there is only one."""

    def __init__(self, parts: Mapping[str, dict[str, Any]], *, is_folder: bool) -> None:
        self.only = None if is_folder else next(iter(parts))
        self.holds = {code: name for name, part in parts.items() for code in _codes(part)}
        uses = parts.get(WHOLE, {}).get("uses", [])
        for name in uses if isinstance(uses, list) else []:
            if name in shared_parts():
                self.holds = dict.fromkeys(_codes(_part(name)), f"parts/{name}.yaml") | self.holds

    def of(self, fault: Fault) -> str:
        """The file a fault is in."""
        if self.only:
            return self.only
        return self.holds.get(fault.place, fault.file) if fault.file == QUESTIONS else fault.file

    def of_place(self, place: Place, whole: Mapping[str, Any]) -> str:
        """The file that holds a place of the assembled whole."""
        if self.only or not place:
            return self.only or WHOLE
        usual = {"facts": FACTS, "routing": ROUTING, "key_questions": QUESTIONS}.get(str(place[0]), WHOLE)
        if place[0] in ("facts", "key_questions") and len(place) > 1:
            thing = whole[str(place[0])][place[1]]
            code = thing.get("code") if isinstance(thing, Mapping) else None
            return self.holds.get(str(code), usual)
        return usual


def _codes(part: Mapping[str, Any]) -> Iterator[str]:
    """The codes of the facts, key questions and questions of one file."""
    for key in ("facts", "key_questions"):
        for each in part.get(key) or ():
            if isinstance(each, Mapping):
                yield str(each.get("code"))
                for question in each.get("questions") or ():
                    if isinstance(question, Mapping):
                        yield str(question.get("code"))


def _problem(file: str, rule: str, place: str, says: str) -> Problem:
    said = (
        message("{file}, {place}: {says}.", file=file, place=place, says=says)
        if place
        else message("{file}: {says}.", file=file, says=says)
    )
    return Problem(file=file, rule=rule, column=place or None, message=said, remedy=REMEDY)
