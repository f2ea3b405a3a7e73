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


def compiled_home() -> Path:
    """Where the duties are kept in the database's language: beside the homes of both sides, which say the
    same, unless ``ASSAY_COMPILED`` names a folder."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assay.config.settings")
    from django.conf import settings

    return Path(os.environ.get("ASSAY_COMPILED") or Path(settings.HOME).parent / "compiled")
