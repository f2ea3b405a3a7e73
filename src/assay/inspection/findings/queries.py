"""An inspection's figures, for the people who may see them before they are published."""

from __future__ import annotations

from importlib import metadata

from assay.access.accounts.permissions import Someone
from assay.core.standards import load
from assay.inspection.assessments.models import MissedOpportunity
from assay.inspection.assessments.queries import signed_readings
from assay.inspection.assessments.rules import announcement_ends
from assay.inspection.findings import rules
from assay.inspection.findings.definitions import LATE, MISSED, definitions
from assay.inspection.findings.permissions import check_see_findings
from assay.inspection.findings.types import Gathered, Method
from assay.inspection.programmes.models import Inspection
from assay.inspection.samples.models import SampledCase
from assay.inspection.samples.queries import sealed
from assay.inspection.samples.store import open_records


def gathered(inspection: Inspection, *, user: Someone) -> Gathered:
    """Every figure of an inspection, counted now from its signed readings."""
    check_see_findings(inspection, user)
    pinned = (inspection.framework_id, inspection.framework_version)
    made, framework = definitions(*pinned), load(*pinned)
    readings = signed_readings(inspection, user=user)
    draw = sealed(inspection, user=user)
    eligible = {each.pdu_code: each.eligible for each in draw.strata} if draw else None
    return Gathered(
        findings=rules.gather(readings, definitions=made, eligible=eligible, notes=_notes(inspection)),
        profile=rules.profile(readings, lines=made.profile, framework=framework),
        method=Method(
            read=len(readings),
            eligible=sum(eligible.values()) if eligible else None,
            units=len({each.pdu for each in readings}),
            framework=framework.name,
            framework_version=framework.version,
            definitions_version=made.version,
            definitions_hash=made.hash,
            seed=draw.seed if draw else "",
            frame_hash=draw.frame_hash if draw else "",
            code_version=metadata.version("assay"),
        ),
    )


def _notes(inspection: Inspection) -> rules.Notes:
    """The cases in which an opportunity was missed, and those whose record was written in afterwards."""
    missed = MissedOpportunity.objects.filter(reading__case__draw__inspection=inspection)
    drawn = dict(SampledCase.objects.filter(draw__inspection=inspection).values_list("crn", "uuid"))
    return {
        MISSED: {str(each) for each in missed.values_list("reading__case__uuid", flat=True)},
        LATE: {str(drawn[crn]) for crn in _written_after(inspection) if crn in drawn},
    }


def _written_after(inspection: Inspection) -> list[str]:
    """Whose record has an entry written after the day of the announcement; none without a copy of records."""
    with open_records(inspection.uuid) as reader:
        if reader is None:
            return []
        rows = reader.rows(
            "SELECT DISTINCT crn FROM r.contact WHERE recorded_at >= $ends",
            {"ends": announcement_ends(inspection.announced_on)},
        )
    return [each["crn"] for each in rows]
