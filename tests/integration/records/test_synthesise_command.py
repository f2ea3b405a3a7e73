"""``assay synthesise``: a fit extract, the same bytes each time, and the truth left out of reach."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from assay.jobs.cli import add_commands, app
from assay.jobs.synthesise import TRUTH
from assay.records.checks import check
from assay.records.sources import read_folder

RUN = ["synthesise", "--people", "250", "--as-at", "2026-02-26", "--seed", "3"]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(each.relative_to(folder)): each.read_bytes()
        for each in sorted(folder.rglob("*"))
        if each.is_file()
    }


def run(*more: str) -> str:
    if not any(each.callback and each.callback.__name__ == "synthesise" for each in app.registered_commands):
        add_commands(("synthesise",))
    found = CliRunner().invoke(app, [*RUN, *more])
    assert found.exit_code == 0, found.output
    return found.output


def test_two_runs_write_the_same_bytes(tmp_path: Path) -> None:
    run("--to", str(tmp_path / "one"))
    run("--to", str(tmp_path / "two"))
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize("as_csv", [False, True], ids=["parquet", "csv"])
def test_what_it_writes_is_fit_and_says_it_is_synthetic(tmp_path: Path, as_csv: bool) -> None:
    run("--to", str(tmp_path), *(["--csv"] if as_csv else []))
    extract = read_folder(tmp_path)
    assert check(extract) == []
    assert extract.label.synthetic is True
    assert extract.label.as_at == date(2026, 2, 26)
    assert extract.tables["person"].num_rows == 250


def test_the_truth_is_beside_the_extract_and_never_read(tmp_path: Path) -> None:
    output = run("--to", str(tmp_path))
    assert (tmp_path / TRUTH / "flaw.parquet").is_file()
    assert not set(read_folder(tmp_path).paths.values()) & set((tmp_path / TRUTH).iterdir())
    assert "do not load it" in output


def test_too_few_people_are_refused_and_nothing_is_written(tmp_path: Path) -> None:
    found = CliRunner().invoke(
        app, ["synthesise", "--people", "3", "--as-at", "2026-02-26", "--to", str(tmp_path / "x")]
    )
    assert found.exit_code == 2
    assert not (tmp_path / "x").exists()
