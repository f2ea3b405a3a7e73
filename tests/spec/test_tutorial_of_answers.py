"""The analyst's page says what its code does today: the code is run, and what it prints stands below it."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from assay.jobs.agreement import agreement
from assay.jobs.estimate import estimate

FOLDER = Path(__file__).parents[2] / "docs" / "tutorial"
PAGE = (FOLDER / "from-answers-to-a-chart.md").read_text("utf-8")
CODE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
SHELL = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
OUTPUT = re.findall(r"```text\n(.*?)```", PAGE, re.DOTALL)


def test_the_code_of_the_page_prints_what_stands_below_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(FOLDER / "answers", tmp_path / "answers")
    monkeypatch.chdir(tmp_path / "answers")
    (tmp_path / "answers" / "rates.svg").unlink()
    assert len(CODE) == 1
    exec(compile(CODE[0], "the page", "exec"), {})
    assert capsys.readouterr().out == OUTPUT[0]
    picture = (tmp_path / "answers" / "rates.svg").read_text("utf-8")
    assert "Synthetic: invented people." in picture
    assert picture == (FOLDER / "answers" / "rates.svg").read_text("utf-8")


@pytest.mark.parametrize("place", [0, 1])
def test_the_commands_of_the_page_print_what_stands_below_them(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER.parents[1])
    app: Any = typer.Typer()
    app.command("estimate")(estimate)
    app.command("agreement")(agreement)
    first, *words = shlex.split(SHELL[place].replace("\\\n", " "))
    assert first == ".venv/bin/assay"
    done = CliRunner().invoke(app, words, env={"COLUMNS": "160"})
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == OUTPUT[place + 1]


def test_every_person_of_the_files_is_marked_invented() -> None:
    for name in ("frame.csv", "answers.csv", "second-readings.csv"):
        heading, *rows = (FOLDER / "answers" / name).read_text("utf-8").splitlines()
        assert heading.endswith(",synthetic")
        assert all(row.endswith(",yes") for row in rows)
