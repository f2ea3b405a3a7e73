"""From the definitions to the statements that make a night, in order. Nothing here reads a record."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import date

import ibis

from assay.assurance.duties.catalogue import rules
from assay.assurance.duties.dialects import DUCKDB, Dialect
from assay.assurance.duties.gathering import SLOTS, gather, slot_of
from assay.assurance.duties.inputs import BEGINNING, Fact
from assay.assurance.duties.ladder import ladder
from assay.assurance.duties.lapses import lapses, reasons
from assay.assurance.duties.obligations import once
from assay.assurance.duties.passing import note_parts, open_ahead, standing
from assay.assurance.duties.records import Records
from assay.assurance.duties.recurring import rolling
from assay.assurance.duties.rules import Once, Rolling
from assay.assurance.duties.scripts import Script, Step
from assay.assurance.duties.states import case_states, population, with_state
from assay.assurance.duties.types import Duty
from assay.assurance.duties.verbs import Table, as_day, both, cut, union
from assay.assurance.duties.weeks import with_team_and_route
from assay.core.policy import Policy

MADE = re.compile(r"\bduties_(?:\d+|all_[a-z]+)\b")
WHOLE = re.compile(r"\bduties_whole_\d+\b")
BY_DUTY = ("duty", "place")
"""The order of what is read of one duty and all cases, and never of one case: little else is fetched then."""


def say(policy: Policy, *, on: date, only: Collection[str] = (), dialect: Dialect = DUCKDB) -> Script:
    """The night under the policy in force on a day: of the duties with these codes, or the whole of it."""
    records = Records(policy, on=on, dialect=dialect)
    open_ahead(records)
    said = []
    for duty, rule in rules():
        if not only or duty.code in only:
            records.duty = duty.code
            said.append((duty, rule(records)))
    gather(records, said)
    note_parts(records)
    raised = once(records, own_life=_own_life(said))
    falling = rolling(records)
    obligations = records.keep(union(raised.obligations, falling.obligations))
    pieces = records.keep(union(raised.pieces, falling.pieces))
    raisers = union(raised.raisers, falling.raisers.select(*raised.raisers.columns))
    states = with_state(records, obligations, pieces)
    lapsed = lapses(records, obligations, pieces)
    names = _names(records, obligations.semi_join(lapsed, "obligation_id"))
    _give(records, "obligation", _obligation(records, states), [*BY_DUTY, "triggered_on", "obligation_id"])
    _give(records, "lapse", _lapse(lapsed, names), [*BY_DUTY, "clock", "opened_on", "lapse_id"])
    reason = _reason(reasons(records, obligations, raisers, lapsed), names)
    _give(records, "reason", reason, ["place", "side", "clause", "row_id", "lapse_id"])
    now = _duty_state(records, case_states(records, states, pieces))
    _give(records, "duty_state", now, ["place"])
    belonged = population(records)
    _give(
        records,
        "population",
        _population(records, belonged),
        [*BY_DUTY, "opened_on", "closed_on", "unknown_because"],
    )
    _give(records, "case_span", _case_span(records), ["place", "opened_on"])
    order = ["place", "agency", "asked_on", "needed_on", "enquiry_id"]
    _give(records, "ladder", ladder(records, states), order)
    _give(records, "standing", standing(records), ["place"])
    return Script(
        tables=records.everybody.tables | records.tables,
        whole=_tidied(records.everybody.steps, keep=_read(records.steps)),
        steps=_tidied(records.steps),
        brought=tuple(sorted(records.brought | records.everybody.brought)),
        duties=tuple(_fact(*each) for each in said),
    )


def _give(records: Records, name: str, rows: Table, order: list[str]) -> None:
    """``place`` keeps the rows of a case together; it only orders them."""
    records.give(rows, name=name, order=order, without=("place",))


def _own_life(said: Collection[tuple[Duty, Once | Rolling]]) -> list[int]:
    return [slot_of(duty) for duty, rule in said if isinstance(rule, Once) and rule.life is not None]


def _fact(duty: Duty, rule: Once | Rolling) -> Fact:
    return Fact(
        number=slot_of(duty),
        code=duty.code,
        version=duty.version,
        severity=rule.severity,
        severe=rule.severe if isinstance(rule, Once) else 0,
        tables=duty.tables,
    )


def _read(steps: list[Step]) -> frozenset[str]:
    return frozenset(name for step in steps for name in WHOLE.findall(step.sql))


def _tidied(steps: list[Step], *, keep: Collection[str] = ()) -> tuple[Step, ...]:
    """The steps, each with the tables that no later one reads, which bounds the memory."""
    last: dict[str, int] = {}
    for place, step in enumerate(steps):
        named = (*MADE.findall(step.sql), *WHOLE.findall(step.sql), *filter(None, [step.into]))
        last |= dict.fromkeys(named, place)
    done: dict[int, list[str]] = {}
    for name, place in last.items():
        if name in keep or (WHOLE.fullmatch(name) and not keep):
            continue
        done.setdefault(place, []).append(name)
    return tuple(replace(step, done=tuple(sorted(done.get(place, ())))) for place, step in enumerate(steps))


def _coded(records: Records, rows: Table) -> Table:
    """The rows with the ``crn`` of their case, and the ``code`` and ``definition`` of their duty."""
    duties = records.duties.select("code", "definition", slot="number")
    rows = rows.join(duties, rows.key % SLOTS == duties.slot).drop("slot")
    cases = records.cases.select("crn", named_case="case_id")
    return rows.join(cases, rows.case_id == cases.named_case).drop("named_case")


def _name(rows: Table) -> Table:
    """As :func:`assay.assurance.duties.identity.name_of`, in the database."""
    key = rows.code + "|" + rows.crn + "|" + rows.table + "|" + rows.anchor_id
    return key.hexdigest("sha256")[:32]


def _names(records: Records, obligations: Table) -> Table:
    """What else the rows of a lapse are known by: its name, case and duty."""
    rows = _coded(records, obligations.select("obligation_id", "key", "case_id", "table", "anchor_id"))
    return records.keep(rows.select("obligation_id", "crn", "code", place="key", name=_name(rows)))


def _obligation(records: Records, rows: Table) -> Table:
    rows = _coded(records, with_team_and_route(records, rows))
    return rows.select(
        place=rows.key,
        obligation_id=_name(rows),
        duty=rows.code,
        case_id=rows.crn,
        anchor_id=rows.anchor_id,
        triggered_on=as_day(rows.on),
        due_on=as_day(rows.due),
        met_on=as_day(rows.met),
        state=rows.state,
        excused_by=rows.excused_by,
        # What another window would need to know: see whatif.py.
        excused_on=as_day(rows.excuse),
        ended_on=as_day(rows.life_closed),
        required=rows.required,
        unsure=rows.unsure,
        unknown_because=rows.unknown_because,
        # What the rates through the weeks need: see rollups.py.
        team=rows.team,
        left_by=rows.left_by,
        window=rows.window_name,
        window_from=as_day(rows.window_from.nullif(BEGINNING)),
        definition_version=rows.definition,
        policy_version=ibis.literal(records.policy.version),
    )


def _lapse(rows: Table, names: Table) -> Table:
    rows = rows.drop("key", "case_id").join(names, "obligation_id")
    return rows.select(
        place=rows.place,
        lapse_id=rows.name,
        obligation_id=rows.name,
        duty=rows.code,
        case_id=rows.crn,
        part=rows.part,
        clock=rows.clock,
        opened_on=as_day(rows.opened),
        closed_on=as_day(rows.closed),
        practitioner=rows.practitioner,
        team=rows.team,
        pdu=rows.pdu,
        severity=rows.severity,
    )


def _reason(rows: Table, names: Table) -> Table:
    rows = rows.join(names, "obligation_id")
    return rows.select(
        place=rows.place,
        lapse_id=rows.name,
        case_id=rows.crn,
        clause=rows.clause,
        side=rows.side,
        row_id=rows.row_id,
    )


def _duty_state(records: Records, rows: Table) -> Table:
    rows = _coded(records, rows)
    return rows.select(
        place=rows.key,
        case_id=rows.crn,
        duty=rows.code,
        state=rows.state,
        since=as_day(rows.since),
        due_on=as_day(rows.due),
        unknown_because=rows.unknown_because,
    )


def _population(records: Records, belonged: Table) -> Table:
    rows = _coded(records, cut(belonged, records.holders))
    return rows.select(
        place=rows.key,
        duty=rows.code,
        case_id=rows.crn,
        team=rows.team,
        pdu=rows.pdu,
        opened_on=as_day(rows.opened),
        closed_on=as_day(rows.closed),
        unknown_because=rows.unknown_because,
    )


def _case_span(records: Records) -> Table:
    """Who held each case when, while it was under a sentence; with no holder where nobody did."""
    rows = both(records.holders, records.life)
    cases = records.cases.select("crn", named_case="case_id")
    rows = rows.join(cases, rows.case_id == cases.named_case)
    return rows.select(
        place=rows.case_id,
        case_id=rows.crn,
        practitioner=rows.practitioner,
        team=rows.team,
        pdu=rows.pdu,
        region=rows.region,
        opened_on=as_day(rows.opened),
        closed_on=as_day(rows.closed),
    )
