"""Reads of readings. A case is opened by its reader; by the lead once it is signed; by nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import get_args
from uuid import UUID

from django.db.models import QuerySet

from assay.access.accounts.models import User
from assay.access.accounts.permissions import Someone
from assay.core.standards import load
from assay.core.standards.routing import Asked
from assay.core.standards.types import FactValue, Framework
from assay.inspection.assessments import record, rules
from assay.inspection.assessments.models import Reading as Row
from assay.inspection.assessments.permissions import can_open, is_reader
from assay.inspection.assessments.types import (
    Answer,
    CaseLine,
    Evidence,
    FactGiven,
    Flag,
    Interview,
    InterviewOutcome,
    Missed,
    Place,
    Reading,
    ReadingInHand,
    Remark,
)
from assay.inspection.programmes.models import Inspection
from assay.inspection.programmes.permissions import can_lead, is_member
from assay.inspection.samples import store
from assay.inspection.samples.models import IN, SampledCase
from assay.records.cases.permissions import is_barred
from assay.records.store import Snapshot, latest_snapshot, open_snapshot

OUTCOMES: dict[str, InterviewOutcome] = {name: name for name in get_args(InterviewOutcome)}


def row(uuid: UUID | str, *, user: Someone) -> Row | None:
    """The reading itself, for actions; None if there is none or the person may not open it."""
    found = (
        Row.objects.filter(uuid=uuid)
        .select_related("case__draw__inspection__programme", "case__reader")
        .first()
    )
    return found if found is not None and can_open(found.case, user) else None


def reading(uuid: UUID | str, *, user: Someone) -> ReadingInHand | None:
    """A reading as its page shows it; None if there is none or the person may not open it."""
    found = row(uuid, user=user)
    return in_hand(found, user=user) if found is not None else None


def case_record(reading: Row, *, user: Someone) -> record.CaseRecord | None:
    """The case's own record, from the inspection's copy; None where there is none or the person may not.

    A limit of access that names the person is kept here too, whatever was allocated to them.
    """
    if not isinstance(user, User) or not can_open(reading.case, user):
        return None
    inspection = reading.case.draw.inspection
    snapshot = latest_snapshot(store.home_of(inspection.uuid))
    known_as = _KnownAs(staff_code=user.staff_code, delius_username=user.delius_username)
    if snapshot is None or _is_barred(snapshot, reading.case.crn, known_as):
        return None
    return _record(snapshot, reading.case.crn, inspection.announced_on)


@dataclass(frozen=True, slots=True, kw_only=True)
class _KnownAs:
    """As much of a person as limits of access depend on."""

    staff_code: str
    delius_username: str


# A snapshot never changes, so what was read from it once needs no second reading: a reader works for an hour
# in one case, and each citation looks the record up again. What was erased is a new snapshot.
@lru_cache(maxsize=16)
def _record(snapshot: Snapshot, crn: str, announced_on: date) -> record.CaseRecord | None:
    with open_snapshot(snapshot) as reader:
        return record.read(reader, crn, announced_on=announced_on)


@lru_cache(maxsize=256)
def _is_barred(snapshot: Snapshot, crn: str, known_as: _KnownAs) -> bool:
    with open_snapshot(snapshot) as reader:
        return is_barred(reader, crn, user=known_as)


def my_cases(*, user: Someone) -> tuple[CaseLine, ...]:
    """The cases allocated to a person, in every inspection they still read for, by number."""
    if not isinstance(user, User):
        return ()
    cases = _cases().filter(reader=user).order_by("draw__inspection__announced_on", "number")
    return _lines([each for each in cases if is_reader(each, user)])


def progress(inspection: Inspection, *, user: Someone) -> tuple[CaseLine, ...]:
    """How far each case has come, for everybody who takes part: no answers, nobody on probation named."""
    if not is_member(inspection, user):
        return ()
    return _lines(list(_cases().filter(draw__inspection=inspection).order_by("number")))


def signed_readings(inspection: Inspection, *, user: Someone) -> tuple[Reading, ...]:
    """The signed readings of an inspection, by number, for its members; nothing for anybody else.

    While cases are still being read only the lead has them, so that no reader learns how others answered.
    """
    if not is_member(inspection, user):
        return ()
    if inspection.state in ("sealed", "reading") and not can_lead(inspection, user):
        return ()
    framework = load(inspection.framework_id, inspection.framework_version)
    rows = (
        Row.objects.filter(case__draw__inspection=inspection, case__standing=IN, signed_at__isnull=False)
        .select_related("case")
        .prefetch_related("answers", "facts")
        .order_by("case__number")
    )
    return tuple(_signed(each, framework) for each in rows)


def in_hand(found: Row, *, user: Someone) -> ReadingInHand:
    """The row as a value. Asks for no permission: the caller has."""
    case, inspection = found.case, found.case.draw.inspection
    framework = load(found.framework_id, found.framework_version)
    answers = given_answers(found)
    standing = stand(found, framework)
    versions = {each.question: each.version for each in found.answers.all()}
    evidence = _evidence(found)
    return ReadingInHand(
        uuid=found.uuid,
        inspection=inspection.uuid,
        inspection_name=inspection.name,
        framework_id=found.framework_id,
        framework_version=found.framework_version,
        announced_on=inspection.announced_on,
        number=case.number or 0,
        of=case.draw.size,
        case=case.uuid,
        crn=case.crn,
        assignment=case.assignment,
        pdu_name=case.pdu_name,
        kind=case.kind,
        started_on=case.started_on,
        reader=case.reader.uuid if case.reader else found.uuid,
        reader_name=case.reader.name if case.reader else "",
        instrument=standing.routed.instrument,
        because=standing.routed.because,
        routed_by=standing.routed.source,
        places=tuple(_place(each, answers, versions, evidence) for each in standing.states),
        facts=_facts(found, framework),
        interview=_interview(found),
        missed=tuple(
            Missed(uuid=each.uuid, happened_on=each.happened_on, who=each.who, known=each.known)
            for each in found.missed.all()
        ),
        flags=tuple(Flag(uuid=each.uuid, kind=each.kind, note=each.note) for each in found.flags.all()),
        saved_at=found.saved_at,
        signed_at=found.signed_at,
        may_write=found.signed_at is None and is_reader(case, user),
        missing=standing.missing,
    )


def stand(found: Row, framework: Framework) -> rules.Standing:
    """Where a reading stands by its facts and answers."""
    return rules.standing(
        framework,
        facts=effective_facts(found, framework),
        answers={code: each.value for code, each in given_answers(found).items() if each.value},
        interview=found.interview_outcome,
        not_because=found.not_interviewed_because,
    )


def given_answers(found: Row) -> dict[str, Answer]:
    """Every answer as given, by question, those that no longer apply and notes without an answer too."""
    return {
        each.question: Answer(question=each.question, value=each.value, note=each.note, reason=each.reason)
        for each in found.answers.all()
    }


def effective_facts(found: Row, framework: Framework) -> dict[str, FactValue]:
    """Every fact, the reader's before the record's."""
    given = {each.code: each.value for each in found.facts.all()}
    return rules.effective(framework, found.facts_of_record, given)


def _cases() -> QuerySet[SampledCase]:
    return SampledCase.objects.filter(standing=IN).select_related("draw__inspection", "reader", "replaces")


def _lines(cases: Sequence[SampledCase]) -> tuple[CaseLine, ...]:
    rows = Row.objects.filter(case__in=cases).prefetch_related("answers", "facts")
    readings = {each.case_id: each for each in rows}
    return tuple(_line(each, readings.get(each.pk)) for each in cases)


def _line(case: SampledCase, found: Row | None) -> CaseLine:
    answered = asked = 0
    if found is not None:
        states = stand(found, load(found.framework_id, found.framework_version)).states
        given = {each.question for each in found.answers.all() if each.value}
        asked = sum(each.because is None for each in states)
        answered = sum(each.applies and each.question.code in given for each in states)
    replaces = getattr(case, "replaces", None)
    return CaseLine(
        case=case.uuid,
        reading=found.uuid if found else None,
        inspection=case.draw.inspection.uuid,
        inspection_name=case.draw.inspection.name,
        number=case.number or 0,
        of=case.draw.size,
        pdu_code=case.pdu_code,
        pdu_name=case.pdu_name,
        kind=case.kind,
        started_on=case.started_on,
        reader_name=case.reader.name if case.reader else "",
        state="new" if found is None else "signed" if found.signed_at else "open",
        answered=answered,
        asked=asked,
        saved_at=found.saved_at if found else None,
        replaces=replaces.reason if replaces else "",
    )


def _signed(found: Row, framework: Framework) -> Reading:
    assert found.signed_at is not None
    return Reading(
        case_ref=str(found.case.uuid),
        assignment_ref=found.case.assignment,
        pdu=found.case.pdu_code,
        pdu_name=found.case.pdu_name,
        number=found.case.number or 0,
        instrument=found.instrument,
        facts=effective_facts(found, framework),
        answers=rules.complete(stand(found, framework).states, given_answers(found)),
        signed_at=found.signed_at,
    )


def _place(
    asked: Asked, answers: dict[str, Answer], versions: dict[str, int], evidence: dict[str, list[Evidence]]
) -> Place:
    code = asked.question.code
    return Place(
        key_question=asked.key_question,
        question=asked.question,
        because=asked.because,
        waiting_for=asked.waiting_for,
        answer=answers.get(code),
        seen=versions.get(code, 0),
        evidence=tuple(evidence.get(code, ())),
    )


def _evidence(found: Row) -> dict[str, list[Evidence]]:
    by_question: dict[str, list[Evidence]] = {}
    for each in found.evidence.order_by("happened_on", "pk"):
        by_question.setdefault(each.question, []).append(
            Evidence(
                uuid=each.uuid,
                question=each.question,
                source=each.source,
                source_id=each.source_id,
                paragraph=each.paragraph,
                label=each.label,
                happened_on=each.happened_on,
                after_announcement=each.after_announcement,
            )
        )
    return by_question


def _facts(found: Row, framework: Framework) -> dict[str, FactGiven]:
    given = {each.code: each for each in found.facts.all()}
    return {
        each.code: FactGiven(
            code=each.code,
            from_record=found.facts_of_record.get(each.code),
            from_reader=given[each.code].value if each.code in given else None,
            seen=given[each.code].version if each.code in given else 0,
        )
        for each in framework.facts
    }


def _interview(found: Row) -> Interview:
    held_on: date | None = found.interviewed_on
    return Interview(
        outcome=OUTCOMES[found.interview_outcome],
        held_on=held_on,
        not_because=found.not_interviewed_because,
        remarks=tuple(
            Remark(uuid=each.uuid, said=each.said, on_record=each.on_record, question=each.question)
            for each in found.remarks.all()
        ),
    )
