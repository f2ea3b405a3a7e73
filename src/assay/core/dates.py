"""Working days of England and Wales.

Day 0 is the trigger: a window of five working days from a Friday ends on the next Friday. A window that
starts on a day off counts from the next working day on. The bank holidays ship as a data file
(``calendar_england_wales.csv``), checked in the tests against the ``holidays`` package.
"""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
FIRST_DAY, LAST_DAY = date(2014, 1, 1), date(2035, 12, 31)


@cache
def bank_holidays() -> frozenset[date]:
    """Every bank holiday of England and Wales from 2014 to 2035."""
    text = resources.files("assay.core").joinpath("calendar_england_wales.csv").read_text("utf-8")
    return frozenset(date.fromisoformat(row["date"]) for row in csv.DictReader(text.splitlines()))


def is_working_day(day: date) -> bool:
    """Monday to Friday and not a bank holiday. Outside 2014 to 2035 an ``AssertionError``."""
    assert FIRST_DAY <= day <= LAST_DAY, f"no calendar for {day}"
    return day.weekday() < 5 and day not in bank_holidays()


def add_working_days(day: date, count: int) -> date:
    """The day that is ``count`` working days after ``day``; the day itself for a count of 0."""
    assert count >= 0
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Working days after ``start`` up to and including ``end``; 0 if ``end`` is not later."""
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, days + 1))


def london_day(instant: datetime) -> date:
    """The London calendar day of an instant; a naive instant is taken as UTC."""
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(LONDON).date()
