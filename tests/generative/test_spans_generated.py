"""Spans against sets of days, which cannot be wrong about what lies in both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assay.core.spans import FOREVER, Span, both, merge, span, without

FIRST, DAYS = date(2026, 1, 1), 40
AFTER = FIRST + timedelta(days=DAYS)

some_days = st.integers(0, DAYS - 1).map(lambda number: FIRST + timedelta(days=number))
# An end may lie before the start (such a span holds no day), or be open.
some_spans = st.lists(st.builds(Span, some_days, st.one_of(st.none(), some_days)), max_size=6)


def days(spans: Sequence[Span]) -> set[date]:
    """The days in any of them, and one far day that stands for an open end."""
    calendar = [FIRST + timedelta(days=number) for number in range(DAYS)] + [AFTER + timedelta(days=999)]
    return {day for day in calendar for each in spans if each.contains(day)}


def apart(spans: Sequence[Span]) -> bool:
    """Sorted, none empty, and no two touching."""
    return all(not each.is_empty for each in spans) and all(
        earlier.end < later.opened_on for earlier, later in pairwise(spans)
    )


@given(some_spans)
def test_a_union_has_the_days_of_all(spans: list[Span]) -> None:
    assert days(merge(spans)) == days(spans)
    assert apart(merge(spans))
    assert merge(merge(spans)) == merge(spans)


@given(some_spans, some_spans)
def test_both_has_the_days_that_lie_in_both(left: list[Span], right: list[Span]) -> None:
    found = both(left, right)
    assert days(found) == days(left) & days(right)
    assert apart(found)


@given(some_spans, some_spans)
def test_without_has_the_days_of_one_and_none_of_the_other(left: list[Span], right: list[Span]) -> None:
    found = without(left, right)
    assert days(found) == days(left) - days(right)
    assert apart(found)


@given(some_days, st.one_of(st.just(FOREVER), some_days))
def test_a_span_from_its_end_has_that_end(opened_on: date, end: date) -> None:
    assert span(opened_on, end).end == end
