"""What the first visitor would otherwise wait for, done as a worker starts."""

from __future__ import annotations

import atexit
import gc

from django.conf import settings
from django.urls import get_resolver

from assay.records.store import open_pair, pair_in_force
from assay.web.rendering import compile_templates


def warm() -> None:
    """Imports every view and what it stands on, compiles the templates, and opens the pair in force. What is
    there by then stays, so the collector of garbage need not go through it at every turn."""
    get_resolver().url_patterns  # noqa: B018 - asking imports the views
    compile_templates()
    if settings.SIDE == "service":
        _open_records()
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)


def _open_records() -> None:
    # The service's room is not installed on the inspectorate's side.
    from assay.assurance.oversight.queries.preparing import prepare

    pair = pair_in_force(settings.HOME / "records")
    if pair is not None:
        with open_pair(pair) as reader:
            prepare(reader)
