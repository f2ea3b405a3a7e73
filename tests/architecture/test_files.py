"""What may be written where: names, sizes, paths, words."""

from __future__ import annotations

import ast
import csv
import re
from pathlib import Path
from statistics import quantiles
from typing import Any

import pytest
import yaml

from tests.architecture.repository import ROOT, SOURCE, files, modules, shown, tree

CODE_LISTS = sorted((SOURCE / "records" / "code_lists").glob("*.csv"))
DEFINITIONS = [each for each in files(".yaml", ".yml") if SOURCE in each.parents]

LONGEST_MODULE, LONGEST_FUNCTION = 500, 80
# The record standard is read as one page: tables and columns, hardly any code.
ONE_PAGE = {"src/assay/records/standard.py"}
WITHOUT_MEANING = {"utils", "util", "helpers", "helper", "common", "services", "misc", "tools", "lib"}
UNFINISHED = re.compile(
    r"\b(TO"
    + r"DO|FIX"
    + r"ME|XX"
    + r"X|NotImplemented"
    + r"Error)\b|pytest\.(skip|xfail)|mark\.(skip|xfail)"
)
MACHINE_PATH = re.compile(r"(?<![A-Za-z0-9_.~}])/(home|root|mnt|opt|work|Users)/[A-Za-z]")
REGISTRY = re.compile(r"(pypi\.org|pythonhosted|registry\.npmjs|npmjs\.com|deb\.debian|docker\.io|ghcr\.io)")
# Said of the word in the glossary and where a field's own code list must name it as its source does.
MAY_SAY_OFFENDER = {"docs/reference/glossary.md", "docs/reference/record-standard.md"}


def test_no_home_is_without_a_meaning() -> None:
    parts = {part.removesuffix(".py") for module in modules() for part in module.relative_to(SOURCE).parts}
    assert parts & WITHOUT_MEANING == set()


def test_modules_are_short() -> None:
    lengths = {shown(each): len(each.read_text("utf-8").splitlines()) for each in modules()}
    assert {name for name, length in lengths.items() if length > LONGEST_MODULE} - ONE_PAGE == set()
    assert quantiles(lengths.values(), n=10)[-1] <= 300


def test_functions_are_short() -> None:
    lengths = {
        f"{shown(module)}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for module in modules()
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}
    assert quantiles(lengths.values(), n=10)[-1] <= 40


def test_nothing_is_left_unfinished() -> None:
    found = {
        f"{shown(each)}:{number}"
        for each in files(".py", ".jinja")
        for number, line in enumerate(each.read_text("utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    }
    assert found == set()


def test_only_the_edges_catch_everything() -> None:
    found = set()
    for module in modules():
        if {"jobs", "web", "api"} & set(module.relative_to(SOURCE).parts[:1]):
            continue
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.ExceptHandler) and _catches_all(node):
                found.add(f"{shown(module)}:{node.lineno}")
    assert found == set()


def _catches_all(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or getattr(kind, "id", "") in {"Exception", "BaseException"} for kind in kinds)


def test_no_file_names_a_machines_path_or_a_registry() -> None:
    here = Path(__file__)
    found = {
        f"{shown(each)}:{number}"
        for each in files()
        if each != here
        for number, line in enumerate(each.read_text("utf-8").splitlines(), start=1)
        if MACHINE_PATH.search(line) or REGISTRY.search(line)
    }
    assert found == set()


class _Strict(yaml.SafeLoader):
    """Refuses a key given twice, which YAML would silently let win."""


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    twice = {key for key in keys if keys.count(key) > 1}
    if twice:
        raise yaml.YAMLError(f"given twice: {sorted(map(str, twice))} {node.start_mark}")
    return loader.construct_mapping(node, deep=True)


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


@pytest.mark.parametrize(
    "path", [each for each in files(".yaml", ".yml") if SOURCE in each.parents], ids=shown
)
def test_every_definition_loads(path: Path) -> None:
    assert yaml.load(path.read_text("utf-8"), _Strict) is not None


def test_a_key_given_twice_does_not_load() -> None:
    with pytest.raises(yaml.YAMLError, match="given twice"):
        yaml.load("a: 1\na: 2\n", _Strict)


@pytest.mark.parametrize(
    "path", sorted((SOURCE / "records" / "code_lists").glob("*.csv")), ids=lambda p: p.stem
)
def test_every_code_has_a_source_and_a_confidence(path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert [row for row in rows if not row["source"].strip()] == []
    assert {row["confidence"] for row in rows} <= {"verified", "inferred", "recalled", "assumed"}
    codes = [row.get("code") or row["pdu_code"] for row in rows]
    assert sorted(codes) == sorted(set(codes))


def test_nobody_is_called_an_offender() -> None:
    """In pages, definitions, catalogues, the manual and sentences made in code. The field's code lists keep
    the names their sources give."""
    found = {
        f"{shown(each)}: {sentence.strip()[:80]}"
        for each in files(".jinja", ".html", ".yaml", ".md", ".po", ".typ", ".py")
        if shown(each) not in MAY_SAY_OFFENDER and "tests" not in each.parts
        for sentence in _sentences(each)
        if "offender" in sentence.lower()
    }
    assert found == set()


def _sentences(path: Path) -> list[str]:
    if path.suffix != ".py":
        return path.read_text("utf-8").splitlines()
    calls = (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call) and node.args)
    return [
        call.args[0].value
        for call in calls
        if getattr(call.func, "id", "") in {"message", "_", "gettext", "gettext_lazy", "ngettext"}
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ]


def test_the_licence_and_the_doors_are_there() -> None:
    for name in ("README.md", "LICENSE", "CHANGELOG.md", "start.py", ".ci/run", "justfile", "mkdocs.yml"):
        assert (ROOT / name).is_file(), name
