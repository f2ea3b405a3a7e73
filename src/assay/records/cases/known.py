"""A case's rows as they were known at the end of a day."""

from __future__ import annotations

from datetime import date
from typing import Any

from assay.core.dates import london_day
from assay.records.store import Reader

Row = dict[str, Any]

# Days that come after a row was first written. Where one lies after the day looked at, it was not known.
LATER_DAYS = (
    "closed_on",
    "ended_on",
    "signed_on",
    "locked_on",
    "completed_on",
    "countersigned_on",
    "answered_on",
    "died_on",
)
# What the source writes with an answer, and when.
WITH_ANSWER = ("answered_on", "reply", "answered_contact_id", "answer_recorded_at")


class Rows:
    """One case's rows by table. Each table is read once. When a later day of a row was written the records do
    not say, so such a day counts as known once it has come; only an answer has an instant of its own."""

    def __init__(self, reader: Reader, crn: str, as_known_on: date) -> None:
        self._reader, self._crn, self._day = reader, crn, as_known_on
        self._read: dict[str, list[Row]] = {}

    def __call__(self, table: str) -> list[Row]:
        if table not in self._read:
            rows = (
                self._reader.words(self._crn) if table == "words" else self._reader.of_case(table, self._crn)
            )
            self._read[table] = [as_known(each, self._day) for each in rows if was_known(each, self._day)]
        return self._read[table]


def was_known(row: Row, day: date) -> bool:
    """Whether the row was written by the end of the day. Rows without an instant always were."""
    written = row.get("recorded_at") or row.get("written_at")
    return written is None or london_day(written) <= day


def as_known(row: Row, day: date) -> Row:
    """The row without what was not known."""
    known = {
        name: None if name in LATER_DAYS and value and value > day else value for name, value in row.items()
    }
    written = row.get("answer_recorded_at")
    if "answered_on" in known and (known["answered_on"] is None or (written and london_day(written) > day)):
        known |= dict.fromkeys(WITH_ANSWER)
    return known
