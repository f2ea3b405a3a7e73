"""Rows gathered while the demonstration's stories are told, with days counted from the as-at day."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from assay.core.dates import is_working_day
from assay.records.synthetic import demonstration as fixed
from assay.records.synthetic.wording import MONTHS

Story = Mapping[str, Any]
_DAY = re.compile(r"\{(-?\d+)\}")
HOLDERS = {
    "practitioner": fixed.PRACTITIONER_STAFF_CODE,
    "unaccredited": fixed.UNACCREDITED_STAFF_CODE,
    "spo": fixed.SPO_STAFF_CODE,
}


@dataclass(slots=True)
class Book:
    """Rows gathered table by table while the stories are told."""

    as_at: date
    council: str
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))

    def day(self, offset: int) -> date:
        """The working day at or before that many days from the as-at day; after it for days ahead."""
        step = -1 if offset <= 0 else 1
        day = self.as_at + timedelta(days=offset)
        while not is_working_day(day):
            day += timedelta(days=step)
        return day

    def at(self, offset: int) -> datetime:
        """An afternoon instant of that day."""
        return datetime.combine(self.day(offset), time(15, 30), UTC)

    def add(self, table: str, key: str, prefix: str, **values: Any) -> str:
        """Adds a row under a new key and gives the key."""
        made = f"{prefix}D{len(self.rows[table]) + 1:05d}"
        self.rows[table].append({key: made, **values})
        return made

    def told(self, text: str) -> str:
        """The words with their days as dates."""
        return _DAY.sub(lambda found: _in_words(self.day(int(found[1]))), text)


def _in_words(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
