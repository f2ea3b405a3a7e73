from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assay.core.errors import Unfit
from assay.core.standards import frameworks, load
from assay.core.standards.loading import FOLDER, read

DYNAMIC = "dynamic-public-protection-2025"


def test_every_shipped_framework_loads_and_is_frozen() -> None:
    assert DYNAMIC in frameworks()
    framework = load(DYNAMIC)
    with pytest.raises(AttributeError):
        framework.version = "2"  # type: ignore[misc]


def test_the_dynamic_framework_asks_what_its_sources_show() -> None:
    framework = load(DYNAMIC)
    assert [(each.code, len(list(framework.asked(each.code)))) for each in framework.instruments] == [
        ("core", 37),
        ("adjusted", 31),
        ("non_case", 8),
    ]
    assert not framework.ratings.used
    assert framework.question("E1").judges
    assert [each.value for each in framework.scale_of(framework.question("I2f"))] == ["yes", "no"]


def test_every_question_names_a_source_or_says_that_it_is_ours() -> None:
    framework = load(DYNAMIC)
    assert [each.code for each in framework.questions if not (each.source or each.ours)] == []
    ours = {each.code for each in framework.questions if each.ours}
    # What no source shows: the fourth planning prompt, delivery, reviewing, and the adjusted set.
    assert {"C2d", "C3a", "C4d", "A1a", "A4b"} <= ours
    assert not {"C1a", "C1b", "C2c", "I2f", "O1c", "E1"} & ours


def test_an_unknown_framework_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        load("no-such-framework")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER / DYNAMIC, tmp_path / DYNAMIC))


@pytest.mark.parametrize(
    ("file", "old", "new", "rule", "says"),
    [
        ("framework.yaml", "version:", "colour: red\nversion:", "unexpected_keyword_argument", "colour"),
        ("framework.yaml", "id: dynamic", "id: other", "id is the folder", "lies in the folder"),
        ("framework.yaml", "2025-10-02", "yesterday", "date_from_datetime_parsing", "effective_on"),
        ("framework.yaml", "closed_on: null", "closed_on: 2025-10-01", "dates in order", "before it takes"),
        ("framework.yaml", "[C1, C2, I1", "[C1, C9, I1", "key question exists", "C9, which is nowhere"),
        ("framework.yaml", "domain: PP,", "domain: QQ,", "domain exists", "no domain QQ"),
        ("core.yaml", "code: C1b", "code: C1a", "codes are unique", "used 2 times"),
        ("core.yaml", "        ours: true\n", "", "source or ours", "names no source"),
        ("core.yaml", "key_questions:", "questions:", "unknown key", "only a list"),
        ("shared.yaml", "{answer: I1a,", "{answer: I9z,", "name exists", "no I9z"),
        ("shared.yaml", "{answer: I1a,", "{answer: O1a,", "condition looks back", "does not ask before"),
        (
            "shared.yaml",
            'one_of: ["yes"], otherwise',
            'one_of: ["maybe"], otherwise',
            "value exists",
            "maybe",
        ),
        (
            "shared.yaml",
            "necessary in this case}",
            "necessary in this case, at_most: 3}",
            "one_of or at_most",
            "either",
        ),
        ("routing.yaml", "default: core", "default: corr", "instrument exists", "no such instrument"),
        ("routing.yaml", "fact: licence_days", "fact: licence_years", "name exists", "licence_years"),
        ("facts.yaml", "kind: choice", "kind: chance", "literal_error", "facts"),
        ("facts.yaml", "facts:", "facts: [", "not YAML", "facts.yaml"),
    ],
)
def test_nonsense_is_refused_with_its_place(
    folder: Path, file: str, old: str, new: str, rule: str, says: str
) -> None:
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(Unfit) as refused:
        read(folder)
    problems = refused.value.problems
    assert rule in {each.rule for each in problems}
    assert any(says in each.message.worded() for each in problems)
    assert all(each.remedy.worded() for each in problems)


@pytest.mark.parametrize("file", ["framework.yaml", "facts.yaml", "routing.yaml"])
def test_a_missing_file_is_named(folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(Unfit) as refused:
        read(folder)
    assert [(each.file, each.rule) for each in refused.value.problems] == [(file, "missing file")]


def test_the_findings_beside_it_are_left_alone(folder: Path) -> None:
    (folder / "findings.yaml").write_text("anything: [at, all]", "utf-8")
    assert read(folder).id == DYNAMIC
