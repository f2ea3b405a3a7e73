"""Enquiries that wait for an answer, for the duties about them."""

from __future__ import annotations

import ibis

from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.records import Records
from assay.assurance.duties.verbs import Table, due_after


def sent_to(records: Records, agency: str, kinds: str) -> Table:
    """Enquiries sent to the agency of the kinds in a code set, with ``until``, the day of their own answer.
    What counts from ``until`` is met by that answer and no earlier one; never, where there is none."""
    rows = records.enquiries
    about = sorted(records.codes(kinds))
    sent = rows.filter((rows.agency == agency) & rows.kind.isin(about) & (rows.outcome == "sent"))
    return sent.mutate(until=sent.answered.fill_null(FOREVER))


def came(sent: Table) -> Table:
    """The answers, each on its day."""
    answered = sent.filter(sent.answered.notnull())
    return answered.select("case_id", "row_id", on=answered.answered, known=answered.answer_known)


def overdue(records: Records, sent: Table, window: str) -> Table:
    """The enquiries with no answer by the last day for one, on that day, once it is past: by the window in
    force on the day of asking."""
    known = records.windows.filter(records.windows.window_name == window)
    asked = sent.join(known, [known.from_day <= sent.on, sent.on < known.to_day])
    asked = records.keep(asked.mutate(event_id=ibis.row_number(), counted_from=asked.on))
    timed = due_after(asked, records.calendar, records.workdays, records.pauses)
    unanswered = timed.filter(timed.due < records.as_at, timed.until > timed.due)
    return records.keep(
        unanswered.select("case_id", "row_id", "known", "answered", "answer_known", on=unanswered.due)
    )


def first_since(rows: Table, done: Table) -> Table:
    """For each row, ``then``: the day of the first of what was done for its case on or after its own day.
    Rows with none are left out."""
    given = done.select(done_case="case_id", done_on="on")
    met = rows.join(given, [rows.case_id == given.done_case, rows.on <= given.done_on])
    return met.group_by("row_id").agg(then=met.done_on.min())
