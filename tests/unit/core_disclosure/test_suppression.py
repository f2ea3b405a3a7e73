from __future__ import annotations

import pytest

from assay.core.disclosure import suppression
from assay.core.disclosure.suppression import MARK, suppressed, suppressed_table
from assay.core.figures import Count


def shown(numbers):
    return {name: cell.shown for name, cell in suppressed(numbers).items()}


@pytest.mark.parametrize(("number", "small"), [(0, False), (1, True), (5, True), (6, False)])
def test_one_to_five_are_too_few(number, small):
    assert suppression.is_small(number) is small


def test_a_small_number_takes_a_second_with_it_and_neither_becomes_zero():
    assert shown({"men": 70, "women": 3, "not stated": 11}) == {
        "men": "70",
        "women": MARK,
        "not stated": MARK,
    }


def test_two_small_numbers_hide_each_other():
    assert shown({"a": 2, "b": 4, "c": 30}) == {"a": MARK, "b": MARK, "c": "30"}


def test_a_true_zero_is_shown_unless_nothing_else_can_be_taken():
    assert shown({"a": 0, "b": 30}) == {"a": "0", "b": "30"}
    assert shown({"a": 0, "b": 3, "c": 30}) == {"a": "0", "b": MARK, "c": MARK}
    assert shown({"a": 0, "b": 3}) == {"a": MARK, "b": MARK}


def test_nothing_small_leaves_the_row_as_it_is():
    assert shown({"a": 6, "b": 0, "c": 40}) == {"a": "6", "b": "0", "c": "40"}


def test_a_table_cannot_be_solved_from_its_totals():
    counts = {("a", "x"): 3, ("a", "y"): 40, ("b", "x"): 20, ("b", "y"): 30}
    table = suppressed_table(counts)
    assert {place for place, cell in table.cells.items() if cell.value is None} == set(counts)
    assert table.row_totals["a"].shown == "43"
    assert table.total.shown == "93"


def test_a_small_total_is_hidden_too():
    table = suppressed_table({("a", "x"): 2, ("a", "y"): 1, ("b", "x"): 20, ("b", "y"): 30})
    assert table.row_totals["a"].value is None
    assert all(cell.shown != "0" for cell in table.cells.values())


@pytest.mark.parametrize(("base", "shown_as"), [(19, False), (20, True)])
def test_no_percentage_on_a_small_base_and_none_for_a_unit_read_too_little(base, shown_as):
    assert suppression.may_show_percentage(Count(1, base, "case", "all")) is shown_as
    assert suppression.may_show_unit(base) is shown_as
