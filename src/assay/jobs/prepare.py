"""``assay prepare``: puts the duties into the database's language, so that no night has to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from assay.core.dates import LONDON


def prepare(
    as_at: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day whose policy is meant; today if not given."),
    ] = None,
) -> None:
    """Prepare the duties for the nights to come. Quick where that is done; else the first night does it."""
    from assay.assurance.duties import scripts
    from assay.core import policy as policies
    from assay.jobs.django_setup import compiled_home

    day = (as_at or datetime.now(tz=LONDON)).date()
    script = scripts.script(policies.load(), on=day, folder=compiled_home())
    typer.echo(f"{len(script.versions)} duties are prepared in {len(script.steps)} statements.")
