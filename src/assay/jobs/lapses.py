"""``assay lapses``: what is, or was, not seen on a day, as a table or as JSON."""

from __future__ import annotations

import json
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assay.core.errors import Refused
from assay.core.messages import message

REFUSED = 3


class Format(StrEnum):
    """How to print."""

    TABLE = "table"
    JSON = "json"


class ByClock(StrEnum):
    """By the day a thing happened, or by the day it could have been known."""

    DATE = "date"
    RECORDED = "recorded"


ON_THE_DAY = """
SELECT l.lapse_id, o.duty, case_id, o.anchor_id, o.triggered_on, o.due_on, l.part, l.opened_on, l.closed_on,
       l.severity, l.team, l.pdu, o."window", w.value, w.unit, w.confidence
FROM n.lapse l
JOIN n.obligation o USING (case_id, obligation_id)
LEFT JOIN n.window w ON w."window" = o."window" AND w.window_from IS NOT DISTINCT FROM o.window_from
WHERE l.clock = $clock AND l.opened_on <= $day AND (l.closed_on IS NULL OR l.closed_on > $day)
  AND ($pdu IS NULL OR l.pdu = $pdu) AND ($duty IS NULL OR o.duty = $duty)
ORDER BY l.severity DESC, o.duty, case_id, l.opened_on, l.lapse_id
"""


def lapses(
    as_at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day; the night's own if not given."),
    ] = None,
    pdu: Annotated[str | None, typer.Option(help="Only of this PDU, by its code.")] = None,
    duty: Annotated[str | None, typer.Option(help="Only of this duty, for example S04.")] = None,
    clock: Annotated[ByClock, typer.Option(help="By date, or as it could have been known.")] = ByClock.DATE,
    format: Annotated[Format, typer.Option(help="A table to read, or JSON.")] = Format.TABLE,
    home: Annotated[
        Path | None, typer.Option(help="Where the records are kept; this installation's own if not given.")
    ] = None,
) -> None:
    """Print every lapse that holds on the day, by case. There is no list or count by practitioner."""
    try:
        day, found = held(home, as_at=as_at.date() if as_at else None, pdu=pdu, duty=duty, clock=clock.value)
    except Refused as refused:
        Console(stderr=True).print(refused.message.worded())
        raise typer.Exit(REFUSED) from None
    if format is Format.JSON:
        typer.echo(json.dumps(found, default=str, indent=1))
    else:
        _show(day, found)


def held(
    home: Path | None, *, as_at: date | None, pdu: str | None, duty: str | None, clock: str
) -> tuple[date, list[dict[str, Any]]]:
    """The lapses that hold on the day, each with its ``reasons``. ``Refused`` before the first night, or
    for a day after it."""
    from assay.jobs.django_setup import records_home
    from assay.records.store import open_pair, pair_in_force

    pair = pair_in_force(home or records_home())
    if pair is None:
        raise Refused(message("No night has been run here yet. Run one first: assay night."))
    day = as_at or pair.night.as_at
    if day > pair.night.as_at:
        raise Refused(message("The night speaks for no day after {day}.", day=pair.night.as_at))
    with open_pair(pair) as reader:
        found = reader.rows(ON_THE_DAY, {"clock": clock, "day": day, "pdu": pdu, "duty": duty})
        why = reader.rows("SELECT lapse_id, clause, side, row_id FROM n.reason ORDER BY ALL")
    reasons: dict[str, list[dict[str, Any]]] = {}
    for each in why:
        reasons.setdefault(each.pop("lapse_id"), []).append(each)
    return day, [row | {"reasons": reasons.get(row["lapse_id"], [])} for row in found]


def _show(day: date, found: list[dict[str, Any]]) -> None:
    table = Table(title=f"{len(found)} lapses on {day}")
    for heading in ("Duty", "Case", "Severity", "Not seen since", "Expected by", "Window", "Team"):
        table.add_column(heading)
    for row in found:
        table.add_row(
            row["duty"],
            row["case_id"],
            str(row["severity"]),
            str(row["opened_on"]),
            str(row["due_on"]),
            _window(row),
            row["team"] or "none",
        )
    Console().print(table)


def _window(row: dict[str, Any]) -> str:
    if row["value"] is None:
        return ""
    starting = " (starting value)" if row["confidence"] == "assumed" else ""
    return f"{row['value']} {row['unit'].replace('_', ' ')}{starting}"
