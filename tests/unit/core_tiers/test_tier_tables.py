"""The rules as data: what they hold, and how a file of them that is wrong is refused."""

from __future__ import annotations

from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from assay.core.errors import Unfit
from assay.core.tiers import CaseV2, tables, tier_v2
from assay.core.tiers.types import Registration


def shipped(name: str) -> dict[str, Any]:
    text = resources.files("assay.core.tiers").joinpath(name).read_text("utf-8")
    given: dict[str, Any] = yaml.safe_load(text)
    return given


def written(folder: Path, rules: object) -> Path:
    path = folder / "rules.yaml"
    path.write_text(rules if isinstance(rules, str) else yaml.safe_dump(rules), "utf-8")
    return path


def test_every_block_says_its_source_and_how_sure_it_is() -> None:
    for name in ("v2.yaml", "v3.yaml"):
        for block in shipped(name).values():
            for each in block if isinstance(block, list) else [block]:
                if isinstance(each, dict):
                    assert each["source"]
                    assert each["confidence"] in ("sourced", "recalled", "assumed")


def test_the_quirks_are_named() -> None:
    assert [each.name for each in tables.v2().quirks] == [
        "rsr_between_bands",
        "rsr_above_bands",
        "very_high_in_two_spellings",
        "lower_of_rsr_and_rosh_dropped",
        "mappa_level_not_set_passed_over",
        "enforcement_without_assessment",
        "self_control_once",
        "codes_with_and_without_case",
    ]
    assert [each.name for each in tables.v3().quirks] == [
        "medium_band_out_of_order",
        "medium_band_without_tier",
        "very_high_in_two_spellings",
        "lifer_never_released",
        "lifer_released_later",
        "type_not_given",
    ]


def test_a_file_of_ones_own_is_read_and_used(tmp_path: Path) -> None:
    own = shipped("v2.yaml")
    own["complexity"]["each"] = 10
    rules = tables.read(written(tmp_path, own), tables.RulesV2)
    entries = (Registration(code="RVAD"), Registration(code="STRG"))
    assert tier_v2(CaseV2(id="X1", registrations=entries), rules=rules).protect_points == 20
    assert tables.read(written(tmp_path, shipped("v3.yaml")), tables.RulesV3) == tables.v3()


def test_a_score_is_placed_among_however_many_bands_there_are(tmp_path: Path) -> None:
    own = shipped("v2.yaml")
    own["rsr"]["bands"] = [
        {"name": name, "lowest": lowest, "highest": highest, "points": points}
        for name, lowest, highest, points in (
            ("high", "7.00", "9.99", 20),
            ("medium", "3.00", "6.99", 10),
            ("some", "1.00", "1.99", 5),
        )
    ]
    rules = tables.read(written(tmp_path, own), tables.RulesV2)
    scores = ("10", "9.99", "6.995", "3.00", "2.5", "1.00", "0.99")
    steps = [tier_v2(CaseV2(id="X1", rsr=Decimal(each)), rules=rules).steps for each in scores]
    assert [step.outcome for each in steps for step in each if step.step == "RSR"] == [
        "above_bands",
        "high",
        "between_bands",
        "medium",
        "between_bands",
        "some",
        "below_bands",
    ]


def faults(path: Path, kind: Any) -> list[str]:
    with pytest.raises(Unfit) as unfit:
        tables.read(path, kind)
    assert {each.rule for each in unfit.value.problems} == {"tier rules"}
    assert {each.file for each in unfit.value.problems} == {"rules.yaml"}
    assert {each.remedy.worded() for each in unfit.value.problems} == {
        "Correct the table and run the command again."
    }
    return [each.message.worded() for each in unfit.value.problems]


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("rsr", "bands"), [], "rules.yaml, rsr > bands: Tuple should have at least 1 item"),
        (("protect", "levels"), [], "rules.yaml, protect > levels: Tuple should have at least 1 item"),
        (("complexity", "each"), "two", "rules.yaml, complexity > each: Input should be a valid integer"),
        (("women", "extra"), 1, "rules.yaml, women > extra: Extra inputs are not permitted."),
        (("protect", "levels"), [{"level": "A", "from": 10}], "levels go from the highest down to nought"),
        (
            ("change", "levels"),
            [{"level": "1", "from": 0}, {"level": "2", "from": 10}],
            "levels go from the highest down to nought",
        ),
        (
            ("change", "levels"),
            [{"level": "3", "from": 10}, {"level": "2", "from": 10}, {"level": "1", "from": 0}],
            "levels go from the highest down to nought",
        ),
        (("rosh", "points"), {"high": 20}, "every level of RoSH and of MAPPA has its points"),
        (("mappa", "points"), {"M1": 5}, "every level of RoSH and of MAPPA has its points"),
        (
            ("rsr", "bands"),
            [{"name": "high", "lowest": 7.0, "highest": "99.99", "points": 20}],
            "a threshold is written in quotation marks, so that it is read to its last digit",
        ),
        (
            ("rsr", "bands"),
            [
                {"name": "medium", "lowest": "3.00", "highest": "6.99", "points": 10},
                {"name": "high", "lowest": "7.00", "highest": "99.99", "points": 20},
            ],
            "bands go from the highest down and do not overlap",
        ),
    ],
)
def test_what_is_wrong_with_rules_of_version_2_is_said(
    tmp_path: Path, place: tuple[str, str], value: Any, said: str
) -> None:
    own = shipped("v2.yaml")
    own[place[0]][place[1]] = value
    path = written(tmp_path, own)
    assert said in faults(path, tables.RulesV2)[0]


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (("tiers",), ["B", "A"], "tiers go from the highest down, in the order of the alphabet"),
        (("tiers",), ["A", "B", "C", "D", "E", "F"], "the table names tiers there are"),
        (("reoffending", "arp"), ["0", "15", "25", "50", "75", "90"], "thresholds go from the highest down"),
        (("reoffending", "csrp"), ["6.9", "3.0", "1.0", "0.5", "0.1"], "thresholds go from the highest down"),
        (
            ("reoffending", "csrp"),
            ["6.9", "3.0", "1.0", "0.0"],
            "a row for each of CSRP and a column for each",
        ),
        (
            ("reoffending", "arp"),
            ["90", "75", "50", "25", "0"],
            "a row for each of CSRP and a column for each",
        ),
    ],
)
def test_what_is_wrong_with_rules_of_version_3_is_said(
    tmp_path: Path, place: tuple[str, ...], value: Any, said: str
) -> None:
    own = shipped("v3.yaml")
    if len(place) == 1:
        own[place[0]] = value
    else:
        own[place[0]][place[1]] = value
    (found,) = faults(written(tmp_path, own), tables.RulesV3)
    assert found.startswith("rules.yaml, the file: ")
    assert said in found


def test_what_is_no_yaml_is_said(tmp_path: Path) -> None:
    (found,) = faults(written(tmp_path, "a: [1"), tables.RulesV2)
    assert found.startswith("rules.yaml, the file: while parsing a flow sequence")
