"""Enquiries, answers and what became of them: S01 to S08."""

from __future__ import annotations

from assay.jobs.truths.types import Truth, days, over

POLICE, CHILDREN = "police", "childrens_services"
TO_THE_POINT = {POLICE: " AND e.to_the_point", CHILDREN: ""}
NEED = {POLICE: "true_need_police", CHILDREN: "true_need_child"}


def asked(agency: str, who: str, first: str, last: str) -> str:
    """Whether the agency was truly asked, and police about domestic abuse, on one of the days."""
    return (
        f"EXISTS (SELECT 1 FROM truth_enquiry e WHERE e.crn = {who} AND e.agency = '{agency}' "  # noqa: S608
        f"AND e.sent{TO_THE_POINT[agency]} AND e.asked_on BETWEEN {first} AND {last})"
    )


def _never_asked(agency: str, window: str) -> str:
    return f"""
        SELECT s.crn AS case_id, NULL::VARCHAR AS anchor_id FROM people s
        WHERE s.supervised AND s.{NEED[agency]} AND s.begun <= {over(window)}
          AND NOT {asked(agency, "s.crn", "s.begun", "s.day")}
    """  # noqa: S608


def _unanswered(agency: str) -> str:
    return f"""
        t.{NEED[agency]}
        AND EXISTS (SELECT 1 FROM truth_enquiry e
                    WHERE e.enquiry_id = h.anchor_id AND e.sent{TO_THE_POINT[agency]})
        AND NOT EXISTS (SELECT 1 FROM r.enquiry q
                        WHERE q.enquiry_id = h.anchor_id AND q.answered_on <= h.day)
    """  # noqa: S608


def _waiting(agency: str, window: str) -> str:
    return f"""
        SELECT s.crn AS case_id, e.enquiry_id AS anchor_id
        FROM people s JOIN truth_enquiry e ON e.crn = s.crn JOIN r.enquiry q USING (enquiry_id)
        WHERE s.supervised AND s.{NEED[agency]} AND e.agency = '{agency}' AND e.sent{TO_THE_POINT[agency]}
          AND e.asked_on BETWEEN s.begun AND {over(window)}
          AND (q.answered_on IS NULL OR q.answered_on > s.day)
    """  # noqa: S608


NOT_ANALYSED = "(SELECT NOT e.analysed FROM truth_enquiry e WHERE e.enquiry_id = h.anchor_id)"


def _passed_over(agency: str, window: str) -> str:
    return f"""
        SELECT s.crn AS case_id, e.enquiry_id AS anchor_id
        FROM people s JOIN truth_enquiry e ON e.crn = s.crn JOIN r.enquiry q USING (enquiry_id)
        WHERE s.supervised AND e.agency = '{agency}' AND e.sent{TO_THE_POINT[agency]} AND NOT e.analysed
          AND q.reply <> 'not_known' AND q.answered_on BETWEEN s.begun AND {over(window)}
    """  # noqa: S608


# A child concerns children's services; a partner and an arrest, police; a move, a release or a breach, both.
CONCERNS = {
    POLICE: "NOT EXISTS (SELECT 1 FROM r.circle c WHERE c.circle_id = h.anchor_id AND c.role = 'child')",
    CHILDREN: "NOT EXISTS (SELECT 1 FROM r.circle c WHERE c.circle_id = h.anchor_id AND c.role <> 'child') "
    "AND NOT EXISTS (SELECT 1 FROM r.contact c WHERE c.contact_id = h.anchor_id "
    "AND c.type IN ('CARR', 'CNOC'))",
}


def _again(agency: str) -> str:
    before = asked(agency, "h.case_id", "DATE '1900-01-01'", "h.triggered_on - 1")
    return f"""(
        t.{NEED[agency]} AND {CONCERNS[agency]} AND {before}
        AND NOT {asked(agency, "h.case_id", "h.triggered_on", "h.day")}
    )"""


def _unchecked(agency: str, who: str, delivered: str, day: str) -> str:
    """The report went without a true need of this agency's answer being met by the day."""
    return f"""(
        t.{NEED[agency]} AND NOT EXISTS (
            SELECT 1 FROM truth_enquiry e JOIN r.enquiry q USING (enquiry_id)
            WHERE e.crn = {who} AND e.agency = '{agency}' AND e.sent{TO_THE_POINT[agency]}
              AND q.answered_on BETWEEN {delivered} - {days("court_check_good_for")} AND {day})
    )"""  # noqa: S608


BEFORE_COURT = f"""
    SELECT t.crn AS case_id, c.report_id AS anchor_id
    FROM people t JOIN r.court_report c ON c.crn = t.crn
    WHERE (c.proposal IN ('community', 'suspended') OR c.monitored_curfew OR c.address_id IS NOT NULL)
      AND c.delivered_on <= t.day AND c.delivered_on + {days("court_report_stands")} > t.day
      AND ({_unchecked(POLICE, "t.crn", "c.delivered_on", "t.day")}
           OR {_unchecked(CHILDREN, "t.crn", "c.delivered_on", "t.day")})
"""  # noqa: S608

NO_ANSWER = "and no answer has come. Answers have no planted flaw, so the record of them is what happened."
ASKED = ("enquiry",)

TRUTHS = (
    Truth(
        duty="S01",
        says="There was a true need to ask police about domestic abuse, and nobody asked them about it from "
        "the day that raised the duty to the day of the night.",
        needs="People under supervision with a true need to ask police about domestic abuse, whom nobody "
        "asked about since the current sentence began, five working days or more ago.",
        right=f"t.true_need_police AND NOT {asked(POLICE, 'h.case_id', 'h.triggered_on', 'h.day')}",
        unmet=_never_asked(POLICE, "police_enquiry"),
        tables=ASKED,
    ),
    Truth(
        duty="S02",
        says="There was a true need to ask police about domestic abuse, the enquiry was truly sent and about "
        f"it, {NO_ANSWER}",
        needs="Enquiries about domestic abuse truly sent to police since the current sentence began, where "
        "there was a true need, unanswered when the time for an answer was over.",
        right=_unanswered(POLICE),
        unmet=_waiting(POLICE, "police_answer"),
        tables=ASKED,
        as_recorded=ASKED,
    ),
    Truth(
        duty="S03",
        says="What police answered was truly not analysed.",
        needs="Answers of police since the current sentence began that say something, truly not analysed "
        "when the time for it was over.",
        right=NOT_ANALYSED,
        unmet=_passed_over(POLICE, "police_analysis"),
        tables=ASKED,
        as_recorded=ASKED,
    ),
    Truth(
        duty="S04",
        says="There was a true need to ask children's services, and nobody asked them from the day that "
        "raised the duty to the day of the night.",
        needs="People under supervision with a true need to ask children's services, whom nobody asked about "
        "since the current sentence began, five working days or more ago.",
        right=f"t.true_need_child AND NOT {asked(CHILDREN, 'h.case_id', 'h.triggered_on', 'h.day')}",
        unmet=_never_asked(CHILDREN, "child_enquiry"),
        tables=ASKED,
    ),
    Truth(
        duty="S05",
        says=f"There was a true need to ask children's services, the enquiry was truly sent, {NO_ANSWER}",
        needs="Enquiries truly sent to children's services since the current sentence began, where there was "
        "a true need, unanswered when the time for an answer was over.",
        right=_unanswered(CHILDREN),
        unmet=_waiting(CHILDREN, "child_answer"),
        tables=ASKED,
        as_recorded=ASKED,
    ),
    Truth(
        duty="S06",
        says="The answer was truly not analysed. Of a child protection document the truth says nothing.",
        needs="Answers of children's services since the current sentence began that say something, truly not "
        "analysed when the time for it was over.",
        right=NOT_ANALYSED,
        unmet=_passed_over(CHILDREN, "assessment_after_answer"),
        tables=ASKED,
        as_recorded=ASKED,
    ),
    Truth(
        duty="S07",
        says="There was a true need to ask an agency the change concerns and that was asked before, and "
        "nobody asked it again from the day of the change to the day of the night.",
        needs="The truth has no list of changes that call for another enquiry.",
        right=f"{_again(POLICE)} OR {_again(CHILDREN)}",
        tables=ASKED,
        as_recorded=("circle",),
    ),
    Truth(
        duty="S08",
        says="There was a true need to ask an agency, and it had not answered in the time that counts for "
        "the report. Answers have no planted flaw, so the record of them is what happened.",
        needs="Reports of the last four weeks that propose what needs checks, about people with a true need "
        "to ask an agency that has not answered. One whose words excuse it counts all the same.",
        right=f"{_unchecked(POLICE, 'h.case_id', 'h.triggered_on', 'h.day')} "
        f"OR {_unchecked(CHILDREN, 'h.case_id', 'h.triggered_on', 'h.day')}",
        unmet=BEFORE_COURT,
        tables=ASKED,
        as_recorded=ASKED,
    ),
)
