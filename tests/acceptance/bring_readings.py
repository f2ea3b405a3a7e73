"""Brings the readings that nobody made in the browser into an inspection, by the ordinary action.

Run with the inspectorate's settings: ``bring_readings.py NAME``. Every second case is answered "no" where the
judgement is made, so that shares are neither none nor all.
"""

from __future__ import annotations

import sys

import django

django.setup()

from assay.access.accounts.models import User
from assay.core.standards import load
from assay.inspection.assessments.bringing import import_readings
from assay.inspection.assessments.models import Reading
from assay.inspection.assessments.types import Brought
from assay.inspection.programmes.models import Inspection
from assay.inspection.samples.models import SampledCase
from tests.factories.inspections import FACTS, FRAMEWORK, answers

inspection = Inspection.objects.get(name=sys.argv[1])
lead = User.objects.get(username="ines.lead")
begun = Reading.objects.filter(case__draw__inspection=inspection).values("case")
cases = SampledCase.objects.filter(draw__inspection=inspection, standing="in").exclude(pk__in=begun)
judged = [question.code for _, question in load(FRAMEWORK).asked("core") if question.judges]
readings = [
    Brought(
        assignment_ref=case.assignment,
        facts=FACTS,
        answers=answers(FACTS, **dict.fromkeys(judged, "yes" if place % 2 else "no")),
    )
    for place, case in enumerate(cases.order_by("number"))
]
print(import_readings(inspection, readings=readings, by=lead))
