"""Twenty simple duties said as data: Assay's way, pandas and SQL by hand come to the same rows, which are the
right ones. The other contenders have packages of their own, and are compared when the benchmark runs."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from assay.records.store import Snapshot, build_snapshot
from bench import handwritten
from bench.peers import running, with_assay, with_pandas
from bench.peers.definitions import COLUMNS, DUTIES, codes_of, first_day, key_of, tables
from bench.peers.measuring import READING, Task
from bench.peers.running import Cost, different, read, share
from bench.peers.with_spark import statement
from tests.factories import records
from tests.factories.records import AS_AT, CRN, OTHER_CRN

SEEN = {"type": "COAI", "outcome": "ATTC"}
PLANNED = {"type": "COAP", "outcome": "UAAB"}
VISIT = {"type": "CHVS", "outcome": "ATTC"}
CALL = {"type": "CTOB"}


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> tuple[Snapshot, Path]:
    """A small synthetic region, and the folder with the calendar."""
    place = tmp_path_factory.mktemp("region")
    return running.make(place, 150), place


said = cache(with_assay.say)


def of_assay(snapshot: Snapshot, place: Path) -> pa.Table:
    with_assay.run(said(snapshot.as_at), snapshot, place / "assay.parquet")
    return read(place / "assay.parquet")


def of_pandas(snapshot: Snapshot, place: Path, *, one_in: int = 1) -> pa.Table:
    task = Task(snapshot.path, place, place / "pandas.parquet", snapshot.as_at, one_in, "")
    with_pandas.write(with_pandas.rows_of(with_pandas.read(task)), task)
    return read(task.rows)


def made(place: Path, **rows: Any) -> Snapshot:
    tables = records.fit_tables(**rows)
    snapshot = build_snapshot(tables, home=place / "records", as_at=AS_AT, provider="N52")
    running.write_calendar(snapshot, place)
    return snapshot


def test_both_ways_give_the_same_rows_of_a_region_in_every_state(region: tuple[Snapshot, Path]) -> None:
    snapshot, place = region

    ours, theirs = of_assay(snapshot, place), of_pandas(snapshot, place)

    assert different(ours, theirs) == []
    assert ours.num_rows == theirs.num_rows > 2_000
    assert set(ours["duty"].to_pylist()) == {each.code for each in DUTIES}
    assert set(ours["state"].to_pylist()) == {"excused", "in_time", "late", "missed", "waiting"}
    assert set(ours["reason"].to_pylist()) == {
        "absence",
        "met",
        "met_late",
        "last_before",
        "none",
        "waiting",
    }


def test_a_share_of_the_cases_gives_the_rows_of_just_those(region: tuple[Snapshot, Path]) -> None:
    snapshot, place = region

    some, ours = of_pandas(snapshot, place, one_in=7), of_assay(snapshot, place)

    assert different(share(ours, 7), some) == []
    assert 0 < some.num_rows < ours.num_rows
    assert {int(crn[1:]) % 7 for crn in some["crn"].to_pylist()} == {0}


def test_sql_by_hand_gives_the_same_rows_as_the_definitions(region: tuple[Snapshot, Path]) -> None:
    snapshot, place = region

    spent, rows = handwritten.measure(snapshot, place, 1)

    chosen = [row for row in of_assay(snapshot, place).to_pylist() if row["duty"] in handwritten.CHOSEN]
    assert rows == len(chosen) > 1_000
    assert read(place / "hand.parquet").to_pylist() == chosen
    assert {name: len(each) for name, each in spent.items()} == {
        "by hand": 1,
        "said in Ibis": 1,
        "what was said": 1,
    }


def test_each_row_says_what_met_it_or_what_came_last_and_by_when(tmp_path: Path) -> None:
    contacts = [
        {"contact_id": "a visit", "happened_on": date(2026, 1, 2), **VISIT},
        {"contact_id": "b second that day", "happened_on": date(2026, 1, 12), **SEEN},
        {"contact_id": "a first that day", "happened_on": date(2026, 1, 12), **SEEN},
        {"contact_id": "c missed", "happened_on": date(2026, 2, 2), **PLANNED},
        {"contact_id": "d call the same day", "happened_on": date(2026, 2, 2), **CALL},
        {"contact_id": "e call", "happened_on": date(2026, 2, 11), **CALL},
        {"contact_id": "f missed", "happened_on": date(2026, 3, 30), **PLANNED},
    ]
    snapshot = made(tmp_path, contact=contacts, rosh=[{"opened_on": date(2026, 1, 1)}])

    found = of_assay(snapshot, tmp_path)

    start, first = date(2026, 1, 5), date(2026, 1, 12)
    told = {
        (row["duty"], row["anchor"]): tuple(row[each] for each in COLUMNS[3:]) for row in found.to_pylist()
    }
    sentence = f"sentence-{CRN}"
    # Five working days from the Monday; the row with the lesser key of those that day.
    assert told["B05", sentence] == (start, first, first, "in_time", "met", "a first that day")
    # Six weeks; visited, but before it began.
    assert told["B09", sentence] == (start, date(2026, 2, 16), None, "missed", "last_before", "a visit")
    assert told["B01", sentence] == (start, first, None, "missed", "none", None)
    # Six working days; what comes on the day itself does not count.
    assert told["B16", "c missed"] == (
        date(2026, 2, 2),
        date(2026, 2, 10),
        date(2026, 2, 11),
        "late",
        "met_late",
        "e call",
    )
    # Good Friday and Easter Monday do not count.
    assert told["B16", "f missed"] == (date(2026, 3, 30), date(2026, 4, 9), None, "waiting", "waiting", None)
    assert told["B20", "a visit"] == (
        date(2026, 1, 2),
        date(2026, 2, 2),
        first,
        "in_time",
        "met",
        "a first that day",
    )
    assert told["B20", "a first that day"][3:] == ("missed", "last_before", "a visit")
    assert different(found, of_pandas(snapshot, tmp_path)) == []


def test_a_trigger_in_a_span_is_excused_and_one_outside_the_population_is_none(tmp_path: Path) -> None:
    away = {"absence_id": "away", "crn": OTHER_CRN, "opened_on": date(2026, 1, 5)}
    longer = {
        **away,
        "absence_id": "a span before",
        "opened_on": date(2026, 1, 1),
        "closed_on": date(2026, 1, 5),
    }
    low = {"crn": OTHER_CRN, "level": "low", "opened_on": date(2026, 1, 1)}
    suspended = {"suspension_id": "at once", "crn": OTHER_CRN, "opened_on": date(2026, 1, 4)}
    seen = {"contact_id": "seen", "crn": OTHER_CRN, "happened_on": date(2026, 1, 6), **SEEN}
    snapshot = made(tmp_path, absence=[away, longer], suspension=[suspended], rosh=[low], contact=[seen])

    rows = of_assay(snapshot, tmp_path)

    found = {row["duty"]: (row["state"], row["reason"], row["row_id"]) for row in rows.to_pylist()}
    assert found == {
        **dict.fromkeys(("B01", "B02", "B05", "B06", "B12"), ("excused", "absence", "away")),
        "B14": ("missed", "none", None),
        "B20": ("excused", "suspension", "at once"),
    }
    assert different(rows, of_pandas(snapshot, tmp_path)) == []


def test_rows_that_differ_are_told() -> None:
    one = dict.fromkeys(COLUMNS, "x") | {"triggered_on": None, "due_on": None, "met_on": None}
    ours, theirs = pa.Table.from_pylist([one]), pa.Table.from_pylist([one | {"state": "late"}])

    assert different(ours, ours) == []
    assert [row["state"] for row in different(ours, theirs)] == ["late", "x"]
    assert different(ours, pa.concat_tables([ours, ours])) == [{"duty": "a row comes twice"}]


def test_what_a_share_costs_is_scaled_but_for_reading_and_starting() -> None:
    spent = {"start": [2.0], "run": [5.0, 9.0, 7.0], READING: [1.0, 3.0, 2.0], "  of it objects": [4.0]}
    share_of, whole = (Cost(spent, spent, most=1.0, rows=1, one_in=one_in) for one_in in (40, 1))

    assert [share_of.cpu(part) for part in spent] == [2.0, 202.0, 2.0, 160.0]
    assert [whole.cpu(part) for part in spent] == [2.0, 7.0, 2.0, 4.0]
    assert share_of.cpu("load") == 0.0


def test_every_part_of_a_duty_is_read() -> None:
    columns = tables()

    assert columns["suspension"] == ["crn", "suspension_id", "opened_on", "closed_on"]
    assert columns["contact"] == ["crn", "contact_id", "happened_on", "type", "outcome"]
    assert [key_of(name) for name in ("rosh", "sentence")] == ["rosh_id", "sentence_id"]
    # By outcome not every duty that reads contacts chooses, so rows of none are needed.
    assert list(codes_of("contact")) == ["type"]
    assert codes_of("assessment") == {"type": ("LAYER1", "LAYER3", "RISK_REVIEW")}
    assert first_day(date(2026, 2, 26)) == date(2024, 2, 27)


def test_the_statement_for_spark_asks_for_every_duty() -> None:
    said = statement(AS_AT)

    assert [said.count(f"SELECT '{each.code}' AS duty") for each in DUTIES] == [1] * len(DUTIES)
    assert said.count("BETWEEN DATE '2024-03-31' AND DATE '2026-03-31'") == len(DUTIES)
