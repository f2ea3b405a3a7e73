"""Commands that ready, serve and keep one installation: ``migrate``, ``serve``, ``seal``, ``verify-log``."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import django
import typer
from django.conf import settings

EVERY_SECOND = 1.0


def open_site() -> None:
    """Make Django ready. Called at the start of every command that touches the application database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assay.config.settings")
    django.setup()


def migrate() -> None:
    """Bring the database up to date and lay out what the pages load. May be run again at any time."""
    open_site()
    from django.core.management import call_command

    settings.HOME.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    typer.echo(f"The {settings.SIDE} side is up to date in {settings.HOME}.")


def serve(
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 8000,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="How many processes answer requests.")] = 1,
) -> None:
    """Serve this side's pages until stopped, and seal the log beside it."""
    open_site()
    from granian import Granian
    from granian.constants import Interfaces

    server = Granian(
        "assay.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        log_access=False,
        log_level="warning",
    )
    typer.echo(f"The {settings.SIDE} side is at http://{host}:{port}/")
    with _sealer():
        server.serve()


def seal(
    watch: Annotated[bool, typer.Option("--watch", help="Go on, once a second, until stopped.")] = False,
) -> None:
    """Chain the committed entries of the log that are not chained yet."""
    open_site()
    from assay.access.audit import sealing

    done = sealing.seal_all()
    if not watch:
        typer.echo(f"Sealed {done} entries.")
        return
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(EVERY_SECOND)
        _seal_once()


def verify_log(
    head: Annotated[str, typer.Option(help="A head noted earlier, which must still be in the chain.")] = "",
) -> None:
    """Read the whole chain of the log again. Exit status 1 if anything in it was changed."""
    open_site()
    from assay.access.audit import sealing

    found = sealing.verify(head=head or None)
    typer.echo(
        f"{found.sealed} entries sealed, {found.waiting} waiting, {found.disposed} with content disposed of."
    )
    typer.echo(f"Head: {found.head}")
    for fault in found.faults:
        typer.echo(f"Seal {fault.number or '-'}, entry {fault.entry or '-'}: {fault.rule}.")
    if not found.is_sound:
        raise typer.Exit(1)


def _seal_once() -> None:
    from django.db import DatabaseError, close_old_connections

    from assay.access.audit import sealing

    close_old_connections()
    try:
        sealing.seal()
    except DatabaseError as error:
        # Another sealer was first, or the database is away: the entries wait, and verify counts them.
        typer.echo(f"The log was not sealed this time ({type(error).__name__}); trying again.", err=True)


@contextmanager
def _sealer() -> Iterator[None]:
    """One sealer in a process of its own: a slow page must not hold it up, nor it a page."""
    command = [sys.executable, "-c", "from assay.jobs.site import seal; seal(watch=True)"]
    process = subprocess.Popen(command)  # noqa: S603 - our own interpreter and module
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=10)
