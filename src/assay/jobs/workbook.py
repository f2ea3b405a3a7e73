"""``assay workbook FILE``: takes in the nightly workload workbook, beside the records and without them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from assay.core.errors import Refused, Unfit
from assay.core.messages import message
from assay.jobs import reports
from assay.jobs.load import REFUSED, UNFIT

if TYPE_CHECKING:
    from assay.records.sources.workload_workbook import WorkloadWorkbook
    from assay.records.store.workloads import KeptWorkload


def workbook(
    file: Annotated[Path, typer.Argument(help="The workbook (.xlsx), as it was made.")],
    home: Annotated[
        Path | None, typer.Option(help="Where the records are kept; this installation's own if not given.")
    ] = None,
    limit: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, help="The greatest share of bad rows; ASSAY_QUARANTINE_LIMIT or 0.02 if not given."
        ),
    ] = None,
) -> None:
    """Take in the nightly workload workbook. Its pages show it at once; no case records are needed. Exit
    status 2 if it is unfit or too many of its rows are bad; then everything stays as it was."""
    console = Console(stderr=True)
    try:
        kept = take_in(file, home=home, limit=None if limit is None else Fraction(str(limit)))
    except Unfit as unfit:
        reports.show(unfit.problems, console=console, title="The workbook is unfit. Nothing was changed.")
        raise typer.Exit(UNFIT) from None
    except Refused as refused:
        console.print(refused.message.worded())
        raise typer.Exit(REFUSED) from None
    for each in said_of(kept):
        typer.echo(each)


def synthesise_workbook(
    to: Annotated[Path, typer.Option(help="The workbook to write, for example workload.xlsx.")],
    as_at: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day its rows are of.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 1,
    teams: Annotated[int, typer.Option(min=1, max=99, help="How many teams in each PDU.")] = 4,
    officers: Annotated[int, typer.Option(min=2, max=60, help="How many officers in each team.")] = 9,
) -> None:
    """Write a workload workbook of invented staff: fourteen sheets, stray rows among them, all marked
    Synthetic."""
    from assay.records.synthetic.workload_workbook import write_workbook

    people = write_workbook(
        to, as_at=as_at.date(), seed=seed, teams_per_pdu=teams, officers_per_team=officers
    )
    done = message("{people} invented people are counted in {file}.", people=people, file=str(to))
    typer.echo(done.worded())


def take_in(file: Path, *, home: Path | None = None, limit: Fraction | None = None) -> KeptWorkload:
    """Reads and keeps the workbook; ``Unfit`` or ``Refused`` with nothing changed. With no ``home``, it is
    this installation's own, and its log says that it was collected."""
    from assay.jobs.django_setup import check_database, records_home
    from assay.records.sources.quarantine import default_limit
    from assay.records.sources.workload_workbook import read_workload
    from assay.records.store.workloads import keep_workload

    if home is None:
        check_database()
    read = read_workload(file, limit=default_limit() if limit is None else limit)
    kept = keep_workload(
        read.tables,
        home=home or records_home(),
        as_at=read.as_at,
        regions=read.regions,
        synthetic=read.synthetic,
        facts=_facts(read),
        beside=read.quarantine.write,
    )
    if home is None:
        _log(kept)
    return kept


def said_of(kept: KeptWorkload) -> list[str]:
    """What was taken, what was set apart, and what was not there, a sentence each."""
    facts: Mapping[str, Any] = kept.facts
    said = [
        message(
            "Taken: {taken} rows of {day}, for {regions}. Set apart: {refused}; {file} says why, row by row.",
            taken=facts["taken"],
            day=kept.as_at,
            regions=", ".join(kept.regions),
            refused=facts["refused"],
            file=str(kept.path / "quarantine.csv"),
        )
    ]
    for name in facts["absent"]:
        said.append(message("The workbook has no sheet {sheet}.", sheet=name))
    for name in facts["unread"]:
        said.append(message("The headings of sheet {sheet} are not known; it was left out.", sheet=name))
    return [each.worded() for each in said]


def _facts(read: WorkloadWorkbook) -> dict[str, Any]:
    return {
        "sha256": read.sha256,
        "taken": read.quarantine.taken,
        "refused": len(read.quarantine.rows),
        "skipped": dict(read.skipped),
        "absent": list(read.absent),
        "unread": list(read.unread),
    }


def _log(kept: KeptWorkload) -> None:
    from django.db import transaction

    from assay.access.audit.actions import record
    from assay.access.audit.types import SYSTEM, Subject, Verb

    with transaction.atomic():
        record(
            Verb.COLLECTION,
            by=SYSTEM,
            subject=[Subject("extract", each) for each in kept.regions],
            what="A workload workbook was taken in",
            details={"workload": kept.name, "as_at": kept.as_at, **kept.facts},
        )
