"""Assessments and plans: S10 to S12 and S14."""

from __future__ import annotations

from assay.jobs.truths.types import Truth, over, seen

MUCH = "{0}.rosh IN ('medium', 'high', 'very_high')"
IN_NEED = f"({MUCH} OR {{0}}.true_need_police OR {{0}}.true_need_child)"
MADE = "a.type IN ('LAYER1', 'LAYER3') AND a.signed_on"

SIGNED_WHOLE = f"""
    EXISTS (SELECT 1 FROM r.assessment a WHERE a.crn = s.crn AND {MADE} BETWEEN s.begun AND s.day
      AND (SELECT count(DISTINCT p.part) FILTER (p.part IN ('sentence_plan', 'predictors'))
                + max(CASE WHEN p.part IN ('rosh_screening', 'full_rosh_analysis') THEN 1 ELSE 0 END)
           FROM r.assessment_part p WHERE p.assessment_id = a.assessment_id) = 3)
"""  # noqa: S608

WITHOUT_PLAN = f"""
    SELECT s.crn AS case_id, NULL::VARCHAR AS anchor_id FROM people s
    WHERE s.supervised AND s.begun >= (SELECT min(day) FROM truth_seen)
      AND {seen("s.crn", "s.begun", over("initial_plan"))} AND NOT {SIGNED_WHOLE}
"""  # noqa: S608

ANALYSED = """
    EXISTS (SELECT 1 FROM r.assessment_part f JOIN r.assessment_part m USING (assessment_id)
            JOIN r.plan_row c USING (assessment_id)
            WHERE f.assessment_id = {0} AND f.part = 'full_rosh_analysis'
              AND m.part = 'risk_management_plan' AND c.kind = 'contingency')
"""

LAST_PLAN = f"""
    (SELECT a.crn, max_by(a.assessment_id, (a.signed_on, a.assessment_id)) AS assessment_id
     FROM r.assessment a JOIN people s ON s.crn = a.crn
     WHERE s.supervised AND {MADE} BETWEEN s.begun AND s.day GROUP BY a.crn)
"""  # noqa: S608

THIN = f"""
    SELECT s.crn AS case_id, a.assessment_id AS anchor_id
    FROM people s JOIN {LAST_PLAN} a ON a.crn = s.crn
    WHERE {IN_NEED.format("s")} AND NOT {ANALYSED.format("a.assessment_id")}
"""  # noqa: S608

WITHOUT_SPECIALIST = f"""
    SELECT s.crn AS case_id, NULL::VARCHAR AS anchor_id FROM people s
    WHERE s.supervised AND s.true_need_police AND s.begun <= {over("specialist_abuse")}
      AND NOT EXISTS (
        SELECT 1 FROM r.assessment a WHERE a.crn = s.crn AND a.completed_on BETWEEN s.begun - 364 AND s.day
          AND (a.type = 'SARA' OR (a.type = 'LAYER3' AND a.domestic_abuse IS NOT NULL)))
"""  # noqa: S608

OF_ABUSE = """
    EXISTS (SELECT 1 FROM n.reason w WHERE w.case_id = h.case_id AND w.lapse_id = h.lapse_id
            AND w.clause IN ('start_abuse', 'flag_abuse'))
"""


def _wanting(*clauses: str) -> str:
    among = ", ".join(f"'{each}'" for each in clauses)
    return f"""EXISTS (SELECT 1 FROM n.reason w WHERE w.case_id = h.case_id AND w.lapse_id = h.lapse_id
        AND w.side = 'unmet' AND w.clause IN ({among}))"""  # noqa: S608


PLAIN = ("nobody_named", "no_agency", "no_control", "no_contingency", "no_day")

UNNAMED = f"""
    SELECT s.crn AS case_id, a.assessment_id AS anchor_id
    FROM people s JOIN {LAST_PLAN} a ON a.crn = s.crn
    LEFT JOIN (SELECT assessment_id, count(protects) > 0 AS somebody, count(owner_agency) > 0 AS agency,
                      count(due_on) > 0 AS dated, bool_or(kind = 'monitoring_control') AS control,
                      bool_or(kind = 'contingency') AS contingency,
                      coalesce(bool_or(protects = 'child'), false) AS child,
                      coalesce(bool_or(protects IN ('partner', 'victim')), false) AS victim
               FROM r.plan_row GROUP BY assessment_id) p USING (assessment_id)
    WHERE {IN_NEED.format("s")}
      AND NOT (coalesce(somebody AND agency AND dated AND control AND contingency, false)
               AND (child OR NOT s.true_need_child) AND (victim OR NOT s.true_need_police))
"""  # noqa: S608

AS_IT_WAS = "What is filled in of assessments and plans has no planted flaw, so the record is what happened."

TRUTHS = (
    Truth(
        duty="S10",
        says="Somebody had truly seen the person, long enough ago for the time allowed to be over. "
        f"{AS_IT_WAS}",
        needs="People under supervision whom somebody truly saw since the current sentence began, fifteen "
        "working days or more ago, and of whom no whole assessment was signed since it began.",
        right=seen("h.case_id", "DATE '1900-01-01'", over("initial_plan")),
        unmet=WITHOUT_PLAN,
        tables=("seen",),
        as_recorded=("assessment", "assessment_part"),
    ),
    Truth(
        duty="S11",
        says="The true risk of serious harm is medium or more, or there was a true need to ask police about "
        f"domestic abuse or children's services. {AS_IT_WAS}",
        needs="The last assessment of people under supervision with such a risk or need, signed without the "
        "full analysis, the plan or the contingency. A decision not to make one counts all the same.",
        right=IN_NEED.format("t"),
        unmet=THIN,
        as_recorded=("assessment", "assessment_part", "plan_row"),
    ),
    Truth(
        duty="S12",
        says="Of domestic abuse: there was a true need to ask police about it. Of other registers the truth "
        f"says nothing. {AS_IT_WAS}",
        needs="People under supervision with a true need to ask police about domestic abuse, and no "
        "specialist assessment for it since a year before the current sentence began.",
        right=f"CASE WHEN {OF_ABUSE} THEN t.true_need_police END",
        unmet=WITHOUT_SPECIALIST,
        as_recorded=("assessment",),
    ),
    Truth(
        duty="S14",
        says="What the plan leaves out was truly needed: a child, where there was a true need to ask "
        "children's services; a partner or victim, where there was one to ask police; anything else, where "
        f"there was either or the true risk is medium or more. {AS_IT_WAS}",
        needs="The last plan of people under supervision with such a risk or need that leaves out something "
        "truly needed.",
        right=f"({_wanting(*PLAIN)} AND {IN_NEED.format('t')}) "
        f"OR ({_wanting('no_child')} AND t.true_need_child) "
        f"OR ({_wanting('no_victim')} AND t.true_need_police)",
        unmet=UNNAMED,
        as_recorded=("assessment", "plan_row"),
    ),
)
