from __future__ import annotations

from fractions import Fraction

import pytest

from assay.core.ratings.lowest import question_step, rated_questions, standard_step
from assay.core.ratings.path import Answers, Share, StandardStep
from tests.factories.ratings import TEXT, answers, small, standard

FRAMEWORK, RULES = small()
EVERY = ("poor", "fair", "fine", "best")


def step(code: str, given: Answers) -> StandardStep:
    return standard_step(FRAMEWORK, RULES, FRAMEWORK.standard(code), given)


@pytest.mark.parametrize(
    ("satisfactory", "of", "banded", "rating"),
    [
        (0, 84, 0, "poor"),
        (49, 100, 49, "poor"),
        (495, 1000, 50, "fair"),
        (494, 1000, 49, "poor"),
        (50, 100, 50, "fair"),
        (644, 1000, 64, "fair"),
        (645, 1000, 65, "fine"),
        (65, 100, 65, "fine"),
        (79, 100, 79, "fine"),
        (795, 1000, 80, "best"),
        (80, 100, 80, "best"),
        (84, 84, 100, "best"),
    ],
)
def test_each_band_begins_where_the_framework_says(
    satisfactory: int, of: int, banded: int, rating: str
) -> None:
    made = question_step(RULES, FRAMEWORK.key_question("q1"), Share.counted(satisfactory, of))
    assert (made.code, made.title) == ("q1", "Title of q1")
    assert made.share == Share.counted(satisfactory, of)
    assert (made.banded, made.rating) == (banded, rating)


def test_without_rounding_a_share_just_below_stays_below() -> None:
    for text in (TEXT.replace("half_up", "none"), TEXT.replace("of: [key_question_percentage]", "of: []")):
        _, rules = small(text)
        made = question_step(rules, FRAMEWORK.key_question("q1"), Share.counted(499, 1000))
        assert (made.banded, made.rating) == (Fraction("49.9"), "poor")


def test_halves_to_the_even_digit_where_the_framework_says_so() -> None:
    _, rules = small(TEXT.replace("half_up", "half_even").replace("at_least: 50", "at_least: 49"))
    made = question_step(rules, FRAMEWORK.key_question("q1"), Share.counted(485, 1000))
    assert (made.banded, made.rating) == (48, "poor")
    _, tenths = small(TEXT.replace("places: 0", "places: 1"))
    made = question_step(tenths, FRAMEWORK.key_question("q1"), Share.counted(4996, 10000))
    assert (made.banded, made.rating) == (50, "fair")
    made = question_step(tenths, FRAMEWORK.key_question("q1"), Share.counted(4994, 10000))
    assert (made.banded, made.rating) == (Fraction("49.9"), "poor")


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (
            Share.counted(40, 84),
            "40 of 84 sufficient is 47.62%, banded as 48%: Poor, which is from 0% to under 50%.",
        ),
        (
            Share.counted(3, 4),
            "3 of 4 sufficient is 75%, banded as 75%: Fine, which is from 65% to under 80%.",
        ),
        (Share.counted(4, 4), "4 of 4 sufficient is 100%, banded as 100%: Best, which begins at 80%."),
        (
            Share.published(Fraction("49.6")),
            "Given as 49.6%, banded as 50%: Fair, which is from 50% to under 65%.",
        ),
        (Share.published(Fraction(80)), "Given as 80%, banded as 80%: Best, which begins at 80%."),
        (Share.counted(0, 0), "It applied to no case: it has no share, and is left out."),
        (None, "It was not given."),
    ],
)
def test_the_reason_gives_the_numbers(share: Share | None, said: str) -> None:
    made = question_step(RULES, FRAMEWORK.key_question("q1"), share)
    assert made.reason.worded() == said
    assert (made.rating is None) == (share is None or share.percentage is None) == (made.banded is None)


def test_a_share_is_a_part_of_something() -> None:
    assert Share.counted(0, 0).percentage is None
    assert Share.counted(1, 3).percentage == Fraction(100, 3)
    for satisfactory, of in ((-1, 3), (4, 3)):
        with pytest.raises(AssertionError):
            Share.counted(satisfactory, of)
    for percentage in (Fraction(-1, 10), Fraction(1001, 10)):
        with pytest.raises(AssertionError):
            Share.published(percentage)
    assert Share.published(Fraction(100)).percentage == 100
    assert Share.published(Fraction(0)) == Share(percentage=Fraction(0))


def test_the_lowest_key_question_decides() -> None:
    made = step("L", answers(q1=(70, 100), q2=(52, 100), q3=(90, 100)))
    assert (made.code, made.title, made.rule, made.counts) == ("L", "Title of L", "lowest_key_question", True)
    assert [each.rating for each in made.questions] == ["fine", "fair", "best"]
    assert (made.lowest, made.possible, made.rating, made.proposed, made.score) == (
        ("q2",),
        ("fair",),
        "fair",
        "fair",
        1,
    )
    assert made.reason.worded() == "The lowest of 3 key questions decides: q2 at 52% makes it Fair."
    assert made.change is None


def test_several_may_be_lowest_and_only_the_lowest_of_a_band_are() -> None:
    made = step("L", answers(q1=(52, 100), q2=(53, 100), q3=(26, 50)))
    assert made.lowest == ("q1", "q3")
    assert made.reason.worded() == "The lowest of 3 key questions decides: q1, q3 at 52% makes it Fair."


def test_what_applied_to_no_case_is_left_out_of_the_lowest() -> None:
    made = step("L", answers(q1=(0, 0), q2=(90, 100), q3=(70, 100)))
    assert (made.rating, made.lowest) == ("fine", ("q3",))
    assert made.reason.worded() == "The lowest of 2 key questions decides: q3 at 70% makes it Fine."
    nothing = step("M", answers(q4=(0, 0), q5=(0, 0)))
    assert (nothing.rating, nothing.possible, nothing.score, nothing.lowest) == (None, EVERY, None, ())
    assert nothing.reason.worded() == "Its key questions applied to no case, so nothing can be said of it."


def test_what_is_not_given_leaves_open_what_it_could_lower() -> None:
    made = step("L", answers(q1=(70, 100), q3=(90, 100)))
    assert (made.rating, made.possible, made.score) == (None, ("poor", "fair", "fine"), None)
    assert made.lowest == ("q1",)
    assert made.reason.worded() == "q1 at 70% makes it Fine at best. Not given: q2."
    nothing = step("L", answers(q1=(0, 0)))
    assert (nothing.rating, nothing.possible) == (None, EVERY)
    assert nothing.reason.worded() == "Not given: q2, q3."


def test_what_is_not_given_cannot_lower_the_lowest_word() -> None:
    made = step("L", answers(q2=(10, 100)))
    assert (made.rating, made.possible, made.score, made.lowest) == ("poor", ("poor",), 0, ("q2",))
    assert made.reason.worded() == "q2 at 10% makes it Poor. Not given, and unable to lower it: q1, q3."
    almost = step("L", answers(q2=(50, 100)))
    assert almost.possible == ("poor", "fair")


def test_a_rating_may_be_all_that_is_known() -> None:
    judged = step("J", answers({"J": "fine"}))
    assert (judged.rating, judged.proposed, judged.possible, judged.score) == ("fine", "fine", ("fine",), 2)
    assert judged.reason.worded() == "Fine, judged as a whole on all the evidence."
    assert (judged.questions, judged.lowest) == ((), ())
    taken = step("L", answers({"L": "poor"}))
    assert taken.reason.worded() == "Poor, taken as given: what its key questions were is not known here."
    assert taken.score == 0


def test_a_standard_of_which_no_source_shows_how_it_is_rated_says_so() -> None:
    framework, rules = small(J=standard("J", rule="not_known"), L=standard("L", "q1"), M=standard("M", "q4"))
    made = standard_step(framework, rules, framework.standard("J"), answers({"J": "best"}))
    assert made.reason.worded() == "Best, taken as given: no source shows how it is rated."
    assert made.score == 3


def test_a_judgement_that_was_not_given_is_open() -> None:
    made = step("J", answers())
    assert (made.rating, made.possible, made.score) == (None, EVERY, None)
    assert made.reason.worded() == "It is not rated by shares, and no rating of it was given."
    assert step("A", answers()).counts is False


def test_only_key_questions_with_a_share_decide() -> None:
    found = rated_questions(FRAMEWORK, standard("X", "q3", "q6", "q7", "q1"))
    assert [each.code for each in found] == ["q3", "q1"]
