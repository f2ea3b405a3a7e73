from __future__ import annotations

from fractions import Fraction

import pytest

from assay.core.ratings.rounding import rounded, shown


@pytest.mark.parametrize(
    ("value", "places", "up", "even"),
    [
        ("49.4", 0, "49", "49"),
        ("49.5", 0, "50", "50"),
        ("48.5", 0, "49", "48"),
        ("49.49999", 0, "49", "49"),
        ("49.50001", 0, "50", "50"),
        ("48.50001", 0, "49", "49"),
        ("0.5", 0, "1", "0"),
        ("0", 0, "0", "0"),
        ("100", 0, "100", "100"),
        ("64.45", 1, "64.5", "64.4"),
        ("64.55", 1, "64.6", "64.6"),
        ("64.444", 2, "64.44", "64.44"),
    ],
)
def test_halves_go_up_or_to_the_even_digit(value: str, places: int, up: str, even: str) -> None:
    assert rounded(Fraction(value), how="half_up", places=places) == Fraction(up)
    assert rounded(Fraction(value), how="half_even", places=places) == Fraction(even)
    assert rounded(Fraction(value), how="none", places=places) == Fraction(value)


def test_whole_numbers_are_the_default() -> None:
    assert rounded(Fraction(131, 2), how="half_up") == 66


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("50", "50"),
        ("100", "100"),
        ("0", "0"),
        ("49.6", "49.6"),
        ("49.06", "49.06"),
        ("49.5", "49.5"),
        ("1000/21", "47.62"),
        ("2000/30", "66.67"),
        ("49.996", "49.99"),
        ("49.995", "49.99"),
        ("49.994", "49.99"),
        ("50.004", "50.00"),
        ("0.005", "0.01"),
        ("110.101", "110.10"),
    ],
)
def test_a_number_in_a_sentence_never_seems_to_reach_a_whole_one(value: str, text: str) -> None:
    assert shown(Fraction(value)) == text
