"""How right the candidates of a trial are, at one weight after another, and by what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from assay.core.figures import Count
from assay.records.linkage.trials import Trial

Pair = tuple[str, str]
OTHERS = "nothing but chance"


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """The pairs of ``weight`` or more. ``precision``: how many of them are one person. ``recall``: how many
    of those who are in both sources they find. ``found`` and ``wrong``: the same by kind."""

    weight: float
    precision: Count
    recall: Count
    found: Mapping[str, Count]
    wrong: Mapping[str, int]


def measured(candidates: pa.Table, trial: Trial, *, weights: Sequence[float]) -> tuple[At, ...]:
    """What a trial knows of its candidates, which must reach down to the least of the weights."""
    given: list[Any] = candidates["match_weight"].to_pylist()
    weighed = dict(zip(_pairs(candidates), given, strict=True))
    truth, alike = _kinds(trial.truth), _kinds(trial.lookalikes)
    return tuple(_at(weight, weighed, truth, alike) for weight in weights)


def _at(
    weight: float, weighed: Mapping[Pair, float], truth: Mapping[Pair, str], alike: Mapping[Pair, str]
) -> At:
    kept = [pair for pair, given in weighed.items() if given >= weight]
    right = [pair for pair in kept if pair in truth]
    wrong: dict[str, int] = {}
    for pair in kept:
        if pair not in truth:
            why = alike.get(pair, OTHERS)
            wrong[why] = wrong.get(why, 0) + 1
    return At(
        weight=weight,
        precision=Count(len(right), len(kept), unit="pair", population="candidate pairs of a trial"),
        recall=Count(len(right), len(truth), unit="person", population="people in both sources of a trial"),
        found=_by_kind(right, truth),
        wrong=dict(sorted(wrong.items())),
    )


def _by_kind(right: Sequence[Pair], truth: Mapping[Pair, str]) -> dict[str, Count]:
    kinds = sorted(set(truth.values()))
    all_of = {kind: sum(each == kind for each in truth.values()) for kind in kinds}
    found_of = dict.fromkeys(kinds, 0)
    for pair in right:
        found_of[truth[pair]] += 1
    return {
        kind: Count(found_of[kind], all_of[kind], unit="person", population=f"people in both sources: {kind}")
        for kind in kinds
    }


def _pairs(table: pa.Table) -> list[Pair]:
    ids: list[list[Any]] = [table[name].to_pylist() for name in ("left_id", "right_id")]
    return list(zip(*ids, strict=True))


def _kinds(table: pa.Table) -> dict[Pair, str]:
    kinds: list[Any] = table["kind"].to_pylist()
    return dict(zip(_pairs(table), kinds, strict=True))
