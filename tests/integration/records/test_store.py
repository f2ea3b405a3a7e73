"""Snapshots and nights: immutable, named by content, swapped whole, kept and pruned."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pytest

from assay.core.errors import Refused, Unfit
from assay.records.store import (
    Pair,
    Snapshot,
    build_snapshot,
    kept_pairs,
    latest_snapshot,
    open_pair,
    open_snapshot,
    pair_in_force,
    put_in_force,
    write_night,
)
from assay.records.store import nights as nights_room
from tests.factories import records
from tests.factories.records import AS_AT, CRN, OTHER_CRN


def built(home: Path, *, provider: str = "N52", as_at: date = AS_AT, **rows: object) -> Snapshot:
    tables = records.fit_tables(**rows)  # type: ignore[arg-type]
    return build_snapshot(tables, home=home, as_at=as_at, provider=provider)


def night_of(home: Path, snapshot: Snapshot, *, as_at: date = AS_AT, policy: str = "1") -> Pair:
    lapses = pa.table({"lapse_id": ["a"], "case_id": [CRN]})
    night = write_night(
        {"lapse": lapses}, home=home, snapshot=snapshot, as_at=as_at, versions={"policy": policy}
    )
    return put_in_force(home, snapshot=snapshot, night=night)


def neighbour(crn: str = OTHER_CRN, **more: object) -> dict[str, object]:
    """The tables of another region, N53, with one person."""
    units = [
        {"unit_code": "N53", "kind": "region", "name": "Neighbour"},
        {"unit_code": "N53A", "kind": "pdu", "name": "Birch PDU", "parent_code": "N53"},
        {"unit_code": "N53A1T1", "kind": "team", "name": "Birch team", "parent_code": "N53A"},
    ]
    staff = [{"staff_code": "Q1", "team_code": "N53A1T1"}]
    own = {"crn": crn, "staff_code": "Q1", "team_code": "N53A1T1"}
    return {
        "organisation": units,
        "practitioner": staff,
        "person": [{"crn": crn}],
        "sentence": [{"crn": crn, "provider_code": "N53", "sentence_id": f"sentence-{crn}"}],
        "allocation": [{**own, "allocation_id": f"allocation-{crn}"}],
        "contact": [{**own, "contact_id": f"contact-{crn}"}],
        **more,
    }


def test_the_same_rows_make_the_same_snapshot_in_whatever_order_they_come(tmp_path: Path) -> None:
    contacts = [
        {"contact_id": f"c{number}", "happened_on": AS_AT - timedelta(days=number)} for number in range(9)
    ]

    first = built(tmp_path / "one", contact=contacts)
    second = built(tmp_path / "two", contact=contacts[::-1])
    other = built(tmp_path / "three", contact=contacts[1:])

    assert first.hash == second.hash
    assert first.hash != other.hash


def test_a_snapshot_built_twice_is_one_folder(tmp_path: Path) -> None:
    assert built(tmp_path) == built(tmp_path)
    assert len(list((tmp_path / "snapshots").iterdir())) == 1


def test_a_contact_says_how_long_its_words_are_and_never_what_they_say(tmp_path: Path) -> None:
    words = [{"words_id": "w1", "body": "abc"}, {"words_id": "w2", "body": "defg"}]
    snapshot = built(tmp_path, contact=[{}, {}], words=words)

    with open_snapshot(snapshot) as reader:
        found = reader.rows("SELECT contact_id, text_length, text_hash FROM r.contact ORDER BY contact_id")
        views = reader.rows("SELECT view_name FROM duckdb_views() WHERE schema_name = 'r'")

    assert found == [
        {"contact_id": "contact-1", "text_length": 7, "text_hash": sha256(b"abc\ndefg").hexdigest()[:16]},
        {"contact_id": "contact-2", "text_length": 0, "text_hash": None},
    ]
    assert {"view_name": "contact"} in views
    assert {"view_name": "words"} not in views


def test_words_are_read_of_one_case_and_never_of_another(tmp_path: Path) -> None:
    snapshot = built(
        tmp_path,
        contact=[{"crn": CRN, "contact_id": "a"}, {"crn": OTHER_CRN, "contact_id": "b"}],
        words=[
            {"crn": CRN, "subject_id": "a", "body": "mine"},
            {"crn": OTHER_CRN, "subject_id": "b", "body": "other"},
        ],
    )

    with open_snapshot(snapshot) as reader:
        assert [each["body"] for each in reader.words(CRN)] == ["mine"]
        assert [each["body"] for each in reader.words(OTHER_CRN)] == ["other"]
        assert reader.words("X999999") == []
        assert reader.words("A") == []


def test_a_case_lies_in_one_file_even_where_files_are_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assay.records.store import files

    monkeypatch.setattr(files, "ROWS_A_FILE", 4)
    crns = [f"X90000{number}" for number in range(5)]
    contacts = [{"crn": crn, "contact_id": f"{crn}-{number}"} for crn in crns for number in range(3)]
    snapshot = built(tmp_path, contact=contacts)

    assert len(list((snapshot.path / "contact").iterdir())) == 3
    with open_snapshot(snapshot) as reader:
        assert [len(reader.timeline(crn)) for crn in crns] == [3, 3, 3, 3, 3]
        assert reader.rows("SELECT count(*) AS n FROM r.contact") == [{"n": 15}]


def test_loading_one_provider_keeps_the_others_rows(tmp_path: Path) -> None:
    built(tmp_path, as_at=date(2026, 3, 31))
    both = built(tmp_path, provider="N53", as_at=date(2026, 3, 30), **neighbour())
    again = built(tmp_path, as_at=date(2026, 4, 1), contact=[{}, {}])

    def contacts(snapshot: Snapshot) -> list[dict[str, object]]:
        with open_snapshot(snapshot) as reader:
            return reader.rows("SELECT crn, count(*) AS n FROM r.contact GROUP BY crn ORDER BY crn")

    assert contacts(both) == [{"crn": CRN, "n": 1}, {"crn": OTHER_CRN, "n": 1}]
    assert contacts(again) == [{"crn": CRN, "n": 2}, {"crn": OTHER_CRN, "n": 1}]
    assert (both.as_at, again.as_at) == (date(2026, 3, 30), date(2026, 3, 30))


def test_a_unit_named_by_two_providers_is_one_row_as_its_own_provider_tells_it(tmp_path: Path) -> None:
    built(
        tmp_path,
        organisation=[*records.UNITS, {"unit_code": "N53", "kind": "region", "name": "As N52 calls it"}],
    )
    both = built(tmp_path, provider="N53", **neighbour())

    with open_snapshot(both) as reader:
        found = reader.rows("SELECT name FROM r.organisation WHERE unit_code = 'N53'")

    assert found == [{"name": "Neighbour"}]


def test_a_row_another_provider_holds_is_refused(tmp_path: Path) -> None:
    from assay.records.checks import check_other_providers
    from assay.records.sources import read_folder, write_folder

    built(tmp_path / "home")
    tables = records.fit_tables(**neighbour(CRN))  # type: ignore[arg-type]
    write_folder(tables, tmp_path / "x", provider="N53", as_at=AS_AT, synthetic=True)

    found = check_other_providers(read_folder(tmp_path / "x"), latest_snapshot(tmp_path / "home"))

    assert {each.file for each in found} == {"person.parquet", "sentence.parquet", "allocation.parquet"}
    assert {each.rule for each in found} == {"held-by-another-provider"}


def test_synthetic_and_real_never_stand_in_one_home(tmp_path: Path) -> None:
    first = built(tmp_path)

    with pytest.raises(Unfit) as refused:
        build_snapshot(records.fit_tables(), home=tmp_path, as_at=AS_AT, provider="N52", synthetic=False)

    assert refused.value.problems[0].rule == "synthetic-and-real"
    assert latest_snapshot(tmp_path) == first


def test_a_load_alone_puts_nothing_in_force(tmp_path: Path) -> None:
    first = night_of(tmp_path, built(tmp_path))

    second = built(tmp_path, contact=[{}, {}])

    assert pair_in_force(tmp_path) == first
    assert latest_snapshot(tmp_path) == second


def test_a_new_policy_makes_a_new_night_over_the_same_snapshot(tmp_path: Path) -> None:
    snapshot = built(tmp_path)

    one, two, again = (night_of(tmp_path, snapshot, policy=policy) for policy in ("1", "2", "1"))

    assert one.night.id != two.night.id
    assert again == one
    assert [each.night.id for each in kept_pairs(tmp_path)] == [two.night.id, one.night.id]
    assert two.night.versions == {"policy": "2"}


def test_a_reader_of_a_pair_sees_records_and_night_and_cannot_read_elsewhere(tmp_path: Path) -> None:
    import duckdb

    pair = night_of(tmp_path / "home", built(tmp_path / "home"))
    (tmp_path / "elsewhere.csv").write_text("a\n1\n", "utf-8")

    with open_pair(pair) as reader:
        assert reader.rows(
            "SELECT l.case_id, c.contact_id FROM n.lapse l JOIN r.contact c ON c.crn = l.case_id"
        ) == [{"case_id": CRN, "contact_id": "contact-1"}]
        assert reader.pair == pair
        with pytest.raises(duckdb.PermissionException):
            reader.rows(f"SELECT * FROM read_csv('{tmp_path / 'elsewhere.csv'}')")


def test_a_table_made_once_is_there_for_every_reader_of_its_pair_and_of_no_other(tmp_path: Path) -> None:
    pair = night_of(tmp_path, built(tmp_path))
    with open_pair(pair) as first, open_pair(pair) as second:
        name = first.once("made", "SELECT $n::INT AS n, random() AS drawn", {"n": 1})
        assert second.once("made", "SELECT 2 AS n") == name == "main.made"
        assert first.rows(f"FROM {name}") == second.rows(f"FROM {name}")
        assert [row["n"] for row in second.rows(f"FROM {name}")] == [1]

    other = night_of(tmp_path, built(tmp_path), as_at=AS_AT + timedelta(days=1))
    with open_pair(other) as reader:
        assert reader.rows(f"FROM {reader.once('made', 'SELECT 3 AS n')}") == [{"n": 3}]


def test_a_reader_pinned_before_a_swap_goes_on_reading_its_own_pair(tmp_path: Path) -> None:
    old = night_of(tmp_path, built(tmp_path))

    with open_pair(old) as reader:
        night_of(tmp_path, built(tmp_path, contact=[{}, {}]), as_at=AS_AT + timedelta(days=1))
        assert reader.rows("SELECT count(*) AS n FROM r.contact") == [{"n": 1}]

    assert pair_in_force(tmp_path) != old


def test_thirty_five_nights_are_kept_and_the_snapshots_they_need(tmp_path: Path) -> None:
    first = built(tmp_path, contact=[{}, {}, {}])
    night_of(tmp_path, first)
    second = built(tmp_path)
    for number in range(1, nights_room.KEPT_NIGHTS):
        night_of(tmp_path, second, as_at=AS_AT + timedelta(days=number))

    assert len(kept_pairs(tmp_path)) == 35
    assert first.path.exists()

    night_of(tmp_path, second, as_at=AS_AT + timedelta(days=nights_room.KEPT_NIGHTS))

    assert [each.night.as_at for each in kept_pairs(tmp_path)] == [
        AS_AT + timedelta(days=number) for number in range(1, 36)
    ]
    assert len(list((tmp_path / "nights").iterdir())) == 35
    assert not first.path.exists()
    assert second.path.exists()


def test_a_night_belongs_to_the_snapshot_it_was_made_from(tmp_path: Path) -> None:
    pair = night_of(tmp_path, built(tmp_path))
    other = built(tmp_path, contact=[{}, {}])
    before = (tmp_path / "in_force.json").read_bytes()

    with pytest.raises(AssertionError):
        put_in_force(tmp_path, snapshot=other, night=pair.night)

    assert (tmp_path / "in_force.json").read_bytes() == before


# Builds a snapshot from tables of which the contacts never come: half the files are written by then.
HALF_WAY = """
import sys, time
from datetime import date
from pathlib import Path
from assay.records.store import build_snapshot
from tests.factories.records import fit_tables

class Slow(dict):
    def __getitem__(self, name):
        if name == "contact":
            print("half way", flush=True)
            time.sleep(600)
        return super().__getitem__(name)

tables = Slow(fit_tables(contact=[{}, {}]))
build_snapshot(tables, home=Path(sys.argv[1]), as_at=date(2026, 4, 1), provider="N52")
"""


def test_a_build_killed_half_way_leaves_the_old_pair_and_is_swept_by_the_next(tmp_path: Path) -> None:
    pair = night_of(tmp_path, built(tmp_path))
    pointers = [(tmp_path / name).read_bytes() for name in ("in_force.json", "latest.json")]
    process = subprocess.Popen(
        [sys.executable, "-c", HALF_WAY, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        assert process.stdout.readline() == "half way\n"
        with pytest.raises(Refused):
            built(tmp_path, contact=[{}, {}])
        process.send_signal(signal.SIGKILL)
        assert process.wait(timeout=30) == -signal.SIGKILL

    left = list((tmp_path / "snapshots").glob(".building-*"))
    assert len(left) == 1
    assert list(left[0].rglob("*.parquet"))
    assert [(tmp_path / name).read_bytes() for name in ("in_force.json", "latest.json")] == pointers
    assert pair_in_force(tmp_path) == pair

    after = built(tmp_path, contact=[{}, {}])

    assert not list((tmp_path / "snapshots").glob(".building-*"))
    assert latest_snapshot(tmp_path) == after
    assert pair_in_force(tmp_path) == pair


def test_a_pointer_half_written_is_never_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The power goes after the new pointer's bytes are written and before it takes the old one's place."""
    pair = night_of(tmp_path, built(tmp_path))

    def power_cut(*_: object) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(Path, "replace", power_cut)
    with pytest.raises(OSError, match="power cut"):
        night_of(tmp_path, pair.snapshot, policy="2")
    monkeypatch.undo()

    assert pair_in_force(tmp_path) == pair
    night_of(tmp_path, pair.snapshot, policy="3")
    assert not list(tmp_path.glob(".in_force*"))
