from __future__ import annotations

from fractions import Fraction
from math import inf, sqrt

import pytest

from assay.core.estimation import counted, reference
from assay.core.figures import Count


def count(k: int, n: int) -> Count:
    return Count(k, n, "assignment", "every assignment read")


def test_a_plain_proportion_carries_its_count_and_its_method():
    made = counted.plain_proportion(count(41, 84))
    assert made is not None
    assert (made.value, made.n, made.n_eff, made.method) == (41 / 84, 84, 84.0, "Wilson")
    assert made.of == count(41, 84)
    assert made.unit == "assignment"
    assert made.se == pytest.approx(sqrt(41 / 84 * 43 / 84 / 84), abs=1e-12)
    assert made.warnings == ()


def test_a_known_population_narrows_the_interval_and_is_named_in_the_method():
    plain, finite = (
        counted.plain_proportion(count(41, 84)),
        counted.plain_proportion(count(41, 84), population=300),
    )
    assert plain is not None
    assert finite is not None
    assert plain.lower < finite.lower < finite.value < finite.upper < plain.upper
    assert finite.method == "Wilson, with the finite population counted"
    assert finite.gain == pytest.approx(299 / 216)


@pytest.mark.parametrize("method", ["wilson", "exact"])
def test_everyone_judged_leaves_no_width(method):
    made = counted.plain_proportion(count(7, 30), population=30, method=method)
    assert made is not None
    assert made.lower == made.value == made.upper
    assert made.method == "none, since everyone was counted"


def test_nothing_judged_has_no_estimate():
    assert counted.plain_proportion(count(0, 0)) is None


def test_a_small_base_is_said():
    small, enough = counted.plain_proportion(count(3, 19)), counted.plain_proportion(count(3, 20))
    assert small is not None
    assert enough is not None
    assert (small.warnings, enough.warnings) == (("small base",), ())


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="wald"):
        counted.plain_proportion(count(1, 2), method="wald")


STRATA = {"north": [True, True, False, False, True], "south": [False, False, True], "west": [True, False]}
SIZES = {"north": 50, "south": 10, "west": 4}


def made():
    return counted.stratified_proportion(judged=STRATA, sizes=SIZES, unit="case", population="all")


def test_strata_agree_with_the_slow_twin_to_a_billionth():
    value, variance = reference.stratified(STRATA, SIZES)
    assert made().value == pytest.approx(float(value), abs=1e-9)
    assert made().se == pytest.approx(sqrt(variance), abs=1e-9)
    assert made().df == 7
    assert made().of == Count(5, 10, "case", "all")


def test_strata_weigh_by_their_size_and_not_by_what_was_judged():
    assert made().value == pytest.approx((50 * 3 / 5 + 10 / 3 + 4 / 2) / 64)
    assert made().value != pytest.approx(5 / 10)


def test_strata_without_a_spread_fall_back_and_say_so():
    flat = counted.stratified_proportion(
        judged={"a": [True, True], "b": [True, True]}, sizes={"a": 9, "b": 9}, unit="case", population="all"
    )
    assert flat.fallback_reason == "no variance within the strata"
    assert flat.lower < flat.value == flat.upper == 1.0


def test_strata_judged_whole_leave_no_width():
    whole = counted.stratified_proportion(
        judged={"a": [True, False], "b": [True]}, sizes={"a": 2, "b": 1}, unit="case", population="all"
    )
    assert (whole.lower, whole.upper, whole.n_eff) == (whole.value, whole.value, inf)


def test_a_stratum_with_one_judgement_takes_the_others_spread():
    one = counted.stratified_proportion(
        judged={"a": [True, False, True], "b": [False]},
        sizes={"a": 10, "b": 10},
        unit="case",
        population="all",
    )
    spread = 1 / 3
    assert one.se == pytest.approx(sqrt(0.25 * 0.7 * spread / 3 + 0.25 * 0.9 * spread))


@pytest.mark.parametrize("sizes", [{"a": 1}, {"a": 2, "b": 1}, {"b": 5}])
def test_strata_that_do_not_fit_the_population_are_refused(sizes):
    with pytest.raises(ValueError):
        counted.stratified_proportion(judged={"a": [True, False]}, sizes=sizes, unit="case", population="all")


BASE = {"north": [True, None, False, None, True, False], "south": [None, False, True], "west": [True, None]}


def test_a_base_within_the_strata_agrees_with_the_slow_twin_to_a_billionth():
    value, variance = reference.stratified(BASE, SIZES)
    made = counted.stratified_proportion(judged=BASE, sizes=SIZES, unit="case", population="some")
    assert value == (50 * Fraction(2, 6) + 10 * Fraction(1, 3) + 4 * Fraction(1, 2)) / (
        50 * Fraction(4, 6) + 10 * Fraction(2, 3) + 4 * Fraction(1, 2)
    )
    assert made.value == counted.weighted_share(BASE, SIZES) == float(value)
    assert made.se == pytest.approx(sqrt(variance), abs=1e-9)
    assert (made.of, made.df, made.method) == (Count(4, 7, "case", "some"), 4, "Wilson, by strata")


def test_a_part_outside_the_base_widens_the_interval_of_the_rest():
    """How much of each stratum belongs to the base is estimated too, where the strata differ."""
    apart = {"a": [True] * 9 + [False], "b": [False] * 9 + [True]}
    whole = counted.stratified_proportion(
        judged=apart, sizes={"a": 90, "b": 90}, unit="case", population="all"
    )
    part = counted.stratified_proportion(
        judged={name: [*each, *[None] * 10] for name, each in apart.items()},
        sizes={"a": 180, "b": 180},
        unit="case",
        population="some",
    )
    assert part.value == whole.value == 0.5
    assert part.se > whole.se * 1.3


def test_the_population_of_a_base_leaves_room_for_those_nobody_judged():
    assert counted.base_population({"a": [True, None]}, {"a": 2}) == 1
    assert counted.base_population({"a": [True, None], "b": [False]}, {"a": 2, "b": 9}) == 10
    assert counted.base_population({"a": [True, None], "b": [None]}, {"a": 2, "b": 9}) == 2
    assert counted.base_population({"a": [True, None, False]}, {"a": 10}) == 7


def test_a_base_nobody_belongs_to_has_no_share():
    with pytest.raises(ValueError, match="belongs to the base"):
        counted.weighted_share({"a": [None]}, {"a": 3})


def test_the_hash_changes_with_any_input():
    hashes = {
        each.inputs_hash
        for each in (
            counted.plain_proportion(count(41, 84)),
            counted.plain_proportion(count(42, 84)),
            counted.plain_proportion(count(41, 85)),
            counted.plain_proportion(count(41, 84), population=900),
            counted.plain_proportion(count(41, 84), level=0.8),
            counted.plain_proportion(count(41, 84), method="exact"),
        )
        if each is not None
    }
    assert len(hashes) == 6


def test_an_exact_interval_of_few_contains_what_was_seen():
    """Of four people one or two may count, a quarter or a half; one of three seen is neither."""
    made = counted.plain_proportion(count(1, 3), population=4, level=0.5, method="exact")
    assert made is not None
    assert made.lower <= 1 / 3 <= made.upper
