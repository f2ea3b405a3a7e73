"""The pages of the journal, person by person, into rows: who can be read whole, and who must be left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from assay.core.messages import Message, message
from assay.records.sources.domain_events import Told
from assay.records.sources.external_api.earlier import Earlier
from assay.records.sources.external_api.journal import Journal
from assay.records.sources.external_api.mapping import Case, Rows, Staff, map_case
from assay.records.sources.external_api.mapping.people import limits_hold_together, person_row
from assay.records.sources.external_api.routes import (
    CONTACTS,
    DETAILS,
    LIMITS,
    LOGGED,
    PERSON,
    SENTENCES,
    SUPERVISIONS,
    Route,
)
from assay.records.sources.external_api.shapes import Limits, Person, PersonData, Supervisions
from assay.records.sources.external_api.taking import custodial_numbers, merged_into
from assay.records.sources.quarantine import Quarantine


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """``counts`` says for each route how often it was given, had nothing (404), or was not given."""

    journal: Journal
    routes: Sequence[Route]
    provider: str
    as_at: date
    seen_at: datetime
    staff: Staff
    quarantine: Quarantine
    rows: Rows
    earlier: Earlier | None
    handed: Mapping[str, date]
    told: Mapping[str, Sequence[Told]]
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    _mapped: set[str] = field(default_factory=set)

    def read(self, people: Sequence[str]) -> int:
        """How many people have a row of their own afterwards. Those merged away come last: a merge is only
        shown into a record that is here."""
        found = [(place, crn, self._survivor(crn)) for place, crn in enumerate(people, start=1)]
        for place, crn, last in sorted(found, key=lambda each: each[1] != each[2]):
            self._person(place, crn, last)
        return len(self._mapped)

    def _person(self, place: int, crn: str, last: str) -> None:
        said = self._said(place, crn, last)
        if said is None:
            return
        answers = {} if last != crn else self._answers(place, crn)
        if answers is None:
            return
        case = Case(
            crn=crn,
            provider=self.provider,
            as_at=self.as_at,
            seen_at=self.seen_at,
            answers=answers,
            staff=self.staff,
            quarantine=self.quarantine,
            rows=self.rows,
            before=self.earlier.of_case(crn) if self.earlier else MappingProxyType({}),
            handed=self.handed.get(crn),
            told=self.told.get(crn, ()),
        )
        if last == crn and not self._fit(place, case, said):
            return
        if last != crn and last not in self._mapped:
            self._refuse(place, "merged", message("{crn}: who it was merged into is not known.", crn=crn))
            return
        self._mapped.add(crn)
        into = merged_into(self.journal.page((PERSON.name, crn, 0)), crn)
        case.take("person", person_row(case, said, merged_into=into))
        if last == crn:
            map_case(case)

    def _survivor(self, crn: str) -> str:
        """Whom the record leads to, merge after merge; itself where it was not merged, or goes in a ring."""
        seen = {crn}
        while (key := (PERSON.name, crn, 0)) in self.journal:
            into = merged_into(self.journal.page(key), crn)
            if into is None or into in seen:
                break
            seen.add(into)
            crn = into
        return crn

    def _said(self, place: int, crn: str, last: str) -> Person | None:
        page = self.journal.page((PERSON.name, last, 0))
        self._count(PERSON, page["status"])
        if page["status"] != 200:
            words = message("{crn}: the service has no such person.", crn=crn)
            if page["status"] != 404:
                words = message("{crn}: the service does not give us this person.", crn=crn)
            self._refuse(place, "not-found" if page["status"] == 404 else "not-given", words)
            return None
        try:
            found = PersonData.model_validate(PERSON.items(page["body"])[0]).probation_offender_search
        except (ValidationError, ValueError, IndexError):
            found = None
        if found is None:
            words = message("{crn}: the person is missing or not as the service describes it.", crn=crn)
            self._refuse(place, "shape", words)
        return found

    def _answers(self, place: int, crn: str) -> dict[str, list[Any]] | None:
        """The items of every route that was given; None where an essential one was not."""
        found: dict[str, list[Any]] = {}
        for route in self.routes:
            if route is PERSON:
                continue
            status, items = self._items(route, crn)
            self._count(route, status)
            if items is not None:
                found[route.name] = items
            elif status == 404 and not route.essential:
                found[route.name] = []
            elif route.essential:
                words = message("{crn}: the service does not give {route}.", crn=crn, route=route.name)
                self._refuse(place, "not-given", words, route)
                return None
        found[DETAILS.name] = [
            {"number": number, "details": items[0]}
            for number in custodial_numbers(self.journal, crn)
            if (items := self._page_items(DETAILS, crn, number)[1])
        ]
        return found

    def _items(self, route: Route, crn: str) -> tuple[int, list[Any] | None]:
        """All pages together; None where one of them was not given or not understood."""
        found: list[Any] = []
        page = 0
        while True:
            status, items = self._page_items(route, crn, page)
            if items is None:
                return status, None
            found += items
            page += 1
            if (route.name, crn, page) not in self.journal:
                return status, found

    def _page_items(self, route: Route, crn: str, page: int) -> tuple[int, list[Any] | None]:
        key = (route.name, crn, page)
        if key not in self.journal:
            return 0, None
        said = self.journal.page(key)
        if said["status"] != 200:
            return said["status"], None
        try:
            items = route.items(said["body"])
            route.is_last(said["body"], page)
        except (ValueError, TypeError, AttributeError):
            return 0, None
        return 200, items

    def _fit(self, place: int, case: Case, said: Person) -> bool:
        """Whether the record may be opened to anyone, and says what a record must."""
        limits = [each for _, each in case.read(LIMITS, Limits)]
        if len(limits) != 1 or not limits_hold_together(said, limits[0]):
            words = message("{crn}: who may see the record is not known, so that nobody may.", crn=case.crn)
            self._refuse(place, "limits", words, LIMITS)
            return False
        if case.given(SUPERVISIONS) and len(case.read(SUPERVISIONS, Supervisions)) != 1:
            return False  # refused already, by its shape
        if self._is_supervised(case) and not any(case.answers.get(each.name) for each in (CONTACTS, LOGGED)):
            words = message(
                "{crn}: supervised, and the service gives no contact at all: it may not give us theirs.",
                crn=case.crn,
            )
            self._refuse(place, "no-contacts", words, CONTACTS)
            return False
        return True

    def _is_supervised(self, case: Case) -> bool:
        whole = [each for _, each in case.read(SUPERVISIONS, Supervisions)]
        return bool(case.answers.get(SENTENCES.name)) or any(each.supervisions for each in whole)

    def _refuse(self, place: int, rule: str, said: Message, route: Route = PERSON) -> None:
        self.quarantine.refuse(route.name, place, rule, said)

    def _count(self, route: Route, status: int) -> None:
        said = {200: "given", 404: "nothing"}.get(status, "not_given")
        self.counts.setdefault(route.name, Counter())[said] += 1
