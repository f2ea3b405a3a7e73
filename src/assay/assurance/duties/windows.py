"""Gives each trigger the window in force on its day, and the day it is due.

A later version that applies to all stands for every day; one that applies to what is open is a second
candidate, taken if the duty was still open when that version came in force.
"""

from __future__ import annotations

from collections.abc import Iterable

import ibis
import pyarrow as pa

from assay.assurance.duties.records import Records
from assay.assurance.duties.verbs import BEGINNING, FOREVER, Table, due_after, number_of
from assay.core.policy import Window

SCHEMA = {
    "window_name": "string",
    "value": "int64",
    "unit": "string",
    "confidence": "string",
    "length": "int64",
    "working": "boolean",
    "from_day": "int64",
    "to_day": "int64",
    "reach": "string",
}


def versions(records: Records, names: Iterable[str]) -> Table:
    """Every version of the windows, by the days it is in force."""
    rows = []
    for name in sorted(set(names)):
        known = records.policy.windows[name]
        overriding = [each for each in known if each.applies_to == "all"]
        first = overriding[-1] if overriding else None
        for each in known:
            if first is not None and each.in_force_from < first.in_force_from:
                continue
            rows.append(_row(each, always=each is first))
    return records.given(pa.Table.from_pylist(rows, schema=ibis.schema(SCHEMA).to_pyarrow()))


def _row(window: Window, *, always: bool) -> dict[str, object]:
    closed = window.in_force_to
    return {
        "window_name": window.name,
        "value": window.value,
        "unit": window.unit,
        "confidence": window.confidence,
        "length": window.length,
        "working": window.in_working_days,
        "from_day": BEGINNING if always else number_of(window.in_force_from),
        "to_day": FOREVER if closed is None else number_of(closed),
        "reach": window.applies_to,
    }


def with_due(records: Records, triggers: Table) -> Table:
    """Each trigger once for each version of its window that may hold, with ``due``. A trigger of no window
    (``unsure``) comes once, due on no day."""
    known = versions(records, _names(records, triggers))
    joined = triggers.join(
        known,
        [
            triggers.window == known.window_name,
            (
                (known.from_day <= triggers.on) & (triggers.on < known.to_day)
                | (known.reach == "open") & (triggers.on < known.from_day)
            ),
        ],
    )
    candidates = joined.mutate(
        event_id=joined.trigger_id + "|" + joined.from_day.cast("string"), counted_from=joined.on
    )
    timed = due_after(records.keep(candidates), records.calendar, records.pauses)
    without_window = triggers.filter(triggers.window.isnull()).mutate(
        **{name: ibis.null(kind) for name, kind in SCHEMA.items()},
        event_id=triggers.trigger_id,
        counted_from=triggers.on,
        due=ibis.null("int64"),
    )
    return records.keep(timed.union(without_window.select(*timed.columns)))


def _names(records: Records, triggers: Table) -> list[str]:
    found = triggers.filter(triggers.window.notnull()).select("window").distinct()
    return [row["window"] for row in records.answer(found).to_pylist()]
