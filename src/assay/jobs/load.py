"""``assay load FOLDER``: brings an extract into the records if it is fit, and says what is wrong if not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from assay.core.errors import Problem, Refused, Unfit
from assay.core.messages import message
from assay.jobs import reports
from assay.jobs.units import take_units

UNFIT, REFUSED = 2, 3


def load(
    folder: Annotated[Path, typer.Argument(help="The folder of the extract: a file for each table.")],
    provider: Annotated[
        str | None, typer.Option(help="Load only if the extract is this provider's, for example N52.")
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="Where the records are kept; this installation's own if not given.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write what was found to this file, as JSON.")] = None,
) -> None:
    """Check an extract and build a snapshot of the records from it. Nothing is put in force: the next
    night does that. Exit status 2 if the extract is unfit; then nothing was changed."""
    console = Console(stderr=True)
    try:
        facts = bring_in(folder, provider=provider, home=home, console=console)
    except Unfit as unfit:
        _write(report, {"fit": False, "problems": reports.as_json(unfit.problems)})
        reports.show(unfit.problems, console=console, title="The extract is unfit. Nothing was changed.")
        raise typer.Exit(UNFIT) from None
    except Refused as refused:
        console.print(refused.message.worded())
        raise typer.Exit(REFUSED) from None
    _write(report, {"fit": True, **facts})
    typer.echo(
        f"Loaded {facts['rows']['person']:,} people and {facts['rows']['contact']:,} contacts, ", nl=False
    )
    typer.echo(f"as at {facts['as_at']}. Snapshot {facts['snapshot']}. The next night puts it in force.")


def bring_in(
    folder: Path, *, provider: str | None = None, home: Path | None = None, console: Console | None = None
) -> dict[str, Any]:
    """Reads, checks and builds. Says what was loaded; raises ``Unfit`` or ``Refused`` with nothing changed.
    With no ``home``, the records are this installation's own, and its log says that they were collected."""
    from assay.jobs.django_setup import check_database, records_home
    from assay.records import sources
    from assay.records.checks import check_other_providers, examine
    from assay.records.store import build_snapshot, check_nature, latest_snapshot

    if home is None:
        check_database()
    place = home or records_home()
    steps = _Steps(console or Console(stderr=True))
    with steps.progress:
        steps.at("Reading")
        extract = sources.read_folder(folder)
        _check_provider(extract.label.provider, provider)
        check_nature(place, synthetic=extract.label.synthetic)
        steps.at("Checking")
        found = examine(extract)
        problems = found.problems or check_other_providers(extract, latest_snapshot(place))
        if problems:
            raise Unfit(problems)
        steps.at("Building")
        snapshot = build_snapshot(
            extract.tables,
            home=place,
            as_at=extract.label.as_at,
            provider=extract.label.provider,
            synthetic=extract.label.synthetic,
        )
        steps.at("Done")
    if found.warnings and console is not None:
        reports.show(found.warnings, console=console, title="Loaded, with warnings.")
    facts = {
        "snapshot": snapshot.hash,
        "provider": extract.label.provider,
        "as_at": extract.label.as_at.isoformat(),
        "rows": found.rows,
    }
    if home is None:
        take_units(snapshot)
        _log(facts)
    return {**facts, "warnings": reports.as_json(found.warnings)}


class _Steps:
    def __init__(self, console: Console) -> None:
        self.progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self.progress.add_task("", total=None)

    def at(self, words: str) -> None:
        self.progress.update(self._task, description=words)


def _check_provider(found: str, asked: str | None) -> None:
    if asked is not None and asked != found:
        raise Unfit(
            [
                Problem(
                    file="extract.yaml",
                    rule="provider",
                    value=found,
                    message=message("The extract is not that of {asked}.", asked=asked),
                    remedy=message("Name the provider of the extract, or bring the other extract."),
                )
            ]
        )


def _log(facts: dict[str, Any]) -> None:
    from django.db import transaction

    from assay.access.audit.actions import record
    from assay.access.audit.types import SYSTEM, Subject, Verb

    with transaction.atomic():
        record(
            Verb.COLLECTION,
            by=SYSTEM,
            subject=Subject("extract", str(facts["provider"])),
            what="An extract of records was loaded",
            details=facts,
        )


def _write(path: Path | None, found: dict[str, Any]) -> None:
    if path is not None:
        path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
