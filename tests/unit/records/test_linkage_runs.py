"""What a run leaves behind, and how it is shown."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow as pa
import pytest

from assay.core.errors import Unfit
from assay.records.linkage.matching import Found, match
from assay.records.linkage.people import SCHEMA, Source
from assay.records.linkage.runs import Run, read_run, write_run
from assay.records.linkage.waterfalls import described, odds, standing_of, steps, waterfall

AS_AT = date(2026, 2, 26)
ANN = {"forename": "Ann", "surname": "=Sample", "date_of_birth": date(1990, 2, 3), "gender": "F"}


def source(name: str, *rows: dict[str, Any]) -> Source:
    return Source(
        name=name, as_at=AS_AT, synthetic=True, people=pa.Table.from_pylist(list(rows), schema=SCHEMA)
    )


@pytest.fixture(scope="module")
def found() -> Found:
    """Ann in both sources; in the other also her twin, and somebody else of her name."""
    left = source("register", {"record_id": "L1", **ANN}, {"record_id": "L2", "forename": "Zara"})
    right = source(
        "police",
        {"record_id": "R1", **ANN, "surname": "Sample-Unreal"},
        {"record_id": "R2", **ANN, "forename": "Kim"},
        {"record_id": "R3", **ANN, "date_of_birth": date(1961, 7, 8), "gender": None},
    )
    return match(replace(left, left_out={"access is limited": 2}), right, from_weight=-20.0)


@pytest.fixture
def run(found: Found, tmp_path: Path) -> Run:
    return write_run(found, tmp_path / "linkage", asked_by="rekha.records")


def test_a_run_is_read_as_it_was_written(found: Found, run: Run) -> None:
    again = read_run(run.folder)
    assert again == run
    assert again.candidates() == found.candidates
    assert (again.left, again.right, again.synthetic) == ("register", "police", True)
    assert again.facts["left"] == {
        "source": "register", "as_at": "2026-02-26", "records": 2, "left_out": {"access is limited": 2},
        "case_record": False,
    }  # fmt: skip
    assert again.facts["model"]["values"] == "shipped"
    assert again.facts["not_compared"] == ["council", "crn", "pnc", "postcode"]
    assert again.facts["asked_by"] == "rekha.records"
    assert run.folder.stat().st_mode & 0o777 == 0o700


def test_the_same_run_gives_the_same_bytes_and_leaves_decisions_alone(found: Found, run: Run) -> None:
    (run.folder / "decisions.csv").write_text("kept", "utf-8")
    before = {path.name: path.read_bytes() for path in run.folder.iterdir()}
    write_run(found, run.folder, asked_by="rekha.records")
    assert {path.name: path.read_bytes() for path in run.folder.iterdir()} == before
    assert set(before) == {"run.json", "candidates.parquet", "candidates.csv", "decisions.csv"}


def test_one_pair_is_found_by_its_two_keys(run: Run) -> None:
    row = run.candidate("L1", "R1")
    assert row is not None
    assert (row["left_forename"], row["right_surname"]) == ("Ann", "Sample-Unreal")
    assert run.candidate("R1", "L1") is None


def test_a_folder_without_a_run_and_one_that_was_changed_are_refused(run: Run, tmp_path: Path) -> None:
    with pytest.raises(Unfit) as unfit:
        read_run(tmp_path)
    assert [each.rule for each in unfit.value.problems] == ["no-run"]
    path = run.folder / "candidates.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(Unfit) as unfit:
        read_run(run.folder)
    assert [(each.file, each.rule) for each in unfit.value.problems] == [("candidates.parquet", "changed")]


def test_the_spreadsheet_is_marked_synthetic_and_runs_nothing(run: Run, found: Found) -> None:
    text = (run.folder / "candidates.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["synthetic"] for row in rows} == {"Synthetic"}
    assert {row["left_surname"] for row in rows} == {"'=Sample"}
    assert [float(row["match_weight"]) for row in rows] == found.candidates["match_weight"].to_pylist()
    assert len(rows) == 3


def test_the_steps_of_a_pair_lead_from_what_is_known_before_to_its_weight(run: Run) -> None:
    row = run.candidate("L1", "R1")
    assert row is not None
    found = steps(row)
    assert [each.label for each in found] == [
        "Before comparing", "Forename", "Surname", "Date of birth", "Gender", "Relatives",
    ]  # fmt: skip
    assert found[0].start == 0.0
    assert found[0].end == row["before_weight"]
    assert all(one.end == two.start for one, two in pairwise(found))
    assert found[-1].end == row["match_weight"]
    assert (found[2].left, found[2].right, found[2].says) == (
        "=Sample",
        "Sample-Unreal",
        "one is part of the other",
    )


def test_the_words_say_all_that_the_picture_shows_and_that_it_is_no_decision(run: Run) -> None:
    row = run.candidate("L1", "R2")
    assert row is not None
    words = described(row, left="register", right="police")
    for each in steps(row):
        assert f"{each.weight:+.2f}  {each.label}: {each.says}." in words
    assert "  Forename: different. [Ann | Kim]" in words
    assert "another forename with the same surname and birth date, as twins have them" in words
    assert "The first record has a heavier candidate" in words
    assert "This is evidence, not a decision." in words


def test_the_picture_can_be_read_without_seeing_it_and_names_nobody(run: Run) -> None:
    row = run.candidate("L1", "R1")
    assert row is not None
    drawn = waterfall(row, synthetic=True)
    root = ElementTree.fromstring(drawn)
    texts = [each.text or "" for each in root.iter() if each.text]
    assert root.attrib["role"] == "img"
    assert "Synthetic: none of these people exist" in texts
    assert f"{row['match_weight']:+.2f}" in texts
    assert {each.label for each in steps(row)} <= set(texts)
    description = next(text for text in texts if text.startswith("Before comparing: of all pairs"))
    assert description.endswith(f"Together {row['match_weight']:+.2f}.")
    assert not re.search("Ann|Sample|1990", drawn)
    assert "style=" not in drawn
    assert waterfall(row, synthetic=True) == drawn
    assert "Synthetic" not in waterfall(row, synthetic=False)


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        (0.0, "one person as likely as two"),
        (3.0, "about 8 times likelier to be one person than two"),
        (-6.65, "about 100 times likelier to be two people than one"),
        (20.0, "about 1,000,000 times likelier to be one person than two"),
        (60.0, "about a million million times likelier to be one person than two"),
    ],
)
def test_a_weight_in_words(weight: float, said: str) -> None:
    assert odds(weight) == f"{said}, as far as the model is right"


@pytest.mark.parametrize(
    ("ranks", "said"),
    [((1, 1), "Neither record has"), ((2, 1), "The first record has"), ((1, 3), "The second record has"),
     ((2, 2), "Both records have")],
)  # fmt: skip
def test_whether_either_record_has_a_heavier_candidate(ranks: tuple[int, int], said: str) -> None:
    assert standing_of({"rank_left": ranks[0], "rank_right": ranks[1]}).startswith(said)


def test_facts_are_json_that_names_every_level_and_its_weight(run: Run) -> None:
    facts = json.loads((run.folder / "run.json").read_text("utf-8"))
    levels = [(each["comparison"], each["says"], each["weight"]) for each in facts["levels"]]
    assert ("date_of_birth", "day and month exchanged", 11.14) in levels
    assert facts["candidates"] == 3
