"""Extracts that must not be loaded: each is refused with exit status 2, says what and where, and leaves
everything as it was."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from assay.jobs import cli
from assay.records import standard
from assay.records.store import build_snapshot, pair_in_force, put_in_force, write_night
from tests.factories import records
from tests.factories.records import AS_AT, CRN, OTHER_CRN

RUNNER = CliRunner()
cli.add_commands(["load"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made")
    snapshot = build_snapshot(records.fit_tables(), home=home, as_at=AS_AT, provider="N52")
    lapses = pa.table({"case_id": [CRN]})
    night = write_night(
        {"lapse": lapses}, home=home, snapshot=snapshot, as_at=AS_AT, versions={"policy": "1"}
    )
    put_in_force(home, snapshot=snapshot, night=night)
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    """A home with a pair in force."""
    return Path(shutil.copytree(made, tmp_path / "home"))


def everything(home: Path) -> dict[str, bytes]:
    """Every file of a home but the lock, with its content."""
    files = [each for each in sorted(home.rglob("*")) if each.is_file() and each.name != "lock"]
    return {str(each.relative_to(home)): each.read_bytes() for each in files}


def load(folder: Path, home: Path, *more: str) -> tuple[int, dict[str, Any]]:
    report = folder.parent / "report.json"
    words = ["load", str(folder), "--home", str(home), "--report", str(report), *more]
    result = RUNNER.invoke(cli.app, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, json.loads(report.read_text("utf-8"))


def without_column(folder: Path, name: str, column: str) -> None:
    path = folder / f"{name}.parquet"
    pq.write_table(pq.read_table(path).drop_columns([column]), path)


def with_line(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / f"{name}.csv"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def without_last_column(folder: Path) -> None:
    with_line(folder, "contact", ',"sensitive"', "")
    with_line(folder, "contact", ',"no"', "")


Break = Callable[[Path], None]


def parquet(break_it: Break, **rows: Any) -> Break:
    def make(folder: Path) -> None:
        break_it(records.extract(folder, **rows))

    return make


def in_csv(break_it: Break, **rows: Any) -> Break:
    def make(folder: Path) -> None:
        break_it(records.extract(folder, as_csv=True, **rows))

    return make


def nothing(folder: Path) -> None:
    """The rows themselves are the fault."""


def cut_short(folder: Path) -> None:
    path = folder / "contact.parquet"
    path.write_bytes(path.read_bytes()[:-200])


def misspelt(folder: Path) -> None:
    shutil.copy(folder / "rosh.parquet", folder / "rsoh.parquet")


def damaged_within(folder: Path) -> None:
    """The footer is whole, and the pages it points to are not."""
    path = folder / "contact.parquet"
    content = bytearray(path.read_bytes())
    content[20:60] = bytes(40)
    path.write_bytes(content)


def emptied(folder: Path) -> None:
    (folder / "contact.parquet").write_bytes(b"")


def emptied_csv(folder: Path) -> None:
    (folder / "contact.csv").write_bytes(b"")


def in_windows_1252(folder: Path) -> None:
    path = folder / "words.csv"
    path.write_bytes(path.read_text("utf-8").encode("cp1252"))


def parquet_not_utf8(folder: Path) -> None:
    path = folder / "words.parquet"
    table = pq.read_table(path)
    bodies = pa.array([b"fit", b"caf\xe9"], pa.binary()).view(pa.string())
    pq.write_table(table.set_column(table.schema.get_field_index("body"), "body", bodies), path)


def text_for_a_day(folder: Path) -> None:
    path = folder / "contact.parquet"
    table = pq.read_table(path)
    days = table["happened_on"].cast(pa.string())
    pq.write_table(table.set_column(table.schema.get_field_index("happened_on"), "happened_on", days), path)


def later_standard(folder: Path) -> None:
    path = folder / "extract.yaml"
    known, later = f"standard: {standard.VERSION}", f"standard: {standard.VERSION + 1}"
    path.write_text(path.read_text("utf-8").replace(known, later), "utf-8")


def said_to_be_real(folder: Path) -> None:
    path = folder / "extract.yaml"
    path.write_text(path.read_text("utf-8").replace("synthetic: true", "synthetic: false"), "utf-8")


def other_provider(folder: Path) -> None:
    path = folder / "extract.yaml"
    path.write_text(path.read_text("utf-8").replace("provider: N52", "provider: N99"), "utf-8")


TWO = [{"crn": CRN}, {"crn": OTHER_CRN}]
BAD: dict[str, tuple[Break, tuple[str, str, str | None, int | None]]] = {
    "missing table": (
        parquet(lambda folder: (folder / "rosh.parquet").unlink()),
        ("rosh", "missing-table", None, None),
    ),
    "unknown file": (
        parquet(misspelt),
        ("rsoh.parquet", "unknown-file", None, None),
    ),
    "missing column": (
        parquet(lambda folder: without_column(folder, "contact", "sensitive")),
        ("contact.parquet", "missing-column", "sensitive", None),
    ),
    "missing column in a CSV": (
        in_csv(without_last_column),
        ("contact.csv", "missing-column", "sensitive", None),
    ),
    "wrong type": (parquet(text_for_a_day), ("contact.parquet", "wrong-type", "happened_on", None)),
    "a day that is none": (
        in_csv(
            lambda folder: with_line(folder, "contact", "2026-01-06", "2026-02-30"),
            contact=[{}, {"happened_on": date(2026, 1, 6)}],
        ),
        ("contact.csv", "wrong-type", "happened_on", 2),
    ),
    "an instant without its zone": (
        in_csv(lambda folder: with_line(folder, "contact", "12:00:00.000000Z", "12:00:00")),
        ("contact.csv", "wrong-type", "recorded_at", 1),
    ),
    "required and empty": (
        in_csv(lambda folder: with_line(folder, "person", '"text"', "")),
        ("person.csv", "required", "forename", 1),
    ),
    "unknown code": (
        parquet(nothing, contact=[{}, {"type": "ZZZZ"}]),
        ("contact.parquet", "unknown-code", "type", 2),
    ),
    "orphan key": (
        parquet(nothing, contact=[{"staff_code": "NOBODY"}]),
        ("contact.parquet", "orphan-key", "staff_code", 1),
    ),
    "words of no contact": (
        parquet(nothing, words=[{"subject_id": "contact-9"}]),
        ("words.parquet", "orphan-key", "subject_id", 1),
    ),
    "another person's sentence": (
        parquet(nothing, contact=[{"crn": CRN}, {"crn": OTHER_CRN, "sentence_id": f"sentence-{CRN}"}]),
        ("contact.parquet", "another-person", "sentence_id", 2),
    ),
    "duplicate key": (
        parquet(nothing, contact=[{"contact_id": "one"}, {"contact_id": "one"}]),
        ("contact.parquet", "duplicate-key", "contact_id", 2),
    ),
    "end before start": (
        parquet(nothing, registration=[{"opened_on": date(2026, 2, 2), "closed_on": date(2026, 2, 1)}]),
        ("registration.parquet", "order", "closed_on", 1),
    ),
    "two levels on one day": (
        parquet(
            nothing,
            rosh=[
                {"opened_on": date(2026, 1, 5), "closed_on": date(2026, 2, 2), "level": "high"},
                {"opened_on": date(2026, 2, 1), "level": "medium"},
            ],
        ),
        ("rosh.parquet", "overlap", "opened_on", 2),
    ),
    "recorded after the extract": (
        parquet(nothing, contact=[{"recorded_at": datetime(2026, 4, 1, 9, tzinfo=UTC)}]),
        ("contact.parquet", "after-extract", "recorded_at", 1),
    ),
    "truncated Parquet": (parquet(cut_short), ("contact.parquet", "unreadable", None, None)),
    "damaged Parquet": (parquet(damaged_within), ("contact.parquet", "unreadable", None, None)),
    "empty file": (parquet(emptied), ("contact.parquet", "empty-file", None, None)),
    "empty CSV": (in_csv(emptied_csv), ("contact.csv", "empty-file", None, None)),
    "wrong encoding": (
        in_csv(in_windows_1252, words=[{"body": "fit\n\nstill fit"}, {"body": "café"}]),
        ("words.csv", "encoding", None, 2),
    ),
    "wrong encoding in Parquet": (
        parquet(parquet_not_utf8, words=[{"body": "fit"}, {"body": "café"}]),
        ("words.parquet", "encoding", None, 2),
    ),
    "a row too long": (
        in_csv(lambda folder: with_line(folder, "contact", '"COAP",', '"COAP","COAP",')),
        ("contact.csv", "row-length", None, 1),
    ),
    "no rows": (
        parquet(nothing, contact=[]),
        ("contact.parquet", "no-rows", None, None),
    ),
    "another version": (parquet(later_standard), ("extract.yaml", "standard-version", None, None)),
    "real among synthetic": (parquet(said_to_be_real), ("extract.yaml", "synthetic-and-real", None, None)),
    "a real reference among synthetic ones": (
        parquet(nothing, person=[{"crn": CRN}, {"crn": "A123456"}]),
        ("person.parquet", "synthetic-and-real", "crn", 1),
    ),
    "a provider that is no region": (parquet(other_provider), ("extract.yaml", "provider", None, None)),
    "no label": (
        parquet(lambda folder: (folder / "extract.yaml").unlink()),
        ("extract.yaml", "missing-label", None, None),
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_extract_is_refused_with_its_place_and_changes_nothing(
    name: str, home: Path, tmp_path: Path
) -> None:
    make, expected = BAD[name]
    make(tmp_path / "extract")
    before, pair = everything(home), pair_in_force(home)

    status, found = load(tmp_path / "extract", home)

    places = [(each["file"], each["rule"], each["column"], each["row"]) for each in found["problems"]]
    assert status == 2
    assert found["fit"] is False
    assert places[0] == expected
    assert {rule for _, rule, _, _ in places} == {expected[1]}
    assert all(each["message"] and each["remedy"] for each in found["problems"])
    assert everything(home) == before
    assert pair_in_force(home) == pair


@pytest.mark.parametrize("as_csv", [False, True])
def test_a_fit_extract_is_loaded_and_puts_nothing_in_force(home: Path, tmp_path: Path, as_csv: bool) -> None:
    records.extract(tmp_path / "extract", as_csv=as_csv, contact=[{}, {"outcome": "ATTC"}])
    before = pair_in_force(home)

    status, found = load(tmp_path / "extract", home)

    assert (status, found["fit"], found["rows"]["contact"]) == (0, True, 2)
    assert pair_in_force(home) == before


def many(count: int) -> dict[str, Any]:
    return {"contact": [{} for _ in range(count)]}


def test_an_extract_with_much_fewer_rows_than_are_held_is_refused_unless_it_is_said(
    home: Path, tmp_path: Path
) -> None:
    assert load(records.extract(tmp_path / "whole", **many(200)), home)[0] == 0
    before = everything(home)
    half = records.extract(tmp_path / "half", **many(179))

    status, found = load(half, home)

    assert (status, found["fit"]) == (2, False)
    assert [(each["file"], each["rule"]) for each in found["problems"]] == [("contact", "fewer-than-held")]
    assert found["problems"][0]["message"] == ("The extract has 179 rows where the records of N52 have 200.")
    assert everything(home) == before
    assert load(half, home, "--at-least", "0.89")[0] == 0
    assert load(records.extract(tmp_path / "few", **many(1)), home, "--at-least", "0")[0] == 0


def test_as_many_rows_as_must_be_there_are_enough_and_few_may_change_as_they_like(
    home: Path, tmp_path: Path
) -> None:
    assert load(records.extract(tmp_path / "whole", **many(200)), home)[0] == 0
    assert load(records.extract(tmp_path / "most", **many(180)), home)[0] == 0
    assert load(records.extract(tmp_path / "fewer", **many(162)), home)[0] == 0

    other = tmp_path / "other"
    other.mkdir()
    assert load(records.extract(tmp_path / "99", **many(99)), other)[0] == 0
    assert load(records.extract(tmp_path / "1", **many(1)), other)[0] == 0


def test_an_extract_that_names_another_region_never_replaces_the_one_that_is_there(
    home: Path, tmp_path: Path
) -> None:
    """The same people under another label: a slip that would lose a region or count it twice."""
    units = [*records.UNITS, {"unit_code": "N53", "kind": "region", "name": "Neighbour"}]
    folder = records.extract(tmp_path / "extract", organisation=units)
    path = folder / "extract.yaml"
    path.write_text(path.read_text("utf-8").replace("provider: N52", "provider: N53"), "utf-8")
    before = everything(home)

    status, found = load(folder, home)

    rules = {(each["file"], each["rule"]) for each in found["problems"]}
    assert status == 2
    assert {rule for _, rule in rules} == {"held-by-another-provider"}
    assert {"person.parquet", "contact.parquet", "practitioner.parquet"} <= {file for file, _ in rules}
    assert everything(home) == before


def test_no_more_than_twenty_rows_of_a_rule_are_listed_and_their_number_is_told(
    home: Path, tmp_path: Path
) -> None:
    records.extract(tmp_path / "extract", contact=[{"type": "ZZZZ"} for _ in range(31)])

    status, found = load(tmp_path / "extract", home)

    assert status == 2
    assert [each["row"] for each in found["problems"]] == [*range(1, 21), None]
    assert found["problems"][-1]["message"] == "31 rows in all; the first 20 are listed."


def test_a_report_shows_no_names_and_no_words(home: Path, tmp_path: Path) -> None:
    records.extract(
        tmp_path / "extract",
        person=[{"surname": "Visible", "crn": CRN, "date_of_birth": date(1800, 1, 1)}],
        words=[{"body": " "}],
    )

    _, found = load(tmp_path / "extract", home)

    assert {each["rule"] for each in found["problems"]} == {"date-range", "required"}
    assert "Visible" not in json.dumps(found)


def test_a_second_build_at_the_same_time_is_refused(home: Path, tmp_path: Path) -> None:
    import fcntl

    records.extract(tmp_path / "extract")
    before = everything(home)
    with (home / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        result = RUNNER.invoke(cli.app, ["load", str(tmp_path / "extract"), "--home", str(home)])

    assert result.exit_code == 3
    assert "Another build is at work" in result.output
    assert everything(home) == before


def test_the_older_spelling_of_very_high_risk_is_brought_to_the_list(home: Path, tmp_path: Path) -> None:
    from assay.records.store import latest_snapshot, open_snapshot

    records.extract(tmp_path / "extract", registration=[{"type": "RVRH"}, {"type": "RCCO"}])

    status, _ = load(tmp_path / "extract", home)
    snapshot = latest_snapshot(home)

    assert status == 0
    assert snapshot is not None
    with open_snapshot(snapshot) as reader:
        assert reader.rows("SELECT type FROM r.registration ORDER BY registration_id") == [
            {"type": "RVHR"},
            {"type": "RCCO"},
        ]


def test_words_that_are_not_ours_to_keep_are_left_out(home: Path, tmp_path: Path) -> None:
    from assay.records.store import latest_snapshot, open_snapshot

    contacts = [{"type": "COAP"}, {"type": "CVIC"}, {"type": "VINC"}, {"type": "CCMM"}]
    words = [{"subject_id": f"contact-{number}", "body": f"note {number}"} for number in (1, 2, 3, 4)]
    records.extract(tmp_path / "extract", contact=contacts, words=words)

    status, _ = load(tmp_path / "extract", home)
    snapshot = latest_snapshot(home)

    assert status == 0
    assert snapshot is not None
    with open_snapshot(snapshot) as reader:
        assert [each["body"] for each in reader.words(CRN)] == ["note 1"]
        assert len(reader.timeline(CRN)) == 4


def test_the_home_of_the_installation_is_not_needed_to_load_elsewhere(tmp_path: Path) -> None:
    records.extract(tmp_path / "extract")
    kept = os.environ.get("ASSAY_HOME")

    status, _ = load(tmp_path / "extract", tmp_path / "elsewhere")

    assert status == 0
    assert os.environ.get("ASSAY_HOME") == kept
    assert (tmp_path / "elsewhere" / "latest.json").exists()
