"""Readings made elsewhere, brought in and signed by the same rules as one made here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from assay.access.accounts.models import User
from assay.access.audit.actions import record as log
from assay.access.audit.types import Subject, Verb, actor_of
from assay.core.errors import Refused
from assay.core.messages import message
from assay.core.standards import load
from assay.core.standards.types import Framework
from assay.inspection.assessments import rules
from assay.inspection.assessments.models import GivenAnswer, GivenFact, Reading
from assay.inspection.assessments.types import Brought
from assay.inspection.programmes import actions as programmes
from assay.inspection.programmes.actions import subject_of
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.permissions import check_lead
from assay.inspection.samples.models import IN, SampledCase


@transaction.atomic
def import_readings(inspection: Inspection, *, readings: Sequence[Brought], by: User) -> int:
    """Bring in and sign readings of drawn cases; returns how many. All or none.

    Each is checked as a signature here is: facts, answers and their scales, nothing missing. A case that
    has a reading is refused. The cases must be allocated, so that each reading has a reader.
    """
    check_lead(inspection, by)
    framework = load(inspection.framework_id, inspection.framework_version)
    cases = _cases_for(inspection, readings)
    now = timezone.now()
    rows = Reading.objects.bulk_create(
        [_row(cases[each.assignment_ref], each, framework, now) for each in readings], batch_size=200
    )
    answers: list[GivenAnswer] = []
    facts: list[GivenFact] = []
    for made, each in zip(rows, readings, strict=True):
        reader = made.case.reader
        assert reader is not None, "checked above"
        answers += [
            GivenAnswer(
                reading=made,
                question=one.question,
                value=one.value,
                note=one.note,
                reason=one.reason,
                by=reader,
                at=now,
            )
            for one in each.answers.values()
        ]
        facts += [
            GivenFact(reading=made, code=code, value=value, by=reader, at=now)
            for code, value in each.facts.items()
            if value is not None
        ]
    GivenAnswer.objects.bulk_create(answers, batch_size=500)
    GivenFact.objects.bulk_create(facts, batch_size=500)
    log(
        Verb.COLLECTION,
        by=actor_of(by),
        subject=(subject_of(inspection), *(Subject("case", each.case.crn) for each in rows)),
        what="Readings made elsewhere were brought in",
        details={"readings": len(rows), "answers": len(answers)},
    )
    unread = SampledCase.objects.filter(draw__inspection=inspection, standing=IN).exclude(
        pk__in=Reading.objects.filter(signed_at__isnull=False).values("case")
    )
    if inspection.state == "reading" and not unread.exists():
        programmes.move(inspection, "finish_reading", by=by)
    return len(rows)


def _cases_for(inspection: Inspection, readings: Sequence[Brought]) -> dict[str, SampledCase]:
    cases = {
        each.assignment: each
        for each in SampledCase.objects.filter(draw__inspection=inspection, standing=IN).select_related(
            "reader"
        )
    }
    begun = set(Reading.objects.filter(case__in=cases.values()).values_list("case_id", flat=True))
    for each in readings:
        case = cases.get(each.assignment_ref)
        if case is None:
            raise Refused(message("{ref} is not in the sample.", ref=each.assignment_ref))
        if case.reader is None:
            raise Refused(message("Allocate the cases first: {ref} has no reader.", ref=each.assignment_ref))
        if case.pk in begun:
            raise Refused(message("{ref} has a reading already.", ref=each.assignment_ref))
    return cases


def _row(case: SampledCase, brought: Brought, framework: Framework, now: datetime) -> Reading:
    for code, value in brought.facts.items():
        rules.check_fact(framework.fact(code), value)
    for each in brought.answers.values():
        rules.check_answer(framework, each.question, value=each.value, reason=each.reason)
    standing = rules.standing(
        framework,
        facts=brought.facts,
        answers={code: each.value for code, each in brought.answers.items() if each.value},
        interview=brought.interview,
        not_because=brought.not_interviewed_because,
    )
    if standing.missing:
        parts = "; ".join(each.worded() for each in standing.missing)
        raise Refused(message("{ref} cannot be signed. {parts}.", ref=brought.assignment_ref, parts=parts))
    return Reading(
        case=case,
        framework_id=framework.id,
        framework_version=framework.version,
        interview_outcome=brought.interview,
        not_interviewed_because=brought.not_interviewed_because,
        instrument=standing.routed.instrument,
        opened_at=now,
        saved_at=now,
        signed_at=now,
        signed_by=case.reader,
    )
