"""A case's record as an inspector reads it: entries with their words, each known by a key to cite it by.

Reads the inspection's own copy and nothing else. No lapse, score or night is reachable from here: a reader
over a snapshot alone has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from assay.inspection.assessments.rules import is_after
from assay.records import standard
from assay.records.codes import code_list
from assay.records.store import Reader

# What each filter chip shows, by contact type or by its group in the code list.
OVERSIGHT = frozenset({"C002", "C416", "MO1", "MO2", "MO3", "MO5", "SPOD03", "LRP1"})
ENQUIRIES = frozenset({"C369", "C515", "SFGC", "SFRR", "C204", "C157", "C158", "CCCP"})
VISITS = frozenset({"CHVS", "COHV", "IOHV", "C253", "MO8", "CPVS"})
GROUPS = ("contacts", "oversight", "enquiries", "assessments", "visits", "absences")
TABS = ("timeline", "assessments", "registers", "plan")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph of words. ``number`` counts from 1 within ``words_id``; ``flag``, empty for none, stands
    first wherever the words do."""

    words_id: str
    number: int
    text: str
    section: str
    kind: str
    flag: str
    author: str
    after_announcement: bool

    @property
    def key(self) -> str:
        return f"words:{self.words_id}:{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing in the record. ``group`` is its filter; ``recorded_at`` is when it was written."""

    source: str
    source_id: str
    on: date
    code: str
    title: str
    detail: str
    group: str
    by: str
    recorded_at: datetime | None
    after_announcement: bool
    sensitive: bool = False
    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.source}:{self.source_id}:0"

    @property
    def written_days_late(self) -> int:
        """Whole days from the day it tells of to the day it was written; 0 if none."""
        return max(0, (self.recorded_at.date() - self.on).days) if self.recorded_at else 0

    def mentions(self, words: str) -> bool:
        """Whether the entry or its words hold every word of the search, in any case."""
        text = " ".join(
            (self.title, self.detail, self.code, *(each.text for each in self.paragraphs))
        ).casefold()
        return all(each in text for each in words.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonShown:
    """Who the case is about, as the identity bar says it."""

    crn: str
    name: str
    born_on: date
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """The whole record of one case. ``tables`` holds its rows as they stand in the standard."""

    person: PersonShown
    timeline: tuple[Entry, ...]
    assessments: tuple[Entry, ...]
    registers: tuple[Entry, ...]
    plan: tuple[Entry, ...]
    holders: tuple[tuple[str, date, date | None], ...]
    tables: Mapping[str, list[dict[str, Any]]]

    def find(self, key: str) -> tuple[Entry, Paragraph | None] | None:
        """The entry or paragraph that a key names; None if it is not, or no longer, in the record."""
        for entry in (*self.timeline, *self.assessments, *self.registers, *self.plan):
            if entry.key == key:
                return entry, None
            for paragraph in entry.paragraphs:
                if paragraph.key == key:
                    return entry, paragraph
        return None

    @property
    def written_after(self) -> int:
        """How many entries of the record were written after the announcement."""
        everything = {
            each.key: each for each in (*self.timeline, *self.assessments, *self.registers, *self.plan)
        }
        return sum(each.after_announcement for each in everything.values())


OF_CASE = tuple(
    each.name for each in standard.TABLES if each.is_of_case and each.name not in ("words", "past_answer")
)


def read(reader: Reader, crn: str, *, announced_on: date) -> CaseRecord | None:
    """The record of one person, newest first; None if these records have no such person."""
    tables = {name: reader.of_case(name, crn) for name in OF_CASE}
    if not tables["person"]:
        return None
    tables["practitioner"] = reader.rows("SELECT * FROM r.practitioner")
    make = _Maker(tables, reader.words(crn), announced_on)
    return make.record()


class _Maker:
    """Brings rows and words together. A class, because every step needs names, words and the day."""

    def __init__(
        self,
        tables: Mapping[str, list[dict[str, Any]]],
        words: Iterable[Mapping[str, Any]],
        announced_on: date,
    ) -> None:
        self.tables = tables
        self.announced_on = announced_on
        self.staff = {
            each["staff_code"]: f"{each['forename']} {each['surname']}" for each in tables["practitioner"]
        }
        self.words: dict[tuple[str, str], list[Paragraph]] = {}
        for each in words:
            self.words.setdefault((each["subject"], each["subject_id"]), []).extend(self._paragraphs(each))

    def record(self) -> CaseRecord:
        registers = self._newest((*self._registrations(), *self._levels()))
        assessments = self._newest(self._assessments())
        events = (*self._contacts(), *self._enquiries(), *self._away())
        return CaseRecord(
            person=self._person(),
            timeline=self._newest((*events, *assessments)),
            assessments=assessments,
            registers=registers,
            plan=self._newest(self._plan()),
            holders=self._holders(),
            tables=self.tables,
        )

    @staticmethod
    def _newest(entries: Iterable[Entry]) -> tuple[Entry, ...]:
        return tuple(sorted(entries, key=lambda each: (each.on, each.source, each.source_id), reverse=True))

    def _paragraphs(self, row: Mapping[str, Any]) -> list[Paragraph]:
        parts = [each.strip() for each in row["body"].split("\n\n") if each.strip()]
        return [
            Paragraph(
                words_id=row["words_id"],
                number=number,
                text=text,
                section=code_list("words_section").name_of(row["section"]),
                kind=row["kind"],
                flag=row["flag"] if row["flag"] not in (None, "none") else "",
                author=self.staff.get(row["author"], row["author"] or ""),
                after_announcement=is_after(row["written_at"], announced_on=self.announced_on),
            )
            for number, text in enumerate(parts, start=1)
        ]

    def _entry(
        self,
        source: str,
        row: Mapping[str, Any],
        *,
        id: str,
        on: date,
        title: str,
        group: str,
        code: str = "",
        detail: str = "",
        recorded_at: datetime | None = None,
    ) -> Entry:
        return Entry(
            source=source,
            source_id=id,
            on=on,
            code=code,
            title=title,
            detail=detail,
            group=group,
            by=self.staff.get(row.get("staff_code") or "", ""),
            recorded_at=recorded_at,
            after_announcement=is_after(recorded_at, announced_on=self.announced_on),
            sensitive=bool(row.get("sensitive")),
            paragraphs=tuple(self.words.get((source, id), ())),
        )

    def _contacts(self) -> Iterable[Entry]:
        names = code_list("contact_type")
        outcomes = code_list("contact_outcome")
        for row in self.tables["contact"]:
            yield self._entry(
                "contact",
                row,
                id=row["contact_id"],
                on=row["happened_on"],
                title=names.name_of(row["type"]),
                code=row["type"],
                detail=outcomes.name_of(row["outcome"]),
                group=_group(row["type"]),
                recorded_at=row["recorded_at"],
            )

    def _enquiries(self) -> Iterable[Entry]:
        """Replies with words: the asking and the answering have contacts of their own, the words have not."""
        agencies, replies = code_list("agency"), code_list("enquiry_reply")
        for row in self.tables["enquiry"]:
            if row["answered_on"] is not None and ("enquiry", row["enquiry_id"]) in self.words:
                yield self._entry(
                    "enquiry",
                    row,
                    id=row["enquiry_id"],
                    on=row["answered_on"],
                    title=agencies.name_of(row["agency"]),
                    detail=replies.name_of(row["reply"]),
                    group="enquiries",
                    recorded_at=row["answer_recorded_at"] or row["recorded_at"],
                )

    def _assessments(self) -> Iterable[Entry]:
        types, statuses = code_list("assessment_type"), code_list("assessment_status")
        for row in self.tables["assessment"]:
            yield self._entry(
                "assessment",
                row,
                id=row["assessment_id"],
                on=row["completed_on"] or row["locked_on"] or row["started_on"],
                title=types.name_of(row["type"]),
                code=row["type"],
                detail=statuses.name_of(row["status"]),
                group="assessments",
                recorded_at=row["recorded_at"],
            )

    def _away(self) -> Iterable[Entry]:
        for source, key, codes, column in (
            ("absence", "absence_id", "absence_kind", "kind"),
            ("suspension", "suspension_id", "suspension_scheme", "scheme"),
        ):
            for row in self.tables[source]:
                yield self._entry(
                    source,
                    row,
                    id=row[key],
                    on=row["opened_on"],
                    title=code_list(codes).name_of(row[column]),
                    group="absences",
                    recorded_at=row["recorded_at"],
                )

    def _registrations(self) -> Iterable[Entry]:
        names = code_list("register_type")
        for row in self.tables["registration"]:
            yield self._entry(
                "registration",
                row,
                id=row["registration_id"],
                on=row["opened_on"],
                title=names.name_of(row["type"]),
                code=row["type"],
                group="registers",
                recorded_at=row["recorded_at"],
            )

    def _levels(self) -> Iterable[Entry]:
        names = code_list("rosh_level")
        for row in self.tables["rosh"]:
            yield self._entry(
                "rosh",
                row,
                id=row["rosh_id"],
                on=row["opened_on"],
                title=names.name_of(row["level"]),
                group="rosh",
                recorded_at=row["recorded_at"],
            )

    def _plan(self) -> Iterable[Entry]:
        kinds, agencies, roles = code_list("plan_row_kind"), code_list("agency"), code_list("circle_role")
        made = {each["assessment_id"]: each for each in self.tables["assessment"]}
        for row in self.tables["plan_row"]:
            assessment = made[row["assessment_id"]]
            detail = [agencies.name_of(row["owner_agency"]), roles.name_of(row["protects"])]
            yield self._entry(
                "plan_row",
                row,
                id=row["plan_row_id"],
                on=assessment["completed_on"] or assessment["started_on"],
                title=kinds.name_of(row["kind"]),
                detail=", ".join(each for each in detail if each),
                group="plan",
                recorded_at=row["recorded_at"],
            )

    def _person(self) -> PersonShown:
        row = self.tables["person"][0]
        return PersonShown(
            crn=row["crn"],
            name=f"{row['forename']} {row['surname']}",
            born_on=row["date_of_birth"],
            language=code_list("language").name_of(row["preferred_language"]),
        )

    def _holders(self) -> tuple[tuple[str, date, date | None], ...]:
        return tuple(
            (self.staff.get(each["staff_code"], each["staff_code"]), each["opened_on"], each["closed_on"])
            for each in sorted(self.tables["allocation"], key=lambda each: each["opened_on"], reverse=True)
        )


def _group(contact_type: str) -> str:
    for codes, group in ((OVERSIGHT, "oversight"), (ENQUIRIES, "enquiries"), (VISITS, "visits")):
        if contact_type in codes:
            return group
    return "contacts"
