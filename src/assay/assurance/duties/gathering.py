"""The parts of every duty's sentence, brought together in tables that all duties share.

A row belongs to a duty and a case at once: its ``key`` is the case's number times :data:`SLOTS` plus the
duty's number. So one set of statements works out every duty, and rows of a case stay side by side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import ibis

from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Demand, Once, Rolling
from assay.assurance.duties.types import Duty
from assay.assurance.duties.verbs import Table, union

SLOTS = 100
LAST_SEEN, START = "last_seen", "start"

DAY, TEXT = "int64", "string"
SHARED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        # What raises a duty once.
        "trigger": {
            "key": DAY,
            "case_id": DAY,
            "on": DAY,
            "known": DAY,
            "since": DAY,
            "table": TEXT,
            "row_id": TEXT,
            "clause": TEXT,
            "window": TEXT,
            "unsure": TEXT,
        },
        # What meets it.
        "evidence": {"key": DAY, "on": DAY, "known": DAY, "row_id": TEXT},
        # What ends it without meeting it.
        "excuse": {
            "key": DAY,
            "on": DAY,
            "known": DAY,
            "row_id": TEXT,
            "clause": TEXT,
            "first": DAY,
            "last": DAY,
            "for_anchor": TEXT,
            "for_window": TEXT,
        },
        # When it is required, not expected, and when the records cannot say.
        "population": {"key": DAY, "case_id": DAY, "opened": DAY, "closed": DAY},
        "exempt": {"key": DAY, "opened": DAY, "closed": DAY, "clause": TEXT, "row_id": TEXT},
        "unknown": {"key": DAY, "case_id": DAY, "opened": DAY, "closed": DAY, "clause": TEXT},
        # Which rows make the population, when a lapse weighs more, and what comes close to evidence.
        "because": {"key": DAY, "opened": DAY, "closed": DAY, "clause": TEXT, "row_id": TEXT},
        "severe": {"key": DAY, "opened": DAY, "closed": DAY},
        "near": {"key": DAY, "on": DAY, "clause": TEXT, "row_id": TEXT},
        # When an occurrence can stand, where that is not the time under a sentence.
        "life": {"key": DAY, "case_id": DAY, "opened": DAY, "closed": DAY},
        # Duties that keep falling due: what their windows count from, and what they demand when.
        "mark": {
            "key": DAY,
            "case_id": DAY,
            "on": DAY,
            "known": DAY,
            "table": TEXT,
            "row_id": TEXT,
            "clause": TEXT,
        },
        "demand": {
            "key": DAY,
            "case_id": DAY,
            "opened": DAY,
            "closed": DAY,
            "window": TEXT,
            "clause": TEXT,
        },
    }
)


def slot_of(duty: Duty) -> int:
    """The duty's number: that of its code."""
    return int(duty.code[1:])


def gather(records: Records, said: Sequence[tuple[Duty, Once | Rolling]]) -> None:
    """Puts the parts of these duties into the shared tables."""
    for slot, schema in SHARED.items():
        records.share(slot, schema)
    for duty, rule in said:
        records.duty = duty.code
        _standing(records, duty, rule)
        if isinstance(rule, Once):
            _once(records, duty, rule)
        else:
            _rolling(records, duty, rule)
    records.duty = ""


def _put(records: Records, duty: Duty, slot: str, rows: Table | None) -> None:
    if rows is not None:
        keyed = rows.mutate(key=rows.case_id * SLOTS + slot_of(duty))
        records.put(slot, keyed)


def _standing(records: Records, duty: Duty, rule: Once | Rolling) -> None:
    _put(records, duty, "population", rule.population)
    _put(records, duty, "exempt", rule.exempt)
    _put(records, duty, "because", rule.because)
    _put(records, duty, "near", rule.near)


def _once(records: Records, duty: Duty, rule: Once) -> None:
    _put(records, duty, "trigger", rule.triggers)
    _put(records, duty, "evidence", rule.evidence)
    _put(records, duty, "excuse", rule.excuses)
    _put(records, duty, "unknown", rule.unknown)
    _put(records, duty, "severe", rule.severe_in)
    _put(records, duty, "life", rule.life)


def _rolling(records: Records, duty: Duty, rule: Rolling) -> None:
    _put(records, duty, "mark", _marks(records, rule))
    _put(records, duty, "demand", union(*[_demanded(each) for each in rule.demands]))


def _demanded(demand: Demand) -> Table:
    return demand.spans.select(
        "case_id",
        "opened",
        "closed",
        window=ibis.literal(demand.window),
        clause=ibis.literal(demand.clause),
    )


def _marks(records: Records, rule: Rolling) -> Table:
    """What the windows count from: each day the person was seen, and the start of supervision. One row a
    case and day; being seen goes before a start of the same day."""
    seen = rule.evidence.group_by("case_id", "on").agg(
        row_id=rule.evidence.row_id.min(), known=rule.evidence.known.min()
    )
    seen = records.keep(seen.mutate(clause=ibis.literal(LAST_SEEN), table=ibis.literal("contact")))
    begun = records.supervised.select("case_id", on="opened")
    starts = rule.starts.select("case_id", "row_id", "known", on=rule.starts.opened)
    starts = starts.semi_join(begun, ["case_id", "on"])
    starts = starts.group_by("case_id", "on").agg(row_id=starts.row_id.min(), known=starts.known.min())
    starts = starts.anti_join(seen, ["case_id", "on"])
    starts = starts.mutate(clause=ibis.literal(START), table=ibis.literal("sentence"))
    return union(seen, starts.select(*seen.columns))
