"""The event types that tell something of a case, by what they tell.

Named in the published source of the services that send or take them. Types that are not here are left alone:
the topic carries those of prisons, courts and visits as well. No published type tells of an arrest, a charge
or a police call-out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """``subject`` is the fact by which one thing is told from another of the kind; without one, there is one
    of it for each person. ``ends`` is true of a type that says the thing is no more."""

    name: str
    subject: str | None = None
    ends: bool = False


def _kinds(name: str, subject: str | None, *types: str, ends: tuple[str, ...] = ()) -> dict[str, Kind]:
    return {each: Kind(name=name, subject=subject, ends=each in ends) for each in types}


REGISTRATION = "probation-case.registration"
MAPPA = "probation-case.mappa-information"
KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        **_kinds(
            "registration",
            "registrationId",
            *(f"{REGISTRATION}.{each}" for each in ("added", "updated", "deregistered", "deleted")),
            ends=(f"{REGISTRATION}.deregistered", f"{REGISTRATION}.deleted"),
        ),
        **_kinds(
            "mappa",
            None,
            *(f"{MAPPA}.{each}" for each in ("created", "updated", "deleted")),
            ends=(f"{MAPPA}.deleted",),
        ),
        **_kinds(
            "allocation",
            None,
            "event.manager.allocated",
            "person.community.manager.allocated",
            "person.community.manager.transferred",
        ),
        **_kinds(
            "tier", None, "tier.calculation.complete", "tier.calculation.changed", "risk.flag.tier.change"
        ),
        **_kinds(
            "scores",
            None,
            "risk-assessment.scores.determined",
            "risk-assessment.scores.ogrs.determined",
            "risk-assessment.scores.rsr.determined",
            "probation-case.risk-scores.ogrs.manual-calculation",
        ),
        **_kinds(
            "assessment", None, "assessment.summary.produced", "probation-case.assessment-summary.created"
        ),
        **_kinds(
            "recall_decision",
            "recommendationUrl",
            "prison-recall.recommendation.consideration",
            "prison-recall.recommendation.management-oversight",
            "prison-recall.recommendation.deleted",
            ends=("prison-recall.recommendation.deleted",),
        ),
        **_kinds(
            "recall",
            None,
            "enforcement.recall.raised",
            "enforcement.recall.concluded",
            ends=("enforcement.recall.concluded",),
        ),
        **_kinds(
            "breach",
            None,
            "enforcement.breach.raised",
            "enforcement.breach.concluded",
            ends=("enforcement.breach.concluded",),
        ),
        **_kinds(
            "sentence",
            None,
            "conviction.changed",
            "probation-case.supervision.created",
            *(
                f"probation-case.sentence.{each}"
                for each in ("created", "amended", "terminated", "unterminated", "deleted", "moved")
            ),
            *(
                f"probation-case.requirement.{each}"
                for each in ("created", "terminated", "unterminated", "deleted")
            ),
        ),
        **_kinds(
            "person",
            None,
            "probation-case.engagement.created",
            "probation-case.personal-details.updated",
            "probation-case.supervision-appointment.created",
            *(f"probation-case.address.{each}" for each in ("created", "updated", "deleted")),
        ),
        **_kinds("limits", None, "probation-case.exclusion.updated", "probation-case.restriction.updated"),
        **_kinds("merge", None, "probation-case.merge.completed", "probation-case.unmerge.completed"),
        **_kinds("erased", None, "probation-case.deleted.gdpr", ends=("probation-case.deleted.gdpr",)),
    }
)
# The only facts that are kept of an event: codes, numbers and days. A description or a note is never needed.
KEPT = (
    "registrationId",
    "registerTypeCode",
    "registrationLevelCode",
    "registrationCategoryCode",
    "registrationDate",
    "deregistrationDate",
    "calculationId",
    "contactOutcome",
    "recommendationUrl",
    "sourceCRN",
    "targetCRN",
    "unmergedCRN",
    "reactivatedCRN",
    "eventNumber",
)
OTHER_PEOPLE = ("sourceCRN", "targetCRN", "unmergedCRN", "reactivatedCRN")
# Duties whose windows are hours, and the kinds of event that tell every fact they begin with. A duty of which
# one such fact is in no event (S21: an arrest) is not here, and stays "after the fact".
DUTIES: Mapping[str, tuple[str, ...]] = MappingProxyType({"S19": ("recall_decision", "recall")})
