"""What oversight holds about a person on probation, and about somebody who works here."""

from __future__ import annotations

from django.db.models import Q

from assay.access.accounts.models import User
from assay.assurance.oversight.models import (
    Adoption,
    Ask,
    Decision,
    Discussion,
    Dispute,
    Matter,
    RecordText,
    RungClaim,
    ShortRead,
    StatusRow,
)
from assay.core.holdings import Held, Keep, some
from assay.core.messages import message


def held(crn: str) -> tuple[Held, ...]:
    """What names the case, whether it was met, joined or closed since."""
    steps = StatusRow.objects.filter(Q(matter__crn=crn) | Q(text__crn=crn))
    return some(
        (
            Held(kind=message("Open matters and what became of them"), count=_of(Matter, crn), keep=_RECORD),
            Held(kind=message("Texts for nDelius"), count=_of(RecordText, crn), keep=Keep.DECISION),
            Held(kind=message("Discussions"), count=_of(Discussion, crn), keep=Keep.DECISION),
            Held(kind=message("Questions and replies"), count=_of(Ask, crn), keep=Keep.DECISION),
            Held(kind=message("Decisions not to act now"), count=_of(Decision, crn), keep=Keep.DECISION),
            Held(
                kind=message("What somebody said is wrong"),
                count=Dispute.objects.filter(matter__crn=crn).count(),
                keep=Keep.DECISION,
            ),
            Held(kind=message("Paragraphs cited"), count=_of(RungClaim, crn), keep=Keep.DECISION),
            Held(kind=message("Short reads"), count=_of(ShortRead, crn), keep=Keep.DECISION),
            Held(kind=message("Changes of state"), count=steps.count(), keep=_RECORD),
        )
    )


def held_of_user(user: User) -> tuple[Held, ...]:
    """What this person wrote or decided here, and what was asked of them as the holder of a case."""
    code = user.staff_code
    asked = Ask.objects.filter(staff_code=code).count() if code else 0
    drawn = ShortRead.objects.filter(staff_code=code).count() if code else 0
    return some(
        (
            Held(kind=message("Texts written"), count=_by(RecordText, made_by=user), keep=Keep.DECISION),
            Held(kind=message("Discussions written"), count=_by(Discussion, by=user), keep=Keep.DECISION),
            Held(kind=message("Questions put"), count=_by(Ask, by=user), keep=Keep.DECISION),
            Held(kind=message("Questions received"), count=asked, keep=Keep.DECISION),
            Held(kind=message("Replies given"), count=_by(Ask, replied_by=user), keep=Keep.DECISION),
            Held(kind=message("Decisions made"), count=_by(Decision, by=user), keep=Keep.DECISION),
            Held(kind=message("Things said to be wrong"), count=_by(Dispute, by=user), keep=Keep.DECISION),
            Held(kind=message("Second opinions"), count=_by(Dispute, second_by=user), keep=Keep.DECISION),
            Held(kind=message("Paragraphs cited"), count=_by(RungClaim, by=user), keep=Keep.DECISION),
            Held(kind=message("Paragraphs agreed"), count=_by(RungClaim, second_by=user), keep=Keep.DECISION),
            Held(kind=message("Short reads of their cases"), count=drawn, keep=Keep.DECISION),
            Held(kind=message("Short reads made"), count=_by(ShortRead, read_by=user), keep=Keep.DECISION),
            Held(kind=message("Windows adopted"), count=_by(Adoption, by=user), keep=Keep.DECISION),
            Held(
                kind=message("Windows withdrawn"), count=_by(Adoption, withdrawn_by=user), keep=Keep.DECISION
            ),
        )
    )


_RECORD = Keep.WITH_RECORD


def _of(
    model: type[Matter | RecordText | Discussion | Ask | Decision | RungClaim | ShortRead], crn: str
) -> int:
    return model.objects.filter(crn=crn).count()


def _by(
    model: type[RecordText | Discussion | Ask | Decision | Dispute | RungClaim | ShortRead | Adoption],
    **of: User,
) -> int:
    return model.objects.filter(**of).count()
