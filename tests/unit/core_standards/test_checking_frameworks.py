"""What is wrong with a framework somebody wrote is told in a sentence, with its file and place."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from assay.core.errors import Unfit
from assay.core.standards.loading import read

FOLDER = Path(__file__).parents[2] / "spec" / "frameworks" / "twelve-and-one"
WRONG = yaml.safe_load((Path(__file__).parent / "what_is_wrong.yaml").read_text("utf-8"))
CONDITION = "questions: [{code: q1, text: Asked?, ours: true, applies_when: [%s]}]"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / FOLDER.name))


def told(folder: Path) -> list[str]:
    with pytest.raises(Unfit) as unfit:
        read(folder)
    assert all(each.remedy.worded() for each in unfit.value.problems)
    return [each.message.worded() for each in unfit.value.problems]


def change(folder: Path, file: str, old: str, new: str, times: int = 1) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, times), "utf-8")


def test_it_can_be_used_before_anything_is_changed(folder: Path) -> None:
    assert read(folder).id == "twelve-and-one"


@pytest.mark.parametrize("case", WRONG, ids=lambda case: case["says"][:60])
def test_what_is_wrong_is_told_in_a_sentence(folder: Path, case: dict[str, str]) -> None:
    change(folder, case["file"], case["old"], case["new"])
    assert case["says"] in told(folder)


@pytest.mark.parametrize(
    ("condition", "clause"),
    [
        ("{one_of: [a], otherwise: o}", "a condition names one answer or one fact, not both or neither"),
        (
            "{fact: kind, answer: 2.1.1, one_of: [a], otherwise: o}",
            "a condition names one answer or one fact, not both or neither",
        ),
        ("{fact: kind, otherwise: o}", "a condition has either one_of or at_most"),
        ("{fact: days, one_of: [a], at_most: 3, otherwise: o}", "a condition has either one_of or at_most"),
        ("{fact: kin, one_of: [a], otherwise: o}", "there is no kin to depend on; kind may be meant"),
        ("{fact: kind, one_of: [c], otherwise: o}", "c is not a value of kind, which has a, b"),
        ("{fact: flag, one_of: [a], otherwise: o}", "a is not a value of flag, which has false, true"),
        ("{fact: days, one_of: [a], otherwise: o}", "days is a number and is compared by at_most"),
        ("{fact: kind, at_most: 3, otherwise: o}", "at_most is for a number, which kind is not"),
        ("{fact: kind, one_of: [a]}", "a condition has no 'otherwise' to show a reader"),
        (
            "{fact: maybe, one_of: [true], otherwise: o}",
            "it depends on the fact maybe, which nobody has to establish",
        ),
        (
            '{answer: 2.2.1, one_of: ["yes"], otherwise: o}',
            "it depends on 2.2.1, which everything does not ask before it",
        ),
    ],
)
def test_a_condition_that_cannot_be_settled_is_told(folder: Path, condition: str, clause: str) -> None:
    change(folder, "questions.yaml", "questions: []", CONDITION % condition)
    assert f"questions.yaml, q1: {clause}." in told(folder)


@pytest.mark.parametrize(
    "condition",
    [
        "{fact: kind, one_of: [a], otherwise: o}",
        "{fact: days, at_most: 3, otherwise: o}",
        "{fact: flag, one_of: [false], otherwise: o}",
    ],
)
def test_a_condition_that_can_be_settled_is_let_be(folder: Path, condition: str) -> None:
    change(folder, "questions.yaml", "questions: []", CONDITION % condition)
    assert read(folder).question("q1").applies_when


def test_everything_that_is_wrong_is_told_at_once(folder: Path) -> None:
    change(folder, "framework.yaml", "domain: D4", "domain: D44")
    change(folder, "routing.yaml", "default: everything", "default: anything")
    change(folder, "facts.yaml", "code: flag", "code: days")
    assert len(told(folder)) == 5


def test_a_fault_in_a_shared_part_names_the_part(folder: Path) -> None:
    change(folder, "framework.yaml", "uses: [rating-rules]", "uses: [rating-rules, unpaid-work]")
    said = told(folder)
    assert "framework.yaml, 4.1.1: no instrument asks it." not in said
    assert "framework.yaml, 4.1.2: no instrument asks it." in said
    assert (
        "parts/unpaid-work.yaml, 4.1.2: its scale has does_not_apply, which the framework's scale has not."
        in said
    )


def test_a_key_question_and_a_question_do_not_share_a_code(folder: Path) -> None:
    change(folder, "framework.yaml", "    key_questions: [2.1.1,", "    key_questions: [group, 2.1.1,")
    change(
        folder,
        "questions.yaml",
        "key_questions:",
        "key_questions:\n  - {code: group, title: t, text: t, ours: true, "
        "questions: [{code: group, text: t, ours: true}]}",
    )
    assert told(folder) == ["questions.yaml, group: the code is used for a key question and for a question."]


def test_one_file_can_hold_all_of_it(folder: Path, tmp_path: Path) -> None:
    whole = yaml.safe_load((folder / "framework.yaml").read_text("utf-8"))
    whole["routing"] = yaml.safe_load((folder / "routing.yaml").read_text("utf-8"))
    for name, key in (("facts.yaml", "facts"), ("questions.yaml", "key_questions")):
        whole[key] = yaml.safe_load((folder / name).read_text("utf-8"))[key]
    path = tmp_path / "twelve-and-one.yaml"
    path.write_text(yaml.safe_dump(whole), "utf-8")
    assert read(path) == read(folder) == read(folder / "framework.yaml")
    whole["routing"]["default"] = "anything"
    path.write_text(yaml.safe_dump(whole), "utf-8")
    assert "twelve-and-one.yaml, anything: there is no such instrument; the only one is everything." in told(
        path
    )


def test_what_is_not_there_is_told(tmp_path: Path) -> None:
    assert told(tmp_path / "nothing") == ["nothing: there is no such file or folder."]
    (tmp_path / "empty").mkdir()
    assert told(tmp_path / "empty") == [
        "framework.yaml: the file is missing.",
        "facts.yaml: the file is missing.",
        "routing.yaml: the file is missing.",
    ]
