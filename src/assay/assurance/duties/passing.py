"""What the mere passing of time changes: of each case the first day, after the as-at day, on which what a
night says of it may be another though nothing was recorded.

Between two days on which every day that is compared with the as-at day lies on the same side of it, nothing
changes. So every such day that lies ahead is noted: by the statements where they compare
(:meth:`.asking.Asking.note`), here those in the parts of the duties, and by :func:`.inputs.ahead` those that
stand in the records.
A change of the policy, the calendar or the definitions is no matter of days: then everything is made anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assay.assurance.duties.asking import AHEAD, given
from assay.assurance.duties.gathering import DAY, SHARED, SLOTS
from assay.assurance.duties.records import Records
from assay.assurance.duties.verbs import Table, as_day, union

COLUMNS: Mapping[str, str] = MappingProxyType({"case_id": DAY, "on": DAY})
NO_DAYS = ("key", "case_id")


def open_ahead(records: Records) -> None:
    """From here on what is compared with the as-at day is noted."""
    records.share(AHEAD, COLUMNS)


def note_parts(records: Records) -> None:
    """Every day in the parts of the duties: that something happened, opened, closed or was known. With them
    is put what the definitions noted."""
    for slot, schema in SHARED.items():
        rows = records.shared(slot)
        case = (rows.key - rows.key % SLOTS) / SLOTS
        days = [name for name, kind in schema.items() if kind == DAY and name not in NO_DAYS]
        records.note(rows.mutate(case_id=case.cast("int64")), *[rows[name] for name in days])
    records.put_noted()


def standing(records: Records) -> Table:
    """Each case with something ahead, and until when what is said of it stands if nothing is recorded."""
    records.put_noted()
    rows = union(records.shared(AHEAD), given(AHEAD).join(given("case").drop("became"), "crn").drop("crn"))
    first = rows.group_by("case_id").agg(on=rows.on.min())
    first = first.join(records.cases, "case_id")
    return first.select(place=first.case_id, case_id=first.crn, until_on=as_day(first.on))
