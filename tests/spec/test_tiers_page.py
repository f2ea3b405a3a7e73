"""The manual's pages of tiers and workload: tables as the data have them, output as the commands print it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from assay.core.tiers import read_v2, read_v3, tables, tier_v2, tier_v3
from assay.core.workload import load
from assay.core.workload.tables import KINDS, TIERS
from assay.jobs.tier import app as tier
from assay.jobs.workload import workload

MANUAL = Path(__file__).resolve().parents[2] / "docs"
REFERENCE = MANUAL / "reference" / "tiers.md"
HOW_TO = MANUAL / "how-to" / "work-out-tiers-and-workload.md"
BLOCK = re.compile(r"```(\w+)\n(.*?)\n```", re.DOTALL)


def table(heading: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(f"| {' | '.join(map(str, each))} |" for each in lines)


def named(value: str) -> str:
    return value.replace("_", " ")


def points_v2() -> str:
    rules = tables.v2()
    rows = [(f"RSR from {each.lowest} to {each.highest}", each.points) for each in rules.rsr.bands]
    for level in reversed(tables.ROSH):
        codes = " or ".join(code for code, found in rules.registers.rosh.items() if found == level)
        rows.append((f"RoSH {named(level)}: {codes}", rules.rosh.points[level]))
    rows += [(f"MAPPA level {level}", points) for level, points in rules.mappa.points.items()]
    rows.append((f"each distinct one of {' '.join(rules.registers.complexity)}", rules.complexity.each))
    women = rules.women
    rows.append(("women: yes to parenting responsibilities", women.parenting))
    rows.append(("women: impulsivity or temper control", women.self_control))
    rows.append(("women: a breach or recall in the last year", women.enforcement))
    return table(("what", "points"), rows)


def levels_v2() -> str:
    rules = tables.v2()
    return table(
        ("level", "points from"),
        [
            (each.level, each.least)
            for levels in (rules.protect.levels, rules.change.levels)
            for each in levels
        ],
    )


def needs_v2() -> str:
    rows = []
    for each in tables.v2().needs.sections:
        san = each.san
        other = "" if san is None else f"{san.standard} / {san.severe}"
        rows.append(
            (f"`{each.need}`", f"`{each.section}`", each.weight, f"{each.standard} / {each.severe}", other)
        )
    return table(("need", "section", "weight", "standard / severe from", "with strengths and needs"), rows)


def answers_v2() -> str:
    return table(("answer", "score"), list(tables.v2().answers.scores.items()))


def grid_v3() -> str:
    grid = tables.v3().reoffending
    rows = [(f"{least} and over", *row) for least, row in zip(grid.csrp, grid.table, strict=True)]
    return table(("CSRP \\ ARP", *(f"{each} and over" for each in grid.arp)), rows)


def sexual_v3() -> str:
    rules = tables.v3().sexual_reoffending
    bands = [(named(band), "", tier) for band, tier in rules.bands.items()]
    medium = [("medium", f"{each.least} and over", each.tier) for each in rules.medium]
    return table(("band", "score", "tier"), [*bands[:2], *medium, bands[2]])


def mappa_v3() -> str:
    rules = tables.v3().mappa_rosh
    rows = [
        (named(each), tier, rules.without_category.get(each, ""))
        for each, tier in rules.with_category.items()
    ]
    return table(("RoSH", "with a MAPPA category", "without one"), rows)


def others_v3() -> str:
    rules = tables.v3()
    rows = [
        (
            f"life or public protection, released within {each.years} year{'s' * (each.years > 1)}",
            each.tier,
        )
        for each in rules.lifer_ipp.released_within
    ]
    rows.append(("life or public protection, released longer ago", rules.lifer_ipp.longer_ago))
    flags = rules.flags
    rows.append(("register entry of domestic abuse", flags.domestic_abuse))
    rows.append(("register entry of stalking", flags.stalking))
    rows.append(("register entry of child protection", flags.child_protection))
    rows.append(("a sexual offence at any time", flags.sexual_offences))
    return table(("what", "tier"), rows)


def quirks() -> str:
    rows = [
        (rules.version, f"`{each.name}`", each.about, each.confidence)
        for rules in (tables.v2(), tables.v3())
        for each in rules.quirks
    ]
    return table(("version", "name", "what", "confidence"), rows)


def points_of_work() -> str:
    given = load().table
    ordered = [f"{letter}{digit}" for letter in "ABCD" for digit in (3, 2, 1, 0)]
    assert sorted(ordered) == sorted(TIERS)
    return table(
        ("kind", *ordered), [(kind, *(given.tiers[kind][each] for each in ordered)) for kind in KINDS]
    )


def reductions() -> str:
    def share(percent: int | None, most: int | None) -> str:
        if percent is not None:
            return f"{percent}%"
        return "" if most is None else f"at most {most}%"

    rows = [
        (f"`{name}`", share(each.percent, each.most), each.months or "")
        for name, each in load().reductions.reasons.items()
    ]
    return table(("reason", "of the contracted hours", "months"), rows)


TABLES = (
    points_v2,
    levels_v2,
    needs_v2,
    answers_v2,
    grid_v3,
    sexual_v3,
    mappa_v3,
    others_v3,
    quirks,
    points_of_work,
    reductions,
)


@pytest.mark.parametrize("made", TABLES, ids=lambda each: each.__name__)
def test_the_reference_has_every_table_as_the_data_have_it(made: Callable[[], str]) -> None:
    assert made() in REFERENCE.read_text("utf-8")


def test_the_reference_names_every_step_in_order() -> None:
    found = re.findall(r"^\| `([A-Z_]+)` \| (v[23]) \|", REFERENCE.read_text("utf-8"), re.MULTILINE)
    whole = {"id": "X1", "convictions": [{"sentenceTypeCode": "NC"}], "assessment": {}}
    needs = {each.need for each in tables.v2().needs.sections}
    two = [each.step for each in tier_v2(read_v2(whole)).steps if each.step not in needs]
    three = tier_v3(read_v3({"id": "X1", "arp": 0, "csrp": 0}), on=date(2026, 11, 22)).steps
    assert found == [*((name, "v2") for name in two), *((each.step, "v3") for each in three)]


def test_the_how_to_shows_what_the_commands_print(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = typer.Typer()
    app.add_typer(tier, name="tier")
    app.command("workload")(workload)
    monkeypatch.chdir(tmp_path)
    shown = 0
    blocks = BLOCK.findall(HOW_TO.read_text("utf-8"))
    for number, (kind, text) in enumerate(blocks):
        if kind in ("json", "csv"):
            name = {0: "person.json", 1: "people.csv", 2: "work.json"}[len(list(tmp_path.iterdir()))]
            Path(name).write_text(text, "utf-8")
        if kind == "sh" and blocks[number + 1][0] == "text":
            words = text.removeprefix(".venv/bin/assay ").split()
            done = CliRunner().invoke(app, words, env={"COLUMNS": "116"})
            assert done.exit_code == 0, done.output
            assert lines(blocks[number + 1][1]) == lines(done.stdout), text
            shown += 1
    assert shown == 3


def lines(text: str) -> list[str]:
    return [each.rstrip() for each in text.strip().splitlines()]
