"""The three things ``start.py`` can be asked for."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from startup.environment import install_extra, set_up
from startup.servers import seed, serve
from startup.steps import Failure, say
from startup.testing import test

DESCRIPTION = """Sets Assay up and serves its demonstration: the service and the inspectorate, side by side.
A second run is quick and keeps what people did."""


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 done, 1 something failed, 130 interrupted."""
    # Python keeps what it compiles, whatever the shell says: what it starts begins sooner.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    choices, for_pytest = _parser().parse_known_args(arguments)
    if for_pytest and choices.command != "test":
        _parser().error(f"unknown: {' '.join(for_pytest)}")
    try:
        return _do(choices, for_pytest)
    except Failure as failure:
        say(f"\n{failure}\n\nWhat to do next: {failure.remedy}")
        return 1
    except KeyboardInterrupt:
        say("\nStopped. Nothing is lost; run the same command to go on.")
        return 130


def _do(choices: argparse.Namespace, for_pytest: Sequence[str]) -> int:
    say("Assay: setting up")
    set_up(development=choices.command == "test")
    if choices.command == "test":
        return test(for_pytest, long=choices.long)
    if choices.command == "setup":
        if choices.spark:
            install_extra("spark")
        say("Assay is set up. Its command is .venv/bin/assay; python3 start.py serves the demonstration.")
        return 0
    seed()
    return serve()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="start.py", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", metavar="setup | test")
    setup = commands.add_parser("setup", help="set up and stop there")
    setup.add_argument("--spark", action="store_true", help="Apache Spark too, an extra of some 600 MB")
    tests = commands.add_parser("test", help="set up, then run every check and test; more words go to pytest")
    tests.add_argument("--long", action="store_true", help="the long tests too")
    return parser
