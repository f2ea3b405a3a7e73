"""The forms in which services write days and instants."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from assay.records.sources.times import as_day, as_instant, london_time

FORMS = {
    "2026-03-05T14:30:00Z": datetime(2026, 3, 5, 14, 30, tzinfo=UTC),
    "2026-03-05T14:30Z": datetime(2026, 3, 5, 14, 30, tzinfo=UTC),
    "2026-07-05T14:30:00": datetime(2026, 7, 5, 13, 30, tzinfo=UTC),
    "2026-07-05T14:30:00.123456789+01:00": datetime(2026, 7, 5, 13, 30, 0, 123456, tzinfo=UTC),
    "2026-07-05 14:30:00.5": datetime(2026, 7, 5, 13, 30, 0, 500000, tzinfo=UTC),
    "2026-07-05": datetime(2026, 7, 4, 23, tzinfo=UTC),
    "Thu Mar 05 14:30:00 GMT 2026": datetime(2026, 3, 5, 14, 30, tzinfo=UTC),
    "Sun Jul 05 00:00:00 BST 2026": datetime(2026, 7, 4, 23, tzinfo=UTC),
}


@pytest.mark.parametrize("said", FORMS)
def test_an_instant_is_read_in_each_form(said: str) -> None:
    assert as_instant(said) == FORMS[said]


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-07-05", date(2026, 7, 5)),
        ("2026-07-04T23:30:00Z", date(2026, 7, 5)),
        ("2026-07-04T23:30:00", date(2026, 7, 4)),
        ("Sun Jul 05 00:00:00 BST 2026", date(2026, 7, 5)),
    ],
)
def test_a_day_is_londons(said: str, day: date) -> None:
    assert as_day(said) == day


@pytest.mark.parametrize(
    "said",
    ["05/03/2026", "2026-13-01", "2026-02-30", "today", "", "Thu Xxx 05 14:30:00 GMT 2026", 20260305, None],
)
def test_no_other_form_is_guessed_at(said: object) -> None:
    with pytest.raises(ValueError):
        as_instant(said)


def test_midnight_is_how_a_day_without_a_time_is_written() -> None:
    assert london_time(datetime(2026, 7, 4, 23, tzinfo=UTC)) is None
    assert london_time(datetime(2026, 7, 5, 9, 5, 30, 7, tzinfo=UTC)) == time(10, 5, 30)
