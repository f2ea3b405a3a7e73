"""``assay events``: takes domain events from a file, a folder or a pipe."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from assay.core.errors import Refused, Unfit
from assay.jobs import reports

UNFIT, REFUSED = 2, 3


def events(
    source: Annotated[
        str, typer.Argument(help="A file of messages, a folder of such files, or - for the input.")
    ],
    home: Annotated[
        Path | None, typer.Option(help="Where the records are kept; this installation's own if not given.")
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Take messages in the notification service's envelope into the journal, each once. The bad ones are set
    apart in quarantine.csv beside it; where they are too many, nothing is taken."""
    console = Console(stderr=True)
    try:
        facts = take(source, home=home)
    except Unfit as unfit:
        reports.show(unfit.problems, console=console, title="No event was taken. Nothing was changed.")
        raise typer.Exit(UNFIT) from None
    except Refused as refused:
        console.print(refused.message.worded())
        raise typer.Exit(REFUSED) from None
    if json_:
        typer.echo(json.dumps(facts))
    else:
        typer.echo(
            f"{facts['new']:,} new, {facts['known']:,} taken before, {facts['of_no_case']:,} of no case, "
            f"{facts['bad']:,} bad. Told by events now: {', '.join(facts['fed']) or 'nothing'}."
        )


def take(source: str, *, home: Path | None) -> dict[str, Any]:
    """Counts, and what events feed now. With no ``home``, the log says that they were collected."""
    from assay.jobs.django_setup import check_database, records_home
    from assay.records.sources.domain_events import fed_by_events, take_messages
    from assay.records.sources.domain_events.taking import lines_in, lines_of
    from assay.records.sources.quarantine import Quarantine, default_limit

    if home is None:
        check_database()
    place = home or records_home()
    lines = lines_in(sys.stdin.read(), file="-") if source == "-" else lines_of(Path(source))
    at = datetime.now(UTC)
    taken = take_messages(lines, home=place, at=at, quarantine=Quarantine(default_limit()))
    facts = {
        "new": taken.new,
        "known": taken.known,
        "of_no_case": taken.of_no_case,
        "bad": taken.bad,
        "place": taken.place,
        "fed": sorted(fed_by_events(place, at=at)),
    }
    if home is None and taken.new:
        _log(facts)
    return facts


def _log(facts: dict[str, Any]) -> None:
    from django.db import transaction

    from assay.access.audit.actions import record
    from assay.access.audit.types import SYSTEM, Subject, Verb

    with transaction.atomic():
        record(
            Verb.COLLECTION,
            by=SYSTEM,
            subject=Subject("events", str(facts["place"])),
            what="Domain events were taken",
            details=facts,
        )
