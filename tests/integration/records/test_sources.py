"""Reading and writing extracts: the same bytes for the same rows, the same records from either form."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assay.records.checks import check, examine
from assay.records.sources import read_folder, write_folder
from assay.records.store import build_snapshot
from tests.factories import records
from tests.factories.records import AS_AT, CRN, OTHER_CRN

ROWS: dict[str, Any] = {
    "contact": [
        {"crn": OTHER_CRN, "contact_id": "late", "happened_on": date(2026, 3, 1), "start_time": time(9, 5)},
        {"crn": CRN, "contact_id": "a", "sensitive": True, "outcome": "ATTC"},
        {"crn": CRN, "contact_id": "b", "recorded_at": datetime(2026, 3, 30, 23, 30, tzinfo=UTC)},
    ],
    "words": [{"crn": CRN, "subject_id": "a", "body": 'Said "no", twice;\n\nsí — “ok”, 5 < 6.\r\nNext line'}],
    "predictor": [{"crn": CRN, "name": "RSR", "score": 3.25}],
    "person": [{"crn": OTHER_CRN, "disability": None}, {"crn": CRN, "disability": True}],
}


def content(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir())}


@pytest.mark.parametrize("as_csv", [False, True])
def test_the_same_rows_in_any_order_are_the_same_bytes(tmp_path: Path, as_csv: bool) -> None:
    tables = records.fit_tables(**ROWS)
    shuffled = {
        name: table.take(pa.array(random.Random(1).sample(range(table.num_rows), table.num_rows), pa.int64()))
        for name, table in tables.items()
    }
    for name, given in (("one", tables), ("two", shuffled)):
        write_folder(given, tmp_path / name, provider="N52", as_at=AS_AT, synthetic=True, as_csv=as_csv)

    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_a_csv_and_a_parquet_extract_of_the_same_rows_make_one_snapshot(tmp_path: Path) -> None:
    made = []
    for as_csv in (False, True):
        folder = records.extract(tmp_path / str(as_csv), as_csv=as_csv, **ROWS)
        extract = read_folder(folder)
        assert check(extract) == []
        home = tmp_path / f"home-{as_csv}"
        made.append(build_snapshot(extract.tables, home=home, as_at=AS_AT, provider="N52").hash)

    assert made[0] == made[1]


def test_writing_again_in_the_other_form_leaves_no_file_behind(tmp_path: Path) -> None:
    records.extract(tmp_path)
    records.extract(tmp_path, as_csv=True)

    assert not list(tmp_path.glob("*.parquet"))
    assert check(read_folder(tmp_path)) == []


def test_a_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    records.extract(tmp_path, as_csv=True)
    path = tmp_path / "person.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())

    assert check(read_folder(tmp_path)) == []


def test_columns_of_a_csv_may_come_in_any_order(tmp_path: Path) -> None:
    records.extract(tmp_path, as_csv=True, **ROWS)
    before = read_folder(tmp_path).tables["predictor"]
    path = tmp_path / "predictor.csv"
    lines = [line.split(",") for line in path.read_text("utf-8").splitlines()]
    path.write_text("\n".join(",".join(line[::-1]) for line in lines) + "\n", "utf-8")

    extract = read_folder(tmp_path)

    assert check(extract) == []
    assert extract.tables["predictor"] == before


def test_parquet_as_other_tools_write_it_is_read(tmp_path: Path) -> None:
    """Dictionaries, large strings and instants in milliseconds are the same values."""
    records.extract(tmp_path, **ROWS)
    path = tmp_path / "contact.parquet"
    table = pq.read_table(path)
    for name, kind in (
        ("type", pa.dictionary(pa.int32(), pa.string())),
        ("crn", pa.large_string()),
        ("recorded_at", pa.timestamp("ms", "Europe/London")),
    ):
        column = table[name].cast(kind) if name != "type" else table[name].dictionary_encode()
        table = table.set_column(table.schema.get_field_index(name), name, column)
    before = read_folder(tmp_path).tables["contact"]
    pq.write_table(table, path)

    extract = read_folder(tmp_path)

    assert check(extract) == []
    assert extract.tables["contact"] == before


def test_a_table_that_may_be_left_out_is_empty(tmp_path: Path) -> None:
    records.extract(tmp_path)
    (tmp_path / "past_answer.parquet").unlink()

    extract = read_folder(tmp_path)

    assert check(extract) == []
    assert extract.tables["past_answer"].num_rows == 0


def test_a_row_written_before_the_day_it_tells_of_is_a_warning_and_no_more(tmp_path: Path) -> None:
    early = {"opened_on": date(2026, 2, 3), "recorded_at": datetime(2026, 2, 2, 12, tzinfo=UTC)}
    records.extract(tmp_path, registration=[early, {}])

    found = examine(read_folder(tmp_path))

    assert found.problems == ()
    assert [(each.rule, each.row) for each in found.warnings] == [("written-before", 2)]


def test_nothing_of_reading_a_csv_is_left_when_the_extract_is_let_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records.extract(tmp_path / "x", as_csv=True)
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))

    extract = read_folder(tmp_path / "x")
    assert len(list((tmp_path / "scratch").iterdir())) == 1
    del extract

    assert list((tmp_path / "scratch").iterdir()) == []
