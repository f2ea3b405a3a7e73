"""S29, slowly: engagement falling away."""

from __future__ import annotations

from datetime import date, timedelta

from assay.assurance.duties.reference_cases import Case, Thing
from assay.assurance.duties.reference_sentences import Sentence, excused, raised


def sentence(case: Case) -> Sentence:
    appointments = case.of_types("engaging_appointments")
    seen = [each for each in appointments if each.row["outcome"] in case.codes("attended_outcomes")]
    missed = [each for each in appointments if each.row["outcome"] in case.codes("missed_outcomes")]
    leave = [each for each in case.absences if each.row["kind"] in case.codes("agreed_leave")]
    away = [*case.suspended, *leave]
    further = [
        each
        for each in case.events("enforcement", "enforcement_id", "decided_on")
        if each.row["decision"] in case.codes("return_to_court_decisions")
    ]
    recalls = case.events("recall", "recall_id", "recalled_on")
    return Sentence(
        applies=lambda day: case.is_supervised(day) and not any(each.holds(day) for each in away),
        triggers=raised(_again(case, missed, seen), "missed_again", "contact", "engaged_again"),
        evidence=seen,
        excuses=[
            *(excused(each, "breach_begun", first=date.min, last=each.start) for each in further),
            *(excused(each, "recalled", first=date.min, last=each.start) for each in recalls),
        ],
        exempt=[
            *(("suspended", each) for each in case.suspended),
            *(("agreed_leave", each) for each in leave),
        ],
        severity=case.number("engagement_severity"),
    )


def _again(case: Case, missed: list[Thing], seen: list[Thing]) -> list[Thing]:
    """Walks through the days of missed appointments, forgetting all of them once the person was seen."""
    needed, span = case.number("missed_count"), timedelta(days=case.length("missed_span"))
    met = {each.start for each in seen}
    found: list[Thing] = []
    run: list[date] = []
    told = False
    for day in sorted({each.start for each in missed} | met):
        today = [each for each in missed if each.start == day]
        if today:
            run.append(day)
            if not told and len(run) >= needed and day - run[-needed] <= span:
                told = True
                found.append(
                    Thing(
                        row_id=min(each.row_id for each in today),
                        start=day,
                        known=min(each.known for each in today),
                    )
                )
        if day in met:
            run, told = [], False
    return found
