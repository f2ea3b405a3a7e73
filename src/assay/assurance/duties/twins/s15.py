"""S15, slowly: the home visit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from assay.assurance.duties.reference_cases import Case, Thing, Trigger
from assay.assurance.duties.reference_sentences import Sentence, excused, raised


def sentence(case: Case) -> Sentence:
    urgent = case.registered("urgent_visit_registers")

    def window(day: date) -> str | None:
        rows = sorted((r for r in case.rosh if r.end > day), key=lambda r: (r.start, r.row_id))
        level = rows[0].row["level"] if rows else None
        if any(r.holds(day) for r in urgent) or level in case.codes("high_risk_levels"):
            return "home_visit_high"
        if level is None:
            return None
        return "home_visit_medium" if level in case.codes("medium_risk_levels") else "home_visit_low"

    def rated(rows: Iterable[Thing], clause: str, table: str) -> list[Trigger]:
        return [
            replace(each, window=(w := window(each.on)), unsure=None if w else "no_level")
            for each in raised(rows, clause, table, "")
        ]

    attended = case.codes("attended_outcomes")
    checks = case.of_types("home_visit_assessments")
    approved = [each for each in checks if each.row["outcome"] in case.codes("home_visit_approved")]
    good = timedelta(days=case.length("home_visit_assessment_good_for"))
    visits = []
    for each in case.of_types("home_visits"):
        before = [other for other in approved if other.start <= each.start <= other.start + good]
        if each.row["outcome"] in attended and before:
            visits.append(replace(each, known=max(each.known, min(other.known for other in before))))
    homes = [each for each in case.addresses if each.row["type"] in case.codes("home_addresses")]
    no_home = [each for each in case.addresses if each.row["type"] in case.codes("no_home_addresses")]
    concerns = case.registered("concern_registers")
    return Sentence(
        applies=case.is_supervised,
        unknown=lambda day: (
            "no_address"
            if case.is_supervised(day) and not any(each.holds(day) for each in case.addresses)
            else None
        ),
        triggers=[
            *rated(case.sentences, "start", "sentence"),
            *rated(case.later(homes, case.supervised), "move", "address"),
            *raised(case.later(concerns, case.supervised), "concern", "registration", "home_visit_concern"),
        ],
        evidence=visits,
        excuses=[
            excused(each, "visit_excused", first=date.min, last=each.start)
            for each in checks
            if each.row["outcome"] in case.codes("home_visit_excused")
        ],
        exempt=[
            *(("no_home", each) for each in no_home),
            *(("suspended", each) for each in case.suspended),
        ],
        severity=case.number("home_visit_severity"),
        severe=case.number("home_visit_severity_high"),
        severe_on=lambda day: any(each.holds(day) for each in (*case.high, *urgent)),
    )
