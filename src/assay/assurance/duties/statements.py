"""From the definitions to the statements that make a night, in order. Nothing here reads a record."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

import ibis

from assay.assurance.duties.catalogue import duties, rules
from assay.assurance.duties.ladder import ladder
from assay.assurance.duties.lapses import lapses, reasons
from assay.assurance.duties.obligations import Found, find
from assay.assurance.duties.records import Records
from assay.assurance.duties.scripts import Script, Step
from assay.assurance.duties.states import case_states, population, with_state
from assay.assurance.duties.verbs import Table, as_day, both, cut, union
from assay.core.policy import Policy

MADE = re.compile(r"\bduties_\d+\b")

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


def say(policy: Policy, *, on: date, only: Collection[str] = ()) -> Script:
    """The night under the policy in force on a day: of the duties with these codes, or the whole of it."""
    records = Records(policy, on=on)
    parts: dict[str, list[Table]] = {name: [] for name in ORDER}
    obligations: dict[str, Table] = {}
    for duty, rule in rules():
        if only and duty.code not in only:
            continue
        records.duty = duty.code
        found = find(records, duty, rule(records))
        states = with_state(records, found)
        obligations[duty.code] = states
        lapsed = lapses(records, found)
        parts["obligation"].append(_obligation(records, found, states))
        parts["window_used"].append(_window_used(found, states))
        parts["lapse"].append(_lapse(found, lapsed))
        parts["reason"].append(_reason(found, reasons(records, found, lapsed)))
        parts["duty_state"].append(_duty_state(records, case_states(records, found, states)))
        parts["population"].append(_population(records, population(records, found)))
    records.duty = ""
    parts["case_span"].append(_case_span(records))
    parts["ladder"].append(ladder(records, obligations))
    for name, found_parts in parts.items():
        records.give(union(*found_parts), name=name, order=ORDER[name])
    return Script(
        steps=_tidied(records.steps),
        brought=tuple(sorted(records.brought)),
        versions={each.code: str(each.version) for each in duties()},
    )


def _tidied(steps: list[Step]) -> tuple[Step, ...]:
    """The steps with every table dropped as soon as no later step reads it, which bounds the memory."""
    last: dict[str, int] = {}
    for place, step in enumerate(steps):
        last |= dict.fromkeys(MADE.findall(step.sql), place)
    tidied: list[Step] = []
    for place, step in enumerate(steps):
        tidied.append(step)
        done = sorted({name for name in MADE.findall(step.sql) if last[name] == place})
        tidied += [Step(duty=step.duty, sql=f"DROP TABLE {name}") for name in done]
    return tuple(tidied)


def _obligation(records: Records, found: Found, rows: Table) -> Table:
    rows = rows.join(found.names, "obligation_id").join(records.cases, "case_id")
    return rows.select(
        obligation_id=rows.name,
        duty=ibis.literal(found.duty.code),
        case_id=rows.crn,
        anchor_id=rows.anchor_id,
        triggered_on=as_day(rows.on),
        due_on=as_day(rows.due),
        met_on=as_day(rows.met),
        state=rows.state,
        excused_by=rows.excused_by,
        unknown_because=rows.unknown_because,
        definition_version=ibis.literal(f"{found.duty.code}.{found.duty.version}"),
        policy_version=ibis.literal(records.policy.version),
    )


def _window_used(found: Found, rows: Table) -> Table:
    known = rows.filter(rows.window_name.notnull()).join(found.names, "obligation_id")
    return known.select(
        obligation_id="name", window="window_name", value="value", unit="unit", confidence="confidence"
    )


def _reason(found: Found, rows: Table) -> Table:
    rows = rows.join(found.names, rows.lapse_id == found.names.obligation_id)
    return rows.select(lapse_id="name", clause="clause", side="side", row_id="row_id")


def _lapse(found: Found, rows: Table) -> Table:
    rows = rows.join(found.names, "obligation_id")
    return rows.select(
        lapse_id=rows.name,
        obligation_id=rows.name,
        part=rows.part,
        clock=rows.clock,
        opened_on=as_day(rows.opened),
        closed_on=as_day(rows.closed),
        practitioner=rows.practitioner,
        team=rows.team,
        pdu=rows.pdu,
        severity=rows.severity,
    )


def _duty_state(records: Records, rows: Table) -> Table:
    rows = rows.join(records.cases, "case_id")
    return rows.select(
        case_id=rows.crn,
        duty=rows.duty,
        state=rows.state,
        since=as_day(rows.since),
        due_on=as_day(rows.due),
        unknown_because=rows.unknown_because,
    )


def _population(records: Records, rows: Table) -> Table:
    placed = cut(rows, records.holders).join(records.cases, "case_id")
    return placed.select(
        duty=placed.duty,
        case_id=placed.crn,
        team=placed.team,
        pdu=placed.pdu,
        opened_on=as_day(placed.opened),
        closed_on=as_day(placed.closed),
        unknown_because=placed.unknown_because,
    )


def _case_span(records: Records) -> Table:
    """Who held each case when, while it was under a sentence; with no holder where nobody did."""
    rows = both(records.holders, records.life).join(records.cases, "case_id")
    return rows.select(
        case_id=rows.crn,
        practitioner=rows.practitioner,
        team=rows.team,
        pdu=rows.pdu,
        region=rows.region,
        opened_on=as_day(rows.opened),
        closed_on=as_day(rows.closed),
    )
