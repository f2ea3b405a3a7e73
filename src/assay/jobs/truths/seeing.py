"""Whom staff truly saw, and what happened: S09, S15 to S18, S20 and S29."""

from __future__ import annotations

from assay.jobs.truths.types import Truth, flawed, flawed_row, over, seen

SINCE = ("h.case_id", "h.triggered_on", "h.day")

NEVER_SEEN = f"""
    SELECT s.crn AS case_id, NULL::VARCHAR AS anchor_id FROM people s
    WHERE s.supervised AND s.begun >= (SELECT min(day) FROM truth_seen)
      AND s.begun <= {over("first_appointment")} AND NOT {seen("s.crn", "s.begun", "s.day")}
"""  # noqa: S608


def _visited(who: str, first: str, last: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM truth_visit v WHERE v.crn = {who} AND NOT v.doorstep "  # noqa: S608
        f"AND v.day BETWEEN {first} AND {last})"
    )


NOT_SUSPENDED = """
    NOT EXISTS (SELECT 1 FROM r.suspension u WHERE u.crn = s.crn AND u.opened_on <= s.day
                AND (u.closed_on IS NULL OR u.closed_on > s.day))
"""

NEVER_VISITED = f"""
    SELECT s.crn AS case_id, NULL::VARCHAR AS anchor_id FROM people s
    WHERE s.supervised AND s.begun >= (SELECT min(day) FROM truth_seen) AND {NOT_SUSPENDED}
      AND s.begun <= CASE s.rosh WHEN 'low' THEN {over("home_visit_low")}
                                 WHEN 'medium' THEN {over("home_visit_medium")}
                                 ELSE {over("home_visit_high")} END
      AND NOT {_visited("s.crn", "s.begun", "s.day")}
      AND NOT EXISTS (SELECT 1 FROM r.address a WHERE a.crn = s.crn AND a.opened_on <= s.day
                      AND (a.closed_on IS NULL OR a.closed_on > s.day)
                      AND a.type IN ('no_fixed_abode', 'approved_premises'))
"""  # noqa: S608

LONG_UNSEEN = f"""
    SELECT s.crn AS case_id, NULL::VARCHAR AS anchor_id FROM people s
    WHERE s.supervised AND {NOT_SUSPENDED}
      AND greatest(
        s.begun,
        (SELECT max(v.day) FROM truth_seen v WHERE v.crn = s.crn AND v.day <= s.day),
        (SELECT max(u.closed_on) FROM r.suspension u WHERE u.crn = s.crn AND u.closed_on <= s.day),
        (SELECT max(a.closed_on) FROM r.absence a WHERE a.crn = s.crn AND a.closed_on <= s.day)
      ) <= {over("contact_monthly")}
"""  # noqa: S608

CALLED_FOR = """
    (t.rosh IN ('high', 'very_high') OR t.true_need_police OR t.true_need_child
     OR EXISTS (SELECT 1 FROM r.registration g WHERE g.crn = h.case_id AND g.type = 'MAPP'
                AND g.opened_on <= h.day AND (g.closed_on IS NULL OR g.closed_on > h.day)))
"""

ARREST = "EXISTS (SELECT 1 FROM r.contact c WHERE c.contact_id = h.anchor_id AND c.type IN ('CARR', 'CNOC'))"
CONCERN = """
    EXISTS (SELECT 1 FROM r.registration g WHERE g.registration_id = h.anchor_id)
"""

TRUTHS = (
    Truth(
        duty="S09",
        says="No member of staff met the person face to face, at the office, at home, at the door or in "
        "Approved Premises, from the day that raised the duty to the day of the night.",
        needs="People under supervision whom nobody met face to face since the current sentence began, five "
        "working days or more ago.",
        right=f"NOT {seen(*SINCE)}",
        unmet=NEVER_SEEN,
        tables=("seen",),
    ),
    Truth(
        duty="S15",
        says="Nobody went inside the home from the day that raised the duty to the day of the night. A "
        "visit whose risk was not assessed first is a visit; one to the doorstep is not.",
        needs="People under supervision, with a home and contact not suspended, whose home nobody went into "
        "since the current sentence began, when the time their true risk allows was over. A visit ruled out "
        "by its risk assessment counts as not made.",
        right=f"NOT {_visited(*SINCE)}",
        unmet=NEVER_VISITED,
        tables=("visit", "seen"),
        as_recorded=("address", "sentence"),
    ),
    Truth(
        duty="S16",
        says="No member of staff met the person face to face, at the office, at home, at the door or in "
        "Approved Premises, after the day they were last seen or began.",
        needs="People under supervision, contact not suspended, whom nobody met face to face for more than a "
        "month, since they began, came back or contact resumed. Weekly contact is not asked after.",
        right=f"NOT {seen('h.case_id', 'h.triggered_on + 1', 'h.day')}",
        unmet=LONG_UNSEEN,
        tables=("seen",),
    ),
    Truth(
        duty="S17",
        says="The true risk is high, there was a true need to ask police or children's services, or MAPPA "
        "applies, and nothing passed with an agency since. Where a row about the person is gone since, it "
        "may have been that, and nobody can tell.",
        needs="The truth has no list of what passed between agencies.",
        right=f"CASE WHEN NOT {CALLED_FOR} THEN false "
        f"WHEN {flawed('h.case_id', 'h.triggered_on + 1', 'h.day', 'deleted')} THEN NULL ELSE true END",
        tables=("flaw",),
        as_recorded=("registration",),
    ),
    Truth(
        duty="S18",
        says="The failure is no second entry of another one and was not entered long after with an early "
        "date. Decisions have no planted flaw, so the record of them is what happened.",
        needs="The truth has no list of failures to attend or comply.",
        right=f"NOT {flawed_row('h.anchor_id', 'duplicate', 'back_dated', 'wrong_date')}",
        tables=("flaw",),
        as_recorded=("enforcement",),
    ),
    Truth(
        duty="S20",
        says="Of an arrest: there truly was one, and this is no second entry of it. Of a concern on a "
        "register: there was a true need to ask police or children's services. Of other events the truth "
        "says nothing. Reviews have no planted flaw, so the record of them is what happened.",
        needs="The truth has no list of events with their days.",
        right=f"CASE WHEN {ARREST} THEN t.true_risk_event AND NOT {flawed_row('h.anchor_id', 'duplicate')} "
        f"WHEN {CONCERN} THEN t.true_need_police OR t.true_need_child END",
        tables=("flaw",),
        as_recorded=("assessment", "registration"),
    ),
    Truth(
        duty="S29",
        says="No member of staff met the person face to face from the day that raised the duty to the day of "
        "the night. Where a row about the person is gone since, it may have been a conversation by "
        "telephone, and nobody can tell.",
        needs="The truth has no list of appointments missed.",
        right=f"CASE WHEN {seen(*SINCE)} THEN false WHEN {flawed(*SINCE, 'deleted')} THEN NULL ELSE true END",
        tables=("seen", "flaw"),
    ),
)
