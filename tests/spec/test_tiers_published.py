"""Tiers as published and stated: each example, with its source, one at a time and as a whole service."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from assay.core.errors import Refused
from assay.core.tiers import read_v2, read_v3, tier_v2, tier_v3, tiers_v2, tiers_v3
from tests.factories.tiers import service_v2, service_v3

HERE = Path(__file__).parent
ON = date(2026, 11, 22)
MANDATE = {"convictions": [{"sentenceTypeCode": "NC"}], "assessment": {}}
USUAL = {"has_active_event": True, "arp": 0, "csrp": 0, "arp_type": "DYNAMIC", "csrp_type": "DYNAMIC"}


def examples(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for group in yaml.safe_load((HERE / name).read_text("utf-8")):
        assert group["source"]
        found += group.get("cases", []) + cells(group.get("table"))
    return found


def cells(table: dict[str, Any] | None) -> list[dict[str, Any]]:
    if table is None:
        return []
    return [
        {"given": {"arp": arp, "csrp": csrp}, "tier": tier}
        for csrp, row in zip(table["csrp"], table["tiers"], strict=True)
        for arp, tier in zip(table["arp"], row, strict=True)
    ]


V2, V3 = examples("tiers_v2.yaml"), examples("tiers_v3.yaml")


def given_v2(example: dict[str, Any]) -> dict[str, Any]:
    return {"id": "X1"} | (MANDATE if "with" in example else {}) | example["given"]


@pytest.mark.parametrize("example", V2, ids=lambda each: str(each["given"])[:60])
def test_version_2_as_stated(example: dict[str, Any]) -> None:
    found = tier_v2(read_v2(given_v2(example), on=ON))
    steps = {each.step: each.result for each in found.steps} | {"tier": found.tier}
    assert {name: steps[name] for name in example["expect"]} == example["expect"]


@pytest.mark.parametrize("example", V3, ids=lambda each: str(each["given"])[:60])
def test_version_3_as_stated(example: dict[str, Any]) -> None:
    case = read_v3({"id": "X1"} | USUAL | example["given"])
    if "refused" in example:
        with pytest.raises(Refused) as refused:
            tier_v3(case, on=ON)
        assert refused.value.message.worded().startswith(f"X1, {example['refused']}: ")
        return
    found = tier_v3(case, on=ON)
    assert found.tier == example["tier"]
    assert found.provisional == example.get("provisional", found.provisional)


def test_all_of_them_as_one_service() -> None:
    cases = [read_v2(given_v2(each), on=ON) for each in V2]
    assert tiers_v2(service_v2(cases)).tier.tolist() == [tier_v2(each).tier for each in cases]
    flat = [read_v3({"id": "X1"} | USUAL | each["given"]) for each in V3]
    found = tiers_v3(service_v3(flat), on=ON)
    assert found.tier.tolist() == [each.get("tier", "") for each in V3]
    for row, each in enumerate(V3):
        assert found.provisional[row] == each.get("provisional", found.provisional[row])


def test_every_cell_of_the_table_is_there() -> None:
    assert (
        len([each for each in V3 if set(each["given"]) == {"arp", "csrp"} and "provisional" not in each])
        == 30
    )
