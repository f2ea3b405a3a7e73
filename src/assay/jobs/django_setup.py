"""Starts Django for the commands that need it, and no sooner: the others stay quick."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from assay.core.errors import Refused
from assay.core.messages import message


def ready() -> None:
    """Django is set up for this installation's side; a second call does nothing."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assay.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


@contextmanager
def throwaway(side: str) -> Iterator[None]:
    """This process serves an empty installation of a side, in SQLite and in a folder that goes at the end.

    Only where Django is not set up yet: a process serves one installation. The one it was asked from is not
    touched, whatever its database.
    """
    os.environ |= {"ASSAY_SIDE": side, "DATABASE_URL": ""}
    with TemporaryDirectory() as home:
        os.environ["ASSAY_HOME"] = home
        Path(home, side).mkdir()
        ready()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections.close_all()


def check_database() -> None:
    """``Refused`` where the application's database is behind the code: nothing is begun that cannot end."""
    ready()
    from django.conf import settings
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    behind = message("The database is not up to date. First run: assay migrate")
    if not Path(settings.HOME).is_dir():
        raise Refused(behind)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused(behind)


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
