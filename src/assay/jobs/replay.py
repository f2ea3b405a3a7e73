"""``assay replay NAME``: an inspection whose figures are public, counted again from invented readings."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assay.core.errors import Problem, Unfit
from assay.core.messages import message
from assay.inspection.findings.types import Basis
from assay.inspection.outcomes import replaying
from assay.inspection.outcomes.files import compared_data
from assay.inspection.outcomes.replaying import Compared, Replay
from assay.jobs import reports
from assay.jobs.django_setup import throwaway

UNFIT, NO_SUCH = 2, 2


class Form(StrEnum):
    TABLE = "table"
    JSON = "json"


def replay(
    name: Annotated[str, typer.Argument(help="Which inspection: west-midlands-2026.")],
    form: Annotated[Form, typer.Option("--format", help="A table to read, or JSON.")] = Form.TABLE,
    answers: Annotated[
        Path | None, typer.Option(help="Readings of your own, as --dump-answers writes them.")
    ] = None,
    dump_answers: Annotated[
        Path | None, typer.Option(help="Write the readings to this file, to be changed and brought again.")
    ] = None,
    load: Annotated[
        bool, typer.Option(help="Load the readings into a throw-away database, or only count them: quicker.")
    ] = True,
) -> None:
    """Load invented (synthetic) readings of a real inspection as any readings are loaded, and count its
    published findings again."""
    if name not in replaying.replays():
        known = ", ".join(replaying.replays())
        typer.echo(f"There is no replay {name!r}. There is: {known}.", err=True)
        raise typer.Exit(NO_SUCH)
    try:
        written = _read(answers) if answers else replaying.shipped(name)
        made = _counted(name, written, load=load)
    except Unfit as unfit:
        reports.show(unfit.problems, console=Console(stderr=True), title="These readings cannot be counted")
        raise typer.Exit(UNFIT) from None
    if dump_answers:
        dump_answers.write_text(_as_lines(written), "utf-8")
        typer.echo(f"{len(written)} synthetic readings written to {dump_answers}", err=True)
    if form is Form.JSON:
        sys.stdout.write(json.dumps(compared_data(made), ensure_ascii=False, indent=2) + "\n")
    else:
        _show(made, Console())


def _counted(name: str, written: list[Any], *, load: bool) -> Replay:
    """The readings are looked through first, so that every fault is named by its row, and then loaded."""
    in_memory = replaying.replay(name, brought=written)
    if not load:
        return in_memory
    with throwaway("inspectorate"):
        from assay.inspection.outcomes.loading import loaded

        return replaying.counted(name, loaded(in_memory.facts, written))


def _show(made: Replay, console: Console) -> None:
    facts = made.facts
    console.print(f"[bold]{facts.title}[/bold]")
    console.print(
        f"{len(made.readings)} synthetic readings over {made.units} units. {facts.readings_are}",
        highlight=False,
    )
    console.print(_findings(made))
    for each in made.compared:
        if each.published.because:
            console.print(f"  {each.finding.definition.short}: {each.published.because}", highlight=False)
    console.print("\n[bold]Not in our source[/bold]")
    for one in facts.not_in_source:
        console.print(
            f"  {made.name_of(one.finding)}: published only as “{one.said}”. {one.because}", highlight=False
        )
    console.print(f"  No figure in a source of ours: {'; '.join(made.others)}.", highlight=False)
    console.print(f"  The sample: {facts.profile}", highlight=False)
    console.print("\n[bold]Recommendations[/bold]")
    console.print(f"  {facts.recommendations_said}", highlight=False)
    console.print(_recommendations(made))
    console.print(f"Sources: {'; '.join(facts.sources.values())}.", highlight=False)


def _findings(made: Replay) -> Table:
    table = Table(show_lines=True)
    for heading in ("Finding", "Counted (synthetic)", "Unit", "Population", "95% interval", "Published"):
        table.add_column(heading, overflow="fold")
    for each in made.compared:
        published = each.published
        mark = "published" if published.basis is Basis.PUBLISHED else "published; the count is inferred"
        agrees = "" if each.agrees else "\n[bold]differs[/bold]"
        table.add_row(
            each.finding.definition.short,
            f"{each.finding.count.numerator} of {each.finding.count.denominator}{_share(each)}",
            each.finding.count.unit,
            each.finding.count.population,
            _interval(each),
            f"{published.said} ({mark}){agrees}",
        )
    return table


def _recommendations(made: Replay) -> Table:
    table = Table(show_lines=False)
    for heading in ("No.", "To", "Theme", "Text"):
        table.add_column(heading, overflow="fold")
    names = {"region": "the region", "hmpps": "HMPPS"}
    for position, each in enumerate(made.facts.recommendations, start=1):
        to = names[each.addressee]
        if each.addressee_basis is Basis.INFERRED:
            to = f"{to} (inferred)"
        table.add_row(str(position), to, each.theme or "not in our source", each.text or "not in our source")
    return table


def _share(each: Compared) -> str:
    """ " (49%)", halves up as published figures are; nothing for an empty base."""
    share = each.finding.count.share
    return "" if share is None else f" ({int(100 * share + 0.5)}%)"


def _interval(each: Compared) -> str:
    made = each.finding.estimate
    return "-" if made is None else f"{made.lower:.1%} to {made.upper:.1%}, {made.method}"


def _read(path: Path) -> list[Any]:
    """The readings in a file. ``Unfit`` where there is no list of them."""
    try:
        written = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Unfit([_bad_file(path, str(error))]) from error
    if not isinstance(written, list):
        raise Unfit([_bad_file(path, "the file holds no list")])
    return written


def _bad_file(path: Path, says: str) -> Problem:
    return Problem(
        file=path.name,
        rule="file",
        message=message("The file cannot be read: {says}.", says=says),
        remedy=message("Write the readings out with --dump-answers, change those, and bring them again."),
    )


def _as_lines(written: list[Any]) -> str:
    """A list with one reading a line, so that a change shows as one line."""
    return "[\n" + ",\n".join("  " + json.dumps(each, ensure_ascii=False) for each in written) + "\n]\n"
