"""``assay synthesise``: writes a synthetic region, or a whole service, as extracts, and beside each the truth
behind it."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import pyarrow.parquet as pq
import typer

from assay.core.messages import message
from assay.jobs import national_synthesis
from assay.jobs.national_synthesis import MADE_BY, TRUTH
from assay.records.sources import write_folder
from assay.records.synthetic import demonstration, marginals, national
from assay.records.synthetic.region import FEWEST, MOST, Region
from assay.records.synthetic.region import synthesise as make_region

ONE_REGION = 26_000


def synthesise(
    to: Annotated[Path, typer.Option(help="The folder to write. It is made if it is not there.")],
    as_at: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day the records speak for.")],
    region: Annotated[str, typer.Option(help="The region whose shape to take.")] = "West Midlands",
    people: Annotated[
        int | None,
        typer.Option(
            min=FEWEST, max=national.MOST,
            help=f"How many people: in a region all of them, {ONE_REGION:,} if not said; in a service those "
            f"under supervision on the day, {marginals.LIVE:,} if not said.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 1,
    csv: Annotated[bool, typer.Option("--csv", help="CSV files instead of Parquet; for one region.")] = False,
    real_unit_names: Annotated[
        bool, typer.Option("--real-unit-names", help="The region's own unit names; people stay invented.")
    ] = False,
    whole: Annotated[
        bool, typer.Option("--national", help="A whole service: twelve regions, each a folder of its own.")
    ] = False,
    text: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Of a service: the share of people with words.")
    ] = 0.0,
    processes: Annotated[
        int, typer.Option(min=1, max=12, help="Of a service: how many regions are made at a time.")
    ] = 2,
) -> None:  # fmt: skip
    """Write a synthetic region or service: invented people, exactly in the record standard."""
    if whole:
        many = people or marginals.LIVE
        if not national.FEWEST <= many <= national.MOST:
            raise typer.BadParameter(f"a service has {national.FEWEST:,} to {national.MOST:,} people")
        if csv:
            raise typer.BadParameter("a service is written as Parquet alone")
        _service(
            to, many, as_at.date(), seed, real_unit_names=real_unit_names, text=text, processes=processes
        )
        return
    many = people or ONE_REGION
    if many > MOST:
        raise typer.BadParameter(f"a region has {FEWEST:,} to {MOST:,} people")
    made = make_region(region, people=many, as_at=as_at.date(), seed=seed, real_names=real_unit_names)
    write_region(made, to, as_csv=csv)
    rows = sum(each.num_rows for each in made.tables.values())
    done = message(
        "{people} invented people in {rows} rows are in {folder}. "
        "The truth behind them is in {truth}; do not load it.",
        people=many,
        rows=rows,
        folder=str(to),
        truth=str(to / TRUTH),
    )
    typer.echo(done.worded())


def _service(
    to: Path, people: int, as_at: date, seed: int, *, real_unit_names: bool, text: float, processes: int
) -> None:
    for written in national_synthesis.write_service(
        to, people=people, as_at=as_at, seed=seed, text=text, processes=processes, real_names=real_unit_names
    ):
        said = message(
            "{region}: {people} people, {contacts} contacts in {folder}",
            region=written.name,
            people=f"{written.rows['person']:,}",
            contacts=f"{written.rows['contact']:,}",
            folder=str(written.folder),
        )
        typer.echo(said.worded())
    done = message(
        "Load the folders one after another. The truth behind each is in its folder {truth}; do not load it.",
        truth=TRUTH,
    )
    typer.echo(done.worded())


def write_region(region: Region, folder: Path, *, as_csv: bool = False) -> None:
    """Writes the extract, and the truth in a folder of its own that readers leave alone."""
    write_folder(
        region.tables,
        folder,
        provider=demonstration.REGION_CODE,
        as_at=region.as_at,
        synthetic=True,
        as_csv=as_csv,
        made_by=MADE_BY,
    )
    shutil.rmtree(folder / TRUTH, ignore_errors=True)
    (folder / TRUTH).mkdir()
    for name, table in region.truth.items():
        pq.write_table(table, folder / TRUTH / f"{name}.parquet", compression="zstd")
