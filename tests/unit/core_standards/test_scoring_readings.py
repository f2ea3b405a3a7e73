from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.core.errors import Refused
from assay.core.figures import Count
from assay.core.standards import load
from assay.core.standards.readings import pinned_to, readings_from
from assay.core.standards.scoring import Stored, Tally, score, tallies
from tests.factories.stored_readings import FACTS, TWELVE

PDU = load("pdu-2023")
COURT = ["3.1.1", "3.1.2"]


def stored(answers: dict[str, str], **facts: Any) -> Stored:
    return Stored(id="R1", facts={**FACTS, **facts}, answers=answers)


def test_judgements_are_taken_as_they_were_given() -> None:
    done = score(PDU, stored({"2.1.1": "yes", "2.1.2": "no", "2.1.3": "does_not_apply"}))
    assert done.instrument == "supervision"
    assert list(done.judged) == TWELVE
    assert {code: value for code, value in done.judged.items() if value} == {
        "2.1.1": "yes",
        "2.1.2": "no",
        "2.1.3": "does_not_apply",
    }
    assert done.unanswered[:4] == ("2.1.1a", "2.1.1b", "2.1.1c", "2.1.2a")
    assert "2.1.1" not in done.unanswered
    assert "2.2.1" in done.unanswered
    assert done.unknown_facts == ()


def test_low_risk_closes_three_key_questions_whatever_was_answered() -> None:
    done = score(PDU, stored(dict.fromkeys(TWELVE, "yes"), rosh_inspector="low"))
    assert [code for code, value in done.judged.items() if value != "yes"] == ["2.2.3", "2.3.3", "2.4.3"]
    assert {done.judged[code] for code in ("2.2.3", "2.3.3", "2.4.3")} == {"does_not_apply"}
    assert not {"2.2.3", "2.2.3a"} & set(done.unanswered)


def test_an_unknown_fact_leaves_what_depends_on_it_open() -> None:
    done = score(PDU, stored(dict.fromkeys(TWELVE, "yes"), rosh_inspector=None))
    assert [code for code, value in done.judged.items() if value is None] == ["2.2.3", "2.3.3", "2.4.3"]
    assert done.unknown_facts == ("rosh_inspector",)


def test_another_kind_of_work_asks_other_questions() -> None:
    done = score(PDU, stored({"3.1.1": "yes", "2.1.1": "yes"}, work_read="court_report"))
    assert (done.instrument, list(done.judged)) == ("court_report", COURT)
    assert done.judged["3.1.1"] == "yes"


def test_a_tally_puts_every_reading_in_one_place() -> None:
    readings = [
        stored({"2.2.3": "yes"}),
        stored({"2.2.3": "yes"}),
        stored({"2.2.3": "no"}),
        stored({"2.2.3": "yes"}, rosh_inspector="low"),
        stored({"2.2.3": "does_not_apply"}),
        stored({}),
        stored({"2.2.3": "yes"}, work_read="court_report"),
    ]
    found = {each.code: each for each in tallies(PDU, [score(PDU, each) for each in readings])}
    assert list(found) == [each.code for each in PDU.key_questions if each.judgement]
    assert found["2.2.3"] == Tally(
        code="2.2.3", sufficient=2, insufficient=1, does_not_apply=2, open=1, not_asked=1
    )
    assert found["2.2.3"].applicable == 3
    assert found["2.2.3"].count(PDU) == Count(2, 3, "case", "cases to which 2.2.3 applied")
    assert found["3.1.1"].not_asked == 6
    assert found["4.2.1"].count(PDU).share is None


ANSWERS = st.dictionaries(st.sampled_from(TWELVE + COURT), st.sampled_from(["yes", "no", "does_not_apply"]))
LEVELS = st.sampled_from(["low", "medium", "high", None])
READING = st.builds(
    lambda answers, risk, work: stored(answers, rosh_inspector=risk, work_read=work),
    ANSWERS,
    LEVELS,
    st.sampled_from(["supervision", "court_report", None]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(READING, max_size=6), st.randoms(use_true_random=False))
def test_order_makes_no_difference_and_nothing_is_lost(readings: list[Stored], shuffle: Any) -> None:
    other = list(readings)
    shuffle.shuffle(other)
    there, again = ([score(PDU, each) for each in those] for those in (readings, other))
    assert tallies(PDU, there) == tallies(PDU, again)
    for each in tallies(PDU, there):
        parts = (each.sufficient, each.insufficient, each.does_not_apply, each.open, each.not_asked)
        assert sum(parts) == len(readings)


@settings(max_examples=40, deadline=None)
@given(READING, st.sampled_from(TWELVE))
def test_one_more_sufficient_judgement_never_lowers_a_share(reading: Stored, code: str) -> None:
    better = Stored(id="R1", facts=reading.facts, answers={**reading.answers, code: "yes"})
    before, after = (
        {each.code: each for each in tallies(PDU, [score(PDU, one)])} for one in (reading, better)
    )
    assert (after[code].count(PDU).share or 0) >= (before[code].count(PDU).share or 0)
    assert {each: after[each] for each in after if each != code} == {
        each: before[each] for each in before if each != code
    }


def document(**changes: Any) -> list[dict[str, Any]]:
    case = {"case": "R1", "facts": FACTS, "answers": {"2.1.1": "yes", "2.1.2": None, "2.1.3": ""}}
    return [
        {"framework": "pdu-2023", "version": "1", "cases": [case], "standards": {"P1.1": "Good"}, **changes}
    ]


def test_a_document_is_read_and_its_empty_answers_are_left_out() -> None:
    brought = readings_from(document(), PDU)
    assert brought.readings == (Stored(id="R1", facts=FACTS, answers={"2.1.1": "yes"}),)
    assert (brought.framework, brought.version, brought.ratings) == ("pdu-2023", "1", {"P1.1": "Good"})
    assert pinned_to(document()) == ("pdu-2023", "1")
    assert pinned_to([{"cases": []}]) == ("", "")


def test_a_table_is_read_with_facts_in_the_place_of_questions() -> None:
    rows = [
        {"case": "R1", "question": "rosh_inspector", "answer": "high"},
        {"case": "R1", "question": "domestic_abuse", "answer": "Yes"},
        {"case": "R1", "question": "child_safeguarding", "answer": "false"},
        {"case": "R1", "question": "2.1.1", "answer": "no"},
        {"case": "R2", "question": "2.1.1", "answer": None},
    ]
    assert readings_from(rows, PDU).readings == (
        Stored(
            id="R1",
            facts={"rosh_inspector": "high", "domestic_abuse": True, "child_safeguarding": False},
            answers={"2.1.1": "no"},
        ),
        Stored(id="R2", facts={}, answers={}),
    )
    assert pinned_to(rows) == ("", "")
    assert pinned_to(rows[:1]) == ("", "")


def test_a_number_of_a_table_is_read_as_a_number() -> None:
    dynamic = load("dynamic-public-protection-2025")
    rows = [{"case": "R1", "question": "licence_days", "answer": "56"}]
    assert readings_from(rows, dynamic).readings[0].facts == {"licence_days": 56}
    for wrong in ("-1", "56.0", "٥٦", "1234567", "x"):
        with pytest.raises(Refused) as refused:
            readings_from([{**rows[0], "answer": wrong}], dynamic)
        assert refused.value.message.worded() == (
            f"row 1, licence_days: {wrong!r} stands where a whole number is expected."
        )


CASE = {"case": "R1", "facts": {}, "answers": {}}


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        (document(colour=1), "the input, colour: it is not one of framework, version, cases, standards."),
        (document(framework="pdu-2021"), "framework: the readings are for pdu-2021, not for pdu-2023."),
        (document(version="2"), "version: the readings are pinned to version 2, not 1."),
        (document(cases={"R1": 1}), "cases: a list is expected."),
        (document(standards=[1]), "standards: an object of ratings by code is expected."),
        (
            document(standards={"P1.9": "Good"}),
            "standards, P1.9: pdu-2023 has no such standard; P1.3 may be meant.",
        ),
        (document(cases=["R1"]), "cases, number 1: an object is expected."),
        (
            document(cases=[{**CASE, "note": 1}]),
            "cases, number 1, note: it is not one of case, facts, answers.",
        ),
        (document(cases=[{"answers": {}}]), "cases, number 1, case: it is missing."),
        (document(cases=[CASE, CASE]), "cases, number 2: R1 is given twice."),
        (
            document(cases=[{**CASE, "facts": [1]}]),
            "cases, number 1, facts: an object of values by code is expected.",
        ),
        (
            document(cases=[{**CASE, "facts": {"rosh": "low"}}]),
            "cases, number 1, facts: pdu-2023 has no fact rosh; there are "
            + ", ".join(each.code for each in PDU.facts)
            + ".",
        ),
        (
            document(cases=[{**CASE, "facts": {"rosh_inspector": "lo"}}]),
            "cases, number 1, rosh_inspector: 'lo' stands where one of low, medium, high, very_high is "
            "expected.",
        ),
        (
            document(cases=[{**CASE, "facts": {"domestic_abuse": "yes"}}]),
            "cases, number 1, domestic_abuse: 'yes' stands where true or false is expected.",
        ),
        (
            document(cases=[{**CASE, "answers": {"2.1.1": "maybe"}}]),
            "cases, number 1, 2.1.1: 'maybe' is not one of yes, no, does_not_apply.",
        ),
        (
            document(cases=[{**CASE, "answers": {"2.1.1z": "yes"}}]),
            "cases, number 1, answers: pdu-2023 has no question 2.1.1z; 2.1.1 may be meant.",
        ),
        (
            [{"case": "R1", "question": "2.1.1", "answer": "yes", "by": "x"}],
            "row 1, by: it is not one of case, question, answer.",
        ),
        ([{"case": None, "question": "2.1.1", "answer": "yes"}], "row 1, case: it is empty."),
        ([{"case": "R1", "question": "", "answer": "yes"}], "row 1, question: it is empty."),
        (
            [
                {"case": "R1", "question": "2.1.1", "answer": "yes"},
                {"case": "R1", "question": "2.1.1", "answer": "no"},
            ],
            "row 2, 2.1.1: R1 answers it twice.",
        ),
        (
            [{"case": "R1", "question": "rosh_inspector", "answer": "none"}],
            "row 1, rosh_inspector: 'none' stands where one of low, medium, high, very_high is expected.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_field(rows: list[dict[str, Any]], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        readings_from(rows, PDU)
    assert refused.value.message.worded() == sentence


def test_a_number_must_not_be_a_truth_value_or_negative() -> None:
    dynamic = load("dynamic-public-protection-2025")
    for wrong in (True, -1, 1.5, "5"):
        with pytest.raises(Refused) as refused:
            readings_from([{"cases": [{**CASE, "facts": {"licence_days": wrong}}]}], dynamic)
        assert "a whole number is expected" in refused.value.message.worded()
    given = readings_from([{"cases": [{**CASE, "facts": {"licence_days": 0}}]}], dynamic)
    assert given.readings[0].facts == {"licence_days": 0}
