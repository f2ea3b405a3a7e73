"""What oversight knows of one person: open items, ladders, duties with their rows, and what was done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings

from assay.access.accounts.models import User
from assay.assurance.duties.clauses import clause_of
from assay.assurance.oversight import rules
from assay.assurance.oversight.at_hand import at_hand
from assay.assurance.oversight.models import Matter, RungClaim
from assay.assurance.oversight.permissions import Position, day_of, visible_position
from assay.assurance.oversight.queries.gathering import items_of
from assay.assurance.oversight.queries.histories import history
from assay.assurance.oversight.queries.windows import duties_by_code
from assay.assurance.oversight.types import Claim, DutyLine, EvidenceRow, Ladder, OpenItem, Rung, State
from assay.core.dates import london_day
from assay.records import standard
from assay.records.sources.domain_events import fed_by_events
from assay.records.store import Reader

AGENCIES = ("police", "childrens_services")
# The column that says when a row happened, in the order they are asked for.
_DAYS = (
    "happened_on",
    "answered_on",
    "asked_on",
    "completed_on",
    "released_on",
    "recalled_on",
    "started_on",
    "opened_on",
    "referred_on",
    "scored_on",
    "committed_on",
    "decided_on",
    "due_on",
)
_CODES = ("type", "level", "category", "role", "kind", "agency", "scheme", "reason", "decision")
_DUTY_ORDER = ("missed", "due", "unknown", "not_due", "met_late", "met", "exempt", "not_applicable")


def case_position(reader: Reader, crn: str, *, user: User) -> Position | None:
    """Where the case stands; None if it is absent, barred, or another unit's."""
    return visible_position(reader, crn, user=user)


def open_items(crn: str) -> tuple[OpenItem, ...]:
    """What is open about one person, in whatever state. For those who may see the case."""
    matters = list(Matter.objects.filter(crn=crn).exclude(state__in=sorted(rules.DONE | {State.GONE})))
    return items_of(matters).get(crn, ())


def ladders(reader: Reader, crn: str, *, user: User) -> tuple[Ladder, ...]:
    """Four rungs for each agency, of the latest enquiry or of a need that led to none."""
    rows = reader.rows(
        "SELECT agency, enquiry_id, needed_on, asked_on, answered_on, reply "  # noqa: S608 - a table of ours
        f"FROM {at_hand(reader, 'ladder')} WHERE case_id = ? "
        "ORDER BY coalesce(asked_on, needed_on), needed_on",
        [crn],
    )
    latest = {row["agency"]: row for row in rows}
    assessments = sorted(
        row["completed_on"]
        for row in reader.of_case("assessment", crn)
        if row["completed_on"] is not None and row["completed_on"] <= day_of(reader)
    )
    told = claims(crn, user=user)
    return tuple(
        _ladder(agency, latest.get(agency, {}), assessments=assessments, claims=told) for agency in AGENCIES
    )


def claims(crn: str, *, user: User) -> dict[tuple[str, str], Claim]:
    """What people said of the upper rungs, by enquiry and rung; one that was not agreed leaves no mark."""
    rows = RungClaim.objects.select_related("by", "second_by").filter(crn=crn).exclude(agreed=False)
    return {
        (row.enquiry_id, row.rung): Claim(
            claim=row.uuid,
            enquiry_id=row.enquiry_id,
            rung=row.rung,
            words_id=row.words_id,
            paragraph=row.paragraph,
            by=row.by.name,
            by_own=row.by_id == user.pk,
            on=row.on,
            agreed=row.agreed,
            second=row.second_by.name if row.second_by else "",
        )
        for row in rows
    }


def duty_lines(reader: Reader, crn: str, *, items: tuple[OpenItem, ...]) -> tuple[DutyLine, ...]:
    """Every duty on or on trial, as it stands on the day, what is missed first."""
    known = duties_by_code()
    fed = fed_by_events(settings.HOME / "records")
    rows = reader.rows(
        "SELECT duty, state, since, due_on, unknown_because "  # noqa: S608 - a table of ours
        f"FROM {at_hand(reader, 'duty_state')} WHERE case_id = ?",
        [crn],
    )
    reasons = _reasons(reader, crn, items=items)
    by_duty: dict[str, OpenItem] = {}
    for item in items:
        by_duty.setdefault(item.duty, item)
    lines = [
        DutyLine(
            duty=row["duty"],
            state=row["state"],
            since=row["since"],
            due_on=row["due_on"],
            unknown_because=row["unknown_because"] or "",
            standing=known[row["duty"]].standing,
            after_the_fact=known[row["duty"]].after_the_fact is not None and row["duty"] not in fed,
            item=by_duty.get(row["duty"]),
            reasons=tuple(reasons.get(row["duty"], ())),
        )
        for row in rows
        if row["duty"] in known and known[row["duty"]].standing != "off"
    ]
    return tuple(sorted(lines, key=lambda each: (_DUTY_ORDER.index(each.state), each.duty)))


def _ladder(
    agency: str,
    row: Mapping[str, Any],
    *,
    assessments: list[date],
    claims: Mapping[tuple[str, str], Claim],
) -> Ladder:
    needed, asked, answered = row.get("needed_on"), row.get("asked_on"), row.get("answered_on")
    enquiry = row.get("enquiry_id") or ""
    assessed = next((day for day in assessments if answered is not None and day >= answered), None)
    return Ladder(
        agency=agency,
        enquiry_id=enquiry,
        needed_on=needed,
        asked_on=asked,
        answered_on=answered,
        reply=row.get("reply") or "",
        assessed_on=assessed,
        rungs=(
            _recorded("asked", asked, before=needed, is_expected=needed is not None),
            _recorded("answered", answered, before=asked, is_expected=asked is not None),
            _told("analysed", claims.get((enquiry, "analysed")), answered=answered, assessed=assessed),
            _told("used", claims.get((enquiry, "used")), answered=answered, assessed=assessed),
        ),
    )


def _recorded(name: str, on: date | None, *, before: date | None, is_expected: bool) -> Rung:
    if on is None:
        return Rung(name=name, state="none" if is_expected else "not_applicable")
    gap = (on - before).days if before is not None and on >= before else None
    return Rung(name=name, state="done", on=on, gap=gap)


def _told(name: str, claim: Claim | None, *, answered: date | None, assessed: date | None) -> Rung:
    """A rung only a person can vouch for. The record says no more than whether an assessment came after."""
    if answered is None:
        return Rung(name=name, state="not_applicable")
    if claim is not None:
        gap = (claim.on - answered).days
        return Rung(name=name, state="done" if claim.agreed else "waiting", on=claim.on, gap=gap, claim=claim)
    return Rung(
        name=name, state="unknown" if assessed else "none", on=None, detail="assessed" if assessed else ""
    )


def _reasons(reader: Reader, crn: str, *, items: tuple[OpenItem, ...]) -> dict[str, list[EvidenceRow]]:
    if not items:
        return {}
    duty_of = {each.lapse_id: each.duty for each in items}
    rows = reader.rows(
        "SELECT lapse_id, clause, side, row_id FROM n.reason "
        "WHERE case_id = ? AND lapse_id IN (SELECT unnest(?::VARCHAR[])) ORDER BY side, clause, row_id",
        [crn, sorted(duty_of)],
    )
    found: dict[str, list[EvidenceRow]] = defaultdict(list)
    read: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        duty = duty_of[row["lapse_id"]]
        evidence = _evidence(reader, crn, duty, row, read=read)
        if evidence not in found[duty]:
            found[duty].append(evidence)
    return found


def _evidence(
    reader: Reader,
    crn: str,
    duty: str,
    row: Mapping[str, Any],
    *,
    read: dict[str, dict[str, dict[str, Any]]],
) -> EvidenceRow:
    known = duties_by_code()[duty]
    clause = clause_of(known, row["clause"])
    # A duty's evidence may stand in several tables: the clause's own first, then those of its others.
    others = [each.table for each in known.clauses.values()] if clause and row["row_id"] else []
    tables = dict.fromkeys([*([clause.table] if clause else []), *others])
    table, here = _row(reader, crn, row["row_id"] or "", tables=tuple(tables), read=read)
    recorded = here.get("recorded_at")
    return EvidenceRow(
        clause=row["clause"],
        side=row["side"],
        table=table,
        row_id=row["row_id"] or "",
        code=next((str(here[name]) for name in _CODES if here.get(name)), ""),
        happened_on=next((here[name] for name in _DAYS if here.get(name)), None),
        recorded_on=london_day(recorded) if isinstance(recorded, datetime) else None,
    )


def _row(
    reader: Reader,
    crn: str,
    row_id: str,
    *,
    tables: tuple[str, ...],
    read: dict[str, dict[str, dict[str, Any]]],
) -> tuple[str, dict[str, Any]]:
    """The first of the tables that has the row, and the row; the first table and nothing if none has."""
    for table in tables:
        if table not in standard.BY_NAME or not standard.table(table).is_of_case:
            continue
        if table not in read:
            key = standard.table(table).key
            read[table] = {each[key]: each for each in reader.of_case(table, crn)}
        if row_id in read[table]:
            return table, read[table][row_id]
    return (tables[0] if tables else ""), {}


__all__ = ["DutyLine", "case_position", "claims", "duty_lines", "history", "ladders", "open_items"]
