"""``assay night``, ``assay lapses`` and ``assay policy``: what they print, how they end, and a night killed
half-way."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from assay.assurance.duties import scripts, statements
from assay.jobs import lapses, night, policy
from assay.records.store import Pair, build_snapshot, pair_in_force
from tests.factories.duties import region

FIRST, SECOND = date(2026, 3, 24), date(2026, 3, 31)
CRN = "X900001"
ABUSE = {"registration_id": "register-1", "crn": CRN, "type": "ADVP", "opened_on": date(2026, 1, 5)}

app = typer.Typer()
for each in (night.night, lapses.lapses, policy.policy):
    app.command()(each)

# A night in a process of its own that stops for ever just before a step, and says that it got there.
STOPS = """
import importlib, pathlib, sys, time
module, step, reached, home = sys.argv[1:]
def wait(*given, **named):
    pathlib.Path(reached).touch()
    time.sleep(600)
setattr(importlib.import_module(module), step, wait)
from assay.jobs import night
night.make(pathlib.Path(home))
"""


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


def load(home: Path, *, as_at: date) -> None:
    """One person at risk of domestic abuse about whom police were never asked."""
    build_snapshot(region(registration=[ABUSE]), home=home, as_at=as_at, provider="N52")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a night in force, and newer records that are in no night yet. Every process here takes one
    duty for the whole of them, from a folder where it is kept: what a night does with its tables is the same
    for one."""
    home = tmp_path_factory.mktemp("night") / "records"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_COMPILED", str(tmp_path_factory.mktemp("compiled")))
        patch.setattr(scripts, "_made", {})
        patch.setattr(scripts, "_say", lambda policy, on: statements.say(policy, on=on, only=("S01",)))
        load(home, as_at=FIRST)
        done = run("night", "--home", str(home))
        assert done.exit_code == 0, done.output
        load(home, as_at=SECOND)
        yield home


@pytest.fixture
def home(kept: Path, tmp_path: Path) -> Path:
    shutil.copytree(kept, tmp_path / "records")
    return tmp_path / "records"


def in_force(home: Path) -> Pair:
    pair = pair_in_force(home)
    assert pair is not None
    return pair


def printed(home: Path, *arguments: str) -> list[dict[str, Any]]:
    done = run("lapses", "--home", str(home), "--format", "json", *arguments)
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return [row for row in found if row["case_id"] == CRN]


@pytest.mark.parametrize(
    ("module", "step"),
    [
        ("assay.records.store.layout", "put_in_place"),
        ("assay.records.store", "put_in_force"),
    ],
    ids=["while it is written", "before it is in force"],
)
def test_a_night_killed_half_way_leaves_the_old_pair(
    home: Path, tmp_path: Path, module: str, step: str
) -> None:
    before, reached = in_force(home), tmp_path / "reached"
    shown = printed(home)
    process = subprocess.Popen(
        [sys.executable, "-c", STOPS, module, step, str(reached), str(home)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "assay.config.settings_test"},
    )
    try:
        _wait_for(reached, process)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
    assert process.returncode == -signal.SIGKILL
    assert in_force(home) == before
    assert in_force(home).night.as_at == FIRST
    assert printed(home) == shown
    # Nothing stands in the way of the next try.
    done = run("night", "--home", str(home))
    assert done.exit_code == 0, done.output
    assert in_force(home).night.as_at == SECOND


def _wait_for(file: Path, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 120
    while not file.exists():
        assert process.poll() is None, "the night ended before it was killed"
        assert time.monotonic() < until, "the night never got there"
        time.sleep(0.1)


def test_a_night_where_nothing_is_loaded_is_refused(tmp_path: Path) -> None:
    done = run("night", "--home", str(tmp_path))
    assert done.exit_code == 3
    assert "Load an extract first: assay load FOLDER." in done.output
    assert list(tmp_path.iterdir()) == []


def test_a_night_for_a_day_after_the_records_is_refused(home: Path) -> None:
    before = in_force(home)
    done = run("night", "--home", str(home), "--as-at", "2026-04-01")
    assert done.exit_code == 3
    assert "The records speak for no day after" in done.output
    assert in_force(home) == before


def test_the_night_says_which_it_is_and_is_the_same_for_the_same_records(home: Path) -> None:
    done = run("night", "--home", str(home))
    assert done.exit_code == 0, done.output
    made = in_force(home).night
    assert f"Night {made.id} as at 2026-03-31 is in force." in done.output
    assert run("night", "--home", str(home)).exit_code == 0
    assert in_force(home).night == made


def test_lapses_are_printed_with_window_and_reasons(home: Path) -> None:
    found = printed(home, "--duty", "S01")
    assert [(row["case_id"], row["duty"], row["part"]) for row in found] == [(CRN, "S01", 1)]
    row = found[0]
    assert (row["triggered_on"], row["due_on"], row["opened_on"], row["closed_on"]) == (
        "2026-01-05",
        "2026-01-12",
        "2026-01-13",
        None,
    )
    assert (row["value"], row["unit"], row["confidence"]) == (5, "working_days", "assumed")
    assert ("register", "register-1") in [(each["clause"], each["row_id"]) for each in row["reasons"]]
    assert "practitioner" not in row


@pytest.mark.parametrize(
    ("narrowed", "held"),
    [
        (("--as-at", "2026-01-12"), 0),
        (("--as-at", "2026-01-13"), 1),
        (("--pdu", "N52A"), 1),
        (("--pdu", "N52B"), 0),
        (("--clock", "recorded"), 1),
    ],
    ids=["the day it is due", "the day after", "its PDU", "another PDU", "by what was known"],
)
def test_lapses_are_those_that_hold_on_the_day_and_in_the_place(
    home: Path, narrowed: tuple[str, ...], held: int
) -> None:
    assert len(printed(home, "--duty", "S01", *narrowed)) == held


def test_the_table_of_lapses_calls_a_starting_value_one(home: Path) -> None:
    done = run("lapses", "--home", str(home), "--duty", "S01")
    assert done.exit_code == 0, done.output
    assert "2 lapses on 2026-03-24" in done.stdout
    assert "starting" in done.stdout
    assert "late" not in done.stdout.lower()


def test_lapses_before_the_first_night_and_after_the_last_are_refused(home: Path, tmp_path: Path) -> None:
    never = run("lapses", "--home", str(tmp_path / "empty"))
    assert (never.exit_code, "No night has been run here yet" in never.output) == (3, True)
    after = run("lapses", "--home", str(home), "--as-at", "2026-03-25")
    assert (after.exit_code, "The night speaks for no day after" in after.output) == (3, True)


def test_the_policy_is_printed_with_source_confidence_and_how_far_a_change_reaches() -> None:
    done = run("policy", "--on", "2026-01-01", "--format", "json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    rules = {each["name"]: each for each in told["rules"]}
    window = rules["police_enquiry"]
    assert (told["on"], window["value"], window["unit"]) == ("2026-01-01", 5, "working_days")
    assert (window["confidence"], window["applies_to"]) == ("assumed", "new")
    assert all(each["source"] and each["review_on"] for each in told["rules"])
    assert rules["police_enquiries"]["codes"]


def test_the_table_of_the_policy_has_a_column_for_its_reach() -> None:
    done = CliRunner().invoke(app, ["policy", "--on", "2026-01-01"], env={"COLUMNS": "300"})
    assert done.exit_code == 0, done.output
    headings, row = (
        next(line for line in done.stdout.splitlines() if words in line)
        for words in ("Applies to", "police_enquiry ")
    )
    assert headings.index("Applies to") == row.index("what is raised since")


def test_a_day_that_is_none_ends_with_two() -> None:
    assert run("policy", "--on", "31.3.2026").exit_code == 2
    assert run("lapses", "--clock", "nonsense").exit_code == 2
