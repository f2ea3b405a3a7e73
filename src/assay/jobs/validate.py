"""``assay validate``: how far the duties can be trusted, by a synthetic truth or by what readers judged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from assay.core.dates import london_day
from assay.core.errors import Problem, Refused, Unfit
from assay.core.messages import message
from assay.jobs import reports
from assay.jobs.calibrate import AS_AT
from assay.jobs.load import REFUSED, UNFIT
from assay.jobs.policy import Format

if TYPE_CHECKING:
    import pyarrow as pa

    from assay.jobs.proposals import Proposal
    from assay.jobs.validity import Validity
    from assay.records.store import Pair

DAY = ["%Y-%m-%d"]


def validate(
    readings: Annotated[
        Path | None,
        typer.Option(help="A CSV of what readers judged of lapses, in place of a truth: lapse_id (or case "
                     "and duty), judgement, reader."),
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="With --readings: the calibration.yaml to write the record to.")
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(help="The truth beside a synthetic extract whose night is in force; without it, and "
                     "without --readings, a region is invented."),
    ] = None,
    home: Annotated[
        Path | None, typer.Option(help="Where the records are kept; this installation's own if not given.")
    ] = None,
    people: Annotated[int, typer.Option(min=150, max=95_000, help="How many people to invent.")] = 5_000,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the invented region.")] = 50,
    as_at: Annotated[
        datetime | None,
        typer.Option(formats=DAY, help="The day of the invented region, or the day whose lapses were read."),
    ] = None,
    page: Annotated[
        Path | None, typer.Option(help="Of an invented region: the page of the manual to write.")
    ] = None,
    format: Annotated[Format, typer.Option(help="A table to read, or JSON.")] = Format.TABLE,
) -> None:  # fmt: skip
    """Say for each duty how often it is right, how much it finds and how often it cannot say, against the
    truth of invented records and by kind of flaw; or what reads of real lapses come to, and whether they
    propose trial or on. Nothing but the file asked for is written."""
    _check_options(readings=readings, to=to, truth=truth, page=page)
    day = as_at.date() if as_at else None
    with _refusals():
        if readings is not None:
            _by_reads(readings, home=home, on=day, to=to, format=format)
        elif truth is not None:
            _say(by_truth(truth, home=home), format=format)
        else:
            on = day or date.fromisoformat(AS_AT)
            policy, found = by_invented(people=people, seed=seed, as_at=on)
            _say(found, format=format)
            if page is not None:
                from assay.jobs import validity_pages

                text = validity_pages.page(found, people=people, seed=seed, policy=policy)
                page.write_text(text, encoding="utf-8")


def _check_options(*, readings: Path | None, to: Path | None, truth: Path | None, page: Path | None) -> None:
    if readings is not None and truth is not None:
        raise typer.BadParameter("name a truth or readings, not both")
    if to is not None and readings is None:
        raise typer.BadParameter("--to writes the record of reads: give --readings; see also assay calibrate")
    if page is not None and (readings is not None or truth is not None):
        raise typer.BadParameter("--page is of an invented region, so that the page can be made again")


def by_invented(*, people: int, seed: int, as_at: date) -> tuple[str, Validity]:
    """The version of the practice rules, and the figures of a region made and forgotten."""
    from assay.jobs.calibrate import invented

    with TemporaryDirectory() as folder:
        truth, pair = invented(Path(folder), people=people, seed=seed, as_at=as_at)
        return str(pair.night.versions["policy"]), _validity(truth, pair)


def by_truth(folder: Path, *, home: Path | None) -> Validity:
    """The figures of the night in force, by the truth in the folder. ``Unfit`` where that is no truth."""
    import pyarrow.parquet as pq

    found = {each.stem: pq.read_table(each) for each in sorted(folder.glob("*.parquet"))}
    if "case" not in found:
        raise Unfit(
            [
                Problem(
                    file=folder.name,
                    rule="truth",
                    message=message("There is no truth here: case.parquet is missing."),
                    remedy=message("Name the folder truth that assay synthesise wrote beside the extract."),
                )
            ]
        )
    return _validity(found, _pair(home))


def _validity(truth: dict[str, pa.Table], pair: Pair) -> Validity:
    from assay.core import policy
    from assay.jobs.validity import validity
    from assay.records.store import open_pair

    on = pair.night.as_at
    types = sorted(policy.load().codes("supervised_sentences", on=on))
    with open_pair(pair) as reader:
        return validity(reader, truth, on=on, types=types)


def _pair(home: Path | None) -> Pair:
    from assay.jobs.django_setup import records_home
    from assay.records.store import pair_in_force

    pair = pair_in_force(home or records_home())
    if pair is None:
        raise Refused(message("No night has been run here yet. Run one first: assay night."))
    return pair


def _by_reads(file: Path, *, home: Path | None, on: date | None, to: Path | None, format: Format) -> None:
    from assay.jobs import proposals
    from assay.jobs.readings import held, take
    from assay.records.sources.quarantine import Quarantine, default_limit
    from assay.records.store import open_pair

    pair, quarantine = _pair(home), Quarantine(default_limit())
    before = proposals.earlier(to) if to is not None else None
    day = on or pair.night.as_at
    if day > pair.night.as_at:
        raise Refused(message("The night speaks for no day after {day}.", day=pair.night.as_at))
    with open_pair(pair) as reader:
        readings = take(file, held(reader, on=day), on=day, quarantine=quarantine)
    quarantine.check()
    record = proposals.record_of(
        readings,
        versions=pair.night.versions,
        on=day,
        made_on=london_day(datetime.now(UTC)),
        assay=metadata.version("assay"),
        before=before,
    )
    found = proposals.proposed(readings, record)
    for bad in quarantine.rows:
        said = message(
            "Set apart: {file}, row {row} ({rule}). {why}",
            file=bad.file, row=bad.row, rule=bad.rule, why=bad.said.worded(),
        )  # fmt: skip
        typer.echo(said.worded(), err=True)
    if format is Format.JSON:
        typer.echo(json.dumps([_as_json(each) for each in found], indent=1))
    else:
        _show_proposals(found)
    if to is not None:
        proposals.write(record, to)
        quarantine.write(to.parent)


def _as_json(each: Proposal) -> dict[str, Any]:
    return {
        "duty": each.duty,
        **each.reads.model_dump(exclude={"truth"}),
        "disagreed": each.disagreed,
        "wilson": each.wilson,
        "exact": each.exact,
        "standing": each.standing,
        "because": each.because.worded(),
    }


def _show_proposals(found: list[Proposal]) -> None:
    table = Table(title="What the reads come to; intervals at 95%")
    for heading in ("Duty", "Lapses", "Read", "Right", "Cannot tell", "Disagreed", "Precision", "Wilson"):
        table.add_column(heading)
    for heading in ("Exact", "Proposed", "Because"):
        table.add_column(heading, overflow="fold")
    for each in found:
        reads = each.reads
        numbers = (reads.lapses, reads.reads, reads.right, reads.cannot_tell, each.disagreed)
        table.add_row(
            each.duty,
            *map(str, numbers),
            "none" if reads.precision is None else f"{reads.precision:.2f}",
            _between(each.wilson),
            _between(each.exact),
            each.standing,
            each.because.worded(),
        )
    Console().print(table)


def _between(limits: tuple[float, float] | None) -> str:
    return "" if limits is None else f"{limits[0]:.2f} to {limits[1]:.2f}"


def _say(found: Validity, *, format: Format) -> None:
    from assay.jobs import validity_pages
    from assay.jobs.validity import EVERYBODY, as_json

    if format is Format.JSON:
        typer.echo(json.dumps(as_json(found), ensure_ascii=False, indent=1))
        return
    for name in (EVERYBODY, *found.flaws):
        title = validity_pages.FLAWS.get(name, name)
        table = Table(title=f"Synthetic: {title}, {found.groups[name]:,} people")
        for heading in ("Duty", "Precision", "Recall", "Unknown", "Lapses held"):
            table.add_column(heading)
        for duty, tallies in found.duties.items():
            figures = validity_pages.figures(tallies[name], told=duty in found.told)
            table.add_row(duty, *figures, f"{tallies[name].lapses:,}")
        Console().print(table)


@contextmanager
def _refusals() -> Iterator[None]:
    console = Console(stderr=True)
    try:
        yield
    except Refused as refused:
        console.print(refused.message.worded())
        raise typer.Exit(REFUSED) from None
    except Unfit as unfit:
        reports.show(unfit.problems, console=console, title="Nothing was written.")
        raise typer.Exit(UNFIT) from None
