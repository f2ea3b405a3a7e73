"""``assay demonstrate``: fills an empty demonstration of either side, and leaves a full one as it is.

The service side gets an invented region, its night, the starting values that its regional lead adopted, and a
workload workbook; its records officer hands a cohort over. The inspectorate side takes that cohort in.
Nothing is made twice: each part is made only while it is missing, so what people did since stays.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from assay.jobs.django_setup import ready, records_home

if TYPE_CHECKING:
    from assay.access.accounts.demonstration import Place

AS_AT = date(2026, 2, 26)
"""The day of the demonstration's records. It is part of the seed: another day makes other people."""

PEOPLE, SEED = 2_000, 1
FIELDWORK_AFTER = timedelta(weeks=2)


def demonstrate(
    people: Annotated[int, typer.Option(help="How many invented people the region has.")] = PEOPLE,
) -> None:
    """Fill this side of a demonstration with invented people, if it is empty. Run it again at any time."""
    ready()
    from django.conf import settings

    if not settings.DEMONSTRATION:
        typer.echo(
            "This is no demonstration. Set ASSAY_DEMONSTRATION=1 in an installation of its own.", err=True
        )
        raise typer.Exit(2)
    fill = {"service": fill_service, "inspectorate": fill_inspectorate}[settings.SIDE]
    fill(people=people, tell=typer.echo)


def fill_service(*, people: int, tell: Callable[[str], None]) -> None:
    """Accounts, an invented region, its night, the windows adopted, a workbook, the cohort handed over."""
    from assay.access.accounts import demonstration
    from assay.records.store import pair_in_force

    demonstration.create(side="service", places=_places())
    if pair_in_force(records_home()) is None:
        _make_region(people, tell)
    _adopt_windows(tell)
    _take_workbook(tell)
    _hand_over(tell)


def fill_inspectorate(*, people: int, tell: Callable[[str], None]) -> None:
    """Accounts, and the cohort that the service handed over. ``people`` is the service's to use."""
    from assay.access.accounts import demonstration
    from assay.jobs import cohort
    from assay.records.store import latest_snapshot

    demonstration.create(side="inspectorate")
    if latest_snapshot(records_home()) is not None:
        return
    folder = _cohort_folder()
    if not folder.exists():
        tell("No cohort was handed over yet. Start the service side first.")
        return
    tell("Taking the cohort in")
    cohort.take_in(folder)


def _make_region(people: int, tell: Callable[[str], None]) -> None:
    from assay.jobs import load, night
    from assay.jobs.synthesise import write_region
    from assay.records.synthetic.region import synthesise

    console = Console(stderr=True)
    with TemporaryDirectory() as folder:
        tell(f"Inventing a region of {people:,} people")
        write_region(synthesise("West Midlands", people=people, as_at=AS_AT, seed=SEED), Path(folder))
        tell("Checking and loading its records")
        load.bring_in(Path(folder), console=console)
    tell("Running the first night: every case, every duty")
    night.make(console=console)


def _adopt_windows(tell: Callable[[str], None]) -> None:
    """The regional lead adopts the starting values, so that they may enter a queue (promise 4)."""
    from assay.access.accounts.models import User
    from assay.assurance.oversight.actions import adopt_window
    from assay.assurance.oversight.queries.windows import policy_values
    from assay.records.store import open_pair, pair_in_force
    from assay.records.synthetic.demonstration import REGION_CODE, REGION_LEAD_USERNAME

    pair = pair_in_force(records_home())
    assert pair is not None
    lead = User.objects.get(username=REGION_LEAD_USERNAME)
    with open_pair(pair) as reader:
        values = policy_values(reader, user=lead, region=REGION_CODE)
        if any(each.adopted_on for each in values):
            return
        tell("Adopting the starting values of the region")
        for each in values:
            if each.needs_adopting:
                adopt_window(reader, by=lead, region=REGION_CODE, window=each.window.name)


def _take_workbook(tell: Callable[[str], None]) -> None:
    """A workload workbook of the same teams, with staff of its own invention."""
    from assay.jobs.workbook import take_in
    from assay.records.store.workloads import workloads_in_force
    from assay.records.synthetic.workload_workbook import write_workbook

    if workloads_in_force(records_home()):
        return
    tell("Taking in a workload workbook")
    with TemporaryDirectory() as folder:
        file = Path(folder) / "workload.xlsx"
        write_workbook(file, as_at=AS_AT, seed=SEED, teams_per_pdu=2, officers_per_team=7)
        take_in(file)


def _hand_over(tell: Callable[[str], None]) -> None:
    from assay.jobs import cohort
    from assay.records.synthetic.demonstration import RECORDS_OFFICER_USERNAME, REGION_CODE

    folder = _cohort_folder()
    if folder.exists():
        return
    tell("Handing the cohort of an inspection over")
    cohort.hand_over(
        folder,
        region=REGION_CODE,
        announced_on=AS_AT,
        fieldwork_on=AS_AT + FIELDWORK_AFTER,
        by=RECORDS_OFFICER_USERNAME,
    )


def _cohort_folder() -> Path:
    """Between the two installations, where the demonstration's service leaves what it hands over."""
    from django.conf import settings

    return Path(settings.HOME).parent / "handed-over" / "cohort"


def _places() -> dict[str, Place]:
    """Where the demonstration's people work, and who they are in the synthetic region."""
    from assay.access.accounts.demonstration import Place as At
    from assay.records.synthetic import demonstration as region

    return {
        region.SPO_USERNAME: At(
            unit_code=region.TEAM_CODE,
            staff_code=region.SPO_STAFF_CODE,
            delius_username=region.SPO_USERNAME,
        ),
        region.PRACTITIONER_USERNAME: At(
            unit_code=region.TEAM_CODE,
            staff_code=region.PRACTITIONER_STAFF_CODE,
            delius_username=region.PRACTITIONER_USERNAME,
        ),
        region.OTHER_PRACTITIONER_USERNAME: At(
            unit_code=region.OTHER_TEAM_CODE,
            staff_code=region.OTHER_PRACTITIONER_STAFF_CODE,
            delius_username=region.OTHER_PRACTITIONER_USERNAME,
        ),
        region.HEAD_USERNAME: At(unit_code=region.PDU_CODE, delius_username=region.HEAD_USERNAME),
        region.REGION_LEAD_USERNAME: At(unit_code=region.REGION_CODE),
        region.LIMITED_ACCESS_USERNAME: At(
            unit_code=region.REGION_CODE, delius_username=region.LIMITED_ACCESS_USERNAME
        ),
        region.RECORDS_OFFICER_USERNAME: At(unit_code=region.REGION_CODE),
    }
