from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assay.core.errors import Unfit
from assay.core.standards import load
from assay.core.standards.changes import differences, digest
from assay.core.standards.loading import EARLIER, FOLDER, folder_of, loaded, read, versions

ID = "pdu-2023"


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A folder with version 2 of a framework, and version 1 among the earlier ones."""
    present = Path(shutil.copytree(FOLDER / ID, tmp_path / ID))
    shutil.copytree(FOLDER / ID, present / EARLIER / "1")
    path = present / "framework.yaml"
    text = path.read_text("utf-8").replace('version: "1"', 'version: "2"')
    path.write_text(text.replace("title: Staffing", "title: Staff and staffing"), "utf-8")
    return tmp_path


def test_a_reading_gets_the_version_it_was_made_under(two: Path) -> None:
    assert versions(ID, folder=two) == ("2", "1")
    assert loaded(two, ID, "1").standard("P1.2").title == "Staffing"
    assert loaded(two, ID, "2").standard("P1.2").title == "Staff and staffing"
    assert loaded(two, ID).version == "2"
    assert folder_of(ID, "1", folder=two) == two / ID / EARLIER / "1"
    assert folder_of(ID, "2", folder=two) == folder_of(ID, folder=two) == two / ID


@pytest.mark.parametrize("version", ["3", "", "2 "])
def test_a_version_that_is_not_here_is_never_taken_for_another(two: Path, version: str) -> None:
    with pytest.raises(Unfit) as refused:
        loaded(two, ID, version)
    problem = refused.value.problems[0]
    assert problem.rule == "version exists"
    assert "is not here, only 2, 1" in problem.message.worded()


def test_an_earlier_folder_that_holds_another_version_is_not_taken(two: Path) -> None:
    (two / ID / EARLIER / "1").rename(two / ID / EARLIER / "0")
    with pytest.raises(Unfit):
        loaded(two, ID, "0")


def test_the_shipped_frameworks_are_version_1() -> None:
    assert load(ID, "1") is load(ID)
    assert versions(ID) == ("1",)
    with pytest.raises(Unfit):
        load(ID, "2")
    with pytest.raises(KeyError):
        load("pdu-2032", "1")


@pytest.mark.parametrize(
    ("file", "old", "new", "is_pinned"),
    [
        ("framework.yaml", "title: Staffing", "title: Staff", True),
        ("framework.yaml", "rule: judgement", "rule: not_rated", True),
        ("framework.yaml", "key_questions: [1.3.1, 1.3.2", "key_questions: [1.3.2, 1.3.1", True),
        ("routing.yaml", "one_of: [court_report]", "one_of: [resettlement]", True),
        ("facts.yaml", "must_answer: true", "must_answer: false", True),
        (
            "framework.yaml",
            "closed_on: null",
            "closed_on: 2027-01-01\nclosed_source: x\nclosed_confidence: ours",
            False,
        ),
        ("framework.yaml", "source: The inspectorate's own", "source: The", False),
        ("framework.yaml", "confidence: recalled_high\nratings", "confidence: ours\nratings", False),
        ("framework.yaml", "succeeds_note: Every", "succeeds_note: Each", False),
    ],
)
def test_what_a_version_pins_and_what_may_be_put_right(
    tmp_path: Path, file: str, old: str, new: str, is_pinned: bool
) -> None:
    folder = Path(shutil.copytree(FOLDER / ID, tmp_path / ID))
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")
    changed = read(folder)
    assert (digest(changed) != digest(load(ID))) is is_pinned
    said = [each for each in differences(load(ID), changed) if each.field != "closed_on"]
    assert bool(said) is is_pinned
    assert differences(load(ID), changed, with_sources=True)
