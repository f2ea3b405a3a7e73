"""Names of staff and units, read once for each snapshot: they are few, and every page needs them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assay.records.store import Reader, Snapshot, small_table

STAFF = ("staff_code", "forename", "surname", "grade", "manager_code", "username")
UNITS = ("unit_code", "kind", "name", "parent_code")


@dataclass(frozen=True, slots=True)
class Names:
    """What codes of staff and units stand for. Codes the records do not explain stand for themselves."""

    staff: dict[str, dict[str, Any]]
    units: dict[str, dict[str, Any]]

    def of_staff(self, code: str | None) -> str:
        row = self.staff.get(code or "")
        return f"{row['forename']} {row['surname']}" if row else code or ""

    def of_unit(self, code: str | None) -> str:
        row = self.units.get(code or "")
        return str(row["name"]) if row else code or ""

    def above(self, code: str, kind: str) -> str:
        """The unit of that kind which the unit belongs to, itself included; empty if there is none."""
        seen = set[str]()
        while code and code not in seen:
            seen.add(code)
            row = self.units.get(code)
            if row is None:
                return ""
            if row["kind"] == kind:
                return code
            code = row["parent_code"] or ""
        return ""


def names(reader: Reader) -> Names:
    """The names in the reader's snapshot."""
    return _names(reader.snapshot)


@lru_cache(maxsize=4)
def _names(snapshot: Snapshot) -> Names:
    staff = small_table(snapshot, "practitioner", STAFF)
    units = small_table(snapshot, "organisation", UNITS)
    return Names({each["staff_code"]: each for each in staff}, {each["unit_code"]: each for each in units})
