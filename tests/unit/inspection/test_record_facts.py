from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from assay.inspection.assessments.record_facts import band, facts_of
from assay.inspection.assessments.rules import is_after
from tests.factories.records import tables

ON = date(2026, 3, 2)
BEGAN = date(2025, 8, 18)


def facts(**rows: Any) -> dict[str, Any]:
    base = {
        "sentence": [{"sentence_id": "s1", "sentenced_on": BEGAN, "started_on": BEGAN}],
        "person": [{"date_of_birth": date(1990, 6, 1), "ethnicity": "asian"}],
        "allocation": [{"opened_on": BEGAN}],
    }
    made = {name: table.to_pylist() for name, table in tables(**{**base, **rows}).items()}
    return facts_of(made, assignment="s1", on=ON)


def test_the_record_says_what_it_can_and_leaves_out_the_rest() -> None:
    found = facts()
    assert found["sentence_kind"] == "community_order"
    assert (found["sex"], found["age_band"], found["ethnicity"]) == ("male", "26-35", "asian")
    assert found["contact_suspended"] is False
    assert "rosh_assessor" not in found
    assert "rosh_inspector" not in found
    assert "offence_type" not in found


BANDS = [
    (18, "18-25"),
    (25, "18-25"),
    (26, "26-35"),
    (35, "26-35"),
    (36, "36-55"),
    (55, "36-55"),
    (56, "56+"),
]


@pytest.mark.parametrize(("age", "expected"), BANDS)
def test_an_age_band_holds_at_its_edges(age: int, expected: str) -> None:
    assert band(date(2026 - age, 3, 2), date(2026, 3, 2)) == expected
    if age in (26, 36, 56):
        assert band(date(2026 - age, 3, 3), date(2026, 3, 2)) != expected


def test_a_licence_is_as_long_as_it_is_in_force() -> None:
    licence = {"sentence_id": "s1", "type": "licence", "sentenced_on": date(2024, 1, 1), "started_on": BEGAN}
    found = facts(sentence=[{**licence, "expected_end_on": date(2025, 10, 13)}])
    assert (found["sentence_kind"], found["licence_days"]) == ("licence", 56)
    assert "licence_days" not in facts()


@pytest.mark.parametrize(
    ("opened", "closed", "days"),
    [
        (date(2025, 10, 13), None, 56),
        (date(2025, 7, 1), None, 0),
        (date(2025, 7, 1), date(2025, 8, 18), None),
    ],
)
def test_days_to_a_suspension_count_from_the_start(
    opened: date, closed: date | None, days: int | None
) -> None:
    found = facts(suspension=[{"opened_on": opened, "closed_on": closed}])
    assert found["contact_suspended"] is (days is not None)
    assert found.get("days_to_suspension") == days


def test_registers_and_offences_say_whether_there_is_concern() -> None:
    assert facts(registration=[{"type": "RCPR", "opened_on": BEGAN}])["child_safeguarding"] is True
    assert facts(registration=[{"type": "ADVP", "opened_on": BEGAN}])["domestic_abuse"] is True
    assert (
        facts(registration=[{"type": "RCPR", "opened_on": date(2026, 3, 3)}])["child_safeguarding"] is False
    )
    offence = {"sentence_id": "s1", "main": True, "category": "harassment", "domestic_abuse": True}
    found = facts(offence=[offence])
    assert (found["offence_type"], found["domestic_abuse"]) == ("violence", True)


def test_what_was_written_on_the_day_of_the_announcement_was_written_before_its_end() -> None:
    from datetime import UTC, datetime

    announced = date(2026, 6, 1)
    assert not is_after(None, announced_on=announced)
    # Summer time: the London day ends at 23:00 in UTC.
    assert not is_after(datetime(2026, 6, 1, 22, 59, tzinfo=UTC), announced_on=announced)
    assert is_after(datetime(2026, 6, 1, 23, 0, tzinfo=UTC), announced_on=announced)
    assert is_after(datetime(2026, 6, 2, 0, 0), announced_on=announced)  # noqa: DTZ001
