"""Since we last spoke: one sheet for the supervision of one practitioner. People and promises, no rates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from assay.access.accounts.models import User
from assay.assurance.oversight import rules
from assay.assurance.oversight.models import Ask, Decision, Discussion, Matter
from assay.assurance.oversight.permissions import Scope, day_of, scope_of
from assay.assurance.oversight.queries.gathering import caseload, held_by, items_of, people_of, visible
from assay.assurance.oversight.queries.histories import histories_of
from assay.assurance.oversight.types import HistoryRow, PersonRow, State
from assay.records.store import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPerson:
    """A person on the sheet: what is open, and what was said and done since the last discussion."""

    person: PersonRow
    last_spoke_on: date | None
    since: tuple[HistoryRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """``last_spoke_on`` is the last recorded discussion about anybody this practitioner holds."""

    as_at: date
    staff_code: str
    practitioner: str
    last_spoke_on: date | None
    people: tuple[SheetPerson, ...]
    unanswered: tuple[tuple[str, str, date], ...]
    reviews_due: tuple[tuple[str, date], ...]


def practitioners(reader: Reader, *, user: User) -> tuple[tuple[str, str], ...]:
    """Staff codes and names of those who hold cases in this person's teams, by name."""
    units = scope_of(user).spo
    held = {row["practitioner"] for row in caseload(reader, units=units)} - {None} if units else set()
    rows = reader.rows(
        "SELECT staff_code, forename || ' ' || surname AS name FROM r.practitioner "
        "WHERE staff_code IN (SELECT unnest(?::VARCHAR[])) ORDER BY surname, forename",
        [sorted(held)],
    )
    return tuple((row["staff_code"], row["name"]) for row in rows)


def supervision_sheet(reader: Reader, *, user: User, staff_code: str) -> Sheet | None:
    """The sheet for the SPO of the practitioner's team, or for the practitioner; None for anybody else."""
    scope = scope_of(user)
    cases = _cases(reader, scope=scope, staff_code=staff_code)
    if not cases:
        return None
    seen = visible(reader, user, cases)
    matters = list(
        Matter.objects.filter(crn__in=sorted(seen)).exclude(state__in=sorted(rules.DONE | {State.GONE}))
    )
    items = {
        crn: kept
        for crn, each in items_of(matters).items()
        if (kept := tuple(item for item in each if item.may_enter_queue or item.state is not State.OPEN))
    }
    spoke = dict(Discussion.objects.filter(crn__in=sorted(seen)).order_by("on").values_list("crn", "on"))
    people = people_of(reader, set(items) | set(spoke), items=items)
    told = histories_of(people)
    found = [
        SheetPerson(
            person=person,
            last_spoke_on=spoke.get(person.crn),
            since=_since(told[person.crn], spoke.get(person.crn)),
        )
        for person in people.values()
    ]
    found.sort(key=lambda each: (not each.person.items, _order(each.person)))
    name = next((each.person.practitioner for each in found), staff_code)
    return Sheet(
        as_at=day_of(reader),
        staff_code=staff_code,
        practitioner=name,
        last_spoke_on=max(spoke.values(), default=None),
        people=tuple(found),
        unanswered=_unanswered(seen, people),
        reviews_due=_reviews(seen, people),
    )


def _cases(reader: Reader, *, scope: Scope, staff_code: str) -> list[str]:
    if staff_code == scope.staff_code and staff_code:
        return held_by(reader, staff_code)
    if not scope.spo:
        return []
    return [row["case_id"] for row in caseload(reader, units=scope.spo) if row["practitioner"] == staff_code]


def _since(told: tuple[HistoryRow, ...], spoke_on: date | None) -> tuple[HistoryRow, ...]:
    return tuple(row for row in told if spoke_on is None or row.on >= spoke_on)


def _order(person: PersonRow) -> tuple[object, ...]:
    return rules.harm_order(person) if person.items else (0, 0, 0, date.max, person.crn)


def _unanswered(cases: set[str], people: dict[str, PersonRow]) -> tuple[tuple[str, str, date], ...]:
    rows = Ask.objects.filter(crn__in=sorted(cases), replied_at=None).order_by("pk")
    return tuple((people[row.crn].name, row.question, row.on) for row in rows if row.crn in people)


def _reviews(cases: set[str], people: dict[str, PersonRow]) -> tuple[tuple[str, date], ...]:
    rows = Decision.objects.filter(crn__in=sorted(cases)).order_by("review_on", "pk")
    return tuple((people[row.crn].name, row.review_on) for row in rows if row.crn in people)
