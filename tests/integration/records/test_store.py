"""Snapshots and nights: immutable, named by content, swapped whole, kept and pruned."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from assay.core.errors import Refused, Unfit
from assay.records import standard
from assay.records.ordering import in_order
from assay.records.store import (
    Pair,
    Snapshot,
    build_snapshot,
    case_digests,
    differing,
    kept_pairs,
    latest_snapshot,
    open_pair,
    open_snapshot,
    pair_in_force,
    put_in_force,
    small_table,
    table_digests,
    write_night,
)
from assay.records.store import nights as nights_room
from assay.records.store.rows import Rows, in_form
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


def neighbour(crn: str = OTHER_CRN, **more: object) -> dict[str, Any]:
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


class InPieces:
    """A table that comes a few rows at a time, out of order unless order is asked for."""

    def __init__(self, name: str, table: pa.Table, rows: int) -> None:
        self._name, self._table, self._rows = name, table, rows

    def batches(self, *, sort: bool) -> Iterator[Rows]:
        table = in_order(self._name, self._table) if sort else self._table
        for start in range(0, table.num_rows, self._rows):
            [batch] = table.slice(start, self._rows).combine_chunks().to_batches()
            yield Rows(self._name, in_form(self._name, batch))


@pytest.mark.parametrize("rows", [1, 3, 100])
@pytest.mark.parametrize("backwards", [False, True])
def test_the_same_rows_make_the_same_snapshot_however_they_are_divided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int, backwards: bool
) -> None:
    from assay.records.store import files

    monkeypatch.setattr(files, "ROWS_A_FILE", 10)
    monkeypatch.setattr(files, "WORDS_A_FILE", 5)
    monkeypatch.setattr(files, "ROWS_A_DICTIONARY", 6)
    monkeypatch.setattr(files, "CONTACTS_A_GROUP", 3)
    monkeypatch.setattr(files, "ROWS_A_GROUP", 2)
    crns = [f"X90000{number}" for number in range(6)]
    contacts = [
        {"crn": crn, "contact_id": f"{crn}-{number}", "outcome": ("ATTC", None, "AFTA")[number % 3]}
        for place, crn in enumerate(crns)
        for number in range(place + 2)
    ]
    words = [
        {"crn": each["crn"], "subject_id": each["contact_id"], "words_id": f"{each['contact_id']}-{number}"}
        for each in contacts
        for number in range(2)
    ]
    tables = {
        name: in_order(name, table)
        for name, table in records.fit_tables(contact=contacts, words=words).items()
    }
    given = {
        name: table.take(pa.array(range(table.num_rows)[::-1], pa.int64())) if backwards else table
        for name, table in tables.items()
    }
    pieces = {name: InPieces(name, table, rows) for name, table in given.items()}

    whole = build_snapshot(tables, home=tmp_path / "whole", as_at=AS_AT, provider="N52")
    again = build_snapshot(pieces, home=tmp_path / "again", as_at=AS_AT, provider="N52")

    assert again.hash == whole.hash
    assert len(list((whole.path / "contact").iterdir())) == 2
    with open_snapshot(again) as reader:
        assert [len(reader.timeline(crn)) for crn in crns] == [2, 3, 4, 5, 6, 7]
        assert {each["text_length"] for each in reader.rows("SELECT * FROM r.contact")} == {8}
        assert reader.rows("SELECT DISTINCT outcome FROM r.contact ORDER BY 1") == [
            {"outcome": "AFTA"},
            {"outcome": "ATTC"},
            {"outcome": None},
        ]


def test_a_snapshot_built_twice_is_one_folder(tmp_path: Path) -> None:
    assert built(tmp_path) == built(tmp_path)
    assert len(list((tmp_path / "snapshots").iterdir())) == 1


def test_a_contact_says_how_long_its_words_are_and_never_what_they_say(tmp_path: Path) -> None:
    words = [{"words_id": "w1", "body": "abc"}, {"words_id": "w2", "body": "défg"}]
    snapshot = built(tmp_path, contact=[{}, {}], words=words)

    with open_snapshot(snapshot) as reader:
        found = reader.rows("SELECT contact_id, text_length, text_hash FROM r.contact ORDER BY contact_id")
        views = reader.rows("SELECT view_name FROM duckdb_views() WHERE schema_name = 'r'")

    assert [(each["contact_id"], each["text_length"]) for each in found] == [
        ("contact-1", 7),
        ("contact-2", 0),
    ]
    assert [each["text_hash"] is None for each in found] == [False, True]
    assert {"view_name": "contact"} in views
    assert {"view_name": "words"} not in views


def hashes(home: Path, *bodies: str) -> list[object]:
    """The hash that each of as many contacts carries of its words."""
    words = [{"subject_id": f"contact-{number}", "body": body} for number, body in enumerate(bodies, 1)]
    with open_snapshot(built(home, contact=[{} for _ in bodies], words=words)) as reader:
        return [each["text_hash"] for each in reader.rows("SELECT * FROM r.contact ORDER BY contact_id")]


def test_the_hash_of_words_changes_with_the_words_and_with_nothing_else(tmp_path: Path) -> None:
    long = "She said so. " * 500
    first = hashes(tmp_path / "one", "abc", "abd", "abc", long, long + ".")
    second = hashes(tmp_path / "two", "abd", "abc", "abc ", long + ".", long)

    assert first[0] == first[2] == second[1]
    assert first[1] == second[0]
    assert (first[3], first[4]) == (second[4], second[3])
    assert len({*first, *second}) == 5


def test_of_two_snapshots_the_digests_tell_which_cases_differ(tmp_path: Path) -> None:
    def cases(**more: Any) -> Snapshot:
        contacts = [
            {"crn": crn, "contact_id": f"{crn}-{number}", "outcome": "ATTC"}
            for crn in (CRN, OTHER_CRN, "X900003", "X900004", "X900005")
            for number in range(2)
        ]
        words = [{"crn": "X900003", "subject_id": "X900003-1", "body": "as it was"}]
        rows: dict[str, Any] = {"contact": contacts, "words": words, **more}
        return built(tmp_path, **rows)

    before = cases()
    contacts = small(before, "contact")
    contacts[0]["outcome"] = "AFTA"  # changed, of the first case
    del contacts[2]  # taken away, of the second
    contacts.append({**contacts[0], "crn": "X900006", "contact_id": "new"})  # a new case
    words = [{"crn": "X900003", "subject_id": "X900003-1", "body": "as it wos"}]
    after = cases(contact=contacts[::-1], words=words)

    assert cases() == before
    assert changed(before, before) == []
    assert changed(before, after) == [CRN, OTHER_CRN, "X900003", "X900006"]
    assert changed(after, before) == changed(before, after)


def small(snapshot: Snapshot, name: str) -> list[dict[str, Any]]:
    return small_table(snapshot, name, standard.table(name).names)


def changed(before: Snapshot, after: Snapshot) -> list[str]:
    one, other = case_digests(before), case_digests(after)
    assert one is not None
    assert other is not None
    found: list[Any] = differing(one, other).to_pylist()
    return found


def test_a_value_moved_to_another_column_or_row_changes_the_digest(tmp_path: Path) -> None:
    def of(*enquiries: dict[str, object]) -> Snapshot:
        rows = [{"enquiry_id": str(number), **each} for number, each in enumerate(enquiries)]
        return built(tmp_path, enquiry=rows)

    day, next_day = date(2026, 2, 2), date(2026, 2, 3)
    first = of({"asked_on": day, "local_authority": "A"}, {"asked_on": next_day, "local_authority": "B"})
    rows_changed = of(
        {"asked_on": day, "local_authority": "B"}, {"asked_on": next_day, "local_authority": "A"}
    )
    moved = of({"asked_on": day, "address_id": "A"}, {"asked_on": next_day, "local_authority": "B"})

    assert changed(first, rows_changed) == [CRN]
    assert changed(first, moved) == [CRN]


def test_the_tables_of_no_case_have_a_digest_of_their_own(tmp_path: Path) -> None:
    first = built(tmp_path)
    moved = [
        dict(each) | {"team_code": "N52A1T2"} if each["staff_code"] == "P1" else each
        for each in records.STAFF
    ]
    second = built(tmp_path, practitioner=moved)
    both = built(tmp_path, provider="N53", **neighbour())

    one, two, three = (table_digests(each) for each in (first, second, both))
    assert one is not None
    assert two is not None
    assert three is not None
    assert {key for key in one if one[key] != two[key]} == {("N52", "practitioner")}
    assert changed(first, second) == []
    assert {name for _, name in one} == {each.name for each in standard.TABLES if not each.is_of_case}
    assert two.items() < three.items()
    assert changed(second, both) == [OTHER_CRN]


def test_digests_are_unknown_where_a_part_was_loaded_before_they_were_kept(tmp_path: Path) -> None:
    snapshot = built(tmp_path)
    manifest = json.loads((snapshot.path / "manifest.json").read_text("utf-8"))
    del manifest["providers"]["N52"]["digests"]
    (snapshot.path / "manifest.json").write_text(json.dumps(manifest), "utf-8")

    assert case_digests(snapshot) is None
    assert table_digests(snapshot) is None
    both = built(tmp_path, provider="N53", **neighbour())
    with open_snapshot(both) as reader:
        assert reader.rows("SELECT count(*) AS n FROM r.person") == [{"n": 2}]
    assert case_digests(both) is None


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
    assert len(list((snapshot.path / "digest").iterdir())) == 2
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
    tables = records.fit_tables(**neighbour(CRN))
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
