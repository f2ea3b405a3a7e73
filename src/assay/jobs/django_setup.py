"""Starts Django for the commands that need it, and no sooner: the others stay quick."""

from __future__ import annotations

import os
from pathlib import Path


def ready() -> None:
    """Django is set up for this installation's side; a second call does nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assay.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


def records_home() -> Path:
    """Where this installation keeps its records."""
    ready()
    from django.conf import settings

    return Path(settings.HOME) / "records"
