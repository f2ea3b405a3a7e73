"""``assay night``: runs the duties over the latest records and puts the pair in force."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterator, Sized
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

from assay.core.errors import Refused, Unfit
from assay.core.messages import Message
from assay.jobs import spark_session
from assay.records.store.types import Night, Pair, Snapshot

UNFIT, REFUSED = 2, 3


def night(
    home: Annotated[
        Path | None, typer.Option(help="Where the records are kept; this installation's own if not given.")
    ] = None,
    as_at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day to speak for; the records' last day if not given."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Work out every case, also those that cannot have changed.")
    ] = False,
    engine: Annotated[
        Literal["duckdb", "spark"], typer.Option(help="What works the duties out. Spark is an extra.")
    ] = "duckdb",
    master: Annotated[
        str,
        typer.Option(help="Where Spark runs: in one process here, or the address of a cluster."),
    ] = "local[2]",
    spark_setting: Annotated[
        list[str] | None,
        typer.Option(help="A setting of Spark, spark.NAME=VALUE; may be given several times."),
    ] = None,
) -> None:
    """Run every duty over the latest records, write the night, and put records and night in force together.
    Only cases that may have changed since the night in force are worked out again, where that can be told.
    Until the last step, and if anything fails, the pair in force stays as it was."""
    console = Console(stderr=True)
    try:
        settings = spark_session.given(spark_setting or [])
        on = spark_session.Place(master=master, settings=settings) if engine == "spark" else None
        pair = make(home, as_at=as_at.date() if as_at else None, full=full, console=console, on=on)
    except spark_session.NoSpark as missing:
        console.print(missing.message.worded(), soft_wrap=True)
        raise typer.Exit(UNFIT) from None
    except Refused as refused:
        console.print(refused.message.worded())
        raise typer.Exit(REFUSED) from None
    except Unfit as unfit:
        from assay.jobs import reports

        reports.show(unfit.problems, console=console, title="The night did not run. Nothing was changed.")
        raise typer.Exit(UNFIT) from None
    typer.echo(f"Night {pair.night.id} as at {pair.night.as_at} is in force.")


def make(
    home: Path | None = None,
    *,
    as_at: date | None = None,
    full: bool = False,
    console: Console | None = None,
    on: spark_session.Place | None = None,
) -> Pair:
    """Runs the duties and puts the new pair in force; returns it. Works out again what may have changed since
    the pair in force, or everything: ``full``, or where it has to. ``on`` names a place where Spark does it.
    ``Refused`` where nothing is loaded."""
    from assay.core.messages import message
    from assay.jobs.django_setup import check_database, records_home
    from assay.records.store import latest_snapshot, put_in_force

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
    console = console or Console(stderr=True)
    steps = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    with steps:
        task = steps.add_task("Preparing the duties", total=None)
        night = _write(place, snapshot, day, full=full, on=on, steps=steps, task=task)
        pair = put_in_force(place, snapshot=snapshot, night=night)
        steps.update(task, description="Bringing open matters along", total=None)
        attach(place, own=home is None)
    return pair


def _write(
    place: Path,
    snapshot: Snapshot,
    day: date,
    *,
    full: bool,
    on: spark_session.Place | None,
    steps: Progress,
    task: TaskID,
) -> Night:
    """The night, written beside the others."""
    from assay.assurance.duties import changes, rollups
    from assay.core.messages import message
    from assay.records.store import open_snapshot, pair_in_force, writing_night

    def tell(step: int, of: int) -> None:
        steps.update(task, description="Duties on Spark, step by step", completed=step, total=of)

    done: list[Night] = []
    with (
        open_snapshot(snapshot) as reader,
        _working(reader, place, day, on=on, tell=tell) as work,
        writing_night(
            home=place,
            snapshot=snapshot,
            as_at=day,
            versions={"policy": work.policy.version} | work.said.versions,
            basis=changes.basis(work),
            done=done,
        ) as writing,
    ):
        before = pair_in_force(place)
        steps.update(task, description="Looking for what changed")
        found = changes.again(work, snapshot, before=before)
        why = message("It was asked for.") if full else found.why
        steps.console.print(_said(found.cases, work.cases, why))
        if before is not None and why is None and not len(found.cases) and _is_over(before, snapshot, day):
            writing.same = before.night
            return before.night
        steps.update(task, description="Duties, case by case")
        if before is not None and why is None:
            writing.stand_upon(before.night, again=found.cases, gone=found.gone)
        for tables in work.ranges(
            only=None if why else found.cases,
            standing=writing.standing(rollups.COUNTED),
            tell=lambda cases, of: steps.update(task, completed=cases, total=of),
        ):
            writing.add(tables)
    return done[0]


@contextmanager
def _working(
    reader: Any,
    home: Path,
    day: date,
    *,
    on: spark_session.Place | None,
    tell: Callable[[int, int], None],
) -> Iterator[Any]:
    """The duties, ready to be worked out over the reader's records: by DuckDB, or by Spark, whose steps
    ``tell`` hears."""
    from assay.assurance.duties import engine, scripts
    from assay.core import policy as policies
    from assay.jobs.django_setup import compiled_home

    policy = policies.load()
    if on is None:
        script = scripts.script(policy, on=day, folder=compiled_home())
        with engine.running(reader, policy=policy, as_at=day, script=script) as work:
            yield work
        return
    # Only here, since it takes the library by which the duties are said, which takes a second to load.
    from assay.assurance.duties import spark

    with spark_session.work_folder(home) as folder, spark_session.session(on, folder=folder) as session:
        script = scripts.script(policy, on=day, folder=compiled_home(), engine=scripts.SPARK)
        with spark.running(
            reader, policy=policy, as_at=day, session=session, folder=folder, script=script, tell=tell
        ) as work:
            yield work


def _is_over(pair: Pair, snapshot: Snapshot, day: date) -> bool:
    return (pair.snapshot.hash, pair.night.as_at) == (snapshot.hash, day)


def _said(again: Sized, cases: Sized, why: Message | None) -> str:
    if why is not None:
        return f"All {len(cases):,} cases are worked out. {why.worded()}"
    return f"{len(again):,} of {len(cases):,} cases are worked out again; the others stand as they were."


def attach(home: Path, *, own: bool) -> None:
    """Lets what people wrote find its lapses in the new night. Only this installation's own records have
    anything written about them."""
    if own and importlib.util.find_spec("assay.assurance.oversight.tasks") is not None:
        importlib.import_module("assay.assurance.oversight.tasks").attach_night(home)
