"""What a manager and a practitioner say to one another about a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assay.access.accounts.models import User
from assay.access.audit.types import actor_of
from assay.assurance.oversight import wording
from assay.assurance.oversight.actions import steps
from assay.assurance.oversight.models import Ask, Decision, Discussion
from assay.assurance.oversight.permissions import check_holds, check_manages, day_of
from assay.assurance.oversight.rules import ASK_RETURNS_AFTER
from assay.assurance.oversight.types import Mover, State
from assay.core.dates import add_working_days
from assay.core.errors import Refused
from assay.core.messages import message
from assay.records.store import Reader

ALREADY_ANSWERED = message("This question has been answered already.")
NOBODY_HOLDS = message("No practitioner holds this case on the day of the records, so nobody can be asked.")


@transaction.atomic
def discuss(
    reader: Reader,
    *,
    by: User,
    crn: str,
    matters: Sequence[UUID],
    answers: wording.Answers,
    practitioner: str,
    happened_on: date,
    sensitive: bool = False,
) -> Discussion:
    """Record a discussion. The matters wait for nDelius; seen there, they are planned until ``by_when``."""
    check_manages(reader, crn, user=by)
    steps.check_words(answers.risk, answers.unknown, answers.others, answers.change)
    steps.check_happened(happened_on, reader=reader)
    steps.check_ahead(answers.by_when, reader=reader)
    chosen = steps.matters_of(crn, matters)
    text = steps.write_text(
        reader,
        crn=crn,
        by=by,
        contact_type=wording.GENERAL_OVERSIGHT,
        outcome=wording.FOLLOW_UP_REQUIRED,
        words=wording.discussion(answers, author=by.name, practitioner=practitioner),
        happened_on=happened_on,
        sensitive=sensitive,
        matters=chosen,
    )
    made = Discussion.objects.create(
        crn=crn,
        text=text,
        risk=answers.risk,
        unknown=answers.unknown,
        others=answers.others,
        change=answers.change,
        by_when=answers.by_when,
        by=by,
        at=timezone.now(),
        on=happened_on,
    )
    for matter in chosen:
        steps.move(
            matter,
            State.WAITING_FOR_RECORD,
            by=Mover.SPO,
            actor=actor_of(by),
            because="discussed",
            on=day_of(reader),
            then=State.PLANNED,
            until=answers.by_when,
        )
    steps.log(by, crn=crn, what="discussion recorded", discussion=str(made.uuid))
    return made


@transaction.atomic
def ask(reader: Reader, *, by: User, crn: str, matters: Sequence[UUID], question: str) -> Ask:
    """Put a question to whoever holds the case. It comes back if nobody answers within five working days."""
    position = check_manages(reader, crn, user=by)
    steps.check_words(question)
    if not position.staff_code:
        raise Refused(NOBODY_HOLDS)
    chosen = steps.matters_of(crn, matters)
    made = Ask.objects.create(
        crn=crn,
        question=question.strip(),
        staff_code=position.staff_code,
        by=by,
        at=timezone.now(),
        on=day_of(reader),
    )
    made.matters.set(chosen)
    for matter in chosen:
        steps.move(
            matter,
            State.ASKED,
            by=Mover.SPO,
            actor=actor_of(by),
            because="asked",
            on=day_of(reader),
            until=add_working_days(day_of(reader), ASK_RETURNS_AFTER),
        )
    steps.log(by, crn=crn, what="practitioner asked", ask=str(made.uuid))
    return made


@transaction.atomic
def reply(reader: Reader, *, by: User, ask: UUID, answer: str, sensitive: bool = False) -> Ask:
    """The practitioner answers. What they say becomes text for nDelius, and the manager has it back."""
    asked = Ask.objects.select_for_update().get(uuid=ask)
    check_holds(reader, asked.crn, user=by)
    steps.check_words(answer)
    if asked.replied_at is not None:
        raise Refused(ALREADY_ANSWERED)
    asked.text = steps.write_text(
        reader,
        crn=asked.crn,
        by=by,
        contact_type=wording.CASE_DISCUSSION,
        words=wording.reply(question=asked.question, answer=answer, author=by.name, asked_by=asked.by.name),
        happened_on=day_of(reader),
        sensitive=sensitive,
    )
    asked.reply, asked.replied_by, asked.replied_at = answer.strip(), by, timezone.now()
    asked.save(update_fields=("reply", "replied_by", "replied_at", "text"))
    for matter in asked.matters.select_for_update().filter(state=State.ASKED):
        steps.move(
            matter,
            State.OPEN,
            by=Mover.PRACTITIONER,
            actor=actor_of(by),
            because="replied",
            on=day_of(reader),
        )
    steps.log(by, crn=asked.crn, what="practitioner replied", ask=str(asked.uuid))
    return asked


@transaction.atomic
def decide(
    reader: Reader,
    *,
    by: User,
    crn: str,
    matters: Sequence[UUID],
    kind: str,
    about: str,
    reason: str,
    owner: str,
    review_on: date,
    do_not_visit: bool = False,
    sensitive: bool = False,
) -> Decision:
    """Not now, because: somebody owns it and it comes back on ``review_on``.

    ``do_not_visit`` writes it as the home-visit risk form's "exempted", the outcome by which the record
    itself says why nobody went.
    """
    check_manages(reader, crn, user=by)
    assert kind in (Decision.WAITING_FOR_PARTNER, Decision.DECIDED_NOT_TO)
    steps.check_words(reason, owner)
    steps.check_ahead(review_on, reader=reader)
    chosen = steps.matters_of(crn, matters)
    words = (
        wording.visit_not_to_be_made(reason=reason, owner=owner, review_on=review_on, author=by.name)
        if do_not_visit
        else wording.decision(
            what=about,
            waiting=kind == Decision.WAITING_FOR_PARTNER,
            reason=reason,
            owner=owner,
            review_on=review_on,
            author=by.name,
        )
    )
    text = steps.write_text(
        reader,
        crn=crn,
        by=by,
        contact_type=wording.VISIT_RISK if do_not_visit else wording.GENERAL_OVERSIGHT,
        outcome=wording.VISIT_EXEMPTED if do_not_visit else wording.FOLLOW_UP_REQUIRED,
        words=words,
        happened_on=day_of(reader),
        sensitive=sensitive,
        matters=chosen,
    )
    made = Decision.objects.create(
        crn=crn,
        kind=kind,
        text=text,
        reason=reason.strip(),
        owner=owner.strip(),
        review_on=review_on,
        by=by,
        at=timezone.now(),
        on=day_of(reader),
    )
    for matter in chosen:
        steps.move(
            matter,
            State.WAITING_FOR_RECORD,
            by=Mover.SPO,
            actor=actor_of(by),
            because="do_not_visit" if do_not_visit else kind,
            on=day_of(reader),
            then=kind,
            until=review_on,
        )
    steps.log(by, crn=crn, what="decision recorded", decision=str(made.uuid), kind=kind)
    return made
