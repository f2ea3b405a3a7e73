"""Failures and what was decided on them, recalls, plans, oversight asked for, and signs between agencies."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.factories.duties import Invented

BROKEN = ("C145", "EM01", "EM02", "APBR")


def add(case: Invented) -> None:
    conditions(case)
    decisions(case)
    overseen(case)
    agencies(case)
    plans(case)
    happenings(case)
    levels(case)
    recalls(case)
    suspensions(case)


def of(case: Invented, table: str) -> list[dict[str, Any]]:
    """The case's own rows of a table, so far."""
    return [row for row in case.made[table] if row["crn"] == case.crn]


def contact(case: Invented, kind: str, day: date, outcome: str | None = None) -> str:
    return case.add("contact", "contact_id", "happened_on", day, type=kind, outcome=outcome)


def conditions(case: Invented) -> None:
    for _ in range(case.random.choice((0, 0, 1, 2))):
        contact(case, case.random.choice(BROKEN), case.day(case.start - timedelta(days=5), 180))
    for _ in range(case.random.choice((0, 1, 2, 3))):
        kind, outcome = case.random.choice(("COAP", "CUPA", "RARP")), case.random.choice(("AFTA", "ATSH"))
        contact(case, kind, case.day(case.start - timedelta(days=5), 180), outcome)


def decisions(case: Invented) -> None:
    """On some failures, now and then twice, before the failure, or with a certificate."""
    failing = ("UAAB", "AFTA", "AFTC", "ATSH")
    failures = [row for row in of(case, "contact") if row.get("outcome") in failing or row["type"] in BROKEN]
    for row in failures:
        for _ in range(case.random.choice((0, 1, 1, 2))):
            day = row["happened_on"] + timedelta(days=case.random.choice((-2, 0, 2, 4, 7, 8, 15, 30)))
            shown = day + timedelta(days=case.random.choice((-6, 0, 5))) if case.maybe(0.2) else None
            case.add(
                "enforcement",
                "enforcement_id",
                "decided_on",
                day,
                contact_id=row["contact_id"],
                decision=case.random.choice(("acceptable", "warning", "no_action", "breach")),
                evidence_on=shown,
            )


def overseen(case: Invented) -> None:
    """Oversight that asks for something and says later that it was done, with and without actions."""
    for _ in range(case.random.choice((0, 1, 2, 3))):
        outcome = case.random.choice(("MOFU", "MOFU", "MOCO", "MONF", None))
        day = case.day(case.start - timedelta(days=5), 150)
        entry = contact(case, case.random.choice(("MO1", "CSPO")), day, outcome)
        for _ in range(case.random.choice((0, 0, 1, 2))):
            asked = day + timedelta(days=case.random.choice((0, 0, 1)))
            case.add(
                "oversight_action",
                "oversight_action_id",
                "asked_on",
                asked,
                contact_id=entry,
                due_on=asked + timedelta(days=case.random.choice((-1, 5, 14, 40)))
                if case.maybe(0.5)
                else None,
                closed_on=asked + timedelta(days=case.random.choice((0, 5, 14, 15, 60)))
                if case.maybe(0.6)
                else None,
            )


def agencies(case: Invented) -> None:
    """Liaison and meetings, reviews at MAPPA level 1, and somebody registered at that level alone."""
    for _ in range(case.random.choice((0, 1, 2, 4))):
        contact(
            case, case.random.choice(("C204", "CIEA", "CCMM", "C005", "SFRR", "C281")), case.day(case.start)
        )
    if case.maybe(0.3):
        day = case.day(case.start - timedelta(days=10), 60)
        case.add("registration", "registration_id", "opened_on", day, type="MAPP", level="M1")


def plans(case: Invented) -> None:
    """Whole plans, plans with one thing wanting, and plans with little in them."""
    for assessment in of(case, "assessment"):
        if case.maybe(0.5):
            assessment["type"] = "LAYER3"
        shown = case.random.choice((0, 1, 3, 6, 6, 6))
        kinds = (
            "supervision",
            "monitoring_control",
            "victim_safety",
            "contingency",
            "intervention",
            "objective",
        )
        for kind in kinds[:shown]:
            case.add(
                "plan_row",
                "plan_row_id",
                "due_on",
                case.day(assessment["started_on"]),
                assessment_id=assessment["assessment_id"],
                kind=kind,
                protects=case.random.choice(("child", "partner", "victim", None)),
                owner_agency=case.random.choice(("police", "probation", None)),
            )
            if case.maybe(0.3):
                case.made["plan_row"][-1]["due_on"] = None


def happenings(case: Invented) -> None:
    """Charges, meetings, violations close together, and reviews near them."""
    for _ in range(case.random.choice((0, 0, 1))):
        day = case.day(case.start)
        for _ in range(case.random.choice((2, 3, 4))):
            day += timedelta(days=case.random.choice((0, 1, 2, 3, 4)))
            contact(case, case.random.choice(("C145", "EM01", "EM02")), day)
    for _ in range(case.random.choice((0, 1, 2))):
        contact(case, case.random.choice(("CNOC", "CCCP", "C150")), case.day(case.start))
    for row in of(case, "contact"):
        if row["type"] in ("CNOC", "CARR", "CCMM", "C145") and case.maybe(0.5):
            day = row["happened_on"] + timedelta(days=case.random.choice((-5, -1, 0, 1, 2, 3, 9)))
            contact(case, case.random.choice(("CRCO", "CTPJ")), day)


def levels(case: Invented) -> None:
    """Levels in registers and in parts of assessments, tiers, and meetings about a child."""
    for _ in range(case.random.choice((0, 1, 2))):
        day = case.day(case.start - timedelta(days=10), 120)
        kind = case.random.choice(("RVHR", "RHRH", "RMRH", "RLRH", "ARSO", "MAPP"))
        case.add("registration", "registration_id", "opened_on", day, type=kind, closed_on=case.closing(day))
    for assessment in of(case, "assessment"):
        if case.maybe(0.6):
            case.add(
                "assessment_part",
                "part_id",
                "completed_on",
                assessment["started_on"] + timedelta(days=case.random.choice((0, 3, 9))),
                assessment_id=assessment["assessment_id"],
                part=case.random.choice(("full_rosh_analysis", "full_rosh_analysis", "rosh_screening")),
                level=case.random.choice(("low", "medium", "high", None)),
            )
    if case.maybe(0.3):
        day = case.day(case.start - timedelta(days=10), 120)
        tier = case.random.choice(("MISSING", "MISSING", "C"))
        case.add("tier", "tier_id", "opened_on", day, tier=tier, closed_on=case.closing(day))
    if case.maybe(0.3):
        contact(case, case.random.choice(("C078", "C159")), case.day(case.start - timedelta(days=60), 200))


def recalls(case: Invented) -> None:
    """Decisions whether to recall, by the minute: just within the hours, just beyond them, and half done."""
    hours = (None, 0, 3, 23, 24, 24.01, 26, 30, 60)
    for _ in range(case.random.choice((0, 0, 1, 2))):
        day = case.day(case.start, 180)
        at = datetime(day.year, day.month, day.day, case.random.choice((0, 9, 14, 23)), 30, tzinfo=UTC)
        ended = (case.random.choice(hours), case.random.choice(hours))
        endorsed, sent = (None if each is None else at + timedelta(hours=each) for each in ended)
        case.add(
            "recall_step",
            "recall_step_id",
            "agreed_at",
            at,  # type: ignore[arg-type] # an instant has its day
            sentence_id=of(case, "sentence")[0]["sentence_id"],
            choice=case.random.choice(("recall", "recall", "no_recall")),
            endorsed_at=endorsed,
            sent_at=sent,
            reasons=case.maybe(0.8),
            letter_on=day + timedelta(days=case.random.choice((-1, 0, 5, 9))) if case.maybe(0.7) else None,
            emergency=case.maybe(0.3),
            outage=case.maybe(0.15),
        )


def suspensions(case: Invented) -> None:
    """Suspensions that touch and overlap, of licences with and without an expected end."""
    for sentence in of(case, "sentence"):
        if case.maybe(0.6):
            sentence["expected_end_on"] = sentence["started_on"] + timedelta(
                days=case.random.choice((40, 150, 400))
            )
    for _ in range(case.random.choice((0, 0, 0, 1, 2))):
        day = case.day(case.start, 90)
        case.add(
            "suspension",
            "suspension_id",
            "opened_on",
            day,
            scheme=case.random.choice(("reset", "impact")),
            decided_by=case.random.choice(("S1", "S1", None)),
            closed_on=case.closing(day),
        )
