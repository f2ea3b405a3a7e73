"""Runs every duty over one snapshot, for all dates, once, and returns the night's tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from assay.assurance.duties.catalogue import rules
from assay.assurance.duties.ladder import ladder
from assay.assurance.duties.lapses import lapses, reasons
from assay.assurance.duties.obligations import Found, find
from assay.assurance.duties.records import Records
from assay.assurance.duties.states import case_states, population, with_state
from assay.assurance.duties.verbs import Table, as_day, both, cut, union
from assay.core.policy import Policy

TABLES = (
    "obligation",
    "lapse",
    "reason",
    "case_span",
    "ladder",
    "duty_state",
    "population",
    "window_used",
)
Told = Callable[[str], None]


def run(reader: Any, *, policy: Policy, as_at: date, tell: Told | None = None) -> dict[str, pa.Table]:
    """Every night table, by name. ``reader`` is a store reader, or anything with a DuckDB ``connection``
    whose schema ``r`` has the record tables. ``tell`` hears the code of each duty as it is begun."""
    records = Records(reader.connection, policy=policy, as_at=as_at)
    parts: dict[str, list[Table]] = {name: [] for name in TABLES}
    obligations: dict[str, Table] = {}
    for duty, rule in rules():
        if tell is not None:
            tell(duty.code)
        found = find(records, duty, rule(records))
        states = with_state(records, found)
        obligations[duty.code] = states
        lapsed = lapses(records, found)
        parts["obligation"].append(_obligation(found, states, policy))
        parts["window_used"].append(_window_used(states))
        parts["lapse"].append(_lapse(lapsed))
        parts["reason"].append(reasons(records, found, lapsed))
        parts["duty_state"].append(_duty_state(case_states(records, found, states)))
        parts["population"].append(_population(records, population(records, found)))
    parts["case_span"].append(_case_span(records))
    parts["ladder"].append(ladder(records, obligations))
    return {name: _written(records, union(*found), name) for name, found in parts.items()}


ORDER = {
    "obligation": ["duty", "case_id", "triggered_on", "obligation_id"],
    "lapse": ["lapse_id", "clock", "part"],
    "reason": ["lapse_id", "side", "clause", "row_id"],
    "case_span": ["case_id", "opened_on"],
    "ladder": ["case_id", "agency", "asked_on", "needed_on", "enquiry_id"],
    "duty_state": ["duty", "case_id"],
    "population": ["duty", "case_id", "opened_on"],
    "window_used": ["obligation_id"],
}


def _written(records: Records, table: Table, name: str) -> pa.Table:
    return records.answer(records.keep(table).order_by(ORDER[name]))


def _obligation(found: Found, rows: Table, policy: Policy) -> Table:
    return rows.select(
        "obligation_id",
        duty=ibis.literal(found.duty.code),
        case_id=rows.case_id,
        anchor_id=rows.anchor_id,
        triggered_on=as_day(rows.on),
        due_on=as_day(rows.due),
        met_on=as_day(rows.met),
        state=rows.state,
        excused_by=rows.excused_by,
        unknown_because=rows.unknown_because,
        definition_version=ibis.literal(f"{found.duty.code}.{found.duty.version}"),
        policy_version=ibis.literal(policy.version),
    )


def _window_used(rows: Table) -> Table:
    known = rows.filter(rows.window_name.notnull())
    return known.select(
        "obligation_id", window="window_name", value="value", unit="unit", confidence="confidence"
    )


def _lapse(rows: Table) -> Table:
    return rows.select(
        "lapse_id",
        "obligation_id",
        "part",
        "clock",
        "practitioner",
        "team",
        "pdu",
        "severity",
        opened_on=as_day(rows.opened),
        closed_on=as_day(rows.closed),
    ).select(
        "lapse_id",
        "obligation_id",
        "part",
        "clock",
        "opened_on",
        "closed_on",
        "practitioner",
        "team",
        "pdu",
        "severity",
    )


def _duty_state(rows: Table) -> Table:
    return rows.select(
        "case_id",
        "duty",
        "state",
        since=as_day(rows.since),
        due_on=as_day(rows.due),
        unknown_because=rows.unknown_because,
    )


def _population(records: Records, rows: Table) -> Table:
    placed = cut(rows, records.holders)
    return placed.select(
        "duty",
        "case_id",
        "team",
        "pdu",
        opened_on=as_day(placed.opened),
        closed_on=as_day(placed.closed),
        unknown_because=placed.unknown_because,
    )


def _case_span(records: Records) -> Table:
    """Who held each case when, while it was under a sentence; with no holder where nobody did."""
    rows = both(records.holders, records.life)
    return rows.select(
        "case_id",
        "practitioner",
        "team",
        "pdu",
        "region",
        opened_on=as_day(rows.opened),
        closed_on=as_day(rows.closed),
    )
