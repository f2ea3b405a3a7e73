"""Rows of resettlement, rehabilitation, victims and workload for invented cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

NEEDS = ("accommodation", "drugs", "thinking", "finance")


def add(case: Any) -> None:
    _ordered(case)
    _plans(case)
    _services(case)
    _missing(case)
    _victims(case)
    _inside(case)
    _held_high(case)
    if not case.made["workload_week"]:
        _weeks(case)


def _ours(case: Any, table: str) -> list[dict[str, Any]]:
    return [row for row in case.made[table] if row["crn"] == case.crn]


def _ordered(case: Any) -> None:
    for sentence in _ours(case, "sentence"):
        if case.maybe(0.1):
            sentence["type"] = "post_sentence_supervision"
        if case.maybe(0.6):
            sentence["expected_end_on"] = sentence["started_on"] + timedelta(
                days=case.random.choice((0, 20, 61, 120, 200, 364))
            )
        for _ in range(case.random.choice((0, 1, 1, 2))):
            _requirement(case, sentence)


def _requirement(case: Any, sentence: dict[str, Any]) -> None:
    category, length, unit = case.random.choice(
        (
            ("rehabilitation_activity", 10, "days"),
            ("rehabilitation_activity", 25, "days"),
            ("accredited_programme", 9, "days"),
            ("accredited_programme", None, "days"),
            ("unpaid_work", 40, "hours"),
            ("unpaid_work", 10, "hours"),
            ("unpaid_work", 60, None),
            ("drug_rehabilitation", 6, "months"),
        )
    )
    day = sentence["started_on"] + timedelta(days=case.random.choice((0, 0, 0, -3, 5, -380)))
    requirement = case.add(
        "requirement",
        "requirement_id",
        "opened_on",
        day,
        sentence_id=sentence["sentence_id"],
        category=category,
        length=length,
        length_unit=unit,
        closed_on=day + timedelta(days=case.random.choice((30, 90, 400))) if case.maybe(0.3) else None,
    )
    for _ in range(case.random.choice((0, 1, 3, 6))):
        offered = case.random.choice((1.0, 3.5, 7.0))
        case.add(
            "requirement_credit",
            "credit_id",
            "happened_on",
            case.day(case.start - timedelta(days=5), 150),
            requirement_id=requirement,
            offered=offered,
            credited=case.random.choice((0.0, offered, offered, 0.5)),
        )


def _plans(case: Any) -> None:
    for assessment in _ours(case, "assessment"):
        for _ in range(case.random.choice((0, 0, 1, 2, 3))):
            case.add(
                "plan_need",
                "plan_need_id",
                "planned_on",
                assessment["started_on"] + timedelta(days=case.random.randrange(-5, 40)),
                assessment_id=assessment["assessment_id"],
                need=case.random.choice(NEEDS),
            )


def _services(case: Any) -> None:
    for _ in range(case.random.choice((0, 0, 1, 1, 2, 3))):
        day = case.day(case.start - timedelta(days=120), 300)
        case.add(
            "intervention",
            "intervention_id",
            "referred_on",
            day,
            need=case.random.choice((*NEEDS, *NEEDS, None)),
            ended_on=day + timedelta(days=case.random.randrange(120)) if case.maybe(0.5) else None,
            outcome=case.random.choice((None, None, "completed", "not_started")),
        )
    if case.maybe(0.3):
        case.add(
            "referral",
            "referral_id",
            "referred_on",
            case.day(case.start - timedelta(days=60), 200),
            kind=case.random.choice(("accommodation", "treatment", "marac")),
        )


def _missing(case: Any) -> None:
    day = case.day(case.start, 90)
    for _ in range(case.random.choice((0, 0, 2, 3, 5))):
        missed = case.add(
            "contact",
            "contact_id",
            "happened_on",
            day,
            type=case.random.choice(("COAP", "COPT", "CUPA")),
            outcome=case.random.choice(("UAAB", "AFTA", "UAAB", "AAME", "ATTC", None)),
        )
        if case.maybe(0.1):
            case.add(
                "enforcement",
                "enforcement_id",
                "decided_on",
                day + timedelta(days=case.random.randrange(20)),
                contact_id=missed,
                decision=case.random.choice(("breach", "warning", "recall_considered")),
            )
        day += timedelta(days=case.random.choice((0, 1, 7, 21, 42, 43)))


def _victims(case: Any) -> None:
    for offence in _ours(case, "offence"):
        offence["violent"] = case.maybe(0.5)
    for sentence in _ours(case, "sentence"):
        sentence["length_months"] = case.random.choice((None, 6, 12, 30))
        if case.maybe(0.4):
            sentence["sentenced_on"] = sentence["started_on"] - timedelta(days=case.random.randrange(200))
        if sentence["type"] == "licence" and case.maybe(0.2):
            sentence["started_on"] = None
        for _ in range(case.random.choice((0, 0, 1, 1, 2))):
            _victim(case, sentence)
        if case.maybe(0.4):
            _released(case, sentence)


def _victim(case: Any, sentence: dict[str, Any]) -> None:
    day = sentence["sentenced_on"] + timedelta(days=case.random.choice((0, 0, 30, -10)))
    choice = case.random.choice(("opted_in", "opted_in", "opted_in", "opted_out", "untraceable", None))
    victim = case.add(
        "victim_contact",
        "victim_contact_id",
        "eligible_on",
        day,
        sentence_id=sentence["sentence_id"],
        offered_on=day + timedelta(days=case.random.randrange(90)) if case.maybe(0.7) else None,
        choice=choice,
        choice_on=day + timedelta(days=case.random.randrange(120)) if choice and case.maybe(0.8) else None,
    )
    for _ in range(case.random.choice((0, 1, 2))):
        case.add(
            "victim_notice",
            "victim_notice_id",
            "told_on",
            case.day(case.start - timedelta(days=10), 120),
            victim_contact_id=victim,
            event=case.random.choice(("release", "re_release", "recall", "conditions")),
        )


def _released(case: Any, sentence: dict[str, Any]) -> None:
    day = case.day(case.start, 60)
    release = case.add(
        "release", "release_id", "released_on", day, sentence_id=sentence["sentence_id"], type="automatic"
    )
    if case.maybe(0.5):
        case.add("recall", "recall_id", "recalled_on", case.day(day, 60), release_id=release)


def _inside(case: Any) -> None:
    for sentence in _ours(case, "sentence"):
        day = sentence["sentenced_on"]
        for _ in range(case.random.choice((0, 1, 1, 2))):
            day += timedelta(days=case.random.choice((0, 0, 40)))
            stay = timedelta(days=case.random.choice((20, 60, 120)))
            case.add(
                "custody",
                "custody_id",
                "opened_on",
                day,
                sentence_id=sentence["sentence_id"],
                establishment="INV",
                closed_on=day + stay if case.maybe(0.6) else None,
                expected_release_on=day + case.random.choice((stay, stay, stay / 2, stay * 5))
                if case.maybe(0.8)
                else None,
            )
            day += stay
        for _ in range(case.random.choice((0, 1, 1, 2))):
            _handed_over(case, sentence)
    if case.maybe(0.3):
        case.add("contact", "contact_id", "happened_on", case.day(case.start, 60), type="CVIC")


def _handed_over(case: Any, sentence: dict[str, Any]) -> None:
    due = case.day(sentence["sentenced_on"], 220)
    spread = case.random.choice((-30, -1, 0, 0, 1, 20))
    case.add(
        "handover",
        "handover_id",
        "due_on",
        due,
        sentence_id=sentence["sentence_id"],
        allocated_on=due + timedelta(days=spread) if case.maybe(0.8) else None,
        met_on=due + timedelta(days=case.random.choice((-5, 0, 2))) if case.maybe(0.8) else None,
        short_notice=case.maybe(0.15),
    )


def _held_high(case: Any) -> None:
    """Enough cases of high risk with the same few people for a caseload to be heavy."""
    if case.maybe(0.4):
        day = case.day(case.start, 40)
        case.add("rosh", "rosh_id", "opened_on", day, level="high", closed_on=case.closing(day))
        case.add(
            "allocation",
            "allocation_id",
            "opened_on",
            case.day(case.start, 60),
            staff_code=case.random.choice(("P1", "P4", "P5")),
            team_code="N52A1T1",
        )


def _weeks(case: Any) -> None:
    """Half a year of everybody's weeks, some missing, some marked, some in two rows."""
    for staff in ("P1", "P2", "P3", "P4", "P5"):
        load = case.random.choice((90, 111, 130, 130))
        for number in range(26):
            monday = date(2025, 10, 6) + timedelta(days=7 * number)
            if case.maybe(0.15):
                load = case.random.choice((90, 110, 111, 130, 130))
            if case.maybe(0.04):
                continue
            for part in range(case.random.choice((1, 1, 1, 2))):
                recorded = monday + timedelta(days=case.random.choice((0, 1, 9)))
                case.made["workload_week"].append(
                    {
                        "workload_week_id": f"wor-{staff}-{number:02d}-{part}",
                        "staff_code": staff,
                        "week_on": monday,
                        "points": float(load),
                        "available": case.random.choice((100.0,) * 30 + (0.0,)),
                        "flag": "long_absence" if case.maybe(0.04) else None,
                        "relieved_on": case.day(monday, 30) if case.maybe(0.03) else None,
                        "recorded_at": datetime(recorded.year, recorded.month, recorded.day, 9, tzinfo=UTC),
                    }
                )
