"""Puts one case together from the rows of its tables, as they were known on a day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from assay.records.cases import permissions, timeline
from assay.records.cases.known import Row, Rows
from assay.records.cases.naming import Names, names
from assay.records.cases.types import (
    CaseFile,
    Circle,
    Enquiry,
    Holder,
    Identity,
    Register,
    Rosh,
    Sentence,
    Words,
)
from assay.records.cases.written import assessments, of_row, words_of
from assay.records.codes import code_list
from assay.records.store import Reader


def current_crn(reader: Reader, crn: str) -> str | None:
    """The record this one is now, following merges; None if there is none. A ring of merges, which only a
    fault of the source can make, ends where it began."""
    seen: list[str] = []
    while crn not in seen:
        found = reader.of_case("person", crn)
        if not found:
            return None
        seen.append(crn)
        if found[0]["merged_into"] is None:
            return crn
        crn = found[0]["merged_into"]
    return seen[0]


def merged_into(reader: Reader, crn: str) -> tuple[str, ...]:
    """The records that became this one, directly or by way of another."""
    became = permissions.merges(reader.snapshot)
    found: set[str] = {crn}
    while more := {each for each, into in became.items() if into in found} - found:
        found |= more
    return tuple(sorted(found - {crn}))


def assemble(reader: Reader, crn: str, *, reference: UUID, is_limited: bool, as_known_on: date) -> CaseFile:
    """The case as it was known at the end of a day. A row written later is left out; an end that lies later
    is taken off, since it was not known. When an end was written the records do not say."""
    rows = Rows(reader, crn, as_known_on)
    words = tuple(words_of(each) for each in rows("words"))
    called = names(reader)
    return CaseFile(
        identity=_identity(reader, crn, reference, is_limited),
        as_known_on=as_known_on,
        first=tuple(each for each in words if each.is_not_to_be_disclosed),
        registers=tuple(_register(each) for each in rows("registration")),
        rosh=tuple(_rosh(each) for each in rows("rosh")),
        holders=tuple(_holder(each, called) for each in rows("allocation")),
        sentences=_sentences(rows),
        circle=tuple(_circle(each) for each in rows("circle")),
        enquiries=tuple(_enquiry(each, words) for each in rows("enquiry")),
        assessments=assessments(rows, words, called),
        timeline=timeline.entries(rows, words, called),
        words=words,
    )


def _identity(reader: Reader, crn: str, reference: UUID, is_limited: bool) -> Identity:
    row = reader.of_case("person", crn)[0]
    return Identity(
        crn=crn,
        reference=reference,
        forename=row["forename"],
        surname=row["surname"],
        date_of_birth=row["date_of_birth"],
        gender=row["gender"],
        preferred_language=row["preferred_language"],
        died_on=row["died_on"],
        is_limited=is_limited,
        merged_from=merged_into(reader, crn),
    )


def _register(row: Row) -> Register:
    return Register(
        registration_id=row["registration_id"],
        code=row["type"],
        name=code_list("register_type").name_of(row["type"]),
        level=code_list("mappa_level").name_of(row["level"]),
        category=code_list("mappa_category").name_of(row["category"]),
        opened_on=row["opened_on"],
        closed_on=row["closed_on"],
        next_review_on=row["next_review_on"],
    )


def _rosh(row: Row) -> Rosh:
    return Rosh(
        rosh_id=row["rosh_id"],
        level=row["level"],
        children=row["children"] or "",
        public=row["public"] or "",
        known_adult=row["known_adult"] or "",
        staff=row["staff"] or "",
        opened_on=row["opened_on"],
        closed_on=row["closed_on"],
    )


def _holder(row: Row, called: Names) -> Holder:
    staff = called.staff.get(row["staff_code"], {})
    pdu = called.above(row["team_code"], "pdu")
    return Holder(
        staff_code=row["staff_code"],
        name=called.of_staff(row["staff_code"]),
        grade=staff.get("grade", ""),
        manager_code=staff.get("manager_code") or "",
        team_code=row["team_code"],
        team=called.of_unit(row["team_code"]),
        pdu_code=pdu,
        pdu=called.of_unit(pdu),
        opened_on=row["opened_on"],
        closed_on=row["closed_on"],
    )


def _sentences(rows: Rows) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(
            sentence_id=row["sentence_id"],
            event_number=row["event_number"],
            type=row["type"],
            type_name=code_list("sentence_type").name_of(row["type"]),
            sentenced_on=row["sentenced_on"],
            started_on=row["started_on"],
            expected_end_on=row["expected_end_on"],
            ended_on=row["ended_on"],
            offences=tuple(
                code_list("offence_category").name_of(each["category"])
                for each in sorted(rows("offence"), key=lambda offence: not offence["main"])
                if each["sentence_id"] == row["sentence_id"]
            ),
        )
        for row in rows("sentence")
    )


def _circle(row: Row) -> Circle:
    return Circle(
        circle_id=row["circle_id"],
        role=row["role"],
        label=row["label"],
        date_of_birth=row["date_of_birth"],
        household=row["household"],
        source=code_list("information_source").name_of(row["source"]),
        opened_on=row["opened_on"],
        closed_on=row["closed_on"],
    )


def _enquiry(row: Row, words: tuple[Words, ...]) -> Enquiry:
    return Enquiry(
        enquiry_id=row["enquiry_id"],
        agency=row["agency"],
        agency_name=code_list("agency").name_of(row["agency"]),
        kind=row["kind"],
        kind_name=code_list("enquiry_kind").name_of(row["kind"]),
        outcome=row["outcome"],
        asked_on=row["asked_on"],
        answered_on=row["answered_on"],
        reply=code_list("enquiry_reply").name_of(row["reply"]),
        address_id=row["address_id"],
        words=of_row(words, "enquiry", row["enquiry_id"]),
    )
