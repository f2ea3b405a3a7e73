"""What readings would have scored under another framework. Nothing of them changes."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from assay.core.errors import Refused, Unfit
from assay.core.standards import load
from assay.core.standards.mappings import FOLDER, between, carry, check_versions, left_out, mappings, read
from assay.core.standards.rescoring import rescore
from assay.core.standards.scoring import Stored
from tests.factories.stored_readings import FACTS, TWELVE

NEW, OLD = load("pdu-2023"), load("pdu-2021")
ID = "pdu-2023--pdu-2021"


def reading(id: str, value: str = "yes", **facts: Any) -> Stored:
    return Stored(id=id, facts={**FACTS, **facts}, answers=dict.fromkeys(TWELVE, value))


def test_this_years_answers_under_last_years_framework() -> None:
    readings = (reading("R1"), reading("R2", "no"), reading("R3", rosh_inspector="low"))
    before = copy.deepcopy(readings)
    done = rescore(NEW, OLD, between(NEW, OLD), readings=readings, ratings={"P1.1": "Good", "P1.2": "RI"})
    assert readings == before
    assert done.ratings_made == done.ratings_scored == {"P1.1": "Good", "P1.2": "RI"}
    assert [each.id for each in done.made] == [each.id for each in done.scored] == ["R1", "R2", "R3"]
    for code in TWELVE:
        assert done.tallies_made[code] == done.tallies_scored[code]
    assert (done.tallies_scored["2.1.3"].sufficient, done.tallies_scored["2.1.3"].applicable) == (2, 3)
    assert (done.tallies_scored["2.2.3"].sufficient, done.tallies_scored["2.2.3"].applicable) == (1, 2)
    assert set(done.open) == {"3.2.1", "3.2.2", "3.2.3", "P1.4", "fifth_case_std"}
    assert set(done.near) == {"P1.2"}
    assert done.left_out == {}


def test_a_reading_with_no_place_is_counted_under_neither_and_named() -> None:
    readings = (reading("R1"), reading("R2", work_read="victim_contact"))
    done = rescore(OLD, NEW, between(OLD, NEW), readings=readings, ratings={"fifth_case_std": "Good"})
    assert done.left_out == {"R2": "victims' cases are not read in a PDU from October 2023"}
    assert [each.id for each in done.made] == [each.id for each in done.scored] == ["R1"]
    assert done.ratings_scored == {}


def test_the_dynamic_programme_carries_only_what_keeps_others_safe() -> None:
    dynamic = load("dynamic-public-protection-2025")
    mapped = between(dynamic, NEW)
    given = Stored(
        id="R1",
        facts={**FACTS, "contact_suspended": False},
        answers={"C1": "yes", "C2": "no", "C1a": "yes", "E1": "no"},
    )
    carried = carry(mapped, given)
    assert carried.answers == {"2.1.3": "yes", "2.2.3": "no"}
    assert "contact_suspended" not in carried.facts
    done = rescore(dynamic, NEW, mapped, readings=[given], ratings={})
    assert done.scored[0].instrument == "supervision"
    assert (done.tallies_scored["2.1.3"].sufficient, done.tallies_scored["2.1.1"].open) == (1, 1)
    assert set(done.near) == {"2.1.3", "2.2.3", "2.3.3", "2.4.3"}


def test_values_with_other_names_are_rewritten_and_the_first_of_two_stands(tmp_path: Path) -> None:
    whole = written()
    whole["facts"]["same"].remove("rosh_assessor")
    whole["facts"]["same"].remove("rosh_inspector")
    whole["facts"]["carried"] = [
        {"made": "rosh_assessor", "scored": "rosh_inspector", "values": {"low": "medium"}},
        {"made": "rosh_inspector", "scored": "rosh_inspector"},
    ]
    mapped = read(put(tmp_path, whole), made=NEW, scored=OLD)
    both = carry(mapped, reading("R1", rosh_assessor="low", rosh_inspector="high"))
    assert both.facts["rosh_inspector"] == "medium"
    assert carry(mapped, reading("R1", rosh_assessor="high")).facts["rosh_inspector"] == "high"
    assert carry(mapped, reading("R1", rosh_assessor=None)).facts["rosh_inspector"] == "medium"
    assert left_out(mapped, both) == ""


@pytest.mark.parametrize("id", mappings())
def test_every_shipped_mapping_is_fit(id: str) -> None:
    made, scored = (load(each) for each in id.split("--"))
    mapped = between(made, scored)
    assert mapped.id == id
    assert mapped.source
    check_versions(mapped, made=made, scored=scored)


def test_where_there_is_no_mapping_the_sentence_lists_those_there_are() -> None:
    with pytest.raises(Refused) as refused:
        between(NEW, load("crc-2018"))
    said = refused.value.message.worded()
    assert said.startswith("mapping: there is none from pdu-2023 to crc-2018; there are ")
    assert ID in said


def test_a_mapping_for_other_versions_is_refused() -> None:
    mapped = between(NEW, OLD)
    with pytest.raises(Refused) as refused:
        rescore(OLD, OLD, mapped, readings=[], ratings={})
    assert (
        refused.value.message.worded()
        == f"mapping: {ID} is for pdu-2023 version 1, not for pdu-2021 version 1."
    )
    with pytest.raises(Refused):
        check_versions(mapped, made=NEW, scored=NEW)


def written() -> dict[str, Any]:
    whole: dict[str, Any] = yaml.safe_load((FOLDER / f"{ID}.yaml").read_text("utf-8"))
    return whole


def put(folder: Path, whole: object, name: str = ID) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(whole), "utf-8")
    return path


def drop(whole: dict[str, Any], part: str, key: str, code: str) -> None:
    whole[part][key] = [
        each for each in whole[part][key] if (each["code"] if isinstance(each, dict) else each) != code
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda whole: whole.update(id="x"), f"{ID}.yaml, id: x lies in the file {ID}."),
        (
            lambda whole: whole.update(made_version="2"),
            f"{ID}.yaml, the file: it is for pdu-2023 version 2, not for pdu-2023 version 1.",
        ),
        (
            lambda whole: whole.update(scored_under="crc-2018"),
            f"{ID}.yaml, the file: it is for crc-2018 version 1, not for pdu-2021 version 1.",
        ),
        (
            lambda whole: drop(whole, "answers", "same", "2.1.1"),
            f"{ID}.yaml, answers: 2.1.1 is neither paired nor listed in only_made.",
        ),
        (
            lambda whole: drop(whole, "answers", "same", "2.1.1"),
            f"{ID}.yaml, answers: 2.1.1 is neither paired nor listed in only_scored.",
        ),
        (
            lambda whole: drop(whole, "standards", "only_scored", "P1.4"),
            f"{ID}.yaml, standards: P1.4 is neither paired nor listed in only_scored.",
        ),
        (
            lambda whole: whole["answers"]["same"].append("2.1.9"),
            f"{ID}.yaml, answers: 2.1.9 is not in the framework made under; 2.1.3 may be meant.",
        ),
        (
            lambda whole: whole["answers"]["only_scored"].append({"code": "2.1.1", "because": "b"}),
            f"{ID}.yaml, answers: 2.1.1 has a partner and is said to have none.",
        ),
        (
            lambda whole: whole["standards"]["carried"][0].pop("because"),
            f"{ID}.yaml, standards: P1.2 is near P1.2, and because does not say why.",
        ),
        (
            lambda whole: whole["facts"].update(
                carried=[{"made": "sex", "scored": "sex", "values": {"male": "man"}}]
            ),
            f"{ID}.yaml, facts: sex may be male, for which sex has no value.",
        ),
        (
            lambda whole: whole["facts"].update(carried=[{"made": "sex", "scored": "domestic_abuse"}]),
            f"{ID}.yaml, facts: sex and domestic_abuse are not of one kind.",
        ),
        (lambda whole: whole.update(colour="red"), f"{ID}.yaml, colour: Unexpected keyword argument."),
    ],
)
def test_a_mapping_that_says_too_little_or_too_much_is_told(
    tmp_path: Path, change: Any, sentence: str
) -> None:
    whole = written()
    change(whole)
    with pytest.raises(Unfit) as unfit:
        read(put(tmp_path, whole), made=NEW, scored=OLD)
    assert sentence in [each.message.worded() for each in unfit.value.problems]


def test_a_file_that_is_not_there_or_not_yaml_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unfit) as unfit:
        read(tmp_path / "x.yaml", made=NEW, scored=OLD)
    assert unfit.value.problems[0].message.worded() == "x.yaml, the file: there is no such file."
    (tmp_path / "x.yaml").write_text("a: [", "utf-8")
    with pytest.raises(Unfit) as unfit:
        read(tmp_path / "x.yaml", made=NEW, scored=OLD)
    assert unfit.value.problems[0].rule == "not YAML"
