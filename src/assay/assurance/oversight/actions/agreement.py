"""What takes two people: that a duty does not apply, and that an answer was analysed or used."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from assay.access.accounts.models import User
from assay.access.audit.types import actor_of
from assay.assurance.oversight import wording
from assay.assurance.oversight.actions import steps
from assay.assurance.oversight.models import Dispute, Matter, RungClaim
from assay.assurance.oversight.permissions import (
    check_holds,
    check_manages,
    check_second,
    check_sees,
    day_of,
    scope_of,
)
from assay.assurance.oversight.types import Mover, State
from assay.core.errors import Refused
from assay.core.messages import message
from assay.records.store import Reader

SETTLED = message("This has been settled already.")
NO_SUCH_PARAGRAPH = message("That paragraph is not in this person's record.")
NO_SUCH_ANSWER = message("No answer from that agency is in this person's record.")
BEFORE_THE_ANSWER = message("That paragraph was written before the answer came, so it cannot have used it.")
CITED_ALREADY = message("A paragraph has been cited for this already.")


@transaction.atomic
def dispute(reader: Reader, *, by: User, matter: UUID, reason: str) -> Dispute:
    """Say that something shown as open is wrong. It counts as open until a second person agrees."""
    found = _matter(matter)
    position = check_sees(reader, found.crn, user=by)
    steps.check_words(reason)
    mover = Mover.SPO if scope_of(by).manages(position) else Mover.PRACTITIONER
    steps.move(found, State.SAID_WRONG, by=mover, actor=actor_of(by), because="said_wrong", on=day_of(reader))
    made = Dispute.objects.create(
        matter=found, reason=reason.strip(), by=by, at=timezone.now(), on=day_of(reader)
    )
    steps.log(by, crn=found.crn, what="said to be wrong", dispute=str(made.uuid))
    return made


@transaction.atomic
def agree_dispute(
    reader: Reader, *, by: User, dispute: UUID, agrees: bool, about: str, reason: str = ""
) -> Dispute:
    """A second person agrees, which makes a text for nDelius, or does not, which opens the matter again."""
    made = Dispute.objects.select_for_update().select_related("by", "matter").get(uuid=dispute)
    matter = _matter(made.matter.uuid)
    check_manages(reader, matter.crn, user=by)
    check_second(made.by_id, user=by)
    if made.agreed is not None:
        raise Refused(SETTLED)
    if not agrees:
        steps.check_words(reason)
    made.agreed, made.second_by, made.second_at, made.second_reason = (
        agrees,
        by,
        timezone.now(),
        reason.strip(),
    )
    if agrees:
        made.text = steps.write_text(
            reader,
            crn=matter.crn,
            by=by,
            contact_type=wording.PROFESSIONAL_JUDGEMENT,
            words=wording.correction(what=about, reason=made.reason, author=made.by.name, second=by.name),
            happened_on=day_of(reader),
            sensitive=False,
            matters=[matter],
        )
    made.save()
    steps.move(
        matter,
        State.WAITING_FOR_RECORD if agrees else State.OPEN,
        by=Mover.SECOND_PERSON,
        actor=actor_of(by),
        because="second_agrees" if agrees else "second_does_not_agree",
        on=day_of(reader),
        then=State.WRONG if agrees else "",
    )
    steps.log(by, crn=matter.crn, what="second person on a dispute", dispute=str(made.uuid), agrees=agrees)
    return made


@transaction.atomic
def cite_rung(
    reader: Reader, *, by: User, crn: str, enquiry_id: str, rung: str, words_id: str, paragraph: int
) -> RungClaim:
    """The practitioner cites the paragraph that analysed, or used, an answer. It waits for the SPO."""
    check_holds(reader, crn, user=by)
    answered_on = _answered_on(reader, crn, enquiry_id)
    assert rung in (RungClaim.ANALYSED, RungClaim.USED)
    row = next((each for each in reader.words(crn) if each["words_id"] == words_id), None)
    if row is None or not 1 <= paragraph <= len(paragraphs(row["body"])):
        raise Refused(NO_SUCH_PARAGRAPH)
    if row["written_at"].date() < answered_on:
        raise Refused(BEFORE_THE_ANSWER)
    if RungClaim.objects.filter(enquiry_id=enquiry_id, rung=rung).exclude(agreed=False).exists():
        raise Refused(CITED_ALREADY)
    made = RungClaim.objects.create(
        crn=crn,
        enquiry_id=enquiry_id,
        rung=rung,
        words_id=words_id,
        paragraph=paragraph,
        by=by,
        at=timezone.now(),
        on=day_of(reader),
    )
    steps.log(by, crn=crn, what="paragraph cited", claim=str(made.uuid), rung=rung)
    return made


@transaction.atomic
def agree_rung(
    reader: Reader, *, by: User, claim: UUID, agrees: bool, agency: str, section: str
) -> RungClaim:
    """The SPO agrees with the paragraph cited, or does not, and then another may be cited."""
    made = RungClaim.objects.select_for_update().select_related("by").get(uuid=claim)
    check_manages(reader, made.crn, user=by)
    check_second(made.by_id, user=by)
    if made.agreed is not None:
        raise Refused(SETTLED)
    made.agreed, made.second_by, made.second_at = agrees, by, timezone.now()
    if agrees:
        made.text = steps.write_text(
            reader,
            crn=made.crn,
            by=by,
            contact_type=wording.GENERAL_OVERSIGHT,
            outcome=wording.NO_FOLLOW_UP,
            words=wording.rung(
                used=made.rung == RungClaim.USED,
                agency=agency,
                answered_on=_answered_on(reader, made.crn, made.enquiry_id),
                section=section,
                author=made.by.name,
                second=by.name,
            ),
            happened_on=day_of(reader),
            sensitive=False,
        )
    made.save()
    steps.log(by, crn=made.crn, what="second person on a paragraph", claim=str(made.uuid), agrees=agrees)
    return made


def paragraphs(body: str) -> list[str]:
    """The paragraphs of a text, which an empty line separates. Citing counts them from 1."""
    return [each.strip() for each in body.split("\n\n") if each.strip()]


def _answered_on(reader: Reader, crn: str, enquiry_id: str) -> date:
    for row in reader.of_case("enquiry", crn):
        if row["enquiry_id"] == enquiry_id and row["answered_on"] is not None:
            day: date = row["answered_on"]
            return day
    raise Refused(NO_SUCH_ANSWER)


def _matter(uuid: UUID) -> Matter:
    return Matter.objects.select_for_update().get(uuid=uuid)
