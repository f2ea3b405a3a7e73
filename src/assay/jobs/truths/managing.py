"""Oversight and suspended contact: S21 and S22."""

from __future__ import annotations

from assay.jobs.truths.enquiries import CHILDREN, POLICE, asked
from assay.jobs.truths.types import Truth, days, flawed_row, over, seen

OVERSEEN = """
    EXISTS (SELECT 1 FROM truth_oversight o WHERE o.crn = {0} AND o.effective
            AND o.day BETWEEN {1} AND {2})
"""
SUSPENDED = "EXISTS (SELECT 1 FROM r.suspension u WHERE u.suspension_id = h.anchor_id)"
NEEDED = """
    (t.oversight_required OR EXISTS (SELECT 1 FROM truth_needed_oversight o
                                     WHERE o.crn = h.case_id AND o.day = h.triggered_on))
"""

NOT_OVERSEEN = f"""
    SELECT DISTINCT w.crn AS case_id, NULL::VARCHAR AS anchor_id
    FROM (SELECT crn, begun AS since, day FROM people WHERE supervised AND oversight_required
          UNION ALL
          SELECT s.crn, o.day, s.day FROM people s JOIN truth_needed_oversight o ON o.crn = s.crn
          WHERE s.supervised AND o.day >= s.begun) w
    WHERE w.since <= {over("oversight")} AND NOT {OVERSEEN.format("w.crn", "w.since", "w.day")}
"""  # noqa: S608


def _unasked(agency: str, need: str, clause: str) -> str:
    said = f"""EXISTS (SELECT 1 FROM n.reason w WHERE w.case_id = h.case_id AND w.lapse_id = h.lapse_id
        AND w.clause = '{clause}')"""  # noqa: S608
    recent = asked(agency, "h.case_id", f"h.triggered_on - {days('suspension_checks')}", "h.day")
    return f"({said} AND t.{need} AND NOT {recent})"


MIDWAY = f"h.triggered_on - {days('suspension_midway_early')}"

WRONGLY_HELD = """
    SELECT s.crn AS case_id, u.suspension_id AS anchor_id
    FROM people s JOIN r.suspension u ON u.crn = s.crn JOIN truth_flaw f ON f.row_id = u.suspension_id
    WHERE s.supervised AND f.flaw = 'suspended_wrongly' AND u.opened_on <= s.day
      AND (u.closed_on IS NULL OR u.closed_on > s.day)
"""

TRUTHS = (
    Truth(
        duty="S21",
        says="Oversight was truly needed, and no effective oversight was held from the day of the event to "
        "the day of the night. Of suspensions the truth says nothing.",
        needs="People under supervision with oversight truly needed, at the start or after an event, five "
        "working days or more ago, and none since that was effective. Hollow oversight is on record: only a "
        "person sees through it.",
        right=f"CASE WHEN NOT {SUSPENDED} THEN {NEEDED} AND NOT "
        f"{OVERSEEN.format('h.case_id', 'h.triggered_on', 'h.day')} END",
        unmet=NOT_OVERSEEN,
        tables=("oversight", "needed_oversight"),
    ),
    Truth(
        duty="S22",
        says="The person was suspended wrongly; or there was a true need to ask an agency that the lapse "
        "says was not asked, and nobody had; or, midway, nobody met the person face to face.",
        needs="Suspensions wrongly made and still in force.",
        right=f"CASE WHEN {SUSPENDED} THEN {flawed_row('h.anchor_id', 'suspended_wrongly')} "
        f"OR {_unasked(POLICE, 'true_need_police', 'police_not_asked')} "
        f"OR {_unasked(CHILDREN, 'true_need_child', 'children_not_asked')} "
        f"ELSE NOT {seen('h.case_id', MIDWAY, 'h.day')} END",
        unmet=WRONGLY_HELD,
        tables=("enquiry", "seen", "flaw"),
    ),
)
