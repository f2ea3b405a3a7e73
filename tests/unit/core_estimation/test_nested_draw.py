from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.errors import Refused
from assay.core.estimation.allocation import Step
from assay.core.estimation.design import Orders, next_in_order, ticket
from assay.core.estimation.frame import Frame
from assay.core.estimation.nested import capped, draw_within, shared_out

SHAPE = {
    ("M", "North", "Ash", "P1"): 12,
    ("M", "North", "Ash", "P2"): 4,
    ("M", "North", "Elm", "P3"): 4,
    ("M", "South", "Oak", "P4"): 10,
    ("F", "North", "Ash", "P1"): 6,
    ("F", "South", "Oak", "P4"): 4,
}


def frame(shape: dict[tuple[str, ...], int] = SHAPE) -> Frame:
    rows = [(f"{'-'.join(place)}-{n}", place) for place, size in shape.items() for n in range(size)]
    return Frame(
        ids=tuple(id for id, _ in rows),
        stratum=tuple(place[0] for _, place in rows),
        within=tuple(place[1:] for _, place in rows),
    )


def test_cases_are_shared_out_level_by_level_and_capped_over_all_strata() -> None:
    found = draw_within(frame(), {"F": 5, "M": 15}, seed="tea", cap=6)
    assert found.counts == {
        ("F", "North", "Ash", "P1"): 3,
        ("F", "South", "Oak", "P4"): 2,
        ("M", "North", "Ash", "P1"): 3,
        ("M", "North", "Ash", "P2"): 4,
        ("M", "North", "Elm", "P3"): 2,
        ("M", "South", "Oak", "P4"): 4,
    }
    assert found.sizes == dict(sorted(SHAPE.items()))
    assert found.short == {"M": 2}
    assert found.never == 0
    held = Counter(found.sample.cluster_of[id] for id in found.sample.ids)  # type: ignore[index]
    assert max(held.values()) == 6
    assert found.sample.n_by_stratum == {"F": 5, "M": 13}
    assert found.sample.sizes == {"F": 10, "M": 30}
    assert (found.sample.cap, found.sample.seed) == (6, "tea")


def test_each_number_explains_itself() -> None:
    found = draw_within(frame(), {"F": 5, "M": 15}, seed="tea", cap=6)
    told = [(each.at, each.name, each.value, each.because.worded()) for each in found.steps]
    assert told[:4] == [
        (("F", "North"), "share", Fraction(3), "5 to draw × 6 of 10 eligible."),
        (("F", "South"), "share", Fraction(2), "5 to draw × 4 of 10 eligible."),
        (("F", "North"), "whole", Fraction(3), "Rounded down."),
        (("F", "South"), "whole", Fraction(2), "Rounded down."),
    ]
    capped_at = ("M", "North", "Ash", "P1")
    assert [each[1:] for each in told if each[0] == capped_at][-2:] == [
        ("whole", Fraction(6), "Rounded down."),
        ("cap", Fraction(3), "At most 6 of a practitioner over all strata; 3 are drawn already."),
    ]
    assert (
        ("M", "North", "Ash", "P2"),
        "moved here",
        Fraction(4),
        "Moved here from others of the unit, who have as many as they may.",
    ) in told
    assert told[-1] == (
        ("M",),
        "fell short",
        Fraction(13),
        "15 were asked; with at most 6 of a practitioner the units have no more.",
    )
    last = {each.at: each.value for each in found.steps}
    assert {place: last[place] for place in found.counts} == found.counts


def test_a_case_s_chance_is_so_many_of_so_many_of_its_practitioner() -> None:
    found = draw_within(frame(), {"F": 5, "M": 15}, seed="tea", cap=6)
    assert found.chances["M-North-Ash-P1-0"] == Fraction(3, 12)
    assert found.chances["M-North-Ash-P2-0"] == 1
    assert found.chances["F-North-Ash-P1-5"] == Fraction(1, 2)
    assert found.size_around("M-North-Ash-P1-0") == 12
    assert sum(found.chances.values()) == len(found.sample)
    weights = dict(zip(found.sample.ids, found.sample.weight, strict=True))
    assert all(weights[id] == float(1 / found.chances[id]) for id in found.sample.ids)


def test_within_a_place_the_lowest_tickets_are_drawn_and_then_all_others_follow() -> None:
    whole = frame()
    found = draw_within(whole, {"F": 5, "M": 15}, seed="tea", cap=6)

    def by_hand(ids: list[str]) -> list[str]:
        return sorted(ids, key=lambda id: ticket("tea", whole.hash, id))

    drawn = set(found.sample.ids)
    for place, n in found.counts.items():
        members = by_hand([id for id, each in found.place_of.items() if each == place])
        assert drawn & set(members) == set(members[:n])
    for name in ("F", "M"):
        order = list(found.sample.order[name])
        inside = [id for id in order if id in drawn]
        assert order == by_hand(inside) + by_hand([id for id in order if id not in drawn])
        assert [id for id in found.sample.ids if id.startswith(name)] == by_hand(inside)


def test_a_replacement_is_the_next_of_the_stratum_below_the_cap() -> None:
    sample = draw_within(frame(), {"F": 5, "M": 15}, seed="tea", cap=6).sample
    after = sample.order["M"][sample.n_by_stratum["M"] :]
    expected = next(id for id in after if "-P3-" in id)  # P1 and P4 are full, P2 has no more
    assert next_in_order(sample, "M") == expected


def test_where_a_share_rounds_to_nought_the_cases_are_counted_that_cannot_be_drawn() -> None:
    shape = {("s", "c", "u", f"P{n}"): 3 for n in range(6)}
    found = draw_within(frame(shape), {"s": 4}, seed="tea")
    assert found.never == 6
    assert sorted(found.chances.values())[:6] == [0] * 6
    assert found.short == {}
    assert draw_within(frame(shape), {"s": 0}, seed="tea").sample.ids == ()


def test_the_published_rounding_differs_and_no_cap_caps_nobody() -> None:
    shape = {("s", "c", "u", name): size for name, size in (("P1", 6), ("P2", 3), ("P3", 3))}
    ours = draw_within(frame(shape), {"s": 2}, seed="tea").counts
    theirs = draw_within(frame(shape), {"s": 2}, seed="tea", published=True).counts
    assert list(ours.values()) == [1, 1, 0]
    assert list(theirs.values()) == [0, 1, 1]  # 1, 1, 1 by rounding, and the largest loses one
    free = draw_within(frame(), {"F": 10, "M": 30}, seed="tea", cap=None)
    assert free.counts == dict(sorted(SHAPE.items()))
    assert free.sample.cap is None


def test_practitioners_without_clusters_are_places_too() -> None:
    found = draw_within(frame({("s", "P1"): 9, ("s", "P2"): 3}), {"s": 8}, seed="tea", cap=5)
    assert found.counts == {("s", "P1"): 5, ("s", "P2"): 3}


def test_a_known_order_stands_in_for_the_seed_s() -> None:
    whole = frame({("s", "P1"): 2, ("s", "P2"): 2})
    order = ("s-P2-1", "s-P1-1", "s-P1-0", "s-P2-0")
    found = draw_within(whole, {"s": 2}, seed="tea", ordered=Orders("h", {"s": order}))
    assert found.sample.ids == ("s-P2-1", "s-P1-1")
    assert found.sample.frame_hash == "h"


@pytest.mark.parametrize("order_given", ["as it is", "backwards"])
def test_the_order_of_the_frame_does_not_matter(order_given: str) -> None:
    whole = frame()
    if order_given == "backwards":
        whole = Frame(whole.ids[::-1], whole.stratum[::-1], within=whole.within[::-1])  # type: ignore[index]
    found = draw_within(whole, {"F": 5, "M": 15}, seed="tea")
    assert found.sample.ids == draw_within(frame(), {"F": 5, "M": 15}, seed="tea").sample.ids


@pytest.mark.parametrize(
    ("whole", "n", "more", "sentence"),
    [
        (
            Frame(("a",), ("s",)),
            {"s": 1},
            {},
            "within: the frame does not say where within its stratum a case lies.",
        ),
        (
            Frame(("a",), ("s",), within=((),)),
            {"s": 1},
            {},
            "within: the frame does not say where within its stratum a case lies.",
        ),
        (frame(), {"F": 11, "M": 1}, {}, "Stratum F has 10 cases and cannot give 11."),
        (frame(), {"F": 1}, {}, "Stratum M is in the allocation or in the frame, but not in both."),
        (frame(), {"F": 1, "M": 1}, {"cap": 0}, "cap: a practitioner gives at least 1 case."),
        (
            frame(),
            {"F": 1, "M": 1},
            {"seed": ""},
            "Give a seed: any words or numbers that nobody could have chosen on purpose.",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    whole: Frame, n: dict[str, int], more: dict[str, int], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        draw_within(whole, n, **{"seed": "tea", **more})  # type: ignore[arg-type]
    assert refused.value.message.worded() == sentence


def test_what_is_over_moves_one_each_in_turn_to_those_with_the_fewest() -> None:
    steps: list[Step] = []
    asked, sizes = {"a": 9, "b": 1, "c": 2}, {"a": 9, "b": 9, "c": 9}
    assert capped(asked, sizes, cap=6, at=("s",), steps=steps) == {"a": 6, "b": 3, "c": 3}
    assert [(each.at, each.name, each.value) for each in steps] == [
        (("s", "a"), "cap", 6),
        (("s", "b"), "moved here", 3),
        (("s", "c"), "moved here", 3),
    ]
    assert capped(asked, sizes, cap=6, held={"b": 6, "c": 5}) == {"a": 6, "b": 0, "c": 1}
    assert capped(asked, sizes, cap=6, held={"a": 8}) == {"a": 0, "b": 6, "c": 6}
    assert capped({}, {}, cap=6) == {}
    assert capped({"b": 1, "a": 1, "c": 8}, {"b": 9, "a": 9, "c": 8}, cap=7) == {"b": 1, "a": 2, "c": 7}


def slow_capped(
    asked: dict[str, int], sizes: dict[str, int], cap: int, held: dict[str, int]
) -> dict[str, int]:
    """The published sampler's own way, one case at a time from an endless round of practitioners."""
    given = {name: max(0, min(n, cap - held[name])) for name, n in asked.items()}
    over = sum(n - given[name] for name, n in asked.items())
    turn = sorted(sorted(given), key=lambda name: given[name])
    place = 0
    for _ in range(over):
        for _ in range(len(turn)):
            name = turn[place % len(turn)]
            place += 1
            if held[name] + given[name] < cap and given[name] < sizes[name]:
                given[name] += 1
                break
    return given


@given(
    st.dictionaries(
        st.sampled_from("abcdef"),
        st.tuples(st.integers(0, 12), st.integers(0, 6), st.integers(0, 6)),
        min_size=1,
    ),
    st.integers(1, 6),
)
def test_the_cap_agrees_with_the_slow_twin(drawn: dict[str, tuple[int, int, int]], cap: int) -> None:
    asked = {name: n for name, (n, _, _) in drawn.items()}
    sizes = {name: n + more for name, (n, more, _) in drawn.items()}
    held = {name: min(before, cap) for name, (_, _, before) in drawn.items()}
    assert capped(asked, sizes, cap=cap, held=held) == slow_capped(asked, sizes, cap, held)


@given(
    st.dictionaries(
        st.tuples(*(st.sampled_from(each) for each in ("st", "NS", "AB", "1234"))),
        st.integers(1, 9),
        min_size=1,
    ),
    st.integers(1, 6),
    st.booleans(),
    st.data(),
)
def test_nobody_is_asked_for_more_than_there_is_or_than_the_cap(
    sizes: dict[tuple[str, ...], int], cap: int, published: bool, data: st.DataObject
) -> None:
    totals = Counter[str]()
    for place, size in sizes.items():
        totals[place[0]] += size
    n = {name: data.draw(st.integers(0, total)) for name, total in totals.items()}
    counts, _ = shared_out(sizes, n, cap=cap, published=published)
    assert set(counts) == set(sizes)
    assert all(0 <= counts[place] <= sizes[place] for place in sizes)
    held = Counter[str]()
    given_by = Counter[str]()
    for place, count in counts.items():
        held[place[-1]] += count
        given_by[place[0]] += count
    assert all(count <= cap for count in held.values())
    assert all(given_by[name] <= n[name] for name in n)
    free, _ = shared_out(sizes, n, cap=None, published=published)
    assert all(sum(each for place, each in free.items() if place[0] == name) == n[name] for name in n)
