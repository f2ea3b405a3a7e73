"""S28, slowly: a planned need, and a service for it."""

from __future__ import annotations

from datetime import date, timedelta

from assay.assurance.duties.reference_cases import Case, Thing, Trigger
from assay.assurance.duties.reference_sentences import Sentence


def sentence(case: Case) -> Sentence:
    planned = case.events("plan_need", "plan_need_id", "planned_on")
    given = case.events("intervention", "intervention_id", "referred_on")
    referred = case.events("referral", "referral_id", "referred_on")
    for_whom = {
        kind: case.codes(f"{about}_needs")
        for about in ("accommodation", "treatment")
        for kind in case.codes(f"{about}_referrals")
    }
    early = timedelta(days=case.length("need_service_before"))

    def runs(service: Thing, day: date) -> bool:
        """Whether a service begun before was still there on the day."""
        ended = service.row["ended_on"]
        if ended is not None and ended <= case.as_at:
            return bool(ended > day)
        return service.row["outcome"] is None or service.start > day

    def for_need(need: str, day: date) -> list[date]:
        days = [
            each.start
            for each in given
            if each.row["need"] == need and (each.start >= day - early or runs(each, day))
        ]
        return days + [
            each.start
            for each in referred
            if need in for_whom.get(each.row["kind"], ()) and each.start >= day - early
        ]

    def vague(day: date) -> bool:
        return any(
            each.row["need"] is None and (each.start >= day - early or runs(each, day)) for each in given
        )

    triggers = []
    for span in case.supervised:
        inside = [each for each in planned if span.contains(each.start)]
        for need in sorted({each.row["need"] for each in inside}):
            same = [each for each in inside if each.row["need"] == need]
            first = min(same, key=lambda each: (each.start, each.row_id))
            services = for_need(need, first.start)
            triggers.append(
                Trigger(
                    on=first.start,
                    known=first.known,
                    since=min(services, default=date.max),
                    table="plan_need",
                    row_id=first.row_id,
                    clause="planned",
                    window="need_service",
                    unsure="service_without_need" if not services and vague(first.start) else None,
                )
            )
    plans = [each for each in case.assessments if each.row["type"] in case.codes("sentence_plan_assessments")]
    assessed = min((each.start for each in plans), default=date.max)
    # The first need that any time of supervision took up: what was planned outside one does not count.
    taken_up = min((each.on for each in triggers), default=date.max)
    return Sentence(
        applies=lambda day: case.is_supervised(day) and day >= taken_up,
        unknown=lambda day: (
            "no_needs_recorded" if case.is_supervised(day) and assessed <= day < taken_up else None
        ),
        triggers=triggers,
        evidence=[
            *(each for each in given if each.row["need"] is not None),
            *(each for each in referred if each.row["kind"] in for_whom),
        ],
        exempt=[("suspended", each) for each in case.suspended],
        severity=case.number("need_service_severity"),
    )
