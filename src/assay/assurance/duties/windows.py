"""Gives each trigger the window in force on its day, and the day it is due.

A later version that applies to all stands for every day; one that applies to what is open is a second
candidate, taken if the duty was still open when that version came in force.
"""

from __future__ import annotations

import ibis

from assay.assurance.duties.records import Records
from assay.assurance.duties.verbs import Table, due_after


def with_due(records: Records, triggers: Table) -> Table:
    """Each trigger once for each version of its window that may hold, with ``due``. A trigger of no window
    (``unsure``) comes once, due on no day."""
    known = records.windows
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
    candidates = joined.mutate(event_id=ibis.row_number(), counted_from=joined.on)
    timed = due_after(records.keep(candidates), records.calendar, records.pauses)
    without_window = triggers.filter(triggers.window.isnull()).mutate(
        **{name: ibis.null(kind) for name, kind in known.schema().items()},
        event_id=-1 - triggers.trigger_id,
        counted_from=triggers.on,
        due=ibis.null("int64"),
    )
    return records.keep(timed.union(without_window.select(*timed.columns)))
