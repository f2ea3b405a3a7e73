"""Every dependency says why it is here, is used, is locked with hashes, and records no address."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT, files, imported, modules, shown

REQUIREMENTS = ROOT / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.txt"))
LINE = re.compile(r"^(?P<name>[a-z0-9-]+)(\[[a-z,-]+\])?(?P<pin>[<>=!~.,0-9]*)\s+# (?P<why>\S.{9,})$")

PIN = re.compile(r"^[a-z0-9-]+==[^ ;]+")

# Needed, though no module of ours imports them by name.
NOT_IMPORTED = {
    "argon2-cffi": "Django takes it for the password hasher that settings name",
    "cryptography": "seals and single sign-on",
    "editables": "set-up",
    "govuk-frontend-jinja": "templates take its macros",
    "hatchling": "the build backend",
    "psycopg": "Django takes it for PostgreSQL",
    "vl-convert-python": "Altair takes it to draw",
    "whitenoise": "settings name it",
}


def lines(kind: str) -> list[str]:
    text = (REQUIREMENTS / f"{kind}.in").read_text("utf-8")
    return [line for line in text.splitlines() if line.strip() and not line.startswith(("#", "-r "))]


def names(kind: str) -> set[str]:
    return {match["name"] for line in lines(kind) if (match := LINE.match(line))}


def pins(lock: Path) -> set[str]:
    """Name and version, without the marker that says for which systems."""
    found = (PIN.match(line) for line in lock.read_text("utf-8").splitlines())
    return {match[0] for match in found if match}


@pytest.mark.parametrize("kind", ["core", "dev", "mutants", "node", "peers", "postgres", "spark"])
def test_every_dependency_has_a_line_saying_why(kind: str) -> None:
    assert [line for line in lines(kind) if not LINE.match(line)] == []
    assert len(names(kind)) == len(lines(kind)) > 0


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_locks_have_hashes_and_no_addresses(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    assert " @ " not in text
    blocks = [block for block in re.split(r"\n(?=\S)", text) if block.strip()]
    assert [block.splitlines()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("kind", ["core", "dev", "mutants", "node", "peers", "postgres", "spark"])
def test_every_dependency_is_in_its_lock(kind: str) -> None:
    locked = {pin.split("==")[0] for pin in pins(REQUIREMENTS / f"{kind}.txt")}
    assert names(kind) - locked == set()


def test_the_development_lock_holds_all_of_the_core_lock() -> None:
    assert pins(REQUIREMENTS / "core.txt") - pins(REQUIREMENTS / "dev.txt") == set()


def test_what_the_source_imports_is_a_dependency_and_the_other_way_round() -> None:
    owners = packages_distributions()
    found: dict[str, set[str]] = {}
    for module in modules():
        for name in imported(module):
            top = name.split(".")[0]
            if top != "assay" and top not in sys.stdlib_module_names:
                owner = {each.lower().replace("_", "-") for each in owners.get(top, [top])}
                found.setdefault(min(owner), set()).add(shown(module))
    core, extra = names("core"), names("spark")
    assert {name: sorted(where) for name, where in found.items() if name not in core | extra} == {}
    assert (core | extra) - set(found) - set(NOT_IMPORTED) == set()
    # What an installation may lack, one module alone asks for.
    assert {where for name in extra for where in found[name]} == {"src/assay/jobs/spark_session.py"}
    assert set(NOT_IMPORTED) - core == set()


def test_the_front_end_lock_records_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text("utf-8")
    assert "://" not in text
    entries = json.loads(text)["packages"]
    assert [name for name, entry in entries.items() if name and "integrity" not in entry] == []


def test_front_end_packages_are_pinned_exactly() -> None:
    declared = json.loads((ROOT / "package.json").read_text("utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = {**declared["dependencies"], **declared["devDependencies"]}
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_start_needs_the_standard_library_only() -> None:
    ours = [each for each in files(".py") if each.parent.name == "startup" or each == ROOT / "start.py"]
    assert len(ours) > 5
    strange = {
        (shown(module), name)
        for module in ours
        for name in imported(module)
        if name.split(".")[0] not in sys.stdlib_module_names | {"startup"}
    }
    assert strange == set()
