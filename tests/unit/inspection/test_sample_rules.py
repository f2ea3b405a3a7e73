from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.errors import Refused
from assay.core.estimation.erasing import erase
from assay.inspection.samples import rules
from assay.inspection.samples.frames import frame_from_json, frame_json
from assay.inspection.samples.rules import Assignment
from assay.inspection.samples.types import SamplingFrame
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
        changed["receipt_version"] = 3
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


KEPT = Path(__file__).parents[2] / "spec" / "receipts"


def first_version() -> tuple[dict[str, Any], SamplingFrame]:
    """A receipt as the first version sealed it, and the frame kept with it."""
    text = (KEPT / "version-1.json").read_text("utf-8")
    return json.loads(text), frame_from_json((KEPT / "version-1-frame.json").read_text("utf-8"))


def test_a_receipt_of_the_first_version_still_verifies_and_its_seed_draws_the_same_cases() -> None:
    receipt, drawn_from = first_version()
    assert rules.verify(receipt, drawn_from) == ()
    assert rules.receipt_text(receipt) == (KEPT / "version-1.json").read_text("utf-8")
    assert rules.receipt_hash(receipt) == "955c486edf41ac8d0d01031b17ce43062e6f420ef8b399f933198c300ef67370"
    again = rules.draw(drawn_from, size=receipt["size"], seed=receipt["seed"])
    assert again.frame_hash == receipt["frame"]["hash"]
    assert list(again.ids) == [each["assignment"] for each in receipt["cases"]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": "coffee"}, "Stratum N52A is not in the order of the seed."),
        ({"size": 9}, "The allocation does not follow from the sizes of the strata."),
        ({"records": {}}, "records differs"),
        ({"started_between": []}, "started_between differs"),
        ({"origin": {}}, "origin differs"),
        ({"cases": []}, "The cases are not the first of each stratum, with their chances."),
        ({"strata": 3}, "This is no receipt of the first version: something is missing in it."),
    ],
)
def test_a_receipt_of_the_first_version_tampered_with_does_not_verify(
    change: dict[str, Any], said: str
) -> None:
    receipt, drawn_from = first_version()
    assert said in rules.verify({**receipt, **change}, drawn_from)


def test_a_frame_of_another_count_or_another_reason_is_seen() -> None:
    drawn_from, receipt = receipt_of()
    assert rules.verify(receipt, replace(drawn_from, not_listed=1)) == ("not_listed differs",)
    one, *others = drawn_from.considered
    moved = replace(drawn_from, considered=(replace(one, reason="died"), *others))
    assert rules.verify(receipt, moved) == ("the frame is not the one that was drawn from",)
    assert rules.verify(receipt, replace(drawn_from, as_at=date(2026, 1, 1))) == ("records differs",)
    first, kept = first_version()
    assert rules.verify(first, replace(kept, not_listed=9)) == ("not_listed differs",)


def test_a_receipt_says_why_each_was_left_out_and_how_each_number_came_about() -> None:
    drawn_from = frame({"N52A": 9, "N52B": 30})
    one, *others = drawn_from.considered
    drawn_from = replace(drawn_from, considered=(replace(one, reason="died"), *others))
    sample = rules.draw(drawn_from, size=8, seed="tea")
    receipt = rules.receipt(drawn_from, sample, inspection="i", framework="f", salt_key=b"k")
    rows = {row["assignment"]: row for row in receipt["considered"]}
    assert rows["N52A-001"]["reason"] == "died"
    assert receipt["reasons"]["died"]["sentence"] == "The person died before the announcement."
    assert len({row["salt"] for row in rows.values()}) == 39
    assert {each["at"][0]: each["value"] for each in receipt["allocation"]} == {"N52A": "2", "N52B": "6"}
    assert rules.receipt_hash(receipt) == receipt["seal"]


def test_an_erased_row_leaves_a_receipt_that_still_verifies_against_the_frame() -> None:
    drawn_from = frame({"N52A": 9, "N52B": 30})
    sample = rules.draw(drawn_from, size=8, seed="tea")
    receipt = rules.receipt(drawn_from, sample, inspection="i", framework="f", salt_key=b"k")
    erased = json.loads(rules.receipt_text(erase(receipt, [sample.ids[0]])))
    assert rules.verify(erased, drawn_from) == ()
    assert rules.receipt_hash(erased) == rules.receipt_hash(receipt)
