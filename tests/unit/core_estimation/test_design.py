from __future__ import annotations

import hashlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.estimation.design import (
    allocate,
    allocate_half_up,
    draw,
    next_in_order,
    replace,
    sample_size,
)
from assay.core.estimation.frame import Frame

PUBLISHED = dict(zip("abcde", (454, 138, 327, 129, 169), strict=True))
SMALLER = dict(zip("abcde", (55, 75, 32, 19, 13), strict=True))


@pytest.mark.parametrize(
    ("population", "at_80", "at_95"),
    [(100, 63, 80), (200, 91, 132), (300, 107, 169), (500, 124, 218), (1000, 142, 278), (20000, 163, 377)],
)
def test_sample_sizes_are_those_of_the_table(population: int, at_80: int, at_95: int) -> None:
    assert sample_size(population, margin=0.05).n == at_80
    assert sample_size(population, margin=0.05, level=0.95).n == at_95


def test_a_sample_is_never_larger_than_the_population() -> None:
    assert sample_size(30, margin=0.01, response=0.5).n == 30


def test_the_published_sampler_s_own_examples_come_out() -> None:
    assert list(allocate_half_up(PUBLISHED, 148).values()) == [54, 17, 40, 16, 21]
    assert list(allocate_half_up(PUBLISHED, 148, buffer_percent=20).values()) == [66, 20, 48, 19, 25]
    assert list(allocate_half_up(SMALLER, 100, buffer_percent=20).values()) == [34, 47, 19, 12, 8]


def test_largest_remainder_differs_from_it_where_rounding_does() -> None:
    assert list(allocate(PUBLISHED, 148).values()) == [55, 17, 40, 16, 20]


@pytest.mark.parametrize(
    ("sizes", "n", "least", "expected"),
    [
        ({"a": 10, "b": 10}, 4, 2, {"a": 2, "b": 2}),
        ({"a": 96, "b": 3, "c": 1}, 10, 2, {"a": 7, "b": 2, "c": 1}),
        ({"a": 5, "b": 5, "c": 5}, 4, 1, {"a": 2, "b": 1, "c": 1}),
        ({"a": 3, "b": 4}, 7, 2, {"a": 3, "b": 4}),
        ({"a": 1, "b": 99}, 10, 0, {"a": 0, "b": 10}),
    ],
)
def test_each_stratum_gets_its_share_and_at_least_the_least(
    sizes: dict[str, int], n: int, least: int, expected: dict[str, int]
) -> None:
    assert allocate(sizes, n, min_per_stratum=least) == expected


@pytest.mark.parametrize("n", [5, 21])
def test_a_number_that_cannot_be_met_is_refused(n: int) -> None:
    with pytest.raises(ValueError, match="cannot be drawn"):
        allocate({"a": 10, "b": 5, "c": 5}, n)


SIZES = st.dictionaries(st.sampled_from("abcdefghijk"), st.integers(1, 300), min_size=1)


@given(SIZES, st.integers(0, 2), st.data())
def test_an_allocation_adds_up_and_keeps_its_bounds(
    sizes: dict[str, int], least: int, data: st.DataObject
) -> None:
    floor = sum(min(least, each) for each in sizes.values())
    n = data.draw(st.integers(floor, sum(sizes.values())))
    given_out = allocate(sizes, n, min_per_stratum=least)
    assert sum(given_out.values()) == n
    assert all(min(least, sizes[each]) <= given_out[each] <= sizes[each] for each in sizes)
    assert list(given_out) == list(sizes)


@given(SIZES, st.integers(1, 40))
def test_the_published_rule_adds_up_too(sizes: dict[str, int], n: int) -> None:
    n = min(n, sum(sizes.values()))
    assert sum(allocate_half_up(sizes, n).values()) == n


def frame(**sizes: int) -> Frame:
    ids = [(f"{name}{n}", name) for name, size in sizes.items() for n in range(size)]
    return Frame(tuple(id for id, _ in ids), tuple(name for _, name in ids))


def test_a_draw_takes_the_lowest_tickets() -> None:
    whole = frame(a=5, b=3)
    sample = draw(whole, {"a": 2, "b": 1}, seed="tea")

    def by_hand(id: str) -> str:
        return hashlib.sha256(f"tea\n{whole.hash}\n{id}".encode()).hexdigest()

    assert sample.ids[:2] == tuple(sorted((f"a{n}" for n in range(5)), key=by_hand)[:2])
    assert sample.ids[2:] == (min((f"b{n}" for n in range(3)), key=by_hand),)
    assert sample.weight == (2.5, 2.5, 3.0)
    assert sample.chance("a") == Fraction(2, 5)


def test_an_id_is_drawn_about_as_often_as_its_chance_says() -> None:
    whole = frame(a=10)
    times = sum("a0" in draw(whole, {"a": 3}, seed=str(seed)).ids for seed in range(2000))
    assert 540 < times < 660


@given(st.integers(1, 30), st.integers(1, 30), st.text(min_size=1), st.randoms())
def test_the_order_of_the_frame_does_not_matter(a: int, b: int, seed: str, shuffled: object) -> None:
    whole = frame(a=a, b=b)
    rows = list(zip(whole.ids, whole.stratum, strict=True))
    shuffled.shuffle(rows)  # type: ignore[attr-defined]
    other = Frame(tuple(id for id, _ in rows), tuple(name for _, name in rows))
    n = {"a": min(2, a), "b": min(3, b)}
    assert draw(whole, n, seed=seed).ids == draw(other, n, seed=seed).ids


def test_a_replacement_is_the_next_in_the_seeded_order_and_keeps_the_place() -> None:
    sample = draw(frame(a=4), {"a": 2}, seed="tea")
    first, second, third, fourth = sample.order["a"]
    changed = replace(sample, first, reason="restricted")
    assert changed.ids == (third, second)
    assert [(each.out, each.into, each.reason) for each in changed.replaced] == [(first, third, "restricted")]
    again = replace(changed, third, reason="restricted")
    assert again.ids == (fourth, second)
    assert next_in_order(again, "a") is None
    with pytest.raises(ValueError, match="nobody is left"):
        replace(again, second, reason="restricted")
    with pytest.raises(ValueError, match="reason"):
        replace(sample, first, reason=" ")
    with pytest.raises(KeyError):
        replace(sample, fourth, reason="not in it")


def test_a_frame_refuses_an_id_twice_and_columns_of_other_lengths() -> None:
    with pytest.raises(ValueError, match="twice"):
        Frame(("a", "a"), ("x", "x"))
    with pytest.raises(ValueError, match="length"):
        Frame(("a", "b"), ("x",))
