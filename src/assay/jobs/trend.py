"""``assay trend``: a duty's rates through 104 weeks, by unit; never by practitioner."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assay.core.errors import Refused
from assay.core.messages import message

if TYPE_CHECKING:
    from assay.assurance.duties.history import WeekRates

UNFIT, REFUSED = 2, 3
FEWEST = 20
"""No percentage is given of fewer, and no line drawn."""
BARS = "▁▂▃▄▅▆▇█"


class By(StrEnum):
    """By which unit. The team is the smallest there is."""

    TEAM = "team"
    PDU = "pdu"
    REGION = "region"
    ALL = "all"


class Format(StrEnum):
    """How to print: a table to read, or every week as JSON."""

    TABLE = "table"
    JSON = "json"


def trend(
    duty: Annotated[str, typer.Option(help="The duty, by its code, for example S04.")],
    by: Annotated[By, typer.Option(help="By team, PDU, region, or all in one.")] = By.PDU,
    unit: Annotated[str | None, typer.Option(help="Only this unit, by its code.")] = None,
    format: Annotated[Format, typer.Option(help="A table to read, or JSON.")] = Format.TABLE,
    picture: Annotated[Path | None, typer.Option(help="Draw the weeks into this SVG file as well.")] = None,
    home: Annotated[
        Path | None, typer.Option(help="Where the records are kept; this installation's own if not given.")
    ] = None,
) -> None:
    """Print the share of cases in lapse through 104 weeks, with what it is a share of, what the records
    cannot say, what became of what fell due, and how many left the population as it fell due."""
    try:
        found, synthetic = _read(home, duty=duty, by=by.value)
    except Refused as refused:
        Console(stderr=True).print(refused.message.worded())
        raise typer.Exit(REFUSED) from None
    except KeyError:
        Console(stderr=True).print(f"There is no duty {duty}. Codes look like S04; the manual lists them.")
        raise typer.Exit(UNFIT) from None
    if unit is not None:
        found = tuple(each for each in found if each.unit == unit)
    if picture is not None:
        from assay.jobs.trend_picture import drawn

        picture.write_text(drawn(found, duty=duty, synthetic=synthetic), encoding="utf-8")
    if format is Format.JSON:
        typer.echo(json.dumps([_plain(each) for each in found], default=str, indent=1))
    else:
        Console().print(_table(found, duty=duty))


def _read(home: Path | None, *, duty: str, by: Any) -> tuple[tuple[WeekRates, ...], bool]:
    from assay.assurance.duties.catalogue import duty as duty_of
    from assay.assurance.duties.history import rates
    from assay.jobs.django_setup import records_home
    from assay.records.store import is_synthetic, open_pair, pair_in_force

    duty_of(duty)
    place = home or records_home()
    pair = pair_in_force(place)
    if pair is None:
        raise Refused(message("No night has been run here yet. Run one first: assay night."))
    with open_pair(pair) as reader:
        return rates(reader, duty=duty, by=by), bool(is_synthetic(place))


def _plain(week: WeekRates) -> dict[str, Any]:
    return asdict(week) | {"left": dict(week.left)}


def _table(found: Sequence[WeekRates], *, duty: str) -> Table:
    """One row a unit: its last week, its year, and the line of its weeks."""
    on = max((each.day for each in found), default=None)
    day = "no day" if on is None else str(on)
    table = Table(title=f"{duty}: cases in lapse on {day}, of cases in the duty's population")
    for heading in (
        "Unit",
        "In lapse",
        "Share, 95%",
        "Unknown",
        "As unmet",
        "Year: unmet",
        "Left",
        "104 weeks",
    ):
        table.add_column(heading)
    for unit in dict.fromkeys(each.unit for each in found if each.day == on):
        table.add_row(*_row(unit, [each for each in found if each.unit == unit]))
    table.caption = (
        "Unknown: cases of which the records cannot say; as unmet: the share with them counted so. "
        "Year: of what fell due in 52 weeks, what was missed or met late. Left: of that, cases that left the "
        f"population within ten working days. No share of fewer than {FEWEST}."
    )
    return table


def _row(unit: str | None, weeks: Sequence[WeekRates]) -> list[str]:
    last, year = weeks[-1], weeks[-52:]
    state = last.state()
    due = sum(each.flow().denominator for each in year)
    unmet = sum(each.flow().numerator for each in year)
    left = sum(count for each in year for _, count in each.left)
    return [
        unit or "nobody's",
        f"{state.numerator} of {state.denominator}",
        _share(state) + _interval(state),
        str(last.unknown),
        _share(last.state(unknown_as_unmet=True)),
        f"{unmet} of {due}",
        str(left),
        _line(weeks),
    ]


def _share(count: Any) -> str:
    if count.denominator < FEWEST or count.share is None:
        return "–"
    return f"{count.share:.0%}"


def _interval(count: Any) -> str:
    """Wilson's interval, as if the cases were a sample of the unit's work at large."""
    from assay.core.estimation.intervals import wilson

    if count.denominator < FEWEST or count.share is None:
        return ""
    lower, upper = wilson(count.share, n=count.denominator, quantile=1.959964)
    return f" ({lower:.0%} to {upper:.0%})"


def _line(weeks: Sequence[WeekRates]) -> str:
    """Every eighth week as a bar of eight heights, from 0 to all; a gap where the base is too small."""
    told = []
    for each in list(reversed(weeks))[::8][::-1]:
        share = each.state().share
        small = each.population < FEWEST or share is None
        told.append(" " if small else BARS[min(7, int((share or 0) * 8))])
    return "".join(told)
