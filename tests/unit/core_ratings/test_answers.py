from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from assay.core.errors import Refused
from assay.core.ratings.answers import answers_from
from assay.core.ratings.loading import rules_for
from assay.core.ratings.path import Answers, Decision, Share
from assay.core.standards import load
from tests.factories.ratings import TEXT, shares, small

FRAMEWORK, RULES = small()


def read(*rows: dict[str, Any]) -> Answers:
    return answers_from(rows, FRAMEWORK, RULES)


def refused(*rows: dict[str, Any]) -> str:
    with pytest.raises(Refused) as error:
        read(*rows)
    return error.value.message.worded()


DECISION = {
    "standard": "L",
    "to": "Fair",
    "trigger": "near_boundary",
    "reason": "The others are fine.",
    "roles": ["lead inspector", "head of ratings"],
}


def test_a_document_says_all_there_is_to_say() -> None:
    made = read(
        {
            "framework": "small",
            "key_questions": {"q1": {"yes": 40, "of": 84}, "q2": {"percentage": 49.5}},
            "standards": {"J": "Fine"},
            "cases": [{"case": "a", "answers": {"q4": "yes"}}],
            "panel": [DECISION],
        }
    )
    assert made == Answers(
        questions=shares(q4=(1, 1), q1=(40, 84), q2="49.5"),
        ratings={"J": "fine"},
        panel=(
            Decision(
                standard="L",
                to="fair",
                trigger="near_boundary",
                reason="The others are fine.",
                roles=("lead inspector", "head of ratings"),
            ),
        ),
    )


def test_what_is_empty_is_not_known() -> None:
    assert read({}) == Answers()
    assert read() == Answers()
    assert read({"key_questions": None, "standards": {}, "cases": [], "panel": None}) == Answers()


@pytest.mark.parametrize("word", ["fine", "Fine", "FINE", "E", "e", 2, "2", " fine "])
def test_a_word_may_be_a_code_a_label_a_short_form_or_a_score(word: object) -> None:
    assert read({"standards": {"J": word}}).ratings == {"J": "fine"}


def test_a_standard_may_go_by_what_it_is_called_elsewhere() -> None:
    assert read({"standards": {"J1": "P"}}).ratings == {"J": "poor"}
    assert read({"code": "J1", "rating": "P"}).ratings == {"J": "poor"}
    assert refused({"standards": {"J1": "P", "J": "P"}}) == "standards, J: it is given twice."


@pytest.mark.parametrize(
    ("given", "exact"),
    [(49.5, "99/2"), ("49.50", "99/2"), (0, "0"), (100, "100"), ("100.0", "100"), (0.1, "1/10")],
)
def test_a_percentage_is_read_as_it_was_written(given: object, exact: str) -> None:
    made = read({"key_questions": {"q1": {"percentage": given}}})
    assert made.questions == {"q1": Share(percentage=Fraction(exact))}


@pytest.mark.parametrize(
    "given",
    [-1, 100.01, "100.1", True, None, "half", float("nan"), float("inf"), "1e2", ".5", "5.", "", "1/2"],
)
def test_a_percentage_lies_between_0_and_100(given: object) -> None:
    assert refused({"key_questions": {"q1": {"percentage": given}}}) == (
        f"key_questions, q1, percentage: {given!r} is not between 0 and 100."
    )


def test_all_or_none_may_be_sufficient() -> None:
    made = read(
        {"key_questions": {"q1": {"yes": 3, "of": 3}, "q2": {"yes": 0, "of": 3}, "q3": {"yes": 0, "of": 0}}}
    )
    assert made.questions == shares(q1=(3, 3), q2=(0, 3), q3=(0, 0))


def test_numbers_are_of_a_length_that_can_be_read() -> None:
    assert read({"key_questions": {"q1": {"yes": 0, "of": 10**39}}}).questions["q1"].of == 10**39
    assert refused({"key_questions": {"q1": {"yes": 0, "of": 10**40}}}).endswith("number of cases.")
    long = "0." + "1" * 38
    assert read({"key_questions": {"q1": {"percentage": long}}}).questions["q1"].percentage == Fraction(long)
    assert refused({"key_questions": {"q1": {"percentage": long + "1"}}}).endswith("between 0 and 100.")


@pytest.mark.parametrize("given", [-1, 1.5, True, None, "many", "1.0"])
def test_a_count_is_a_whole_number(given: object) -> None:
    assert refused({"key_questions": {"q1": {"yes": given, "of": 3}}}) == (
        f"key_questions, q1, yes: {given!r} is not a whole number of cases."
    )
    assert refused({"key_questions": {"q1": {"yes": 0, "of": given}}}) == (
        f"key_questions, q1, of: {given!r} is not a whole number of cases."
    )


def test_a_count_of_a_csv_is_text() -> None:
    made = read(
        {"code": "q1", "yes": "40", "of": "84", "percentage": None, "rating": None},
        {"code": "q2", "yes": None, "of": None, "percentage": "61.2", "rating": None},
        {"code": "J", "yes": None, "of": None, "percentage": None, "rating": "Fair"},
        {"code": "M", "score": "2"},
    )
    assert made == Answers(questions=shares(q1=(40, 84), q2="61.2"), ratings={"J": "fair", "M": "fine"})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"code": "q1", "yes": "1"}, "row 1, q1: yes and of are expected, or a percentage alone."),
        ({"code": "q1"}, "row 1, q1: yes and of are expected, or a percentage alone."),
        ({"code": "q1", "rating": "Fine"}, "row 1, q1: yes and of are expected, or a percentage alone."),
        ({"code": "q1", "yes": "4", "of": "3"}, "row 1, q1, yes: 4 of 3 cannot be."),
        ({"code": None, "rating": "Fine"}, "row 1: code is empty."),
        ({"code": "J"}, "row 1, J: one of rating, score is expected, and nothing else."),
        (
            {"code": "J", "yes": "1", "of": "2"},
            "row 1, J: one of rating, score is expected, and nothing else.",
        ),
        ({"code": "J", "yes": "1"}, "row 1, J: one of rating, score is expected, and nothing else."),
        (
            {"code": "J", "rating": "so-so"},
            "standards, J: 'so-so' is not one of Poor (P, 0), Fair (F, 1), Fine (E, 2), Best (B, 3).",
        ),
        (
            {"code": "q1", "colour": "red"},
            "row 1, colour: it is not one of code, yes, of, percentage, rating, score.",
        ),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row: dict[str, Any], said: str) -> None:
    assert refused(row) == said


def test_a_row_is_named_by_its_number() -> None:
    good = {"code": "q1", "yes": 1, "of": 2}
    assert refused(good, good) == "row 2, q1: it is given twice."
    assert refused({"code": "J", "rating": "P"}, {"code": "J", "rating": "P"}) == (
        "standards, J: it is given twice."
    )
    assert refused(good, {"yes": 1, "of": 2}) == "row 2: code is empty."


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"framework": "other"}, "framework: the answers are for other, not for small."),
        (
            {"key_question": {}},
            "answers, key_question: it is not one of framework, key_questions, standards, cases, panel.",
        ),
        ({"key_questions": [1]}, "key_questions: an object of codes is expected."),
        ({"standards": "Fine"}, "standards: an object of codes is expected."),
        ({"standards": {"Z": "P"}}, "standards, Z: small has no such standard."),
        ({"key_questions": {"q1": 5}}, "key_questions, q1: yes and of are expected, or a percentage alone."),
        (
            {"key_questions": {"q1": {"yes": 1, "of": 2, "percentage": 50}}},
            "key_questions, q1: yes and of are expected, or a percentage alone.",
        ),
        ({"key_questions": {"q1": {"yes": 3, "of": 2}}}, "key_questions, q1, yes: 3 of 2 cannot be."),
        (
            {
                "key_questions": {"q1": {"yes": 1, "of": 2}},
                "cases": [{"case": "a", "answers": {"q1": "yes"}}],
            },
            "key_questions, q1: it is given, and its cases are too; give one.",
        ),
        ({"panel": {}}, ""),
        ({"panel": "yes"}, "panel: a list of decisions is expected."),
        ({"panel": [1]}, "panel, decision 1: an object is expected."),
        (
            {"panel": [DECISION, DECISION | {"when": "now"}]},
            "panel, decision 2, when: it is not one of standard, to, trigger, reason, roles.",
        ),
        ({"panel": [{"standard": "L"}]}, "panel, decision 1: to is missing."),
        (
            {"panel": [DECISION | {"standard": "Z"}]},
            "panel, decision 1, standard: small has no such standard.",
        ),
        (
            {"panel": [DECISION | {"to": "Z"}]},
            "panel, decision 1, to: 'Z' is not one of Poor (P, 0), Fair (F, 1), Fine (E, 2), Best (B, 3).",
        ),
        ({"panel": [DECISION | {"roles": "lead"}]}, "panel, decision 1: roles is a list of names of roles."),
        ({"panel": [DECISION | {"roles": [1]}]}, "panel, decision 1: roles is a list of names of roles."),
        ({"panel": [DECISION | {"reason": 1}]}, "panel, decision 1: reason is a text."),
        (
            {"panel": [DECISION | {"trigger": "mood"}]},
            "panel, decision 1: trigger is one of near_boundary, one_case, small_base, other_evidence.",
        ),
        ({"cases": "none"}, "cases: a list of cases is expected."),
        ({"cases": ["a"]}, "cases, case 1: an object is expected."),
        (
            {"cases": [{"case": "a"}]},
            "cases, case 1: case and answers are expected, answers by code of question.",
        ),
        (
            {"cases": [{"case": "a", "answers": []}]},
            "cases, case 1: case and answers are expected, answers by code of question.",
        ),
        (
            {"cases": [{"case": "a", "answers": {}, "pdu": "X"}]},
            "cases, case 1, pdu: it is not one of case, answers.",
        ),
        (
            {"cases": [{"case": "a", "answers": {}}, {"case": "a", "answers": {}}]},
            "cases, case 2: a is given twice.",
        ),
        (
            {"cases": [{"case": "a", "answers": {"q9": "yes"}}]},
            "cases, a, q9: small has no such question.",
        ),
        (
            {"cases": [{"case": "a", "answers": {"q1": "maybe"}}]},
            "cases, a, q1: 'maybe' is not one of does_not_apply, no, yes.",
        ),
    ],
)
def test_a_document_that_cannot_be_read_is_told_where(document: dict[str, Any], said: str) -> None:
    if said:
        assert refused(document) == said
    else:
        assert read(document) == Answers()


CASES = {
    "a": {"q1": "yes", "q4": "yes", "q6": "no"},
    "b": {"q1": "no", "q4": "does_not_apply", "q7": "yes"},
    "c": {"q1": "yes", "q5": "does_not_apply"},
}


def test_cases_are_counted_by_key_question() -> None:
    counted = shares(q1=(2, 3), q4=(1, 1), q6=(0, 1), q5=(0, 0))
    made = read({"cases": [{"case": name, "answers": each} for name, each in CASES.items()]})
    assert made == Answers(questions=counted)
    rows = [
        {"case": name, "question": code, "answer": answer}
        for name, each in CASES.items()
        for code, answer in each.items()
    ]
    assert read(*rows) == Answers(questions=counted)
    assert read(*reversed(rows)) == Answers(questions=counted)


def test_a_key_question_may_count_otherwise() -> None:
    base = '  base: ["yes", "no"]\n'
    own = (
        "  own:\n    - {key_question: q4, sufficient: ['yes', does_not_apply],"
        " base: ['yes', 'no', does_not_apply], source: s, confidence: ours}\n"
    )
    framework, rules = small(TEXT.replace(base, base + own))
    made = answers_from(
        [{"cases": [{"case": name, "answers": each} for name, each in CASES.items()]}], framework, rules
    )
    assert made.questions == shares(q1=(2, 3), q4=(2, 2), q6=(0, 1), q5=(0, 0))


def test_one_answer_is_a_table_of_one_row() -> None:
    assert read({"case": "a", "question": "q1", "answer": "no"}).questions == shares(q1=(0, 1))


@pytest.mark.parametrize("empty", ["case", "question", "answer"])
def test_a_row_of_a_case_is_whole(empty: str) -> None:
    row: dict[str, Any] = {"case": "a", "question": "q1", "answer": "yes"}
    assert refused(row, row | {empty: None}) == f"row 2: {empty} is empty."
    assert refused(row, row | {empty: ""}) == f"row 2: {empty} is empty."


def test_a_case_answers_once() -> None:
    row = {"case": "a", "question": "q1", "answer": "yes"}
    assert refused(row, row) == "row 2: q1 of a is answered twice."
    assert refused(row | {"note": "x"}) == "row 1, note: it is not one of case, question, answer."


def test_a_programme_without_ratings_reads_no_answers() -> None:
    id = "dynamic-public-protection-2025"
    with pytest.raises(Refused) as error:
        answers_from([{}], load(id), rules_for(id))
    assert error.value.message.worded() == (
        "framework: Dynamic Inspection of Public Protection, 2025 gives no ratings. The programme opted out "
        "of one-word ratings; its purpose is a diagnosis to act upon."
    )
