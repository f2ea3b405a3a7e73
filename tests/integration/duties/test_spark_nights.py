"""A night by Spark is the night by DuckDB: every duty, every table, row by row.

Each runs in a process of its own, as people run it; Spark is set to what few rows need.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest

from assay.assurance.duties import catalogue, engine
from assay.jobs import night
from assay.records.store import Pair, build_snapshot, open_pair, pair_in_force
from tests.factories.duties import AS_AT, people, region

pytestmark = pytest.mark.long

CASES = 60
# One process that lives for a minute: no second compiler, and rows few enough to be worked out as they come.
SETTINGS = (
    "spark.sql.adaptive.enabled=false",
    "spark.sql.shuffle.partitions=1",
    "spark.default.parallelism=1",
    "spark.sql.files.minPartitionNum=1",
    "spark.sql.codegen.wholeStage=false",
    "spark.sql.codegen.factoryMode=NO_CODEGEN",
    "spark.driver.memory=1g",
    "spark.driver.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
)
COMMAND = "from assay.jobs.cli import main; main()"


def on_spark(home: Path, folder: Path) -> subprocess.Popen[str]:
    settings = [word for each in SETTINGS for word in ("--spark-setting", each)]
    words = ["night", "--home", str(home), "--full", "--engine", "spark", *settings]
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, *words],
        cwd=folder,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "assay.config.settings_test", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def in_force(home: Path) -> Pair:
    pair = pair_in_force(home)
    assert pair is not None
    return pair


def tables(pair: Pair) -> dict[str, pa.Table]:
    with open_pair(pair) as reader:
        return {name: reader.table(f'SELECT * FROM n."{name}"') for name in engine.TABLES}


def in_order(table: pa.Table) -> list[str]:
    return sorted(map(str, table.to_pylist()))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose night in force DuckDB made."""
    place = tmp_path_factory.mktemp("spark night") / "records"
    build_snapshot(region(**people(Random(1), CASES)), home=place, as_at=AS_AT, provider="N52")
    night.make(place, full=True)
    return place


def test_a_spark_night_killed_half_way_leaves_the_old_pair(home: Path, tmp_path: Path) -> None:
    before = in_force(home)
    process = on_spark(home, tmp_path)
    try:
        while not list(home.glob(".spark-*/duties_case")):
            assert process.poll() is None, process.communicate()
            time.sleep(0.2)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert in_force(home) == before
    assert len(list(home.glob(".spark-*"))) == 1


def test_both_engines_write_the_same_night(home: Path, tmp_path: Path) -> None:
    by_duckdb = tables(in_force(home))
    # The same records where no night is yet, so that what is read was written by Spark.
    other, here = tmp_path / "records", tmp_path / "here"
    shutil.copytree(home, other, ignore=shutil.ignore_patterns("nights", "in_force.json", ".spark-*"))
    here.mkdir()
    process = on_spark(other, here)
    told, errors = process.communicate(timeout=1500)
    assert process.returncode == 0, errors
    made = in_force(other)
    assert told == f"Night {made.night.id} as at {AS_AT} is in force.\n"
    assert errors.strip() == f"All {CASES + 1} cases are worked out. It was asked for."
    by_spark = tables(made)
    assert set(by_spark["duty_state"]["duty"].to_pylist()) == {each.code for each in catalogue.duties()}
    assert {name: table.schema for name, table in by_spark.items()} == {
        name: table.schema for name, table in by_duckdb.items()
    }
    for name, table in by_duckdb.items():
        assert in_order(by_spark[name]) == in_order(table), name
    # The files too are the same, byte by byte, since a night is named after them.
    assert made.night.id == in_force(home).night.id
    # Nothing is left beside the records or where the command was given.
    assert list(other.glob(".spark-*")) == []
    assert list(here.iterdir()) == []
