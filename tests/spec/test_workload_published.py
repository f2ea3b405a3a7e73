"""The workload formulas as published and stated, each example with its source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from assay.core import workload
from assay.core.workload import legacy
from assay.core.workload.capacity import available_points
from assay.core.workload.tables import KINDS, Kind

SPEC: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "workload.yaml").read_text("utf-8"))


@pytest.mark.parametrize("example", SPEC["available"], ids=lambda each: f"{each['hours']} of {each['full']}")
def test_points_there_is_time_for(example: dict[str, Any]) -> None:
    assert example["source"]
    hours, full = Decimal(example["hours"]), Decimal(example["full"])
    assert available_points(example["nominal"], hours, full) == example["points"]


@pytest.mark.parametrize("example", SPEC["legacy"], ids=lambda each: f"{each['hours']} of {each['full']}")
def test_points_there_is_time_for_by_the_older_formula(example: dict[str, Any]) -> None:
    assert example["source"]
    hours = None if example["hours"] is None else Decimal(example["hours"])
    off, full = Decimal(example["reduction"]), Decimal(example["full"])
    assert legacy.available_points(example["nominal"], hours, off, full) == example["points"]


@pytest.mark.parametrize("kind", KINDS)
def test_points_of_every_tier(kind: Kind) -> None:
    table = workload.load().table
    expected = dict(zip(SPEC["seed"]["tiers"], SPEC["seed"][kind], strict=True))
    assert table.tiers[kind] == expected
    custody = dict(zip(SPEC["seed"]["tiers"], SPEC["seed"]["custody"], strict=True))
    assert {tier: table.points(kind, tier, transition=True) for tier in expected} == custody
    assert {table.points(kind, tier, suspended=True) for tier in expected} == {0}


def test_the_rest_of_the_seed() -> None:
    table = workload.load().table
    assert (table.reports.standard, table.reports.fast) == (138, 65)
    assert (table.nominal.po, table.nominal.spo) == (2176, 2176)
    assert (table.hours.po, table.hours.pso, table.hours.spo) == (Decimal(37), Decimal(37), Decimal(0))
    assert table.in_force_from == date(2021, 7, 1)


def test_every_reason_for_a_reduction() -> None:
    reasons = workload.load().reductions.reasons
    assert len(reasons) == SPEC["reductions"]["count"]
    percent = {name: reasons[name].percent for name in SPEC["reductions"]["percent"]}
    assert percent == SPEC["reductions"]["percent"]
    assert {name: each.most for name, each in reasons.items() if each.most} == SPEC["reductions"]["most"]


def test_weights_of_contacts_are_five_to_26_and_of_codes_not_listed_nothing() -> None:
    contacts = workload.load().contacts
    assert sorted(contacts) == [f"CMS{number:02}" for number in range(1, 37)]
    assert set(contacts.values()) == {5, 9, 13, 18, 26}
