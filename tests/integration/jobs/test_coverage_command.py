"""``assay coverage``: of an extract that lacks tables, columns, values and codes it says what to ask for."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import typer
from typer.testing import CliRunner

from assay.assurance.duties.reads import FILE, reads
from assay.core.policy import load
from assay.jobs.coverage import coverage
from assay.jobs.django_setup import compiled_home
from assay.records.sources import read_folder, write_folder
from assay.records.sources.filling import filling
from tests.factories.records import AS_AT, fit_tables

NEED = {"planned_on": date(2026, 1, 12), "need": "drugs", "assessment_id": "a-1"}
ROWS: dict[str, list[dict[str, Any]]] = {
    "assessment": [
        {"assessment_id": "a-1", "started_on": date(2026, 1, 8), "completed_on": date(2026, 1, 12)}
    ],
    "plan_need": [NEED],
    "intervention": [
        {"referred_on": date(2026, 1, 20), "need": "drugs"},
        {"referred_on": date(2026, 2, 20), "need": None},
    ],
    "contact": [{"type": "COAP", "outcome": "ATTC"}, {"type": "CTOB"}],
}


def write(folder: Path, *, as_csv: bool = False) -> Path:
    tables = fit_tables(**ROWS)
    write_folder(tables, folder, provider="N52", as_at=AS_AT, synthetic=True, as_csv=as_csv)
    return folder


def run(*arguments: str) -> Any:
    app = typer.Typer()
    app.command()(coverage)
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "300"})


def told(folder: Path) -> dict[str, Any]:
    done = run(str(folder), "--format", "json")
    assert done.exit_code == 0, done.output
    return {each["code"]: each for each in json.loads(done.stdout)["duties"]}


def test_what_a_duty_reads_is_found_in_its_definition() -> None:
    found = reads(load(), on=AS_AT, folder=compiled_home())
    s28 = found["S28"]
    assert s28.raised_by == {"plan_need"}
    assert s28.columns["intervention"] == {
        "crn",
        "ended_on",
        "intervention_id",
        "need",
        "outcome",
        "recorded_at",
        "referred_on",
    }
    # It reads when supervision was, and nothing of where the person lives.
    assert {"sentence", "plan_need", "referral", "suspension"} <= set(s28.columns)
    assert "address" not in s28.columns
    assert found["S27"].raised_by == {"requirement", "sentence"}
    assert found["S16"].raised_by == {"sentence"}
    # Of the risk of harm a gap in contact needs the level, and not whom it is to.
    assert "level" in found["S16"].columns["rosh"]
    assert "children" not in found["S16"].columns["rosh"]


def test_what_was_found_is_kept_until_a_rule_changes(tmp_path: Path) -> None:
    policy, place = load(), compiled_home() / FILE
    known = reads(policy, on=AS_AT, folder=compiled_home())
    (tmp_path / FILE).write_bytes(place.read_bytes())
    before = (tmp_path / FILE).stat().st_mtime_ns
    assert reads(policy, on=AS_AT, folder=tmp_path) == known
    assert (tmp_path / FILE).stat().st_mtime_ns == before


def test_how_full_each_column_is_and_which_codes_occur(tmp_path: Path) -> None:
    found = filling(read_folder(write(tmp_path)))
    assert found["intervention"].rows == 2
    assert found["intervention"].filled["need"] == 1
    assert found["intervention"].filled["outcome"] == 0
    assert found["intervention"].codes["need"] == {"drugs"}
    assert found["contact"].codes["type"] == {"COAP", "CTOB"}
    assert found["requirement_credit"].rows == 0


@pytest.mark.parametrize("as_csv", [False, True])
def test_an_extract_without_tables_and_columns_says_which_to_ask_for(tmp_path: Path, as_csv: bool) -> None:
    folder = write(tmp_path, as_csv=as_csv)
    suffix = "csv" if as_csv else "parquet"
    (folder / f"plan_need.{suffix}").unlink()
    _drop(folder / f"intervention.{suffix}", "outcome")
    (folder / f"contact.{suffix}").unlink()
    found = told(folder)
    s28 = found["S28"]
    assert s28["shown"] == "off"
    asked = {(each["table"], each["column"]): each for each in s28["ask"] if not each["codes"]}
    assert asked["plan_need", None]["shuts_off"]
    assert asked["intervention", "outcome"]["why"] == "The column is not there."
    assert asked["intervention", "ended_on"]["why"] == "The column is empty in every row."
    assert not asked["intervention", "outcome"]["shuts_off"]
    # The file is not whole, yet what it does hold is looked into.
    assert ("intervention", None) not in asked
    assert ("intervention", "need") not in asked
    assert found["S29"]["shown"] == "off"
    assert ("contact", None) in {(each["table"], each["column"]) for each in found["S29"]["ask"]}


def test_codes_of_which_none_occurs_are_named(tmp_path: Path) -> None:
    asks = told(write(tmp_path))["S29"]["ask"]
    (missed,) = [each for each in asks if "UAAB" in each["codes"]]
    assert (missed["table"], missed["column"]) == ("contact", "outcome")
    assert "missed_outcomes" in missed["why"]


def test_the_table_counts_the_duties(tmp_path: Path) -> None:
    done = run(str(write(tmp_path)))
    assert done.exit_code == 0
    assert "What the extract of N52 as at 2026-03-31 can show" in done.stdout
    shown = [each["shown"] for each in told(tmp_path).values()]
    counts = tuple(shown.count(each) for each in ("on", "part", "off"))
    assert "{} of {} duties on, {} part, {} off.".format(counts[0], len(shown), *counts[1:]) in done.stdout


def test_a_folder_without_a_label_is_refused_by_name(tmp_path: Path) -> None:
    done = run(str(tmp_path))
    assert done.exit_code == 2
    assert "extract.yaml" in done.output


def _drop(path: Path, column: str) -> None:
    if path.suffix == ".parquet":
        pq.write_table(pq.read_table(path).drop_columns([column]), path)
        return
    lines = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    place = [each.strip('"') for each in lines[0]].index(column)
    kept = [",".join(value for number, value in enumerate(line) if number != place) for line in lines]
    path.write_text("\n".join(kept) + "\n", "utf-8")
