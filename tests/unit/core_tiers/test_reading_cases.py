"""From the systems' own field names to a case, and one sentence that names the field where that fails."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assay.core.errors import Refused
from assay.core.tiers import FIELDS_V2, FIELDS_V3, read_v2, read_v3, tables
from assay.core.tiers.types import Assessment, CaseV2, CaseV3, Conviction, Registration, Requirement

SECTIONS = {
    "assessment": {
        "assessmentId": 7,
        "completedDate": "2026-01-05T10:00:00",
        "status": "COMPLETE",
        "sanIndicator": True,
    },
    "accommodation": {
        "questionAnswers": {"noFixedAbodeOrTransient": "Yes", "permanence": "Some", "other": None}
    },
    "relationships": {"questionAnswers": {}, "parentalResponsibilities": "Yes"},
    "drugMisuse": {
        "questionAnswers": {"everInjectedDrugs": "Currently", "currentDrugNoted": "Previous", "x": "Never"}
    },
    "alcoholMisuse": {"questionAnswers": {"a": "Missing", "b": "Unknown"}},
    "attitudes": {"questionAnswers": {"a": "Missing", "b": "No"}},
    "thinkingAndBehaviour": {
        "questionAnswers": {"a": "Significant"},
        "impulsivity": "None",
        "temperControl": "Some",
    },
}
WHOLE = {
    "id": "X1",
    "gender": "female",
    "rsrscore": 6.995,
    "ogrsscore": 45,
    "registrations": [{"code": "MAPP", "level": "M2", "category": "M1", "date": "2026-02-01"}],
    "convictions": [
        {
            "sentenceTypeCode": "SC",
            "terminationDate": "2026-01-01",
            "requirements": [{"mainCategoryTypeCode": "W", "restrictive": False}],
        },
        {"sentenceTypeCode": None, "terminationDate": None},
    ],
    "previousEnforcementActivity": True,
    "assessment": SECTIONS,
}
SCORES = {
    "ACCOMMODATION": 3,
    "EDUCATION_TRAINING_AND_EMPLOYABILITY": None,
    "RELATIONSHIPS": None,
    "LIFESTYLE_AND_ASSOCIATES": None,
    "DRUG_MISUSE": 3,
    "ALCOHOL_MISUSE": None,
    "THINKING_AND_BEHAVIOUR": 2,
    "ATTITUDES": 0,
}


def test_a_whole_case_of_version_2() -> None:
    assert read_v2(WHOLE) == CaseV2(
        id="X1",
        female=True,
        rsr=Decimal("6.995"),
        ogrs=45,
        registrations=(Registration(code="MAPP", level="M2", category="M1", entered_on=date(2026, 2, 1)),),
        convictions=(
            Conviction(
                sentence_type="SC", ended=True, requirements=(Requirement(category="W", restrictive=False),)
            ),
            Conviction(sentence_type=None, ended=False),
        ),
        enforcement=True,
        assessment=Assessment(scores=SCORES, san=True, parenting=True, impulsivity=False, temper=True),
    )
    assert set(WHOLE) == set(FIELDS_V2)


def test_nested_fields_of_a_csv_hold_json() -> None:
    row = {name: each if isinstance(each, str) else json.dumps(each) for name, each in WHOLE.items()}
    assert read_v2(row) == read_v2(WHOLE)


def test_nothing_but_an_id_is_needed() -> None:
    assert read_v2({"id": 7, "gender": " ", "registrations": None}) == CaseV2(id="7")
    assert read_v3({"id": "X1", "mappa_category": "", "rosh": None}) == CaseV3(id="X1")


@pytest.mark.parametrize(
    ("gender", "female"),
    [("Female", True), ("FEMALE", True), ("Male", False), ("Not Known", False), (None, None)],
)
def test_women_are_told_by_the_word(gender: str | None, female: bool | None) -> None:
    assert read_v2({"id": "X1", "gender": gender}).female is female


def assessed(**given: Any) -> Assessment | None:
    return read_v2({"id": "X1", "assessment": given}, on=date(2026, 1, 5)).assessment


@pytest.mark.parametrize(
    ("summary", "valid"),
    [
        ({}, True),
        ({"status": "COMPLETE"}, True),
        ({"status": "LOCKED_INCOMPLETE"}, False),
        ({"completedDate": "2024-12-16"}, True),
        ({"completedDate": "2024-12-15T23:59:00"}, False),
        ({"status": "OPEN", "completedDate": "2026-01-01"}, False),
    ],
)
def test_with_a_day_only_a_valid_assessment_is_taken(summary: dict[str, str], valid: bool) -> None:
    # 55 weeks before 5 January 2026 is 16 December 2024.
    assert (assessed(assessment=summary) is not None) is valid
    assert (assessed(**summary) is not None) is valid
    assert read_v2({"id": "X1", "assessment": {"assessment": summary}}).assessment is not None


def test_an_assessment_without_sections_is_one_all_the_same() -> None:
    assert read_v2({"id": "X1", "assessment": {}}).assessment == Assessment(scores=dict.fromkeys(SCORES))
    assert read_v2({"id": "X1", "assessment": {"sanIndicator": True}}).assessment == Assessment(
        scores=dict.fromkeys(SCORES), san=True
    )


@pytest.mark.parametrize("answer", ["No", "Unknown", "None", "Missing", None])
def test_an_answer_that_scores_nothing_is_no_factor(answer: str | None) -> None:
    given = {
        "thinkingAndBehaviour": {"impulsivity": answer},
        "relationships": {"parentalResponsibilities": answer},
    }
    found = read_v2({"id": "X1", "assessment": given}).assessment
    assert found is not None
    assert (found.impulsivity, found.parenting) == (False, False)


def test_one_entry_without_a_day_is_the_latest_of_its_kind() -> None:
    given = [{"code": "RVHR"}, {"code": "MAPP", "level": "M1"}, {"code": "RVAD"}, {"code": "RVAD"}]
    found = read_v2({"id": "X1", "registrations": given})
    assert [each.entered_on for each in found.registrations or ()] == [None] * 4


FLAT = {
    "id": "X2",
    "has_active_event": "true",
    "mappa_category": "m3",
    "rosh": "Very High",
    "lifer_ipp": "yes",
    "latest_release": "2025-11-22",
    "domestic_abuse": "Y",
    "stalking": "0",
    "child_protection": "no",
    "arp": "62.1",
    "csrp": 3,
    "arp_type": "Dynamic",
    "csrp_type": "STATIC",
    "dcsrp": "1.2",
    "dcsrp_band": "medium",
    "ever_committed_sexual_offence": True,
}


def test_a_whole_case_of_version_3() -> None:
    assert read_v3(FLAT) == CaseV3(
        id="X2",
        active=True,
        category=True,
        rosh="very_high",
        lifer_ipp=True,
        released_on=date(2025, 11, 22),
        domestic_abuse=True,
        stalking=False,
        child_protection=False,
        sexual_offence=True,
        arp=Decimal("62.1"),
        csrp=Decimal(3),
        arp_type="dynamic",
        csrp_type="static",
        dcsrp=Decimal("1.2"),
        dcsrp_band="medium",
    )
    assert set(FLAT) == set(FIELDS_V3)


@pytest.mark.parametrize(
    ("given", "level"),
    [
        ("VERY_HIGH", "very_high"),
        ("very high", "very_high"),
        ("RVHR", "very_high"),
        ("RVRH", "very_high"),
        ("rvrh", "very_high"),
        ("High", "high"),
        ("RHRH", "high"),
        ("MEDIUM", "medium"),
        ("RMRH", "medium"),
        ("low", "low"),
        ("RLRH", "low"),
    ],
)
def test_every_spelling_of_rosh(given: str, level: str) -> None:
    assert read_v3({"id": "X1", "rosh": given}).rosh == level


def test_the_codes_of_rosh_are_those_of_the_rules() -> None:
    for code, level in tables.v2().registers.rosh.items():
        assert read_v3({"id": "X1", "rosh": code}).rosh == level


@pytest.mark.parametrize(
    ("given", "category"),
    [("M1", True), ("M2", True), ("M3", True), ("M4", True), ("X9", False), (None, False)],
)
def test_a_category_not_set_is_none(given: str | None, category: bool) -> None:
    assert read_v3({"id": "X1", "mappa_category": given}).category is category


@pytest.mark.parametrize(
    ("band", "expected"),
    [
        ("Very High", "very_high"),
        ("HIGH", "high"),
        ("Medium", "medium"),
        ("LOW", "low"),
        ("Not Applicable", None),
    ],
)
def test_direct_contact_comes_as_an_object_or_flat(band: str, expected: str | None) -> None:
    nested = read_v3({"id": "X1", "dcsrp": {"score": 2.11, "band": band}})
    assert (nested.dcsrp, nested.dcsrp_band) == (Decimal("2.11"), expected)
    assert read_v3({"id": "X1", "dcsrp": "2.11", "dcsrp_band": band}) == nested


ROSH = "VERY_HIGH, HIGH, MEDIUM, LOW, RVHR, RVRH, RHRH, RMRH, RLRH"
ANSWERS = "Yes, No, Unknown, None, Some, Significant, Missing, Never, Previous, Currently"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "input 3, id: it is needed, and is not there."),
        ({"id": "A", "gender": "F"}, "A, gender: F is a code; a word is expected, such as Female."),
        ({"id": "A", "rsrscore": "high"}, "A, rsrscore: high is not a number."),
        ({"id": "A", "rsrscore": -1}, "A, rsrscore: -1 is below 0."),
        ({"id": "A", "ogrsscore": 4.5}, "A, ogrsscore: 4.5 is not a whole number."),
        (
            {"id": "A", "previousEnforcementActivity": "maybe"},
            "A, previousEnforcementActivity: maybe is neither true nor false.",
        ),
        ({"id": "A", "registrations": 1}, "A, registrations: a list is expected."),
        ({"id": "A", "registrations": "[x"}, "A, registrations: [x is not JSON."),
        ({"id": "A", "registrations": ["RVHR"]}, "A, registrations[0]: an object is expected."),
        (
            {"id": "A", "registrations": [{"date": "2026-01-01"}]},
            "A, registrations[0].code: it is needed, and is not there.",
        ),
        (
            {"id": "A", "registrations": [{"code": "RVHR", "date": "1 May"}]},
            "A, registrations[0].date: 1 May is not a day as 2026-02-28.",
        ),
        (
            {
                "id": "A",
                "registrations": [{"code": "STRG"}, {"code": "rvhr"}, {"code": "RMRH", "date": "2026-01-01"}],
            },
            "A, registrations[1].date: it is needed where rvhr is one of several.",
        ),
        (
            {"id": "A", "registrations": [{"code": "MAPP", "date": "2026-01-01"}, {"code": "MAPP"}]},
            "A, registrations[1].date: it is needed where MAPP is one of several.",
        ),
        ({"id": "A", "convictions": {}}, "A, convictions: a list is expected."),
        (
            {"id": "A", "convictions": [{"requirements": [{"mainCategoryTypeCode": "F"}]}]},
            "A, convictions[0].requirements[0].restrictive: it is needed, and is not there.",
        ),
        (
            {"id": "A", "convictions": [{"terminationDate": "soon"}]},
            "A, convictions[0].terminationDate: soon is not a day as 2026-02-28.",
        ),
        ({"id": "A", "assessment": []}, "A, assessment: an object is expected."),
        (
            {"id": "A", "assessment": {"attitudes": {"questionAnswers": {"x": "Maybe"}}}},
            f"A, assessment.attitudes.questionAnswers.x: Maybe is not one of {ANSWERS}.",
        ),
        (
            {"id": "A", "assessment": {"thinkingAndBehaviour": {"impulsivity": "Often"}}},
            f"A, assessment.thinkingAndBehaviour.impulsivity: Often is not one of {ANSWERS}.",
        ),
    ],
)
def test_bad_input_of_version_2_names_the_field(given: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refused:
        read_v2(given, number=3)
    assert refused.value.message.worded() == words


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"id": ""}, "input 3, id: it is needed, and is not there."),
        ({"id": "A", "has_active_event": 2}, "A, has_active_event: 2 is neither true nor false."),
        ({"id": "A", "mappa_category": "M5"}, "A, mappa_category: M5 is not one of M1, M2, M3, M4, X9."),
        ({"id": "A", "rosh": "EXTREME"}, f"A, rosh: EXTREME is not one of {ROSH}."),
        (
            {"id": "A", "latest_release": "2026-02-30"},
            "A, latest_release: 2026-02-30 is not a day as 2026-02-28.",
        ),
        ({"id": "A", "arp": 100.1}, "A, arp: 100.1 is above 100."),
        ({"id": "A", "csrp": "101"}, "A, csrp: 101 is above 100."),
        ({"id": "A", "arp": -0.1}, "A, arp: -0.1 is below 0."),
        ({"id": "A", "arp_type": "fixed"}, "A, arp_type: fixed is not one of STATIC, DYNAMIC."),
        ({"id": "A", "csrp_type": "fixed"}, "A, csrp_type: fixed is not one of STATIC, DYNAMIC."),
        ({"id": "A", "dcsrp": "HIGH"}, "A, dcsrp: HIGH is not a number."),
        ({"id": "A", "dcsrp": 101}, "A, dcsrp: 101 is above 100."),
        ({"id": "A", "dcsrp": {"score": 101}}, "A, dcsrp.score: 101 is above 100."),
        (
            {"id": "A", "dcsrp": {"band": "top"}},
            "A, dcsrp.band: top is not one of VERY_HIGH, HIGH, MEDIUM, LOW, NOT_APPLICABLE.",
        ),
        (
            {"id": "A", "dcsrp_band": "top"},
            "A, dcsrp_band: top is not one of VERY_HIGH, HIGH, MEDIUM, LOW, NOT_APPLICABLE.",
        ),
    ],
)
def test_bad_input_of_version_3_names_the_field(given: dict[str, Any], words: str) -> None:
    with pytest.raises(Refused) as refused:
        read_v3(given, number=3)
    assert refused.value.message.worded() == words
