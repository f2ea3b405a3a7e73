"""Brings the readings that nobody made in the browser into an inspection, by the ordinary action.

Run with the inspectorate's settings: ``bring_readings.py NAME``. Every second case is answered "no" where a
judgement is made, so that shares are neither none nor all. Prints how many readings came in.
"""

from __future__ import annotations

import sys

import django


def bring(name: str) -> int:
    from assay.access.accounts.models import User
    from assay.core.standards import load
    from assay.inspection.assessments.bringing import import_readings
    from assay.inspection.assessments.models import Reading
    from assay.inspection.assessments.types import Brought
    from assay.inspection.programmes.models import Inspection
    from assay.inspection.samples.models import IN, SampledCase
    from tests.factories.inspections import FACTS, FRAMEWORK, answers

    inspection = Inspection.objects.get(name=name)
    begun = Reading.objects.filter(case__draw__inspection=inspection).values("case")
    cases = SampledCase.objects.filter(draw__inspection=inspection, standing=IN).exclude(pk__in=begun)
    judged = [question.code for _, question in load(FRAMEWORK).asked("core") if question.judges]
    readings = [
        Brought(
            assignment_ref=case.assignment,
            facts=FACTS,
            answers=answers(FACTS, **dict.fromkeys(judged, "yes" if place % 2 else "no")),
        )
        for place, case in enumerate(cases.order_by("number"))
    ]
    lead = User.objects.get(username="ines.lead")
    return import_readings(inspection, readings=readings, by=lead)


if __name__ == "__main__":
    django.setup()
    sys.stdout.write(f"{bring(sys.argv[1])}\n")
