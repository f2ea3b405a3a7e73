from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.core.errors import Refused
from assay.core.estimation.allocation import (
    Allocation,
    check_possible,
    decimal,
    half_up,
    neyman,
    proportional,
)

SIZES = st.dictionaries(st.sampled_from("abcdefg"), st.integers(1, 60), min_size=1)


def told(found: Allocation, name: str) -> list[tuple[str, Fraction, str]]:
    """What is told of one stratum: step, number, words."""
    return [(each.name, each.value, each.because.worded()) for each in found.steps if each.at == (name,)]


# Proportional


def test_each_number_of_a_proportional_allocation_explains_itself() -> None:
    found = proportional({"a": 96, "b": 3, "c": 1}, 10, least=2)
    assert found.counts == {"a": 7, "b": 2, "c": 1}
    assert told(found, "a") == [
        ("share", Fraction(48, 5), "10 to draw × 96 of 100 eligible."),
        ("share of the rest", Fraction(7), "7 to draw × 96 of 96 eligible."),
        ("whole", Fraction(7), "Rounded down."),
    ]
    assert told(found, "b") == [
        ("share", Fraction(3, 10), "10 to draw × 3 of 100 eligible."),
        ("least", Fraction(2), "Its share is less than the least of 2."),
    ]
    assert told(found, "c")[-1] == ("least", Fraction(1), "Its share is less than the least of 1.")


def test_the_cases_left_over_go_to_the_largest_remainders() -> None:
    found = proportional({"a": 5, "b": 5, "c": 7}, 4, least=0)
    assert found.counts == {"a": 1, "b": 1, "c": 2}
    assert told(found, "c") == [
        ("share", Fraction(28, 17), "4 to draw × 7 of 17 eligible."),
        ("whole", Fraction(1), "Rounded down."),
        (
            "one more",
            Fraction(2),
            "Left over for the largest remainders: 1; this one, 0.6471, is number 1.",
        ),
    ]
    assert told(found, "a")[-1] == ("whole", Fraction(1), "Rounded down.")


def test_ties_go_to_the_larger_and_then_by_name() -> None:
    # Shares of a half and one and a half: the larger gains.
    assert proportional({"a": 1, "b": 3}, 2, least=0).counts == {"a": 0, "b": 2}
    assert proportional({"b": 1, "a": 1, "c": 1}, 2, least=0).counts == {"b": 1, "a": 1, "c": 0}
    two = proportional({"a": 1, "b": 1, "c": 1, "d": 1}, 3, least=0)
    assert two.counts == {"a": 1, "b": 1, "c": 1, "d": 0}
    assert told(two, "b")[-1][2].endswith("this one, 0.7500, is number 2.")


def test_without_cases_or_strata_nothing_is_shared() -> None:
    assert proportional({}, 0).counts == {}
    assert proportional({"a": 5}, 0, least=0).counts == {"a": 0}
    assert proportional({"a": 1, "b": 2}, 3).counts == {"a": 1, "b": 2}


@pytest.mark.parametrize(("n", "possible"), [(2, False), (3, True), (9, True), (10, False)])
def test_what_can_be_drawn_has_two_bounds(n: int, possible: bool) -> None:
    if possible:
        check_possible({"a": 4, "b": 5}, n, least=3)
        return
    with pytest.raises(Refused) as refused:
        check_possible({"a": 4, "b": 5}, n, least=3)
    assert refused.value.message.worded() == f"{n} cases cannot be drawn: choose a number from 3 to 9."


def slow_hamilton(sizes: dict[str, int], n: int) -> dict[str, int]:
    """Every way to share n out is tried; the nearest to the shares wins, then the larger and the earlier."""
    names = sorted(sizes)
    total = sum(sizes.values())
    best = min(
        (
            counts
            for counts in product(*(range(min(n, sizes[name]) + 1) for name in names))
            if sum(counts) == n
        ),
        key=lambda counts: (
            sum(
                (count - Fraction(n * sizes[name], total)) ** 2
                for count, name in zip(counts, names, strict=True)
            ),
            [
                (-count, name)
                for count, name in sorted(
                    zip(counts, names, strict=True), key=lambda at: (-sizes[at[1]], at[1])
                )
            ],
        ),
    )
    return dict(zip(names, best, strict=True))


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 8), min_size=1), st.integers(0, 9))
@settings(max_examples=60)
def test_largest_remainder_is_the_nearest_whole_allocation(sizes: dict[str, int], n: int) -> None:
    n = min(n, sum(sizes.values()))
    assert proportional(sizes, n, least=0).counts == slow_hamilton(sizes, n)


@given(SIZES, st.data())
def test_an_allocation_does_not_depend_on_order_or_on_names_in_the_same_order(
    sizes: dict[str, int], data: st.DataObject
) -> None:
    n = data.draw(st.integers(sum(min(2, each) for each in sizes.values()), sum(sizes.values())))
    shuffled = {name: sizes[name] for name in data.draw(st.permutations(list(sizes)))}
    renamed = {f"stratum {name}": size for name, size in sizes.items()}
    spread = {name: 0.1 * (at % 5 + 1) for at, name in enumerate(sorted(sizes))}
    for rule in (
        proportional,
        lambda each, n: neyman(each, n, spread={name: spread[name[-1]] for name in each}),
        half_up,
    ):
        found = rule(sizes, n).counts
        assert rule(shuffled, n).counts == found
        assert rule(renamed, n).counts == {f"stratum {name}": count for name, count in found.items()}


@given(SIZES, st.data())
def test_the_last_step_of_each_stratum_is_its_count(sizes: dict[str, int], data: st.DataObject) -> None:
    n = data.draw(st.integers(sum(min(2, each) for each in sizes.values()), sum(sizes.values())))
    for found in (
        proportional(sizes, n),
        neyman(sizes, n, spread=dict.fromkeys(sizes, 0.4)),
        half_up(sizes, n),
        half_up(sizes, n, buffer_percent=15),
    ):
        assert {each.at[0]: each.value for each in found.steps} == found.counts


# Neyman


def slow_variance(sizes: dict[str, int], spread: dict[str, float], counts: dict[str, int]) -> Fraction:
    """The variance of a total, without the part that no allocation changes."""
    return sum(
        ((sizes[name] * Fraction(str(spread[name]))) ** 2 / counts[name] for name in sizes),
        Fraction(0),
    )


@given(
    st.dictionaries(
        st.sampled_from("abc"),
        st.tuples(st.integers(1, 7), st.sampled_from([0.1, 0.25, 0.4, 0.5])),
        min_size=1,
    ),
    st.data(),
)
def test_neyman_has_the_least_variance_of_all_whole_allocations(
    drawn: dict[str, tuple[int, float]], data: st.DataObject
) -> None:
    sizes = {name: size for name, (size, _) in drawn.items()}
    spread = {name: each for name, (_, each) in drawn.items()}
    n = data.draw(st.integers(len(sizes), sum(sizes.values())))
    found = neyman(sizes, n, spread=spread, floor=0, least=1).counts
    best = min(
        slow_variance(sizes, spread, dict(zip(sizes, counts, strict=True)))
        for counts in product(*(range(1, size + 1) for size in sizes.values()))
        if sum(counts) == n
    )
    assert sum(found.values()) == n
    assert slow_variance(sizes, spread, found) == best


def test_each_number_of_neyman_s_allocation_explains_itself() -> None:
    found = neyman({"a": 100, "b": 100, "c": 1}, 12, spread={"a": 0.5, "b": 0.1, "c": 0.5})
    assert found.counts == {"a": 6, "b": 5, "c": 1}
    assert told(found, "a") == [
        ("spread", Fraction(1, 2), "Its spread as given."),
        ("least", Fraction(2), "The least that every stratum gives."),
        (
            "by priority",
            Fraction(6),
            "Each case more goes where size x spread / √(n(n + 1)) is largest; the last it got had "
            f"{50 / sqrt(30):.4f}.",
        ),
    ]
    assert told(found, "b")[0] == (
        "spread",
        Fraction(7, 20),
        "Its spread was given as 0.1000 and is raised to the floor.",
    )
    assert told(found, "c")[-1] == ("least", Fraction(1), "The least that every stratum gives.")


def test_the_floor_keeps_a_spread_that_is_believed_too_small_from_starving_a_stratum() -> None:
    sizes, spread = {"a": 1000, "b": 1000}, {"a": 0.5, "b": 0.05}
    assert neyman(sizes, 110, spread=spread, floor=0).counts == {"a": 100, "b": 10}
    assert neyman(sizes, 110, spread=spread).counts == {"a": 65, "b": 45}
    assert neyman(sizes, 110, spread=spread, floor=0.5).counts == {"a": 55, "b": 55}


def test_with_no_least_the_first_case_goes_where_size_and_spread_are_largest() -> None:
    sizes, spread = {"a": 10, "b": 10, "c": 30}, {"a": 0.4, "b": 0.5, "c": 0.4}
    assert neyman(sizes, 1, spread=spread, least=0).counts == {"a": 0, "b": 0, "c": 1}
    found = neyman(sizes, 2, spread=spread, least=0)
    assert found.counts == {"a": 0, "b": 1, "c": 1}
    assert told(found, "b")[-1] == (
        "by priority",
        Fraction(1),
        "The first case of the stratum, by size x spread.",
    )
    assert neyman(sizes, 3, spread=spread, least=0).counts == {"a": 1, "b": 1, "c": 1}


def test_ties_in_priority_go_to_the_larger_and_then_by_name() -> None:
    assert neyman({"b": 5, "a": 5}, 5, spread={"a": 0.5, "b": 0.5}).counts == {"b": 2, "a": 3}
    assert neyman({"a": 10, "b": 20}, 5, spread={"a": 0.8, "b": 0.4}).counts == {"a": 2, "b": 3}


def test_a_full_stratum_gives_what_it_has_and_others_go_on() -> None:
    assert neyman({"a": 3, "b": 50}, 20, spread={"a": 50.0, "b": 0.5}).counts == {"a": 3, "b": 17}
    assert neyman({"a": 3, "b": 5}, 8, spread={"a": 0.5, "b": 0.5}).counts == {"a": 3, "b": 5}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"spread": {"a": 0.5}}, "spread: stratum b has none."),
        ({"spread": {"a": 0.5, "b": -0.1}}, "spread of b: -0.1 is not a number from nought up."),
        ({"spread": {"a": 0.5, "b": float("nan")}}, "spread of b: nan is not a number from nought up."),
        ({"spread": {"a": 0.5, "b": "x"}}, "spread of b: x is not a number from nought up."),
        ({"floor": -1.0}, "floor: -1.0 is not a number from nought up."),
        ({"n": 16}, "16 cases cannot be drawn: choose a number from 4 to 15."),
        ({"n": 3}, "3 cases cannot be drawn: choose a number from 4 to 15."),
    ],
)
def test_neyman_refuses_what_cannot_be(wrong: dict[str, object], sentence: str) -> None:
    given = {"n": 6, "spread": {"a": 0.5, "b": 0.5}, **wrong}
    with pytest.raises(Refused) as refused:
        neyman({"a": 5, "b": 10}, given.pop("n"), **given)  # type: ignore[arg-type]
    assert refused.value.message.worded() == sentence


# The published rule


def test_each_number_of_the_published_rule_explains_itself() -> None:
    found = half_up({"a": 454, "b": 138, "c": 327, "d": 129, "e": 169}, 148)
    assert told(found, "a") == [
        ("share", Fraction(148 * 454, 1217), "148 to draw × 454 of 1217 eligible."),
        ("rounded", Fraction(55), "Rounded half up."),
        ("for rounding", Fraction(54), "The strata came to 149, not 148: the largest lose one first."),
    ]
    more = half_up({"a": 4, "b": 50}, 27, buffer_percent=120)
    assert told(more, "a") == [
        ("share", Fraction(2), "27 to draw × 4 of 54 eligible."),
        ("rounded", Fraction(2), "Rounded half up."),
        ("buffer", Fraction(4), "With 120 in 100 more to stand by: 2."),
    ]
    assert told(more, "b")[2:] == [
        ("buffer", Fraction(55), "With 120 in 100 more to stand by: 30."),
        ("all", Fraction(50), "It has no more."),
    ]


def test_the_smallest_gain_first_and_ties_go_by_name() -> None:
    found = half_up({"c": 50, "b": 50, "a": 50}, 10)
    assert found.counts == {"c": 3, "b": 3, "a": 4}
    assert told(found, "a")[-1][2] == "The strata came to 9, not 10: the smallest gain one first."
    assert half_up({"c": 10, "b": 10, "a": 10}, 5).counts == {"c": 2, "b": 2, "a": 1}


def test_the_rule_goes_round_until_the_number_is_right() -> None:
    """Seven strata of four sevenths each come to seven, and four are wanted; of three sevenths, to none."""
    assert sum(half_up(dict.fromkeys("abcdefg", 1), 4).counts.values()) == 4
    assert half_up(dict.fromkeys("abcdefg", 1), 4).counts == {
        **dict.fromkeys("abc", 0),
        **dict.fromkeys("defg", 1),
    }
    assert half_up(dict.fromkeys("abcdefg", 1), 3).counts == {
        **dict.fromkeys("abc", 1),
        **dict.fromkeys("defg", 0),
    }


def test_the_published_rule_takes_all_there_are_and_no_less_than_nobody() -> None:
    assert half_up({"a": 3, "b": 4}, 9).counts == {"a": 3, "b": 4}
    assert half_up({"a": 3, "b": 4}, 7, buffer_percent=50).counts == {"a": 3, "b": 4}
    assert half_up({}, 0).counts == {}
    assert half_up({"a": 3}, 0).counts == {"a": 0}
    for wrong in ({"n": -1}, {"n": 1, "buffer_percent": -1}):
        with pytest.raises(Refused, match="less than nought"):
            half_up({"a": 3}, **wrong)


def test_fractions_are_shown_with_four_places_and_whole_numbers_with_none() -> None:
    assert [decimal(Fraction(2, 3)), decimal(Fraction(4, 2)), decimal(Fraction(0))] == ["0.6667", "2", "0"]
