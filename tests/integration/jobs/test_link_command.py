"""``assay link``: what it takes, who is left out, what it writes, and that it changes no record."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from assay.access.audit.models import Entry
from assay.core.errors import Refused
from assay.jobs import link
from assay.jobs.link_sources import LIMITED, MERGED, take, without_barred
from assay.records.linkage.decisions import read_decisions
from assay.records.linkage.runs import read_run
from assay.records.sources import write_folder
from assay.records.store import build_snapshot
from tests.factories import records

OPEN, RESTRICTED, EXCLUDED, MERGED_AWAY = "X900001", "X900002", "X900003", "X900004"
AS_AT = records.AS_AT

PEOPLE: list[dict[str, Any]] = [
    {"crn": OPEN, "forename": "Ann", "surname": "Sample", "date_of_birth": date(1990, 2, 3), "gender": "F"},
    {"crn": RESTRICTED, "forename": "Ben", "surname": "Unreal", "date_of_birth": date(1985, 6, 7)},
    {"crn": EXCLUDED, "forename": "Carl", "surname": "Figment", "date_of_birth": date(1979, 8, 9)},
    {"crn": MERGED_AWAY, "forename": "Anne", "surname": "Sample", "merged_into": OPEN},
]
LIMITS: list[dict[str, Any]] = [
    {"crn": RESTRICTED, "username": "PoOne", "kind": "restricted"},
    {"crn": EXCLUDED, "username": "PoTwo", "kind": "excluded"},
    {"crn": OPEN, "username": "PoTwo", "kind": "excluded", "closed_on": AS_AT},
]
ADDRESSES: list[dict[str, Any]] = [
    {
        "crn": OPEN,
        "local_authority": "Old council",
        "opened_on": date(2025, 1, 1),
        "closed_on": date(2026, 1, 1),
    },
    {"crn": OPEN, "local_authority": "Invented council", "opened_on": date(2026, 1, 1)},
    {"crn": OPEN, "local_authority": None, "opened_on": date(2026, 2, 1)},
]
POLICE = """record_id,forename,surname,date_of_birth,gender,council,crn
P1,ANN,Sample,1990-03-02,F,invented council,
P2,Ben,Unreal,1985-06-07,M,,X900002
P3,Karl,Figment,1979-08-09,M,,
P4,Nobody,Else,1960-01-01,M,,
"""
LABEL = "source: Invented police file\nas_at: 2026-03-30\nsynthetic: true\n"
REASON = "Seen together with the custody photograph."


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(link.app, [str(each) for each in arguments])


@pytest.fixture
def police(tmp_path: Path) -> Path:
    path = tmp_path / "police.csv"
    path.write_text(POLICE, "utf-8")
    path.with_suffix(".yaml").write_text(LABEL, "utf-8")
    return path


def extract(
    folder: Path, *, provider: str = "N52", as_csv: bool = False, limits: Any = LIMITS, people: Any = PEOPLE
) -> Path:
    tables = records.fit_tables(person=people, access_limitation=limits, address=ADDRESSES)
    write_folder(tables, folder, provider=provider, as_at=AS_AT, synthetic=True, as_csv=as_csv)
    return folder


def loaded(home: Path, *, limits: Any = LIMITS, people: Any = PEOPLE) -> None:
    tables = records.fit_tables(person=people, access_limitation=limits, address=ADDRESSES)
    build_snapshot(tables, home=home, as_at=AS_AT, provider="N52", synthetic=True)


def pairs_of(home: Path) -> set[tuple[str, str]]:
    found = read_run(home / "linkage").candidates()
    return set(zip(found["left_id"].to_pylist(), found["right_id"].to_pylist(), strict=True))


@pytest.mark.parametrize("as_csv", [False, True])
def test_an_extract_gives_its_people_with_the_council_they_live_in(tmp_path: Path, as_csv: bool) -> None:
    taken = take(str(extract(tmp_path / "extract", as_csv=as_csv)), home=tmp_path)
    assert taken.source.people.drop(["postcode", "pnc"]).to_pylist()[0] == {
        "record_id": OPEN, "forename": "Ann", "surname": "Sample", "date_of_birth": date(1990, 2, 3),
        "gender": "F", "council": "Invented council", "crn": OPEN,
    }  # fmt: skip
    assert (taken.source.name, taken.source.as_at, taken.source.case_record) == ("N52", AS_AT, True)
    assert taken.source.left_out == {MERGED: 1}
    assert MERGED_AWAY not in taken.source.people["record_id"].to_pylist()


@pytest.mark.parametrize(
    ("usernames", "seen", "left_out"),
    [
        (set(), {OPEN}, {MERGED: 1, LIMITED: 2}),
        ({"poone"}, {OPEN, RESTRICTED, EXCLUDED}, {MERGED: 1}),
        ({"PoTwo"}, {OPEN}, {MERGED: 1, LIMITED: 2}),
        ({"Stranger"}, {OPEN, EXCLUDED}, {MERGED: 1, LIMITED: 1}),
    ],
)
def test_who_may_not_be_seen_is_left_out_and_counted(
    tmp_path: Path, police: Path, usernames: set[str], seen: set[str], left_out: dict[str, int]
) -> None:
    """Without a name every limited record; with one, what is kept from that name. What the other source knows
    by the same number goes too."""
    taken = [take(str(each), home=tmp_path) for each in (extract(tmp_path / "extract"), police)]
    ours, theirs = without_barred(taken, usernames)
    assert set(ours.people["record_id"].to_pylist()) == seen
    assert ours.left_out == left_out
    assert ("P2" in theirs.people["record_id"].to_pylist()) is (RESTRICTED in seen)
    assert theirs.left_out == ({} if RESTRICTED in seen else {LIMITED: 1})


def test_a_limit_on_a_merged_record_holds_for_the_one_it_became(tmp_path: Path) -> None:
    limits = [{"crn": MERGED_AWAY, "username": "PoOne", "kind": "restricted"}]
    taken = take(str(extract(tmp_path / "extract", limits=limits)), home=tmp_path)
    (ours,) = without_barred([taken], {"PoTwo"})
    assert set(ours.people["record_id"].to_pylist()) == {RESTRICTED, EXCLUDED}


def test_linking_writes_candidates_says_who_was_left_out_and_merges_nobody(
    tmp_path: Path, police: Path
) -> None:
    folder, home = extract(tmp_path / "extract"), tmp_path / "home"
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    done = run(folder, police, "--home", home)
    assert done.exit_code == 0, done.output
    assert pairs_of(home) == {(OPEN, "P1")}
    said = " ".join(done.stdout.split())
    assert "Synthetic. 1 candidate pairs of match weight +0 or more in N52 (1 records)" in said
    assert "Left out of N52: 2 (access is limited)." in said
    assert "Left out of Invented police file: 1 (access is limited)." in said
    assert "Values shipped; 0 pairs alike in name and birth date. Not compared: crn, pnc, postcode." in said
    assert "Nobody was merged." in said
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()} == before


def test_the_way_from_a_pair_to_a_proposal(tmp_path: Path, police: Path) -> None:
    home = tmp_path / "home"
    loaded(home)
    assert run("match", "records", police, "--home", home, "--by", "PoOne").exit_code == 0
    assert pairs_of(home) == {(OPEN, "P1"), (RESTRICTED, "P2"), (EXCLUDED, "P3")}
    shown = run("show", OPEN, "P1", "--home", home, "--by", "PoOne")
    assert "day and month exchanged. [1990-02-03 | 1990-03-02]" in shown.stdout
    (picture,) = (home / "linkage" / "pictures").glob("*.svg")
    assert picture.with_suffix(".txt").read_text("utf-8").startswith("Synthetic: none of these people exist.")
    decided = run("decide", OPEN, "P1", "same", "--by", "PoOne", "--reason", REASON, "--home", home)
    assert "Decided: same. No record was changed." in decided.stdout
    run("match", police, "records", "--home", home, "--by", "PoOne")
    again = run("pairs", "--home", home, "--by", "PoOne")
    assert "3 pairs (Synthetic)" in again.stdout
    assert "same" in again.stdout
    assert "2 pairs (Synthetic)" in run("pairs", "--undecided", "--home", home, "--by", "PoOne").stdout
    told = " ".join(run("proposals", "--home", home, "--by", "PoOne").stdout.split())
    assert f"In nDelius, on {OPEN}: note that Invented police file has this person as P1." in told
    assert "Decided by PoOne" in told


def test_two_regions_with_one_person_are_proposed_to_be_merged_until_the_records_show_it(
    tmp_path: Path,
) -> None:
    home, other = tmp_path / "home", "X900009"
    loaded(home, limits=[])
    theirs = [{**PEOPLE[0], "crn": other, "surname": "Sample-Unreal"}]
    folder = extract(tmp_path / "extract", provider="N51", people=theirs, limits=[])
    run("records", folder, "--home", home)
    assert (OPEN, other) in pairs_of(home)
    run("decide", OPEN, other, "same", "--by", "PoOne", "--reason", REASON, "--home", home)
    told = " ".join(run("proposals", "--home", home).stdout.split())
    assert f"In nDelius: merge {other} into {OPEN} (merged_into of {other}: {OPEN})." in told
    assert "not yet in nDelius" in told
    loaded(home, limits=[], people=[*PEOPLE, {**theirs[0], "merged_into": OPEN}])
    assert "seen in the records" in " ".join(run("proposals", "--home", home).stdout.split())


def test_a_limit_set_after_the_run_hides_the_pair_in_every_command(tmp_path: Path, police: Path) -> None:
    home = tmp_path / "home"
    loaded(home, limits=[])
    run("records", police, "--home", home)
    run("decide", OPEN, "P1", "same", "--by", "PoOne", "--reason", REASON, "--home", home)
    loaded(home, limits=[{"crn": OPEN, "username": "PoTwo", "kind": "excluded"}])
    for kept_from in ((), ("--by", "PoTwo")):
        shown = run("show", OPEN, "P1", "--home", home, *kept_from)
        assert (shown.exit_code, shown.stderr.strip()) == (3, "There is no such pair, or you may not see it.")
        assert OPEN not in run("pairs", "--home", home, *kept_from).stdout
        assert OPEN not in run("proposals", "--home", home, *kept_from).stdout
    assert run("show", "X900008", "P1", "--home", home).stderr.strip() == shown.stderr.strip()
    told = ("--by", "PoTwo", "--reason", REASON, "--home", home)
    assert run("decide", OPEN, "P1", "not_same", *told).exit_code == 3
    assert len(read_decisions(home / "linkage")) == 1
    assert run("show", OPEN, "P1", "--home", home, "--by", "PoOne").exit_code == 0


def test_what_cannot_be_linked_ends_with_a_report_and_status_2(tmp_path: Path, police: Path) -> None:
    folder, home = extract(tmp_path / "extract"), tmp_path / "home"
    police.write_text(POLICE.replace("1979-08-09", "9 August 1979"), "utf-8")
    done = run(folder, police, "--home", home)
    assert done.exit_code == 2
    assert all(word in done.stderr for word in ("police.csv", "3", "date_of_birth", "wrong-type"))
    assert not (home / "linkage").exists()
    (folder / "person.parquet").unlink()
    assert "missing-table" in run(folder, police, "--home", home).stderr
    assert run("show", OPEN, "P1", "--home", home).exit_code == 2
    police.write_text(POLICE, "utf-8")
    police.with_suffix(".yaml").write_text(LABEL.replace("true", "false"), "utf-8")
    assert "synthetic" in run(extract(tmp_path / "again"), police, "--home", home).stderr


def test_records_that_were_never_loaded_are_refused_with_status_3(tmp_path: Path, police: Path) -> None:
    done = run("records", police, "--home", tmp_path / "home")
    assert (done.exit_code, "No records are loaded here yet" in done.stderr) == (3, True)


@pytest.fixture
def installation(service: str, cast: Any, settings: Any, police: Path) -> Path:
    """The service's own home with records loaded."""
    home = Path(settings.HOME) / "records"
    loaded(home)
    return home


def subjects(entry: Entry) -> list[tuple[str, str]]:
    return [(each.kind, each.key) for each in entry.subjects.all()]


@pytest.mark.django_db
def test_in_an_installation_each_deed_is_in_the_log_and_names_who_did_it(
    installation: Path, police: Path
) -> None:
    assert run("records", police, "--by", "rekha.records").exit_code == 0
    assert run("show", OPEN, "P1", "--by", "rekha.records").exit_code == 0
    assert run("decide", OPEN, "P1", "same", "--by", "rekha.records", "--reason", REASON).exit_code == 0
    entries = list(Entry.objects.order_by("-pk")[:3])[::-1]
    assert [(each.verb, each.actor_kind) for each in entries] == [
        ("combination", "user"), ("consultation", "user"), ("alteration", "user"),
    ]  # fmt: skip
    assert [subjects(each) for each in entries] == [
        [("linkage", "two sources")], [("case", OPEN)], [("case", OPEN)],
    ]  # fmt: skip
    assert pairs_of(installation) == {(OPEN, "P1")}, "no Delius name, so every limited record is left out"


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["priya.sample", "huw.example", "sam.stranger", "nobody.here"])
def test_in_an_installation_only_a_records_officer_links_and_decides(
    installation: Path, police: Path, username: str
) -> None:
    run("records", police)
    before = Entry.objects.count()
    told = ("--by", username, "--reason", REASON)
    for done in (run("records", police, "--by", username), run("decide", OPEN, "P1", "same", *told)):
        assert done.exit_code == 3
    assert Entry.objects.count() == before
    assert read_decisions(installation / "linkage") == ()


@pytest.mark.django_db
def test_the_inspectorate_links_nobody(inspectorate: str, cast: Any, police: Path) -> None:
    with pytest.raises(Refused):
        link.find("records", str(police), from_weight=0.0, by=None, home=None)


@pytest.mark.django_db
def test_a_decision_that_cannot_be_written_is_not_in_the_log(installation: Path, police: Path) -> None:
    run("records", police, "--by", "rekha.records")
    before = Entry.objects.count()
    done = run("decide", OPEN, "P1", "same", "--by", "rekha.records", "--reason", "no")
    assert done.exit_code == 3
    assert Entry.objects.count() == before
