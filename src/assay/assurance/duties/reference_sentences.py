"""The slow twin's duties that are raised once, each written from its sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from assay.assurance.duties.reference_cases import ONE, Case, Excuse, Thing, Trigger
from assay.core.dates import london_day


@dataclass(kw_only=True)
class Sentence:
    """A duty's sentence over one case, for the duties that are raised once."""

    applies: Callable[[date], bool]
    triggers: list[Trigger]
    evidence: list[Thing]
    excuses: list[Excuse] = field(default_factory=list)
    exempt: list[tuple[str, Thing]] = field(default_factory=list)
    unknown: Callable[[date], str | None] = lambda day: None
    severity: int
    severe: int = 0
    severe_on: Callable[[date], bool] = lambda day: False


def _raise(rows: Iterable[Thing], clause: str, table: str, window: str, **more: Any) -> list[Trigger]:
    return [
        Trigger(
            on=each.start,
            known=each.known,
            since=more.get("since", lambda r: r.start)(each),
            table=table,
            row_id=each.row_id,
            clause=clause,
            window=window,
            unsure=more.get("unsure", lambda r: None)(each),
        )
        for each in rows
    ]


def _s01(case: Case) -> Sentence:
    registers = case.registered("domestic_abuse_registers")
    orders = case.registered("restraining_registers")
    answers = sorted(
        (each for each in case.assessments if each.row["domestic_abuse"] is not None),
        key=lambda each: (each.start, each.row_id),
    )
    flagged = {row["sentence_id"] for row in case.tables["offence"] if row["domestic_abuse"]}

    def indicated(day: date) -> bool:
        last = [each for each in answers if each.start <= day]
        return (
            any(each.holds(day) for each in (*registers, *orders))
            or any(each.row_id in flagged and each.holds(day) for each in case.sentences)
            or bool(last and last[-1].row["domestic_abuse"])
        )

    def applies(day: date) -> bool:
        asked = any(each.start <= day for each in answers)
        return any(span.contains(day) for span in case.life) and (indicated(day) or not asked)

    arrivals = [
        each
        for each in case.spans("allocation", "allocation_id")
        if each.row["reason"] in case.codes("arrivals_from_a_region")
    ]
    found = case.later((*registers, *orders), case.life)

    def start_of_life(each: Thing) -> date:
        span = case.span_of(each.start, case.life)
        assert span is not None
        return span.opened_on

    asked = [
        each
        for each in case.enquiries
        if each.row["agency"] == "police" and each.row["kind"] in case.codes("police_enquiries")
    ]
    sent = [each for each in asked if each.row["outcome"] == "sent"]
    age = timedelta(days=case.length("police_already_up_to_date"))
    excuses = []
    for each in asked:
        if each.row["outcome"] != "not_sent_up_to_date":
            continue
        answered = [_answered(other, case.as_at) for other in sent]
        if any(day is not None and day <= each.start <= day + age for day in answered):
            excuses.append(_excuse(each, "already_up_to_date", first=date.min, last=each.start))
    for each in case.sentences:
        low = any(r.row["level"] in case.codes("low_risk_levels") and r.holds(each.start) for r in case.rosh)
        alone = each.row["type"] in case.codes("unpaid_work_sentences")
        if alone and low and not indicated(each.start):
            excuses.append(
                _excuse(each, "unpaid_work_low", first=date.min, last=each.start, anchor=each.row_id)
            )
    return Sentence(
        applies=applies,
        triggers=[
            *_raise(case.sentences, "start", "sentence", "police_enquiry"),
            *_raise(case.re_releases(), "release", "release", "police_enquiry"),
            *_raise(arrivals, "arrival", "allocation", "police_enquiry"),
            *_raise(found, "sign_found", "registration", "police_enquiry", since=start_of_life),
        ],
        evidence=sent,
        excuses=excuses,
        severity=case.number("police_enquiry_severity"),
    )


def _answered(enquiry: Thing, as_at: date) -> date | None:
    day: date | None = enquiry.row["answered_on"]
    return day if day is not None and day <= as_at else None


def _excuse(each: Thing, clause: str, *, first: date, last: date, **more: str | None) -> Excuse:
    return Excuse(
        on=each.start, known=each.known, row_id=each.row_id, clause=clause, first=first, last=last, **more
    )


def _s04(case: Case) -> Sentence:
    risky = case.codes("child_risk_levels")
    registers = case.registered("child_registers")
    levels = [each for each in case.rosh if each.row["children"] in risky]
    stated = sorted(
        (each for each in case.assessments if each.row["risk_children"] is not None),
        key=lambda each: (each.start, each.row_id),
    )

    def concern(day: date) -> bool:
        last = [each for each in stated if each.start <= day]
        return any(each.holds(day) for each in (*case.children, *registers, *levels)) or bool(
            last and last[-1].row["risk_children"] in risky
        )

    first_word = [each.start for each in (*case.children, *registers, *stated)]
    first_word += [each.start for each in case.rosh if each.row["children"] is not None]

    def applies(day: date) -> bool:
        return case.is_supervised(day) and concern(day)

    def unknown(day: date) -> str | None:
        silent = not first_word or day < min(first_word)
        return "nothing_recorded" if silent and case.is_supervised(day) else None

    lived = [each for each in case.addresses if each.row["type"] in case.codes("lived_at_addresses")]
    newly = [each for each in levels if applies(each.start) and not applies(each.start - ONE)]
    asked = [
        each
        for each in case.enquiries
        if each.row["agency"] == "childrens_services"
        and each.row["kind"] in case.codes("child_enquiries")
        and each.row["outcome"] == "sent"
    ]
    good = timedelta(days=case.length("child_enquiry_still_good"))
    excuses = []
    for each in asked:
        new = [other.start for other in (*case.children, *lived) if other.start > each.start]
        last = min([each.start + good, *(day - ONE for day in new)])
        excuses.append(_excuse(each, "recent_enquiry", first=each.start + ONE, last=last))
        if (about := each.row["address_id"]) is not None:
            excuses.append(
                _excuse(each, "address_asked", first=each.start + ONE, last=each.start + good, anchor=about)
            )
    window = "child_enquiry"
    return Sentence(
        applies=applies,
        unknown=unknown,
        triggers=[
            *_raise(case.sentences, "start", "sentence", window),
            *_raise(case.re_releases(), "release", "release", window),
            *_raise(case.later(lived, case.supervised), "move", "address", window),
            *_raise(case.later(case.children, case.supervised), "child_known", "circle", window),
            *_raise(case.later(registers, case.supervised), "concern", "registration", window),
            *_raise(case.later(newly, case.supervised), "risk_found", "rosh", window),
        ],
        evidence=asked,
        excuses=excuses,
        severity=case.number("child_enquiry_severity"),
        severe=case.number("child_enquiry_severity_child_protection"),
        severe_on=lambda day: any(r.holds(day) for r in case.registered("child_protection_registers")),
    )


def _s06(case: Case) -> Sentence:
    answers = []
    for each in case.enquiries:
        day = _answered(each, case.as_at)
        ours = each.row["agency"] == "childrens_services" and each.row["kind"] in case.codes(
            "child_enquiries"
        )
        if ours and day is not None and each.row["reply"] not in case.codes("answers_without_content"):
            written = each.row["answer_recorded_at"] or each.row["recorded_at"]
            answers.append(replace(each, start=day, known=max(london_day(written), day)))
    window = "assessment_after_answer"
    return Sentence(
        applies=case.is_supervised,
        triggers=[
            *_raise(
                answers,
                "answered",
                "enquiry",
                window,
                unsure=lambda r: "reply_not_recorded" if r.row["reply"] is None else None,
            ),
            *_raise(case.of_types("child_protection_documents"), "document", "contact", window),
        ],
        evidence=[each for each in case.assessments if each.row["type"] in case.codes("risk_assessments")],
        severity=case.number("assessment_after_answer_severity"),
        severe=case.number("assessment_after_answer_severity_child_protection"),
        severe_on=lambda day: any(r.holds(day) for r in case.registered("child_protection_registers")),
    )


def _s15(case: Case) -> Sentence:
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
            for each in _raise(rows, clause, table, "")
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
            *_raise(case.later(concerns, case.supervised), "concern", "registration", "home_visit_concern"),
        ],
        evidence=visits,
        excuses=[
            _excuse(each, "visit_excused", first=date.min, last=each.start)
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


def _s21(case: Case) -> Sentence:
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
            *_raise(rose, "risk_rose", "rosh", soon),
            *_raise(mappa, "mappa", "registration", soon),
            *_raise(case.registered("child_protection_registers"), "child_protection", "registration", soon),
            *_raise(case.registered("near_miss_registers"), "near_miss", "registration", soon),
            *_raise(case.spans("suspension", "suspension_id"), "suspension", "suspension", soon),
            *_raise(changed, "new_holder", "allocation", soon),
            *_raise(green, "inexperienced", "allocation", soon),
            *_raise(above, "above_grade", "allocation", soon),
            *_raise(arrests, "escalation", "contact", now),
            *_raise(case.events("recall", "recall_id", "recalled_on"), "recall", "recall", now),
            *_raise(case.of_types("recall_decisions"), "recall_decision", "contact", now),
        ],
        evidence=overseen,
        excuses=[
            _excuse(each, "recent_oversight", first=each.start + ONE, last=each.start + good, window=soon)
            for each in overseen
        ],
        severity=case.number("oversight_severity"),
    )


ONCE: Mapping[str, Callable[[Case], Sentence]] = {
    "S01": _s01,
    "S04": _s04,
    "S06": _s06,
    "S15": _s15,
    "S21": _s21,
}
