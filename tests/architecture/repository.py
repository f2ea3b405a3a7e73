"""The repository as its own tests see it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "assay"
# What tools and runs leave behind, and what is fetched: not ours, and never committed.
LEFT_OUT = {".git", ".venv", "node_modules", "site", "static", "var", "__pycache__"}
WORDS = {
    ".py",
    ".jinja",
    ".html",
    ".txt",
    ".md",
    ".yaml",
    ".yml",
    ".csv",
    ".toml",
    ".json",
    ".css",
    ".js",
    ".typ",
}


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Every file of ours with one of these endings; with none given, every file that holds words."""
    wanted = set(suffixes) or WORDS | {""}
    return tuple(sorted(_walk(ROOT, wanted)))


def _walk(folder: Path, wanted: set[str]) -> Iterator[Path]:
    for each in folder.iterdir():
        if each.name in LEFT_OUT or each.name.endswith(("_cache", ".egg-info")) or each.name == ".hypothesis":
            continue
        if each.is_dir():
            yield from _walk(each, wanted)
        elif each.suffix in wanted:
            yield each


def modules() -> list[Path]:
    """Our Python modules that are shipped, without migrations, which a program writes."""
    return [each for each in files(".py") if SOURCE in each.parents and "migrations" not in each.parts]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), str(path))


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, each with the name taken from it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
