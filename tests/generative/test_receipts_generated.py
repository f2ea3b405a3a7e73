"""Any place of a receipt changed to anything: it is seen, and never an error of ours."""

from __future__ import annotations

import contextlib
import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from assay.core.errors import Refused
from assay.core.estimation import receipts
from assay.core.estimation.eligibility import REASONS, Judged, frame_of
from assay.core.estimation.plans import Plan, carry_out
from assay.core.estimation.verifying import faults

SIZE = {"population": 7, "margin": 0.25, "level": 0.8, "p": 0.5, "deff": 1.0, "response": 1.0}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a receipt that holds something."""
    yield path
    if isinstance(value, dict):
        for name, each in value.items():
            yield from places(each, (*path, name))
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from places(each, (*path, at))


def put(given: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(given)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return changed


SMALL = receipts.receipt(
    ROWS := (
        *(Judged(id=f"c{at}", stratum="st"[at % 2], within=(f"P{at % 3}",)) for at in range(7)),
        Judged(id="out", stratum="", reason="no_stratum"),
    ),
    carry_out(frame_of(ROWS), Plan(size=4, within=True, cap=2), seed="tea"),
    reasons=REASONS,
    salt_key=b"secret",
    size_asked=SIZE,
    about={"inspection": "i"},
)


@pytest.mark.parametrize("value", [None, 7, "other", [], {}, -1, True, [["x"]], {"erased": "0"}], ids=str)
def test_no_place_of_a_receipt_can_be_changed_unseen(value: Any) -> None:
    """Whatever stands anywhere: it is refused as no receipt, or does not fit. Never an error of ours."""
    whole = json.loads(receipts.text(SMALL))
    assert faults(whole) == ()
    unseen = []
    for path in places(whole):
        if path in ((), ("replacements",)):
            continue
        changed = put(whole, path, value)
        if changed == whole and json.dumps(changed) == json.dumps(whole):
            continue
        with contextlib.suppress(Refused):
            if not faults(changed):
                unseen.append(path)
    assert unseen == []
