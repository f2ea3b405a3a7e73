"""Workbooks are kept as they were taken, beside the records and without them; the rest stays as it was."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assay.core.errors import Refused, Unfit
from assay.jobs import cli
from assay.jobs.workbook import said_of, take_in
from assay.records.holdings import Holding, held_in_workloads
from assay.records.store import layout
from assay.records.store.nature import mark_nature
from assay.records.store.workloads import KEPT, kept_workloads, workloads, workloads_in_force
from tests.factories.workbooks import DAY, Officer, sheets, written


def brought(tmp_path: Path, *officers: Officer, day: date = DAY, **more: Any) -> Path:
    for each in officers:
        each.day = day
    return written(tmp_path / "in.xlsx", sheets(officers or [Officer(day=day)], **more))


def everything(home: Path) -> dict[str, bytes]:
    return {str(each.relative_to(home)): each.read_bytes() for each in home.rglob("*") if each.is_file()}


def in_force(home: Path) -> dict[str, tuple[str, date]]:
    return {region: (each.name, each.as_at) for region, each in workloads_in_force(home).items()}


def test_a_workbook_is_kept_dated_and_named_by_its_content(tmp_path: Path) -> None:
    file, home = brought(tmp_path), tmp_path / "home"
    kept = take_in(file, home=home)
    assert kept.path == workloads(home) / kept.name
    assert kept.name.startswith("2026-02-26-")
    assert sorted(each.name for each in kept.path.iterdir()) == [
        "contact.parquet",
        "flagged.parquet",
        "manifest.json",
        "officer.parquet",
        "quarantine.csv",
        "report.parquet",
        "tier.parquet",
        "transition.parquet",
    ]
    manifest = layout.read_json(kept.path / "manifest.json")
    assert manifest is not None
    assert manifest["facts"]["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert manifest["tables"]["officer"] == layout.file_hash(kept.path / "officer.parquet")
    assert in_force(home) == {"N52": (kept.name, DAY)}
    assert take_in(file, home=home).name == kept.name
    assert [each.name for each in kept_workloads(home)] == [kept.name]


def test_an_unfit_workbook_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    take_in(brought(tmp_path), home=home)
    before = everything(home)
    bad = Officer(key="", day=DAY + timedelta(1))
    with pytest.raises(Unfit):
        take_in(brought(tmp_path, Officer(), bad, day=DAY + timedelta(1)), home=home, limit=Fraction(1, 4))
    assert everything(home) == before


def test_a_region_reads_its_latest_day_and_keeps_it_when_another_is_brought(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = take_in(brought(tmp_path, Officer(), Officer(key="P7", region="N57", team="N57A1T1")), home=home)
    later = take_in(brought(tmp_path, day=DAY + timedelta(1)), home=home)
    assert in_force(home) == {"N52": (later.name, DAY + timedelta(1)), "N57": (first.name, DAY)}
    older = take_in(brought(tmp_path, day=DAY - timedelta(3)), home=home)
    assert in_force(home) == {"N52": (later.name, DAY + timedelta(1)), "N57": (first.name, DAY)}
    assert [each.name for each in kept_workloads(home)] == [later.name, first.name, older.name]


def test_a_second_workbook_of_a_day_takes_the_place_of_the_first(tmp_path: Path) -> None:
    home = tmp_path / "home"
    take_in(brought(tmp_path), home=home)
    again = take_in(brought(tmp_path, Officer(people=5)), home=home)
    assert in_force(home) == {"N52": (again.name, DAY)}
    assert len(kept_workloads(home)) == 2


def test_the_last_thirty_five_are_kept_and_any_that_a_region_reads(tmp_path: Path) -> None:
    home = tmp_path / "home"
    alone = take_in(brought(tmp_path, Officer(region="N57")), home=home)
    made = [take_in(brought(tmp_path, day=DAY + timedelta(n)), home=home) for n in range(1, KEPT + 3)]
    kept = {each.name for each in kept_workloads(home)}
    assert kept == {alone.name, *(each.name for each in made[-KEPT:])}
    assert {each.name for each in workloads(home).iterdir()} == kept


def test_synthetic_and_real_never_stand_in_one_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    mark_nature(home, synthetic=False)
    before = everything(home)
    with pytest.raises(Unfit) as found:
        take_in(brought(tmp_path), home=home)
    assert [each.rule for each in found.value.problems] == ["synthetic-and-real"]
    assert {name for name in everything(home) if name != "lock"} == set(before)


def test_beside_another_build_it_waits_for_a_person(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(Refused):
            take_in(brought(tmp_path), home=home)
    assert not workloads(home).exists()


def test_what_a_killed_build_left_is_swept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    left = workloads(home) / f"{layout.BUILDING}x"
    left.mkdir(parents=True)
    (left / "officer.parquet").write_bytes(b"half")
    (home / ".workload.json.123").write_bytes(b"half")
    kept = take_in(brought(tmp_path), home=home)
    assert [each.name for each in workloads(home).iterdir()] == [kept.name]
    assert not (home / ".workload.json.123").exists()


def test_what_was_taken_is_said_with_what_was_missing(tmp_path: Path) -> None:
    content = sheets([Officer()], GS=[["?"]])
    del content["CMS"]
    kept = take_in(written(tmp_path / "in.xlsx", content), home=tmp_path / "home")
    assert said_of(kept) == [
        "Taken: 2 rows of 2026-02-26, for N52. Set apart: 0; "
        f"{kept.path / 'quarantine.csv'} says why, row by row.",
        "The workbook has no sheet CMS.",
        "The headings of sheet GS are not known; it was left out.",
    ]


def test_what_is_held_about_a_person_names_the_workbooks(tmp_path: Path) -> None:
    home = tmp_path / "home"
    content = sheets([Officer()])
    for sheet in ("Flag_Upw", "Flag_Priority"):
        content[sheet].append(["U", "X900001", "B1", "N52A1T1", "PSM", "P1", ""])
    kept = take_in(written(tmp_path / "in.xlsx", content), home=home)
    assert held_in_workloads(home, "X900001") == (Holding(snapshot=kept.name, table="flagged", rows=2),)
    assert held_in_workloads(home, "X900002") == ()


@pytest.fixture
def commands() -> Iterator[Any]:
    before = list(cli.app.registered_commands)
    cli.app.registered_commands.clear()
    cli.add_commands(("workbook", "synthesise-workbook"))
    yield cli.app
    cli.app.registered_commands[:] = before


def test_the_commands_write_one_and_take_it_in(tmp_path: Path, commands: Any) -> None:
    run, file, home = CliRunner(), str(tmp_path / "made.xlsx"), str(tmp_path / "home")
    made = run.invoke(
        commands,
        ["synthesise-workbook", "--to", file, "--as-at", "2026-02-26", "--teams", "1", "--officers", "3"],
    )
    assert made.exit_code == 0, made.output
    taken = run.invoke(commands, ["workbook", file, "--home", home])
    assert taken.exit_code == 0, taken.output
    assert "of 2026-02-26, for Z52. Set apart: 0" in " ".join(taken.output.split())
    assert set(workloads_in_force(Path(home))) == {"Z52"}


def test_an_unfit_file_ends_with_two_and_names_file_row_and_rule(tmp_path: Path, commands: Any) -> None:
    content = sheets([Officer()])
    content["Flag_Upw"].append(["U", "?", "B1", "N52A1T1", "PSM", "P1", ""])
    file = written(tmp_path / "bad.xlsx", content)
    done = CliRunner().invoke(
        commands,
        ["workbook", str(file), "--home", str(tmp_path / "home")],
        env={"COLUMNS": "200", "ASSAY_QUARANTINE_LIMIT": "1%"},
    )
    assert done.exit_code == 2
    assert "quarantine-limit" in done.output
    line = next(each for each in done.output.splitlines() if "no-crn" in each)
    assert "Flag_Upw" in line
    assert " 2 " in line
    assert not (tmp_path / "home").exists()
    assert (
        CliRunner()
        .invoke(commands, ["workbook", str(file), "--home", str(tmp_path / "home"), "--limit", "0.5"])
        .exit_code
        == 0
    )
