from __future__ import annotations

import pytest

from assay.core.errors import Refused
from assay.core.ratings.path import Answers, Decision, StandardStep
from assay.core.ratings.rating import rate
from assay.core.ratings.types import Rules
from tests.factories.ratings import TEXT, answers, decision, small

FRAMEWORK, RULES = small()


def heard(given: Answers, *panel: Decision, rules: Rules = RULES) -> StandardStep:
    with_panel = Answers(questions=given.questions, ratings=given.ratings, panel=panel)
    return rate(FRAMEWORK, rules, with_panel).standard(panel[0].standard)


def refused(given: Answers, *panel: Decision, rules: Rules = RULES) -> str:
    with pytest.raises(Refused) as error:
        heard(given, *panel, rules=rules)
    return error.value.message.worded()


CLOSE = answers(q1=(48, 100), q2=(70, 100), q3=(85, 100))


def test_a_panel_near_a_boundary_is_kept_with_all_it_said() -> None:
    told = decision()
    made = heard(CLOSE, told)
    assert (made.proposed, made.rating, made.score, made.possible) == ("poor", "fair", 1, ("fair",))
    assert made.reason.worded() == "The lowest of 3 key questions decides: q1 at 48% makes it Poor."
    assert made.change is not None
    assert made.change.decision == told
    assert made.change.proposed == "poor"
    assert made.change.held.worded() == "q1 at 48% is 2 points from 50%, which is 5 or fewer."
    assert made.change.beside == (("q2", "fine"), ("q3", "best"))
    assert made.lowest == ("q1",)
    assert [each.rating for each in made.questions] == ["poor", "fine", "best"]


def test_the_composite_takes_what_the_panel_decided() -> None:
    given = answers({"J": "fair", "M": "fair"}, q1=(48, 100), q2=(70, 100), q3=(85, 100))
    with_panel = Answers(questions=given.questions, ratings=given.ratings, panel=(decision(),))
    before, after = rate(FRAMEWORK, RULES, given), rate(FRAMEWORK, RULES, with_panel)
    assert before.composite is not None
    assert after.composite is not None
    assert (before.composite.total, after.composite.total) == (2, 3)


@pytest.mark.parametrize(
    ("lowest", "to", "away", "boundary"),
    [
        ("45", "fair", 5, 50),
        ("49", "fair", 1, 50),
        ("50", "poor", 0, 50),
        ("55", "poor", 5, 50),
        ("60", "fine", 5, 65),
        ("65", "fair", 0, 65),
        ("75", "best", 5, 80),
        ("85", "fine", 5, 80),
    ],
)
def test_near_is_up_to_the_points_the_framework_says(lowest: str, to: str, away: int, boundary: int) -> None:
    made = heard(answers(q1=lowest, q2="90", q3="90"), decision(to=to))
    assert made.rating == to
    assert made.change is not None
    assert made.change.held.worded() == (
        f"q1 at {lowest}% is {away} points from {boundary}%, which is 5 or fewer."
    )


@pytest.mark.parametrize(
    ("lowest", "to", "away", "boundary"),
    [("44", "fair", 6, 50), ("56", "poor", 6, 50), ("59", "fine", 6, 65), ("86", "fine", 6, 80)],
)
def test_farther_is_refused(lowest: str, to: str, away: int, boundary: int) -> None:
    said = refused(answers(q1=lowest, q2="90", q3="90"), decision(to=to))
    assert said == (
        f"panel, L: q1 at {lowest}% is {away} points from {boundary}%, and only 5 or fewer are near."
    )


def test_near_is_measured_on_what_is_banded() -> None:
    assert heard(answers(q1="44.5", q2="90", q3="90"), decision()).rating == "fair"
    exact = RULES.rounded_by("none")
    said = refused(answers(q1="44.5", q2="90", q3="90"), decision(), rules=exact)
    assert said == "panel, L: q1 at 44.5% is 5.5 points from 50%, and only 5 or fewer are near."


ONE = {"trigger": "one_case"}


def test_one_case_judged_differently_must_change_the_rating() -> None:
    made = heard(answers(q1=(9, 19), q2=(19, 19), q3=(19, 19)), decision(**ONE))
    assert made.rating == "fair"
    assert made.change is not None
    assert made.change.held.worded() == "With 1 judged differently in q1 the rating would be another."
    down = heard(answers(q1=(10, 19), q2=(19, 19), q3=(19, 19)), decision(to="poor", **ONE))
    assert down.rating == "poor"
    same = "panel, L: with 1 judged differently the rating would be the same."
    assert refused(answers(q1=(8, 19), q2=(19, 19), q3=(19, 19)), decision(**ONE)) == same
    assert refused(answers(q1=(11, 19), q2=(19, 19), q3=(19, 19)), decision(to="poor", **ONE)) == same


def test_one_case_follows_the_frameworks_rounding() -> None:
    given = answers(q1=(98, 200), q2=(200, 200), q3=(200, 200))
    assert heard(given, decision(**ONE)).rating == "fair"
    assert refused(given, decision(**ONE), rules=RULES.rounded_by("none")).endswith("would be the same.")


def test_one_case_does_not_lift_a_standard_that_another_question_holds_down() -> None:
    given = answers(q1=(9, 19), q2=(9, 19), q3=(19, 19))
    assert refused(given, decision(**ONE)) == (
        "panel, L: with 1 judged differently the rating would be the same."
    )
    fair = answers(q1=(10, 19), q2=(10, 19), q3=(19, 19))
    assert heard(fair, decision(to="poor", **ONE)).rating == "poor"


def test_one_case_of_none_left_changes_nothing() -> None:
    whole = answers(q1=(5, 5), q2=(5, 5), q3=(5, 5))
    assert heard(whole, decision(to="fine", trigger="small_base")).rating == "fine"
    assert refused(answers(q1=(0, 9), q2=(9, 9), q3=(9, 9)), decision(**ONE)).endswith("would be the same.")
    one = answers(q1=(0, 1), q2=(1, 1), q3=(1, 1))
    assert heard(one, decision(**ONE)).rating == "fair"
    all_of_one = answers(q1=(1, 1), q2=(1, 1), q3=(1, 1))
    assert heard(all_of_one, decision(to="fine", **ONE)).rating == "fine"


def test_more_cases_than_there_are_cannot_be_judged_differently() -> None:
    _, rules = small(TEXT.replace("one_case, value: 1", "one_case, value: 2"))
    only_one = answers(q1=(0, 1), q2=(1, 1), q3=(1, 1))
    assert refused(only_one, decision(**ONE), rules=rules) == (
        "panel, L: with 2 judged differently the rating would be the same."
    )
    both_ways = answers(q1=(1, 2), q2=(2, 2), q3=(2, 2))
    assert refused(both_ways, decision(to="poor", **ONE), rules=rules).endswith("would be the same.")
    two = answers(q1=(9, 20), q2=(20, 20), q3=(20, 20))
    made = heard(two, decision(**ONE), rules=rules)
    assert made.change is not None
    assert made.change.held.worded() == "With 2 judged differently in q1 the rating would be another."


def test_a_small_base_is_smaller_than_the_framework_says() -> None:
    small_base = {"trigger": "small_base"}
    made = heard(answers(q1=(2, 9), q2=(50, 50), q3=(50, 50)), decision(**small_base))
    assert made.change is not None
    assert made.change.held.worded() == "Its base is 9 cases, fewer than 10."
    assert refused(answers(q1=(2, 10), q2=(9, 9), q3=(9, 9)), decision(**small_base)) == (
        "panel, L: its base is 10 cases, and fewer than 10 are small."
    )
    assert refused(answers(q1=(2, 11), q2=(9, 9), q3=(9, 9)), decision(**small_base)) == (
        "panel, L: its base is 11 cases, and fewer than 10 are small."
    )
    tie = heard(answers(q1=(6, 12), q2=(4, 8), q3=(50, 50)), decision(to="poor", **small_base))
    assert tie.change is not None
    assert tie.change.held.worded() == "Its base is 8 cases, fewer than 10."


@pytest.mark.parametrize("trigger", ["one_case", "small_base"])
def test_cases_are_needed_where_a_trigger_counts_them(trigger: str) -> None:
    said = refused(answers(q1="48", q2=(70, 100), q3=(70, 100)), decision(trigger=trigger))
    assert said == f"panel, L: {trigger} needs the number of cases, and q1 has a percentage alone."
    mixed = answers(q1="50", q2=(1, 2), q3=(9, 9))
    made = heard(mixed, decision(to="poor", trigger=trigger))
    assert made.rating == "poor"
    assert made.change is not None
    assert made.change.held.worded() in (
        "With 1 judged differently in q2 the rating would be another.",
        "Its base is 2 cases, fewer than 10.",
    )


def test_other_evidence_is_for_the_standards_that_the_framework_names() -> None:
    given = answers(q4=(20, 100), q5=(90, 100))
    made = heard(given, decision(standard="M", trigger="other_evidence"))
    assert made.change is not None
    assert made.change.held.worded() == "Evidence besides the shares, as the reason says."
    assert refused(CLOSE, decision(trigger="other_evidence")) == (
        "panel, L: small has no trigger other_evidence for it."
    )


def test_a_trigger_the_framework_has_not_is_refused() -> None:
    line = next(each for each in TEXT.splitlines() if "one_case" in each)
    _, rules = small(TEXT.replace(line + "\n", ""))
    assert refused(CLOSE, decision(**ONE), rules=rules) == "panel, L: small has no trigger one_case for it."


def test_a_framework_may_allow_no_panel() -> None:
    start, end = TEXT.index("  triggers:"), TEXT.index("  source: the discretion")
    _, rules = small((TEXT[:start] + TEXT[end:]).replace("allowed: true", "allowed: false"))
    assert refused(CLOSE, decision(), rules=rules) == "panel: small allows no panel to change a rating."


def test_a_panel_gives_its_reason_and_its_roles() -> None:
    assert refused(CLOSE, decision(reason="")) == "panel, L: reason is empty."
    assert refused(CLOSE, decision(reason=" \n")) == "panel, L: reason is empty."
    for roles in ((), ("",), ("lead inspector", " ")):
        assert refused(CLOSE, decision(roles=roles)) == "panel, L: roles is empty; who decided?"


def test_a_panel_moves_by_no_more_bands_than_the_framework_says() -> None:
    assert refused(CLOSE, decision(to="fine")) == "panel, L: from Poor it may move by 1 at most."
    assert refused(CLOSE, decision(to="poor")) == "panel, L: it is Poor already."
    _, two = small(TEXT.replace("at_most_bands: 1", "at_most_bands: 2"))
    assert heard(CLOSE, decision(to="fine"), rules=two).rating == "fine"
    assert refused(CLOSE, decision(to="best"), rules=two) == "panel, L: from Poor it may move by 2 at most."


@pytest.mark.parametrize(
    ("given", "standard"),
    [
        (answers({"J": "poor"}), "J"),
        (answers({"L": "poor"}), "L"),
        (answers(q1=(60, 100)), "L"),
        (answers(), "L"),
    ],
)
def test_a_panel_changes_only_what_shares_have_settled(given: Answers, standard: str) -> None:
    assert refused(given, decision(standard=standard)) == (
        f"panel, {standard}: a panel changes only what the shares of its key questions have settled."
    )


def test_a_share_that_settles_alone_may_be_looked_at() -> None:
    made = heard(answers(q1=(48, 100)), decision())
    assert (made.rating, made.change and made.change.beside) == ("fair", ())


def test_a_panel_decides_on_a_standard_once_and_on_one_there_is() -> None:
    assert refused(CLOSE, decision(), decision()) == "panel, L: it is decided more than once."
    with pytest.raises(Refused) as error:
        rate(FRAMEWORK, RULES, Answers(panel=(decision(standard="N"),)))
    assert error.value.message.worded() == "panel, N: small has no such rated standard."


def test_points_may_be_a_fraction() -> None:
    _, rules = small(TEXT.replace("near_boundary, value: 5", "near_boundary, value: 2.5"))
    assert heard(answers(q1=(48, 100), q2="90", q3="90"), decision(), rules=rules).rating == "fair"
    said = refused(answers(q1=(47, 100), q2="90", q3="90"), decision(), rules=rules)
    assert said == "panel, L: q1 at 47% is 3 points from 50%, and only 2.5 or fewer are near."
