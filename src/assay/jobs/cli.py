"""The command line: ``assay COMMAND``. Each command is a function of a module in this package."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterable

import typer

# The module of each command; its function has the command's own name.
COMMANDS = {
    "load": "load",
    "fetch": "fetch",
    "events": "events",
    "workbook": "workbook",
    "synthesise-workbook": "workbook",
    "synthesise": "synthesise",
    "night": "night",
    "prepare": "prepare",
    "lapses": "lapses",
    "trend": "trend",
    "what-if": "what_if",
    "link": "link",
    "policy": "policy",
    "coverage": "coverage",
    "calibrate": "calibrate",
    "validate": "validate",
    "cohort": "cohort",
    "standards": "standards",
    "rate": "rate",
    "sample": "sample",
    "estimate": "estimate",
    "agreement": "agreement",
    "tier": "tier",
    "workload": "workload",
    "demonstrate": "demonstrate",
    "replay": "replay",
    "migrate": "site",
    "serve": "site",
    "seal": "site",
    "verify-log": "site",
}

app = typer.Typer(
    name="assay",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _one_of_many() -> None:
    """Tests probation practice against the standards that keep people safe."""


def add_commands(names: Iterable[str] = COMMANDS) -> None:
    """Adds each command whose module is there: the module's ``app`` if it has one, else its function."""
    for name in names:
        path = f"assay.jobs.{COMMANDS[name]}"
        if importlib.util.find_spec(path) is None:
            continue
        module = importlib.import_module(path)
        if isinstance(getattr(module, "app", None), typer.Typer):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(getattr(module, name.replace("-", "_")))


def main() -> None:
    """What ``assay`` runs. Only the command asked for is imported; all of them where help is."""
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    add_commands((asked,) if asked in COMMANDS else COMMANDS)
    app()
