"""What holds of every rating: order, relabelling, one more satisfactory case; and a slow twin."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.core.ratings import Answers, Rated, Share, rate, rules_for
from assay.core.ratings.composite import overall_of
from assay.core.ratings.types import How
from assay.core.standards import load
from tests.unit.core_ratings import slow

FRAMEWORK, RULES = load("pdu-2023"), rules_for("pdu-2023")
JUDGED = [each.code for each in FRAMEWORK.standards if each.rule == "judgement"]
BY_CASES = [each for each in FRAMEWORK.standards if each.rule == "lowest_key_question"]
CODES = [code for each in BY_CASES for code in each.key_questions]
RATED = ["crc-2018", "nps-2018", "pdu-2021", "pdu-2023", "region-2023"]

HOW = st.sampled_from(["half_up", "half_even", "none"])
# Shares near the edges are as likely as any other.
COUNTS = st.integers(0, 200).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
EDGES = st.sampled_from(
    [(99, 200), (199, 400), (129, 200), (159, 200), (160, 200), (130, 200), (0, 0), (97, 200)]
)
ONE = st.one_of(EDGES, COUNTS)
GIVEN = st.tuples(
    st.lists(ONE, min_size=len(CODES), max_size=len(CODES)),
    st.lists(st.integers(0, 3), min_size=len(JUDGED), max_size=len(JUDGED)),
)
Made = tuple[list[tuple[int, int]], list[int]]


def answers(made: Made) -> Answers:
    counts, judged = made
    return Answers(
        questions={code: Share.counted(*each) for code, each in zip(CODES, counts, strict=True)},
        ratings={code: slow.LEVELS[each] for code, each in zip(JUDGED, judged, strict=True)},
    )


def ranks(made: Rated) -> list[list[int]]:
    """What is possible, as ranks: of each standard, and of the whole last."""
    possible = [each.possible for each in made.standards] + [made.overall.possible]
    return [[RULES.rank(each) for each in words] for words in possible]


@given(GIVEN, HOW)
@settings(max_examples=60)
def test_a_slow_twin_agrees(made: Made, how: How) -> None:
    found = rate(FRAMEWORK, RULES, answers(made), rounding=how)
    counts, judged = made
    by_code = dict(zip(CODES, counts, strict=True))
    lowest = {
        each.code: slow.standard([by_code[code] for code in each.key_questions], how) for each in BY_CASES
    }
    expected = dict(zip(JUDGED, judged, strict=True)) | lowest
    assert {each.code: each.score for each in found.standards} == expected
    scores = [each for each in expected.values() if each is not None]
    if len(scores) == len(expected):
        assert found.composite is not None
        assert found.composite.total == sum(scores)
        assert found.overall.rating == slow.LEVELS[slow.overall(scores, len(scores))]


@given(GIVEN, st.randoms(use_true_random=False))
@settings(max_examples=20)
def test_order_makes_no_difference(made: Made, random: object) -> None:
    given_ = answers(made)
    questions, ratings = list(given_.questions.items()), list(given_.ratings.items())
    random.shuffle(questions)  # type: ignore[attr-defined]
    random.shuffle(ratings)  # type: ignore[attr-defined]
    assert rate(FRAMEWORK, RULES, Answers(questions=dict(questions), ratings=dict(ratings))) == rate(
        FRAMEWORK, RULES, given_
    )
    turned = replace(FRAMEWORK, standards=FRAMEWORK.standards[::-1])
    other = rate(turned, RULES, given_)
    first = rate(FRAMEWORK, RULES, given_)
    assert other.standards == first.standards[::-1]
    assert other.overall == first.overall


@given(st.lists(st.integers(0, 3), min_size=7, max_size=7), st.permutations(range(7)))
@settings(max_examples=20)
def test_which_standard_has_which_score_makes_no_difference(scores: list[int], order: list[int]) -> None:
    codes = [each.code for each in FRAMEWORK.counted]
    made = [
        rate(
            FRAMEWORK,
            RULES,
            Answers(ratings={code: slow.LEVELS[each] for code, each in zip(codes, one, strict=True)}),
        )
        for one in (scores, [scores[place] for place in order])
    ]
    assert made[0].overall == made[1].overall


@given(GIVEN, HOW, st.sampled_from(range(len(CODES))), st.booleans())
@settings(max_examples=60)
def test_one_more_satisfactory_case_never_lowers_a_rating(
    made: Made, how: How, place: int, new: bool
) -> None:
    counts, judged = made
    satisfactory, of = counts[place]
    if not new and satisfactory == of:
        new = True
    better = [*counts]
    better[place] = (satisfactory + 1, of + new)
    before = ranks(rate(FRAMEWORK, RULES, answers((counts, judged)), rounding=how))
    after = ranks(rate(FRAMEWORK, RULES, answers((better, judged)), rounding=how))
    for old, found in zip(before, after, strict=True):
        assert min(found) >= min(old)
        assert max(found) >= max(old)


@given(GIVEN, st.sets(st.sampled_from(CODES + JUDGED), max_size=6))
@settings(max_examples=30)
def test_what_is_possible_holds_what_it_turns_out_to_be(made: Made, hidden: set[str]) -> None:
    whole = answers(([(each[0], each[1]) if each[1] else (1, 1) for each in made[0]], made[1]))
    part = Answers(
        questions={code: each for code, each in whole.questions.items() if code not in hidden},
        ratings={code: each for code, each in whole.ratings.items() if code not in hidden},
    )
    known, open_ = rate(FRAMEWORK, RULES, whole), rate(FRAMEWORK, RULES, part)
    assert known.overall.rating in open_.overall.possible
    assert all(a.rating in b.possible for a, b in zip(known.standards, open_.standards, strict=True))


@pytest.mark.parametrize("id", RATED)
def test_the_bands_of_each_framework_are_the_general_rule(id: str) -> None:
    """A mean up to 0.5, 1.5 and 2.5, over every total there is."""
    rules, number = rules_for(id), len(load(id).counted)
    for total in range(3 * number + 1):
        expected = slow.LEVELS[slow.overall([total], number)]
        assert overall_of(rules, total, number) == expected
