"""S08, slowly: the checks behind a proposal to a court."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from assay.assurance.duties.reference_cases import Case, Excuse, Thing, Trigger
from assay.assurance.duties.reference_sentences import Sentence, answered_by, raised
from assay.assurance.duties.twins.extracts import unbrought
from assay.core.dates import london_day
from assay.core.spans import FOREVER, Span, merge


def sentence(case: Case) -> Sentence:
    stands = timedelta(days=case.length("court_report_stands"))
    reports = [
        replace(each, end=each.start + stands)
        for each in case.events("court_report", "report_id", "delivered_on")
    ]
    proposing = [each for each in reports if proposes(case, each)]
    curfews = [each for each in proposing if each.row["monitored_curfew"]]
    unsaid = [each for each in reports if each not in proposing and each.row["proposal"] is None]
    answers = {
        "police": answers_of(case, "police", case.codes("police_enquiries")),
        "childrens_services": answers_of(case, "childrens_services", case.codes("child_enquiries")),
    }
    good = timedelta(days=case.length("court_check_good_for"))

    def checked(report: Thing) -> date:
        return max(
            min((each.start for each in ours if each.start >= report.start - good), default=FOREVER)
            for ours in answers.values()
        )

    in_force = case.policy.windows["court_checks_curfew"]
    mandatory = [each for each in curfews if any(version.covers(each.start) for version in in_force)]
    triggers: list[Trigger] = [
        *raised(proposing, "proposal", "court_report", "court_checks", since=checked),
        *raised(mandatory, "curfew", "court_report", "court_checks_curfew", since=checked),
        *raised(
            unsaid,
            "proposal",
            "court_report",
            "court_checks",
            since=checked,
            unsure=lambda r: "proposal_not_recorded",
        ),
    ]
    together = [each for each in case.circle if each.row["household"] and each.row["role"] in PEOPLE]
    absent = unbrought(case, "court_report", lambda day: any(span.contains(day) for span in case.life))
    return Sentence(
        applies=lambda day: any(each.holds(day) for each in proposing),
        triggers=triggers,
        evidence=[each for ours in answers.values() for each in ours],
        excuses=[excuse for each in proposing for excuse in excuses_of(case, each)],
        unknown=lambda day: (
            "proposal_not_recorded" if any(each.holds(day) for each in unsaid) else absent(day)
        ),
        life=merge(Span(each.start, each.end) for each in (*proposing, *unsaid)),
        severity=case.number("court_checks_severity"),
        severe=case.number("court_checks_severity_curfew"),
        severe_on=lambda day: (
            any(each.holds(day) for each in curfews) and any(each.holds(day) for each in together)
        ),
    )


PEOPLE = ("partner", "child")


def proposes(case: Case, report: Thing) -> bool:
    in_community = report.row["proposal"] in case.codes("proposals_in_community")
    return in_community or report.row["monitored_curfew"] or report.row["address_id"] is not None


def answers_of(case: Case, agency: str, kinds: frozenset[str]) -> list[Thing]:
    found = []
    for each in case.enquiries:
        day = answered_by(each, case.as_at)
        sent = each.row["agency"] == agency and each.row["outcome"] == "sent" and each.row["kind"] in kinds
        if sent and day is not None:
            written = each.row["answer_recorded_at"] or each.row["recorded_at"]
            found.append(replace(each, start=day, known=max(london_day(written), day)))
    return found


def excuses_of(case: Case, report: Thing) -> list[Excuse]:
    def excuse(clause: str, known: date) -> Excuse:
        return Excuse(
            on=report.start,
            known=known,
            row_id=report.row_id,
            clause=clause,
            first=date.min,
            last=date.max,
            anchor=report.row_id,
            window="court_checks",
        )

    found = []
    if report.row["checks"] in case.codes("statements_not_available"):
        found.append(excuse("not_available", report.known))
    known = passed_without_risk(case, report)
    if report.row["type"] in case.codes("quick_reports") and known is not None:
        found.append(excuse("quick_report", max(report.known, known)))
    return found


def passed_without_risk(case: Case, report: Thing) -> date | None:
    """If every offence sentenced after the report needs no checks: when the last such sentence was known."""
    until = report.start + timedelta(days=case.length("report_to_sentence"))
    offences, known = [], date.min
    for row in case.tables["sentence"]:
        over = min(
            [day for day in (row["ended_on"], case.died) if day and day <= case.as_at], default=FOREVER
        )
        passed = row["sentenced_on"]
        if report.start <= passed <= min(until, case.as_at) and passed < over:
            ours = [each for each in case.tables["offence"] if each["sentence_id"] == row["sentence_id"]]
            offences += ours
            if ours:
                known = max(known, london_day(row["recorded_at"]), passed)
    plain = all(
        each["category"] in case.codes("offences_without_checks")
        and not (each["domestic_abuse"] or each["sexual"] or each["violent"])
        for each in offences
    )
    return known if offences and plain else None
