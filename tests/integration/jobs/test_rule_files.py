"""Rules of a region's own, given to a command: what cannot be read is a sentence and status 2."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.jobs import cli

RUNNER = CliRunner()
cli.add_commands(["tier", "workload"])
COMMANDS = (("tier", "v2", "--rules"), ("tier", "v3", "--rules"), ("workload", "--points"))


def told(words: tuple[str, ...], path: Path) -> str:
    *command, option = words
    found = RUNNER.invoke(cli.app, [*command, "-", option, str(path)], input='[{"id": "X1"}]')
    assert found.exit_code == 2
    assert found.stdout == ""
    return " ".join(found.stderr.split())


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_file_that_is_not_there_is_named(words: tuple[str, ...], tmp_path: Path) -> None:
    said = "own.yaml, the file: there is no such file to read."
    assert told(words, tmp_path / "own.yaml") == f"{said} Correct the table and run the command again."


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("content", [b"\xff", b"a: [", b"just words"], ids=["no text", "no yaml", "no rules"])
def test_a_file_of_something_else_is_named(words: tuple[str, ...], content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(content)
    assert told(words, path).startswith("own.yaml, the file: ")
