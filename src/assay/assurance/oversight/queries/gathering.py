"""Puts together people and what is open about them: matters from the database, facts from the pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from assay.access.accounts.models import User
from assay.assurance.oversight import rules
from assay.assurance.oversight.models import Matter, RecordText
from assay.assurance.oversight.permissions import barred_to, day_of, units_sql
from assay.assurance.oversight.queries.windows import adoptions, duties_by_code, scale_on, shipped_policy
from assay.assurance.oversight.types import Near, OpenItem, PersonRow, Seen, State, TextState, UsedWindow
from assay.records.cases.queries import reference_for
from assay.records.store import Reader

_NOW = "x.opened_on <= $day AND (x.closed_on IS NULL OR x.closed_on > $day)"
_PEOPLE = f"""
    WITH wanted AS (SELECT unnest($crns::VARCHAR[]) AS crn),
    level AS (
        SELECT x.crn, arg_max(x.level, x.opened_on) AS rosh, bool_or(list_contains($high, x.level)) AS is_high
        FROM r.rosh x JOIN wanted USING (crn) WHERE {_NOW} GROUP BY x.crn
    ),
    register AS (
        SELECT x.crn, list_sort(list_distinct(list(x.type))) AS types
        FROM r.registration x JOIN wanted USING (crn) WHERE {_NOW} GROUP BY x.crn
    ),
    ring AS (
        SELECT x.crn, bool_or(x.role = 'child' AND x.household) AS child,
            bool_or(x.role = 'partner') AS partner
        FROM r.circle x JOIN wanted USING (crn) WHERE {_NOW} GROUP BY x.crn
    ),
    limit_now AS (
        SELECT DISTINCT x.crn FROM r.access_limitation x JOIN wanted USING (crn) WHERE {_NOW}
    ),
    held AS (
        SELECT x.case_id AS crn, x.practitioner, x.team
        FROM n.case_span x JOIN wanted ON wanted.crn = x.case_id WHERE {_NOW}
    )
    SELECT p.crn, p.forename || ' ' || p.surname AS name, held.practitioner, held.team,
        st.forename || ' ' || st.surname AS practitioner_name, level.rosh, register.types AS registers,
        limit_now.crn IS NOT NULL AS limited, coalesce(level.is_high, FALSE) AS is_high,
        coalesce(ring.child, FALSE) AS child, coalesce(ring.partner, FALSE) AS partner
    FROM r.person p JOIN wanted USING (crn)
    LEFT JOIN level USING (crn) LEFT JOIN register USING (crn) LEFT JOIN ring USING (crn)
    LEFT JOIN limit_now USING (crn) LEFT JOIN held USING (crn)
    LEFT JOIN r.practitioner st ON st.staff_code = held.practitioner
"""  # noqa: S608 - no value is put into the text

_SEEN = f"""
    WITH wanted AS (SELECT unnest($crns::VARCHAR[]) AS crn),
    asked AS (
        SELECT e.crn,  -- one that was not sent, because what was there was up to date, asked nobody
            max(e.asked_on) FILTER (e.agency = 'police' AND e.outcome = 'sent') AS police_asked,
            max(e.answered_on) FILTER (e.agency = 'police') AS police_answered,
            max(e.asked_on) FILTER (e.agency = 'childrens_services' AND e.outcome = 'sent')
                AS children_asked,
            max(e.answered_on) FILTER (e.agency = 'childrens_services') AS children_answered
        FROM r.enquiry e JOIN wanted USING (crn) GROUP BY e.crn
    )
    SELECT w.crn, police_asked, police_answered, children_asked, children_answered,
        (SELECT max(a.completed_on) FROM r.assessment a WHERE a.crn = w.crn AND a.completed_on <= $day)
            AS last_assessment,
        (SELECT count(*) FROM r.circle x WHERE x.crn = w.crn AND x.role = 'child' AND x.household AND {_NOW})
            AS children_known
    FROM wanted w LEFT JOIN asked USING (crn)
"""  # noqa: S608 - no value is put into the text


def matters_in(units: Iterable[str]) -> Q:
    """The matters of these units as the last night saw them. "" among them means every unit."""
    codes = sorted(units)
    return Q() if "" in codes else Q(team__in=codes) | Q(pdu__in=codes) | Q(region__in=codes)


def items_of(matters: Sequence[Matter]) -> dict[str, tuple[OpenItem, ...]]:
    """What is open, by CRN, worst first."""
    if not matters:
        return {}
    adopted = adoptions()
    returned = _returned_texts(matters)
    standing = {code: each.standing for code, each in duties_by_code().items()}
    found: dict[str, list[OpenItem]] = defaultdict(list)
    for matter in matters:
        found[matter.crn].append(_item(matter, standing=standing, adopted=adopted, returned=returned))
    return {crn: tuple(sorted(items, key=_worst_first)) for crn, items in found.items()}


def people_of(
    reader: Reader, crns: Iterable[str], *, items: Mapping[str, tuple[OpenItem, ...]]
) -> dict[str, PersonRow]:
    """A row for each CRN the records hold, with its items."""
    wanted = sorted(set(crns))
    if not wanted:
        return {}
    references = reference_for(wanted)
    day = day_of(reader)
    high = sorted(shipped_policy().codes("high_risk_levels", on=day))
    rows = reader.rows(_PEOPLE, {"crns": wanted, "day": day, "high": high})
    return {
        row["crn"]: _person(row, references[row["crn"]], items.get(row["crn"], ()), day=day) for row in rows
    }


def seen_of(reader: Reader, crns: Iterable[str]) -> dict[str, Seen]:
    """The dates under a lapse, for the few people a page shows in full."""
    wanted = sorted(set(crns))
    if not wanted:
        return {}
    rows = reader.rows(_SEEN, {"crns": wanted, "day": day_of(reader)})
    return {row.pop("crn"): Seen(**row) for row in rows}


def caseload(reader: Reader, *, units: Iterable[str]) -> list[dict[str, Any]]:
    """Every case held in these units on the day: ``case_id``, ``practitioner``, ``team``, ``pdu``."""
    condition, values = units_sql(units)
    return reader.rows(
        "SELECT DISTINCT case_id, practitioner, team, pdu FROM n.case_span "  # noqa: S608 - no value in the text
        f"WHERE opened_on <= ? AND (closed_on IS NULL OR closed_on > ?) AND {condition}",
        [day_of(reader), day_of(reader), *values],
    )


def unit_names(reader: Reader, codes: Iterable[str]) -> dict[str, str]:
    """Names of units as the records have them; a unit they lack goes by its code."""
    wanted = sorted(each for each in set(codes) if each)
    rows = reader.rows(
        "SELECT unit_code, name FROM r.organisation WHERE unit_code IN (SELECT unnest(?::VARCHAR[]))",
        [wanted],
    )
    return {each: each for each in wanted} | {row["unit_code"]: row["name"] for row in rows}


def visible(reader: Reader, user: User, crns: Iterable[str]) -> set[str]:
    """The CRNs this person may see."""
    return set(crns) - barred_to(reader, user)


def _item(
    matter: Matter,
    *,
    standing: Mapping[str, str],
    adopted: Mapping[tuple[str, str, str, str], date],
    returned: Mapping[int, UUID],
) -> OpenItem:
    window = _window(matter)
    return OpenItem(
        matter=matter.uuid,
        lapse_id=matter.lapse_id,
        obligation_id=matter.obligation_id,
        duty=matter.duty,
        severity=matter.severity,
        opened_on=matter.opened_on,
        state=State(matter.state),
        is_backlog=matter.is_backlog,
        standing=standing.get(matter.duty, "off"),
        until=matter.until,
        triggered_on=matter.triggered_on,
        due_on=matter.due_on,
        anchor_id=matter.anchor_id,
        window=window,
        adopted_on=adopted.get((matter.region, window.name, str(window.value), window.unit))
        if window
        else None,
        text_came_back=returned.get(matter.pk),
    )


def _worst_first(item: OpenItem) -> tuple[int, int, date, str]:
    return (-item.harm, -item.severity, item.opened_on, item.duty)


def _window(matter: Matter) -> UsedWindow | None:
    if not matter.window or matter.window_value is None:
        return None
    return UsedWindow(
        name=matter.window,
        value=matter.window_value,
        unit=matter.window_unit,
        confidence=matter.window_confidence,
    )


def _returned_texts(matters: Sequence[Matter]) -> dict[int, UUID]:
    crns = {each.crn for each in matters}
    rows = RecordText.objects.filter(state=TextState.RETURNED, crn__in=crns).order_by("pk")
    return {matter: text for text, matter in rows.values_list("uuid", "matters__pk") if matter is not None}


def _near(row: Mapping[str, Any], *, day: date) -> Near:
    """What the policy of the day says weighs more, of this person."""
    pack, registers = shipped_policy(), frozenset(row["registers"] or ())
    plan = bool(registers & pack.codes("child_protection_registers", on=day))
    abuse = bool(registers & pack.codes("current_abuse_registers", on=day))
    return Near(risk=plan or row["is_high"] or row["child"] or (abuse and row["partner"]), plan=plan)


def _person(row: Mapping[str, Any], reference: UUID, items: tuple[OpenItem, ...], *, day: date) -> PersonRow:
    near, scale = _near(row, day=day), scale_on(day)
    return PersonRow(
        crn=row["crn"],
        reference=reference,
        name=row["name"],
        rosh=row["rosh"],
        registers=tuple(row["registers"] or ()),
        staff_code=row["practitioner"] or "",
        practitioner=row["practitioner_name"] or "",
        team=row["team"] or "",
        items=tuple(
            sorted((rules.weighed(each, near, scale=scale, as_at=day) for each in items), key=_worst_first)
        ),
        is_limited=row["limited"],
    )
