"""The timeline of a case: contacts, and what other tables tell that no contact tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from typing import get_args

from assay.core.dates import london_day
from assay.records.cases.known import Row, Rows
from assay.records.cases.naming import Names
from assay.records.cases.types import Entry, Group, Words
from assay.records.codes import code_list

# Ours: with a week, notes written up after the weekend that follows a visit are not called late.
LATE_AFTER_DAYS = 7
GROUPS: dict[str, Group] = {name: name for name in get_args(Group)}


def entries(rows: Rows, words: Sequence[Words], called: Names) -> tuple[Entry, ...]:
    """Newest first; of one day, by time of day where there is one, then by when it was written."""
    said: dict[tuple[str, str], list[Words]] = {}
    for each in words:
        said.setdefault((each.subject, each.subject_id), []).append(each)
    found = [*_contacts(rows, said, called), *_enquiries(rows, said), *_assessments(rows, called)]
    found += [*_registers(rows), *_sentence_events(rows), *_holders(rows, called), *_referrals(rows)]
    return tuple(sorted(found, key=_newest, reverse=True))


def late_by(day: date, recorded_at: datetime | None) -> int | None:
    """How many days after the day it was written, if that is more than a week; None otherwise."""
    if recorded_at is None:
        return None
    days = (london_day(recorded_at) - day).days
    return days if days > LATE_AFTER_DAYS else None


def group_of(row: Row) -> Group:
    """Under which filter a contact stands: what its type says, else absences where nobody came."""
    groups = code_list("entry_group").codes
    if row["type"] in groups:
        return GROUPS[groups[row["type"]].more["shown_under"]]
    outcome = code_list("contact_outcome").codes.get(row["outcome"] or "")
    return "absences" if outcome and outcome.more["attended"] == "no" else "contacts"


def _newest(entry: Entry) -> tuple[date, time, str, str]:
    written = entry.recorded_at.isoformat() if entry.recorded_at else ""
    return entry.day, entry.time or time.min, written, entry.row_id


def _entry(row: Row, *, table: str, row_id: str, day: date, group: Group, title: str) -> Entry:
    return Entry(
        table=table,
        row_id=row_id,
        day=day,
        time=None,
        group=group,
        code="",
        title=title,
        outcome="",
        by="",
        recorded_at=row.get("recorded_at"),
        late_by=late_by(day, row.get("recorded_at")),
        sensitive=False,
        words=(),
    )


def _contacts(rows: Rows, said: dict[tuple[str, str], list[Words]], called: Names) -> Iterator[Entry]:
    """An answer's words belong to its enquiry; they stand with the contact that records the answer."""
    answers = {row["answered_contact_id"]: row["enquiry_id"] for row in rows("enquiry")}
    for row in rows("contact"):
        contact = row["contact_id"]
        own = said.get(("contact", contact), [])
        reply = said.get(("enquiry", answers[contact]), []) if contact in answers else []
        entry = _entry(
            row,
            table="contact",
            row_id=contact,
            day=row["happened_on"],
            group=group_of(row),
            title=code_list("contact_type").name_of(row["type"]),
        )
        yield replace(
            entry,
            time=row["start_time"],
            code=row["type"],
            outcome=code_list("contact_outcome").name_of(row["outcome"]),
            by=called.of_staff(row["staff_code"]),
            sensitive=row["sensitive"],
            words=(*own, *reply),
        )


def _enquiries(rows: Rows, said: dict[tuple[str, str], list[Words]]) -> Iterator[Entry]:
    """Asking and answer, where no contact of the records tells of them."""
    contacts = {row["contact_id"] for row in rows("contact")}
    for row in rows("enquiry"):
        agency = code_list("agency").name_of(row["agency"])
        kind = code_list("enquiry_kind").name_of(row["kind"])
        told = {"table": "enquiry", "row_id": row["enquiry_id"]}
        if row["asked_contact_id"] not in contacts:
            title = f"{agency}: {kind}"
            asked = _entry(row, day=row["asked_on"], group="enquiries", title=title, **told)
            yield replace(asked, outcome=code_list("enquiry_outcome").name_of(row["outcome"]))
        if row["answered_on"] is not None and row["answered_contact_id"] not in contacts:
            answered = _entry(
                row, day=row["answered_on"], group="enquiries", title=f"{agency}: {kind}", **told
            )
            written = row["answer_recorded_at"]
            yield replace(
                answered,
                outcome=code_list("enquiry_reply").name_of(row["reply"]),
                recorded_at=written,
                late_by=late_by(row["answered_on"], written),
                words=tuple(said.get(("enquiry", row["enquiry_id"]), ())),
            )


def _assessments(rows: Rows, called: Names) -> Iterator[Entry]:
    for row in rows("assessment"):
        day = row["completed_on"] or row["signed_on"] or row["started_on"]
        title = code_list("assessment_type").name_of(row["type"])
        entry = _entry(
            row, table="assessment", row_id=row["assessment_id"], day=day, group="assessments", title=title
        )
        status = row["status"] if row["completed_on"] or row["status"] != "COMPLETE" else "OPEN"
        yield replace(
            entry,
            outcome=code_list("assessment_status").name_of(status),
            by=called.of_staff(row["staff_code"]),
            late_by=None,
        )


def _registers(rows: Rows) -> Iterator[Entry]:
    for row in rows("registration"):
        title = code_list("register_type").name_of(row["type"])
        told = {"table": "registration", "row_id": row["registration_id"]}
        yield replace(
            _entry(row, day=row["opened_on"], group="registers", title=title, **told), code=row["type"]
        )
        if row["closed_on"]:
            closed = _entry({}, day=row["closed_on"], group="registers", title=title, **told)
            yield replace(closed, code=row["type"], is_end=True)
    for row in rows("rosh"):
        title = "Risk of serious harm"
        entry = _entry(
            row, table="rosh", row_id=row["rosh_id"], day=row["opened_on"], group="registers", title=title
        )
        yield replace(entry, outcome=code_list("rosh_level").name_of(row["level"]))


def _sentence_events(rows: Rows) -> Iterator[Entry]:
    for row in rows("release"):
        title = code_list("release_type").name_of(row["type"])
        yield _entry(
            row,
            table="release",
            row_id=row["release_id"],
            day=row["released_on"],
            group="events",
            title=title,
        )
    for row in rows("recall"):
        title = code_list("recall_type").name_of(row["type"])
        yield _entry(
            row, table="recall", row_id=row["recall_id"], day=row["recalled_on"], group="events", title=title
        )
    for row in rows("absence"):
        title = code_list("absence_kind").name_of(row["kind"])
        yield _entry(
            row,
            table="absence",
            row_id=row["absence_id"],
            day=row["opened_on"],
            group="absences",
            title=title,
        )


def _holders(rows: Rows, called: Names) -> Iterator[Entry]:
    for row in rows("allocation"):
        title = code_list("allocation_reason").name_of(row["reason"])
        day = row["opened_on"]
        entry = _entry(
            row, table="allocation", row_id=row["allocation_id"], day=day, group="events", title=title
        )
        yield replace(entry, by=called.of_staff(row["staff_code"]))


def _referrals(rows: Rows) -> Iterator[Entry]:
    for row in rows("referral"):
        title = (
            f"{code_list('agency').name_of(row['agency'])}: {code_list('referral_kind').name_of(row['kind'])}"
        )
        day = row["referred_on"]
        entry = _entry(
            row, table="referral", row_id=row["referral_id"], day=day, group="enquiries", title=title
        )
        yield replace(entry, outcome=code_list("referral_outcome").name_of(row["outcome"]))
