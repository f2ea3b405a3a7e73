"""``assay tier v2|v3``: one object for each input, one sentence for bad input, every choice in the help."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import time_machine
import yaml
from typer.testing import CliRunner

from assay.core.tiers import FIELDS_V2, FIELDS_V3, tables
from assay.core.tiers.reading import BAND_CHOICES, ROSH_CHOICES, TYPE_CHOICES, category_choices
from assay.jobs.tier import app

V2 = {
    "id": "X1",
    "gender": "Male",
    "rsrscore": 6.995,
    "registrations": [{"code": "RVRH", "date": "2026-01-01"}, {"code": "PRC", "date": "2026-02-01"}],
    "convictions": [{"sentenceTypeCode": "NC"}],
}
V3 = """id,has_active_event,rosh,arp,csrp,arp_type,csrp_type
X1,true,RVRH,62.1,3.2,DYNAMIC,STATIC
X2,no,,,,,
X3,,,,1,,
"""


def run(*words: str, given: object = "") -> Any:
    text = given if isinstance(given, str) else json.dumps(given)
    return CliRunner().invoke(app, list(words), input=text, env={"COLUMNS": "200"})


def test_version_2_gives_one_object_for_each_input() -> None:
    done = run("v2", "--format", "json", given=[V2, {"id": "X2"}])
    assert (done.exit_code, done.stderr) == (0, "")
    first, second = json.loads(done.stdout)
    assert set(first) == {"id", "tier", "steps"}
    assert (first["id"], first["tier"], second["id"], second["tier"]) == ("X1", "A2S", "X2", "D0")
    assert first["steps"][0] == {
        "step": "RSR",
        "result": 0,
        "reason": "RSR 6.995 lies between two bands, so it scores nothing.",
    }


@time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False)
def test_version_3_reads_a_csv_and_says_what_is_provisional() -> None:
    done = run("v3", "-", "--format", "csv", given=V3)
    assert (done.exit_code, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [(each["id"], each["tier"], each["provisional"]) for each in rows] == [
        ("X1", "C", "true"),
        ("X2", "NOT_SUPERVISED", "false"),
        ("X3", "MISSING", "false"),
    ]
    assert json.loads(rows[2]["steps"])[1] == {
        "step": "PREDICTORS",
        "result": False,
        "reason": "ARP is missing.",
    }


def test_a_table_has_a_row_for_each_step(tmp_path: Path) -> None:
    file = tmp_path / "cases.csv"
    file.write_text(V3, "utf-8")
    for words in ((str(file),), ("--in", str(file))):
        done = run("v3", *words)
        assert done.exit_code == 0, done.output
        assert "provisional" in done.stdout
        assert "ARP 62.1 is from 50 and CSRP 3.2 from 3.0." in done.stdout
        assert done.stdout.count("X1") == 1


LIFER = {"id": "X1", "lifer_ipp": True, "latest_release": "2025-11-22", "arp": 0, "csrp": 0, "rosh": "LOW"}


@pytest.mark.parametrize(("day", "tier"), [("2026-11-22", "B"), ("2026-11-23", "D")])
def test_the_day_is_today_or_the_one_asked_about(day: str, tier: str) -> None:
    asked = run("v3", "--on", day, "--format", "json", given=LIFER)
    assert json.loads(asked.stdout)[0]["tier"] == tier
    with time_machine.travel(datetime.fromisoformat(f"{day}T12:00:00+00:00"), tick=False):
        found = run("v3", "--format", "json", given=LIFER)
    assert json.loads(found.stdout)[0]["tier"] == tier


def test_with_a_day_version_2_leaves_out_old_assessments() -> None:
    case = V2 | {"ogrsscore": 99, "assessment": {"assessment": {"completedDate": "2024-01-01"}}}
    taken, left = (
        run("v2", "--format", "json", given=case),
        run("v2", "--on", "2026-11-22", "--format", "json", given=case),
    )
    assert json.loads(taken.stdout)[0]["tier"] == "A1S"
    assert json.loads(left.stdout)[0]["tier"] == "A2S"


def test_the_records_tier_stands_and_is_checked() -> None:
    given = [V2 | {"tierScore": "A2S"}, V2 | {"id": "X9", "tierScore": "B2"}]
    same, other = json.loads(run("v2", "--format", "json", given=given).stdout)
    assert same["check"] == {"verdict": "same", "says": "The record's tier, A2S, is what its inputs give."}
    assert other["check"]["verdict"] == "differs"
    assert other["check"]["says"].startswith(
        "The record's tier, B2, differs from its inputs, which give A2S."
    )
    table = run("v2", given=given).stdout
    assert "│ CHECK " in table
    assert (
        "The record's tier, B2, differs from its inputs, which give A2S. The record's tier stands." in table
    )
    three = {"id": "X1", "arp": 0, "csrp": 0, "rosh": "LOW", "tierScore": "G", "provisional": True}
    (found,) = json.loads(run("v3", "--format", "json", given=three).stdout)
    assert found["check"]["says"].startswith(
        "The record's tier, G provisional, differs from its inputs, which give G."
    )
    assert list(found) == ["id", "tier", "provisional", "check", "steps"]


@pytest.mark.parametrize(
    ("version", "given", "said"),
    [
        ("v2", {"gender": "Male"}, "input 1, id: it is needed, and is not there."),
        ("v2", {"id": "X1", "rsrscore": "low"}, "X1, rsrscore: low is not a number."),
        ("v2", {"id": "X1", "tierScore": "Z9"}, "X1, tierScore: Z9 is not a tier."),
        (
            "v3",
            [{"id": "X1"}, {"id": "X2", "arp_type": "old"}],
            "X2, arp_type: old is not one of STATIC, DYNAMIC.",
        ),
        ("v3", {"id": "X1", "provisional": "?"}, "X1, provisional: ? is neither true nor false."),
        (
            "v3",
            {"id": "X1", "arp": 1, "csrp": 1, "dcsrp": {"score": 0.1, "band": "MEDIUM"}},
            "X1, dcsrp: 0.1 is below 0.60, to which the medium band gives no tier.",
        ),
        ("v3", "[", "The input is not JSON: Expecting value: line 1 column 2 (char 1)."),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(version: str, given: object, said: str) -> None:
    done = run(version, "--format", "json", given=given)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{said}\n")


def test_what_nothing_reads_is_told() -> None:
    done = run(
        "v3", "--format", "json", given={"id": "X1", "ever_commited_sexual_offence": True, "crn": "X1"}
    )
    assert done.exit_code == 0
    assert done.stderr == "Passed over, since nothing reads them: ever_commited_sexual_offence, crn.\n"


@pytest.mark.parametrize(
    ("version", "place"), [("v2", ("complexity", "each")), ("v3", ("flags", "stalking"))]
)
def test_rules_of_ones_own(version: str, place: tuple[str, str], tmp_path: Path) -> None:
    own = yaml.safe_load(resources.files("assay.core.tiers").joinpath(f"{version}.yaml").read_text("utf-8"))
    own[place[0]][place[1]] = 150 if version == "v2" else "A"
    file = tmp_path / "own.yaml"
    file.write_text(yaml.safe_dump(own), "utf-8")
    given = {"id": "X1", "registrations": [{"code": "RVAD"}], "arp": 0, "csrp": 0, "stalking": True}
    done = run(version, "--rules", str(file), "--format", "json", given=given)
    assert json.loads(done.stdout)[0]["tier"][0] == "A"
    file.write_text("version: v1", "utf-8")
    assert run(version, "--rules", str(file), given=given).exit_code == 2


def test_the_help_names_every_field_and_choice() -> None:
    two, three = (" ".join(run(each, "--help").stdout.split()) for each in ("v2", "v3"))
    rules = tables.v2()
    codes = (
        *rules.registers.rosh,
        *rules.registers.complexity,
        *rules.mandate.custodial,
        *rules.answers.scores,
    )
    others = (
        rules.registers.nominal,
        rules.registers.suspended,
        *rules.registers.left_out,
        *rules.mandate.unpaid_work,
    )
    sections = [each.section for each in rules.needs.sections]
    for word in (*FIELDS_V2, *codes, *others, *sections, "tierScore"):
        assert word in two, word
    choices = (*ROSH_CHOICES, *BAND_CHOICES, *TYPE_CHOICES, *category_choices())
    for word in (*FIELDS_V3, *choices, "tierScore"):
        assert word in three, word
