"""S10, slowly: the initial assessment and plan."""

from __future__ import annotations

from datetime import date, timedelta

from assay.assurance.duties.reference_cases import ONE, Case, Excuse, Thing
from assay.assurance.duties.reference_sentences import Sentence, raised
from assay.assurance.duties.twins.assessed import filled_in, signed_on


def sentence(case: Case) -> Sentence:
    seen = [
        each
        for each in case.of_types("face_to_face_appointments")
        if each.row["outcome"] in case.codes("attended_outcomes")
    ]
    starts: dict[str, date] = {}
    for each in case.sentences:
        if each.row["type"] in case.codes("starting_sentences") | case.codes("unpaid_work_sentences"):
            after = sorted((other.start, other.row_id) for other in seen if other.start >= each.start)
            if after:
                first = after[0][1]
                starts[first] = max(each.start, starts.get(first, date.min))

    def applies(day: date) -> bool:
        low = any(r.row["level"] in case.codes("low_risk_levels") and r.holds(day) for r in case.rosh)
        unpaid = case.codes("unpaid_work_sentences")
        works = any(each.row["type"] in unpaid and each.holds(day) for each in case.sentences)
        return case.is_supervised(day) or (works and not low)

    complete = [
        done
        for each in case.tables["assessment"]
        if each["type"] in case.codes("initial_assessments")
        and (done := whole(case, signed_on(case, each))) is not None
    ]
    months = timedelta(days=case.length("initial_plan_carried_forward"))
    return Sentence(
        applies=applies,
        triggers=raised(
            [each for each in seen if each.row_id in starts],
            "first_seen",
            "contact",
            "initial_plan",
            since=lambda each: starts[each.row_id],
        ),
        evidence=complete,
        excuses=[
            Excuse(
                on=review.start,
                known=max(review.known, old.known),
                row_id=review.row_id,
                clause="carried_forward",
                first=old.start + ONE,
                last=min(review.start, old.start + months),
            )
            for review in case.of_types("plan_reviews")
            for old in complete
            if old.start < review.start
        ],
        severity=case.number("initial_plan_severity"),
    )


def whole(case: Case, assessment: Thing | None) -> Thing | None:
    return filled_in(case, assessment, "plan_parts", "predictor_parts", "risk_parts")
