"""S18, slowly: a decision on a failure to attend or comply."""

from __future__ import annotations

from datetime import date

from assay.assurance.duties.reference_cases import Case, Excuse, Thing
from assay.assurance.duties.reference_sentences import Sentence, raised
from assay.core.spans import FOREVER


def sentence(case: Case) -> Sentence:
    decisions = case.events("enforcement", "enforcement_id", "decided_on")
    wide = case.codes("decisions_on_all_before")

    def settled(failure: Thing) -> date:
        after = [each for each in decisions if each.start >= failure.start]
        return min(
            (
                each.start
                for each in after
                if each.row["contact_id"] == failure.row_id or each.row["decision"] in wide
            ),
            default=FOREVER,
        )

    appointments = case.of_types("appointments_to_attend")
    failures = {
        "absent": [a for a in appointments if a.row["outcome"] in case.codes("absent_outcomes")],
        "not_complied": [a for a in appointments if a.row["outcome"] in case.codes("not_complied_outcomes")],
        "condition_broken": case.of_types("broken_conditions"),
    }
    excuses = []
    for each in decisions:
        shown = each.row["evidence_on"]
        if shown is not None and shown <= case.as_at:
            excuses.append(
                Excuse(
                    on=shown,
                    known=max(each.known, shown),
                    row_id=each.row_id,
                    clause="good_reason",
                    first=date.min,
                    last=date.max,
                    anchor=each.row["contact_id"],
                )
            )
    return Sentence(
        applies=lambda day: any(span.contains(day) for span in case.life),
        triggers=[
            trigger
            for clause, rows in failures.items()
            for trigger in raised(rows, clause, "contact", "failure_decision", since=settled)
        ],
        evidence=decisions,
        excuses=excuses,
        severity=case.number("failure_decision_severity"),
    )
