"""``assay workload``: one object for each input, one sentence for bad input, and every choice in the help."""

from __future__ import annotations

import csv
import io
import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml
from typer.testing import CliRunner

from assay.core.workload import load
from assay.core.workload.capacity import STATUSES
from assay.core.workload.reading import APART, FIELDS, GRADES, REPORTS
from assay.jobs.workload import workload

app = typer.Typer()
app.command()(workload)

ONE = {
    "id": "P1",
    "grade": "PO",
    "contractedHours": 37,
    "reductions": [{"hours": 1.8, "effectiveFrom": "2026-01-01", "effectiveTo": "2027-01-01"}],
    "cases": [{"type": "LICENSE", "tier": "B2", "count": 15}],
    "potentialCase": {"type": "LICENSE", "tier": "A3"},
    "weeks": [{"week_on": f"2026-01-{day:02}", "points": 2300, "available": 2000} for day in (5, 12, 19, 26)],
}
DAY = ("--on", "2026-11-22", "--format", "json")


def run(*words: str, given: object = "") -> Any:
    text = given if isinstance(given, str) else json.dumps(given)
    return CliRunner().invoke(app, list(words), input=text, env={"COLUMNS": "200"})


def test_one_object_for_each_input() -> None:
    done = run(*DAY, given=[ONE, {"id": "S1", "grade": "SPO", "contractedHours": 37, "practitioners": 12}])
    assert (done.exit_code, done.stderr) == (0, "")
    first, second = json.loads(done.stdout)
    steps = first.pop("steps")
    assert first == {
        "id": "P1",
        "points": 1980,
        "available": 2070,
        "capacity": 95.7,
        "potential": 106.2,
        "without_points": 0,
        "overload": [{"began_on": "2026-01-05", "weeks": 4, "reached_on": "2026-02-02", "closed_on": None}],
        "span_of_control": None,
    }
    assert steps[5] == {
        "step": "AVAILABLE_HOURS",
        "result": 35.2,
        "reason": "37 hours contracted, less 1 of 1 reductions, those in force.",
    }
    assert (second["available"], second["capacity"], second["potential"], second["overload"]) == (
        0,
        0,
        None,
        None,
    )
    assert second["span_of_control"] == {
        "practitioners": 12,
        "limit": 10,
        "over": True,
        "limit_is": "assumed",
    }


def test_the_older_formula_by_its_name() -> None:
    given = {
        "id": "P1",
        "grade": "PSO",
        "cases": [{"type": "CUSTODY", "tier": "A3", "t2a": True, "apart": "WARRANT"}],
    }
    (found,) = json.loads(run(*DAY, "--formula", "legacy", given=given).stdout)
    assert (found["points"], found["available"]) == (0, 2176)
    refused = run(*DAY, given=given)
    assert refused.stderr == "P1, contractedHours: they are needed, and are not there.\n"
    assert refused.exit_code == 2


def test_a_regions_own_points(tmp_path: Path) -> None:
    text = resources.files("assay.core.workload").joinpath("workload.yaml").read_text("utf-8")
    (table,) = yaml.safe_load(text)["points"]
    table["tiers"]["licence"]["B2"] = 200
    file = tmp_path / "points.yaml"
    file.write_text(yaml.safe_dump({"points": [table]}), "utf-8")
    (found,) = json.loads(run(*DAY, "--points", str(file), given=ONE).stdout)
    assert found["points"] == 3000
    file.write_text("points: 1", "utf-8")
    assert run(*DAY, "--points", str(file), given=ONE).exit_code == 2


def test_csv_and_table(tmp_path: Path) -> None:
    done = run("--on", "2026-11-22", "--format", "csv", given=ONE)
    (row,) = csv.DictReader(io.StringIO(done.stdout))
    assert (row["capacity"], json.loads(row["steps"])[0]["result"]) == ("95.7", 1980)
    file = tmp_path / "work.json"
    file.write_text(json.dumps(ONE), "utf-8")
    shown = run("--in", str(file), "--on", "2026-11-22")
    assert shown.exit_code == 0, shown.output
    for words in (
        "1980 of 2070 points, to a tenth of a percent.",
        "4 weeks running over 110%, from 2026-01-05.",
    ):
        assert words in shown.stdout
    assert shown.stdout.count("P1") == 1
    span = run(
        "--on", "2026-11-22", given={"id": "S1", "grade": "SPO", "contractedHours": 37, "practitioners": 9}
    )
    assert "9 practitioners, of 10 at most (assumed)." in span.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"id": "P1"}, "P1, grade: it is needed, and is not there."),
        (
            ONE | {"cases": [{"type": "LICENSE", "tier": "C"}]},
            "P1, cases[0].tier: no source gives points for tier C.",
        ),
    ],
)
def test_bad_input_is_one_sentence_and_status_2(given: object, said: str) -> None:
    done = run(*DAY, given=given)
    assert (done.exit_code, done.stdout, done.stderr) == (2, "", f"{said}\n")


def test_a_day_before_every_table_is_refused_and_a_field_nothing_reads_is_told() -> None:
    before = run("--on", "2020-01-01", given=ONE)
    assert (before.exit_code, before.stderr) == (2, "No table of points is in force on 2020-01-01.\n")
    told = run(*DAY, given=ONE | {"name": "Sample"})
    assert (told.exit_code, told.stderr) == (0, "Passed over, since nothing reads them: name.\n")


def test_the_help_names_every_field_and_choice() -> None:
    said = " ".join(run("--help").stdout.split())
    for word in (
        *FIELDS,
        *APART,
        *REPORTS,
        *STATUSES,
        "COMMUNITY",
        "CUSTODY",
        "LICENSE",
        *load().reductions.reasons,
    ):
        assert word in said, word
    for grade in GRADES:
        assert grade in said.upper(), grade
    assert "no measure of a person" in said
