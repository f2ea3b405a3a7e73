"""S21, slowly: management oversight."""

from __future__ import annotations

from datetime import timedelta

from assay.assurance.duties.reference_cases import ONE, Case
from assay.assurance.duties.reference_sentences import Sentence, excused, raised


def sentence(case: Case) -> Sentence:
    high = case.codes("high_risk_levels")
    rose, before = [], None
    for each in sorted(case.rosh, key=lambda r: (r.start, r.row_id)):
        level = each.row["level"]
        if level in high and (before not in high or (level == "very_high" and before != "very_high")):
            rose.append(each)
        before = level
    staff = {row["staff_code"]: row for row in case.tables["practitioner"]}
    allocations = case.spans("allocation", "allocation_id")
    changed, green, above = [], [], []
    for each in allocations:
        holder = staff[each.row["staff_code"]]
        support = holder["grade"] in case.codes("support_grades")
        qualified, accredited = holder["qualified_on"], holder["accredited_on"]
        new_until = timedelta(days=case.length("newly_qualified"))
        if each.row["reason"] in case.codes("changes_of_holder"):
            changed.append(each)
        if (
            holder["grade"] in case.codes("trainee_grades")
            or (
                holder["grade"] in case.codes("qualified_grades")
                and qualified is not None
                and each.start < qualified + new_until
            )
            or (support and (accredited is None or each.start < accredited))
        ):
            green.append(each)
        if support and any(r.holds(each.start) for r in case.high):
            above.append(each)
    abuse = case.registered("current_abuse_registers")
    arrests = [c for c in case.of_types("escalation_contacts") if any(r.holds(c.start) for r in abuse)]
    mappa = [
        r for r in case.registered("mappa_registers") if r.row["level"] in case.codes("active_mappa_levels")
    ]
    overseen = case.of_types("oversight_contacts")
    good = timedelta(days=case.length("oversight_still_good"))
    soon, now = "oversight", "oversight_same_day"
    return Sentence(
        applies=case.is_supervised,
        triggers=[
            *raised(rose, "risk_rose", "rosh", soon),
            *raised(mappa, "mappa", "registration", soon),
            *raised(case.registered("child_protection_registers"), "child_protection", "registration", soon),
            *raised(case.registered("near_miss_registers"), "near_miss", "registration", soon),
            *raised(case.spans("suspension", "suspension_id"), "suspension", "suspension", soon),
            *raised(changed, "new_holder", "allocation", soon),
            *raised(green, "inexperienced", "allocation", soon),
            *raised(above, "above_grade", "allocation", soon),
            *raised(arrests, "escalation", "contact", now),
            *raised(case.events("recall", "recall_id", "recalled_on"), "recall", "recall", now),
            *raised(case.of_types("recall_decisions"), "recall_decision", "contact", now),
        ],
        evidence=overseen,
        excuses=[
            excused(each, "recent_oversight", first=each.start + ONE, last=each.start + good, window=soon)
            for each in overseen
        ],
        severity=case.number("oversight_severity"),
    )
