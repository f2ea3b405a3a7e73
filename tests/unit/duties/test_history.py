"""Rates through the weeks and through obligations due, counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from assay.assurance.duties.history import Level, flow, history
from assay.core.figures import Count

A, B = "N52A1T1", "N52B1T1"
FIRST, SECOND, THIRD, FOURTH = (date(2026, 1, day) for day in (5, 12, 19, 26))
DUE_FIRST, DUE_LAST = date(2026, 1, 1), date(2026, 1, 31)


class Night:
    """What the two questions need of a reader: the night's tables, as rows of text."""

    def __init__(self, **tables: str) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("CREATE SCHEMA n")
        columns = {
            "population": "duty, case_id, team, pdu, opened_on, closed_on, unknown_because",
            "obligation": "obligation_id, duty, case_id, due_on, state",
            "lapse": "obligation_id, clock, team, pdu, opened_on, closed_on",
        }
        for name, named in columns.items():
            kinds = [f"{each} {'DATE' if each.endswith('_on') else 'VARCHAR'}" for each in named.split(", ")]
            self.connection.execute(f"CREATE TABLE n.{name} ({', '.join(kinds)})")
            for line in tables.get(name, "").strip().splitlines():
                values = [None if each == "-" else each for each in line.split()]
                marks = ", ".join("?" * len(values))
                self.connection.execute(f"INSERT INTO n.{name} VALUES ({marks})", values)

    def rows(self, sql: str, params: Any) -> list[dict[str, Any]]:
        return self.connection.sql(sql, params=params).to_arrow_table().to_pylist()  # type: ignore[no-any-return]


NIGHT = Night(
    # c1 is there throughout, c2 changes team and PDU in the second week, c3 leaves on a week's own day, c4
    # comes between two of them; of c5 the records cannot say. c6 is of another duty.
    population=f"""
        S01 c1 {A} N52A 2025-06-02 -          -
        S01 c2 {A} N52A 2026-01-01 2026-01-14 -
        S01 c2 {B} N52B 2026-01-14 -          -
        S01 c3 {A} N52A 2026-01-05 2026-01-19 -
        S01 c4 {A} N52A 2026-01-13 -          -
        S01 c5 {A} N52A 2026-01-06 -          no_address
        S16 c6 {A} N52A 2025-06-02 -          -
    """,
    obligation="""
        o1 S01 c1 2026-01-01 missed
        o2 S01 c1 2026-01-31 met
        o3 S01 c2 2026-01-15 missed
        o4 S01 c3 2025-12-31 missed
        o5 S01 c4 2026-02-01 due
        o6 S01 c5 -          unknown
        o7 S16 c6 2026-01-15 met_late
        o8 S01 c4 2026-01-20 met_late
    """,
    # Two obligations of c1 are unmet on overlapping days: one case in lapse. c2's lapse goes with it.
    lapse=f"""
        o1 date     {A} N52A 2026-01-02 2026-01-20
        o2 date     {A} N52A 2026-01-10 2026-01-26
        o3 date     {A} N52A 2026-01-07 2026-01-14
        o3 date     {B} N52B 2026-01-14 -
        o1 recorded {A} N52A 2026-01-02 -
        o7 date     {A} N52A 2026-01-02 -
    """,
)


def weeks(by: Level, *, clock: str = "date") -> list[tuple[str | None, date, int, int, int]]:
    found = history(NIGHT, duty="S01", first=FIRST, last=date(2026, 1, 31), by=by, clock=clock)
    return [(each.unit, each.day, each.lapsed, each.population, each.unknown) for each in found]


def test_every_seventh_day_counts_the_cases_whose_spans_hold_it() -> None:
    assert weeks("all") == [
        ("all", FIRST, 1, 3, 0),
        ("all", SECOND, 2, 3, 1),
        ("all", THIRD, 2, 3, 1),
        ("all", FOURTH, 1, 3, 1),
    ]


@pytest.mark.parametrize(("by", "first", "second"), [("pdu", "N52A", "N52B"), ("team", A, B)])
def test_a_transfer_takes_case_and_lapse_to_the_other_unit(by: Level, first: str, second: str) -> None:
    assert weeks(by) == [
        (first, FIRST, 1, 3, 0),
        (first, SECOND, 2, 3, 1),
        (first, THIRD, 1, 2, 1),
        (first, FOURTH, 0, 2, 1),
        (second, FIRST, 0, 0, 0),
        (second, SECOND, 0, 0, 0),
        (second, THIRD, 1, 1, 0),
        (second, FOURTH, 1, 1, 0),
    ]


def test_the_recorded_clock_has_its_own_lapses() -> None:
    assert [lapsed for _, _, lapsed, _, _ in weeks("all", clock="recorded")] == [1, 1, 1, 1]


def test_the_rate_is_given_again_with_unknown_counted_as_unmet() -> None:
    (second,) = history(NIGHT, duty="S01", first=SECOND, last=SECOND, by="all")
    told = "cases in the duty's population on the day"
    assert second.rate == Count(2, 3, "case", told)
    assert second.rate_with_unknown == Count(
        3, 4, "case", f"{told}, and those of which the records cannot say"
    )


def test_a_duty_without_a_case_has_no_weeks() -> None:
    assert history(NIGHT, duty="S21", first=FIRST, last=FOURTH) == ()


def test_there_is_no_rate_of_a_person() -> None:
    with pytest.raises(AssertionError, match="the team is the smallest unit"):
        history(NIGHT, duty="S01", first=FIRST, last=FOURTH, by="practitioner")  # type: ignore[arg-type]


def test_the_flow_counts_what_was_due_from_the_first_day_to_the_last() -> None:
    due = {"missed": 2, "met": 1, "met_late": 1}
    assert flow(NIGHT, duty="S01", first=DUE_FIRST, last=DUE_LAST) == due
    assert flow(NIGHT, duty="S01", first=date(2026, 1, 2), last=date(2026, 1, 30)) == {
        "missed": 1,
        "met_late": 1,
    }
    assert flow(NIGHT, duty="S06", first=DUE_FIRST, last=DUE_LAST) == {}
