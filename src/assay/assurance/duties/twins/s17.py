"""S17, slowly: silence between agencies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assay.assurance.duties.reference_cases import Case
from assay.assurance.duties.reference_recurring import Demanded, Recurring, runs_of


def recurring(case: Case) -> Recurring:
    ones = case.codes("mappa_level_one")
    mappa = case.registered("mappa_registers")
    always = [
        *case.high,
        *case.registered("child_protection_registers"),
        *(each for each in mappa if each.row["level"] not in ones),
    ]
    level_one = [each for each in mappa if each.row["level"] in ones]
    partners = [each for each in case.circle if each.row["role"] == "partner"]
    abuse = case.registered("current_abuse_registers")
    stands = timedelta(days=case.length("mappa_level_one_review"))
    reviews = [replace(each, end=each.start + stands) for each in case.of_types("mappa_level_one_reviews")]

    def other_reason(day: date) -> bool:
        return any(each.holds(day) for each in always) or (
            any(each.holds(day) for each in abuse) and any(each.holds(day) for each in partners)
        )

    def expected(day: date) -> bool:
        if not case.is_supervised(day):
            return False
        quiet = any(each.holds(day) for each in reviews)
        return other_reason(day) or (any(each.holds(day) for each in level_one) and not quiet)

    def alone(review_end: date, start: date) -> list[tuple[date, date]]:
        runs: list[tuple[date, date]] = []
        day = start
        while day < review_end:
            if not other_reason(day):
                if runs and runs[-1][1] == day:
                    runs[-1] = (runs[-1][0], day + timedelta(days=1))
                else:
                    runs.append((day, day + timedelta(days=1)))
            day += timedelta(days=1)
        return runs

    return Recurring(
        demands=[
            Demanded(span=span, window="agency_contact", clause="expected")
            for span in runs_of(case, expected)
            if span.opened_on <= case.as_at
        ],
        evidence=case.of_types("agency_contacts"),
        exempt=[
            ("reviewed", replace(each, start=first, end=last))
            for each in reviews
            for first, last in alone(each.end, each.start)
        ],
        severity=case.number("agency_contact_severity"),
    )
