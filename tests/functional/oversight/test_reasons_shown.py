"""Why a lapse is there, in words, with the rows behind each of them in sight."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from assay.assurance.oversight import queries
from assay.web.oversight.presenters import person
from tests.factories.oversight import Lapse, World

CRN = "X900001"


def enquiry(name: str, asked_on: date) -> dict[str, Any]:
    return {
        "enquiry_id": name,
        "crn": CRN,
        "asked_on": asked_on,
        "recorded_at": datetime(2026, 2, 4, 12, tzinfo=UTC),
    }


def reasons(world: World, *given: tuple[str, str, str | None]) -> dict[str, tuple[str, ...]]:
    """What the person's page says was unmet, with its rows."""
    world.attach([Lapse(crn=CRN, reasons=given)])
    with world.reader() as reader:
        lines = queries.duty_lines(reader, CRN, items=queries.open_items(CRN))
    (duty,) = person.duty_lines(lines)
    return {each.sentence: each.rows for each in duty.unmet}


def test_the_row_that_came_too_late_and_the_last_one_before_are_shown(world: World, cast: Any) -> None:
    world.rows = {"enquiry": [enquiry("before", date(2025, 12, 1)), enquiry("late", date(2026, 2, 3))]}
    assert reasons(world, ("last_before", "unmet", "before"), ("met_late", "unmet", "late")) == {
        "The last one before it was needed": (
            "Enquiry: Domestic abuse, 1 December 2025, written 4 February 2026",
        ),
        "It was seen after its day": ("Enquiry: Domestic abuse, 3 February 2026, written 4 February 2026",),
    }


def test_where_there_never_was_any_no_row_is_shown(world: World, cast: Any) -> None:
    assert reasons(world, ("none", "unmet", None)) == {"Nothing that would meet it is in the records": ()}


def test_a_row_in_another_table_that_the_duty_reads_is_found_there(world: World, cast: Any) -> None:
    row = {"registration_id": "register", "crn": CRN, "type": "ADVP", "opened_on": date(2026, 2, 3)}
    world.rows = {"registration": [row | {"recorded_at": datetime(2026, 2, 3, 12, tzinfo=UTC)}]}
    assert reasons(world, ("met_late", "unmet", "register")) == {
        "It was seen after its day": ("Register: Domestic Abuse Perpetrator, 3 February 2026",),
    }
