"""``assay prepare``: puts the duties into the database's language, so that no night has to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from assay.core.dates import LONDON


def prepare(
    as_at: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The day whose policy is meant; today if not given, or a demonstration's day.",
        ),
    ] = None,
) -> None:
    """Prepare the duties for the nights to come. Quick where that is done; else the first night does it."""
    from assay.assurance.duties import scripts
    from assay.core import policy as policies
    from assay.jobs import demonstrate
    from assay.jobs.django_setup import compiled_home

    place = compiled_home()
    from django.conf import settings

    usual = demonstrate.AS_AT if settings.DEMONSTRATION else datetime.now(tz=LONDON).date()
    script = scripts.script(policies.load(), on=as_at.date() if as_at else usual, folder=place)
    typer.echo(f"{len(script.versions)} duties are prepared in {len(script.steps)} statements.")
