"""Sustained overload, and how many a senior officer manages."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from assay.core import policy
from assay.core.workload import Overload, Week, load, span_of_control, sustained_overload

MONDAY = date(2026, 1, 5)


def weeks(*percents: int | None, first: date = MONDAY) -> list[Week]:
    """One after the other; None for a week that is missing."""
    return [
        Week(week_on=first + timedelta(weeks=number), points=each * 20, available=2000)
        for number, each in enumerate(percents)
        if each is not None
    ]


def run(began: date, count: int, closed: date | None) -> Overload:
    return Overload(began_on=began, weeks=count, reached_on=began + timedelta(weeks=4), closed_on=closed)


def day(week: int) -> date:
    return MONDAY + timedelta(weeks=week)


@pytest.mark.parametrize(
    ("points", "available", "over"),
    [
        (2200, 2000, False),
        (2201, 2000, True),
        (Decimal("2200.1"), 2000, True),
        (2394, 2176, True),
        (2393, 2176, False),
        (5, 0, False),
        (5, -1, False),
    ],
)
def test_over_is_above_the_limit_by_points(points: int, available: int, over: bool) -> None:
    assert Week(week_on=MONDAY, points=points, available=available).is_over(110) is over
    unreliable = Week(week_on=MONDAY, points=points, available=available, reliable=False)
    assert unreliable.is_over(110) is False


@pytest.mark.parametrize(
    ("percents", "expected"),
    [
        ((115, 115, 115), ()),
        ((115, 115, 115, 115), (run(MONDAY, 4, None),)),
        ((115, 115, 115, 110, 115), ()),
        ((115, 115, None, 115, 115), ()),
        ((115, 115, 115, 115, 100), (run(MONDAY, 4, day(4)),)),
        ((115, 115, 115, 115, None, 115), (run(MONDAY, 4, day(5)),)),
        ((100, 115, 115, 115, 115, 115), (run(day(1), 5, None),)),
        ((115,) * 4 + (90,) + (120,) * 5 + (110,), (run(MONDAY, 4, day(4)), run(day(5), 5, day(10)))),
        ((), ()),
    ],
)
def test_four_weeks_running(percents: tuple[int | None, ...], expected: tuple[Overload, ...]) -> None:
    assert sustained_overload(weeks(*percents)) == expected
    assert sustained_overload(reversed(weeks(*percents))) == expected


def test_a_week_that_cannot_be_relied_on_breaks_a_run() -> None:
    series = weeks(115, 115, 115, 115)
    series[1] = Week(week_on=series[1].week_on, points=2300, available=2000, reliable=False)
    assert sustained_overload(series) == ()


def test_the_limit_and_the_weeks_can_be_others() -> None:
    series = weeks(104, 106, 106, 104)
    found = sustained_overload(series, percent=105, running=2)
    assert found == (Overload(began_on=day(1), weeks=2, reached_on=day(3), closed_on=day(3)),)


def test_the_example_of_the_duty() -> None:
    """S26: four weeks at 115% from 5 January are reached on 2 February."""
    (found,) = sustained_overload(weeks(115, 115, 115, 115))
    assert found.reached_on == date(2026, 2, 2)
    on = date(2026, 2, 26)
    assert load().over_weeks == policy.load().window("workload_weeks_running", on=on).value == 4


def test_a_week_twice_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError, match="a week comes once"):
        sustained_overload(weeks(115) + weeks(115))


def test_a_senior_officers_span_is_counted_apart() -> None:
    assert (span_of_control(10).limit, span_of_control(10).is_over, span_of_control(11).is_over) == (
        10,
        False,
        True,
    )
    found = span_of_control(6, limit=5)
    assert (found.practitioners, found.limit, found.is_over) == (6, 5, True)
    assert span_of_control(0).practitioners == 0
    assert span_of_control(4, limit=5).is_over is False
    assert span_of_control(400, limit=int("400")).is_over is False
    assert load().span_of_control.confidence == "assumed"
