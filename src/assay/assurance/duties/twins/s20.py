"""S20, slowly: a review when something happens that calls for one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assay.assurance.duties.reference_cases import ONE, Case, Thing
from assay.assurance.duties.reference_sentences import Sentence, excused, raised
from assay.core.spans import FOREVER


def sentence(case: Case) -> Sentence:
    together = timedelta(days=case.length("violations_together"))
    seen: list[Thing] = []
    thirds = []
    ordered = case.of_types("monitoring_violations")
    for each in sorted(ordered, key=lambda row: (row.start, row.row_id)):
        if sum(other.start > each.start - together for other in seen) >= 2:
            thirds.append(each)
        seen.append(each)

    supervised = case.supervised
    partners = [each for each in case.circle if each.row["role"] == "partner"]
    homes = [each for each in case.addresses if each.row["type"] in case.codes("review_addresses")]
    events = {
        ("arrest", "contact"): case.of_types("review_arrests"),
        ("meeting", "contact"): case.of_types("review_meetings"),
        ("violations", "contact"): thirds,
        ("partner", "circle"): case.later(partners, supervised),
        ("child", "circle"): case.later(case.children, supervised),
        ("move", "address"): case.later(homes, supervised),
        ("concern", "registration"): case.later(case.registered("concern_registers"), supervised),
        ("release", "release"): case.re_releases(),
    }
    begun = [
        each
        for each in case.events("assessment", "assessment_id", "started_on")
        if each.row["type"] in case.codes("risk_assessments")
    ]

    def done(each: Thing) -> date:
        day: date | None = each.row["completed_on"]
        return FOREVER if day is None or day > case.as_at else day

    soon = timedelta(days=case.length("review_begun_after"))
    happened = [each.start for rows in events.values() for each in rows]
    about = [each for each in begun if any(day <= each.start <= day + soon for day in happened)]
    reviews = case.of_types("case_reviews")
    good = timedelta(days=case.length("review_still_good"))
    window = "review_considered"
    return Sentence(
        applies=case.is_supervised,
        triggers=[
            *(
                trigger
                for (clause, table), rows in events.items()
                for trigger in raised(rows, clause, table, window)
            ),
            *raised(about, "review_begun", "assessment", "review_completed", since=done),
        ],
        evidence=[
            *reviews,
            *begun,
            *(
                replace(each, start=done(each), known=max(each.known, done(each)))
                for each in begun
                if done(each) < FOREVER
            ),
        ],
        excuses=[
            excused(
                each,
                "considered_before",
                first=each.start + ONE,
                last=each.start + good,
                window=window,
            )
            for each in reviews
        ],
        severity=case.number("review_severity"),
    )
