"""Contacts with their notes, and the enquiries they tell of.

An enquiry is a request and the answer to it, both recorded as contacts. An answer belongs to the latest
request before it that has none: nothing else links them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from assay.core.dates import london_day
from assay.records import codes
from assay.records.sources.external_api.mapping.assessing import REDACTED
from assay.records.sources.external_api.mapping.rows import Case, Row, code_named, code_of
from assay.records.sources.external_api.routes import CONTACTS, LOGGED
from assay.records.sources.external_api.shapes import Coded, Contact, Logged
from assay.records.sources.times import london_time

# Request, answer, agency.
ENQUIRIES = (("C369", "C515", "police"), ("SFGC", "SFRR", "childrens_services"))
NOT_SENT = "NSUD"
KINDS = {"DA": "domestic_abuse", "DAOTH": "domestic_abuse_and_other", "OTH": "other"}
REPLIES = {"SSKN": "known", "SSNK": "not_known"}


def map_contacts(case: Case) -> None:
    """Contacts written up to the end of the day the fetch speaks for; each once, whatever page it was on."""
    rows: dict[str, Row] = {}
    for row, notes in (*_by_name(case), *_by_code(case)):
        if row["contact_id"] in rows or case.ends_before(row["recorded_at"]):
            continue
        rows[row["contact_id"]] = row
        case.take("contact", row)
        if notes and notes != REDACTED and row["type"] not in codes.code_list("withheld_words"):
            case.rows.add("words", _words(case, row, notes))
    for row in _enquiries(case, list(rows.values())):
        case.take("enquiry", row)


def _by_name(case: Case) -> Iterator[tuple[Row, str | None]]:
    for place, said in case.read(CONTACTS, Contact):
        kind = code_named("contact_type", said.contact_type)
        outcome = code_named("contact_outcome", said.outcome)
        if kind is None:
            case.refuse_code(CONTACTS, place, "contactType", said.contact_type[:80])
        elif outcome is None and said.outcome:
            case.refuse_code(CONTACTS, place, "outcome", said.outcome[:80])
        else:
            staff = case.staff.named(said.officer_name)
            row = _row(said.contact_event_identifier, kind, outcome, said.contact_date_time)
            yield {**row, "recorded_at": said.creation_date_time, "staff_code": staff}, said.notes


def _by_code(case: Case) -> Iterator[tuple[Row, str | None]]:
    for place, said in case.read(LOGGED, Logged):
        kind = code_of("contact_type", said.type.code) or code_named("contact_type", said.type.description)
        given = said.outcome or Coded()
        outcome = code_of("contact_outcome", given.code) or code_named("contact_outcome", given.description)
        if kind is None:
            case.refuse_code(LOGGED, place, "type", said.type.code or said.type.description)
        elif outcome is None and (given.code or given.description):
            case.refuse_code(LOGGED, place, "outcome", given.code or given.description)
        else:
            staff = said.officer.code if said.officer else None
            team = said.officer.team.code if said.officer and said.officer.team else None
            row = _row(said.id, kind, outcome, said.contact_date)
            row |= {
                "recorded_at": said.created_at,
                "staff_code": staff if staff in case.staff.codes else None,
                "team_code": team if team in case.staff.teams else None,
            }
            yield row, said.notes


def _row(name: str, kind: str, outcome: str | None, at: datetime) -> Row:
    """The services do not say whether a contact is marked sensitive, and one that is must not lose its mark:
    all are marked."""
    return {
        "contact_id": name,
        "type": kind,
        "outcome": outcome,
        "happened_on": london_day(at),
        "start_time": london_time(at),
        "sensitive": True,
    }


def _words(case: Case, contact: Row, body: str) -> Row:
    return {
        "words_id": f"words-{contact['contact_id']}",
        "crn": case.crn,
        "subject": "contact",
        "subject_id": contact["contact_id"],
        "section": "note",
        "kind": "opinion",
        "flag": "sensitive",
        "author": contact.get("staff_code"),
        "written_at": contact["recorded_at"],
        "body": body,
    }


def _enquiries(case: Case, contacts: list[Row]) -> Iterator[Row]:
    happened = sorted(
        (each for each in contacts if each["happened_on"] <= case.as_at),
        key=lambda each: (each["happened_on"], each["recorded_at"], each["contact_id"]),
    )
    for request, answer, agency in ENQUIRIES:
        asked: list[Row] = []
        for each in happened:
            if each["type"] == request:
                asked.append(_asked(each, agency))
            elif each["type"] == answer:
                _answer(asked, each)
        yield from asked


def _asked(contact: Row, agency: str) -> Row:
    """A police check that does not say what for is the enquiry its type is used for: domestic abuse."""
    about = KINDS.get(contact["outcome"] or "", "domestic_abuse")
    return {
        "enquiry_id": f"enquiry-{contact['contact_id']}",
        "agency": agency,
        "kind": about if agency == "police" else "child_safeguarding",
        "outcome": "not_sent_up_to_date" if contact["outcome"] == NOT_SENT else "sent",
        "asked_on": contact["happened_on"],
        "asked_contact_id": contact["contact_id"],
        "recorded_at": contact["recorded_at"],
    }


def _answer(asked: list[Row], contact: Row) -> None:
    on: date = contact["happened_on"]
    for each in reversed(asked):
        if "answered_on" not in each and each["outcome"] == "sent" and each["asked_on"] <= on:
            each |= {
                "answered_on": on,
                "reply": REPLIES.get(contact["outcome"] or ""),
                "answered_contact_id": contact["contact_id"],
                "answer_recorded_at": contact["recorded_at"],
            }
            return
