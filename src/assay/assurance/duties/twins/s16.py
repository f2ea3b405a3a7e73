"""S16, slowly: the gap between contacts."""

from __future__ import annotations

from datetime import date, timedelta

from assay.assurance.duties.reference_cases import Case
from assay.assurance.duties.reference_recurring import Demanded, Recurring, runs_of


def recurring(case: Case) -> Recurring:
    leave = [each for each in case.absences if each.row["kind"] in case.codes("agreed_leave")]
    off = [*leave, *case.suspended]

    def expected(day: date) -> bool:
        return case.is_supervised(day) and not any(each.holds(day) for each in off)

    phase = timedelta(days=case.length("contact_early_phase"))

    def weekly(day: date) -> bool:
        span = case.span_of(day, case.supervised)
        early = span is not None and day < span.opened_on + phase
        return expected(day) and early and any(each.holds(day) for each in case.high)

    return Recurring(
        demands=[
            *(Demanded(span=s, window="contact_monthly", clause="monthly") for s in runs_of(case, expected)),
            *(Demanded(span=s, window="contact_early_high", clause="weekly") for s in runs_of(case, weekly)),
        ],
        evidence=[
            each
            for each in case.of_types("face_to_face_appointments")
            if each.row["outcome"] in case.codes("attended_outcomes")
        ],
        exempt=[
            *(("suspended", each) for each in case.suspended),
            *(("agreed_leave", each) for each in leave),
        ],
        severity=case.number("contact_severity"),
    )
