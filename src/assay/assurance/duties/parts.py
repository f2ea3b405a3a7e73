"""Assessments by what was filled in of them."""

from __future__ import annotations

import ibis

from assay.assurance.duties.records import Records
from assay.assurance.duties.verbs import Table


def signed(records: Records, types: str) -> Table:
    """Assessments of the types in a code set, on the day the assessor signed; on that of completion where
    no signature is on record. What a manager's countersignature takes is not the assessor's."""
    rows = records.dated("assessment", "started_on", "type", "signed_on", "completed_on")
    rows = rows.filter(rows.type.isin(sorted(records.codes(types))))
    rows = rows.mutate(day=rows.signed_on.coalesce(rows.completed_on))
    rows = rows.filter(rows.day.notnull())
    return rows.select("case_id", "row_id", on=rows.day, known=ibis.greatest(rows.known, rows.day))


def parts(records: Records) -> Table:
    """Every part filled in, with its ``assessment_id``, ``part``, ``level`` and ``countersigned_on``."""
    columns = ("assessment_id", "part", "level", "countersigned_on")
    return records.dated("assessment_part", "completed_on", *columns)


def whole(records: Records, assessments: Table, *kinds: str) -> Table:
    """The assessments of which a part of each of these kinds (code sets) was filled in, on the day the last
    of them was, or of the assessment itself if that is later."""
    rows = parts(records)
    first = {}
    for number, kind in enumerate(kinds):
        ours = rows.part.isin(sorted(records.codes(kind)))
        first[f"on_{number}"] = rows.on.min(where=ours)
        first[f"known_{number}"] = rows.known.min(where=ours)
    filled = rows.group_by(part_case="case_id", part_of="assessment_id").agg(**first)
    filled = filled.filter(*[filled[f"on_{number}"].notnull() for number in range(len(kinds))])
    met = assessments.join(
        filled, [assessments.case_id == filled.part_case, assessments.row_id == filled.part_of]
    )
    day = ibis.greatest(met.on, *[met[f"on_{number}"] for number in range(len(kinds))])
    known = ibis.greatest(met.known, day, *[met[f"known_{number}"] for number in range(len(kinds))])
    return records.keep(met.select("case_id", "row_id", on=day, known=known))
