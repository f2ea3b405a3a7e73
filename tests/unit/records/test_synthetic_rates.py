"""How often things happen in a synthetic region: as often as the file of rates says, each within a tolerance
that is an absolute difference in shares and meant for five thousand people."""

from __future__ import annotations

import pytest

from assay.records.synthetic.rates import rate, rates
from tests.factories.synthetic import Asked

ASKED_WITHIN = """
    SELECT avg((EXISTS (SELECT 1 FROM true_enquiry e WHERE e.crn = t.crn AND e.agency = '{agency}'
                AND e.after_trigger AND e.asked_on BETWEEN t.day AND t.day + 12))::INT)
    FROM ({triggers}) t JOIN true_case c USING (crn) JOIN sentence s USING (crn)
    WHERE c.true_need_{short} AND coalesce(s.ended_on, DATE '2026-02-26') > t.day + 12"""
"""Of those in true need with something after the start that calls for an enquiry, how many were asked about
in the days that followed: four working days, and the days off among them."""

MOVES = (
    "SELECT a.crn, a.opened_on AS day FROM address a JOIN sentence s USING (crn) WHERE a.opened_on > "
    "s.started_on AND s.ended_on IS NULL"
)
CHILDREN = (
    "SELECT i.crn, min(i.opened_on) AS day FROM circle i JOIN sentence s USING (crn) WHERE i.role = 'child' "
    "AND s.ended_on IS NULL GROUP BY i.crn HAVING min(i.opened_on) > min(s.started_on)"
)
RELEASES = "SELECT crn, released_on AS day FROM release WHERE type = 're_release'"
FIRST_VISITS = """
    SELECT avg((EXISTS (SELECT 1 FROM true_visit v WHERE v.crn = c.crn
                AND v.day BETWEEN s.started_on AND s.started_on + 42 + 5))::INT)
    FROM true_case c JOIN sentence s USING (crn) JOIN address a ON a.crn = c.crn
        AND a.opened_on <= s.started_on AND a.type = 'main'
    WHERE c.rosh = 'medium' AND s.type <> 'unpaid_work_only' AND s.started_on < DATE '2025-12-01'
        AND (s.ended_on IS NULL OR s.ended_on > s.started_on + 60)
        AND NOT EXISTS (SELECT 1 FROM absence b WHERE b.crn = c.crn AND b.opened_on < s.started_on + 60)
        AND NOT EXISTS (SELECT 1 FROM suspension u WHERE u.crn = c.crn AND u.opened_on < s.started_on + 60)"""
OVERSEEN = """
    SELECT avg((EXISTS (SELECT 1 FROM true_oversight o WHERE o.crn = n.crn AND o.trigger = n.trigger))::INT)
    FROM true_needed_oversight n JOIN sentence s USING (crn)
    WHERE n.trigger = '{trigger}' AND coalesce(s.ended_on, DATE '2026-02-26') > n.day + 12"""


def test_every_rate_says_where_it_comes_from() -> None:
    for each in rates().values():
        assert 0 <= each.value <= 1, each.name
        assert each.source, each.name
        assert each.confidence in {"published", "derived", "assumed"}, each.name


@pytest.mark.parametrize(("agency", "short"), [("police", "police"), ("childrens_services", "child")])
def test_enquiries_are_made_at_the_published_rates(asked: Asked, agency: str, short: str) -> None:
    share = asked.one(
        f"SELECT avg((crn IN (SELECT crn FROM true_enquiry WHERE agency = '{agency}' AND NOT "
        f"after_trigger AND NOT before_start))::INT) FROM true_case WHERE true_need_{short}"
    )
    published = {"police": "police_asked", "child": "children_asked"}[short]
    assert share == pytest.approx(rate(published), abs=0.04)


@pytest.mark.parametrize(
    ("agency", "short", "triggers", "published", "tolerance"),
    [
        ("childrens_services", "child", MOVES, "children_asked", 0.07),
        ("childrens_services", "child", CHILDREN, "children_asked", 0.09),
        ("police", "police", RELEASES, "police_asked", 0.14),
    ],
    ids=["a move", "a child became known", "released again"],
)
def test_enquiries_are_made_again_at_the_published_rates(
    asked: Asked, agency: str, short: str, triggers: str, published: str, tolerance: float
) -> None:
    share = asked.one(ASKED_WITHIN.format(agency=agency, short=short, triggers=triggers))
    assert share == pytest.approx(rate(published), abs=tolerance)


def test_half_of_what_was_answered_with_something_was_analysed(asked: Asked) -> None:
    share = asked.one(
        "SELECT avg(t.analysed::INT) FROM enquiry e JOIN true_enquiry t USING (enquiry_id) "
        "WHERE e.answered_on IS NOT NULL AND e.reply <> 'not_known'"
    )
    assert share == pytest.approx(rate("analysed"), abs=0.05)


def test_of_what_was_analysed_the_rates_share_was_used(asked: Asked) -> None:
    share = asked.one("SELECT avg(used::INT) FROM true_enquiry WHERE analysed")
    assert share == pytest.approx(rate("used_when_analysed"), abs=0.05)


def test_answers_that_say_something_are_vague_at_the_rate(asked: Asked) -> None:
    share = asked.one(
        "SELECT avg(t.vague::INT) FROM enquiry e JOIN true_enquiry t USING (enquiry_id) "
        "WHERE e.answered_on IS NOT NULL AND e.reply <> 'not_known'"
    )
    assert share == pytest.approx(rate("reply_vague"), abs=0.04)


def test_oversight_is_as_good_as_was_found(asked: Asked) -> None:
    share = asked.one("SELECT avg((oversight = 'effective')::INT) FROM true_case WHERE oversight_required")
    assert share == pytest.approx(rate("oversight_effective"), abs=0.04)


def test_oversight_after_a_change_of_practitioner_is_there_as_often_as_was_found(asked: Asked) -> None:
    there = rate("oversight_effective") + rate("oversight_present_but_hollow")
    share = asked.one(OVERSEEN.format(trigger="change of practitioner"))
    assert share == pytest.approx(there, abs=0.04)


def test_assessments_are_thin_as_often_as_inspections_find(asked: Asked) -> None:
    share = asked.one("SELECT avg(good::INT) FROM true_assessment WHERE answers IS NULL")
    assert share == pytest.approx(rate("assessment_good"), abs=0.03)


def test_first_visits_are_in_time_at_the_rate(asked: Asked) -> None:
    assert asked.one(FIRST_VISITS) == pytest.approx(rate("home_visit_in_time"), abs=0.05)


def test_work_goes_together_within_a_case(asked: Asked) -> None:
    """Those asked about with one agency are asked about with the other far more often than by chance."""
    both, police, children = (
        asked.one(
            "WITH first AS (SELECT crn, agency FROM true_enquiry "
            "WHERE NOT after_trigger AND NOT before_start) "
            f"SELECT avg(({made})::INT) FROM (SELECT crn IN (SELECT crn FROM first WHERE agency = 'police') "
            "AS police, crn IN (SELECT crn FROM first WHERE agency = 'childrens_services') AS children "
            "FROM true_case WHERE true_need_police AND true_need_child)"
        )
        for made in ("police AND children", "police", "children")
    )
    assert both == pytest.approx(0.40, abs=0.04)
    assert police * children < 0.31


def test_people_come_from_other_regions_and_nothing_was_done_here_before(asked: Asked) -> None:
    came = asked.one("SELECT count(*) FROM allocation WHERE reason = 'transfer_region'")
    eligible = asked.one(
        "SELECT count(*) FROM sentence s JOIN true_case USING (crn) WHERE type <> 'unpaid_work_only' "
        "AND coalesce(ended_on, DATE '2026-02-26') - started_on > 120"
    )
    assert came / eligible == pytest.approx(rate("came_from_another_region"), abs=0.006)
    for table, day in (("contact", "happened_on"), ("enquiry", "asked_on"), ("assessment", "started_on")):
        early = asked.one(
            f"SELECT count(*) FROM {table} d JOIN allocation a USING (crn) "
            f"WHERE a.reason = 'transfer_region' AND d.{day} < a.opened_on"
        )
        assert early == 0, table
    away = asked.one(
        "SELECT count(*) FROM allocation a JOIN absence b ON b.crn = a.crn AND b.kind = 'transferred_out' "
        "AND b.closed_on = a.opened_on WHERE a.reason = 'transfer_region'"
    )
    assert away == came
