"""The only writes of this room. Each asks who writes, and refuses what is signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from assay.access.accounts.models import User
from assay.access.audit.actions import record as log
from assay.access.audit.types import Subject, Verb, actor_of
from assay.core.errors import Refused
from assay.core.messages import message
from assay.core.standards import load
from assay.core.standards.types import FactValue
from assay.inspection.assessments import queries, record, rules
from assay.inspection.assessments.bringing import import_readings
from assay.inspection.assessments.models import (
    CitedEvidence,
    GivenAnswer,
    GivenFact,
    InterviewRemark,
    MissedOpportunity,
    RaisedFlag,
    Reading,
)
from assay.inspection.assessments.permissions import check_write, is_reader
from assay.inspection.assessments.record_facts import facts_of
from assay.inspection.assessments.types import Answer
from assay.inspection.programmes import actions as programmes
from assay.inspection.samples import actions as samples
from assay.inspection.samples import store
from assay.inspection.samples.models import IN, SampledCase

__all__ = [
    "add_remark",
    "answer",
    "cite",
    "cite_noted",
    "establish",
    "import_readings",
    "mark_missed",
    "note_opened",
    "open_reading",
    "raise_flag",
    "record_interview",
    "remove",
    "replace_case",
    "sign",
    "take_back",
]

LONGEST_LABEL = 300


@transaction.atomic
def open_reading(case: SampledCase, *, by: User) -> Reading:
    """The reading of a case, begun now if it was not: what the record says of its facts is noted once."""
    if not is_reader(case, by):
        raise Refused(message("Only the inspector this case is allocated to may read it."))
    held = SampledCase.objects.select_for_update().get(pk=case.pk)
    found = Reading.objects.filter(case=held).first()
    if found is None:
        inspection = held.draw.inspection
        found = Reading.objects.create(
            case=held,
            framework_id=inspection.framework_id,
            framework_version=inspection.framework_version,
            facts_of_record=_facts_of_record(held),
            opened_at=timezone.now(),
            saved_at=timezone.now(),
        )
        log(
            Verb.COLLECTION,
            by=actor_of(by),
            subject=_subjects(found),
            what="A reading of a case was begun",
        )
    return found


def _facts_of_record(case: SampledCase) -> dict[str, FactValue]:
    inspection = case.draw.inspection
    with store.open_records(inspection.uuid) as reader:
        found = record.read(reader, case.crn, announced_on=inspection.announced_on) if reader else None
    if found is None:
        return {}
    return facts_of(found.tables, assignment=case.assignment, on=inspection.announced_on)


@transaction.atomic
def answer(
    reading: Reading, *, question: str, value: str, seen: int, by: User, note: str = "", reason: str = ""
) -> int:
    """Keep an answer as it is given; returns its new version.

    ``seen`` is the version the page showed, 0 for none. :class:`rules.Changed` if it has moved on since to
    another answer: nothing is merged and nothing is written.
    """
    check_write(reading, by)
    framework = load(reading.framework_id, reading.framework_version)
    rules.check_answer(framework, question, value=value, reason=reason)
    reason = reason if value == "does_not_apply" else ""
    kept = GivenAnswer.objects.select_for_update().filter(reading=reading, question=question).first()
    before = kept.version if kept else 0
    if kept and (kept.value, kept.note, kept.reason) == (value, note, reason):
        return before
    if before != seen:
        theirs = Answer(
            question=question,
            value=kept.value if kept else "",
            note=kept.note if kept else "",
            reason=kept.reason if kept else "",
        )
        raise rules.Changed(question, theirs=theirs, version=before)
    old = {"value": kept.value, "note": kept.note, "reason": kept.reason} if kept else None
    now = timezone.now()
    GivenAnswer.objects.update_or_create(
        reading=reading,
        question=question,
        defaults={
            "value": value,
            "note": note,
            "reason": reason,
            "version": before + 1,
            "by": by,
            "at": now,
        },
    )
    _saved(reading)
    log(
        Verb.ALTERATION if kept else Verb.COLLECTION,
        by=actor_of(by),
        subject=_subjects(reading),
        what="An answer was given",
        details={"question": question, "before": old, "value": value, "note": note, "reason": reason},
    )
    return before + 1


@transaction.atomic
def establish(reading: Reading, *, facts: Mapping[str, FactValue], by: User) -> None:
    """Keep the reader's own facts. One equal to the record's is not written, unless an earlier one differs;
    the record's is never touched."""
    check_write(reading, by)
    framework = load(reading.framework_id, reading.framework_version)
    changed: dict[str, object] = {}
    for code, value in facts.items():
        rules.check_fact(framework.fact(code), value)
        kept = GivenFact.objects.filter(reading=reading, code=code).first()
        of_record = reading.facts_of_record.get(code)
        if (kept.value if kept else of_record) == value:
            continue
        GivenFact.objects.update_or_create(
            reading=reading,
            code=code,
            defaults={
                "value": value,
                "by": by,
                "at": timezone.now(),
                "version": kept.version + 1 if kept else 1,
            },
        )
        changed[code] = {"record": of_record, "before": kept.value if kept else None, "value": value}
    if changed:
        _saved(reading)
        log(
            Verb.ALTERATION,
            by=actor_of(by),
            subject=_subjects(reading),
            what="Facts of a case were established",
            details=changed,
        )


@transaction.atomic
def cite(reading: Reading, *, question: str, key: str, by: User) -> CitedEvidence:
    """Put an entry or a paragraph under a question. Citing the same again changes nothing."""
    check_write(reading, by)
    _check_question(reading, question)
    found = queries.case_record(reading, user=by)
    cited = found.find(key) if found else None
    if cited is None:
        raise Refused(message("This is not in the case's record."))
    entry, paragraph = cited
    source, rest = key.split(":", 1)
    source_id, number = rest.rsplit(":", 1)
    made, is_new = CitedEvidence.objects.get_or_create(
        reading=reading,
        question=question,
        source=source,
        source_id=source_id,
        paragraph=int(number),
        defaults={
            "label": _label(entry, paragraph),
            "happened_on": entry.on,
            "after_announcement": (paragraph or entry).after_announcement,
            "cited_at": timezone.now(),
        },
    )
    if is_new:
        _saved(reading)
        log(
            Verb.COLLECTION,
            by=actor_of(by),
            subject=_subjects(reading),
            what="Evidence was cited",
            details={"question": question, "key": key},
        )
    return made


@transaction.atomic
def cite_noted(reading: Reading, *, question: str, on: date, kind: str, note: str, by: User) -> CitedEvidence:
    """Put under a question what the reader saw elsewhere, where no record was brought in with the case: its
    day, what kind of entry it is, and a note. Refused where there is a record: then the record is cited."""
    check_write(reading, by)
    _check_question(reading, question)
    if reading.case.draw.has_records:
        raise Refused(message("This case has its record here. Cite the entry in the record."))
    kind, note = kind.strip(), note.strip()
    if not kind or not note:
        raise Refused(message("Say what kind of entry it is, and in a note what it says."))
    label = f"{kind} · {note}"
    if len(label) > LONGEST_LABEL:
        raise Refused(message("Kind and note together may have {most} characters.", most=LONGEST_LABEL))
    inspection = reading.case.draw.inspection
    made = CitedEvidence.objects.create(
        reading=reading,
        question=question,
        source="noted",
        source_id=str(uuid4()),
        label=label,
        happened_on=on,
        after_announcement=on > inspection.announced_on,
        cited_at=timezone.now(),
    )
    _saved(reading)
    log(
        Verb.COLLECTION,
        by=actor_of(by),
        subject=_subjects(reading),
        what="Evidence seen elsewhere was cited",
        details={"question": question, "on": on, "id": made.source_id},
    )
    return made


def _label(entry: record.Entry, paragraph: record.Paragraph | None) -> str:
    parts = (
        entry.code,
        entry.title,
        paragraph.section if paragraph and paragraph.section != entry.title else "",
    )
    return " · ".join(each for each in parts if each)[:LONGEST_LABEL]


@transaction.atomic
def take_back(evidence: CitedEvidence, *, by: User) -> None:
    """Take evidence away from under a question. The log keeps that it was there."""
    reading = evidence.reading
    check_write(reading, by)
    details = {"question": evidence.question, "source": evidence.source, "id": evidence.source_id}
    evidence.delete()
    _saved(reading)
    log(
        Verb.ALTERATION,
        by=actor_of(by),
        subject=_subjects(reading),
        what="Evidence was taken back",
        details=details,
    )


@transaction.atomic
def record_interview(
    reading: Reading, *, held_on: date | None = None, not_because: str = "", by: User
) -> None:
    """The practitioner was interviewed on a day, or was not, because. One of the two, not both."""
    check_write(reading, by)
    if (held_on is None) == (not not_because.strip()):
        raise Refused(message("Give the day of the interview, or say why there was none."))
    reading.interview_outcome = "held" if held_on else "not_held"
    reading.interviewed_on = held_on
    reading.not_interviewed_because = not_because
    reading.save(update_fields=["interview_outcome", "interviewed_on", "not_interviewed_because"])
    _saved(reading)
    log(
        Verb.ALTERATION,
        by=actor_of(by),
        subject=_subjects(reading),
        what="A practitioner's interview was recorded",
        details={"held_on": held_on, "not_because": not_because},
    )


@transaction.atomic
def add_remark(
    reading: Reading, *, said: str, on_record: bool, by: User, question: str = ""
) -> InterviewRemark:
    """Something the practitioner said: on the record too, or not."""
    check_write(reading, by)
    if not said.strip():
        raise Refused(message("Write down what the practitioner said."))
    if question:
        _check_question(reading, question)
    made = InterviewRemark.objects.create(
        reading=reading, question=question, said=said, on_record=on_record, at=timezone.now()
    )
    _added(reading, by, "What a practitioner said was noted", {"on_record": on_record, "said": said})
    return made


@transaction.atomic
def mark_missed(reading: Reading, *, happened_on: date, who: str, known: str, by: User) -> MissedOpportunity:
    """A missed opportunity: when, who could have acted, and what was known then. All three are needed."""
    check_write(reading, by)
    if not who.strip() or not known.strip():
        raise Refused(message("Say when it was, who could have acted, and what was known then."))
    made = MissedOpportunity.objects.create(
        reading=reading, happened_on=happened_on, who=who, known=known, at=timezone.now()
    )
    details = {"happened_on": happened_on, "who": who, "known": known}
    _added(reading, by, "A missed opportunity was marked", details)
    return made


@transaction.atomic
def raise_flag(reading: Reading, *, kind: str, note: str, by: User) -> RaisedFlag:
    """Good practice worth telling, or a risk that somebody must hear of now."""
    check_write(reading, by)
    if not note.strip():
        raise Refused(message("Say in a sentence what it is."))
    made = RaisedFlag.objects.create(reading=reading, kind=kind, note=note, at=timezone.now())
    _added(reading, by, "A flag was raised", {"kind": kind, "note": note})
    return made


@transaction.atomic
def remove(part: InterviewRemark | MissedOpportunity | RaisedFlag, *, by: User) -> None:
    """Take away a remark, a missed opportunity or a flag. The log keeps that it was there."""
    reading = part.reading
    check_write(reading, by)
    kind = part._meta.model_name
    part.delete()
    _added(reading, by, "Something noted was taken away", {"kind": kind})


@transaction.atomic
def sign(reading: Reading, *, by: User) -> Reading:
    """Sign: nothing of the reading changes after. Refused while anything that must be there is missing.

    With the last case of the sample signed, the inspection moves on.
    """
    check_write(reading, by)
    framework = load(reading.framework_id, reading.framework_version)
    standing = queries.stand(reading, framework)
    if standing.missing:
        parts = "; ".join(each.worded() for each in standing.missing)
        raise Refused(message("This reading cannot be signed yet. {parts}.", parts=parts))
    reading.instrument = standing.routed.instrument
    reading.signed_at, reading.signed_by = timezone.now(), by
    reading.save(update_fields=["instrument", "signed_at", "signed_by"])
    log(
        Verb.ALTERATION,
        by=actor_of(by),
        subject=_subjects(reading),
        what="A reading was signed",
        details={"instrument": reading.instrument, "because": standing.routed.because.id},
    )
    _finish_if_last(reading, by)
    return reading


def _finish_if_last(reading: Reading, by: User) -> None:
    draw = reading.case.draw
    signed = Reading.objects.filter(signed_at__isnull=False).values("case")
    open_cases = draw.cases.filter(standing=IN).exclude(pk__in=signed)
    if draw.inspection.state == "reading" and not open_cases.exists():
        programmes.move(draw.inspection, "finish_reading", by=by)


@transaction.atomic
def replace_case(case: SampledCase, *, reason: str, by: User) -> SampledCase:
    """Put the next in order in the place of a case that cannot be read. A signed case stays."""
    if Reading.objects.filter(case=case, signed_at__isnull=False).exists():
        raise Refused(message("This case is read and signed. It stays in the sample."))
    return samples.put_in_place_of(case, reason=reason, by=by)


def _check_question(reading: Reading, question: str) -> None:
    framework = load(reading.framework_id, reading.framework_version)
    if question not in {each.code for each in framework.questions}:
        raise Refused(message("The framework has no question {code}.", code=question))


def _added(reading: Reading, by: User, what: str, details: Mapping[str, object]) -> None:
    _saved(reading)
    log(Verb.ALTERATION, by=actor_of(by), subject=_subjects(reading), what=what, details=details)


def _saved(reading: Reading) -> None:
    reading.saved_at = timezone.now()
    reading.save(update_fields=["saved_at"])


def _subjects(reading: Reading) -> tuple[Subject, ...]:
    return (Subject("reading", str(reading.uuid)), Subject("case", reading.case.crn))


@transaction.atomic
def note_opened(reading: Reading, *, what: str, by: User) -> None:
    """A case's record, or its reading, was looked at. Written on this side's log only."""
    log(Verb.CONSULTATION, by=actor_of(by), subject=_subjects(reading), what=what)
