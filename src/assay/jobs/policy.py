"""``assay policy``: every window, threshold, code set and regime in force on a day, with its source."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from assay.core.dates import london_day
from assay.core.errors import Unfit
from assay.core.policy import CodeSet, Policy, Regime, Window, load, load_regimes
from assay.jobs import reports

UNFIT = 2
# How far back a change of a window reaches.
REACHES = {"new": "what is raised since", "open": "also what was open then", "all": "everything"}


class Format(StrEnum):
    """How to print."""

    TABLE = "table"
    JSON = "json"


def policy(
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day; today if not given.")
    ] = None,
    format: Annotated[Format, typer.Option(help="A table to read, or JSON.")] = Format.TABLE,
) -> None:
    """Print the practice rules in force on a day: value, unit, source, confidence and when to review them;
    and the regimes, which say what law or practice changed and when."""
    try:
        rules = load()
        regimes = load_regimes(rules)
    except Unfit as unfit:
        reports.show(unfit.problems, console=Console(stderr=True), title="The policy pack is unfit.")
        raise typer.Exit(UNFIT) from None
    day = on.date() if on else london_day(datetime.now(UTC))
    found = list(rules.in_force(day))
    standing = [each for each in regimes if each.covers(day)]
    if format is Format.JSON:
        body = {
            "version": rules.version,
            "on": day,
            "regimes": [asdict(each) for each in standing],
            "rules": [asdict(each) for each in found],
        }
        typer.echo(json.dumps(body, default=str, indent=1))
    else:
        _show_regimes(standing, f"Regimes in force on {day}")
        _show(rules, found, f"Practice rules in force on {day} (version {rules.version})")


def _show_regimes(found: list[Regime], title: str) -> None:
    table = Table(title=title)
    for heading in ("Regime", "From", "To", "What changed", "Rules that changed", "Confidence", "Source"):
        table.add_column(heading)
    for each in found:
        table.add_row(
            each.title,
            str(each.in_force_from),
            str(each.in_force_to or ""),
            each.changed,
            ", ".join(each.changes),
            each.confidence,
            each.source,
        )
    Console().print(table)


def _show(rules: Policy, found: list[Window | CodeSet], title: str) -> None:
    table = Table(title=title)
    for heading in ("Rule", "Value", "From", "Applies to", "Confidence", "Review", "Source"):
        table.add_column(heading)
    for each in found:
        value = (
            f"{each.value} {each.unit.replace('_', ' ')}"
            if isinstance(each, Window)
            else ", ".join(each.codes)
        )
        reach = REACHES[each.applies_to] if isinstance(each, Window) else ""
        table.add_row(
            each.name,
            value,
            str(each.in_force_from),
            reach,
            each.confidence,
            str(each.review_on),
            each.source,
        )
    Console().print(table)
