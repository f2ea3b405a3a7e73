"""The older formula gives what binary floating point gives, without a float."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import trunc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.core.workload import Case, Reduction, Work, capacity, load
from assay.core.workload.legacy import TierCounts, as_double, available_points, tier_points, weighting

ON = date(2026, 11, 22)
WEIGHTINGS = load().table.weightings
HOURS = st.decimals("0.01", "80", places=2)


@settings(max_examples=60)
@given(
    value=st.one_of(
        st.fractions(-5000, 5000, max_denominator=10**6),
        st.floats(-1e6, 1e6).map(Fraction),
        st.integers(2**53 - 8, 2**54 + 8).map(Fraction),
    )
)
def test_the_nearest_double_is_that_of_the_machine(value: Fraction) -> None:
    assert as_double(value) == Fraction(value.numerator / value.denominator)


@pytest.mark.parametrize(
    ("value", "expected"), [(2**53 + 1, 2**53), (2**53 + 3, 2**53 + 4), (-(2**53) - 1, -(2**53)), (0, 0)]
)
def test_of_two_equally_near_the_even_one(value: int, expected: int) -> None:
    assert as_double(Fraction(value)) == expected


@settings(max_examples=60)
@given(nominal=st.integers(1, 5000), hours=HOURS, off=st.decimals(0, "90", places=2), full=HOURS)
def test_points_there_is_time_for_are_those_of_floating_point(
    nominal: int, hours: Decimal, off: Decimal, full: Decimal
) -> None:
    base, reduction, default = float(hours), float(off), float(full)
    expected = trunc((nominal * (base / default)) * ((base - reduction) / base))
    assert available_points(nominal, hours, off, full) == expected


def test_the_divergence_that_was_found() -> None:
    assert available_points(7, Decimal(40), Decimal(0), Decimal(7)) == 40


@pytest.mark.parametrize(
    ("hours", "full", "points"), [(None, "37", 2176), ("0", "37", 0), ("37", "0", 0), (None, "0", 0)]
)
def test_without_hours_they_are_those_of_a_full_week(hours: str | None, full: str, points: int) -> None:
    given_hours = None if hours is None else Decimal(hours)
    assert available_points(2176, given_hours, Decimal(0), Decimal(full)) == points


def test_more_taken_off_than_there_is_gives_less_than_nought() -> None:
    assert available_points(2176, Decimal(10), Decimal("11.1"), Decimal(37)) == -64


@pytest.mark.parametrize(
    ("percent", "share"), [(0, "1"), (-5, "1"), (25, "0.75"), (99, "0.01"), (100, "0"), (120, "0")]
)
def test_the_share_that_is_taken_off(percent: int, share: str) -> None:
    assert weighting(percent) == Fraction(share)


def test_cases_in_transition_are_taken_off_by_their_weightings() -> None:
    counts = TierCounts(total=10, warrants=2, unpaid_work=3, overdue=1)
    assert tier_points(counts, 75, WEIGHTINGS, transition=False) == 750
    assert tier_points(counts, 75, WEIGHTINGS, transition=True) == 750 - 3 * 75
    halves = WEIGHTINGS.model_copy(update={"warrants": 50, "unpaid_work": 70, "overdue": 90})
    assert tier_points(counts, 75, halves, transition=True) == 750 - 75 * (
        1 + Fraction("0.9") + Fraction("0.1")
    )


def by_legacy(case: Case, hours: Decimal | None = None) -> object:
    work = Work(id="P1", grade="pso", hours=hours, cases=(case,), reductions=(Reduction(hours=Decimal(1)),))
    return capacity(work, on=ON, formula="legacy").points


@pytest.mark.parametrize(
    ("apart", "transition", "points"),
    [
        (None, True, 48),
        ("warrant", True, 0),
        ("overdue", True, 0),
        ("unpaid_work", True, 48),
        ("warrant", False, 132),
    ],
)
def test_a_case_by_the_older_formula(apart: object, transition: bool, points: int) -> None:
    case = Case(kind="licence", tier="B2", transition=transition, apart=apart)  # type: ignore[arg-type]
    assert by_legacy(case) == points
    untiered = Case(kind="licence", tier="", transition=True, apart="warrant")
    assert by_legacy(untiered) == 0


def test_the_present_formula_does_not_ask() -> None:
    case = Case(kind="licence", tier="B2", transition=True, apart="warrant")
    work = Work(id="P1", grade="po", hours=Decimal(37), cases=(case,))
    assert capacity(work, on=ON).points == 48


def test_half_points_stay_exact() -> None:
    halves = WEIGHTINGS.model_copy(update={"warrants": 50})
    table = load().table.model_copy(update={"weightings": halves})
    case = Case(kind="licence", tier="B1", transition=True, apart="warrant")
    work = Work(id="P1", grade="po", hours=Decimal(37), cases=(case,))
    found = capacity(work, on=ON, tables=(table,), formula="legacy")
    assert (found.points, found.percent) == (Decimal("23.5"), Decimal("1.1"))


def test_its_steps_say_so() -> None:
    work = Work(id="P1", grade="pso", hours=None, reductions=(Reduction(hours=Decimal("1.8")),))
    found = capacity(work, on=ON, formula="legacy")
    steps = {each.step: (each.result, each.outcome, each.reason.worded()) for each in found.steps}
    assert steps["AVAILABLE_HOURS"] == (
        Decimal("35.2"),
        "full_week",
        "37 hours contracted, less 1 of 1 reductions, those in force.",
    )
    assert steps["AVAILABLE_POINTS"] == (
        2070,
        "legacy",
        "2176 points of a full week of 37 hours, by the older formula.",
    )
