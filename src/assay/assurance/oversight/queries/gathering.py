"""Puts together people and what is open about them: matters from the database, facts from the pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Q

from assay.access.accounts.models import User
from assay.assurance.oversight import rules
from assay.assurance.oversight.at_hand import at_hand
from assay.assurance.oversight.models import Matter, RecordText
from assay.assurance.oversight.permissions import barred_to, day_of, units_sql
from assay.assurance.oversight.queries.windows import adoptions, duties_by_code, scale_on, shipped_policy
from assay.assurance.oversight.types import Near, OpenItem, PersonRow, Seen, State, TextState, UsedWindow
from assay.records.cases.naming import names
from assay.records.cases.queries import reference_for
from assay.records.store import Reader

_OF_A_PERSON = (
    "crn, name, practitioner, team, practitioner_name, rosh, levels, registers, limited, child, partner"
)
_SEEN = (
    "crn, police_asked, police_answered, children_asked, children_answered, last_assessment, children_known"
)


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
    rows = _of_everybody(reader, _OF_A_PERSON, wanted)
    return {
        row["crn"]: _person(row, references[row["crn"]], items.get(row["crn"], ()), day=day) for row in rows
    }


def seen_of(reader: Reader, crns: Iterable[str]) -> dict[str, Seen]:
    """The dates under a lapse, for the few people a page shows in full."""
    wanted = sorted(set(crns))
    if not wanted:
        return {}
    return {row.pop("crn"): Seen(**row) for row in _of_everybody(reader, _SEEN, wanted)}


def _of_everybody(reader: Reader, columns: str, crns: list[str]) -> list[dict[str, Any]]:
    return reader.rows(
        f"SELECT {columns} FROM {at_hand(reader, 'everybody')} "  # noqa: S608 - no value is put into the text
        "WHERE crn IN (SELECT unnest(?::VARCHAR[]))",
        [crns],
    )


def caseload(reader: Reader, *, units: Iterable[str]) -> list[dict[str, Any]]:
    """Every case held in these units on the day: ``case_id``, ``practitioner``, ``team``, ``pdu``."""
    condition, values = units_sql(units)
    return reader.rows(
        f"SELECT DISTINCT case_id, practitioner, team, pdu FROM {at_hand(reader, 'standing')} "  # noqa: S608 - a table of ours
        f"WHERE {condition}",
        values,
    )


def held_by(reader: Reader, staff_code: str) -> list[str]:
    """The cases this practitioner holds on the day."""
    rows = reader.rows(
        f"SELECT DISTINCT case_id FROM {at_hand(reader, 'standing')} WHERE practitioner = ?",  # noqa: S608
        [staff_code],
    )
    return [row["case_id"] for row in rows]


def unit_names(reader: Reader, codes: Iterable[str]) -> dict[str, str]:
    """Names of units as the records have them; a unit they lack goes by its code."""
    units = names(reader).units
    return {each: units[each]["name"] if each in units else each for each in sorted(set(codes) - {""})}


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
    return _used(matter.window, matter.window_value, matter.window_unit, matter.window_confidence)


@lru_cache(maxsize=256)
def _used(name: str, value: int, unit: str, confidence: str) -> UsedWindow:
    """One and the same for the thousands of open things that share it."""
    return UsedWindow(name=name, value=value, unit=unit, confidence=confidence)


def _returned_texts(matters: Sequence[Matter]) -> dict[int, UUID]:
    crns = {each.crn for each in matters}
    rows = RecordText.objects.filter(state=TextState.RETURNED, crn__in=crns).order_by("pk")
    return {matter: text for text, matter in rows.values_list("uuid", "matters__pk") if matter is not None}


def _near(row: Mapping[str, Any], *, day: date) -> Near:
    """What the policy of the day says weighs more, of this person."""
    pack, registers = shipped_policy(), frozenset(row["registers"])
    high = bool(pack.codes("high_risk_levels", on=day) & set(row["levels"]))
    plan = bool(registers & pack.codes("child_protection_registers", on=day))
    abuse = bool(registers & pack.codes("current_abuse_registers", on=day))
    return Near(risk=plan or high or row["child"] or (abuse and row["partner"]), plan=plan)


def _person(row: Mapping[str, Any], reference: UUID, items: tuple[OpenItem, ...], *, day: date) -> PersonRow:
    near, scale = _near(row, day=day), scale_on(day)
    return PersonRow(
        crn=row["crn"],
        reference=reference,
        name=row["name"],
        rosh=row["rosh"],
        registers=tuple(row["registers"]),
        staff_code=row["practitioner"] or "",
        practitioner=row["practitioner_name"] or "",
        team=row["team"] or "",
        items=tuple(
            sorted((rules.weighed(each, near, scale=scale, as_at=day) for each in items), key=_worst_first)
        ),
        is_limited=row["limited"],
    )
