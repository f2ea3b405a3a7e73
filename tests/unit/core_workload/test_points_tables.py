"""The dated tables of points, a region's own among them; and that no page works out a percentage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from assay.core.errors import Refused, Unfit
from assay.core.workload import load
from assay.core.workload.tables import in_force, read
from tests.architecture.repository import SOURCE, imported, modules, shown


def shipped() -> dict[str, Any]:
    text = resources.files("assay.core.workload").joinpath("workload.yaml").read_text("utf-8")
    given: dict[str, Any] = yaml.safe_load(text)
    return given


def written(folder: Path, tables: object) -> Path:
    path = folder / "points.yaml"
    path.write_text(tables if isinstance(tables, str) else yaml.safe_dump({"points": tables}), "utf-8")
    return path


def test_every_block_says_its_source_and_how_sure_it_is() -> None:
    for block in shipped().values():
        for each in block if isinstance(block, list) else [block]:
            if isinstance(each, dict):
                assert each["source"]
                assert each["confidence"] in ("sourced", "recalled", "assumed")
    table = load().table
    assert (table.confidence, table.days.confidence, table.weightings.confidence) == (
        "sourced",
        "assumed",
        "assumed",
    )


def test_a_regions_own_tables_are_read(tmp_path: Path) -> None:
    first = shipped()["points"][0] | {"in_force_to": date(2022, 12, 1)}
    second = shipped()["points"][0] | {
        "in_force_from": date(2022, 12, 1),
        "reports": {"standard": 150, "fast": 70},
    }
    tables = read(written(tmp_path, [first, second]))
    assert [each.reports.fast for each in tables] == [65, 70]
    assert in_force(tables, on=date(2022, 11, 30)) == tables[0]
    assert in_force(tables, on=date(2022, 12, 1)) == tables[1]
    assert in_force(tables[::-1], on=date(2022, 12, 1)) == tables[1]


def test_a_table_covers_its_first_day_and_no_day_from_its_last() -> None:
    table = load().table.model_copy(update={"in_force_to": date(2022, 12, 1)})
    days = [date(2021, 6, 30), date(2021, 7, 1), date(2022, 11, 30), date(2022, 12, 1), date(2022, 12, 2)]
    assert [table.covers(each) for each in days] == [False, True, True, False, False]


def test_a_senior_officers_full_week_is_a_figure_of_its_own() -> None:
    table = load().table
    other = table.model_copy(update={"nominal": table.nominal.model_copy(update={"spo": 5})})
    weeks = [other.full_week(each) for each in ("po", "pso", "pqip", "other", "spo")]
    assert weeks == [table.nominal.po] * 4 + [5]


def test_the_points_in_force_last_are_the_last_table_read() -> None:
    known = load()
    later = known.table.model_copy(update={"in_force_from": date(2025, 1, 1)})
    assert replace(known, tables=(known.table, later, later)).table is later


def test_of_two_in_force_the_later_is_taken() -> None:
    first = load().table
    second = first.model_copy(update={"in_force_from": date(2025, 1, 1)})
    assert in_force((first, second), on=date(2025, 1, 1)) is second
    assert in_force((second, first), on=date(2025, 1, 1)) is second
    assert in_force((first, second), on=date(2024, 12, 31)) is first
    with pytest.raises(Refused):
        in_force((first, second), on=date(2021, 6, 30))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tiers": {"community": {"A3": 1}}}, "every kind has points for every tier from A3 to D0"),
        ({"in_force_to": date(2021, 7, 1)}, "a table ends after it begins"),
        ({"extra": 1}, "points.yaml, points > 0 > extra: Extra inputs are not permitted."),
        (
            {"suspended": -1},
            "points.yaml, points > 0 > suspended: Input should be greater than or equal to 0.",
        ),
        (
            {"nominal": {"po": 0, "spo": 1}},
            "points.yaml, points > 0 > nominal > po: Input should be greater than 0.",
        ),
        ({"source": ""}, "points.yaml, points > 0 > source: String should have at least 1 character."),
    ],
)
def test_what_is_wrong_with_a_table_is_said(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    with pytest.raises(Unfit) as unfit:
        read(written(tmp_path, [shipped()["points"][0] | change]))
    (problem,) = unfit.value.problems
    assert said in problem.message.worded()
    assert (problem.file, problem.rule) == ("points.yaml", "points table")
    assert problem.remedy.worded() == "Correct the table and run the command again."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("points: [", "points.yaml, the file: while parsing"),
        ("points: []", "points.yaml, points: List should have"),
    ],
)
def test_what_is_no_file_of_tables_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Unfit) as unfit:
        read(written(tmp_path, text))
    assert unfit.value.problems[0].message.worded().startswith(said)


def test_the_percentage_of_one_person_is_asked_for_by_the_command_alone() -> None:
    """Promise 6: the formula is there for who asks it of their own figures; no room, page or table does."""
    allowed = {"src/assay/jobs/workload.py"}
    wanted = {"capacity", "percent", "potential"}
    found = set()
    for module in modules():
        if SOURCE / "core" in module.parents:
            continue
        for name in imported(module):
            if name.startswith("assay.core.workload") and name.rsplit(".", 1)[-1] in wanted:
                found.add(shown(module))
    assert found == allowed
