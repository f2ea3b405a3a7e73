"""``assay fetch FOLDER``: asks the HMPPS External API about a region's people and writes an extract."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from assay.core.errors import Refused, Unfit
from assay.core.messages import message
from assay.jobs import reports

if TYPE_CHECKING:
    from assay.records.sources.external_api import Fetched, Wanted

UNFIT, REFUSED = 2, 3


def fetch(
    folder: Annotated[Path, typer.Argument(help="Where the extract will stand; it must not be there yet.")],
    provider: Annotated[str, typer.Option(help="The region the people belong to, for example N52.")],
    staff: Annotated[Path, typer.Option(help="A folder with the region's organisation and practitioners.")],
    people: Annotated[
        Path | None, typer.Option(help="A CSV with the column crn: everyone to ask about.")
    ] = None,
    since: Annotated[
        Path | None, typer.Option(help="The extract of the last fetch: what was known, and since when.")
    ] = None,
    changed: Annotated[
        bool, typer.Option("--changed", help="Ask only about those of whom events told since the last fetch.")
    ] = False,
    needs_are_planned: Annotated[
        bool, typer.Option(help="The region's plans take up every need linked to offending: read needs so.")
    ] = False,
    at_once: Annotated[int, typer.Option(min=1, max=16, help="Requests under way at one time.")] = 4,
    home: Annotated[
        Path | None, typer.Option(help="Where events are kept; this installation's own if not given.")
    ] = None,
) -> None:
    """Ask the service about each person and write an extract for `assay load`. The address, the certificate
    and the key come from the environment. Run the same command again to go on after an interruption."""
    console = Console(stderr=True)
    try:
        done = bring(
            folder,
            provider=provider,
            staff=staff,
            people=people,
            since=since,
            changed=changed,
            needs=needs_are_planned,
            at_once=at_once,
            home=home,
            console=console,
        )
    except Unfit as unfit:
        reports.show(unfit.problems, console=console, title="There is no extract.")
        _say_what_is_kept(folder, console)
        raise typer.Exit(UNFIT) from None
    except Refused as refused:
        console.print(refused.message.worded())
        raise typer.Exit(REFUSED) from None
    facts = done.facts
    typer.echo(
        f"Asked about {facts['asked']:,} people; {facts['left_out']:,} left out, {facts['rows_refused']:,} "
        f"bad rows set apart in quarantine.csv. Load it: assay load {done.folder}"
    )


def _say_what_is_kept(folder: Path, console: Console) -> None:
    """The pages outlast an extract that was unfit: with the region's own lists put right they need not be
    asked for again."""
    from assay.records.sources.external_api.fetching import building_folder

    kept = building_folder(folder)
    if kept.is_dir():
        said = message(
            "The pages taken and quarantine.csv are kept in {folder}. Run the same command again once your "
            "own lists are right; remove the folder to ask the service anew.",
            folder=str(kept),
        )
        console.print(said.worded())


def bring(
    folder: Path,
    *,
    provider: str,
    staff: Path,
    people: Path | None,
    since: Path | None,
    changed: bool,
    needs: bool,
    at_once: int,
    home: Path | None,
    console: Console,
) -> Fetched:
    """Whom to ask about, and the fetch. ``Unfit`` or ``Refused`` with nothing in the folder."""
    from assay.records.sources.external_api import Wanted, connection_from_environment
    from assay.records.sources.external_api import fetch as fetch_all
    from assay.records.sources.external_api.people_file import read_people
    from assay.records.sources.quarantine import default_limit

    if people is None and not (changed and since):
        raise Refused(message("Say whom to ask about: --people FILE, or --changed with --since FOLDER."))
    wanted = Wanted(
        folder=folder,
        provider=provider,
        people=read_people(people) if people else (),
        lists=staff,
        limit=default_limit(),
        since=since,
        needs=needs,
        at_once=at_once,
    )
    wanted = _with_events(wanted, home=home, changed=changed)
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*bar, console=console, transient=True) as progress:
        task = progress.add_task("People", total=len(wanted.people))
        return fetch_all(
            wanted,
            connection=connection_from_environment(),
            at=datetime.now(UTC),
            tell=lambda done, of: progress.update(task, completed=done, total=of),
        )


def _with_events(wanted: Wanted, *, home: Path | None, changed: bool) -> Wanted:
    """What the events say: of whom, who was erased, who took over when. Events are of the whole country: only
    people of the last fetch, or of the list, are asked about."""
    from assay.jobs.django_setup import records_home
    from assay.records.sources import domain_events
    from assay.records.sources.external_api.earlier import read_earlier

    place = home or records_home()
    facts: dict[str, Any] = {}
    ours = frozenset(wanted.people)
    if wanted.since is not None:
        earlier = read_earlier(wanted.since, provider=wanted.provider)
        facts, ours = dict(earlier.facts), ours | earlier.crns
    news = domain_events.changed(place, after=int(facts.get("events_read") or 0))
    wanted = replace(
        wanted,
        gone=news.erased,
        handed=domain_events.handed(place),
        told=domain_events.registrations(place),
        events_read=news.place,
        people=[each for each in wanted.people if each not in news.erased],
    )
    if not changed:
        return wanted
    return replace(
        wanted,
        people=sorted(news.people & ours),
        purpose=f"changed since {facts.get('began_at')}",
    )
