"""What a list says of an open thing: what was expected, by when, and how far that may be relied on."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from assay.assurance.oversight.types import OpenItem, State, UsedWindow
from assay.web.oversight.presenters import words


def item(duty: str, value: int, *, confidence: str = "sourced", adopted_on: date | None = None) -> OpenItem:
    return OpenItem(
        matter=uuid4(),
        lapse_id="l",
        obligation_id="o",
        duty=duty,
        severity=3,
        opened_on=date(2026, 1, 20),
        state=State.OPEN,
        is_backlog=False,
        standing="on",
        due_on=date(2026, 1, 19),
        window=UsedWindow(name="w", value=value, unit="working_days", confidence=confidence),
        adopted_on=adopted_on,
    )


@pytest.mark.parametrize(
    ("open_item", "said"),
    [
        (item("S15", 15), "Expected: a home visit, within 15 working days, by 19 January 2026."),
        (item("S21", 0), "Expected: management oversight, the same day, by 19 January 2026."),
        (
            item("S16", 1, confidence="assumed"),
            "An appointment kept face to face: not seen after 1 working day "
            "(starting value, not adopted by the region).",
        ),
        (
            item("S21", 0, confidence="assumed", adopted_on=date(2026, 1, 3)),
            "Management oversight: not seen the same day "
            "(starting value, adopted by the region 3 January 2026).",
        ),
    ],
    ids=["a window", "the same day", "a starting value", "a starting value of the same day"],
)
def test_an_expectation_names_what_was_expected_and_its_window(open_item: OpenItem, said: str) -> None:
    assert words.expectation(open_item) == said


def test_a_window_of_nothing_is_the_same_day() -> None:
    assert words.length(UsedWindow(name="w", value=0, unit="working_days", confidence="assumed")) == (
        "the same day"
    )
    assert words.length(UsedWindow(name="w", value=1, unit="weeks", confidence="assumed")) == "1 week"
