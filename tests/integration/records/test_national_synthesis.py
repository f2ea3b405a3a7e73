"""``assay synthesise --national``: an extract for each region, the same bytes however they are made."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from assay.core.errors import Unfit
from assay.jobs import national_synthesis
from assay.jobs.cli import add_commands, app
from assay.jobs.national_synthesis import TRUTH, write_service
from assay.records.checks import check_other_providers, examine
from assay.records.ordering import in_order, in_types
from assay.records.sources import read_folder, write_folder
from assay.records.sources.growing import GrowingFolder
from assay.records.store import build_snapshot, latest_snapshot, open_snapshot
from assay.records.synthetic import national
from assay.records.synthetic.columns import schema
from assay.records.synthetic.national import FEWEST, Plan
from tests.factories.records import AS_AT, fit_tables

DAY = date(2026, 2, 26)
LABEL: dict[str, Any] = {"provider": "N52", "as_at": AS_AT, "synthetic": True, "made_by": "a test"}


@pytest.fixture
def two_regions(monkeypatch: pytest.MonkeyPatch) -> tuple[Plan, ...]:
    """The two smallest of the twelve: what is to be seen of two is to be seen of all."""
    whole = national.regions

    def smallest(people: int, *, real_names: bool = False) -> tuple[Plan, ...]:
        plans = whole(people, real_names=real_names)
        return tuple(each for each in plans if each.shape.name in ("Kent, Surrey & Sussex", "East Midlands"))

    monkeypatch.setattr(national_synthesis, "regions", smallest)
    return smallest(FEWEST)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    }


def run(*words: str) -> tuple[int, str]:
    if not any(each.callback and each.callback.__name__ == "synthesise" for each in app.registered_commands):
        add_commands(("synthesise",))
    found = CliRunner().invoke(app, ["synthesise", "--as-at", DAY.isoformat(), *words])
    return found.exit_code, found.output


def test_one_process_or_two_write_the_same_bytes(tmp_path: Path, two_regions: tuple[Plan, ...]) -> None:
    for processes, name in ((1, "alone"), (2, "both")):
        made = list(
            write_service(tmp_path / name, people=FEWEST, as_at=DAY, seed=4, text=0.05, processes=processes)
        )
        assert {each.name for each in made} == {each.shape.name for each in two_regions}
    assert contents(tmp_path / "alone") == contents(tmp_path / "both")


def test_the_command_writes_folders_that_load_one_after_another(
    tmp_path: Path, two_regions: tuple[Plan, ...]
) -> None:
    status, output = run(
        "--national", "--people", str(FEWEST), "--processes", "1", "--to", str(tmp_path / "x")
    )
    assert status == 0, output
    for plan in two_regions:
        extract = read_folder(tmp_path / "x" / plan.code)
        assert examine(extract).problems == ()
        assert check_other_providers(extract, latest_snapshot(tmp_path / "home")) == []
        assert not set(extract.paths.values()) & set((extract.folder / TRUTH).iterdir())
        build_snapshot(extract.tables, home=tmp_path / "home", as_at=DAY, provider=plan.code)
    snapshot = latest_snapshot(tmp_path / "home")
    assert snapshot is not None
    with open_snapshot(snapshot) as reader:
        assert reader.rows("SELECT count(DISTINCT crn) AS people FROM r.person") == [
            {"people": sum(each.people for each in two_regions)}
        ]
        known = reader.rows(
            "SELECT unit_code, name FROM r.organisation WHERE kind = 'region' AND length(name) > 3"
        )
    names = {row["unit_code"]: row["name"] for row in known}
    assert all(names[plan.code] == f"{plan.shape.name} (synthetic)" for plan in two_regions)


@pytest.mark.parametrize(
    "words",
    [
        ("--national", "--people", "300"),
        ("--national", "--csv", "--people", "2440"),
        ("--people", "200000"),
    ],
    ids=["too few for a service", "a service as CSV", "too many for a region"],
)
def test_what_cannot_be_made_is_refused_and_nothing_is_written(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    status, _ = run(*words, "--to", str(tmp_path / "x"))
    assert status == 2
    assert not (tmp_path / "x").exists()


def grown(folder: Path, tables: dict[str, pa.Table], *, pieces: int) -> None:
    with GrowingFolder(folder, **LABEL) as growing:
        for name, rows in tables.items():
            whole = in_order(name, in_types(name, rows)).cast(schema(name))
            for piece in range(pieces):
                edges = [whole.num_rows * edge // pieces for edge in (piece, piece + 1)]
                growing.add(name, whole.slice(edges[0], edges[1] - edges[0]))


def test_an_extract_written_in_pieces_reads_as_one_written_whole(tmp_path: Path) -> None:
    tables = fit_tables(
        contact=[{"contact_id": f"c{n}", "happened_on": date(2026, 3, 1 + n)} for n in range(9)]
    )
    write_folder(tables, tmp_path / "whole", **LABEL)
    grown(tmp_path / "grown", tables, pieces=4)
    whole, pieces = read_folder(tmp_path / "whole"), read_folder(tmp_path / "grown")
    assert pieces.problems == ()
    assert pieces.label == whole.label
    assert [name for name in whole.tables if not whole.tables[name].equals(pieces.tables[name])] == []
    assert pieces.tables["contact"].num_rows == 9
    assert pq.read_schema(tmp_path / "grown/contact.parquet").field("crn").type == pa.string()


def broken_off(folder: Path) -> None:
    """A writer that fails after its first table."""
    person = fit_tables(contact=[{}])["person"]
    with GrowingFolder(folder, **LABEL) as growing:
        growing.add("person", person.cast(schema("person")))
        growing.add("no such table", person)


def test_an_extract_half_written_is_refused(tmp_path: Path) -> None:
    grown(tmp_path, fit_tables(contact=[{}]), pieces=1)
    with pytest.raises(KeyError):
        broken_off(tmp_path)
    assert not (tmp_path / "contact.parquet").exists()
    with pytest.raises(Unfit) as refused:
        read_folder(tmp_path)
    assert [each.rule for each in refused.value.problems] == ["missing-label"]
