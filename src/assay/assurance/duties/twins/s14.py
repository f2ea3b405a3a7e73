"""S14, slowly: a plan that names people and agencies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from assay.assurance.duties.reference_cases import Case, Thing
from assay.assurance.duties.reference_sentences import Sentence, raised
from assay.assurance.duties.twins.assessed import signed_on
from assay.core.dates import london_day


def sentence(case: Case) -> Sentence:
    answers = sorted(
        (each for each in case.assessments if each.row["domestic_abuse"] is not None),
        key=lambda each: (each.start, each.row_id),
    )
    flagged = {row["sentence_id"] for row in case.tables["offence"] if row["domestic_abuse"]}
    at_levels = [each for each in case.rosh if each.row["level"] in case.codes("planned_for_levels")]
    near_children = [*case.children, *case.registered("child_registers")]
    abusive = case.registered("domestic_abuse_registers")

    def child(day: date) -> bool:
        return any(each.holds(day) for each in near_children)

    def abuse(day: date) -> bool:
        said = [each for each in answers if each.start <= day]
        return (
            any(each.holds(day) for each in abusive)
            or any(each.row_id in flagged and each.holds(day) for each in case.sentences)
            or bool(said and said[-1].row["domestic_abuse"])
        )

    def called_for(day: date) -> bool:
        return any(each.holds(day) for each in at_levels) or child(day) or abuse(day)

    def unknown(day: date) -> str | None:
        silent = not called_for(day) and not any(each.holds(day) for each in case.rosh)
        return "no_level" if silent and case.is_supervised(day) else None

    signings: list[Thing] = []
    wholes: list[Thing] = []
    for row in case.tables["assessment"]:
        each = signed_on(case, row)
        if each is None or row["type"] not in case.codes("plan_assessments"):
            continue
        signings.append(each)
        lines = [line for line in case.tables["plan_row"] if line["assessment_id"] == each.row_id]
        kinds = {line["kind"] for line in lines}
        whom = {line["protects"] for line in lines} - {None}
        if (
            whom
            and any(line["owner_agency"] for line in lines)
            and any(line["due_on"] for line in lines)
            and kinds & case.codes("control_rows")
            and kinds & case.codes("contingency_rows")
            and ("child" in whom or not child(each.start))
            and (whom & {"partner", "victim"} or not abuse(each.start))
        ):
            written = max(london_day(line["recorded_at"]) for line in lines)
            wholes.append(replace(each, known=max(each.known, written)))
    return Sentence(
        applies=lambda day: case.is_supervised(day) and called_for(day),
        unknown=unknown,
        triggers=raised(signings, "plan_signed", "assessment", "plan_names"),
        evidence=wholes,
        severity=case.number("plan_names_severity"),
    )
