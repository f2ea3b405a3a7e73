"""Inspections with readings and reports for tests, made through the actions people use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from assay.inspection.assessments.bringing import import_readings
from assay.inspection.programmes import actions as programmes
from assay.inspection.programmes.models import Inspection
from assay.inspection.reports import actions as reports
from assay.inspection.reports.models import Report
from assay.inspection.samples import actions as samples
from assay.inspection.samples.models import IN, SampledCase
from tests.factories import inspections as factory

SIZES = MappingProxyType({"N52A": 20, "N52B": 40})
JUDGEMENT = "Leaders wanted to keep people safe.\n\nThe work did not yet show it."


def read(
    cast: Any,
    *,
    readings: Sequence[dict[str, str]] = ({}, {"E1": "no"}),
    facts: Sequence[dict[str, Any]] = ({},),
    size: int = 30,
    sizes: Mapping[str, int] = SIZES,
) -> Inspection:
    """A moderated inspection of ``size`` cases of those in ``sizes``, by PDU; ``readings`` and ``facts`` are
    what is changed in the answers and facts, dealt out in turn."""
    draw = factory.sealed(cast, sizes=sizes, size=size)
    made = draw.inspection
    samples.allocate(made, by=cast.lead_inspector)
    made.refresh_from_db()
    cases = SampledCase.objects.filter(draw=draw, standing=IN).order_by("number")
    dealt = [
        factory.brought(case, {**factory.FACTS, **facts[n % len(facts)]}, **readings[n % len(readings)])
        for n, case in enumerate(cases)
    ]
    import_readings(made, readings=dealt, by=cast.lead_inspector)
    made.refresh_from_db()
    programmes.moderate(made, by=cast.lead_inspector)
    made.refresh_from_db()
    return made


def draft(cast: Any, inspection: Inspection | None = None, *, synthetic: bool = True) -> Report:
    """A report with its words written, not yet sent."""
    made = reports.begin(inspection or read(cast), by=cast.lead_inspector, synthetic=synthetic)
    return reports.write(
        made,
        by=cast.lead_inspector,
        title="Invented Region 2026",
        judgement=JUDGEMENT,
        limits="Short notice.",
    )


def ready(cast: Any, **more: Any) -> Report:
    """A report with the second person."""
    return reports.send_for_release(draft(cast, **more), by=cast.lead_inspector)


def released(cast: Any, **more: Any) -> Report:
    """A report everybody can read."""
    return reports.release(ready(cast, **more), by=cast.publisher)


def begin(cast: Any, *, judgement: str) -> Report:
    """A released report with a judgement of one's own."""
    made = reports.begin(read(cast), by=cast.lead_inspector, synthetic=True)
    reports.write(made, by=cast.lead_inspector, title="T", judgement=judgement, limits="")
    return reports.release(reports.send_for_release(made, by=cast.lead_inspector), by=cast.publisher)


def release_again(cast: Any, first: Report, *, note: str) -> Report:
    """The next version, released."""
    made = reports.begin(first.inspection, by=cast.lead_inspector, synthetic=True, revision_note=note)
    return reports.release(reports.send_for_release(made, by=cast.lead_inspector), by=cast.publisher)


def read_with_one_woman(cast: Any) -> Inspection:
    """A moderated inspection in which one person is a woman and all others are men."""
    return read(cast, facts=[{"sex": "female"}, *[{}] * 29])
