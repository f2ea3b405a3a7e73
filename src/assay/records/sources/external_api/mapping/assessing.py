"""Assessments with their risk management plans, and what the plans say.

The plans carry the assessment's dates; the summary carries the assessor's name, for the latest alone. Needs
become planned needs only where the region has said that its plans take up every need linked to offending: the
service says which needs were found, not which were planned for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from assay.core.dates import london_day
from assay.records.sources.external_api.mapping.rows import Case, Row, code_of, key
from assay.records.sources.external_api.routes import HARM, NEEDS, PLANS, SUMMARY
from assay.records.sources.external_api.shapes import Harm, Needs, Plan, Summary

# The field of a plan, the kind of row it is, and the section its words belong to.
SECTIONS = (
    ("supervision", "supervision", "supervision"),
    ("monitoring_and_control", "monitoring_control", "monitoring_control"),
    ("interventions_and_treatment", "intervention", "interventions"),
    ("victim_safety_planning", "victim_safety", "victim_safety"),
    ("contingency_plans", "contingency", "contingency"),
)
NEED_CODES = {
    "ACCOMMODATION": "accommodation",
    "EDUCATION_TRAINING_AND_EMPLOYABILITY": "employment",
    "FINANCE": "finance",
    "FINANCIAL_MANAGEMENT_AND_INCOME": "finance",
    "RELATIONSHIPS": "relationships",
    "LIFESTYLE_AND_ASSOCIATES": "lifestyle",
    "DRUG_MISUSE": "drugs",
    "ALCOHOL_MISUSE": "alcohol",
    "EMOTIONAL_WELLBEING": "emotional",
    "EMOTIONAL_WELL_BEING": "emotional",
    "THINKING_AND_BEHAVIOUR": "thinking",
    "ATTITUDE": "attitudes",
    "ATTITUDES": "attitudes",
}
REDACTED = "*** REDACTED ***"


def map_assessments(case: Case) -> None:
    """Every assessment once: those of the plans, and the latest where it has no plan. Assessments of the last
    fetch that the service no longer lists are gone."""
    summary = next((said for _, said in case.read(SUMMARY, Summary)), None)
    rows: dict[str, Row] = {}
    for place, plan in case.read(PLANS, Plan):
        row = _of_plan(case, place, plan, summary)
        if row is not None and row["assessment_id"] not in rows:
            rows[row["assessment_id"]] = row
            case.take("assessment", row)
            _plan_rows(case, plan, row)
    if summary and not any(_is_of(summary, row) for row in rows.values()):
        row = _of_summary(case, summary)
        if row is not None:
            rows[row["assessment_id"]] = row
            case.take("assessment", row)
    _needs(case, rows)


def _of_plan(case: Case, place: int, plan: Plan, summary: Summary | None) -> Row | None:
    kind = code_of("assessment_type", plan.assessment_type.upper().replace(" ", ""))
    status = code_of("assessment_status", plan.assessment_status.upper().replace(" ", "_"))
    if kind is None or status is None:
        column, said = ("type", plan.assessment_type) if kind is None else ("status", plan.assessment_status)
        case.refuse_code(PLANS, place, column, said[:30])
        return None
    done = plan.date_completed or plan.latest_complete_date
    written = max(each for each in (plan.initiation_date, plan.latest_sign_lock_date, done) if each)
    if case.ends_before(written):
        return None
    row = _assessment(case, f"{case.crn}-{plan.assessment_id}", kind, status, plan.initiation_date, written)
    # A plan that was locked waited for a countersignature, and then its completion is that.
    locked = plan.latest_sign_lock_date
    row |= {
        "signed_on": _day(locked or done),
        "locked_on": _day(locked),
        "completed_on": _day(done) if status == "COMPLETE" else None,
        "countersigned_on": _day(done) if locked and status == "COMPLETE" else None,
    }
    return row | _people(case, summary if summary and _is_of(summary, row) else None) | _harm(case, row)


def _of_summary(case: Case, said: Summary) -> Row | None:
    kind = code_of("assessment_type", (said.assessment_type or "").upper().replace(" ", ""))
    status = code_of("assessment_status", (said.status or "").upper().replace(" ", "_"))
    if kind is None or status is None:
        column, words = ("type", said.assessment_type) if kind is None else ("status", said.status)
        case.refuse_code(SUMMARY, 1, column, (words or "none")[:30])
        return None
    began, done = said.initiation_date or said.completed_date, said.completed_date
    if began is None or case.ends_before(max(began, done or began)):
        return None
    name = key(case.crn, "assessment", began)
    row = _assessment(case, name, kind, status, began, max(began, done or began))
    row |= {"signed_on": _day(done), "completed_on": _day(done) if status == "COMPLETE" else None}
    return row | _people(case, said) | _harm(case, row)


def _assessment(case: Case, name: str, kind: str, status: str, began: datetime, written: datetime) -> Row:
    return {
        "assessment_id": name,
        "type": kind,
        "status": status,
        "started_on": london_day(began),
        "recorded_at": written,
    }


def _is_of(summary: Summary, row: Row) -> bool:
    """One assessment is begun on one day; nothing else is common to both answers."""
    return summary.initiation_date is not None and london_day(summary.initiation_date) == row["started_on"]


def _people(case: Case, summary: Summary | None) -> Row:
    """By name, where one of the region's own staff is called so."""
    if summary is None:
        return {}
    return {
        "staff_code": case.staff.named(summary.assessor_name),
        "countersigned_by": case.staff.named(summary.countersigner_name),
    }


def _harm(case: Case, row: Row) -> Row:
    """The level to children, from the risk summary of the same day."""
    for _, said in case.read(HARM, Harm):
        parts = said.summary.risk_in_community if said.summary else None
        if parts and parts.children and london_day(said.assessed_on) == row.get("completed_on"):
            level = parts.children.casefold().replace(" ", "_")
            return {"risk_children": code_of("rosh_level", level)}
    return {}


def _plan_rows(case: Case, plan: Plan, assessment: Row) -> None:
    for field, kind, section in SECTIONS:
        words = getattr(plan, field)
        if not words:
            continue
        name = f"{assessment['assessment_id']}-{kind}"
        case.take(
            "plan_row",
            {
                "plan_row_id": name,
                "assessment_id": assessment["assessment_id"],
                "kind": kind,
                "recorded_at": assessment["recorded_at"],
            },
        )
        if words != REDACTED:
            case.rows.add("words", _words(case, name, section, words, assessment["recorded_at"]))


def _words(case: Case, plan_row: str, section: str, body: str, written_at: datetime) -> Row:
    """Marked sensitive: the service does not say what may be handed to the person; somebody reads first."""
    return {
        "words_id": f"words-{plan_row}",
        "crn": case.crn,
        "subject": "plan_row",
        "subject_id": plan_row,
        "section": section,
        "kind": "judgement",
        "flag": "sensitive",
        "written_at": written_at,
        "body": body,
    }


def _needs(case: Case, assessments: dict[str, Row]) -> None:
    for place, said in case.read(NEEDS, Needs):
        on = london_day(said.assessed_on)
        of_day = next(_completed(assessments, on), None)
        for need in said.needs if of_day else ():
            code = NEED_CODES.get(need.type.upper())
            if code is None:
                case.refuse_code(NEEDS, place, "need", need.type[:40])
            elif of_day and (need.risk_of_reoffending or need.risk_of_harm):
                row = {"plan_need_id": f"{of_day['assessment_id']}-{code}", "need": code, "planned_on": on}
                case.take(
                    "plan_need",
                    {**row, "assessment_id": of_day["assessment_id"], "recorded_at": of_day["recorded_at"]},
                )


def _completed(assessments: dict[str, Row], on: date) -> Iterator[Row]:
    return (row for row in assessments.values() if row.get("completed_on") == on)


def _day(instant: datetime | None) -> date | None:
    return london_day(instant) if instant else None
