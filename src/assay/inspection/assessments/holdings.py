"""What readings hold about a person on probation, and about those who read."""

from __future__ import annotations

from assay.access.accounts.models import User
from assay.core.holdings import Held, Keep, some
from assay.core.messages import Message, message
from assay.inspection.assessments.models import (
    CitedEvidence,
    GivenAnswer,
    GivenFact,
    InterviewRemark,
    MissedOpportunity,
    RaisedFlag,
    Reading,
)

_PARTS: tuple[
    tuple[
        Message,
        type[GivenFact | GivenAnswer | CitedEvidence | InterviewRemark | MissedOpportunity | RaisedFlag],
    ],
    ...,
] = (
    (message("Facts given"), GivenFact),
    (message("Answers and notes"), GivenAnswer),
    (message("Entries cited"), CitedEvidence),
    (message("Things said in an interview"), InterviewRemark),
    (message("Missed opportunities"), MissedOpportunity),
    (message("Flags raised"), RaisedFlag),
)


def held(crn: str) -> tuple[Held, ...]:
    """Readings of the person's cases and everything a reader put into them."""
    readings = Reading.objects.filter(case__crn=crn)
    return some(
        (
            Held(kind=message("Readings"), count=readings.count(), keep=Keep.INSPECTION),
            *(
                Held(
                    kind=kind,
                    count=model.objects.filter(reading__in=readings).count(),
                    keep=Keep.INSPECTION,
                )
                for kind, model in _PARTS
            ),
        )
    )


def held_of_user(user: User) -> tuple[Held, ...]:
    """What this person gave and signed as a reader."""
    return some(
        (
            Held(
                kind=message("Readings signed"),
                count=Reading.objects.filter(signed_by=user).count(),
                keep=Keep.INSPECTION,
            ),
            Held(
                kind=message("Facts given"),
                count=GivenFact.objects.filter(by=user).count(),
                keep=Keep.INSPECTION,
            ),
            Held(
                kind=message("Answers given"),
                count=GivenAnswer.objects.filter(by=user).count(),
                keep=Keep.INSPECTION,
            ),
        )
    )
