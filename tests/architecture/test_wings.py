"""The order of the wings, seen with plain eyes: a second reading beside import-linter's."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.architecture.repository import ROOT, SOURCE, imported, modules, shown

ORDER = ("core", "access", "records", "assurance", "inspection", "web", "api", "jobs", "config")
NEVER_MEET = {("inspection", "assurance"), ("api", "web"), ("jobs", "web"), ("jobs", "api")}


def wrong(wing: str, other: str) -> bool:
    """Whether a module of ``wing`` may not import one of ``other``."""
    return ORDER.index(other) > ORDER.index(wing) or (wing, other) in NEVER_MEET


def test_wings_import_downward_only() -> None:
    found = {
        (shown(module), name)
        for module in modules()
        if len(module.relative_to(SOURCE).parts) > 1
        for name in imported(module)
        if name.startswith("assay.") and wrong(module.relative_to(SOURCE).parts[0], name.split(".")[1])
    }
    assert found == set()


def test_every_wing_is_in_the_order() -> None:
    wings = {each.name for each in SOURCE.iterdir() if (each / "__init__.py").exists()}
    assert wings <= set(ORDER)


# Rooms of ``web`` are put together by name, so that a side without a room has no import of it.
BY_NAME = {"src/assay/config/urls.py"}
LOADERS = {"importlib.import_module", "django.utils.module_loading.import_string"}


def test_imports_that_no_reader_of_imports_sees_are_not_used() -> None:
    """``import_module`` with a name of ours would pass every check above."""
    found = {shown(module) for module in modules() if LOADERS & set(imported(module))}
    assert found <= BY_NAME


def test_core_needs_no_database() -> None:
    """Imported all at once in a fresh process: whatever way the import takes, it shows."""
    names = sorted(
        ".".join(each.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
        for each in modules()
        if SOURCE / "core" in each.parents
    )
    script = f"""
import sys
for name in {names!r}:
    __import__(name)
print(*sorted(name.split(".")[0] for name in sys.modules))
"""
    command = [sys.executable, "-c", script]
    environment = {**os.environ, "PYTHONPATH": str(SOURCE.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=environment)
    assert set(done.stdout.split()) & {"django", "duckdb", "ibis", "psycopg", "sqlite3"} == set()
