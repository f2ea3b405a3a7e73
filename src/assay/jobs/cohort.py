"""``assay cohort``: hands the eligible cohort of an inspection over, sealed; checks it; and takes it in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from assay.core.errors import Problem, Refused, Unfit
from assay.core.messages import message
from assay.jobs import reports
from assay.jobs.django_setup import ready, records_home
from assay.jobs.load import REFUSED, UNFIT, bring_in

if TYPE_CHECKING:
    from assay.records.store import Snapshot

app = typer.Typer(no_args_is_help=True, help="Hand over, check or take in the cohort of an inspection.")

DAY = ["%Y-%m-%d"]
Key = Annotated[
    Path | None, typer.Option("--key", help="A file with the key both sides share, if there is one.")
]


@app.command()
def export(
    to: Annotated[Path, typer.Option(help="The folder to write. It must be empty or not there.")],
    region: Annotated[str, typer.Option(help="The region's code, for example N52.")],
    announced_on: Annotated[datetime, typer.Option(formats=DAY, help="Day of the announcement.")],
    fieldwork_on: Annotated[datetime, typer.Option(formats=DAY, help="First day of fieldwork.")],
    by: Annotated[str, typer.Option(help="User name of the records officer who hands it over.")],
    earliest: Annotated[int, typer.Option(help="Began at most this many weeks before fieldwork.")] = 32,
    latest: Annotated[int, typer.Option(help="Began at least this many weeks before fieldwork.")] = 27,
    key: Key = None,
) -> None:
    """Write the orders and licences that can be drawn, with the whole record of each, and seal them.

    Taken from the last records kept that speak for no day after the announcement. It holds no lapse, no score
    and nothing managers wrote in Assay. It is sealed, not encrypted: send it by a channel that is.
    """
    with _refusals():
        frame = hand_over(
            to,
            region=region,
            announced_on=announced_on.date(),
            fieldwork_on=fieldwork_on.date(),
            by=by,
            weeks_before=(earliest, latest),
            key=_key(key),
        )
    typer.echo(
        f"{len(frame.eligible):,} of {len(frame.considered):,} orders and licences considered are eligible "
        f"and are in {to}, as at {frame.as_at}. Sealed, not encrypted: send it by a channel that is."
    )


@app.command()
def check(folder: Path, key: Key = None) -> None:
    """Say whether a cohort is as it was sealed. Exit status 2 if not."""
    from assay.inspection.samples.cohorts import check_seal

    with _refusals():
        manifest = check_seal(folder, key=_key(key))
    typer.echo(
        f"As it was sealed: {manifest['eligible']:,} eligible orders and licences of {manifest['region']}."
    )


@app.command()
def load(folder: Path, key: Key = None) -> None:
    """Check the seal of a cohort, and load it as any extract is loaded. Exit status 2 if it is unfit."""
    with _refusals():
        facts = take_in(folder, key=_key(key))
    typer.echo(f"Loaded {facts['rows']['person']:,} people of the cohort, as at {facts['as_at']}.")


def hand_over(
    folder: Path,
    *,
    region: str,
    announced_on: date,
    fieldwork_on: date,
    by: str,
    weeks_before: tuple[int, int] | None = None,
    key: bytes | None = None,
) -> Any:
    """Export the cohort and log the disclosure; returns the frame. Only a records officer of the region may.

    The log says who was in the cohort. Which of them are drawn is never known on this side.
    """
    ready()
    from django.conf import settings
    from django.db import transaction

    from assay.access.accounts.models import User
    from assay.access.accounts.permissions import NOT_YOUR_ROLE, check_role
    from assay.access.accounts.roles import Role
    from assay.access.audit.actions import record
    from assay.access.audit.types import Subject, Verb, actor_of
    from assay.inspection.programmes.rules import WEEKS_BEFORE, check_weeks, start_window
    from assay.inspection.samples import cohorts
    from assay.records.store import is_synthetic, open_snapshot

    officer = User.objects.filter(username=by, is_active=True).first()
    if settings.SIDE != "service" or officer is None:
        raise Refused(NOT_YOUR_ROLE)
    check_role(officer, Role.RECORDS_OFFICER, unit_code=region)
    weeks = weeks_before or WEEKS_BEFORE
    check_weeks(weeks)
    home = records_home()
    with open_snapshot(_before(announced_on, home)) as reader, transaction.atomic():
        frame = cohorts.export(
            reader,
            folder,
            region_code=region,
            started_between=start_window(fieldwork_on, weeks_before=weeks),
            announced_on=announced_on,
            synthetic=is_synthetic(home) is not False,
            key=key,
        )
        record(
            Verb.DISCLOSURE,
            by=actor_of(officer),
            subject=[Subject("case", crn) for crn in sorted({each.case for each in frame.eligible})],
            what="The eligible cohort of an inspection was handed over",
            recipient="The inspectorate",
            details={"announced_on": announced_on, "region": region, "eligible": len(frame.eligible)},
        )
    return frame


def take_in(folder: Path, *, key: bytes | None = None) -> dict[str, Any]:
    """Check the seal, load the records by the door every extract comes by, and keep the list beside them."""
    from assay.inspection.samples import cohorts

    cohorts.check_seal(folder, key=key)
    facts = bring_in(folder, at_least=Fraction(0))  # each cohort is as large as its own inspection
    cohorts.keep_list(folder, home=records_home())
    return facts


def _before(announced_on: date, home: Path) -> Snapshot:
    """The last records kept that speak for no day after the announcement."""
    from assay.records.store import kept_pairs, latest_snapshot

    latest = latest_snapshot(home)
    known = [each.snapshot for each in kept_pairs(home)] + ([latest] if latest else [])
    fit = [each for each in known if each.as_at <= announced_on]
    if not fit:
        raise Unfit(
            [
                Problem(
                    file=str(home),
                    rule="records before the announcement",
                    message=message("No records are kept that end on or before {day}.", day=announced_on),
                    remedy=message("Load an extract of that day or an earlier one, then export again."),
                )
            ]
        )
    return max(fit, key=lambda each: each.as_at)


def _key(path: Path | None) -> bytes | None:
    return path.read_bytes().strip() if path else None


@contextmanager
def _refusals() -> Iterator[None]:
    """Turns a refusal into its sentence and exit status 3, and an unfit cohort into a report and 2."""
    try:
        yield
    except Unfit as unfit:
        reports.show(unfit.problems, console=Console(stderr=True), title="Nothing was changed.")
        raise typer.Exit(UNFIT) from None
    except Refused as refused:
        typer.echo(refused.message.worded(), err=True)
        raise typer.Exit(REFUSED) from None
