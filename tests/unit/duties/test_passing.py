"""What the passing of time alone may change: days ahead are noted, and nothing is compared unseen."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from assay.assurance.duties import definitions, engine, inputs, statements
from assay.core.policy import load
from tests.factories.duties import TinyReader, region

AS_AT = date(2026, 1, 6)
START = date(2026, 1, 5)
CRN = "X900001"
# Comparisons of one value, each beside the line that notes the day; and one with the end of a policy, which
# has every case worked out.
BY_HAND = {"s13_risk_disagreement.py": 1, "s25_victim_contact.py": 1, "s27_ordered_work.py": 1}


def test_definitions_compare_with_the_as_at_day_only_by_the_verbs_that_note_it() -> None:
    folder = Path(str(definitions.__file__)).parent
    found = {
        file.name: len(re.findall(r"\.as_at\b", file.read_text("utf-8"))) for file in folder.glob("*.py")
    }
    assert {name: count for name, count in found.items() if count} == BY_HAND


def test_the_first_day_ahead_in_the_records_of_a_case_is_found_in_any_table() -> None:
    def instant(month: int, day: int, hour: int) -> datetime:
        return datetime(2026, month, day, hour, 30, tzinfo=UTC)

    rows = {
        "address": [
            {"crn": "X900001", "opened_on": START, "closed_on": date(2026, 7, 1)},
            {"crn": "X900001", "opened_on": date(2026, 7, 9), "recorded_at": instant(7, 3, 9)},
            {"crn": "X900002", "opened_on": START, "closed_on": date(2026, 6, 30)},
            # In summer the last hour of a day of UTC is the next day's first in London.
            {"crn": "X900003", "opened_on": START, "recorded_at": instant(6, 30, 23)},
            {"crn": "X900004", "opened_on": START, "recorded_at": instant(6, 30, 22)},
        ],
        "sentence": [{"crn": "X900005", "started_on": START, "expected_end_on": date(2027, 1, 5)}],
    }
    reader = TinyReader(region(**rows))
    found = inputs.ahead(reader.connection, as_at=date(2026, 6, 30)).to_pylist()
    days = {row["crn"]: inputs.EPOCH + timedelta(days=row["on"]) for row in found}
    assert sorted(days.items()) == [
        ("X900001", date(2026, 7, 1)),
        ("X900003", date(2026, 7, 1)),
        ("X900005", date(2027, 1, 5)),
    ]


def test_a_case_stands_until_what_is_due_is_late_and_then_until_it_is_long_overdue() -> None:
    rows = {
        "person": [{"crn": CRN}],
        "sentence": [{"sentence_id": "order", "crn": CRN, "sentenced_on": START, "started_on": START}],
        "registration": [{"registration_id": "register", "crn": CRN, "type": "ADVP", "opened_on": START}],
        "allocation": [{"allocation_id": "held", "crn": CRN, "staff_code": "P1", "opened_on": START}],
    }
    script = statements.say(load(), on=AS_AT, only=("S01",))
    reader = TinyReader(region(**rows))
    told = []
    day: date | None = AS_AT
    while day is not None and len(told) < 5:
        made = engine.run(reader, policy=load(), as_at=day, script=script)
        (state,) = (row["state"] for row in made["duty_state"].to_pylist() if row["case_id"] == CRN)
        severities = {row["severity"] for row in made["lapse"].to_pylist()}
        told.append((day, state, severities))
        day = next((row["until_on"] for row in made["standing"].to_pylist() if row["case_id"] == CRN), None)
    # Due on 12 January, after five working days; long overdue after ten more.
    assert told == [
        (AS_AT, "due", set()),
        (date(2026, 1, 13), "missed", {3}),
        (date(2026, 1, 27), "missed", {4}),
    ]
