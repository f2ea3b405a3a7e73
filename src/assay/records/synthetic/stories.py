"""The demonstration's own people, read from ``stories/demonstration.yaml`` and turned into rows.

Their days count from the as-at day, so that the same people are in the same trouble in every region.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

import pyarrow as pa
import yaml

from assay.records.synthetic import demonstration as fixed
from assay.records.synthetic.columns import rows_table
from assay.records.synthetic.risks import REVIEW_MONTHS, ROSH_REGISTER
from assay.records.synthetic.story_book import HOLDERS, Book, Story
from assay.records.synthetic.story_events import tell_assessment, tell_contacts, tell_enquiry

_ROSH_REGISTER = dict(zip(("low", "medium", "high", "very_high"), ROSH_REGISTER, strict=True))
_USERNAMES = {"spo": fixed.SPO_USERNAME, "practitioner": fixed.PRACTITIONER_USERNAME}
_LIMIT = "Access to this record is limited. Speak to the limited access desk."


@cache
def stories() -> tuple[Story, ...]:
    """Every story, as written."""
    text = (
        resources.files("assay.records.synthetic").joinpath("stories/demonstration.yaml").read_text("utf-8")
    )
    return tuple(yaml.safe_load(text))


def story_tables(*, as_at: date, council: str) -> dict[str, pa.Table]:
    """Rows of the demonstration's people for every table they appear in."""
    book = Book(as_at=as_at, council=council)
    for story in stories():
        _tell(book, story)
    for kind in ("contact", "words"):
        book.rows[kind].sort(key=lambda row: (row["crn"], str(row.get("happened_on", ""))))
    return {name: rows_table(name, rows) for name, rows in book.rows.items()}


def _tell(book: Book, story: Story) -> None:
    crn, start = story["crn"], story["sentence"]["started"]
    forename, surname = story["name"]
    book.rows["person"].append(
        {
            "crn": crn,
            "forename": forename,
            "surname": surname,
            "date_of_birth": story["born"],
            "gender": story["gender"],
            "ethnicity": story["ethnicity"],
            "religion": "not_stated",
            "sexual_orientation": "not_stated",
            "disability": False,
            "preferred_language": "en",
            "recorded_at": book.at(start),
        }
    )
    sentence = _sentence(book, story)
    _standing(book, story, start)
    for number, row in enumerate(story["circle"]):
        _circle(book, crn, row, start=start, number=number)
    for username, kind in story.get("limits", ()):
        book.add(
            "access_limitation",
            "limitation_id",
            "LI",
            crn=crn,
            username=_USERNAMES[username],
            kind=kind,
            opened_on=book.day(start),
            message=_LIMIT,
            recorded_at=book.at(start),
        )
    for enquiry in story["enquiries"]:
        tell_enquiry(book, story, enquiry, sentence=sentence)
    for assessment in story["assessments"]:
        tell_assessment(book, story, assessment, sentence=sentence)
    tell_contacts(book, story, sentence=sentence)


def _sentence(book: Book, story: Story) -> str:
    told, crn = story["sentence"], story["crn"]
    opened, recorded = book.day(told["started"]), book.at(told["started"])
    after_custody = told["type"] == "licence"
    sentenced = book.day(told["started"] - 200) if after_custody else opened
    made = book.add(
        "sentence",
        "sentence_id",
        "SE",
        crn=crn,
        event_number=1,
        type=told["type"],
        provider_code=fixed.REGION_CODE,
        sentenced_on=sentenced,
        started_on=opened,
        expected_end_on=opened + timedelta(days=told["months"] * 365 // 12),
        length_months=told["months"],
        court="North",
        recorded_at=recorded,
    )
    book.add(
        "offence",
        "offence_id",
        "OF",
        sentence_id=made,
        crn=crn,
        main=True,
        category=told["offence"],
        committed_on=sentenced - timedelta(days=95),
        domestic_abuse=told["abuse"],
        sexual=False,
        violent=told["offence"] in ("violence", "robbery"),
    )
    for category in story.get("requirements", ()):
        book.add(
            "requirement",
            "requirement_id",
            "RQ",
            sentence_id=made,
            crn=crn,
            category=category,
            length=25,
            length_unit="days",
            opened_on=opened,
            recorded_at=recorded,
        )
    for category in story.get("conditions", ()):
        book.add(
            "licence_condition",
            "condition_id",
            "LC",
            sentence_id=made,
            crn=crn,
            category=category,
            opened_on=opened,
            recorded_at=recorded,
        )
    if after_custody:
        book.add(
            "release",
            "release_id",
            "RE",
            sentence_id=made,
            crn=crn,
            type="automatic",
            released_on=opened,
            recorded_at=recorded,
        )
    return made


def _standing(book: Book, story: Story, start: int) -> None:
    """Who holds the case, where the person lives, what level and registers they are on."""
    crn, opened, recorded = story["crn"], book.day(start), book.at(start)
    kind, council, since = story["home"]
    book.add(
        "address",
        "address_id",
        "AD",
        crn=crn,
        type=kind,
        local_authority=book.council if council else None,
        opened_on=book.day(since),
        recorded_at=recorded,
    )
    book.add(
        "allocation",
        "allocation_id",
        "AL",
        crn=crn,
        staff_code=HOLDERS[story["holder"]],
        team_code=fixed.TEAM_CODE,
        reason="initial",
        opened_on=opened,
        recorded_at=recorded,
    )
    level = story["rosh"]["level"]
    book.add("rosh", "rosh_id", "RO", crn=crn, opened_on=opened, recorded_at=recorded, **story["rosh"])
    for name in [*story["registers"], _ROSH_REGISTER[level]]:
        months = REVIEW_MONTHS.get(name, 6)
        book.add(
            "registration",
            "registration_id",
            "RG",
            crn=crn,
            type=name,
            opened_on=opened,
            recorded_at=recorded,
            level="M1" if name == "MAPP" else None,
            category="M2" if name == "MAPP" else None,
            next_review_on=book.day(start + months * 30) if months else None,
        )
    letter = {"low": "D", "medium": "C", "high": "B", "very_high": "A"}[level]
    book.add(
        "tier",
        "tier_id",
        "TI",
        crn=crn,
        model="v2",
        tier=f"{letter}2",
        provisional=False,
        opened_on=opened,
        recorded_at=recorded,
    )
    book.add(
        "predictor",
        "predictor_id",
        "PR",
        crn=crn,
        name="RSR",
        score=2.4,
        basis="dynamic",
        scored_on=opened,
        recorded_at=recorded,
    )


def _circle(book: Book, crn: str, row: list[Any], *, start: int, number: int) -> None:
    role, label, born, household, source = row
    book.add(
        "circle",
        "circle_id",
        "CI",
        crn=crn,
        role=role,
        label=label,
        date_of_birth=born,
        household=household,
        source=source,
        opened_on=book.day(start + number),
        recorded_at=book.at(start + number),
    )
