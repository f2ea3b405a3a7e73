"""``assay standards`` from the shell: what it prints, what it refuses, and that it changes nothing."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from assay.core.standards import load
from assay.core.standards.loading import FOLDER
from assay.jobs.standards import app
from tests.factories.stored_readings import FACTS, TWELVE

HERE = Path(__file__).parent / "frameworks"
MINE = HERE / "twelve-and-one"


def run(*words: object, given: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(each) for each in words], input=given)


def rows(*words: object, given: str | None = None) -> list[dict[str, str]]:
    done = run(*words, "--format", "csv", given=given)
    assert done.exit_code == 0, done.output
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_list_has_the_six_with_their_dates_and_what_counts() -> None:
    found = {each["id"]: each for each in rows("list")}
    assert {id: (each["in_force_from"], each["until"], each["counted"]) for id, each in found.items()} == {
        "crc-2018": ("2018-04-01", "2021-06-26", "10"),
        "dynamic-public-protection-2025": ("2025-10-02", "", "0"),
        "nps-2018": ("2018-04-01", "2021-06-26", "10"),
        "pdu-2021": ("2021-06-26", "2023-10-01", "9"),
        "pdu-2023": ("2023-10-01", "", "7"),
        "region-2023": ("2023-10-01", "", "8"),
    }
    assert found["pdu-2021"]["uncertain"] == "fifth_case_std"
    assert found["pdu-2021"]["supersedes"] == "crc-2018, nps-2018"
    assert "pdu-2023" in run("list").stdout


def test_show_prints_each_part_and_json_all_of_it() -> None:
    standards = {each["code"]: each for each in rows("show", "pdu-2021")}
    assert standards["fifth_case_std"] == {
        "code": "fifth_case_std",
        "title": "Fifth casework standard",
        "domain": "D2",
        "rule": "not_known",
        "counts": "yes",
        "key_questions": "",
        "may_be": "Outcomes or Court work",
        "confidence": "recalled_low",
    }
    questions = rows("show", "pdu-2023@1", "--part", "questions")
    low = [each for each in questions if "you judged the risk of serious harm to be low" in each["unless"]]
    assert {each["key_question"] for each in low} == {"2.2.3", "2.3.3", "2.4.3"}
    assert {each["answered_by"] for each in questions} == {"inspector, local_assessor"}
    facts = {each["code"]: each for each in rows("show", "pdu-2023", "--part", "facts")}
    assert facts["rosh_inspector"]["values"] == "low, medium, high, very_high"
    routing = rows("show", "dynamic-public-protection-2025", "--part", "routing")
    assert [(each["order"], each["instrument"]) for each in routing] == [
        ("1", "adjusted"),
        ("2", "adjusted"),
        ("3", "adjusted"),
        ("otherwise", "core"),
    ]
    sources = rows("show", "region-2023", "--part", "sources")
    assert all(each["source"] or each["confidence"] == "ours" for each in sources)
    assert {each["part"] for each in sources} == {
        "domain",
        "standard",
        "instrument",
        "rule",
        "role",
        "key question",
        "question",
        "fact",
    }
    whole = json.loads(run("show", MINE, "--format", "json").stdout)
    assert (whole["id"], len(whole["standards"])) == ("twelve-and-one", 13)


def test_check_says_that_a_framework_can_be_used() -> None:
    done = run("check", MINE)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        "Twelve standards that count and one that does not, version 1, can be used. Standards: 13 (rated 13, "
        "in the composite 12); instruments: 1; questions: 9; facts: 4.",
        "Its ratings.yaml can be used.",
    ]
    assert run("check", MINE / "framework.yaml").stdout == done.stdout
    dynamic = run("check", FOLDER / "dynamic-public-protection-2025").stdout
    assert "Standards: 7 (rated 0, in the composite 0);" in dynamic
    assert "Its ratings.yaml gives no ratings." in dynamic
    assert "Its findings.yaml can be used: " in dynamic


def test_check_tells_all_that_is_wrong_and_ends_with_2(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(MINE, tmp_path / "ours"))
    done = run("check", folder)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "framework.yaml, id: twelve-and-one lies in the folder ours.",
        "It cannot be used yet; things to put right: 1.",
    ]
    path = folder / "framework.yaml"
    path.write_text(path.read_text("utf-8").replace("id: twelve-and-one", "id: ours"), "utf-8")
    done = run("check", folder)
    assert done.exit_code == 2
    assert "ratings.yaml" in done.stderr
    (folder / "ratings.yaml").unlink()
    done = run("check", folder)
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1:] == ["There is no ratings.yaml beside it, so that nothing is rated."]
    assert run("check", tmp_path / "nothing").exit_code == 2


def test_diff_tells_what_changed_in_questions_and_in_rating() -> None:
    said = {each["sentence"]: each for each in rows("diff", "pdu-2021", "pdu-2023")}
    assert said["The standard P1.4 is gone: Information and facilities."]["change"] == "removed"
    assert said["The rating, composite, bands, good, at_most: was 22, is 17."]["before"] == "22"
    assert not any("source" in each["field"] for each in said.values())
    assert any(each["field"] == "succeeds_note" for each in rows("diff", "pdu-2021", "pdu-2023", "--sources"))
    assert rows("diff", "pdu-2023", "pdu-2023") == []


def readings() -> dict[str, Any]:
    cases = [
        {"case": "R1", "facts": FACTS, "answers": dict.fromkeys(TWELVE, "yes")},
        {"case": "R2", "facts": {**FACTS, "rosh_inspector": "low"}, "answers": dict.fromkeys(TWELVE, "no")},
        {"case": "R3", "facts": FACTS, "answers": {**dict.fromkeys(TWELVE, "yes"), "2.1.3": "no"}},
    ]
    return {
        "framework": "pdu-2023",
        "version": "1",
        "standards": {"P1.1": "Good", "P1.2": "RI", "P1.3": 1},
        "cases": cases,
    }


def test_rescore_shows_both_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "readings.json"
    path.write_text(json.dumps(readings()), "utf-8")
    before = path.read_bytes()
    done = run("rescore", path, "--as", "pdu-2021", "--format", "json")
    assert done.exit_code == 0, done.output
    assert path.read_bytes() == before
    report = json.loads(done.stdout)
    assert report["made_under"] == {"framework": "pdu-2023", "version": "1"}
    assert report["scored_under"] == {"framework": "pdu-2021", "version": "1"}
    assert report["readings"] == 3
    questions = {each["code"]: each for each in report["key_questions"]}
    assert questions["2.1.3"]["made"] == questions["2.1.3"]["scored"]
    assert (questions["2.1.3"]["scored"]["sufficient"], questions["2.1.3"]["scored"]["of"]) == (1, 3)
    assert questions["2.2.3"]["scored"]["does_not_apply"] == 1
    standards = {each["code"]: each for each in report["standards"]}
    assert standards["assessment"]["made"]["code"] == "P2.1"
    assert standards["assessment"]["scored"]["rating"] == "Inadequate"
    assert standards["planning"]["scored"]["rating"] == "Good"
    assert standards["fifth_case_std"]["scored"] == {
        "code": "fifth_case_std",
        "rating": None,
        "possible": [],
        "lowest": [],
        "because": standards["fifth_case_std"]["scored"]["because"],
    }
    assert standards["fifth_case_std"]["made"] is None
    # 2 + 1 + 1 + 0 + 2 + 2 + 2 = 10 of 21; with two standards open, 10 to 16 of 27.
    assert report["overall"]["made"]["rating"] == "Requires improvement"
    assert report["overall"]["scored"]["rating"] is None
    assert report["overall"]["scored"]["possible"] == ["Requires improvement", "Good"]
    assert report["notes"][0].startswith("A report and nothing else: no reading was changed")
    assert report["mapping"]["id"] == "pdu-2023--pdu-2021"


def test_rescore_reads_a_table_from_the_input_and_prints_a_row_for_each() -> None:
    table = (
        "case,question,answer\nR1,work_read,supervision\nR1,rosh_inspector,high\nR1,2.1.3,yes\nR2,2.1.3,no\n"
    )
    found = rows("rescore", "-", "--made", "pdu-2023", "--as", "region-2023", given=table)
    by_code = {each["code"]: each for each in found}
    assert by_code["2.1.3"]["made"] == by_code["2.1.3"]["scored"] == "1 of 2"
    assert by_code["R1.1"]["scored"] == "open"
    assert by_code["R1.1"]["note"] == "The region's leadership is judged for the region"
    shown = run("rescore", "-", "--made", "pdu-2023", "--as", "region-2023", given=table).stdout
    assert "2 readings lack an answer or a fact that must be there." in shown


def test_cases_of_pdus_are_counted_for_the_region_by_what_they_are_for() -> None:
    words = ("rescore", "-", "--as", "region-2023", "--format", "json")
    done = run(*words, given=json.dumps(readings()))
    assert done.exit_code == 0, done.output
    standards = {each["code"]: each["scored"] for each in json.loads(done.stdout)["standards"]}
    assert (standards["R2.1"]["rating"], standards["R2.1"]["lowest"]) == ("Inadequate", ["2.1.3"])
    assert standards["R2.2"]["rating"] == "Good"
    assert standards["R2.4"]["rating"] is None


def test_readings_left_out_are_counted_and_told() -> None:
    case = {"facts": {**FACTS, "work_read": "victim_contact"}, "answers": {"3.2.1": "yes"}}
    given = {"framework": "pdu-2021", "cases": [{"case": "V1", **case}, {"case": "V2", **case}]}
    words = ("rescore", "-", "--as", "pdu-2023", "--format", "json")
    report = json.loads(run(*words, given=json.dumps(given)).stdout)
    assert report["readings"] == 0
    assert set(report["left_out"]) == {"V1", "V2"}
    assert report["notes"][1:] == ["2 readings have no place under pdu-2023 and are counted under neither."]


def test_rescore_of_a_programme_without_ratings_says_so() -> None:
    given = json.dumps(
        {"framework": "dynamic-public-protection-2025", "cases": [{"case": "R1", "answers": {"C1": "yes"}}]}
    )
    report = json.loads(run("rescore", "-", "--as", "pdu-2023", "--format", "json", given=given).stdout)
    assert report["overall"]["made"] is None
    assert "dynamic-public-protection-2025 gives no ratings." in report["notes"]
    question = next(each for each in report["key_questions"] if each["code"] == "2.1.3")
    assert (question["made_code"], question["scored"]["sufficient"]) == ("C1", 1)


@pytest.mark.parametrize(
    ("words", "given", "sentence"),
    [
        (
            ["show", "pdu-2032"],
            None,
            "framework: there is no pdu-2032; pdu-2023 may be meant, and no folder or file of that name.",
        ),
        (["show", "pdu-2023@2"], None, "framework.yaml, pdu-2023: version 2 is not here, only 1."),
        (
            ["rescore", "-", "--as", "pdu-2021"],
            "[]",
            "framework: the readings do not name theirs; say it with --made.",
        ),
        (
            ["rescore", "-", "--as", "crc-2018"],
            '{"framework": "pdu-2023"}',
            "mapping: there is none from pdu-2023 to crc-2018; there are ",
        ),
        (
            ["rescore", "-", "--as", "pdu-2021"],
            '{"framework": "pdu-2023", "version": "2"}',
            "framework.yaml, pdu-2023: version 2 is not here, only 1.",
        ),
        (
            ["rescore", "-", "--as", "pdu-2021"],
            '{"framework": "pdu-2023", "standards": {"P1.1": "Fine"}}',
            "standards, P1.1: 'Fine' is not one of ",
        ),
        (
            ["rescore", "nowhere.json", "--as", "pdu-2021"],
            None,
            "nowhere.json: there is no such file to read.",
        ),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_2(
    words: list[str], given: str | None, sentence: str
) -> None:
    done = run(*words, given=given)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_a_mapping_of_ones_own_is_used(tmp_path: Path) -> None:
    shipped = Path(FOLDER).parent / "mappings" / "pdu-2023--pdu-2021.yaml"
    mine = tmp_path / "mine.yaml"
    mine.write_text(shipped.read_text("utf-8").replace("id: pdu-2023--pdu-2021", "id: mine"), "utf-8")
    words = ("rescore", "-", "--as", "pdu-2021", "--mapping", mine, "--format", "json")
    report = json.loads(run(*words, given=json.dumps(readings())).stdout)
    assert report["mapping"]["id"] == "mine"


def test_a_framework_of_ones_own_is_read_by_its_folder() -> None:
    assert {each["code"] for each in rows("show", MINE)} == {each.code for each in load_mine().standards}
    assert rows("diff", MINE, "pdu-2023")


def load_mine() -> Any:
    from assay.core.standards.loading import read

    assert load("pdu-2023").id == "pdu-2023"
    return read(MINE)
