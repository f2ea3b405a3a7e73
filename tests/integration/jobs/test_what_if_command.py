"""``assay what-if`` gives what a night under the other window gives, and changes nothing."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
import typer
from typer.testing import CliRunner

from assay.assurance.duties import engine, statements, whatif
from assay.assurance.duties.scripts import Script
from assay.assurance.duties.whatif_counting import FLOW, STATE, Trying
from assay.assurance.duties.whatif_statements import said
from assay.core.policy import Window, load
from assay.jobs.django_setup import compiled_home
from assay.jobs.what_if import what_if
from assay.records.store import (
    build_snapshot,
    latest_snapshot,
    open_pair,
    open_snapshot,
    pair_in_force,
    put_in_force,
    write_night,
)
from tests.factories.duties import AS_AT, TinyReader, people, region

POLICY = load()
OF_STATE = {"met": "in_time", "met_late": "late", "missed": "missed", "unknown": "unknown_due"}
WEEKS_BACK = 728
# Other policies, each with another length of one window of each of these duties: so one night under each
# tells of all of them. Where one row may raise a duty twice, the unit stays as it is.
OTHERS: tuple[dict[str, dict[str, tuple[int, str]]], ...] = (
    {
        "S01": {"police_enquiry": (15, "working_days")},
        "S04": {"child_enquiry": (10, "days")},
        "S13": {"risk_agreement": (3, "weeks")},
        "S16": {"contact_monthly": (12, "days")},
        "S18": {"failure_decision": (9, "working_days")},
        "S20": {"review_completed": (5, "days")},
        "S21": {"oversight": (9, "working_days")},
        "S22": {"suspension_ended": (1, "working_days")},
        "S25": {"victim_offer": (3, "weeks")},
        "S26": {"workload_relief": (4, "weeks")},
        "S27": {"unpaid_work_twelve_months": (60, "days")},
        "S29": {"engaged_again": (3, "days")},
    },
    {
        "S01": {"police_enquiry": (2, "days")},
        "S04": {"child_enquiry": (1, "working_days")},
        "S13": {"risk_agreement": (2, "days")},
        "S18": {"failure_decision": (1, "working_days")},
        "S20": {"review_considered": (6, "working_days")},
        "S21": {"oversight": (1, "working_days")},
        "S22": {"suspension_midway": (2, "weeks")},
        "S25": {"victim_recall_notice": (20, "days")},
        "S26": {"workload_relief": (1, "working_days")},
        "S27": {"ordered_hours_point": (30, "days")},
        "S29": {"engaged_again": (20, "working_days")},
    },
    {
        "S04": {"child_enquiry": (0, "days")},
        "S27": {"ordered_days_point": (1, "working_days")},
    },
)
CODES = sorted({code for other in OTHERS for code in other})
QUICK = [
    (number, duty, name)
    for number, other in enumerate(OTHERS)
    for duty, windows in other.items()
    for name, (value, _) in windows.items()
    if duty != "S16" and value
]

app = typer.Typer()
app.command()(what_if)


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, list(arguments))


@cache
def invented() -> dict[str, pa.Table]:
    return region(**people(Random(11), 120))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A night of some duties over invented people who pause, move, merge, are excused and leave."""
    place = tmp_path_factory.mktemp("whatif") / "records"
    snapshot = build_snapshot(invented(), home=place, as_at=AS_AT, provider="N52")
    with open_snapshot(snapshot) as reader:
        tables = engine.run(reader, policy=POLICY, as_at=AS_AT, script=script())
    versions = {"policy": POLICY.version} | script().versions
    night = write_night(tables, home=place, snapshot=snapshot, as_at=AS_AT, versions=versions)
    put_in_force(place, snapshot=snapshot, night=night)
    return place


@cache
def script() -> Script:
    return statements.say(POLICY, on=AS_AT, only=CODES)


@cache
def other_night(number: int) -> dict[str, pa.Table]:
    """What the engine itself makes of the duties under another policy. It is said as under the policy in
    force: that no statement holds a length shows where the command says one duty anew and finds the same."""
    policy = POLICY
    for windows in OTHERS[number].values():
        for name, (value, unit) in windows.items():
            policy = whatif.tried_policy(policy, window_of(name, value, unit))
    return engine.run(TinyReader(invented()), policy=policy, as_at=AS_AT, script=script())


def window_of(name: str, value: int, unit: Any) -> Window:
    return replace(POLICY.windows[name][-1], value=value, unit=unit)


@pytest.mark.parametrize(("number", "duty", "name"), QUICK)
def test_each_case_and_obligation_is_as_in_a_night_under_the_other_window(
    home: Path, number: int, duty: str, name: str
) -> None:
    window = window_of(name, *OTHERS[number][duty][name])
    spoken = said(POLICY, on=AS_AT, duty=duty, window=name, folder=compiled_home())
    assert whatif.why_run_again(spoken, POLICY, window) is None
    pair = pair_in_force(home)
    assert pair is not None
    with open_pair(pair) as reader:
        trying = Trying(reader, spoken, duty=duty)
        trying.due_again(window)
        assert trying.is_as_in_night()
        trying.judge("tried_on")
        judged = reader.rows(
            "SELECT case_id, triggered_on, due_on, state FROM whatif_judged WHERE state NOT NULL"
        )
        lapsed = reader.rows(
            "SELECT DISTINCT case_id, team FROM whatif_late WHERE lapsed UNION SELECT l.case_id, l.team "
            "FROM n.lapse l SEMI JOIN whatif_other USING (obligation_id) "
            "WHERE l.clock = 'date' AND l.closed_on IS NULL"
        )
        trying.close()
        before = reader.rows(
            "SELECT case_id, triggered_on, due_on, state FROM n.obligation WHERE duty = ?", (duty,)
        )
    obligations = fallen_due(of_duty(other_night(number)["obligation"], duty))
    open_lapses = {
        (row["case_id"], row["team"])
        for row in of_duty(other_night(number)["lapse"], duty)
        if row["clock"] == "date" and row["closed_on"] is None
    }
    assert Counter(tuple(row.values()) for row in judged) == obligations
    assert {tuple(row.values()) for row in lapsed} == open_lapses
    assert open_lapses
    assert obligations != fallen_due(before)
    assert {"in_time", "late", "missed"} <= {each[3] for each in obligations}


def of_duty(table: pa.Table, duty: str) -> list[dict[str, Any]]:
    return [row for row in table.to_pylist() if row["duty"] == duty]


def fallen_due(rows: Iterable[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """What fell due in the weeks that are counted, by what became of it."""
    return Counter(
        (row["case_id"], row["triggered_on"], row["due_on"], OF_STATE[row["state"]])
        for row in rows
        if row["state"] in OF_STATE and row["due_on"] and 0 <= (AS_AT - row["due_on"]).days < WEEKS_BACK
    )


@pytest.mark.parametrize(
    ("duty", "setting", "number", "quick"),
    [
        ("S04", "days=10", 0, True),
        ("S04", "days=0", 2, False),
        ("S16", "contact_monthly=12", 0, False),
    ],
)
def test_the_command_prints_both_by_unit_and_changes_nothing(
    home: Path, duty: str, setting: str, number: int, quick: bool
) -> None:
    found = files(home)
    done = run("--duty", duty, "--set", setting, "--by", "pdu", "--format", "json", "--home", str(home))
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    pair = pair_in_force(home)
    assert pair is not None
    with open_pair(pair) as reader:
        before = reader.table("SELECT * FROM n.week WHERE duty = ?", (duty,)).to_pylist()
    for side, weeks in (("in_force", before), ("tried", of_duty(other_night(number)["week"], duty))):
        assert {each["unit"]: counted(each[side]) for each in told["units"]} == by_pdu(weeks)
    assert (told["worked_out_anew_because"] is None) is quick
    assert ("takes longer" in done.stderr) is not quick
    assert told["total"]["in_force"]["in_time"] != told["total"]["tried"]["in_time"]
    assert files(home) == found


def counted(counts: dict[str, Any]) -> dict[str, int]:
    return {name: counts[name] for name in (*STATE, *FLOW)}


def by_pdu(weeks: Iterable[dict[str, Any]]) -> dict[str | None, dict[str, int]]:
    found: dict[str | None, dict[str, int]] = {}
    for row in weeks:
        counts = found.setdefault(row["pdu"], dict.fromkeys((*STATE, *FLOW), 0))
        for name in counts:
            if name in FLOW or row["week_on"] == AS_AT:
                counts[name] += row[name]
    return found


def test_a_share_stands_with_its_base_and_a_starting_value_is_called_so(home: Path) -> None:
    done = run("--duty", "S04", "--set", "days=10", "--by", "all", "--home", str(home))
    assert done.exit_code == 0, done.output
    assert "In force: 5 working days (starting value). Tried: 10 days" in " ".join(done.stdout.split())
    assert "not late, but not seen" in " ".join(done.stdout.split())
    small = run("--duty", "S25", "--set", "victim_offer=10", "--by", "pdu", "--home", str(home))
    assert small.exit_code == 0, small.output
    assert "under 20" in small.stdout


def files(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(
    ("duty", "setting", "said"),
    [
        ("S04", "foo=10", "S04 has no window foo to set. What can be set: working_days=NUMBER"),
        ("S16", "days=10", "What can be set: contact_early_high=NUMBER, contact_monthly=NUMBER."),
        ("S04", "days=soon", "soon is no length of a window."),
        ("S99", "days=10", "The night in force has no duty S99, but S01, S04, S13, S16, S18, S20, "),
    ],
)
def test_a_wrong_name_or_length_ends_with_two(home: Path, duty: str, setting: str, said: str) -> None:
    done = run("--duty", duty, "--set", setting, "--home", str(home))
    assert done.exit_code == 2
    assert said in done.stderr.replace("\n", " ").replace("  ", " ")
    assert done.stdout == ""


def test_before_the_first_night_and_under_other_rules_it_is_refused(tmp_path: Path) -> None:
    none = run("--duty", "S04", "--set", "days=10", "--home", str(tmp_path / "none"))
    assert (none.exit_code, "No night has been run here yet" in none.stderr) == (3, True)
    build_snapshot(region(), home=tmp_path, as_at=AS_AT, provider="N52")
    snapshot = latest_snapshot(tmp_path)
    assert snapshot is not None
    night = write_night({}, home=tmp_path, snapshot=snapshot, as_at=AS_AT, versions={"policy": "another"})
    put_in_force(tmp_path, snapshot=snapshot, night=night)
    other = run("--duty", "S04", "--set", "days=10", "--home", str(tmp_path))
    assert (other.exit_code, "under other practice rules" in other.stderr) == (3, True)


def test_where_the_window_in_force_does_not_give_what_the_night_shows_the_duty_is_run_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = pair_in_force(home)
    assert pair is not None
    window, told = window_of("child_enquiry", 10, "days"), []
    monkeypatch.setattr(Trying, "is_as_in_night", lambda trying: False)
    with open_pair(pair) as reader:
        trial = whatif.try_out(
            reader,
            policy=POLICY,
            duty="S04",
            window=window,
            by="all",
            tell=lambda why: told.append(why.worded()),
        )
    assert told == ["Counted again, the window in force did not give what the night shows."]
    assert trial.total.tried.lapsed == sum(
        by["lapsed"] for by in by_pdu(of_duty(other_night(0)["week"], "S04")).values()
    )


def test_what_is_said_is_kept_and_said_anew_for_other_rules(tmp_path: Path) -> None:
    kept = said(POLICY, on=AS_AT, duty="S04", window="child_enquiry", folder=tmp_path)
    file = tmp_path / "whatif.json"
    first = file.read_bytes()
    assert said(POLICY, on=AS_AT, duty="S04", window="child_enquiry", folder=tmp_path) == kept
    assert file.read_bytes() == first
    other = replace(POLICY, version="another")
    assert said(other, on=AS_AT, duty="S04", window="child_enquiry", folder=tmp_path) == kept
    assert file.read_bytes() != first
    os.truncate(file, 10)
    assert said(POLICY, on=AS_AT, duty="S04", window="child_enquiry", folder=tmp_path) == kept
