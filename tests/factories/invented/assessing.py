"""Reports to courts, parts of assessments and plans, and the contacts and enquiries around them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

PARTS = (
    "rosh_screening",
    "full_rosh_analysis",
    "analysis_waived",
    "risk_management_plan",
    "sentence_plan",
    "predictors",
)
LEVELS = (None, "low", "medium", "high", "very_high")
CHASES = ("C204", "CM3B", "CSPO", "C157", "CNOC", "EM01", "C145", "CRCO", "COAI", "CARR")


def add(case: Any) -> None:
    reports(case)
    enquiries(case)
    assessments(case)
    parts(case)
    reviewed(case)
    around(case)


def later(case: Any, day: date | None, spread: int, chance: float) -> date | None:
    """Some day from this one on, or none."""
    if day is None or not case.maybe(chance):
        return None
    return day + timedelta(days=case.random.randrange(spread))


def reports(case: Any) -> None:
    for _ in range(case.random.choice((0, 0, 1, 2))):
        day = case.day(case.start - timedelta(days=60), 120)
        homes = [row["address_id"] for row in case.made["address"] if row["crn"] == case.crn]
        delivered = later(case, day, 20, 0.9)
        case.add(
            "court_report",
            "report_id",
            "requested_on",
            day,
            type=case.random.choice(("oral", "fast_delivery", "standard_delivery")),
            delivered_on=delivered,
            proposal=case.random.choice(("community", "suspended", "custody", "financial", "none", None)),
            monitored_curfew=case.maybe(0.3),
            address_id=case.random.choice(homes) if homes and case.maybe(0.3) else None,
            checks=case.random.choice(("answered", "not_available", "none", None)),
        )
        if delivered and case.maybe(0.4):
            checks(case, delivered)
    for row in case.made["sentence"]:
        if row["crn"] == case.crn and case.maybe(0.4):
            offence = {"offence_id": f"cha-{row['sentence_id']}", "crn": case.crn}
            kind = case.random.choice(("driving", "driving", "fraud", "violence"))
            more = {"category": kind, "sexual": case.maybe(0.1), "violent": kind == "violence"}
            case.made["offence"].append({**offence, "sentence_id": row["sentence_id"], **more})


def checks(case: Any, delivered: date) -> None:
    """Both agencies asked before a report, and their answers on either side of its day."""
    for agency, kind in (("police", "domestic_abuse"), ("childrens_services", "child_safeguarding")):
        asked = delivered - timedelta(days=case.random.choice((3, 10, 100)))
        answered = delivered + timedelta(days=case.random.choice((-2, -1, 0, 1, 4)))
        case.add("enquiry", "enquiry_id", "asked_on", asked, agency=agency, kind=kind, answered_on=answered)


def enquiries(case: Any) -> None:
    """Police asked about domestic abuse and councils about children, more than once, and of two councils."""
    day = case.start
    for _ in range(case.random.choice((0, 1, 2, 4))):
        # Some on the day of the one before, perhaps to another council.
        day = day if case.maybe(0.2) else case.day(case.start - timedelta(days=40), 150)
        agency, kind = case.random.choice(
            (
                ("police", "domestic_abuse"),
                ("police", "domestic_abuse_and_other"),
                ("childrens_services", "child_safeguarding"),
            )
        )
        answered = later(case, day, 40, 0.6)
        case.add(
            "enquiry",
            "enquiry_id",
            "asked_on",
            day,
            agency=agency,
            kind=kind,
            outcome="sent" if case.maybe(0.9) else "not_sent_up_to_date",
            local_authority=case.random.choice((None, "Ashford", "Birchwood")),
            answered_on=answered,
            reply=case.random.choice(("known", "partial", "not_known", None)) if answered else None,
            answer_recorded_at=case.recorded(answered) if answered and case.maybe(0.5) else None,
        )


def assessments(case: Any) -> None:
    for _ in range(case.random.choice((0, 1, 2))):
        day = case.day(case.start - timedelta(days=100), 220)
        signed = later(case, day, 15, 0.8)
        case.add(
            "assessment",
            "assessment_id",
            "started_on",
            day,
            type=case.random.choice(("LAYER3", "LAYER1", "SARA", "ARMS", "SRP", "RISK_REVIEW")),
            signed_on=signed,
            completed_on=later(case, signed or day, 10, 0.8),
            domestic_abuse=case.random.choice((None, True, False)),
        )
    if case.maybe(0.3):
        case.add("predictor", "predictor_id", "scored_on", case.day(case.start), name="DCSRP", score=4.0)


def parts(case: Any) -> None:
    ours = [row for row in case.made["assessment"] if row["crn"] == case.crn]
    for assessment in ours:
        full = case.maybe(0.4)
        for part in PARTS:
            if not (case.maybe(0.35) or (full and part != "analysis_waived")):
                continue
            day = (assessment.get("completed_on") or assessment["started_on"]) + timedelta(
                days=case.random.choice((-3, -1, 0, 0, 0, 2))
            )
            case.add(
                "assessment_part",
                "part_id",
                "completed_on",
                day,
                assessment_id=assessment["assessment_id"],
                part=part,
                level=case.random.choice(LEVELS) if part in PARTS[:2] else None,
                countersigned_on=later(case, day, 12, 0.5) if part == "analysis_waived" else None,
            )
        if full or case.maybe(0.3):
            row_id = f"pla-{assessment['assessment_id']}"
            row = {"plan_row_id": row_id, "crn": case.crn, "assessment_id": assessment["assessment_id"]}
            kind = case.random.choice(("contingency", "contingency", "contingency", "supervision"))
            written = case.recorded(assessment["started_on"])
            case.made["plan_row"].append({**row, "kind": kind, "recorded_at": written})


def reviewed(case: Any) -> None:
    """An assessment with every part filled in, and a review of it some weeks later."""
    if not case.maybe(0.4):
        return
    day = case.day(case.start - timedelta(days=120), 160)
    assessment = case.add(
        "assessment", "assessment_id", "started_on", day, type="LAYER3", signed_on=day, completed_on=day
    )
    for part in ("full_rosh_analysis", "risk_management_plan", "sentence_plan", "predictors"):
        case.add("assessment_part", "part_id", "completed_on", day, assessment_id=assessment, part=part)
    review = case.start + timedelta(days=case.random.randrange(50))
    case.add("contact", "contact_id", "happened_on", review, type="CSPR")


def around(case: Any) -> None:
    """Chases, charges, breaches of monitoring and reviews; a partner and registers of their own."""
    for _ in range(case.random.randrange(8)):
        kind = case.random.choice(CHASES)
        day = case.day(case.start - timedelta(days=5), 180)
        outcome = case.random.choice(("ATTC", "UAAB", None)) if kind == "COAI" else None
        case.add("contact", "contact_id", "happened_on", day, type=kind, outcome=outcome)
    if case.maybe(0.3):
        day = case.day(case.start, 100)
        case.add("circle", "circle_id", "opened_on", day, role="partner", household=case.maybe(0.5))
    if case.maybe(0.4):
        day = case.day(case.start - timedelta(days=60), 150)
        register = case.random.choice(("ARSO", "SPO", "RTAO", "ADVP", "SOPS"))
        more = {"type": register, "closed_on": case.closing(day)}
        case.add("registration", "registration_id", "opened_on", day, **more)
