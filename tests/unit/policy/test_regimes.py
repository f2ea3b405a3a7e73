"""The timeline of regimes: what is in force on a day, what makes it unfit, and that its rules did change."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assay.core.errors import Unfit
from assay.core.policy import load, load_regimes
from assay.jobs.policy import policy as policy_command

LINE = """
  - name: {name}
    title: A change
    changed: Something
    in_force_from: {first}
    in_force_to: {last}
    changes: [{changes}]
    source: somewhere
    confidence: assumed
"""


def line(name: str = "one", first: str = "2026-05-11", last: str = "null", changes: str = "") -> str:
    return LINE.format(name=name, first=first, last=last, changes=changes)


def timeline(folder: Path, *lines: str) -> Path:
    path = folder / "times.yaml"
    path.write_text("regimes:" + "".join(lines))
    return path


def on(day: date) -> list[str]:
    return [each.name for each in load_regimes(load()) if each.covers(day)]


def test_a_regime_is_in_force_from_its_first_day_until_the_day_it_ends() -> None:
    before, first, last, after = (
        on(day) for day in (date(2023, 10, 16), date(2023, 10, 17), date(2024, 9, 9), date(2024, 9, 10))
    )
    assert ["early_custody_release" in each for each in (before, first, last, after)] == [
        False,
        True,
        True,
        False,
    ]
    assert "release_at_40" not in last
    assert "release_at_40" in after


def test_the_timeline_holds_what_the_sources_date() -> None:
    dated = {each.name: (each.in_force_from, each.confidence) for each in load_regimes(load())}
    assert dated["fixed_recall_56"] == (date(2026, 3, 31), "sourced")
    assert dated["reset"] == (date(2024, 4, 29), "recalled")
    # The commencement orders' days were not seen, so nobody may take them for known.
    assert dated["no_unpaid_work_limit"] == (date(2026, 5, 11), "assumed")
    assert dated["no_post_sentence_supervision"] == (date(2026, 5, 11), "assumed")
    assert len(dated) == 19


def test_regimes_come_oldest_first() -> None:
    days = [each.in_force_from for each in load_regimes(load())]
    assert days == sorted(days)


def test_rules_that_changed_stand_in_both_versions() -> None:
    policy = load()
    before, after = date(2026, 5, 10), date(2026, 5, 11)
    assert "post_sentence_supervision" in policy.codes("supervised_sentences", on=before)
    assert "post_sentence_supervision" not in policy.codes("supervised_sentences", on=after)
    assert policy.window("unpaid_work_twelve_months", on=before).value == 365
    with pytest.raises(LookupError):
        policy.window("unpaid_work_twelve_months", on=after)
    assert policy.window("contact_monthly", on=date(2026, 7, 31)).confidence == "recalled"
    assert policy.window("contact_monthly", on=date(2026, 8, 1)).confidence == "assumed"


@pytest.mark.parametrize(
    ("lines", "rule", "what"),
    [
        ((line(), line()), "one", "there are two regimes of this name"),
        ((line(last="2026-05-11"),), "one", "it ends before it begins"),
        ((line(changes="nothing_such"),), "one", "the policy has no rule nothing_such"),
        (
            (line(first="2026-05-12", changes="unpaid_work_twelve_months"),),
            "one",
            "no version of unpaid_work_twelve_months begins or ends on a day of it",
        ),
        ((line() + "    colour: red\n",), "regimes.0.colour", "Extra inputs are not permitted"),
        (("\n  - {name: x",), "yaml", "while parsing a flow mapping"),
    ],
)
def test_an_unfit_timeline_names_its_file_regime_and_reason(
    tmp_path: Path, lines: tuple[str, ...], rule: str, what: str
) -> None:
    with pytest.raises(Unfit) as caught:
        load_regimes(load(), file=timeline(tmp_path, *lines))
    assert [(each.file, each.rule, each.message.values["what"]) for each in caught.value.problems] == [
        ("times.yaml", rule, what)
    ]


def test_a_regime_may_name_a_rule_that_ends_with_it(tmp_path: Path) -> None:
    (found,) = load_regimes(load(), file=timeline(tmp_path, line(changes="unpaid_work_twelve_months")))
    assert found.changes == ("unpaid_work_twelve_months",)
    assert found.in_force_to is None


def _command() -> typer.Typer:
    app = typer.Typer()
    app.command()(policy_command)
    return app


def test_the_command_prints_the_regimes_of_the_day() -> None:
    done = CliRunner().invoke(_command(), ["--on", "2026-04-01", "--format", "json"])
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    names = [each["name"] for each in told["regimes"]]
    assert names[-1] == "fixed_recall_56"
    assert "fixed_recall_48" not in names
    assert "no_unpaid_work_limit" not in names
    rules = {each["name"]: each for each in told["rules"]}
    assert rules["unpaid_work_twelve_months"]["value"] == 365
    assert all(each["source"] and each["confidence"] for each in told["rules"] + told["regimes"])


def test_the_table_has_what_changed_and_its_confidence() -> None:
    done = CliRunner().invoke(_command(), ["--on", "2026-05-11"], env={"COLUMNS": "400"})
    assert done.exit_code == 0
    assert "Regimes in force on 2026-05-11" in done.stdout
    (row,) = [each for each in done.stdout.splitlines() if "The twelve months of unpaid work end" in each]
    assert "unpaid_work_twelve_months" in row
    assert "assumed" in row


def test_the_manual_has_every_regime_as_it_stands() -> None:
    page = (Path(__file__).parents[3] / "docs" / "reference" / "regimes.md").read_text("utf-8")
    rows = [row for row in page.splitlines() if row.startswith("| 20")]
    assert rows == [
        f"| {each.in_force_from} | {each.in_force_to or ''} | **{each.title}.** {each.changed} | "
        f"{', '.join(f'`{name}`' for name in each.changes)} | {each.confidence} |"
        for each in load_regimes(load())
    ]
