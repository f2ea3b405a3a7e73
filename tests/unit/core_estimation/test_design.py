from __future__ import annotations

import hashlib
from dataclasses import replace as changed
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.errors import Refused
from assay.core.estimation.design import (
    Orders,
    allocate,
    allocate_half_up,
    clustered_deff,
    draw,
    half_width,
    in_order,
    next_in_order,
    orders,
    replace,
    sample_size,
    standing_by,
    ticket,
)
from assay.core.estimation.frame import Frame


def said(refused: pytest.ExceptionInfo[Refused]) -> str:
    return refused.value.message.worded()


PUBLISHED = dict(zip("abcde", (454, 138, 327, 129, 169), strict=True))
SMALLER = dict(zip("abcde", (55, 75, 32, 19, 13), strict=True))


@pytest.mark.parametrize(
    ("population", "at_80", "at_95"),
    [(100, 63, 80), (200, 91, 132), (300, 107, 169), (500, 124, 218), (1000, 142, 278), (20000, 163, 377)],
)
def test_sample_sizes_are_those_of_the_table(population: int, at_80: int, at_95: int) -> None:
    assert sample_size(population, margin=0.05).n == at_80
    assert sample_size(population, margin=0.05, level=0.95).n == at_95


def test_a_size_is_told_step_by_step() -> None:
    found = sample_size(1000, margin=0.1, level=0.95, p=0.3, deff=1.5, response=0.8)
    assert found.n0 == pytest.approx(80.6706, abs=1e-4)
    assert found.n_deff == pytest.approx(121.0060, abs=1e-4)
    assert found.n_fpc == pytest.approx(121.0060 / (1 + 120.0060 / 1000), abs=1e-4)
    assert found.n == 136  # 108.04 over .8 is 135.05


def test_a_sample_is_never_larger_than_the_population_and_never_nobody() -> None:
    assert sample_size(30, margin=0.01, response=0.5).n == 30
    assert sample_size(30, margin=0.9, p=1e-12).n == 1
    assert sample_size(1, margin=0.05).n == 1


def test_a_whole_number_is_not_rounded_up_by_a_hair() -> None:
    """A z of 1 and a margin of .05 make n0 100; the float of it may lie just above."""
    level = 0.6826894921370859
    assert sample_size(10**12, margin=0.05, level=level).n == 100


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"population": 0}, "population: 0 is less than 1."),
        ({"margin": 0.0}, "margin: 0.0 is not a share between 0 and 1; 5 points are 0.05."),
        ({"margin": 5}, "margin: 5 is not a share between 0 and 1; 5 points are 0.05."),
        ({"margin": 1.0}, "margin: 1.0 is not a share between 0 and 1; 5 points are 0.05."),
        ({"level": 1.0}, "level: 1.0 is not a share between 0 and 1; 5 points are 0.05."),
        ({"p": 0.0}, "p: 0.0 is not a share between 0 and 1; 5 points are 0.05."),
        ({"deff": 0.0}, "deff: a design effect is more than nought."),
        ({"deff": float("inf")}, "deff: a design effect is more than nought."),
        ({"response": 0.0}, "response: a share from 0 to 1 is expected, more than 0."),
        ({"response": 1.01}, "response: a share from 0 to 1 is expected, more than 0."),
    ],
)
def test_a_size_refuses_what_cannot_be_and_names_the_field(wrong: dict[str, float], field: str) -> None:
    with pytest.raises(Refused) as refused:
        sample_size(**{"population": 100, "margin": 0.05, **wrong})  # type: ignore[arg-type]
    assert said(refused) == field


@pytest.mark.parametrize(
    ("population", "at_80", "at_95"),
    [
        (100, 2.8, 4.3),
        (200, 5.3, 8.2),
        (300, 5.9, 9.1),
        (500, 6.4, 9.8),
        (2000, 6.8, 10.5),
        (20000, 7.0, 10.7),
    ],
)
def test_the_margin_of_84_cases_is_that_of_the_table(population: int, at_80: float, at_95: float) -> None:
    assert round(100 * half_width(84, population), 1) == at_80
    assert round(100 * half_width(84, population, level=0.95), 1) == at_95


def test_a_margin_ends_where_everybody_is_drawn() -> None:
    assert half_width(84, 84) == 0
    assert half_width(1, 1) == 0
    assert half_width(10, 20, p=0.2) == pytest.approx(1.2815515655446004 * (0.16 * 10 / 19 / 10) ** 0.5)
    for n, population in ((0, 84), (85, 84)):
        with pytest.raises(Refused, match="cannot be drawn"):
            half_width(n, population)
    with pytest.raises(Refused, match="is not a share"):
        half_width(1, 2, p=1.0)


@given(st.integers(2, 5000), st.floats(0.02, 0.3), st.floats(0.5, 0.99))
def test_the_size_is_the_smallest_that_gives_the_margin(population: int, margin: float, level: float) -> None:
    """With Cochran's finite population, which divides by N where the margin divides by N - 1."""
    n = sample_size(population, margin=margin, level=level).n
    if n > 1:
        short = half_width(n - 1, population, level=level) * ((population - 1) / population) ** 0.5
        assert short > margin * (1 - 1 / n)
    assert half_width(n, population, level=level) <= margin * 1.001


def test_the_design_effect_of_clusters_is_kish_s() -> None:
    assert clustered_deff(3, 0.05) == pytest.approx(1.1)
    assert clustered_deff(1, 0.5) == 1
    assert clustered_deff(2.5, 1) == 2.5
    assert clustered_deff(4, 0) == 1
    for cases, icc in ((0.5, 0.1), (float("inf"), 0.1), (3, -0.01), (3, 1.01)):
        with pytest.raises(Refused, match="expected"):
            clustered_deff(cases, icc)


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
    with pytest.raises(Refused) as refused:
        allocate({"a": 10, "b": 5, "c": 5}, n)
    assert said(refused) == f"{n} cases cannot be drawn: choose a number from 6 to 20."


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


def test_an_allocation_refuses_what_it_does_not_know() -> None:
    for wrong, sentence in (
        ({"method": "optimal"}, "method: optimal is none of proportional, neyman, published."),
        ({"method": "neyman"}, "spread: Neyman's allocation needs one of each stratum."),
        ({"min_per_stratum": -1}, "least: -1 is less than nought."),
    ):
        with pytest.raises(Refused) as refused:
            allocate({"a": 10}, 3, **wrong)  # type: ignore[arg-type]
        assert said(refused) == sentence
    with pytest.raises(Refused, match="cannot be drawn"):
        allocate({"a": 10}, 11, method="published")
    assert allocate({"a": 10, "b": 20}, 0, method="published") == {"a": 0, "b": 0}
    with pytest.raises(Refused, match="cannot be drawn"):
        allocate({"a": 10}, -1, method="published")
    assert allocate({"a": 10}, 0, min_per_stratum=0) == {"a": 0}


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


@given(st.integers(1, 30), st.integers(1, 30), st.text(min_size=1).filter(str.strip), st.randoms())
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
    for wrong, id, reason, sentence in (
        (again, second, "restricted", f"Nobody is left in a to replace {second}."),
        (sample, first, " ", "Say why the case is replaced. The reason stays with the sample."),
        (sample, fourth, "not in it", f"{fourth} is not in the sample."),
    ):
        with pytest.raises(Refused) as refused:
            replace(wrong, id, reason=reason)
        assert said(refused) == sentence


def test_a_replacement_passes_over_a_cluster_that_has_as_many_as_it_may() -> None:
    whole = Frame(tuple("abcd"), ("s",) * 4, cluster=("P1", "P1", "P1", "P2"))
    plain = draw(whole, {"s": 2}, seed="tea")
    assert plain.cluster_of == {"a": "P1", "b": "P1", "c": "P1", "d": "P2"}
    order = ("a", "b", "c", "d")
    sample = changed(plain, ids=("a", "b"), order={"s": order}, cap=2)
    assert next_in_order(sample, "s") == "d"
    assert next_in_order(sample, "s", instead_of="a") == "c"
    assert replace(sample, "a", reason="died").ids == ("c", "b")
    assert next_in_order(changed(sample, cap=1), "s", instead_of="a") == "d"
    assert next_in_order(changed(sample, cap=3), "s") == "c"
    assert next_in_order(changed(sample, cap=None), "s") == "c"
    assert next_in_order(changed(sample, cluster_of=None), "s") == "c"


def test_a_fifth_stands_by_rounded_up_as_far_as_there_are_any() -> None:
    assert standing_by({"a": 5, "b": 6, "c": 3, "d": 0}, {"a": 50, "b": 50, "c": 3, "d": 9}) == {
        "a": 1,
        "b": 2,
        "c": 0,
        "d": 0,
    }
    assert standing_by({"a": 10}, {"a": 50}, percent=0) == {"a": 0}
    assert standing_by({"a": 10}, {"a": 12}, percent=100) == {"a": 2}
    with pytest.raises(Refused, match="nought"):
        standing_by({"a": 10}, {"a": 12}, percent=-1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"a": 1}, "Stratum b is in the allocation or in the frame, but not in both."),
        ({"a": 1, "b": 1, "c": 1}, "Stratum c is in the allocation or in the frame, but not in both."),
        ({"a": 6, "b": 1}, "Stratum a has 5 cases and cannot give 6."),
        ({"a": 5, "b": -1}, "Stratum b has 3 cases and cannot give -1."),
    ],
)
def test_a_draw_refuses_an_allocation_that_is_not_the_frame_s(wrong: dict[str, int], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        draw(frame(a=5, b=3), wrong, seed="tea")
    assert said(refused) == sentence


def test_a_draw_needs_a_seed_and_may_take_nobody_or_everybody() -> None:
    with pytest.raises(Refused, match="Give a seed"):
        draw(frame(a=5), {"a": 2}, seed=" ")
    assert draw(frame(a=5), {"a": 0}, seed="tea").ids == ()
    everybody = draw(frame(a=5), {"a": 5}, seed="tea")
    assert sorted(everybody.ids) == ["a0", "a1", "a2", "a3", "a4"]
    assert len(everybody) == 5
    assert everybody.weight == (1.0,) * 5
    assert (everybody.seed, everybody.cluster_of, everybody.cap) == ("tea", None, None)


def test_an_order_is_that_of_the_tickets() -> None:
    whole = frame(a=40, b=2)
    found = orders(whole, seed="tea")
    assert found.frame_hash == whole.hash
    assert list(found.by_stratum) == ["a", "b"]
    assert list(found.by_stratum["a"]) == sorted(
        whole.members("a"), key=lambda id: ticket("tea", whole.hash, id)
    )
    assert in_order(["x", "y"], seed="s", frame_hash="h") == tuple(
        sorted("xy", key=lambda id: hashlib.sha256(f"s\nh\n{id}".encode()).hexdigest())
    )


def test_a_known_order_stands_in_for_the_seed_s() -> None:
    known = Orders("another hash", {"a": ("a2", "a0", "a1"), "b": ("b0",)})
    sample = draw(frame(a=3, b=1), {"a": 2, "b": 1}, seed="tea", ordered=known)
    assert sample.ids == ("a2", "a0", "b0")
    assert sample.frame_hash == "another hash"


def test_seeds_of_the_past_give_the_same_cases_for_ever() -> None:
    """Drawn with the first version that was shipped; a change of any of these breaks sealed samples."""
    whole = frame(a=30, b=12, c=5)
    assert whole.hash == "d6e3dc48b975516f122e4eb5fe24897ad1fa1077525c085405f4e89413cf158b"
    sample = draw(whole, allocate(whole.sizes, 9), seed="a seed of the past")
    assert sample.ids == ("a3", "a14", "a21", "a22", "a20", "b5", "b3", "c0", "c1")
