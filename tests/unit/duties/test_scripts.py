"""A script said once is kept for exactly what it was said from, and read only as it was kept."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from assay.assurance.duties import catalogue, scripts, statements
from assay.assurance.duties.inputs import Fact
from assay.assurance.duties.scripts import Script, Step
from assay.core.policy import Policy, load

DAY = date(2026, 3, 31)
# One duty is enough to see that saying it again, elsewhere, comes out the same.
SAYS_ONE = """
import sys
from datetime import date
from pathlib import Path
from assay.assurance.duties import catalogue, scripts, statements
from assay.core.policy import load
one = tuple(each for each in catalogue.rules() if each[0].code == "S06")
statements.rules = lambda: one
scripts.script(load(), on=date(2026, 3, 31), folder=Path(sys.argv[1]))
"""
SAID = Script(
    tables={"duties_1": '"said" VARCHAR'},
    whole=(Step(duty="S26", sql="SELECT 1", into="duties_whole_1"),),
    steps=(
        Step(duty="S06", sql="SELECT 'naïve \n'", into="duties_1"),
        Step(duty="", sql="SELECT 2", gives="lapse", done=("duties_1",)),
    ),
    brought=("contact", "enquiry"),
    duties=(Fact(number=6, code="S06", version=1, severity=4, severe=0, tables=("assessment",)),),
)


@cache
def policy() -> Policy:
    return load()


@pytest.fixture(autouse=True)
def _nothing_said_yet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(scripts, "_made", {})
    scripts._source.cache_clear()
    yield
    scripts._source.cache_clear()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The days for which the duties were said: :data:`SAID`, in place of what takes twenty seconds."""
    days: list[date] = []

    def say(policy: Policy, *, on: date) -> Script:
        days.append(on)
        return SAID

    monkeypatch.setattr(statements, "say", say)
    return days


def in_a_new_process(folder: Path) -> Script:
    """What a process that has said nothing yet takes."""
    scripts._made.clear()
    return scripts.script(policy(), on=DAY, folder=folder)


def kept(folder: Path) -> Path:
    (file,) = folder.iterdir()
    return file


def test_a_kept_script_is_byte_for_byte_the_one_said_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, here = tmp_path / "there", tmp_path / "here"
    # The order of a set follows the seed of its process: none may reach a statement.
    done = subprocess.run(
        [sys.executable, "-c", SAYS_ONE, str(there)],
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    one = tuple(each for each in catalogue.rules() if each[0].code == "S06")
    monkeypatch.setattr(statements, "rules", lambda: one)
    fresh = in_a_new_process(here)
    assert kept(there).name == kept(here).name == f"{scripts.key(policy(), on=DAY)}.said"
    assert kept(there).read_bytes() == kept(here).read_bytes()
    assert in_a_new_process(there) == fresh


def test_what_is_kept_comes_back_whole_and_is_not_said_again(tmp_path: Path, said: list[date]) -> None:
    assert not scripts.is_kept(policy(), on=DAY, folder=tmp_path)
    assert in_a_new_process(tmp_path) == SAID
    assert scripts.script(policy(), on=DAY, folder=tmp_path) == SAID
    assert in_a_new_process(tmp_path) == SAID
    assert scripts.is_kept(policy(), on=DAY, folder=tmp_path)
    assert said == [DAY]


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda content: b"",
    "cut short": lambda content: content[:-20],
    "cut after the hash": lambda content: content.partition(b"\n")[0],
    "one statement altered": lambda content: content.replace(b"SELECT 2", b"SELECT 3"),
    "one byte that is no letter": lambda content: content.replace(b"contact", b"\xffontact"),
    "another value": lambda content: b"{}\n",
    "without its hash": lambda content: content.partition(b"\n")[2],
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_script_is_made_anew_and_not_trusted(
    tmp_path: Path, said: list[date], damage: Callable[[bytes], bytes]
) -> None:
    in_a_new_process(tmp_path)
    whole = kept(tmp_path).read_bytes()
    kept(tmp_path).write_bytes(damage(whole))
    assert kept(tmp_path).read_bytes() != whole
    assert in_a_new_process(tmp_path) == SAID
    assert said == [DAY, DAY]
    assert kept(tmp_path).read_bytes() == whole


def test_without_a_folder_nothing_is_kept(
    said: list[date], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("ASSAY_COMPILED")
    assert scripts.script(policy(), on=DAY) == SAID
    monkeypatch.setenv("ASSAY_COMPILED", str(tmp_path))
    scripts._made.clear()
    assert scripts.script(policy(), on=DAY) == SAID
    assert kept(tmp_path).name == f"{scripts.key(policy(), on=DAY)}.said"


def test_the_twelve_scripts_kept_last_stay(tmp_path: Path, said: list[date]) -> None:
    for number in range(14):
        file = tmp_path / f"{number:02}.said"
        file.write_bytes(b"")
        os.utime(file, (number, number))
    in_a_new_process(tmp_path)
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == sorted([f"{scripts.key(policy(), on=DAY)}.said", *(f"{n:02}.said" for n in range(3, 14))])


def _other_window(rules: Policy) -> Policy:
    known = rules.windows["police_enquiry"]
    changed = (*known[:-1], replace(known[-1], value=known[-1].value + 1))
    return replace(rules, windows={**rules.windows, "police_enquiry": changed})


def _other_codes(rules: Policy) -> Policy:
    known = rules.code_sets["oversight_contacts"]
    changed = (*known[:-1], replace(known[-1], codes=known[-1].codes[:-1]))
    return replace(rules, code_sets={**rules.code_sets, "oversight_contacts": changed})


@pytest.mark.parametrize(
    "change",
    [_other_window, _other_codes, lambda rules: replace(rules, version="another")],
    ids=["a window", "a code set", "its version"],
)
def test_another_policy_is_another_key(change: Callable[[Policy], Policy]) -> None:
    assert scripts.key(change(policy()), on=DAY) != scripts.key(policy(), on=DAY)


def test_the_day_changes_the_key_only_where_it_changes_the_policy() -> None:
    before = DAY - timedelta(days=1)
    assert scripts.key(policy(), on=DAY) == scripts.key(policy(), on=before)
    known = policy().windows["police_enquiry"][-1]
    versions = (replace(known, in_force_to=DAY), replace(known, value=3, in_force_from=DAY))
    changed = replace(policy(), windows={**policy().windows, "police_enquiry": versions})
    assert scripts.key(changed, on=DAY) != scripts.key(changed, on=before)


@pytest.mark.parametrize(
    "name",
    ["duties/definitions/s16_contact_gap.py", "duties/verbs.py", "standard.py", "types.py"],
    ids=["a definition", "a verb", "the record standard", "the policy's arithmetic"],
)
def test_another_source_is_another_key(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(Path(scripts.__file__).parent, tmp_path / "duties")
    monkeypatch.setattr(scripts, "__file__", str(tmp_path / "duties" / "scripts.py"))
    for module in (scripts.standard, scripts.policy_types):
        monkeypatch.setattr(module, "__file__", shutil.copy(module.__file__, tmp_path))
    before = scripts.key(policy(), on=DAY)
    with (tmp_path / name).open("a") as source:
        source.write("# more\n")
    scripts._source.cache_clear()
    assert scripts.key(policy(), on=DAY) != before


def test_another_version_of_a_library_is_another_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = scripts.key(policy(), on=DAY)
    monkeypatch.setattr(scripts, "version", lambda library: "99")
    scripts._source.cache_clear()
    assert scripts.key(policy(), on=DAY) != before
