"""A matter stays with what it was about, whatever becomes of the rows behind it."""

from __future__ import annotations

from datetime import date

from assay.assurance.duties.identity import attach, name_of
from assay.assurance.duties.types import Attached, LapseRow

JAN, FEB, MAR, APR = (date(2026, month, 1) for month in (1, 2, 3, 4))


def matter(name: str = "a", *, case: str = "X900001", duty: str = "S01", opened: date = JAN) -> Attached:
    return Attached(lapse_id=name, duty=duty, case_id=case, opened_on=opened, closed_on=None)


def lapse(
    name: str = "a",
    *,
    case: str = "X900001",
    duty: str = "S01",
    opened: date = JAN,
    closed: date | None = None,
) -> LapseRow:
    return LapseRow(lapse_id=name, duty=duty, case_id=case, opened_on=opened, closed_on=closed)


def test_the_same_name_wins_even_when_a_back_dated_row_moved_its_days() -> None:
    moved = lapse(opened=date(2025, 11, 1), closed=date(2025, 12, 1))
    (found,) = attach([matter()], [moved, lapse("b")], {})
    assert (found.how, found.lapse) == ("same", moved)


def test_of_a_transferred_lapse_the_latest_part_is_taken() -> None:
    earlier, later = lapse(opened=JAN, closed=FEB), lapse(opened=FEB)
    (found,) = attach([matter()], [later, earlier], {})
    assert found.lapse == later


def test_when_the_row_was_replaced_the_lapse_that_shares_most_days_takes_over() -> None:
    little, much = lapse("b", opened=JAN, closed=FEB), lapse("c", opened=FEB, closed=APR)
    (found,) = attach([matter()], [little, much], {})
    assert (found.how, found.lapse) == ("moved", much)


def test_a_lapse_that_no_matter_holds_is_preferred() -> None:
    held, free = lapse("b", opened=JAN), lapse("c", opened=MAR)
    first, second = attach([matter("gone"), matter("b")], [held, free], {})
    assert first.lapse == free
    assert (second.how, second.lapse) == ("same", held)


def test_after_a_merge_the_matter_follows_the_person() -> None:
    (found,) = attach(
        [matter(case="X900001")],
        [lapse("b", case="X900003")],
        {"X900001": "X900002", "X900002": "X900003"},
    )
    assert found.how == "moved"


def test_a_ring_of_merges_ends() -> None:
    (found,) = attach([matter()], [], {"X900001": "X900002", "X900002": "X900001"})
    assert found.how == "gone"


def test_another_duty_another_case_or_no_shared_day_is_not_it() -> None:
    others = [
        lapse("b", duty="S04"),
        lapse("c", case="X900009"),
        lapse("d", opened=date(2025, 11, 1), closed=JAN),
    ]
    (found,) = attach([matter()], others, {})
    assert (found.how, found.lapse) == ("gone", None)


def test_the_name_has_no_date_in_it() -> None:
    assert name_of("S01", "X900001", "sentence", "7") == name_of("S01", "X900001", "sentence", "7")
    assert name_of("S01", "X900001", "sentence", "7") != name_of("S01", "X900001", "release", "7")
    assert name_of("S01", "X900001", "sentence", "7") == "d66dab0c66ae034a046111d6958d24ad"
