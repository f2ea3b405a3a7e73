"""The demonstration's own people, read from ``stories/demonstration.yaml`` and turned into rows.

Their days count from the as-at day, so that the same people are in the same trouble in every region.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any

import pyarrow as pa
import yaml

from assay.core.dates import is_working_day
from assay.records.synthetic import demonstration as fixed
from assay.records.synthetic.columns import rows_table
from assay.records.synthetic.risks import REVIEW_MONTHS, ROSH_REGISTER

Story = Mapping[str, Any]
_DAY = re.compile(r"\{(-?\d+)\}")
_ROSH_REGISTER = dict(zip(("low", "medium", "high", "very_high"), ROSH_REGISTER, strict=True))
_HOLDERS = {
    "practitioner": fixed.PRACTITIONER_STAFF_CODE,
    "unaccredited": fixed.UNACCREDITED_STAFF_CODE,
    "spo": fixed.SPO_STAFF_CODE,
}
_USERNAMES = {"spo": fixed.SPO_USERNAME, "practitioner": fixed.PRACTITIONER_USERNAME}
_ASKED = {"police": ("C369", "DA", "C515"), "childrens_services": ("SFGC", "LASENT", "SFRR")}
_LIMIT = "Access to this record is limited. Speak to the limited access desk."


@cache
def stories() -> tuple[Story, ...]:
    """Every story, as written."""
    text = resources.files("assay.records.synthetic").joinpath("stories/demonstration.yaml").read_text("utf-8")
    return tuple(yaml.safe_load(text))


@dataclass(slots=True)
class Book:
    """Rows gathered table by table while the stories are told."""

    as_at: date
    council: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def day(self, offset: int) -> date:
        """The working day at or before that many days from the as-at day; after it for days ahead."""
        step = -1 if offset <= 0 else 1
        day = self.as_at + timedelta(days=offset)
        while not is_working_day(day):
            day += timedelta(days=step)
        return day

    def at(self, offset: int) -> datetime:
        """An afternoon instant of that day."""
        return datetime.combine(self.day(offset), time(15, 30), UTC)

    def add(self, table: str, key: str, prefix: str, **values: Any) -> str:
        """Adds a row under a new key and gives the key."""
        made = f"{prefix}D{len(self.rows[table]) + 1:05d}"
        self.rows[table].append({key: made, **values})
        return made

    def told(self, text: str) -> str:
        """The words with their days as dates."""
        return _DAY.sub(lambda found: _in_words(self.day(int(found[1]))), text)


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
            "crn": crn, "forename": forename, "surname": surname, "date_of_birth": story["born"],
            "gender": story["gender"], "ethnicity": story["ethnicity"], "religion": "not_stated",
            "sexual_orientation": "not_stated", "disability": False, "preferred_language": "en",
            "recorded_at": book.at(start),
        }
    )  # fmt: skip
    sentence = _sentence(book, story)
    _standing(book, story, start)
    for number, row in enumerate(story["circle"]):
        _circle(book, crn, row, start=start, number=number)
    for username, kind in story.get("limits", ()):
        book.add(
            "access_limitation", "limitation_id", "LI", crn=crn, username=_USERNAMES[username], kind=kind,
            opened_on=book.day(start), message=_LIMIT, recorded_at=book.at(start),
        )  # fmt: skip
    for enquiry in story["enquiries"]:
        _enquiry(book, story, enquiry, sentence=sentence)
    for assessment in story["assessments"]:
        _assessment(book, story, assessment, sentence=sentence)
    _contacts(book, story, sentence=sentence)


def _sentence(book: Book, story: Story) -> str:
    told, crn = story["sentence"], story["crn"]
    opened, recorded = book.day(told["started"]), book.at(told["started"])
    after_custody = told["type"] == "licence"
    sentenced = book.day(told["started"] - 200) if after_custody else opened
    made = book.add(
        "sentence", "sentence_id", "SE", crn=crn, event_number=1, type=told["type"],
        provider_code=fixed.REGION_CODE, sentenced_on=sentenced, started_on=opened,
        expected_end_on=opened + timedelta(days=told["months"] * 365 // 12), length_months=told["months"],
        court="North", recorded_at=recorded,
    )  # fmt: skip
    book.add(
        "offence", "offence_id", "OF", sentence_id=made, crn=crn, main=True, category=told["offence"],
        committed_on=sentenced - timedelta(days=95), domestic_abuse=told["abuse"], sexual=False,
        violent=told["offence"] in ("violence", "robbery"),
    )  # fmt: skip
    for category in story.get("requirements", ()):
        book.add(
            "requirement", "requirement_id", "RQ", sentence_id=made, crn=crn, category=category, length=25,
            length_unit="days", opened_on=opened, recorded_at=recorded,
        )  # fmt: skip
    for category in story.get("conditions", ()):
        book.add(
            "licence_condition", "condition_id", "LC", sentence_id=made, crn=crn, category=category,
            opened_on=opened, recorded_at=recorded,
        )  # fmt: skip
    if after_custody:
        book.add(
            "release", "release_id", "RE", sentence_id=made, crn=crn, type="automatic", released_on=opened,
            recorded_at=recorded,
        )  # fmt: skip
    return made


def _standing(book: Book, story: Story, start: int) -> None:
    """Who holds the case, where the person lives, what level and registers they are on."""
    crn, opened, recorded = story["crn"], book.day(start), book.at(start)
    kind, council, since = story["home"]
    book.add(
        "address", "address_id", "AD", crn=crn, type=kind, local_authority=book.council if council else None,
        opened_on=book.day(since), recorded_at=recorded,
    )  # fmt: skip
    book.add(
        "allocation", "allocation_id", "AL", crn=crn, staff_code=_HOLDERS[story["holder"]],
        team_code=fixed.TEAM_CODE, reason="initial", opened_on=opened, recorded_at=recorded,
    )  # fmt: skip
    level = story["rosh"]["level"]
    book.add("rosh", "rosh_id", "RO", crn=crn, opened_on=opened, recorded_at=recorded, **story["rosh"])
    for name in [*story["registers"], _ROSH_REGISTER[level]]:
        months = REVIEW_MONTHS.get(name, 6)
        book.add(
            "registration", "registration_id", "RG", crn=crn, type=name, opened_on=opened, recorded_at=recorded,
            level="M1" if name == "MAPP" else None, category="M2" if name == "MAPP" else None,
            next_review_on=book.day(start + months * 30) if months else None,
        )  # fmt: skip
    letter = {"low": "D", "medium": "C", "high": "B", "very_high": "A"}[level]
    book.add(
        "tier", "tier_id", "TI", crn=crn, model="v2", tier=f"{letter}2", provisional=False, opened_on=opened,
        recorded_at=recorded,
    )  # fmt: skip
    book.add(
        "predictor", "predictor_id", "PR", crn=crn, name="RSR", score=2.4, basis="dynamic", scored_on=opened,
        recorded_at=recorded,
    )  # fmt: skip


def _circle(book: Book, crn: str, row: list[Any], *, start: int, number: int) -> None:
    role, label, born, household, source = row
    book.add(
        "circle", "circle_id", "CI", crn=crn, role=role, label=label, date_of_birth=born, household=household,
        source=source, opened_on=book.day(start + number), recorded_at=book.at(start + number),
    )  # fmt: skip


def _contact(
    book: Book, story: Story, day: int, kind: str, outcome: str | None, who: str, text: str, *, sentence: str
) -> str:
    staff = _HOLDERS["spo" if who == "spo" else story["holder"]]
    made = book.add(
        "contact", "contact_id", "CO", crn=story["crn"], sentence_id=sentence, type=kind, happened_on=book.day(day),
        recorded_at=book.at(day), outcome=outcome, staff_code=staff, team_code=fixed.TEAM_CODE, sensitive=False,
    )  # fmt: skip
    judged = kind in ("MO1", "CSPO", "SPOD03")
    _words(book, story, "contact", made, "note", text, staff, day, kind="judgement" if judged else "fact")
    return made


def _words(
    book: Book, story: Story, subject: str, key: str, section: str, text: str, author: str, day: int,
    *, kind: str = "fact", flag: str = "none",
) -> None:  # fmt: skip
    book.add(
        "words", "words_id", "WO", crn=story["crn"], subject=subject, subject_id=key, section=section, kind=kind,
        flag=flag, author=author, written_at=book.at(day), body=book.told(text),
    )  # fmt: skip


def _enquiry(book: Book, story: Story, told: Story, *, sentence: str) -> None:
    asks, outcome, answers = _ASKED[told["agency"]]
    address = book.rows["address"][-1]["address_id"]
    children = told["agency"] == "childrens_services"
    other = told["kind"] == "domestic_abuse_and_other"
    asked = _contact(
        book, story, told["asked"], asks, "DAOTH" if other else outcome, "holder",
        "Enquiry sent with the reason for it and the address on file.", sentence=sentence,
    )  # fmt: skip
    answered = told.get("answered")
    back = None
    if answered is not None:
        known = None if not children else ("SSNK" if told["reply"] == "not_known" else "SSKN")
        back = _contact(
            book, story, answered, answers, known, "holder", "Answer received; the text is with the enquiry.",
            sentence=sentence,
        )  # fmt: skip
    made = book.add(
        "enquiry", "enquiry_id", "EN", crn=story["crn"], agency=told["agency"], kind=told["kind"], outcome="sent",
        address_id=address, local_authority=book.council if children else None, asked_on=book.day(told["asked"]),
        answered_on=None if answered is None else book.day(answered), reply=told.get("reply"),
        asked_contact_id=asked, answered_contact_id=back, recorded_at=book.at(told["asked"]),
        answer_recorded_at=None if answered is None else book.at(answered),
    )  # fmt: skip
    if answered is not None:
        author = "Children's services (synthetic)" if children else "Police (synthetic)"
        flag = told.get("flag", "third_party" if children else "none")
        _words(book, story, "enquiry", made, "reply", told["text"], author, answered, flag=flag)


def _assessment(book: Book, story: Story, told: Story, *, sentence: str) -> None:
    crn, staff = story["crn"], _HOLDERS[story["holder"]]
    second = book.day(told["countersigned"])
    made = book.add(
        "assessment", "assessment_id", "AS", crn=crn, type=told["type"], status="COMPLETE", staff_code=staff,
        started_on=book.day(told["begun"]), signed_on=book.day(told["signed"]), locked_on=book.day(told["signed"]),
        completed_on=second, countersigned_on=second, countersigned_by=fixed.SPO_STAFF_CODE,
        risk_children=story["rosh"]["children"], domestic_abuse="ADVP" in story["registers"],
        recorded_at=book.at(told["countersigned"]),
    )  # fmt: skip
    for section, text in told["sections"].items():
        kind = "opinion" if section in ("nature_of_risk", "risk_greatest", "risk_increases", "risk_reduces") else "fact"
        kind = "judgement" if section == "who_is_at_risk" else kind
        _words(book, story, "assessment", made, section, text, staff, told["signed"], kind=kind)
    for kind, protects, agency in told["plan"]:
        book.add(
            "plan_row", "plan_row_id", "PL", assessment_id=made, crn=crn, kind=kind, protects=protects,
            owner_agency=agency, due_on=book.day(told["signed"]) + timedelta(days=84),
            recorded_at=book.at(told["signed"]),
        )  # fmt: skip


_ROUTINE = (
    "Attended on time. We went over the week and the plan for the next.",
    "Attended. Worked on the third exercise. He or she could say what had been hard and why.",
    "Attended. Talked about work and money. Nothing new to act on.",
    "Attended. Checked the address, who is at home, and any contact with police: none reported.",
)


def _contacts(book: Book, story: Story, *, sentence: str) -> None:
    for day, kind, outcome, who, text in story["contacts"]:
        _contact(book, story, day, kind, outcome, who, text, sentence=sentence)
    start, every = story["sentence"]["started"], story["routine"]
    taken = {row["happened_on"] for row in book.rows["contact"] if row["crn"] == story["crn"]}
    first = "First appointment. Conditions explained, address and telephone number confirmed."
    for number, day in enumerate(range(start + 1, 0, every)):
        if book.day(day) not in taken:
            text = _ROUTINE[number % len(_ROUTINE)] if number else first
            text = text.replace("He or she", "She" if story["gender"] == "F" else "He")
            _contact(book, story, day, "COAP" if number else "COAI", "ATTC", "holder", text, sentence=sentence)


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
