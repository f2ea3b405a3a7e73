"""The slow twin's assessments, by what was filled in of them."""

from __future__ import annotations

from dataclasses import replace

from assay.assurance.duties.reference_cases import Case, Row, Thing
from assay.core.dates import london_day


def signed_on(case: Case, row: Row) -> Thing | None:
    """The assessment on the day it was signed, or else completed; None if neither was by the as-at day."""
    days = [row[name] for name in ("signed_on", "completed_on")]
    came = [day for day in days if day is not None and day <= case.as_at]
    if row["started_on"] > case.as_at or not came:
        return None
    known = max(london_day(row["recorded_at"]), row["started_on"], came[0])
    return Thing(row_id=row["assessment_id"], start=came[0], known=known, row=row)


def filled_in(case: Case, assessment: Thing | None, *kinds: str) -> Thing | None:
    """The assessment on the day a part of each of these kinds was there; None if one never was."""
    if assessment is None:
        return None
    rows = case.events("assessment_part", "part_id", "completed_on")
    rows = [each for each in rows if each.row["assessment_id"] == assessment.row_id]
    day, known = assessment.start, assessment.known
    for kind in kinds:
        ours = [each for each in rows if each.row["part"] in case.codes(kind)]
        if not ours:
            return None
        day = max(day, min(each.start for each in ours))
        known = max(known, min(each.known for each in ours))
    return replace(assessment, start=day, known=max(known, day))
