"""Which cases the timeline benchmark reads."""

from __future__ import annotations

from bench.timeline import spread


def test_cases_are_spread_evenly_and_each_comes_once() -> None:
    crns = [f"X{number:03}" for number in range(100)]

    assert spread(crns, 5) == ["X000", "X040", "X080", "X060", "X020"]
    assert sorted(spread(crns, 100)) == crns


def test_fewer_cases_than_were_asked_for_are_all_read_once() -> None:
    assert spread(["a", "b", "c"], 7) == ["a", "c", "b"]
