"""S11, slowly: the full analysis of risk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assay.assurance.duties.reference_cases import Case, Row, Thing
from assay.assurance.duties.reference_sentences import Sentence, excused, raised
from assay.assurance.duties.twins.assessed import filled_in, signed_on
from assay.assurance.duties.twins.extracts import unbrought
from assay.core.dates import london_day


def sentence(case: Case) -> Sentence:
    rows = case.events("assessment_part", "part_id", "completed_on")
    levels = case.codes("analysis_levels")
    screenings = sorted(
        (each for each in rows if each.row["part"] in case.codes("screening_parts")),
        key=lambda each: (each.start, each.row_id),
    )
    answers = sorted(
        (each for each in case.assessments if each.row["domestic_abuse"] is not None),
        key=lambda each: (each.start, each.row_id),
    )
    registers = case.registered("analysis_registers")
    harmful = {row["sentence_id"] for row in case.tables["offence"] if points_to_harm(case, row)}

    def required(day: date) -> bool:
        screened = [each for each in screenings if each.start <= day]
        asked = [each for each in answers if each.start <= day]
        return (
            any(each.row["level"] in levels and each.holds(day) for each in case.rosh)
            or any(each.holds(day) for each in registers)
            or any(each.row_id in harmful and each.holds(day) for each in case.sentences)
            or bool(screened and screened[-1].row["level"] in levels)
            or bool(asked and asked[-1].row["domestic_abuse"])
        )

    no_assessment = unbrought(case, "assessment", case.is_supervised)

    def unknown(day: date) -> str | None:
        if no_assessment(day):
            return no_assessment(day)
        said = required(day) or any(each.holds(day) for each in case.rosh)
        return "no_level" if case.is_supervised(day) and not said else None

    done = [
        made
        for row in case.tables["assessment"]
        if row["type"] in case.codes("initial_assessments") and (made := signed_on(case, row))
    ]
    complete = [found for each in done if (found := with_everything(case, each))]
    custody = [each for each in case.absences if each.row["kind"] in case.codes("custody_absences")]
    waivers = []
    for each in rows:
        day = each.row["countersigned_on"]
        if each.row["part"] in case.codes("waiver_parts") and day is not None and day <= case.as_at:
            told = replace(each, start=day, known=max(each.known, day))
            about = each.row["assessment_id"]
            waivers.append(excused(told, "waived", first=date.min, last=date.max, anchor=about))
    return Sentence(
        applies=lambda day: case.is_supervised(day) and required(day),
        unknown=unknown,
        triggers=raised(done, "signed", "assessment", "full_analysis"),
        evidence=complete,
        excuses=waivers,
        exempt=[("in_custody", each) for each in custody],
        severity=case.number("full_analysis_severity"),
    )


def points_to_harm(case: Case, offence: Row) -> bool:
    custody = any(
        each.row_id == offence["sentence_id"] and each.row["type"] in case.codes("licence_sentences")
        for each in case.sentences
    )
    return bool(offence["domestic_abuse"] or offence["sexual"] or (offence["violent"] and custody))


def with_everything(case: Case, assessment: Thing) -> Thing | None:
    found = filled_in(case, assessment, "full_analysis_parts", "risk_plan_parts")
    plans = [
        row
        for row in case.tables["plan_row"]
        if row["assessment_id"] == assessment.row_id and row["kind"] in case.codes("contingency_rows")
    ]
    if found is None or not plans:
        return None
    return replace(found, known=max(found.known, min(london_day(row["recorded_at"]) for row in plans)))
