"""Fields of what somebody gives: each read as one kind of value, or refused by name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from assay.core.errors import Refused
from assay.core.inputs import Fields, chosen, fields, passed_over

CHOICES = {"VERY_HIGH": "very_high", "NOT_APPLICABLE": None}


def given(value: Any) -> Fields:
    return Fields({"x": value}, "A", "cases[0].")


def refused(value: Any, kind: str, *words: Any, **more: Any) -> str:
    with pytest.raises(Refused) as error:
        getattr(given(value), kind)("x", *words, **more)
    return error.value.message.worded()


@pytest.mark.parametrize("kind", ["text", "number", "whole", "truth", "day", "object", "objects"])
@pytest.mark.parametrize("value", [None, "", "  "])
def test_nothing_is_none(kind: str, value: str | None) -> None:
    assert getattr(given(value), kind)("x") is None
    assert getattr(given(value), kind)("other") is None
    assert given(value).choice("x", CHOICES) is None


@pytest.mark.parametrize(("value", "expected"), [(" a ", "a"), (7, "7"), (np.int64(7), "7")])
def test_a_text(value: Any, expected: str) -> None:
    assert given(value).text("x") == expected


@pytest.mark.parametrize(("value", "shown"), [(True, "True"), (1.5, "1.5"), (["a"], "['a']")])
def test_what_is_no_text(value: Any, shown: str) -> None:
    assert refused(value, "text") == f"A, cases[0].x: {shown} is not a text."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (6.995, "6.995"),
        (" 6.99 ", "6.99"),
        ("+7", "7"),
        (0, "0"),
        (Decimal("1.10"), "1.10"),
        (np.float64(0.1), "0.1"),
        (1e-7, "1E-7"),
    ],
)
def test_a_number_is_taken_as_it_is_written(value: Any, expected: str) -> None:
    assert given(value).number("x") == Decimal(expected)


@pytest.mark.parametrize(
    "value", ["1e5", "1,5", "NaN", ".5", float("nan"), float("inf"), True, [1], Decimal("NaN"), "5%"]
)
def test_what_is_no_number(value: Any) -> None:
    assert refused(value, "number").endswith(" is not a number.")


def test_a_number_has_its_limits() -> None:
    assert refused("-0.01", "number") == "A, cases[0].x: -0.01 is below 0."
    assert refused(100.5, "number", highest=100) == "A, cases[0].x: 100.5 is above 100."
    assert given(100).number("x", highest=100) == 100
    assert given(0).number("x", highest=100) == 0


def test_a_whole_number() -> None:
    assert given("12.0").whole("x") == 12
    assert refused("12.5", "whole") == "A, cases[0].x: 12.5 is not a whole number."


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True), ("TRUE", True), ("yes", True), ("Y", True), ("1", True), (1, True),
        (False, False), ("false", False), ("No", False), ("n", False), ("0", False), (0, False),
    ],
)  # fmt: skip
def test_true_or_false(value: Any, expected: bool) -> None:
    assert given(value).truth("x") is expected


@pytest.mark.parametrize(("value", "shown"), [("maybe", "maybe"), (2, "2"), (1.0, "1.0"), ([], "[]")])
def test_what_is_neither_true_nor_false(value: Any, shown: str) -> None:
    assert refused(value, "truth") == f"A, cases[0].x: {shown} is neither true nor false."


@pytest.mark.parametrize("value", ["VERY_HIGH", "very high", "Very-High", " very  high "])
def test_a_choice_in_any_spelling(value: str) -> None:
    assert given(value).choice("x", CHOICES) == "very_high"
    assert chosen(value) == "VERY_HIGH"


def test_a_choice_may_stand_for_nothing_and_another_is_refused() -> None:
    assert given("not applicable").choice("x", CHOICES) is None
    words = "A, cases[0].x: High is not one of VERY_HIGH, NOT_APPLICABLE."
    assert refused("High", "choice", CHOICES) == words


@pytest.mark.parametrize(
    "value",
    [
        "2026-02-28",
        "2026-02-28T23:59:59",
        "2026-02-28T09:30:00Z",
        date(2026, 2, 28),
        datetime(2026, 2, 28, tzinfo=UTC),
    ],
)
def test_a_day(value: Any) -> None:
    assert given(value).day("x") == date(2026, 2, 28)


@pytest.mark.parametrize("value", ["28/02/2026", "2026-02-30", "2026-02-28Tx", 20260228])
def test_what_is_no_day(value: Any) -> None:
    assert refused(value, "day") == f"A, cases[0].x: {value} is not a day as 2026-02-28."


def test_objects_keep_their_path() -> None:
    inner = given({"y": 1}).object("x")
    assert inner == Fields({"y": 1}, "A", "cases[0].x.")
    assert given('{"y": 1}').object("x") == inner
    assert given([{"y": 1}, {}]).objects("x") == [
        Fields({"y": 1}, "A", "cases[0].x[0]."),
        Fields({}, "A", "cases[0].x[1]."),
    ]
    assert given('[{"y": 1}]').objects("x") == [Fields({"y": 1}, "A", "cases[0].x[0].")]
    assert given(({"y": 1},)).objects("x") == [Fields({"y": 1}, "A", "cases[0].x[0].")]


def test_what_is_no_object() -> None:
    assert refused([], "object") == "A, cases[0].x: an object is expected."
    assert refused({}, "objects") == "A, cases[0].x: a list is expected."
    assert refused([{}, 1], "objects") == "A, cases[0].x[1]: an object is expected."
    assert refused("{", "object") == "A, cases[0].x: { is not JSON."


def test_a_long_value_is_cut_where_it_is_shown() -> None:
    assert refused("z" * 40, "number") == f"A, cases[0].x: {'z' * 40} is not a number."
    assert refused("z" * 41, "number") == f"A, cases[0].x: {'z' * 40}... is not a number."


def test_an_input_is_called_by_its_id() -> None:
    assert fields({"id": 7}).of == "7"
    with pytest.raises(Refused) as error:
        fields({"id": None}, number=4)
    assert error.value.message.worded() == "input 4, id: it is needed, and is not there."
    with pytest.raises(Refused) as error:
        fields({})
    assert error.value.message.worded() == "input 1, id: it is needed, and is not there."


def test_what_is_needed_is_handed_back() -> None:
    assert given(0).needed("x", 0) == 0
    assert given(False).needed("x", False) is False


def test_fields_that_nothing_reads_are_named_in_order() -> None:
    assert passed_over({"id": 1, "b": 2, "a": 3}, ("id",)) == ("b", "a")
