"""Figures, errors and messages: what they refuse, and what they keep together."""

from __future__ import annotations

from datetime import date

import pytest

from assay.core.errors import Problem, Refused, Unfit
from assay.core.figures import Count, Estimate
from assay.core.messages import message
from assay.core.spans import Span


def test_a_share_is_made_of_its_count() -> None:
    assert Count(41, 84, "assignment", "assignments read").share == pytest.approx(0.488095, abs=1e-6)


def test_a_share_of_nothing_is_none_and_not_zero() -> None:
    assert Count(0, 0, "case", "cases due").share is None


@pytest.mark.parametrize(("numerator", "denominator"), [(-1, 3), (4, 3), (1, 0)])
def test_more_than_all_cannot_be_counted(numerator: int, denominator: int) -> None:
    with pytest.raises(ValueError, match="cannot be a count"):
        Count(numerator, denominator, "case", "cases")


def test_an_estimate_speaks_of_what_its_count_counts() -> None:
    estimate = Estimate(
        value=0.5,
        se=0.1,
        lower=0.3,
        upper=0.7,
        level=0.95,
        n=24,
        n_eff=24.0,
        df=23.0,
        method="plain",
        of=Count(12, 24, "assessment", "assessments read"),
    )
    assert estimate.unit == "assessment"
    assert (estimate.gain, estimate.rho2, estimate.fallback_reason) == (1.0, None, None)


def test_a_message_is_worded_by_whoever_speaks() -> None:
    asked = message("{count} people wait.", count=3)
    assert asked.worded() == "3 people wait."
    assert asked.worded({"{count} people wait.": "Mae {count} o bobl yn aros."}.__getitem__) == (
        "Mae 3 o bobl yn aros."
    )


def test_a_message_without_a_value_it_needs_is_our_mistake() -> None:
    with pytest.raises(KeyError):
        message("{count} people wait.").worded()


def test_a_refusal_keeps_its_sentence() -> None:
    assert Refused(message("You may not.")).message.worded() == "You may not."


def test_unfit_says_at_least_one_thing() -> None:
    with pytest.raises(AssertionError):
        Unfit([])
    problem = Problem(file="a.csv", rule="order", message=message("Wrong."), remedy=message("Correct it."))
    assert Unfit([problem]).problems == (problem,)
    assert "order" in str(Unfit([problem]))


@pytest.mark.parametrize(
    ("day", "inside"),
    [
        (date(2026, 1, 1), False),
        (date(2026, 1, 2), True),
        (date(2026, 1, 4), True),
        (date(2026, 1, 5), False),
    ],
)
def test_a_span_holds_its_first_day_and_not_its_last(day: date, inside: bool) -> None:
    assert Span(date(2026, 1, 2), date(2026, 1, 5)).contains(day) is inside
