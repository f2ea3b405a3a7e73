"""Makes the manual's page of states from the tables in the code, so that it cannot say anything else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File

SOURCE = Path(__file__).resolve().parents[1] / "src"
PAGE = "reference/states.md"
BEGINNING = """# States

What a thing may be, who has the next word, and what leads where. Made from the tables in the code.
"""


def on_files(files: Any, *, config: Any) -> Any:
    """MkDocs calls this once it has found the pages that are written by hand."""
    files.append(File.generated(config, PAGE, content=BEGINNING + "".join(map(_section, tables()))))
    return files


def tables() -> Iterator[tuple[str, Any, Any]]:
    """Each state table of the code: its dotted name, the table, and its moves where they stand apart."""
    for path in sorted([*SOURCE.rglob("rules.py"), *SOURCE.rglob("states.py")]):
        name = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        if "STATES" not in path.read_text("utf-8"):
            continue
        module = import_module(name)
        for each in sorted(vars(module)):
            if each == "STATES" or each.endswith("_STATES"):
                yield f"{name}.{each}", getattr(module, each), getattr(module, "MOVES", None)


def rows(table: Any) -> list[tuple[str, Any]]:
    """Code and row of each state, whichever of the two shapes the table has."""
    if isinstance(table, Mapping):
        return [(str(code), row) for code, row in table.items()]
    return [(str(row.code), row) for row in table]


def moves(code: str, row: Any, apart: Any) -> list[tuple[str, str]]:
    """Where a state leads, and because of what."""
    if hasattr(row, "moves"):
        return [(str(getattr(each, "to", each)), getattr(each, "because", "")) for each in row.moves]
    ways = (apart or {}).items()
    return [(target, event.replace("_", " ")) for event, (sources, target) in ways if code in sources]


def _section(named: tuple[str, Any, Any]) -> str:
    name, table, apart = named
    room = name.split(".")[-3]
    title = f"{room.capitalize()}: {name.split('.')[-1].lower().replace('_', ' ')}"
    names = {code: _worded(row.name) for code, row in rows(table)}
    lines = [f"\n## {title}\n", "| state | next word | leads to |", "|---|---|---|"]
    for code, row in rows(table):
        ways = "<br>".join(f"{names[to]}: {why}".removesuffix(": ") for to, why in moves(code, row, apart))
        owner = str(row.owner).lower().replace("_", " ") if row.owner else "nobody"
        lines.append(f"| {names[code]} | {owner} | {ways or 'nothing'} |")
    return "\n".join(lines) + "\n"


def _worded(name: Any) -> str:
    return name if isinstance(name, str) else str(name.id)
