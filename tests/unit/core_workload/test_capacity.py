"""Points, the points there is time for and their percentage, exact, with every step told."""

from __future__ import annotations

import decimal
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.core.errors import Refused
from assay.core.workload import Case, Change, Reduction, Work, capacity, load
from assay.core.workload.capacity import (
    available_hours,
    available_points,
    case_points,
    exact,
    percent,
    potential,
    round_half_up,
)

ON = date(2026, 11, 22)
TABLE = load().table


def work(**more: Any) -> Work:
    return Work(**{"id": "P1", "grade": "po", "hours": Decimal(37)} | more)


def told(found: Any, name: str) -> tuple[Any, str, str]:
    (step,) = [each for each in found.steps if each.step == name]
    return step.result, step.outcome, step.reason.worded()


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("1.2345", 3, "1.235"),
        ("1.2344999", 3, "1.234"),
        ("-1.2345", 3, "-1.235"),
        ("-1.2344", 3, "-1.234"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("0", 3, "0"),
    ],
)
def test_a_half_is_rounded_away_from_nought(value: str, places: int, expected: str) -> None:
    assert round_half_up(Fraction(value), places) == Fraction(expected)


@settings(max_examples=30)
@given(value=st.fractions(-1000, 1000, max_denominator=977), places=st.integers(0, 16))
def test_rounding_is_that_of_decimals_with_digits_enough(value: Fraction, places: int) -> None:
    with decimal.localcontext(prec=60):
        whole = Decimal(value.numerator) / Decimal(value.denominator)
        expected = whole.quantize(Decimal(1).scaleb(-places), rounding=decimal.ROUND_HALF_UP)
    assert round_half_up(value, places) == Fraction(expected)


@pytest.mark.parametrize(
    ("case", "points"),
    [
        (Case(kind="community", tier="A3"), 206),
        (Case(kind="custody", tier="A0"), 0),
        (Case(kind="licence", tier="B2"), 132),
        (Case(kind="licence", tier="B2", transition=True), 48),
        (Case(kind="licence", tier="B2", suspended=True), 0),
        (Case(kind="community", tier=""), None),
        (Case(kind="community", tier="", suspended=True), None),
    ],
)
def test_points_of_a_case(case: Case, points: int | None) -> None:
    assert case_points(case, TABLE) == points


@pytest.mark.parametrize("tier", ["C", "MISSING", "A4"])
def test_a_tier_without_published_points_is_refused(tier: str) -> None:
    with pytest.raises(Refused) as refused:
        case_points(Case(kind="community", tier=tier), TABLE)
    assert refused.value.message.worded() == f"No source gives points for tier {tier}."


@pytest.mark.parametrize(
    ("hours", "full", "points"),
    [
        ("37", "37", 2176),
        ("18.5", "37", 1088),
        ("0.01", "37", 0),
        ("0.02", "37", 1),
        ("36.99", "37", 2175),
        ("74", "37", 4352),
        ("0", "37", 0),
        ("-1", "37", 0),
        ("37", "0", 0),
    ],
)
def test_points_there_is_time_for_are_cut_off(hours: str, full: str, points: int) -> None:
    assert available_points(2176, Decimal(hours), Decimal(full)) == points


def test_the_share_is_rounded_to_15_places_before_it_is_multiplied() -> None:
    # A third to 15 places is short of one, and two thirds are more than two: cut off, 0 and 2 points of 3.
    assert available_points(3, Decimal(1), Decimal(3)) == 0
    assert available_points(3, Decimal(2), Decimal(3)) == 2
    assert available_points(7, Decimal(40), Decimal(7)) == 39


def test_the_callers_own_precision_changes_nothing() -> None:
    with decimal.localcontext(prec=3):
        found = capacity(work(hours=Decimal("36.123"), cases=(Case(kind="licence", tier="A3"),)), on=ON)
    assert (found.available, found.percent) == (2124, Decimal("10.3"))


@pytest.mark.parametrize(
    ("points", "available", "expected"),
    [
        (2176, 2176, "100.0"),
        (1088, 2176, "50.0"),
        (1, 2000, "0.1"),
        (1, 2001, "0.0"),
        (0, 2176, "0.0"),
        (2176, 0, "0.0"),
        (-9, 2000, "-0.5"),
        (-1, 2000, "-0.1"),
        (24, 100000, "0.0"),
        (2393, 2176, "110.0"),
        (2394, 2176, "110.0"),
        (2395, 2176, "110.1"),
    ],
)
def test_the_percentage_is_to_a_tenth_and_nought_where_either_is(
    points: int, available: int, expected: str
) -> None:
    found = percent(points, available)
    assert (found, str(found)) == (Decimal(expected), expected)


@pytest.mark.parametrize(
    ("status", "opened", "closed", "active"),
    [
        (None, None, None, True),
        ("ACTIVE", None, None, True),
        ("SCHEDULED", None, None, False),
        ("ARCHIVED", None, None, False),
        ("DELETED", ON, None, False),
        ("ARCHIVED", ON, None, False),
        ("SCHEDULED", ON, None, True),
        ("ACTIVE", date(2026, 11, 23), None, False),
        ("ACTIVE", ON, date(2026, 11, 23), True),
        ("ACTIVE", ON, ON, False),
        (None, None, date(2026, 11, 23), True),
        (None, None, ON, False),
        (None, date(2026, 11, 21), ON, False),
    ],
)
def test_reductions_count_while_they_are_active(
    status: Any, opened: date | None, closed: date | None, active: bool
) -> None:
    each = Reduction(hours=Decimal("7.4"), status=status, opened_on=opened, closed_on=closed)
    assert each.is_active(ON) is active
    assert available_hours(Decimal(37), [each], on=ON) == Fraction("29.6" if active else "37")


def test_reductions_add_up_and_may_take_more_than_there_is() -> None:
    taken = [Reduction(hours=Decimal("20.1")), Reduction(hours=Decimal("20.2"))]
    assert available_hours(Decimal(37), taken, on=ON) == Fraction("-3.3")
    found = capacity(work(reductions=tuple(taken)), on=ON)
    assert (found.available, found.percent) == (0, 0)
    assert told(found, "AVAILABLE_HOURS")[0] == Decimal("-3.3")


@pytest.mark.parametrize(
    ("grade", "available"), [("po", 2176), ("pqip", 2176), ("pso", 2176), ("spo", 0), ("other", 0)]
)
def test_a_full_week_by_grade(grade: Any, available: int) -> None:
    found = capacity(work(grade=grade, cases=(Case(kind="licence", tier="A3"),)), on=ON)
    assert (found.available, found.percent) == (available, Decimal("10.1") if available else 0)


WHOLE = work(
    hours=Decimal("37.0"),
    cases=(
        *[Case(kind="licence", tier="B2")] * 12,
        Case(kind="community", tier="A3", transition=True),
        Case(kind="custody", tier=""),
        Case(kind="community", tier="D1", suspended=True),
    ),
    reports=("fast", "standard", "fast"),
    given=("CMS03", "CMS40"),
    received=("CMS01", "NGS001", "CMS40"),
    reductions=(Reduction(hours=Decimal("1.8")), Reduction(hours=Decimal(5), status="ARCHIVED")),
)


def test_every_step_is_told() -> None:
    found = capacity(WHOLE, on=ON, change=Change(case=Case(kind="licence", tier="A3")))
    assert (found.id, found.points, found.available, found.without_points) == ("P1", 1936, 2070, 1)
    assert (found.percent, found.potential) == (Decimal("93.5"), Decimal("104.1"))
    assert [(each.step, each.result, each.outcome, each.reason.worded()) for each in found.steps] == [
        (
            "CASES",
            12 * 132 + 75,
            "without_tier",
            "15 cases by kind and tier, by the table of 2021-07-01; 1 without a tier count nothing.",
        ),
        ("REPORTS", 268, "counted", "1 standard reports at 138, 2 fast ones at 65."),
        (
            "CONTACTS_FOR_OTHERS",
            18,
            "unknown_code",
            "2 contacts by their weights; without one, and counted as nothing: CMS40.",
        ),
        (
            "CONTACTS_BY_OTHERS",
            -9,
            "unknown_code",
            "3 contacts by their weights; without one, and counted as nothing: CMS40, NGS001.",
        ),
        ("POINTS", 1936, "sum", "The sum of these."),
        (
            "AVAILABLE_HOURS",
            Decimal("35.2"),
            "contracted",
            "37.0 hours contracted, less 1 of 2 reductions, those in force.",
        ),
        (
            "AVAILABLE_POINTS",
            2070,
            "current",
            "The share of 37 hours, to 15 places, of 2176 points, cut off.",
        ),
        ("CAPACITY", Decimal("93.5"), "share", "1936 of 2070 points, to a tenth of a percent."),
        ("POTENTIAL_CAPACITY", Decimal("104.1"), "potential", "The same with the case as it would count."),
    ]


def test_nothing_held_is_nought() -> None:
    found = capacity(work(), on=ON)
    assert (found.points, found.percent, found.potential, found.without_points) == (0, 0, None, 0)
    words = "Without points, or time for any, the percentage is 0."
    assert told(found, "CAPACITY") == (0, "nought", words)
    assert told(found, "CASES") == (0, "counted", "0 cases by kind and tier, by the table of 2021-07-01.")
    assert told(found, "CONTACTS_BY_OTHERS") == (0, "counted", "0 contacts by their weights.")
    assert "POTENTIAL_CAPACITY" not in [each.step for each in found.steps]


@pytest.mark.parametrize(
    ("now", "expected"),
    [(None, "110.1"), (Case(kind="custody", tier="A3"), "106.6"), (Case(kind="custody", tier=""), "110.1")],
)
def test_the_percentage_there_would_be_leaves_out_how_the_case_counts_now(
    now: Case | None, expected: str
) -> None:
    change = Change(case=Case(kind="licence", tier="A3"), counted_now=now)
    assert potential(2176, change, 2176, TABLE) == Decimal(expected)
    assert potential(2176, Change(case=Case(kind="licence", tier="")), 2176, TABLE) == 100


def test_without_hours_it_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        capacity(work(hours=None), on=ON)
    assert refused.value.message.worded() == "P1, contractedHours: they are needed, and are not there."


def test_before_the_first_table_it_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        capacity(work(), on=date(2021, 6, 30))
    assert refused.value.message.worded() == "No table of points is in force on 2021-06-30."
    assert capacity(work(), on=date(2021, 7, 1)).available == 2176


def test_the_table_in_force_on_the_day_is_taken() -> None:
    other = TABLE.model_copy(
        update={
            "in_force_from": date(2026, 1, 1),
            "in_force_to": date(2026, 2, 1),
            "reports": TABLE.reports.model_copy(update={"fast": 70}),
        }
    )
    tables = (other, TABLE)
    days = {date(2025, 12, 31): 65, date(2026, 1, 1): 70, date(2026, 1, 31): 70, date(2026, 2, 1): 65}
    for day, points in days.items():
        assert capacity(work(reports=("fast",)), on=day, tables=tables).points == points


@pytest.mark.parametrize(("value", "shown"), [("35.2", "35.2"), ("-3.3", "-3.3"), ("37", "37"), ("0", "0")])
def test_a_fraction_that_is_a_decimal_is_shown_as_one(value: str, shown: str) -> None:
    assert str(exact(Fraction(value))) == shown


TIERS = st.sampled_from([f"{letter}{digit}" for letter in "ABCD" for digit in range(4)])
CASES = st.builds(Case, kind=st.sampled_from(["community", "custody", "licence"]), tier=TIERS)


@settings(max_examples=30)
@given(
    cases=st.lists(CASES, max_size=6),
    more=CASES,
    hours=st.decimals(0, 40, places=2),
    off=st.decimals(0, 20, places=2),
)
def test_more_work_never_lowers_points_and_more_taken_off_never_raises_time(
    cases: list[Case], more: Case, hours: Decimal, off: Decimal
) -> None:
    before = capacity(work(cases=tuple(cases), hours=hours), on=ON)
    after = capacity(work(cases=(more, *cases), hours=hours), on=ON)
    assert after.points >= before.points
    assert after.percent >= before.percent
    assert capacity(work(cases=tuple(reversed(cases)), hours=hours), on=ON).percent == before.percent
    less = capacity(work(cases=tuple(cases), hours=hours, reductions=(Reduction(hours=off),)), on=ON)
    assert less.available <= before.available
    given_now = capacity(work(cases=tuple(cases), hours=hours), on=ON, change=Change(case=more))
    assert given_now.potential == after.percent
