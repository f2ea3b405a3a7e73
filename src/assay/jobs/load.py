"""``assay load FOLDER``: brings an extract into the records if it is fit, and says what is wrong if not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

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

from assay.core.errors import Problem, Refused, Unfit
from assay.core.messages import Message, message
from assay.jobs import reports
from assay.jobs.units import take_units

if TYPE_CHECKING:
    from assay.records.checks import Report
    from assay.records.sources import Extract
    from assay.records.store import Snapshot

UNFIT, REFUSED = 2, 3
LABEL = "extract.yaml"
LEAST = Fraction(9, 10)
"""A provider's people and contacts change by a few in a hundred between two extracts, never by ten."""


def load(
    folder: Annotated[
        Path,
        typer.Argument(help="The folder of the extract, a file for each table; or of several such folders."),
    ],
    provider: Annotated[
        str | None, typer.Option(help="Load only the extract of this provider, for example N52.")
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="Where the records are kept; this installation's own if not given.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write what was found to this file, as JSON.")] = None,
    at_least: Annotated[
        float,
        typer.Option(
            min=0, max=1, help="Refuse an extract with less than this share of the rows already held of it."
        ),
    ] = float(LEAST),
) -> None:
    """Check an extract and build a snapshot of the records from it. Other providers' records are kept as they
    are. Nothing is put in force: the next night does that. Exit status 2 if the extract is unfit; then
    nothing was changed. Of several extracts, each is loaded or refused by itself."""
    console = Console(stderr=True)
    folders = _extracts(folder, provider=provider)
    share = Fraction(str(at_least))
    loads = [
        _Load.of(each, provider=provider, home=home, console=console, at_least=share) for each in folders
    ]
    facts = [each.facts for each in loads]
    _write(report, facts[0] if folders == [folder] else {"extracts": facts})
    raise typer.Exit(max(each.status for each in loads))


def _extracts(folder: Path, *, provider: str | None) -> list[Path]:
    """The folder itself, or the folders in it that hold an extract, in their order: the one named after the
    provider, if one is asked for and there."""
    if (folder / LABEL).exists() or not folder.is_dir():
        return [folder]
    held = sorted(each.parent for each in folder.glob(f"*/{LABEL}"))
    asked = [each for each in held if each.name == provider]
    return asked or held or [folder]


@dataclass(frozen=True, slots=True)
class _Load:
    """What came of one extract: the exit status, and what the report says."""

    status: int
    facts: dict[str, Any]

    @classmethod
    def of(
        cls, folder: Path, *, provider: str | None, home: Path | None, console: Console, at_least: Fraction
    ) -> _Load:
        try:
            facts = bring_in(folder, provider=provider, home=home, console=console, at_least=at_least)
        except Unfit as unfit:
            title = message("{folder}: the extract is unfit. Nothing was changed.", folder=folder.name)
            reports.show(unfit.problems, console=console, title=title.worded())
            found = reports.as_json(unfit.problems)
            return cls(UNFIT, {"fit": False, "folder": folder.name, "problems": found})
        except Refused as refused:
            console.print(refused.message.worded())
            return cls(REFUSED, {"fit": False, "folder": folder.name, "problems": []})
        done = message(
            "Loaded {people} people and {contacts} contacts of {provider}, as at {as_at}. "
            "Snapshot {snapshot}. The next night puts it in force.",
            people=f"{facts['rows']['person']:,}",
            contacts=f"{facts['rows']['contact']:,}",
            **{name: facts[name] for name in ("provider", "as_at", "snapshot")},
        )
        typer.echo(done.worded())
        return cls(0, {"fit": True, "folder": folder.name, **facts})


def bring_in(
    folder: Path,
    *,
    provider: str | None = None,
    home: Path | None = None,
    console: Console | None = None,
    at_least: Fraction = LEAST,
) -> dict[str, Any]:
    """Reads, checks and builds. Says what was loaded; raises ``Unfit`` or ``Refused`` with nothing changed.
    With no ``home``, the records are this installation's own, and its log says that they were collected.
    ``at_least`` is the share of the rows held of this provider below which a load is refused."""
    from assay.jobs.django_setup import check_database, records_home
    from assay.records import sources
    from assay.records.store import check_nature

    if home is None:
        check_database()
    place = home or records_home()
    steps = _Steps(console or Console(stderr=True))
    with steps.progress:
        steps.at(message("Reading"))
        extract = sources.read_folder(folder)
        _check_provider(extract.label.provider, provider)
        check_nature(place, synthetic=extract.label.synthetic)
        snapshot, found = _build(extract, place, steps=steps, at_least=at_least)
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


def _build(extract: Extract, home: Path, *, steps: _Steps, at_least: Fraction) -> tuple[Snapshot, Report]:
    """The snapshot and what was found. The rows are checked while they are written, so that each file is read
    once; what was written is thrown away if anything is wrong."""
    from assay.records.checks import Stopped, examine
    from assay.records.store import Damaged

    if not extract.problems:
        try:
            return _build_watched(extract, home, steps=steps, at_least=at_least, stop=True)
        except (Stopped, Damaged):
            pass
    steps.of(message("Looking for what is wrong"), extract.sizes)
    found = examine(extract, told=steps.seen)
    if found.problems:
        raise Unfit(found.problems)
    return _build_watched(extract, home, steps=steps, at_least=at_least, stop=False)


def _build_watched(
    extract: Extract, home: Path, *, steps: _Steps, at_least: Fraction, stop: bool
) -> tuple[Snapshot, Report]:
    from assay.records.checks import Watch, ask_about, check_not_fewer, check_other_providers
    from assay.records.store import build_snapshot, latest_snapshot

    latest, label = latest_snapshot(home), extract.label
    watch = Watch(label, extract.paths, told=steps.seen)
    found: list[Report] = []

    def agreed() -> None:
        watch.settle()
        found.append(ask_about(extract, watch))
        problems = (
            found[0].problems
            or check_other_providers(extract, latest)
            or check_not_fewer(found[0].rows, label, latest, least=at_least)
        )
        if problems:
            raise Unfit(problems)

    steps.of(message("Checking and building"), extract.sizes)
    snapshot = build_snapshot(
        watch.over(extract.streams, stop=stop),
        home=home,
        as_at=label.as_at,
        provider=label.provider,
        synthetic=label.synthetic,
        agreed=agreed,
    )
    return snapshot, found[0]


class _Steps:
    """What is being done, and how many of the extract's rows it has done."""

    def __init__(self, console: Console) -> None:
        self.progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self.progress.add_task("", total=None)
        self._words = message("Reading")
        self._done: dict[str, int] = {}

    def at(self, words: Message) -> None:
        """Something that takes a moment."""
        self.progress.update(self._task, description=words.worded(), total=None)

    def of(self, words: Message, sizes: Mapping[str, int]) -> None:
        """Something that goes through all rows of these tables."""
        self._words, self._done = words, {}
        total = sum(sizes.values())
        self.progress.reset(self._task, description=words.worded(), total=total)

    def seen(self, table: str, rows: int) -> None:
        """So many rows of the table are done."""
        self._done[table] = rows
        self.progress.update(
            self._task,
            completed=sum(self._done.values()),
            description=f"{self._words.worded()}: {table}",
        )


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
