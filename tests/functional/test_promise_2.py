"""Promise 2: the service hands over a cohort, and never learns which cases were drawn."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.conf import settings

from assay.access.audit.models import Entry
from assay.core.errors import Refused, Unfit
from assay.inspection.samples.cohorts import check_seal
from assay.inspection.samples.models import Draw
from assay.jobs.cohort import hand_over, take_in
from assay.records.store import latest_snapshot, open_snapshot
from tests.factories import inspections as make

pytestmark = pytest.mark.django_db
RESTRICTED = {"crn": "X900008", "username": "Somebody", "kind": "restricted", "opened_on": date(2025, 1, 1)}


@pytest.fixture
def officer(cast: Any) -> str:
    return "rekha.records"


def export(folder: Path, *, by: str, **more: Any) -> Any:
    given = {"region": "N52", "announced_on": make.ANNOUNCED, "fieldwork_on": make.FIELDWORK, **more}
    return hand_over(folder, by=by, **given)


def test_the_cohort_holds_whole_records_and_nothing_else(service: str, officer: str, tmp_path: Path) -> None:
    make.load_records(settings.HOME, make.CRNS, access_limitation=[RESTRICTED])
    frame = export(tmp_path / "out", by=officer)
    crns = set(make.CRNS) - {"X900008"}
    assert {each.case for each in frame.eligible} == crns
    assert frame.not_listed == 1
    out = tmp_path / "out"
    assert set(pq.read_table(out / "person.parquet")["crn"].to_pylist()) == crns
    assert pq.read_table(out / "words.parquet").num_rows == 14
    assert pq.read_table(out / "past_answer.parquet").num_rows == 0
    names = {each.stem for each in out.rglob("*") if each.is_file()}
    assert not names & {"lapse", "obligation", "reason", "matter", "ladder", "duty_state", "case_span"}
    listed = (out / "cohort" / "considered.csv").read_text("utf-8")
    # The key of an order is its own; nobody's CRN stands in a column, and the restricted case is a number.
    assert "X900008" not in listed
    assert listed.endswith("not_listed,,,,,1\n")


def test_the_log_says_a_cohort_was_handed_over_and_not_which_were_drawn(
    service: str, officer: str, tmp_path: Path
) -> None:
    make.load_records(settings.HOME, make.CRNS)
    export(tmp_path / "out", by=officer)
    entry = Entry.objects.get(what="The eligible cohort of an inspection was handed over")
    assert (entry.verb, entry.recipient) == ("disclosure", "The inspectorate")
    assert {each.key for each in entry.subjects.all()} == set(make.CRNS)
    assert not Draw.objects.exists()


@pytest.mark.parametrize("who", ["huw.example", "priya.sample", "ines.lead", "sam.stranger", "nobody"])
def test_only_a_records_officer_hands_over(service: str, cast: Any, tmp_path: Path, who: str) -> None:
    make.load_records(settings.HOME, make.CRNS)
    with make.nothing_written(), pytest.raises(Refused):
        export(tmp_path / "out", by=who)
    assert not (tmp_path / "out").exists()


def test_records_after_the_announcement_are_not_handed_over(
    service: str, officer: str, tmp_path: Path
) -> None:
    make.load_records(settings.HOME, make.CRNS, as_at=date(2026, 3, 3))
    with make.nothing_written(), pytest.raises(Unfit) as refused:
        export(tmp_path / "out", by=officer)
    assert refused.value.problems[0].rule == "records before the announcement"
    assert not (tmp_path / "out").exists()


@pytest.fixture
def sealed(service: str, officer: str, tmp_path: Path) -> Path:
    make.load_records(settings.HOME, make.CRNS)
    export(tmp_path / "out", by=officer)
    return tmp_path / "out"


def test_the_inspectorate_takes_it_in_by_the_door_of_every_extract(sealed: Path, inspectorate: str) -> None:
    facts = take_in(sealed)
    assert facts["rows"]["person"] == 8
    snapshot = latest_snapshot(settings.HOME / "records")
    assert snapshot is not None
    with open_snapshot(snapshot) as reader:
        assert len(reader.words("X900001")) == 2
    assert (settings.HOME / "records" / "cohort" / "considered.csv").exists()


@pytest.mark.parametrize("fault", ["changed", "missing", "added", "manifest", "seal", "list"])
def test_a_cohort_changed_on_the_way_is_refused_and_nothing_is_loaded(
    sealed: Path, inspectorate: str, fault: str
) -> None:
    if fault == "changed":
        path = sealed / "contact.parquet"
        path.write_bytes(path.read_bytes()[:-1] + b"\0")
    elif fault == "missing":
        (sealed / "offence.parquet").unlink()
    elif fault == "added":
        (sealed / "extra.txt").write_text("hello", "utf-8")
    elif fault == "list":
        path = sealed / "cohort" / "considered.csv"
        path.write_text(path.read_text("utf-8").replace("N52A", "N52B"), "utf-8")
    else:
        path = sealed / "cohort" / f"{fault}.json"
        told = json.loads(path.read_text("utf-8"))
        told |= {"eligible": 7} if fault == "manifest" else {"sha256": "0" * 64}
        path.write_text(json.dumps(told), "utf-8")
    with pytest.raises(Unfit):
        take_in(sealed)
    assert latest_snapshot(settings.HOME / "records") is None


def test_a_shared_key_is_asked_for(service: str, officer: str, tmp_path: Path) -> None:
    make.load_records(settings.HOME, make.CRNS)
    export(tmp_path / "with", by=officer, key=b"both sides know this")
    export(tmp_path / "without", by=officer)
    assert check_seal(tmp_path / "with", key=b"both sides know this")["eligible"] == 8
    assert check_seal(tmp_path / "with")["eligible"] == 8
    for folder in ("with", "without"):
        with pytest.raises(Unfit):
            check_seal(tmp_path / folder, key=b"another key")


def test_a_folder_with_something_in_it_is_left_alone(sealed: Path, officer: str, service: str) -> None:
    before = sorted(each.name for each in sealed.iterdir())
    with pytest.raises(Unfit):
        export(sealed, by=officer)
    assert sorted(each.name for each in sealed.iterdir()) == before
    shutil.rmtree(sealed)


def test_no_room_of_the_service_knows_an_inspection() -> None:
    from assay.config import settings as real

    assert not [each for each in real.SERVICE_ROOMS + real.ACCESS_ROOMS if "inspection" in each]
    assert not set(real.SERVICE_ROOMS) & set(real.INSPECTORATE_ROOMS)
