"""The page on writing a framework: its files can be used, and what it prints is what is printed."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.core.standards.loading import read
from assay.core.standards.scoring import Stored, score
from assay.jobs.standards import app
from tests.spec.test_frameworks_command import readings, rows

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "write-your-own-framework.md").read_text("utf-8")
BLOCK = re.compile(r"^ *```(\w+)(?: title=\"(.+?)\")?\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
BLOCKS = {title: textwrap.dedent(body) for kind, title, body in BLOCK.findall(PAGE)}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "invented-region-2026"
    made.mkdir()
    for name in ("framework.yaml", "facts.yaml", "routing.yaml", "questions.yaml"):
        (made / name).write_text(BLOCKS[name], "utf-8")
    return made


def checked(folder: Path) -> str:
    done = CliRunner().invoke(app, ["check", str(folder)])
    return f"$ assay standards check {folder.name}\n{done.output}"


def test_its_files_can_be_used_and_the_command_says_so(folder: Path) -> None:
    assert checked(folder) == BLOCKS["put right"]
    framework = read(folder)
    assert [each.code for each in framework.counted] == ["Q1"]
    low = score(framework, Stored(id="R1", facts={"rosh": "low"}, answers={"K1": "yes"}))
    assert (low.judged, low.unanswered) == ({"K1": "yes", "K2": None}, ("K1a", "K2"))


def test_its_slips_are_told_as_the_page_says(folder: Path) -> None:
    for name, old, new in (
        ("framework.yaml", "key_questions: [K1], rule", "key_questions: [K3], rule"),
        ("questions.yaml", "fact: rosh", "fact: ros"),
        ("routing.yaml", "default: case", "default: cases"),
    ):
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), "utf-8")
    assert checked(folder) == BLOCKS["with a slip in three files"]


def test_the_report_of_the_page_is_that_of_the_command(tmp_path: Path) -> None:
    path = tmp_path / "readings.json"
    path.write_text(json.dumps(readings()), "utf-8")
    done = CliRunner().invoke(app, ["rescore", str(path), "--as", "pdu-2021", "--format", "csv"])
    shown = BLOCKS[""].splitlines()[1:]
    assert len(shown) == 8
    assert [line for line in done.stdout.splitlines() if line in shown] == shown
    assert rows("rescore", path, "--as", "pdu-2021")
