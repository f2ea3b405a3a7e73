"""``assay night``: runs the duties over the latest records and puts the pair in force."""

from __future__ import annotations

import importlib
import importlib.util
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from assay.core.errors import Refused, Unfit
from assay.records.store.types import Night, Pair

UNFIT, REFUSED = 2, 3


def night(
    home: Annotated[
        Path | None, typer.Option(help="Where the records are kept; this installation's own if not given.")
    ] = None,
    as_at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day to speak for; the records' last day if not given."),
    ] = None,
) -> None:
    """Run every duty over the latest records, write the night, and put records and night in force together.
    Until the last step, and if anything fails, the pair in force stays as it was."""
    console = Console(stderr=True)
    try:
        pair = make(home, as_at=as_at.date() if as_at else None, console=console)
    except Refused as refused:
        console.print(refused.message.worded())
        raise typer.Exit(REFUSED) from None
    except Unfit as unfit:
        from assay.jobs import reports

        reports.show(unfit.problems, console=console, title="The night did not run. Nothing was changed.")
        raise typer.Exit(UNFIT) from None
    typer.echo(f"Night {pair.night.id} as at {pair.night.as_at} is in force.")


def make(home: Path | None = None, *, as_at: date | None = None, console: Console | None = None) -> Pair:
    """Runs the duties and puts the new pair in force; returns it. ``Refused`` where nothing is loaded."""
    from assay.assurance.duties import engine, scripts
    from assay.core import policy as policies
    from assay.core.messages import message
    from assay.jobs.django_setup import check_database, compiled_home, records_home
    from assay.records.store import latest_snapshot, open_snapshot, put_in_force, writing_night

    if home is None:
        check_database()
    place = home or records_home()
    snapshot = latest_snapshot(place)
    if snapshot is None:
        raise Refused(message("There are no records here yet. Load an extract first: assay load FOLDER."))
    day = as_at or snapshot.as_at
    if day > snapshot.as_at:
        raise Refused(
            message("The records speak for no day after {day}. Choose an earlier one.", day=snapshot.as_at)
        )
    policy = policies.load()
    steps = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console or Console(stderr=True),
        transient=True,
    )
    done: list[Night] = []
    with steps:
        task = steps.add_task("Preparing the duties", total=None)
        script = scripts.script(policy, on=day, folder=compiled_home())
        versions = {"policy": policy.version} | script.versions
        steps.update(task, description="Duties, case by case")
        with (
            open_snapshot(snapshot) as reader,
            writing_night(home=place, snapshot=snapshot, as_at=day, versions=versions, done=done) as writing,
        ):
            for tables in engine.ranges(
                reader,
                policy=policy,
                as_at=day,
                script=script,
                tell=lambda cases, of: steps.update(task, completed=cases, total=of),
            ):
                writing.add(tables)
        pair = put_in_force(place, snapshot=snapshot, night=done[0])
        steps.update(task, description="Bringing open matters along", total=None)
        attach(place, own=home is None)
    return pair


def attach(home: Path, *, own: bool) -> None:
    """Lets what people wrote find its lapses in the new night. Only this installation's own records have
    anything written about them."""
    if own and importlib.util.find_spec("assay.assurance.oversight.tasks") is not None:
        importlib.import_module("assay.assurance.oversight.tasks").attach_night(home)
