from __future__ import annotations

import csv
import json
import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from click.testing import Result
from typer.testing import CliRunner

from assay.core.standards.loading import FOLDER
from assay.jobs.rate import rate

app = typer.Typer()
app.command()(rate)

DOCUMENT: dict[str, Any] = {
    "standards": {"P1.1": "Requires improvement", "P1.2": "I", "P1.3": 2, "P2.3": "I", "P2.4": "Good"},
    "key_questions": {
        "2.1.1": {"yes": 41, "of": 60},
        "2.1.2": {"yes": 48, "of": 60},
        "2.1.3": {"yes": 29, "of": 60},
        "2.2.1": {"percentage": 66.5},
        "2.2.2": {"percentage": 90},
    },
    "panel": [
        {
            "standard": "P2.1",
            "to": "RI",
            "trigger": "near_boundary",
            "reason": "The other two are higher.",
            "roles": ["lead inspector", "head of ratings"],
        }
    ],
}


def run(*arguments: str, given: object = DOCUMENT, framework: str = "pdu-2023") -> Result:
    text = given if isinstance(given, str) else json.dumps(given)
    return CliRunner().invoke(app, ["--framework", framework, "--in", "-", *arguments], input=text)


def as_json(*arguments: str, **more: Any) -> dict[str, Any]:
    result = run("--format", "json", *arguments, **more)
    assert result.exit_code == 0, result.output
    made: dict[str, Any] = json.loads(result.stdout)
    return made


def test_the_whole_path_as_json() -> None:
    made = as_json()
    assert (made["framework"], made["framework_version"], len(made["rules_version"])) == ("pdu-2023", "1", 12)
    assert made["overall"] == {
        "rating": "Requires improvement",
        "possible": ["Requires improvement"],
        "reason": "Whatever the rest is: at 6 and at 8 it is Requires improvement.",
    }
    assert made["composite"] == {
        "total": None,
        "maximum": 21,
        "least": 6,
        "most": 8,
        "mean": None,
        "counted": ["P1.1", "P1.2", "P1.3", "P2.1", "P2.2", "P2.3", "P2.4"],
        "left_out": [],
        "reason": "Between 6 and 8 of 21, since these are not settled: P2.2.",
    }
    assert made["rounding"].startswith("Rounded before it is banded, to 0 decimals, halves up")
    assert {each["part"] for each in made["assumptions"]} >= {"bands", "rounding", "discretion"}
    assert set(made["assumptions"][0]) == {"part", "source", "confidence"}


def test_each_standard_with_its_key_questions_and_its_panel() -> None:
    standards = {each["code"]: each for each in as_json()["standards"]}
    assessment = standards["P2.1"]
    assert assessment["panel"] == {
        "proposed": "Inadequate",
        "decided": "Requires improvement",
        "trigger": "near_boundary",
        "held": "2.1.3 at 48% is 2 points from 50%, which is 5 or fewer.",
        "reason": "The other two are higher.",
        "roles": ["lead inspector", "head of ratings"],
        "beside": {"2.1.1": "Good", "2.1.2": "Outstanding"},
    }
    assert {
        key: assessment[key] for key in ("title", "rule", "counts", "rating", "score", "possible", "lowest")
    } == {
        "title": "Assessment",
        "rule": "lowest_key_question",
        "counts": True,
        "rating": "Requires improvement",
        "score": 1,
        "possible": ["Requires improvement"],
        "lowest": ["2.1.3"],
    }
    question = assessment["key_questions"][0]
    assert question.pop("title")
    assert question == {
        "code": "2.1.1",
        "yes": 41,
        "of": 60,
        "percentage": 41 / 60 * 100,
        "banded": 68.0,
        "rating": "Good",
        "reason": "41 of 60 sufficient is 68.33%, banded as 68%: Good, which is from 65% to under 80%.",
    }
    missing = standards["P2.2"]["key_questions"][2]
    assert [missing[key] for key in ("yes", "of", "percentage", "banded", "rating")] == [None] * 5
    assert missing["reason"] == "It was not given."
    assert (standards["P1.1"]["panel"], standards["P1.1"]["key_questions"]) == (None, [])
    assert standards["P2.2"]["possible"] == ["Inadequate", "Requires improvement", "Good"]


def test_the_path_as_csv_walks_from_answers_to_the_whole() -> None:
    result = run("--format", "csv")
    rows = list(csv.DictReader(StringIO(result.stdout)))
    assert list(rows[0]) == ["step", "code", "value", "rating", "score", "reason"]
    walked = [(each["step"], each["code"], each["value"], each["rating"], each["score"]) for each in rows]
    assert walked[3:8] == [
        ("key question", "2.1.1", "41 of 60", "Good", ""),
        ("key question", "2.1.2", "48 of 60", "Outstanding", ""),
        ("key question", "2.1.3", "29 of 60", "Inadequate", ""),
        ("standard", "P2.1", "", "Inadequate", "0"),
        ("panel", "P2.1", "near_boundary", "Requires improvement", "1"),
    ]
    assert walked[8] == ("key question", "2.2.1", "66.5%", "Good", "")
    assert walked[10] == ("key question", "2.2.3", "", "", "")
    assert walked[14:17] == [
        ("composite", "", "6 to 8 of 21", "", ""),
        ("overall", "", "", "Requires improvement", ""),
        ("rounding", "", "", "", ""),
    ]
    assert walked[17] == ("rests on", "bands", "recalled_high", "", "")
    assert rows[7]["reason"].endswith("The other two are higher. (lead inspector, head of ratings)")


def test_a_settled_total_is_given_of_its_maximum() -> None:
    scores = {f"P{code}": 1 for code in ("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4")}
    made = as_json(given={"standards": scores})
    assert (made["composite"]["total"], made["composite"]["mean"]) == (7, 1.0)
    rows = list(csv.DictReader(StringIO(run("--format", "csv", given={"standards": scores}).stdout)))
    composite = next(each for each in rows if each["step"] == "composite")
    assert (composite["value"], composite["score"]) == ("7 of 21", "7")


def test_a_table_is_for_reading() -> None:
    result = run()
    assert result.exit_code == 0
    assert "Probation delivery units, from October 2023" in result.stdout
    assert "key question 2.1.3" in result.stdout
    assert "6 to 8 of 21" in result.stdout


def test_answers_may_come_as_a_csv_from_a_file(tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    table.write_text("code,yes,of,percentage,rating\nP1.1,,,,Good\n2.1.1,3,4,,\n2.1.2,,,12.5,\n", "utf-8")
    result = CliRunner().invoke(app, ["--framework", "pdu-2023", "--in", str(table), "--format", "json"])
    standards = {each["code"]: each for each in json.loads(result.stdout)["standards"]}
    assert standards["P1.1"]["score"] == 2
    assert standards["P2.1"]["rating"] == "Inadequate"


def test_answers_may_come_case_by_case() -> None:
    text = "case,question,answer\na,2.1.1,yes\nb,2.1.1,no\nc,2.1.1,does_not_apply\na,2.1.1a,yes\n"
    assessment = as_json(given=text)["standards"][3]["key_questions"][0]
    assert (assessment["yes"], assessment["of"]) == (1, 2)


def test_another_rounding_may_be_chosen() -> None:
    given = {"key_questions": {"2.1.1": {"percentage": 49.5}}}
    found = [
        as_json(*chosen, given=given)["standards"][3]["key_questions"][0]["rating"]
        for chosen in ((), ("--rounding", "half_even"), ("--rounding", "none"))
    ]
    assert found == ["Requires improvement", "Requires improvement", "Inadequate"]
    assert as_json("--rounding", "none")["rounding"] == "Nothing is rounded before it is banded."


def test_what_another_rounding_would_rate_otherwise_is_said() -> None:
    given = {"key_questions": {f"2.1.{number}": {"percentage": 49.5} for number in (1, 2, 3)}}
    assert as_json(given=given)["hangs_on_rounding"] == ["P2.1"]
    assert as_json()["hangs_on_rounding"] == []
    rows = list(csv.DictReader(StringIO(run("--format", "csv", given=given).stdout)))
    said = [each["reason"] for each in rows if each["step"] == "rounding"]
    assert said[1:] == ["Another rounding would rate otherwise: P2.1."]
    assert "Another rounding" not in run("--format", "csv").stdout


def test_a_framework_may_be_a_folder(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER / "pdu-2023", tmp_path / "pdu-2023"))
    path = folder / "ratings.yaml"
    path.write_text(path.read_text("utf-8").replace("at_least: 50", "at_least: 40"), "utf-8")
    made = as_json(framework=str(folder), given={"key_questions": {"2.1.1": {"yes": 4, "of": 10}}})
    assert made["standards"][3]["key_questions"][0]["rating"] == "Requires improvement"
    cut = yaml.safe_load(path.read_text("utf-8"))
    del cut["composite"]
    path.write_text(yaml.safe_dump(cut), "utf-8")
    made = as_json(framework=str(folder), given={})
    assert (made["composite"], made["overall"]["rating"]) == (None, None)
    rows = csv.DictReader(StringIO(run("--format", "csv", framework=str(folder), given={}).stdout))
    assert "composite" not in {each["step"] for each in rows}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"given": "{"}, "The input is not JSON"),
        ({"given": {"standards": {"P9": 1}}}, "standards, P9: pdu-2023 has no such standard."),
        (
            {"framework": "pdu-1999"},
            "framework: there is no pdu-1999; there are crc-2018, dynamic-public-protection-2025, nps-2018, "
            "pdu-2021, pdu-2023, region-2023, or a folder.",
        ),
        (
            {"framework": "dynamic-public-protection-2025"},
            "framework: Dynamic Inspection of Public Protection, 2025 gives no ratings. The programme opted "
            "out of one-word ratings; its purpose is a diagnosis to act upon.",
        ),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_status_2(arguments: dict[str, Any], said: str) -> None:
    result = run(**arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_rules_that_do_not_fit_are_told_and_what_to_do(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(FOLDER / "pdu-2023", tmp_path / "pdu-2023"))
    (folder / "ratings.yaml").unlink()
    result = run(framework=str(folder))
    assert result.exit_code == 2
    assert result.stderr == (
        "ratings.yaml, the file: it is missing from the folder. Correct ratings.yaml and load it again; "
        "rules in use are never edited.\n"
    )
