from __future__ import annotations

from collections import Counter

import pytest

from assay.inspection.outcomes.charts import outcomes_chart
from assay.inspection.outcomes.published import (
    Choice,
    by_year,
    chosen,
    frameworks,
    outcomes,
    period_label,
    sheet,
)
from assay.inspection.outcomes.types import Precision, Rating


def test_117_rated_outcomes_and_the_first_without_a_rating():
    assert len(outcomes()) == 118
    unrated = [each for each in outcomes() if each.rating is Rating.UNRATED]
    assert [(each.unit, each.published, each.framework.id) for each in unrated] == [
        ("West Midlands", "2026-02-26", "dynamic-public-protection-2025")
    ]
    assert Counter(each.rating.value for each in outcomes()) == {
        "Requires improvement": 67,
        "Inadequate": 39,
        "Good": 11,
        "": 1,
    }


def test_a_period_is_two_years_and_never_a_month():
    periods = {each.published for each in outcomes() if each.precision is Precision.PERIOD}
    assert periods == {"2018-19", "2024-25"}
    assert {each.years for each in outcomes() if each.published == "2024-25"} == {(2024, 2025)}
    assert all(
        int(e.published[5:7]) <= 12 for e in outcomes() if e.precision in (Precision.MONTH, Precision.DAY)
    )
    assert period_label((2018, 2019)) == "2018-19"


def test_a_total_is_only_there_where_a_source_or_arithmetic_gives_it():
    totals = [each for each in outcomes() if each.total is not None]
    assert len(totals) == 10
    assert all(each.total <= each.framework.maximum and each.total_basis for each in totals)
    assert sum(each.total_basis == "worked out" for each in totals) == 4


def test_what_was_estimated_is_marked_and_explained():
    estimated = [each for each in outcomes() if each.basis == "estimated"]
    assert len(estimated) == 8
    assert all(each.confidence == "low" and each.note for each in estimated)
    assert all(each.source for each in outcomes())


def test_each_filter_keeps_what_it_asks_for():
    assert {each.rating for each in chosen(Choice(rating="Good"))} == {Rating.GOOD}
    assert {each.rating for each in chosen(Choice(rating="unrated"))} == {Rating.UNRATED}
    assert {each.unit_type for each in chosen(Choice(unit_type="region"))} == {"region"}
    assert {each.framework.id for each in chosen(Choice(framework="PDU-2021"))} == {"PDU-2021"}
    assert all("kent" in each.unit.casefold() for each in chosen(Choice(words="KENT")))
    assert chosen(Choice(year="1999")) == ()


def test_a_period_is_found_under_both_its_years():
    of_2018 = {each.unit for each in chosen(Choice(year="2018"))}
    of_2019 = {each.unit for each in chosen(Choice(year="2019"))}
    assert "Norfolk and Suffolk CRC" in of_2018 & of_2019


@pytest.mark.parametrize("order", ["published", "unit", "rating", "framework", "nonsense"])
def test_every_order_keeps_every_row_and_turns_round(order):
    down, up = chosen(Choice(order=order, downwards=True)), chosen(Choice(order=order, downwards=False))
    assert len(down) == len(up) == 118
    assert down[0] == up[-1] or down[0].sorts_at[0] == up[-1].sorts_at[0]


def test_the_latest_comes_first():
    assert chosen(Choice())[0].unit == "West Midlands"


def test_years_add_up_to_every_outcome():
    table = by_year(outcomes())
    assert sum(sum(counts.values()) for _, counts in table) == 118
    assert [year for year, _ in table][:3] == ["2018", "2018-19", "2019"]


def test_the_chart_has_its_numbers_as_text_and_no_inline_style():
    svg = outcomes_chart(outcomes(), title="Outcomes")
    assert "style=" not in svg
    assert "<title" in svg
    assert "2025: Requires improvement, 14." in svg
    assert ">14</text>" in svg
    assert outcomes_chart((), title="Outcomes") == ""


def test_the_file_says_that_the_outcomes_are_real_and_whose():
    made = sheet(outcomes())
    assert made.notes[0].startswith("Real outcomes, as published by HM Inspectorate of Probation")
    assert len(made.rows) == 118
    assert len(frameworks()) == 6
