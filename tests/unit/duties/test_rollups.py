"""Rates through the weeks as a night gathers them: counted by hand, and against the spans themselves."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from assay.assurance.duties import engine, statements
from assay.assurance.duties.history import LEVELS, WeekRates, history, rates
from assay.assurance.duties.rollups import COUNTED, WEEKS, Rollup
from assay.core.figures import Count
from assay.core.policy import load
from tests.factories.duties import AS_AT, TinyReader, people, region

CODES = ("S04", "S16", "S18", "S24")
FIRST = AS_AT - timedelta(days=7 * (WEEKS - 1))


WEEK = timedelta(days=7)
DATES = ("opened_on", "closed_on", "due_on")


def rows(name: str, *lines: tuple[Any, ...]) -> pa.Table:
    """Rows of one of the tables that are counted, their columns in the order they are read in."""
    kinds = {each: pa.date32() if each in DATES else pa.string() for each in COUNTED[name]}
    columns = list(zip(*lines, strict=True)) or [()] * len(kinds)
    named = zip(kinds.items(), columns, strict=True)
    return pa.table({each: pa.array(list(column), kind) for (each, kind), column in named})


def night_of(
    population: tuple[Any, ...] = (), lapse: tuple[Any, ...] = (), obligation: tuple[Any, ...] = ()
) -> dict[str, pa.Table]:
    return {
        "population": rows("population", *population),
        "lapse": rows("lapse", *lapse),
        "obligation": rows("obligation", *obligation),
    }


def test_the_spans_of_several_ranges_become_cases_on_each_week_s_day() -> None:
    rollup = Rollup({1: "S01", 4: "S04"}, {"N52A1T1": ("N52A", "N52")}, as_at=AS_AT)
    team, begun = "N52A1T1", AS_AT - 3 * WEEK
    rollup.add(
        night_of(
            population=(
                # One from before the weeks, and one from between two of their days.
                ("S04", "c1", team, date(2020, 1, 1), None, None),
                ("S04", "c2", team, begun - timedelta(days=2), AS_AT - WEEK, None),
            ),
            lapse=(
                # Two obligations of a case unmet on the same days: one case in lapse.
                ("S04", "c1", team, begun, AS_AT - WEEK, "date"),
                ("S04", "c1", team, begun + WEEK, None, "date"),
                ("S04", "c1", team, begun, begun + WEEK, "recorded"),
                ("S04", "c2", team, begun, begun + WEEK, "date"),
            ),
            obligation=(
                ("S04", "c1", team, AS_AT - WEEK, "missed", None),
                ("S04", "c1", team, AS_AT - WEEK - timedelta(days=6), "missed", "died"),
                ("S04", "c1", team, AS_AT + timedelta(days=1), "due", None),
                ("S04", "c1", team, None, "met", None),
            ),
        )
    )
    rollup.add(night_of())
    rollup.add(
        night_of(
            population=(
                ("S01", "c3", None, AS_AT, None, "no_address"),
                ("S01", "c3", None, AS_AT, None, "no_circle"),
            )
        )
    )
    columns = ("duty", "team", "pdu", "region", "week_on")
    columns += ("population", "lapsed", "lapsed_recorded", "missed", "left_died", "unknown")
    told = [tuple(row[name] for name in columns) for row in rollup.table().to_pylist()]
    assert told[0] == ("S01", None, None, None, AS_AT, 0, 0, 0, 0, 0, 1)
    ours = ("S04", team, "N52A", "N52")
    assert told[1] == (*ours, FIRST, 1, 0, 0, 0, 0, 0)
    assert told[-4:] == [
        (*ours, begun, 2, 2, 1, 0, 0, 0),
        (*ours, begun + WEEK, 2, 1, 0, 0, 0, 0),
        (*ours, begun + 2 * WEEK, 1, 1, 0, 2, 1, 0),
        (*ours, AS_AT, 1, 1, 0, 0, 0, 0),
    ]
    assert len(told) == 1 + WEEKS


def test_a_rate_says_what_it_is_of_and_stands_beside_the_one_with_unknown_as_unmet() -> None:
    week = WeekRates(
        unit="N52A",
        day=AS_AT,
        population=40,
        unknown=10,
        lapsed=8,
        lapsed_recorded=9,
        in_time=6,
        late=2,
        missed=1,
        excused=5,
        unknown_due=3,
        left=(("died", 1),),
    )
    of = "cases in the duty's population on the day"
    due = "obligations that fell due within the week"
    assert week.state() == Count(8, 40, "case", of)
    assert week.state(recorded=True) == Count(9, 40, "case", of)
    assert week.state(unknown_as_unmet=True) == Count(18, 50, "case", of)
    assert week.flow() == Count(3, 9, "obligation", due)
    assert week.flow(unknown_as_unmet=True) == Count(6, 12, "obligation", due)


class _Reader:
    """A night's tables, to be asked as a store's reader is."""

    def __init__(self, night: dict[str, pa.Table], reader: TinyReader) -> None:
        self.connection = reader.connection
        self.connection.execute("CREATE SCHEMA n")
        for name, table in night.items():
            self.connection.register("given", table)
            self.connection.execute(f'CREATE TABLE n."{name}" AS SELECT * FROM given')
            self.connection.unregister("given")

    def rows(self, sql: str, params: Any = ()) -> list[dict[str, Any]]:
        return self.connection.sql(sql, params=params).to_arrow_table().to_pylist()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def night() -> _Reader:
    """Invented cases in two ranges, so that units are gathered from both."""
    reader = TinyReader(region(**people(Random(7), 150)))
    said = statements.say(load(), on=AS_AT, only=CODES)
    return _Reader(engine.run(reader, policy=load(), as_at=AS_AT, script=said, size=80), reader)


@pytest.mark.parametrize("duty", CODES)
@pytest.mark.parametrize("by", [each for each in LEVELS if each != "region"])
def test_the_weeks_are_those_the_spans_give(night: _Reader, duty: str, by: Any) -> None:
    gathered = {(each.unit, each.day): each for each in rates(night, duty=duty, by=by)}
    for clock in ("date", "recorded"):
        counted = {
            (each.unit, each.day): (each.population, each.unknown, each.lapsed)
            for each in history(night, duty=duty, first=FIRST, last=AS_AT, by=by, clock=clock)
        }
        assert any(any(each) for each in counted.values())
        told = {
            key: (w.population, w.unknown, w.lapsed if clock == "date" else w.lapsed_recorded)
            for key, w in gathered.items()
        }
        keys = told.keys() | counted.keys()
        assert {key: told.get(key, (0, 0, 0)) for key in keys} == {
            key: counted.get(key, (0, 0, 0)) for key in keys
        }


@pytest.mark.parametrize("duty", CODES)
def test_what_fell_due_is_counted_in_its_week_by_what_became_of_it(night: _Reader, duty: str) -> None:
    states = {"met": "in_time", "met_late": "late", "missed": "missed", "exempt": "excused"}
    states |= {"unknown": "unknown_due"}
    expected: dict[tuple[date, str], int] = {}
    for row in night.rows("SELECT due_on, state FROM n.obligation WHERE duty = ?", (duty,)):
        if row["due_on"] is None or not FIRST - timedelta(days=7) < row["due_on"] <= AS_AT:
            continue
        week = AS_AT - timedelta(days=(AS_AT - row["due_on"]).days // 7 * 7)
        if row["state"] in states:
            key = (week, states[row["state"]])
            expected[key] = expected.get(key, 0) + 1
    told = {
        (each.day, name): getattr(each, name)
        for each in rates(night, duty=duty, by="all")
        for name in states.values()
    }
    assert {key: count for key, count in told.items() if count} == expected


def test_who_left_as_it_fell_due_is_counted_by_route_and_never_more_than_what_was_unmet(
    night: _Reader,
) -> None:
    weeks = rates(night, duty="S04", by="all")
    left = {route: sum(dict(each.left)[route] for each in weeks) for route in dict(weeks[0].left)}
    assert sum(left.values()) > 0
    due = night.rows("SELECT count(*) AS n FROM n.obligation WHERE duty = 'S04' AND due_on <= ?", (AS_AT,))
    met = night.rows("SELECT count(*) AS n FROM n.obligation WHERE duty = 'S04' AND met_on <= due_on", ())
    assert sum(left.values()) <= due[0]["n"] - met[0]["n"]
