"""A night works out again what changed, by new records and by the mere passing of time, and says row for row
what working out every case would say."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from assay.assurance.duties import changes, scripts, statements
from assay.jobs import night
from assay.records.store import Pair, kept_pairs
from tests.factories import nights
from tests.factories.nights import Rows, brought, full_tables, invented, night_tables

FIRST = date(2026, 1, 20)
FEW = ("S01", "S16", "S25", "S26")


@dataclass
class Nights:
    """Records that change, and the night made after each change."""

    home: Path
    rows: Rows
    others: Rows
    random: Random
    day: date = FIRST
    told: str = ""

    def load(self) -> None:
        brought(self.rows, self.home, as_at=self.day)

    def load_both(self) -> None:
        self.load()
        brought(self.others, self.home, as_at=self.day, provider="N53")

    def make(self, *, full: bool = False) -> Pair:
        console = Console(file=StringIO(), width=200)
        pair = night.make(self.home, full=full, console=console)
        assert isinstance(console.file, StringIO)
        self.told = console.file.getvalue().strip()
        return pair

    def differences(self, pair: Pair) -> dict[str, tuple[list[str], list[str]]]:
        """By table the rows that only this night has, and those only a full one has."""
        ours, full = night_tables(pair), full_tables(self.home, as_at=self.day)
        assert ours.keys() == full.keys()
        return {
            name: (_only(rows, full[name]), _only(full[name], rows))
            for name, rows in ours.items()
            if not rows.equals(full[name])
        }


def _only(rows: pa.Table, other: pa.Table) -> list[str]:
    return sorted({str(each) for each in rows.to_pylist()} - {str(each) for each in other.to_pylist()})


def first(home: Path, cases: int) -> Nights:
    """A night of so many cases, in force."""
    others = nights.another_region(invented(2, 12), code="N53", crn="X8")
    made = Nights(home, invented(1, cases), others, Random(3))
    made.load()
    made.make()
    every = f"All {cases + 1} cases are worked out."
    assert made.told == f"{every} There is no older night to stand upon."
    return made


def beside(night_before: Nights, folder: Path) -> Nights:
    """The same in a place of its own."""
    shutil.copytree(night_before.home, folder / "records")
    rows, others = deepcopy(night_before.rows), deepcopy(night_before.others)
    return Nights(folder / "records", rows, others, Random(4))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nights]:
    """A first night of a few duties: one raised once, one that keeps falling due, one about victims, one
    about all cases of a member of staff. What changed is found in the same way for any."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ASSAY_COMPILED", str(tmp_path_factory.mktemp("compiled")))
        patch.setattr(scripts, "_made", {})
        patch.setattr(scripts, "_say", lambda policy, on: statements.say(policy, on=on, only=FEW))
        patch.setattr(changes, "MOST", 2.0)  # however much changes
        yield first(tmp_path_factory.mktemp("few") / "records", 150)


# Two at a time: each pair is of cases, or of what many cases hang on, and is drawn apart.
PAIRS = tuple(zip(nights.EDITS[::2], nights.EDITS[1::2], strict=True))


@pytest.mark.parametrize("edits", PAIRS, ids=lambda edits: "-".join(each.__name__ for each in edits))
def test_after_two_edits_a_night_says_what_a_full_one_says(
    few: Nights, edits: tuple[nights.Edit, nights.Edit], tmp_path: Path
) -> None:
    made = beside(few, tmp_path)
    for edit in edits:
        edit(made.rows, made.random, made.day)
    made.load()
    pair = made.make()
    again = int(made.told.split()[0])
    assert 1 < again <= (16 if set(edits) <= set(nights.NARROW) else 150)
    assert made.differences(pair) == {}


def test_a_person_gone_from_the_records_is_in_no_file_of_the_next_night_and_older_nights_can_go(
    few: Nights, tmp_path: Path
) -> None:
    made = beside(few, tmp_path)
    crn = nights.gone(made.rows, made.random, made.day)
    (before,) = kept_pairs(made.home)
    assert _names(before.night.path, crn)
    made.load()
    pair = made.make()
    assert not _names(pair.night.path, crn)
    held = night_tables(pair)
    shutil.rmtree(before.night.path)
    assert night_tables(pair) == held
    assert made.differences(pair) == {}


def test_a_night_takes_no_room_for_what_still_stands_and_what_it_said_is_written_once(
    few: Nights, tmp_path: Path
) -> None:
    made = beside(few, tmp_path)
    for edit in (nights.changed_level, nights.row_deleted):
        edit(made.rows, made.random, made.day)
        made.load()
        made.make()
    *_, before, last = kept_pairs(made.home)
    part = last.night.path / "lapse" / "000.parquet"
    assert part.samefile(before.night.path / "lapse" / "000.parquet")
    assert part.stat().st_nlink == 3
    assert [each.name for each in sorted((last.night.path / "lapse").iterdir())] == [
        "000.parquet",
        "001.parquet",  # cases merged from CRNs far apart
        "again-000.parquet",
        "again-001.parquet",
    ]
    assert made.differences(last) == {}


def test_nothing_changed_leaves_the_night_in_force_and_full_works_out_every_case(
    few: Nights, tmp_path: Path
) -> None:
    made = beside(few, tmp_path)
    (before,) = kept_pairs(made.home)
    assert made.make() == before
    assert made.told == "0 of 151 cases are worked out again; the others stand as they were."
    again = made.make(full=True)
    assert made.told == "All 151 cases are worked out. It was asked for."
    assert again.night.id == before.night.id


def test_it_is_said_why_every_case_is_worked_out(
    few: Nights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = beside(few, tmp_path)
    every = "All 151 cases are worked out."
    nights.workload_changed(made.rows, made.random, made.day)
    made.load()
    monkeypatch.setattr(changes, "MOST", 0.01)
    made.make()
    assert made.told == (
        f"{every} More than half of all cases would have been worked out again since all were."
    )
    made.rows["victim_notice"].clear()
    made.day += timedelta(days=1)
    made.load()
    made.make()
    assert made.told == f"{every} A table came with its first rows, or came empty."
    made.day -= timedelta(days=2)
    made.load()
    made.make()
    assert made.told == f"{every} The last night in force speaks for a later day."


def test_every_duty_of_every_table_after_all_edits_at_once_and_1_7_and_40_days_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST", 2.0)
    made = first(tmp_path / "records", 60)
    for edit in nights.EDITS:
        edit(made.rows, made.random, made.day)
    nights.gone(made.rows, made.random, made.day)
    made.load()
    assert made.differences(made.make()) == {}
    made.day += timedelta(days=1)
    made.load()
    assert made.differences(made.make()) == {}
    # A region is loaded beside it, and a case goes there.
    crn = made.rows["allocation"][5]["crn"]
    for name, rows in nights.take_out(made.rows, crn).items():
        made.others.setdefault(name, []).extend(rows)
    made.day += timedelta(days=7)
    made.load_both()
    assert made.differences(made.make()) == {}
    made.day += timedelta(days=40)
    made.load_both()
    pair = made.make()
    assert made.differences(pair) == {}
    assert pair.night.made_again == 4


def _names(night: Path, crn: str) -> list[str]:
    """The files of the night in which the case is named."""
    return [
        str(file.relative_to(night))
        for file in sorted(night.rglob("*.parquet"))
        if crn in pq.read_table(file).to_pydict().get("case_id", ())
    ]
