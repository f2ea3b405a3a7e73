"""What is wrong with something that was brought, for a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from assay.core.errors import Problem


def show(problems: Sequence[Problem], *, console: Console, title: str) -> None:
    """A table with file, row, column, rule, and what is wrong with what to do next."""
    table = Table(title=title, show_lines=False, expand=False)
    for heading in ("File", "Row", "Column", "Rule", "What is wrong, and what to do"):
        table.add_column(heading, overflow="fold")
    for each in problems:
        value = f" ({each.value})" if each.value else ""
        table.add_row(
            each.file,
            "" if each.row is None else str(each.row),
            each.column or "",
            each.rule,
            f"{each.message.worded()}{value} {each.remedy.worded()}",
        )
    console.print(table)


def as_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """One object for each problem, in order."""
    return [
        {
            "file": each.file,
            "row": each.row,
            "column": each.column,
            "rule": each.rule,
            "value": each.value,
            "message": each.message.worded(),
            "remedy": each.remedy.worded(),
        }
        for each in problems
    ]
