from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assay.core.standards import frameworks, load
from assay.core.standards.changes import differences
from assay.core.standards.loading import FOLDER, read

ID = "crc-2018"


def sentences(old: str, new: str) -> list[str]:
    return [each.said.worded() for each in differences(load(old), load(new))]


@pytest.mark.parametrize("id", frameworks())
def test_nothing_differs_from_itself(id: str) -> None:
    assert differences(load(id), load(id), with_sources=True) == ()


def test_what_2023_changed_is_told_in_sentences() -> None:
    said = sentences("pdu-2021", "pdu-2023")
    assert "The standard P1.4 is gone: Information and facilities." in said
    assert "The standard fifth_case_std is gone: Fifth casework standard." in said
    assert "The standard P1.2, title: was Staff, is Staffing." in said
    assert "The standard P2.1 is new: Assessment." in said
    assert (
        "The instrument organisation, key questions: loses 1.4.1, 1.4.2, 1.4.3, 1.4.4; gains nothing." in said
    )
    assert "The framework pdu-2023, closed on: was 2023-10-01, is nothing." in said
    assert not any("2.1.1" in each for each in said)


def test_there_and_back_are_opposites() -> None:
    there = differences(load("crc-2018"), load("nps-2018"))
    back = differences(load("nps-2018"), load("crc-2018"))
    opposite = {"added": "removed", "removed": "added", "changed": "changed", "moved": "moved"}
    assert {(each.part, each.code, opposite[each.kind]) for each in there if each.part != "framework"} == {
        (each.part, each.code, each.kind) for each in back if each.part != "framework"
    }
    assert {each.kind for each in there} == {"added", "removed", "changed"}


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        (
            "routing.yaml",
            "one_of: [unpaid_work]",
            "one_of: [unpaid_work, resettlement]",
            "The routing rule to unpaid_work, because an unpaid work requirement is read, when: "
            "was work_read is unpaid_work, is work_read is unpaid_work or resettlement.",
        ),
        (
            "facts.yaml",
            "must_answer: true",
            "must_answer: false",
            "The fact work_read, must answer: was yes, is no.",
        ),
        (
            "facts.yaml",
            "{value: resettlement, label: Work before and after release}",
            "{value: resettlement, label: Release}",
            "The fact work_read, choices: was Supervision of the case, Unpaid work, Work before and after "
            "release, is Supervision of the case, Unpaid work, Release.",
        ),
        (
            "framework.yaml",
            "code: D4, title: Work of the CRC",
            "code: D4, title: Work of companies",
            "The domain D4, title: was Work of the CRC, is Work of companies.",
        ),
    ],
)
def test_one_change_is_one_sentence(tmp_path: Path, file: str, old: str, new: str, sentence: str) -> None:
    folder = Path(shutil.copytree(FOLDER / ID, tmp_path / ID))
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), "utf-8")
    assert [each.said.worded() for each in differences(load(ID), read(folder))] == [sentence]


def test_another_order_is_told_as_such(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER / ID, tmp_path / ID))
    path = folder / "framework.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    first = next(number for number, line in enumerate(lines) if 'code: "1.1"' in line)
    lines[first], lines[first + 1] = lines[first + 1], lines[first]
    path.write_text("".join(lines), "utf-8")
    found = differences(load(ID), read(folder))
    assert [(each.part, each.code, each.kind) for each in found] == [
        ("standard", "1.2", "moved"),
        ("standard", "1.1", "moved"),
    ]
    assert found[0].said.worded() == "The standard 1.2 has another place in the order."
