from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.errors import Refused
from assay.inspection.samples import rules
from assay.inspection.samples.frames import frame_from_json, frame_json
from assay.inspection.samples.rules import Assignment
from tests.factories.inspections import frame

WINDOW = (date(2025, 8, 4), date(2025, 9, 8))


def judged(*given: dict[str, Any]) -> dict[str, str]:
    base = {
        "case": "X900001",
        "kind": "community_order",
        "started_on": date(2025, 8, 18),
        "region_code": "N52",
        "pdu_code": "N52A",
        "pdu_name": "Ash PDU",
    }
    rows = [Assignment(**{"assignment": f"s{n}", **base, **each}) for n, each in enumerate(given)]
    found = rules.judged(rows, region_code="N52", started_between=WINDOW, announced_on=date(2026, 3, 2))
    return {each.assignment: each.reason for each in found}


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, ""),
        ({"started_on": WINDOW[0]}, ""),
        ({"started_on": WINDOW[1]}, ""),
        ({"started_on": date(2025, 8, 3)}, "began_too_early"),
        ({"started_on": date(2025, 9, 9)}, "began_too_late"),
        ({"started_on": None}, "began_too_late"),
        ({"region_code": "N53"}, "other_region"),
        ({"kind": "unpaid_work_only"}, "unpaid_work_alone"),
        ({"died_on": date(2026, 3, 2)}, "died"),
        ({"died_on": date(2026, 3, 3)}, ""),
        ({"merged": True}, "merged"),
        ({"pdu_code": ""}, "no_pdu"),
    ],
)
def test_each_reason_holds_at_its_edges(given: dict[str, Any], reason: str) -> None:
    assert judged(given) == {"s0": reason}
    assert not reason or reason in rules.REASONS


def test_a_person_counts_once_with_the_earliest_that_is_eligible() -> None:
    assert judged({"started_on": date(2025, 8, 20)}, {"started_on": date(2025, 8, 19)}) == {
        "s0": "same_person",
        "s1": "",
    }
    # An earlier one that is not eligible itself does not push out the later.
    assert judged({"kind": "unpaid_work_only", "started_on": date(2025, 8, 5)}, {}) == {
        "s0": "unpaid_work_alone",
        "s1": "",
    }


def receipt_of(seed: str = "tea", size: int = 8) -> tuple[Any, dict[str, Any]]:
    drawn_from = frame({"N52A": 9, "N52B": 30, "N52C": 3})
    sample = rules.draw(drawn_from, size=size, seed=seed)
    return drawn_from, rules.receipt(drawn_from, sample, inspection="i", framework="f version 1")


@given(st.text(min_size=1).filter(str.strip), st.integers(6, 42))
def test_drawing_again_from_a_receipt_gives_the_same_cases(seed: str, size: int) -> None:
    drawn_from, receipt = receipt_of(seed, size)
    assert (
        rules.verify(json.loads(rules.receipt_text(receipt)), frame_from_json(frame_json(drawn_from))) == ()
    )
    assert len(receipt["cases"]) == size
    assert sum(each["drawn"] for each in receipt["strata"]) == size


def test_a_receipt_says_each_case_s_chance_and_who_stands_by() -> None:
    _, receipt = receipt_of()
    assert [(each["pdu"], each["chance"], len(each["order"])) for each in receipt["strata"]] == [
        ("N52A", [2, 9], 3),
        ("N52B", [4, 30], 5),
        ("N52C", [2, 3], 3),
    ]
    assert {tuple(each["chance"]) for each in receipt["cases"] if each["pdu"] == "N52B"} == {(4, 30)}
    assert "X9" not in rules.receipt_text(receipt)


@pytest.mark.parametrize("fault", ["case", "chance", "order", "seed", "size", "frame", "version"])
def test_a_receipt_tampered_with_does_not_verify(fault: str) -> None:
    drawn_from, receipt = receipt_of()
    changed = json.loads(rules.receipt_text(receipt))
    if fault == "case":
        changed["cases"][0]["assignment"] = "N52A-999"
    elif fault == "chance":
        changed["cases"][0]["chance"] = [1, 1]
    elif fault == "order":
        changed["strata"][0]["order"].reverse()
    elif fault == "seed":
        changed["seed"] = "coffee"
    elif fault == "size":
        changed["size"] = 9
    elif fault == "version":
        changed["receipt_version"] = 2
    else:
        drawn_from = replace(drawn_from, considered=drawn_from.considered[:-1])
    assert rules.verify(changed, drawn_from) != ()


def test_a_size_the_frame_cannot_give_is_refused_with_the_bounds() -> None:
    with pytest.raises(Refused) as refused:
        rules.allocation(frame({"N52A": 9, "N52B": 1}), size=11)
    assert refused.value.message.worded() == "11 cases cannot be drawn: choose a number from 3 to 10."
    with pytest.raises(Refused, match="seed"):
        rules.draw(frame({"N52A": 9}), size=2, seed=" ")


def test_cases_are_shared_out_evenly_and_around_conflicts() -> None:
    cases = [(n, "N52A" if n < 4 else "N52B") for n in range(1, 7)]
    given = rules.shared_out(cases, readers=("a", "b"), barred={"a": frozenset({"N52A"})})
    assert given == {1: "b", 2: "b", 3: "b", 4: "a", 5: "a", 6: "a"}
    both = rules.shared_out([(1, "N52A")], readers=("a",), barred={"a": frozenset({"N52A"})})
    assert both == {}


@given(st.integers(0, 100), st.integers(1, 9))
def test_without_conflicts_loads_differ_by_at_most_one(cases: int, readers: int) -> None:
    names = tuple(f"r{n}" for n in range(readers))
    given = rules.shared_out([(n, "p") for n in range(cases)], readers=names, barred={})
    loads = [list(given.values()).count(each) for each in names]
    assert len(given) == cases
    assert max(loads) - min(loads) <= 1
