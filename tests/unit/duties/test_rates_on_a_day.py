"""Rates as at any one day: those of the history for that day alone, and counted by hand; and of one unit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from assay.assurance.duties.history import Level, Week, history, on_day, rates
from assay.assurance.duties.rollups import SCHEMA

DAY = date(2026, 1, 14)


class Night:
    """The tables of a night in memory, and the one question a reader answers."""

    def __init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("CREATE SCHEMA n")
        self._table(
            "population",
            "duty, case_id, team, pdu, opened_on, closed_on, unknown_because",
            """
            S01 c1 T1 P1 2025-06-02 -          -
            S01 c2 T1 P1 2026-01-01 2026-01-14 -
            S01 c2 T3 P2 2026-01-14 -          -
            S01 c3 T2 P1 2026-01-05 2026-01-10 -
            S01 c3 T1 P1 2026-01-08 2026-01-19 -
            S01 c4 T2 P1 2026-01-06 -          no_address
            S16 c5 T1 P1 2025-06-02 -          -
            """,
        )
        self._table(
            "obligation",
            "obligation_id, duty, case_id",
            """
            o1 S01 c1
            o2 S01 c2
            o3 S16 c5
            """,
        )
        self._table(
            "lapse",
            "obligation_id, duty, case_id, clock, team, pdu, opened_on, closed_on",
            """
            o1 S01 c1 date     T1 P1 2026-01-10 -
            o1 S01 c1 recorded T1 P1 2026-01-16 -
            o2 S01 c2 date     T1 P1 2026-01-12 2026-01-14
            o2 S01 c2 date     T3 P2 2026-01-14 2026-01-15
            o3 S16 c5 date     T1 P1 2026-01-01 -
            """,
        )

    def rows(self, sql: str, params: Any) -> list[dict[str, Any]]:
        return self.connection.sql(sql, params=params).to_arrow_table().to_pylist()  # type: ignore[no-any-return]

    def _table(self, name: str, columns: str, lines: str) -> None:
        kinds = [f"{each} {'DATE' if each.endswith('_on') else 'VARCHAR'}" for each in columns.split(", ")]
        self.connection.execute(f"CREATE TABLE n.{name} ({', '.join(kinds)})")
        for line in lines.strip().splitlines():
            values = [None if each == "-" else each for each in line.split()]
            self.connection.execute(f"INSERT INTO n.{name} VALUES ({', '.join('?' * len(values))})", values)


@pytest.fixture(scope="module")
def night() -> Night:
    return Night()


def test_the_spans_that_hold_the_day_are_counted_their_first_day_in_and_their_last_out(night: Night) -> None:
    assert on_day(night, duty="S01", day=DAY) == (
        Week(unit="P1", day=DAY, lapsed=1, population=2, unknown=1),
        Week(unit="P2", day=DAY, lapsed=1, population=1, unknown=0),
    )


def test_by_the_clock_of_recording_a_lapse_opens_when_it_could_be_known(night: Night) -> None:
    before, after = (
        on_day(night, duty="S01", day=date(2026, 1, day), by="all", clock="recorded") for day in (15, 16)
    )

    assert [each.lapsed for each in before] == [0]
    assert [each.lapsed for each in after] == [1]


def test_of_one_unit_alone_its_own_row(night: Night) -> None:
    assert on_day(night, duty="S01", day=DAY, by="team", of="T3") == (
        Week(unit="T3", day=DAY, lapsed=1, population=1, unknown=0),
    )
    assert on_day(night, duty="S01", day=DAY, by="team", of="nobody's") == ()


@pytest.mark.parametrize("clock", ["date", "recorded"])
@pytest.mark.parametrize("by", ["team", "pdu", "all"])
def test_any_day_is_what_the_history_gives_for_it(night: Night, by: Level, clock: str) -> None:
    days = [date(2025, 12, 28) + timedelta(days=number) for number in range(30)]

    found = [on_day(night, duty="S01", day=day, by=by, clock=clock) for day in days]

    assert found == [history(night, duty="S01", first=day, last=day, by=by, clock=clock) for day in days]
    assert len({each.population for day in found for each in day}) > 1


def test_a_practitioner_has_no_rate_on_any_day(night: Night) -> None:
    with pytest.raises(AssertionError, match="the team is the smallest unit"):
        on_day(night, duty="S01", day=DAY, by="practitioner")  # type: ignore[arg-type]


def test_the_weeks_of_one_unit_are_those_among_all() -> None:
    weeks = [
        {
            name: {"duty": "S01", "team": team, "pdu": pdu, "region": "R", "week_on": DAY}.get(name, count)
            for name in SCHEMA.names
        }
        for count, (team, pdu) in enumerate((("T1", "P1"), ("T2", "P1"), ("T3", "P2")), start=1)
    ]
    night = Night()
    night.connection.register("counted", pa.Table.from_pylist(weeks, schema=SCHEMA))
    night.connection.execute("CREATE TABLE n.week AS FROM counted")

    whole, one = rates(night, duty="S01", by="pdu"), rates(night, duty="S01", by="pdu", of="P1")

    assert [(each.unit, each.population) for each in whole] == [("P1", 3), ("P2", 3)]
    assert one == whole[:1]
    assert [each.lapsed for each in rates(night, duty="S01", by="team", of="T2")] == [2]
