"""S09, slowly: the first appointment."""

from __future__ import annotations

from datetime import date

from assay.assurance.duties.reference_cases import ONE, Case
from assay.assurance.duties.reference_sentences import Sentence, excused, raised
from assay.core.spans import FOREVER


def sentence(case: Case) -> Sentence:
    licence = [each for each in case.sentences if each.row["type"] in case.codes("licence_sentences")]
    orders = [
        each
        for each in case.sentences
        if each.row["type"] in case.codes("starting_sentences") and each not in licence
    ]
    risky = [each for each in orders if any(level.holds(each.start) for level in case.high)]
    appointments = case.of_types("face_to_face_appointments")
    premises = [each for each in case.addresses if each.row["type"] in case.codes("approved_premises")]
    return Sentence(
        applies=case.is_supervised,
        triggers=[
            *raised(licence, "start_licence", "sentence", "first_appointment_licence"),
            *raised(risky, "start_high", "sentence", "first_appointment_high"),
            *raised(orders, "start", "sentence", "first_appointment"),
            *raised(case.re_releases(), "release", "release", "first_appointment_licence"),
        ],
        evidence=[each for each in appointments if each.row["outcome"] in case.codes("attended_outcomes")],
        excuses=[
            excused(
                each,
                "arrived",
                first=date.min,
                last=FOREVER if each.end == FOREVER else max(each.start, each.end - ONE),
            )
            for each in premises
        ],
        severity=case.number("first_appointment_severity"),
        severe=case.number("first_appointment_severity_high"),
        severe_on=lambda day: (
            any(each.holds(day) for each in licence) and any(each.holds(day) for each in case.high)
        ),
    )
