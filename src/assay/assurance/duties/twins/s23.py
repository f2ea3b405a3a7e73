"""S23, slowly: what a manager asked for, done."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assay.assurance.duties.reference_cases import Case, Thing
from assay.assurance.duties.reference_sentences import Sentence, raised
from assay.core.spans import FOREVER


def sentence(case: Case) -> Sentence:
    entries = case.of_types("oversight_contacts")
    actions = case.events("oversight_action", "oversight_action_id", "asked_on")
    named = {each.row["contact_id"] for each in actions}
    done = [each for each in entries if each.row["outcome"] in case.codes("follow_up_completed")]
    asking = [
        each
        for each in entries
        if each.row["outcome"] in case.codes("follow_up_required") and each.row_id not in named
    ]

    def next_done(each: Thing) -> date:
        return min((other.start for other in done if other.start >= each.start), default=FOREVER)

    def closed(each: Thing) -> date:
        day: date | None = each.row["closed_on"]
        return FOREVER if day is None or day > case.as_at else day

    with_day = []
    for each in actions:
        due = each.row["due_on"]
        if due is not None and due <= case.as_at:
            with_day.append(replace(each, start=max(due, each.start), known=max(each.known, due)))
    closings = [
        replace(each, start=closed(each), known=max(each.known, closed(each)))
        for each in actions
        if closed(each) != FOREVER
    ]
    return Sentence(
        applies=lambda day: (
            any(span.contains(day) for span in case.life)
            and any(each.start <= day for each in (*asking, *actions))
        ),
        triggers=[
            *raised(asking, "follow_up", "contact", "oversight_follow_up", since=next_done),
            *raised(
                [each for each in actions if each.row["due_on"] is None],
                "asked",
                "oversight_action",
                "oversight_follow_up",
                since=closed,
            ),
            *raised(with_day, "asked_by_day", "oversight_action", "oversight_follow_up_by_day", since=closed),
        ],
        evidence=[*done, *closings],
        severity=case.number("oversight_follow_up_severity"),
    )
