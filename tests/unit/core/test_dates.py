"""Working days of England and Wales, against a calendar made by others."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest

from assay.core import dates


def test_bank_holidays_are_those_of_england_and_wales() -> None:
    years = range(2014, 2036)
    theirs = holidays.country_holidays("GB", subdiv="ENG", years=years)

    ours = dates.bank_holidays()

    # Theirs lists a holiday of a weekend beside its substitute; only the day off matters here.
    assert {day for day in ours if day.weekday() < 5} == {day for day in theirs if day.weekday() < 5}


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        (date(2026, 2, 6), 5, date(2026, 2, 13)),  # Friday to Friday
        (date(2026, 2, 6), 0, date(2026, 2, 6)),
        (date(2026, 2, 7), 1, date(2026, 2, 9)),  # from a Saturday, the next working day is the first
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Good Friday and Easter Monday
        (date(2022, 9, 16), 1, date(2022, 9, 20)),  # over the day of the state funeral
        (date(2025, 12, 24), 2, date(2025, 12, 30)),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: date, count: int, end: date) -> None:
    assert dates.add_working_days(start, count) == end
    assert dates.working_days_between(start, end) == count


def test_no_day_lies_between_a_day_and_an_earlier_one() -> None:
    assert dates.working_days_between(date(2026, 2, 6), date(2026, 2, 6)) == 0
    assert dates.working_days_between(date(2026, 2, 6), date(2026, 1, 6)) == 0


@pytest.mark.parametrize("day", [date(2013, 12, 31), date(2036, 1, 1)])
def test_a_day_outside_the_calendar_is_our_mistake(day: date) -> None:
    with pytest.raises(AssertionError):
        dates.is_working_day(day)


def test_every_year_of_the_calendar_has_its_eight_days_or_more() -> None:
    for year in range(2014, 2036):
        off = [day for day in dates.bank_holidays() if day.year == year and day.weekday() < 5]
        assert 8 <= len(off) <= 10, year


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 1, 5, 23, 59, tzinfo=UTC), date(2026, 1, 5)),
        (datetime(2026, 7, 5, 22, 59, tzinfo=UTC), date(2026, 7, 5)),
        (datetime(2026, 7, 5, 23, 0, tzinfo=UTC), date(2026, 7, 6)),  # summer time
        (datetime(2026, 3, 29, 0, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 10, 24, 23, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_the_london_day_of_an_instant(instant: datetime, day: date) -> None:
    assert dates.london_day(instant) == day
    assert dates.london_day(instant.replace(tzinfo=None)) == day


def test_a_working_day_is_never_a_weekend_nor_a_bank_holiday() -> None:
    day = date(2026, 1, 1)
    working = [day + timedelta(days=n) for n in range(365) if dates.is_working_day(day + timedelta(days=n))]

    assert len(working) == 253
    assert not {each for each in working if each.weekday() > 4 or each in dates.bank_holidays()}
