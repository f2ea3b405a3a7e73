"""A home whose database was never made ready: nothing is begun that could not be finished."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from tests.factories import records

COMMAND = "from assay.jobs.cli import main\nmain()\n"


@pytest.mark.parametrize("made", [True, False], ids=["no tables", "no home"])
def test_a_load_before_migrate_is_refused_and_leaves_no_records(tmp_path: Path, made: bool) -> None:
    home = tmp_path / "home"
    if made:
        (home / "service").mkdir(parents=True)
    extract = records.extract(tmp_path / "extract", as_at=date(2026, 4, 1))
    settings = {
        "ASSAY_SIDE": "service",
        "ASSAY_HOME": str(home),
        "ASSAY_DEMONSTRATION": "1",
        "DATABASE_URL": "",
        "DJANGO_SETTINGS_MODULE": "assay.config.settings",
    }

    done = subprocess.run(
        [sys.executable, "-c", COMMAND, "load", str(extract)],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 3
    assert done.stderr.strip() == "The database is not up to date. First run: assay migrate"
    assert not list(home.rglob("records"))
