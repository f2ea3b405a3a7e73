"""Words, assessments and plans of a case, from their rows."""

from __future__ import annotations

from collections.abc import Sequence

from assay.records.cases.known import Row, Rows
from assay.records.cases.naming import Names
from assay.records.cases.types import Assessment, PlanRow, Words
from assay.records.codes import code_list


def words_of(row: Row) -> Words:
    """A row of the words, in the paragraphs a reader can cite: what an empty line separates."""
    return Words(
        words_id=row["words_id"],
        subject=row["subject"],
        subject_id=row["subject_id"],
        section=row["section"],
        section_name=code_list("words_section").name_of(row["section"]),
        kind=row["kind"],
        kind_name=code_list("words_kind").name_of(row["kind"]),
        flag=row["flag"],
        author=row["author"],
        written_at=row["written_at"],
        paragraphs=tuple(each.strip() for each in row["body"].split("\n\n") if each.strip()),
    )


def of_row(words: Sequence[Words], subject: str, row_id: str) -> tuple[Words, ...]:
    """The words that belong to one row."""
    return tuple(each for each in words if each.subject == subject and each.subject_id == row_id)


def assessments(rows: Rows, words: Sequence[Words], called: Names) -> tuple[Assessment, ...]:
    """Oldest first, each with its plan."""
    plans: dict[str, list[PlanRow]] = {}
    for row in rows("plan_row"):
        plans.setdefault(row["assessment_id"], []).append(_plan_row(row, words))
    return tuple(
        Assessment(
            assessment_id=row["assessment_id"],
            type=row["type"],
            type_name=code_list("assessment_type").name_of(row["type"]),
            status=row["status"],
            staff_code=row["staff_code"],
            by=called.of_staff(row["staff_code"]),
            started_on=row["started_on"],
            signed_on=row["signed_on"],
            locked_on=row["locked_on"],
            completed_on=row["completed_on"],
            countersigned_on=row["countersigned_on"],
            risk_children=row["risk_children"] or "",
            words=of_row(words, "assessment", row["assessment_id"]),
            plan=tuple(plans.get(row["assessment_id"], ())),
        )
        for row in rows("assessment")
    )


def _plan_row(row: Row, words: Sequence[Words]) -> PlanRow:
    return PlanRow(
        plan_row_id=row["plan_row_id"],
        kind=row["kind"],
        kind_name=code_list("plan_row_kind").name_of(row["kind"]),
        protects=code_list("circle_role").name_of(row["protects"]),
        owner_agency=code_list("agency").name_of(row["owner_agency"]),
        due_on=row["due_on"],
        words=of_row(words, "plan_row", row["plan_row_id"]),
    )
