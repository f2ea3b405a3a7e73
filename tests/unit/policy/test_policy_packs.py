"""Policy packs: what is in force on a day, and what makes a pack unfit."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assay.core.errors import Unfit
from assay.core.policy import load

LINE = """
  - name: enquiry
    about: about
    value: {value}
    unit: working_days
    in_force_from: {first}
    in_force_to: {last}
    applies_to: {reach}
    source: somewhere
    confidence: assumed
    review_on: 2027-01-01
"""


def pack(folder: Path, *lines: str) -> Path:
    (folder / "one.yaml").write_text("pack: One\nstandard: 1\nwindows:" + "".join(lines))
    return folder


def line(value: int, first: str, last: str = "null", reach: str = "new") -> str:
    return LINE.format(value=value, first=first, last=last, reach=reach)


def test_the_window_is_the_one_in_force_on_the_triggers_day(tmp_path: Path) -> None:
    policy = load(pack(tmp_path, line(5, "2025-01-01", "2026-01-01"), line(3, "2026-01-01")))
    assert policy.window("enquiry", on=date(2025, 12, 31)).value == 5
    assert policy.window("enquiry", on=date(2026, 1, 1)).value == 3
    with pytest.raises(LookupError):
        policy.window("enquiry", on=date(2024, 12, 31))


def test_a_change_that_applies_to_all_reaches_back(tmp_path: Path) -> None:
    policy = load(pack(tmp_path, line(5, "2025-01-01", "2026-01-01"), line(3, "2026-01-01", reach="all")))
    assert policy.window("enquiry", on=date(2025, 6, 1)).value == 3


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (line(5, "2025-01-01") + line(3, "2026-01-01"), "enquiry"),
        (line(5, "2026-01-01", "2025-01-01"), "enquiry"),
        (line(-1, "2025-01-01"), "windows.0.value"),
        (line(5, "2025-01-01") + "    colour: red\n", "windows.0.colour"),
        ("\n  - {name: x", "yaml"),
    ],
)
def test_an_unfit_pack_names_its_file_and_rule(tmp_path: Path, text: str, rule: str) -> None:
    with pytest.raises(Unfit) as caught:
        load(pack(tmp_path, text))
    assert [(each.file, each.rule) for each in caught.value.problems] == [("one.yaml", rule)]


def test_an_empty_folder_is_no_policy(tmp_path: Path) -> None:
    with pytest.raises(Unfit):
        load(tmp_path)


def test_another_value_is_another_version(tmp_path: Path) -> None:
    before = load(pack(tmp_path, line(5, "2025-01-01"))).version
    assert load(pack(tmp_path, line(4, "2025-01-01"))).version != before


def test_every_rule_shipped_has_a_source_and_every_duty_finds_its_rules() -> None:
    from assay.assurance.duties.catalogue import duties

    policy = load()
    for duty in duties():
        assert set(duty.windows) <= set(policy.windows)
        assert set(duty.codes) <= set(policy.code_sets)
    assert not policy.window("police_enquiry", on=date(2026, 1, 1)).adopted
