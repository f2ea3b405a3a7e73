"""The organisation tree, taken over from the records, so that roles in a unit reach the units below it."""

from __future__ import annotations

from assay.records.store import Snapshot

UNITS = """
SELECT unit_code, name, kind, parent_code, predecessor_code, opened_on, closed_on
FROM r.organisation ORDER BY unit_code
"""


def take_units(snapshot: Snapshot) -> int:
    """Bring the application's tree up to the snapshot's; returns how many units were new or changed."""
    from assay.access.accounts.actions import set_units
    from assay.access.accounts.types import UnitDetails
    from assay.access.audit.types import SYSTEM
    from assay.records.store import open_snapshot

    with open_snapshot(snapshot) as reader:
        rows = reader.rows(UNITS)
    return set_units(
        [
            UnitDetails(
                code=row["unit_code"],
                name=row["name"],
                kind=row["kind"],
                parent_code=row["parent_code"] or "",
                predecessor_code=row["predecessor_code"] or "",
                opened_on=row["opened_on"],
                closed_on=row["closed_on"],
            )
            for row in rows
        ],
        by=SYSTEM,
    )
