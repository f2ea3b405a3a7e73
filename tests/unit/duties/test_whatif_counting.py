"""Obligations counted again with another last day: small cases, each of which one slip would get wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from assay.assurance.duties.scripts import Step
from assay.assurance.duties.whatif_counting import Trying
from assay.assurance.duties.whatif_statements import EVENT, Said, Statements
from assay.core.policy import load
from tests.factories.records import UNITS

AS_AT = date(2026, 3, 31)
RAISED, TRIED = date(2026, 2, 2), date(2026, 2, 12)  # ten days later
WINDOW = replace(load().windows["child_enquiry"][-1], value=10, unit="days")
CASE, TEAM, DUTY = "X900001", "N52A1T1", "S04"

# In place of the statements of the duties: nobody pauses, days are plain days, and nobody is held elsewhere.
NOBODY = Statements(tables={"whatif_pauses": "case_id BIGINT"}, steps=(), last="whatif_pauses")
DUE = Statements(
    tables={"whatif_due": "event_id BIGINT, due BIGINT"},
    steps=(Step(duty="", sql=f"SELECT event_id, counted_from + length FROM {EVENT}", into="whatif_due"),),
    last="whatif_due",
)
HELD = Statements(
    tables={"whatif_held": "case_id BIGINT, team VARCHAR, opened BIGINT, closed BIGINT"},
    steps=(),
    last="whatif_held",
)
SAID = Said(pauses=NOBODY, due=DUE, holders=HELD, slow=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Night:
    """What a night has of one obligation, and of its case as to the duty."""

    met_on: date | None = None
    excused_on: date | None = None
    ended_on: date | None = None
    required: bool = True
    unsure: str | None = None
    opened_on: date = RAISED
    closed_on: date | None = None
    unknown_because: str | None = None


class Reader:
    """A night of one case in memory, as far as counting again reads it."""

    def __init__(self, night: Night) -> None:
        self.pair = SimpleNamespace(night=SimpleNamespace(as_at=AS_AT))
        self.connection = connection = duckdb.connect()
        connection.execute("CREATE SCHEMA r; CREATE SCHEMA n")
        connection.execute("CREATE TABLE r.absence (crn VARCHAR)")
        connection.execute("CREATE TABLE r.person (crn VARCHAR, merged_into VARCHAR)")
        connection.execute(
            "CREATE TABLE r.organisation (unit_code VARCHAR, parent_code VARCHAR, kind VARCHAR, name VARCHAR)"
        )
        for unit in UNITS:
            values = [unit.get(name) for name in ("unit_code", "parent_code", "kind", "name")]
            connection.execute("INSERT INTO r.organisation VALUES (?, ?, ?, ?)", values)
        connection.execute(
            "CREATE TABLE n.obligation AS SELECT 'o-1' AS obligation_id, ? AS duty, ? AS case_id, "
            "?::DATE AS triggered_on, ?::DATE AS due_on, ?::DATE AS met_on, ?::DATE AS excused_on, "
            "?::DATE AS ended_on, ?::BOOLEAN AS required, ?::VARCHAR AS unsure, ? AS window, 'met' AS state",
            [
                *(DUTY, CASE, RAISED, RAISED + timedelta(days=5), night.met_on, night.excused_on),
                *(night.ended_on, night.required, night.unsure, WINDOW.name),
            ],
        )
        connection.execute(
            "CREATE TABLE n.population AS SELECT ? AS duty, ? AS case_id, ? AS team, ?::DATE AS opened_on, "
            "?::DATE AS closed_on, ?::VARCHAR AS unknown_because",
            [DUTY, CASE, TEAM, night.opened_on, night.closed_on, night.unknown_because],
        )
        connection.execute(
            "CREATE TABLE n.case_span AS SELECT ? AS case_id, ? AS team, ?::DATE AS opened_on, "
            "NULL::DATE AS closed_on",
            [CASE, TEAM, RAISED],
        )
        connection.execute(
            "CREATE TABLE n.lapse (obligation_id VARCHAR, duty VARCHAR, case_id VARCHAR, team VARCHAR, "
            "clock VARCHAR, closed_on DATE)"
        )


@pytest.fixture
def readers() -> Iterator[list[Reader]]:
    made: list[Reader] = []
    yield made
    for each in made:
        each.connection.close()


def counted(night: Night, readers: list[Reader]) -> dict[str, int]:
    """Under a window of ten days from the day it was raised: what it counts as, and whether it lapses."""
    readers.append(reader := Reader(night))
    trying = Trying(reader, SAID, duty=DUTY)
    trying.due_again(WINDOW)
    ((tried_on,),) = reader.connection.sql("SELECT tried_on FROM whatif_row").fetchall()
    assert tried_on == TRIED
    tally: dict[Any, Any] = trying.tally("tried_on")
    trying.close()
    assert set(tally) <= {TEAM}
    return dict(tally.get(TEAM, {}))


def after(days: int) -> date:
    return TRIED + timedelta(days=days)


@pytest.mark.parametrize(
    ("night", "found"),
    [
        pytest.param(Night(), {"missed": 1, "lapsed": 1}, id="never met"),
        pytest.param(Night(met_on=after(0)), {"in_time": 1}, id="met on the last day"),
        pytest.param(Night(met_on=after(1)), {"late": 1}, id="met the day after the last"),
        pytest.param(Night(met_on=after(2)), {"late": 1}, id="met two days after the last"),
        pytest.param(Night(excused_on=after(0)), {}, id="excused on the last day"),
        pytest.param(Night(excused_on=after(1)), {}, id="excused the day after the last"),
        pytest.param(Night(excused_on=after(2)), {"missed": 1}, id="excused two days after the last"),
        pytest.param(
            Night(met_on=after(5), excused_on=after(0)), {}, id="excused on the last day, and met later"
        ),
        pytest.param(Night(ended_on=after(1)), {}, id="over the day after the last"),
        pytest.param(Night(ended_on=after(2)), {"missed": 1}, id="over two days after the last"),
        pytest.param(Night(closed_on=after(1)), {}, id="required until the last day"),
        pytest.param(Night(closed_on=after(2)), {"missed": 1}, id="required for a day after the last"),
        pytest.param(Night(opened_on=after(2)), {"missed": 1, "lapsed": 1}, id="required from later on"),
        pytest.param(Night(required=False), {}, id="not required"),
        pytest.param(Night(unsure="records"), {"unknown_due": 1}, id="what it rests on is unknown"),
        pytest.param(
            Night(unknown_because="records"), {"unknown_due": 1}, id="whether the case counts is unknown"
        ),
        pytest.param(
            Night(unknown_because="records", met_on=after(3)),
            {"in_time": 1},
            id="met, and whether the case counts is unknown",
        ),
    ],
)
def test_an_obligation_is_counted_by_the_day_tried(
    night: Night, found: dict[str, int], readers: list[Reader]
) -> None:
    assert counted(night, readers) == found


@pytest.mark.parametrize(
    ("since", "lapsed"),
    [(timedelta(days=10), 0), (timedelta(days=11), 1)],
    ids=["due on the night's day", "due the day before"],
)
def test_a_case_lapses_on_the_day_after_the_last(
    since: timedelta, lapsed: int, readers: list[Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.RAISED", AS_AT - since)
    monkeypatch.setattr(f"{__name__}.TRIED", AS_AT - since + timedelta(days=10))
    assert counted(Night(opened_on=AS_AT - since), readers).get("lapsed", 0) == lapsed
