"""``assay synthesise``: writes a synthetic region as an extract, and the truth behind it beside it."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Annotated

import pyarrow.parquet as pq
import typer

from assay.core.messages import message
from assay.records.sources import write_folder
from assay.records.synthetic import demonstration
from assay.records.synthetic.region import FEWEST, MOST, Region
from assay.records.synthetic.region import synthesise as make_region

TRUTH = "truth"
"""The folder, inside the extract's, that holds what a test may know and nobody else: it is never loaded."""

MADE_BY = "assay synthesise"


def synthesise(
    to: Annotated[Path, typer.Option(help="The folder to write. It is made if it is not there.")],
    as_at: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day the records speak for.")],
    region: Annotated[str, typer.Option(help="The region whose shape to take.")] = "West Midlands",
    people: Annotated[int, typer.Option(min=FEWEST, max=MOST, help="How many people.")] = 26_000,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 1,
    csv: Annotated[bool, typer.Option("--csv", help="CSV files instead of Parquet.")] = False,
    real_unit_names: Annotated[
        bool, typer.Option("--real-unit-names", help="The region's own unit names; people stay invented.")
    ] = False,
) -> None:
    """Write a synthetic region: invented people, exactly in the record standard."""
    made = make_region(region, people=people, as_at=as_at.date(), seed=seed, real_names=real_unit_names)
    write_region(made, to, as_csv=csv)
    rows = sum(each.num_rows for each in made.tables.values())
    done = message(
        "{people} invented people in {rows} rows are in {folder}. "
        "The truth behind them is in {truth}; do not load it.",
        people=people,
        rows=rows,
        folder=str(to),
        truth=str(to / TRUTH),
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
