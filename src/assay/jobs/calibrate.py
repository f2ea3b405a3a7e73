"""``assay calibrate``: how often each duty is right in a synthetic region, as the record it stands by."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.table import Table

from assay.core.dates import london_day

if TYPE_CHECKING:
    import pyarrow as pa

    from assay.assurance.duties.calibration import Calibration, Reads
    from assay.records.store import Pair

AS_AT = "2026-02-26"
HEAD = (
    "# Made by `assay calibrate`, never by hand. A duty is on only if this says that it was right at least\n"
    "# half of the time on fifty reads. Synthetic: lapses of invented people, looked up in their truth.\n"
)
SAID = (
    "Synthetic. Shows that the duties find what was planted in an invented region. It says nothing about "
    "precision in a real region, which has to read fifty of its own lapses for each duty."
)


def calibrate(
    to: Annotated[Path, typer.Option(help="The file to write the record to.")],
    people: Annotated[int, typer.Option(min=150, max=95_000, help="How many invented people.")] = 5_000,
    seed: Annotated[int, typer.Option(min=0, help="The seed of the region, not the demonstration's.")] = 50,
    as_at: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The day of the region's records.")
    ] = datetime.fromisoformat(AS_AT),  # noqa: B008
    reads: Annotated[int, typer.Option(min=1, help="How many lapses of each duty to judge.")] = 50,
    draw_seed: Annotated[int, typer.Option(min=0, help="The seed of the draw of lapses.")] = 1,
    duty: Annotated[
        list[str] | None, typer.Option(help="Read this duty, and no others but those named so; else all.")
    ] = None,
) -> None:
    """Make an invented region, run its night, draw lapses of each duty and look them up in the truth. A duty
    that is not read stays on trial."""
    from assay.assurance.duties.calibration import Calibration, Region

    day = as_at.date()
    with TemporaryDirectory() as folder:
        policy, found = region_judged(Path(folder), people=people, seed=seed, as_at=day)
    record = Calibration(
        kind="synthetic",
        said=SAID,
        made_on=london_day(datetime.now(UTC)),
        assay=metadata.version("assay"),
        policy=policy,
        draw_seed=draw_seed,
        region=Region(people=people, seed=seed, as_at=day),
        duties=counted(found, reads=reads, seed=draw_seed, only=duty or ()),
    )
    body = yaml.safe_dump(record.model_dump(), sort_keys=False, allow_unicode=True, width=110)
    to.write_text(HEAD + body, encoding="utf-8")
    show(record)


def region_judged(
    folder: Path, *, people: int, seed: int, as_at: date
) -> tuple[str, Mapping[str, Mapping[str, bool | None]]]:
    """The version of the policy, and every lapse of a fresh region by duty with what the truth says of it."""
    from assay.jobs import judging
    from assay.records.store import open_pair

    truth, pair = invented(folder, people=people, seed=seed, as_at=as_at)
    with open_pair(pair) as reader:
        return str(pair.night.versions["policy"]), judging.judged(reader, truth, on=as_at)


def invented(folder: Path, *, people: int, seed: int, as_at: date) -> tuple[dict[str, pa.Table], Pair]:
    """The truth of a fresh region, and its records with their night, in the folder."""
    from assay.jobs import load, night
    from assay.jobs.synthesise import write_region
    from assay.records.synthetic.region import synthesise

    made = synthesise("West Midlands", people=people, as_at=as_at, seed=seed)
    write_region(made, folder / "extract")
    load.bring_in(folder / "extract", home=folder / "records")
    return made.truth, night.make(folder / "records")


def counted(
    found: Mapping[str, Mapping[str, bool | None]], *, reads: int, seed: int, only: Collection[str] = ()
) -> dict[str, Reads]:
    """Draws lapses of each duty, in an order the seed fixes, until enough could be judged. None are drawn
    where the truth cannot tell of a single one, or of a duty that is not among those asked for."""
    from assay.assurance.duties.calibration import Reads, share
    from assay.assurance.duties.catalogue import duties
    from assay.jobs.truths import TRUTHS

    made = {}
    for duty in duties():
        lapses = found.get(duty.code, {})
        order = sorted(lapses)
        Random(f"{seed} {duty.code}").shuffle(order)  # noqa: S311
        can_tell = any(each is not None for each in lapses.values()) and (not only or duty.code in only)
        drawn = until(order, lapses, reads=reads) if can_tell else []
        said = [lapses[each] for each in drawn]
        right, wrong = said.count(True), said.count(False)
        made[duty.code] = Reads(
            version=duty.version,
            lapses=len(lapses),
            drawn=len(drawn),
            reads=right + wrong,
            right=right,
            cannot_tell=said.count(None),
            precision=share(right, right + wrong),
            truth=TRUTHS[duty.code].says,
        )
    return made


def until(order: list[str], lapses: Mapping[str, Any], *, reads: int) -> list[str]:
    """The front of the order that holds so many lapses that can be judged; all of it if it holds fewer."""
    judged = 0
    for place, each in enumerate(order):
        if judged == reads:
            return order[:place]
        judged += lapses[each] is not None
    return order


def show(record: Calibration) -> None:
    table = Table(title="Synthetic calibration")
    for heading in ("Duty", "Lapses", "Drawn", "Read", "Right", "Cannot tell", "Precision", "At the lowest"):
        table.add_column(heading)
    for code, each in record.duties.items():
        numbers = (each.lapses, each.drawn, each.reads, each.right, each.cannot_tell)
        table.add_row(code, *map(str, (*numbers, each.precision, each.lowest)))
    Console().print(table)
