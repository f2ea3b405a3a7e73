from __future__ import annotations

import hashlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.core.errors import Refused
from assay.core.estimation.eligibility import (
    REASONS,
    SAME,
    Candidate,
    Judged,
    by_reason,
    first_of_each,
    frame_of,
    judged,
    persons,
    shared_by,
)
from assay.core.estimation.frame import Frame
from assay.core.estimation.lists import candidates, fields
from assay.core.estimation.strata import Columns, folded, shipped, stratification

DAY = date(2026, 3, 2)
ONE = Columns(columns=())
FIVE = shipped()["five-2020"]


# The frame


def test_a_frame_has_its_strata_in_order_of_name_and_ids_in_its_own() -> None:
    frame = Frame(("c", "a", "b"), ("y", "x", "y"))
    assert frame.sizes == {"x": 1, "y": 2}
    assert list(frame.sizes) == ["x", "y"]
    assert frame.by_stratum() == {"x": ("a",), "y": ("c", "b")}
    assert frame.members("y") == ("c", "b")
    assert len(frame) == 3


def test_the_hash_is_that_of_ids_strata_and_places_sorted() -> None:
    def by_hand(rows: object) -> str:
        return hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()

    plain = Frame(("b", "a"), ("y", "x"), cluster=("p", "q"), score=(0.1, 0.2))
    assert plain.hash == by_hand([["a", "x"], ["b", "y"]]) == Frame(("a", "b"), ("x", "y")).hash
    odd = ['"', "\\", "\n", "é", "\U0001f642", "\x1f"]
    strange = Frame(tuple(odd), tuple(reversed(odd)))
    assert strange.hash == by_hand(sorted(zip(odd, reversed(odd), strict=True)))
    placed = Frame(("b", "a"), ("y", "x"), within=(("N", "p"), ("S", "q")))
    assert placed.hash == by_hand([["a", "x", ["S", "q"]], ["b", "y", ["N", "p"]]])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ids": ("a", "b", "a")}, "a stands twice in the frame: give each case an id of its own."),
        ({"ids": ("a", "", "b")}, "A case of the frame has no id."),
        ({"stratum": ("s",)}, "stratum: 1 values were given for 3 ids of the frame."),
        ({"cluster": ("s",)}, "cluster: 1 values were given for 3 ids of the frame."),
        ({"score": (0.1, 0.2)}, "score: 2 values were given for 3 ids of the frame."),
        ({"within": ((),)}, "within: 1 values were given for 3 ids of the frame."),
        ({"score": (0.1, 0.2, float("nan"))}, "score: every case of the frame needs a number."),
        ({"within": (("a",), ("a",), ("a", "b"))}, "within: all cases of the frame need as many levels."),
    ],
)
def test_a_frame_refuses_what_cannot_be(wrong: dict[str, object], sentence: str) -> None:
    given = {"ids": ("a", "b", "c"), "stratum": ("s", "s", "s"), **wrong}
    with pytest.raises(Refused) as refused:
        Frame(**given)  # type: ignore[arg-type]
    assert refused.value.message.worded() == sentence


# Reasons


def reasons(*rows: Candidate, **more: object) -> dict[str, str]:
    found = judged(rows, **{"stratify": ONE.of, **more})  # type: ignore[arg-type]
    return {each.id: each.reason for each in found}


def candidate(id: str = "a", *, on: date | None = DAY, reason: str = "", **fields: str) -> Candidate:
    return Candidate(id=id, fields=fields, started_on=on, reason=reason)


@pytest.mark.parametrize(
    ("row", "more", "reason"),
    [
        (candidate(), {}, ""),
        (candidate(on=None), {}, ""),
        (candidate(reason="withdrawn", firstName="*"), {}, "withdrawn"),
        (candidate(firstName="S*m"), {}, "redacted"),
        (candidate(familyName="*****"), {}, "redacted"),
        (candidate(crn="*"), {}, ""),
        (candidate(), {"as_at": DAY}, ""),
        (candidate(), {"as_at": date(2026, 3, 1)}, "not_begun"),
        (candidate(on=None), {"as_at": DAY}, "not_begun"),
        (candidate(), {"started_between": (DAY, DAY)}, ""),
        (candidate(), {"started_between": (date(2026, 3, 3), date(2026, 3, 9))}, "began_too_early"),
        (candidate(), {"started_between": (date(2026, 2, 1), date(2026, 3, 1))}, "began_too_late"),
        (candidate(on=None), {"started_between": (DAY, DAY)}, "began_too_late"),
        (candidate(gender="OTHER"), {"stratify": FIVE.of}, "no_stratum"),
        (candidate(gender="F"), {"stratify": FIVE.of}, ""),
    ],
)
def test_each_reason_holds_at_its_edges(row: Candidate, more: dict[str, object], reason: str) -> None:
    assert reasons(row, **more) == {"a": reason}
    assert reason in {"", "withdrawn", *REASONS}


def test_every_reason_has_a_sentence_a_source_and_a_confidence() -> None:
    assert {code: each.code for code, each in REASONS.items()} == {code: code for code in REASONS}
    assert all(each.sentence.worded() and each.source for each in REASONS.values())
    assert {each.confidence for each in REASONS.values()} <= {"verified", "inferred", "recalled", "assumed"}
    assert set(SAME.values()) <= set(REASONS)


def test_a_log_is_in_order_of_id_with_each_case_s_stratum_and_place() -> None:
    rows = [
        Candidate(id="b", fields={"gender": "F"}, within=("N", "P1")),
        Candidate(id="a", fields={"gender": "?"}, within=("N", "P2")),
    ]
    assert judged(rows, stratify=FIVE.of) == (
        Judged(id="a", stratum="", reason="no_stratum", within=("N", "P2")),
        Judged(id="b", stratum="FEMALE", within=("N", "P1")),
    )


def test_an_id_that_stands_twice_is_refused_even_where_it_is_left_out() -> None:
    with pytest.raises(Refused, match="stands twice in the list"):
        reasons(candidate("a"), candidate("a", reason="out"))


# One person, more than once


EARLY, LATE = date(2026, 1, 5), date(2026, 2, 5)


@pytest.mark.parametrize(
    ("same", "reason"),
    [
        ({"crn": "X1"}, "same_person"),
        ({"pnc": "20/1A"}, "same_pnc"),
        ({"firstName": "Sam", "familyName": "Smith", "dob": "1990-01-01"}, "same_name"),
        ({"crn": "X1", "pnc": "20/1A"}, "same_person"),
        ({"firstName": "Sam", "familyName": "Smith"}, ""),
        ({"firstName": "Sam", "dob": "1990-01-01"}, ""),
        ({"crn": "", "pnc": " "}, ""),
    ],
)
@pytest.mark.parametrize("whole_list", [False, True])
def test_the_later_of_one_person_is_left_out_and_by_what_it_was_seen(
    same: dict[str, str], reason: str, whole_list: bool
) -> None:
    found = reasons(candidate("a", on=LATE, **same), candidate("b", on=EARLY, **same), whole_list=whole_list)
    assert found == {"a": reason, "b": ""}


def test_case_and_spacing_do_not_tell_people_apart() -> None:
    first = candidate("a", firstName="Sam  Lee", familyName="SMITH", dob="1990-01-01")
    second = candidate("b", firstName="sam lee", familyName="Smith ", dob="1990-01-01")
    assert reasons(first, second) == {"a": "", "b": "same_name"}


def test_of_two_that_began_on_one_day_the_lower_id_stays_and_no_start_is_last() -> None:
    assert reasons(candidate("b", crn="X"), candidate("a", crn="X")) == {"a": "", "b": "same_person"}
    assert reasons(candidate("a", on=None, crn="X"), candidate("b", crn="X")) == {"a": "same_person", "b": ""}


def test_an_earlier_one_that_is_left_out_pushes_nobody_out_but_in_the_published_rule() -> None:
    rows = (candidate("a", on=EARLY, crn="X", reason="withdrawn"), candidate("b", on=LATE, crn="X"))
    assert reasons(*rows) == {"a": "withdrawn", "b": ""}
    assert reasons(*rows, whole_list=True) == {"a": "withdrawn", "b": "same_person"}


def test_people_joined_through_a_third_row_are_one_but_in_the_published_rule() -> None:
    rows = (
        candidate("a", on=date(2026, 1, 1), crn="X"),
        candidate("b", on=date(2026, 1, 3), crn="X", pnc="P"),
        candidate("c", on=date(2026, 1, 2), pnc="P"),
    )
    assert reasons(*rows) == {"a": "", "b": "same_person", "c": "same_pnc"}
    assert reasons(*rows, whole_list=True) == {"a": "", "b": "same_person", "c": ""}


def test_only_what_is_asked_for_makes_two_rows_one_person() -> None:
    rows = (
        candidate("a", crn="X", pnc="P"),
        candidate("b", crn="X", pnc="Q"),
        candidate("c", crn="Y", pnc="P"),
    )
    assert reasons(*rows, same_by=("pnc", "name")) == {"a": "", "b": "", "c": "same_pnc"}
    assert reasons(*rows, same_by=()) == {"a": "", "b": "", "c": ""}


def slow_same(rows: tuple[Candidate, ...]) -> dict[str, str]:
    """Who stays, by comparing every pair until nothing more joins."""
    groups = [{each.id} for each in rows]
    keys = {each.id: {(name, value) for name, value in each.fields.items() if value} for each in rows}
    joined = True
    while joined:
        joined = False
        for one in list(groups):
            for other in list(groups):
                if one is not other and any(keys[a] & keys[b] for a in one for b in other):
                    groups.remove(other)
                    one |= other
                    joined = True
                    break
            if joined:
                break
    start = {each.id: (each.started_on, each.id) for each in rows}
    stay = {min(group, key=lambda id: start[id]) for group in groups}  # type: ignore[arg-type, return-value]
    return {each.id: "stays" if each.id in stay else "goes" for each in rows}


ROWS = st.lists(
    st.tuples(st.sampled_from(["", "X", "Y", "Z"]), st.sampled_from(["", "P", "Q"]), st.integers(1, 4)),
    max_size=8,
)


@given(ROWS, st.randoms())
def test_de_duplication_agrees_with_the_slow_twin_in_any_order(
    drawn: list[tuple[str, str, int]], random: object
) -> None:
    rows = [
        candidate(f"r{at}", on=date(2026, 1, day), crn=crn, pnc=pnc)
        for at, (crn, pnc, day) in enumerate(drawn)
    ]
    expected = slow_same(tuple(rows))
    found = reasons(*rows)
    assert {id: "goes" if reason else "stays" for id, reason in found.items()} == expected
    random.shuffle(rows)  # type: ignore[attr-defined]
    assert reasons(*rows) == found
    # The published rule, pair by pair as it is told.
    published = reasons(*rows, whole_list=True)
    for each in rows:
        mates = [
            other
            for other in rows
            if any(each.fields[key] and each.fields[key] == other.fields[key] for key in ("crn", "pnc"))
        ]
        first = min([each, *mates], key=lambda row: (row.started_on, row.id))  # type: ignore[arg-type, return-value]
        assert (published[each.id] == "") == (first.id == each.id)


def test_persons_are_numbered_by_their_first_row() -> None:
    rows = [
        {"crn": "X", "pnc": ""},
        {"crn": "Y", "pnc": "P"},
        {"crn": "X", "pnc": "P"},
        {"crn": "", "pnc": ""},
    ]
    number = persons(rows)
    assert number[0] == number[1] == number[2] != number[3]
    assert shared_by(rows) == ("crn", "pnc", "crn", "")
    assert shared_by([{"crn": "X", "pnc": "P"}]) == ("",)
    assert first_of_each([("x", (DAY, "b")), ("x", (DAY, "a")), ("y", (DAY, "c"))]) == {
        "x": (DAY, "a"),
        "y": (DAY, "c"),
    }


def test_the_frame_of_a_log_is_those_who_can_be_drawn() -> None:
    log = (
        Judged(id="a", stratum="s"),
        Judged(id="b", stratum="s", reason="died"),
        Judged(id="c", stratum="t"),
    )
    assert frame_of(log) == Frame(("a", "c"), ("s", "t"))
    placed = (Judged(id="a", stratum="s", within=("P",)), Judged(id="b", stratum="s", reason="died"))
    assert frame_of(placed) == Frame(("a",), ("s",), within=(("P",),))
    with pytest.raises(Refused) as refused:
        frame_of((*placed, Judged(id="c", stratum="s")))
    assert refused.value.message.worded() == "c does not say where within its stratum it lies."


def test_reasons_are_counted_the_most_frequent_first_then_by_name() -> None:
    log = [
        Judged(id=str(at), stratum="", reason=reason) for at, reason in enumerate(["b", "", "c", "a", "c"])
    ]
    assert list(by_reason(log).items()) == [("c", 2), ("a", 1), ("b", 1)]


# Strata


@pytest.mark.parametrize(
    ("gender", "sentence", "rosh", "stratum"),
    [
        ("F", "", "", "FEMALE"),
        ("female", "Adult Licence", "RHRH", "FEMALE"),
        ("M", "ORA CO", "RLRH", "MALE_COMMUNITY_LOW"),
        ("M", "ORA SSO", "RMRH", "MALE_COMMUNITY_NON_LOW"),
        ("M", "YRO", "RHRH", "MALE_COMMUNITY_NON_LOW"),
        ("M", "YRO", "RVRH", "MALE_COMMUNITY_NON_LOW"),
        ("male", "community_order", "very high", "MALE_COMMUNITY_NON_LOW"),
        ("M", "Adult Licence", "RLRH", "MALE_POST_CUSTODY_LOW"),
        ("M", "ORA SDO", "RVRH", "MALE_POST_CUSTODY_NON_LOW"),
        ("m", "licence", "Medium", "MALE_POST_CUSTODY_NON_LOW"),
        ("OTHER", "ORA CO", "RLRH", None),
        ("", "ORA CO", "RLRH", None),
        ("M", "Fine", "RLRH", None),
        ("M", "ORA CO", "", None),
    ],
)
def test_the_five_strata_of_2020_21(gender: str, sentence: str, rosh: str, stratum: str | None) -> None:
    said = {"gender": gender, "sentenceType": sentence, "roshClassification": rosh}
    assert FIVE.of(said) == stratum


def test_the_five_strata_say_where_they_come_from() -> None:
    assert (FIVE.id, FIVE.confidence) == ("five-2020", "verified")
    assert FIVE.source.startswith("The inspectorate's published case sampler, 2020-21")
    assert FIVE.name == "The inspectorate's five strata of 2020-21"
    assert FIVE.fields == ("gender", "sentenceType", "roshClassification")
    assert list(FIVE.strata) == [
        "FEMALE",
        "MALE_COMMUNITY_LOW",
        "MALE_COMMUNITY_NON_LOW",
        "MALE_POST_CUSTODY_LOW",
        "MALE_POST_CUSTODY_NON_LOW",
    ]


def test_columns_of_a_list_are_strata_too() -> None:
    both = Columns(columns=("pdu", "kind"))
    assert both.of({"pdu": " Ash ", "kind": "order"}) == "Ash / order"
    assert both.of({"pdu": "Ash"}) is None
    assert ONE.of({}) == "all"
    assert Columns(columns=("pdu",)).of({"pdu": "North  Ash"}) == "North Ash"


def test_a_definition_of_one_s_own_takes_values_by_name_or_as_a_list() -> None:
    found = stratification(
        {"values": {"young": ["18-25"]}, "strata": {"Y": {"age": "young"}, "O": {"age": ["26+", 99]}}}
    )
    assert found.of({"age": "18-25"}) == "Y"
    assert found.of({"age": "99"}) == "O"
    assert found.of({"age": "x"}) is None
    assert (found.id, found.name, found.source, found.confidence) == ("", "", "ours", "assumed")
    assert folded(" Very_HIGH  risk") == "very high risk"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ([], "strata: a definition names its strata, each with the fields and values it takes."),
        ({}, "strata: a definition names its strata, each with the fields and values it takes."),
        ({"strata": {}}, "strata: a definition names its strata, each with the fields and values it takes."),
        ({"strata": {"A": {}}}, "strata: A names no field."),
        ({"strata": {"A": "x"}}, "strata: A names no field."),
        ({"strata": {"A": {"f": "young"}}}, "strata: A takes no list of values for f."),
        ({"strata": {"A": {"f": []}}}, "strata: A takes no list of values for f."),
        ({"strata": {"A": {"f": 3}}}, "strata: A takes no list of values for f."),
        ({"values": [1], "strata": {"A": {"f": ["x"]}}}, "values: lists of values by name are expected."),
    ],
)
def test_a_definition_that_is_none_is_refused(wrong: object, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        stratification(wrong)
    assert refused.value.message.worded() == sentence


# Lists


def test_a_row_is_read_by_the_names_of_the_sampler_however_they_are_spelt() -> None:
    row = {"CRN": "X1", "family_name": " Smith ", "RoSH classification": "RLRH", "Pdu": None, "age": 31}
    assert fields(row) == {
        "crn": "X1",
        "familyName": "Smith",
        "roshClassification": "RLRH",
        "Pdu": "",
        "age": "31",
    }


def test_rows_are_called_by_their_id_or_by_their_number() -> None:
    assert [each.id for each in candidates([{"crn": "X"}, {"crn": "Y"}])] == ["row-00001", "row-00002"]
    assert [each.id for each in candidates([{"Id": "a", "crn": "X"}])] == ["a"]
    assert [each.id for each in candidates([{"id": "a", "crn": "X"}], id_column="crn")] == ["X"]


def test_starts_are_read_as_days_of_two_kinds() -> None:
    rows = [{"startDate": "2026-03-05"}, {"startDate": "05/03/2026"}, {"startDate": ""}]
    assert [each.started_on for each in candidates(rows)] == [date(2026, 3, 5), date(2026, 3, 5), None]


def test_practitioners_get_a_number_in_order_of_name_and_reasons_are_kept() -> None:
    rows = [
        {"ldu": "N", "responsibleOfficer": "Zoe", "reason": "withdrawn"},
        {"ldu": "N", "responsibleOfficer": "Ann"},
        {"ldu": "", "responsibleOfficer": "Ann"},
        {"ldu": "N", "responsibleOfficer": ""},
    ]
    found = candidates(rows, within=("ldu", "responsibleOfficer"))
    assert [each.within for each in found] == [("N", "P0002"), ("N", "P0001"), (), ()]
    assert [each.reason for each in found] == ["withdrawn", "", "", ""]
    assert [each.within for each in candidates(rows)] == [()] * 4


@pytest.mark.parametrize(
    ("rows", "more", "sentence"),
    [
        ([], {}, "The list has no row."),
        ([{"id": "a"}, {"id": ""}], {}, "Row 2, id: it is empty."),
        ([{"crn": "X"}], {"id_column": "ref"}, "The list has no column ref."),
        ([{"ref": ""}], {"id_column": "ref"}, "Row 1, ref: it is empty."),
        ([{"crn": "X"}], {"within": ("ldu",)}, "The list has no column ldu."),
        ([{"startDate": "5 March"}], {}, "Row 1, startDate: 5 March is no day such as 2026-03-05."),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_by_row_and_column(
    rows: list[dict[str, str]], more: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        candidates(rows, **more)  # type: ignore[arg-type]
    assert refused.value.message.worded() == sentence
