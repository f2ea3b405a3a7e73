"""``assay coverage FOLDER``: what an extract can show of each duty, and what to ask for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assay.core.errors import Unfit
from assay.jobs import reports
from assay.jobs.policy import Format

if TYPE_CHECKING:
    from assay.assurance.duties.coverage import Ask, Coverage
    from assay.records.sources import Extract

UNFIT = 2


def coverage(
    folder: Annotated[Path, typer.Argument(help="The folder of the extract: a file for each table.")],
    format: Annotated[Format, typer.Option(help="A table to read, or JSON.")] = Format.TABLE,
) -> None:
    """Say for each duty whether an extract can show it: on (all of it), part (some clause or exclusion cannot
    be worked out) or off (nothing can be said), and which table, column or codes to ask for. The extract need
    not be fit to load, and nothing is changed."""
    console = Console(stderr=True)
    try:
        extract, found = look_into(folder)
    except Unfit as unfit:
        reports.show(unfit.problems, console=console, title="The folder cannot be looked into.")
        raise typer.Exit(UNFIT) from None
    if format is Format.JSON:
        typer.echo(json.dumps(as_json(extract, found), ensure_ascii=False, indent=1))
    else:
        _show(extract, found)


def look_into(folder: Path) -> tuple[Extract, tuple[Coverage, ...]]:
    """The extract, and what it can show. ``Unfit`` if its label is missing or not understood."""
    from assay.assurance.duties.coverage import coverage as covered
    from assay.assurance.duties.reads import reads
    from assay.core.policy import load
    from assay.jobs.django_setup import compiled_home
    from assay.records.sources import read_folder
    from assay.records.sources.filling import filling

    extract = read_folder(folder)
    policy, on = load(), extract.label.as_at
    read = reads(policy, on=on, folder=compiled_home())
    return extract, covered(filling(extract), reads=read, policy=policy, on=on)


def as_json(extract: Extract, found: tuple[Coverage, ...]) -> dict[str, Any]:
    """Provider, day, and each duty with what to ask for."""
    return {
        "provider": extract.label.provider,
        "as_at": extract.label.as_at.isoformat(),
        "synthetic": extract.label.synthetic,
        "duties": [
            {
                "code": each.duty.code,
                "name": each.duty.name.worded(),
                "shown": each.shown.value,
                "ask": [
                    {
                        "table": ask.table,
                        "column": ask.column,
                        "codes": list(ask.codes),
                        "why": ask.why.worded(),
                        "shuts_off": ask.shuts_off,
                    }
                    for ask in each.asks
                ],
            }
            for each in found
        ],
    }


def _show(extract: Extract, found: tuple[Coverage, ...]) -> None:
    label = extract.label
    table = Table(title=f"What the extract of {label.provider} as at {label.as_at} can show")
    for heading in ("Duty", "", "Shown", "Ask for", "Why"):
        table.add_column(heading, overflow="fold")
    for each in found:
        first = (each.duty.code, each.duty.name.worded(), each.shown.value)
        for place, ask in enumerate(each.asks):
            table.add_row(*(first if place == 0 else ("", "", "")), _named(ask), ask.why.worded())
        if not each.asks:
            table.add_row(*first, "", "")
    console = Console()
    console.print(table)
    counts = {shown: sum(each.shown.value == shown for each in found) for shown in ("on", "part", "off")}
    console.print(
        f"{counts['on']} of {len(found)} duties on, {counts['part']} part, {counts['off']} off. "
        "A column that is filled may still be empty for a case: that case is then unknown."
    )


def _named(ask: Ask) -> str:
    named = ask.table if ask.column is None else f"{ask.table}.{ask.column}"
    return f"{named}: {', '.join(ask.codes)}" if ask.codes else named
