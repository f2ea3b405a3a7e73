from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assay.core.errors import Refused
from assay.core.ratings import rate, rules_for
from assay.core.ratings.path import Answers, Assumption
from assay.core.ratings.rating import rounding_said
from assay.core.ratings.types import CompositeBand, How, Rules
from assay.core.standards import load
from assay.core.standards.types import Possibility, Rule
from tests.factories.ratings import MEAN, TEXT, answers, decision, small, standard

FRAMEWORK, RULES = small()
WHOLE = answers({"J": "fair", "A": "best"}, q1=(70, 100), q2=(55, 100), q3=(90, 100), q4=(7, 10), q5=(8, 10))


def refused(given: Answers) -> str:
    with pytest.raises(Refused) as error:
        rate(FRAMEWORK, RULES, given)
    return error.value.message.worded()


def test_the_whole_path_is_kept() -> None:
    made = rate(FRAMEWORK, RULES, WHOLE)
    assert (made.framework, made.framework_version) == ("small", FRAMEWORK.version)
    assert made.rules_version == RULES.version
    assert [(each.code, each.rating, each.score) for each in made.standards] == [
        ("J", "fair", 1),
        ("L", "fair", 1),
        ("M", "fine", 2),
        ("A", "best", 3),
    ]
    assert made.composite is not None
    assert (made.composite.total, made.overall.rating) == (4, "fair")
    assert made.standard("M").lowest == ("q4",)
    assert [made.standard(code).code for code in "AJLM"] == ["A", "J", "L", "M"]
    with pytest.raises(KeyError):
        made.standard("N")


def test_another_rounding_may_be_chosen_and_is_said() -> None:
    given = answers({"J": "poor", "M": "poor"}, q1="49.5", q2="90", q3="90")
    assert rate(FRAMEWORK, RULES, given).standard("L").rating == "fair"
    made = rate(FRAMEWORK, RULES, given, rounding="none")
    assert made.standard("L").rating == "poor"
    assert made.rounding.worded() == "Nothing is rounded before it is banded."
    assert Assumption(part="rounding", source="Chosen for this run", confidence="ours") in made.assumptions
    assert rate(FRAMEWORK, RULES, given, rounding="half_even").standard("L").rating == "fair"


def test_what_hangs_on_the_rounding_is_named() -> None:
    def hanging(given: Answers, rules: Rules = RULES, **more: How) -> tuple[str, ...]:
        return rate(FRAMEWORK, rules, given, **more).hangs_on_rounding

    near = answers({"J": "poor", "M": "fair"}, q1="49.5", q2="90", q3="90")
    assert hanging(near) == ("L", "overall")
    assert hanging(near, rounding="none") == ("L", "overall")
    assert hanging(answers({"J": "fair", "M": "fair"}, q1="49.5", q2="90", q3="90")) == ("L",)
    assert hanging(answers({"J": "poor", "M": "fair"}, q1="49.4", q2="90", q3="90")) == ()
    halves = small(TEXT.replace("at_least: 50", "at_least: 49"))[1]
    assert hanging(answers({"J": "fair", "M": "fair"}, q1="48.5", q2="90", q3="90"), halves) == ("L",)
    told = answers({"J": "fair", "M": "fair"}, decision(), q1="49.4", q2="90", q3="90")
    assert hanging(told) == ()
    fixed = small(TEXT.replace("of: [key_question_percentage]", "of: []"))[1]
    assert hanging(near, fixed) == ()
    mean = small(MEAN.replace("of: [key_question_percentage]", "of: [composite_mean]"))[1]
    assert hanging(answers({"J": "fine", "M": "fine", "L": "fair"}), mean) == ()
    lower = replace(mean, composite=replace(mean.composite, bands=_ends(mean, "0.5", "1.7", "2.5", "3")))
    assert hanging(answers({"J": "fine", "M": "fine", "L": "fair"}), lower) == ("overall",)


def _ends(rules: Rules, *ends: str) -> tuple[CompositeBand, ...]:
    return tuple(
        CompositeBand(rating=level.code, at_most=Decimal(end))
        for level, end in zip(rules.levels, ends, strict=True)
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("of: [", "of: [", "halves up: the percentage of a key question."),
        ("half_up", "half_even", "halves to the even digit: the percentage of a key question."),
        (
            "of: [key_question_percentage]",
            "of: [key_question_percentage, composite_mean]",
            "halves up: the percentage of a key question and the mean of the scores.",
        ),
    ],
)
def test_what_is_rounded_is_said_in_words(old: str, new: str, said: str) -> None:
    for text, places in ((MEAN, 0), (MEAN.replace("places: 0", "places: 2"), 2)):
        _, rules = small(text.replace(old, new))
        assert rounding_said(rules).worded() == (f"Rounded before it is banded, to {places} decimals, {said}")
    _, nothing = small(TEXT.replace("of: [key_question_percentage]", "of: []"))
    assert rounding_said(nothing).worded() == "Nothing is rounded before it is banded."


def test_a_programme_without_ratings_is_refused_in_a_sentence() -> None:
    id = "dynamic-public-protection-2025"
    with pytest.raises(Refused) as error:
        rate(load(id), rules_for(id), Answers())
    assert error.value.message.worded() == (
        "framework: Dynamic Inspection of Public Protection, 2025 gives no ratings. The programme opted out "
        "of one-word ratings; its purpose is a diagnosis to act upon."
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (answers({"Z": "poor"}), "standards, Z: small has no such rated standard."),
        (answers({"N": "poor"}), "standards, N: small has no such rated standard."),
        (answers({"J": "middling"}), "standards, J: middling is not a level of small."),
        (
            answers({"L": "poor"}, q2=(1, 2)),
            "standards, L: its rating is given and also its key question q2; give one.",
        ),
        (answers(q9=(1, 2)), "key_questions, q9: small rates no such key question."),
        (answers(q7=(1, 2)), "key_questions, q7: small rates no such key question."),
        (answers(q6=(1, 2)), "key_questions, q6: it is not rated by its share; give the rating of J."),
    ],
)
def test_what_the_framework_does_not_know_is_refused(given: Answers, said: str) -> None:
    assert refused(given) == said


def test_a_share_under_a_judgement_is_refused_even_where_shares_are_counted() -> None:
    framework, rules = small(
        J=standard("J", "q1", rule="judgement"), L=standard("L", "q2"), M=standard("M", "q4")
    )
    with pytest.raises(Refused) as error:
        rate(framework, rules, answers(q1=(1, 2)))
    assert error.value.message.worded() == (
        "key_questions, q1: it is not rated by its share; give the rating of J."
    )


def parts(given: Answers) -> list[str]:
    return [each.part for each in rate(FRAMEWORK, RULES, given).assumptions]


def test_only_what_was_made_use_of_is_rested_on() -> None:
    framework_rules = FRAMEWORK.rules
    assert {each.code for each in framework_rules} >= {"lowest_key_question", "judgement"}
    assert parts(answers()) == []
    assert parts(answers({"J": "fair"})) == ["rule judgement"]
    assert parts(answers({"L": "fair"})) == []
    assert parts(answers(q1=(1, 2))) == ["bands", "questions", "rounding", "rule lowest_key_question"]
    told = answers(None, decision(), q1=(48, 100))
    assert parts(told) == [
        "bands",
        "questions",
        "rounding",
        "discretion",
        "discretion (near_boundary)",
        "rule lowest_key_question",
    ]


def test_what_is_rested_on_has_its_source() -> None:
    made = rate(FRAMEWORK, RULES, answers(None, decision(), q1=(48, 100)))
    assert (
        Assumption(part="bands", source="the bands' source", confidence="recalled_high") in made.assumptions
    )
    assert (
        Assumption(
            part="discretion (near_boundary)", source="the first trigger's source", confidence="recalled_high"
        )
        in made.assumptions
    )


def test_a_key_question_s_own_rule_is_rested_on_where_it_was_given() -> None:
    base = '  base: ["yes", "no"]\n'
    own = "  own: [{key_question: q4, sufficient: ['yes'], base: ['yes'], source: s, confidence: ours}]\n"
    framework, rules = small(TEXT.replace(base, base + own))
    with_it = rate(framework, rules, answers(q4=(1, 2)))
    assert "questions (q4)" in [each.part for each in with_it.assumptions]
    without = rate(framework, rules, answers(q5=(1, 2)))
    assert "questions (q4)" not in [each.part for each in without.assumptions]


def test_the_rounding_of_a_mean_is_always_rested_on() -> None:
    framework, rules = small(MEAN.replace("of: [key_question_percentage]", "of: [composite_mean]"))
    made = rate(framework, rules, answers({"L": "fair"}))
    assert [each.part for each in made.assumptions] == ["rounding"]


def test_a_way_of_rating_is_rested_on_as_the_framework_marks_it() -> None:
    ways = (
        Rule(code="judgement", about="Judged.", ours=True),
        Rule(code="lowest_key_question", about="Lowest.", source="seen", confidence="published"),
        Rule(code="share_sufficient", about="Share.", source="recalled", confidence="recalled_low"),
        Rule(code="not_known", about="Unknown.", ours=True),
    )
    framework = replace(FRAMEWORK, rules=ways)
    made = rate(framework, RULES, answers({"J": "poor"}, q1=(1, 2)))
    assert made.assumptions[-2:] == (
        Assumption(part="rule judgement", source="Judged.", confidence="ours"),
        Assumption(part="rule share_sufficient", source="recalled", confidence="recalled_low"),
    )


def test_an_uncertain_standard_is_rested_on_where_it_counts() -> None:
    may_be = (Possibility(title="T", because="b", source="s", confidence="ours"),)
    for counts in (True, False):
        framework, rules = small(
            J=standard("J", rule="not_known", may_be=may_be, counts=counts, confidence="recalled_low"),
            K=standard("K", rule="judgement", counts=not counts),
            L=standard("L", "q1"),
            M=standard("M", "q4"),
        )
        found = rate(framework, rules, answers()).assumptions
        expected = Assumption(part="standard J", source="source of J", confidence="recalled_low")
        assert found == ((expected,) if counts else ())
