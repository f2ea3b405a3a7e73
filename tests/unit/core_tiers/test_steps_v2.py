"""Tier v2, step by step: every outcome with its words, every threshold from both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assay.core.steps import Step
from assay.core.tiers import tables
from assay.core.tiers.types import Assessment, CaseV2, Conviction, Registration, Requirement
from assay.core.tiers.v2 import severity, tier_v2

NEEDS = {each.need: each for each in tables.v2().needs.sections}
CUSTODY = (Conviction(sentence_type="NC", ended=False),)
NOTHING = Assessment(scores={})
WOMAN = CaseV2(id="X1", female=True, assessment=NOTHING, enforcement=False)


def entry(code: str, day: int = 1, level: str | None = None) -> Registration:
    return Registration(code=code, level=level, entered_on=date(2026, 1, day))


def entries(*codes: str) -> tuple[Registration, ...]:
    return tuple(entry(each) for each in codes)


def case(**given: Any) -> CaseV2:
    return CaseV2(id="X1", **given)


def step(of: CaseV2, name: str) -> Step:
    (found,) = [each for each in tier_v2(of).steps if each.step == name]
    return found


def told(of: CaseV2, name: str) -> tuple[Any, str, str]:
    found = step(of, name)
    return found.result, found.outcome, found.reason.worded()


def scored(**scores: int | None) -> CaseV2:
    return case(convictions=CUSTODY, assessment=Assessment(scores=scores))


@pytest.mark.parametrize(
    ("rsr", "points", "outcome", "words"),
    [
        (None, 0, "not_given", "No RSR was given, which scores nothing."),
        ("0", 0, "below_bands", "RSR 0 is below 3.00."),
        ("2.99", 0, "below_bands", "RSR 2.99 is below 3.00."),
        ("2.995", 0, "below_bands", "RSR 2.995 is below 3.00."),
        ("3", 10, "medium", "RSR 3 is within 3.00 to 6.99."),
        ("6.99", 10, "medium", "RSR 6.99 is within 3.00 to 6.99."),
        ("6.991", 0, "between_bands", "RSR 6.991 lies between two bands, so it scores nothing."),
        ("6.995", 0, "between_bands", "RSR 6.995 lies between two bands, so it scores nothing."),
        ("7.00", 20, "high", "RSR 7.00 is within 7.00 to 99.99."),
        ("99.99", 20, "high", "RSR 99.99 is within 7.00 to 99.99."),
        ("99.995", 0, "above_bands", "RSR 99.995 is above 99.99, where no band is, so it scores nothing."),
        ("999.99", 0, "above_bands", "RSR 999.99 is above 99.99, where no band is, so it scores nothing."),
    ],
)
def test_rsr_scores_by_its_band(rsr: str | None, points: int, outcome: str, words: str) -> None:
    assert told(case(rsr=None if rsr is None else Decimal(rsr)), "RSR") == (points, outcome, words)


@pytest.mark.parametrize(
    ("given", "points", "outcome", "words"),
    [
        (None, 0, "not_given", "No registrations were given, so no RoSH is known."),
        ((), 0, "none", "No register entry is one of RoSH."),
        (entries("RVAD"), 0, "none", "No register entry is one of RoSH."),
        (entries("RVHR"), 150, "very_high", "The latest RoSH entry, RVHR, is very high."),
        (entries("RVRH"), 150, "very_high", "The latest RoSH entry, RVRH, is very high."),
        (entries("rhrh"), 20, "high", "The latest RoSH entry, RHRH, is high."),
        (entries("RMRH"), 10, "medium", "The latest RoSH entry, RMRH, is medium."),
        (entries("RLRH"), 0, "low", "The latest RoSH entry, RLRH, is low."),
        ((entry("RVHR", 2), entry("RMRH", 3)), 10, "medium", "The latest RoSH entry, RMRH, is medium."),
        ((entry("RMRH", 3), entry("RLRH", 4)), 0, "low", "The latest RoSH entry, RLRH, is low."),
        ((entry("RHRH", 3), entry("RMRH", 3)), 20, "high", "The latest RoSH entry, RHRH, is high."),
        ((Registration(code="RHRH"), entry("HREG", 9)), 20, "high", "The latest RoSH entry, RHRH, is high."),
    ],
)
def test_rosh_scores_by_its_latest_entry(given: Any, points: int, outcome: str, words: str) -> None:
    assert told(case(registrations=given), "ROSH") == (points, outcome, words)


def mappa(level: str | None, day: int = 1) -> Registration:
    return entry("MAPP", day, level)


@pytest.mark.parametrize(
    ("given", "points", "outcome", "words"),
    [
        (None, 0, "not_given", "No registrations were given, so no MAPPA is known."),
        ((), 0, "none", "No MAPPA entry has a level from M1 to M3."),
        ((mappa("M0"),), 0, "none", "No MAPPA entry has a level from M1 to M3."),
        ((mappa(None),), 0, "none", "No MAPPA entry has a level from M1 to M3."),
        ((mappa("M1"),), 5, "M1", "The latest MAPPA entry with a level has M1."),
        ((mappa("m2"),), 150, "M2", "The latest MAPPA entry with a level has M2."),
        ((mappa("M3"),), 150, "M3", "The latest MAPPA entry with a level has M3."),
        ((mappa("M3", 1), mappa("M1", 2)), 5, "M1", "The latest MAPPA entry with a level has M1."),
        ((mappa("M2", 1), mappa("M0", 2)), 150, "M2", "The latest MAPPA entry with a level has M2."),
        ((entry("RVAD", 1, "M3"),), 0, "none", "No MAPPA entry has a level from M1 to M3."),
        ((entry("mapp", 1, "M3"),), 0, "none", "No MAPPA entry has a level from M1 to M3."),
    ],
)
def test_mappa_scores_by_the_latest_entry_that_has_a_level(
    given: Any, points: int, outcome: str, words: str
) -> None:
    assert told(case(registrations=given), "MAPPA") == (points, outcome, words)


@pytest.mark.parametrize(
    ("given", "points", "outcome", "words"),
    [
        (None, 0, "not_given", "No registrations were given, so no complexity is known."),
        (entries("RVHR", "IIOM"), 0, "none", "No register entry counts for complexity."),
        (entries("RVAD", "rvad", "RVAD"), 2, "some", "2 points for each of RVAD."),
        (entries("RTAO", "rmdo", "STRG"), 6, "some", "2 points for each of RMDO, STRG, RTAO."),
        (
            entries("RMDO", "ALSH", "RVLN", "RCCO", "RCPR", "RCHD", "RPIR", "RVAD", "STRG", "RTAO"),
            20,
            "some",
            "2 points for each of RMDO, ALSH, RVLN, RCCO, RCPR, RCHD, RPIR, RVAD, STRG, RTAO.",
        ),
    ],
)
def test_complexity_scores_each_distinct_entry(given: Any, points: int, outcome: str, words: str) -> None:
    assert told(case(registrations=given), "COMPLEXITY") == (points, outcome, words)


FOR_WOMEN = ("PARENTING", "SELF_CONTROL", "ENFORCEMENT")


@pytest.mark.parametrize("name", FOR_WOMEN)
def test_factors_of_women_count_for_nobody_else(name: str) -> None:
    everything = replace(
        WOMAN,
        assessment=Assessment(scores={}, parenting=True, impulsivity=True, temper=True),
        enforcement=True,
    )
    assert step(everything, name).result == 2
    man, unknown = replace(everything, female=False), replace(everything, female=None)
    assert told(man, name) == (0, "not_a_woman", "This counts for women alone.")
    words = "No gender was given; this counts for women alone."
    assert told(unknown, name) == (0, "gender_not_given", words)


YES = "The assessment says yes to parenting responsibilities."
CONTROL = "The assessment sees a problem of impulsivity or of temper, which counts once."


@pytest.mark.parametrize(
    ("given", "name", "points", "outcome", "words"),
    [
        ({"assessment": None}, "PARENTING", 0, "no_assessment", "There is no valid assessment to say."),
        ({"assessment": None}, "SELF_CONTROL", 0, "no_assessment", "There is no valid assessment to say."),
        ({}, "PARENTING", 0, "no", "The assessment does not say so."),
        ({}, "SELF_CONTROL", 0, "no", "The assessment does not say so."),
        ({"assessment": replace(NOTHING, parenting=True)}, "PARENTING", 2, "yes", YES),
        ({"assessment": replace(NOTHING, impulsivity=True)}, "SELF_CONTROL", 2, "yes", CONTROL),
        ({"assessment": replace(NOTHING, temper=True)}, "SELF_CONTROL", 2, "yes", CONTROL),
        ({"assessment": replace(NOTHING, temper=True, impulsivity=True)}, "SELF_CONTROL", 2, "yes", CONTROL),
        (
            {"enforcement": None},
            "ENFORCEMENT",
            0,
            "not_given",
            "Whether there was a breach or recall was not given.",
        ),
        ({}, "ENFORCEMENT", 0, "no", "There was no breach or recall in the last year."),
        (
            {"enforcement": True, "assessment": None},
            "ENFORCEMENT",
            2,
            "yes",
            "There was a breach or recall in the last year; it counts without an assessment too.",
        ),
    ],
)
def test_factors_of_women(given: Any, name: str, points: int, outcome: str, words: str) -> None:
    assert told(replace(WOMAN, **given), name) == (points, outcome, words)


@pytest.mark.parametrize(
    ("given", "points", "level"),
    [
        ((), 0, "D"),
        (("RVAD", "STRG", "RTAO", "RCHD"), 8, "D"),
        (("RVAD", "STRG", "RTAO", "RCHD", "ALSH"), 10, "C"),
        (("RMRH", "RVAD", "STRG", "RTAO", "RCHD"), 18, "C"),
        (("RMRH", "RVAD", "STRG", "RTAO", "RCHD", "ALSH"), 20, "B"),
        (("RHRH",), 20, "B"),
        (("RVHR",), 150, "A"),
        (("RVHR", "RVAD"), 152, "A"),
    ],
)
def test_protection_is_a_letter_by_points(given: tuple[str, ...], points: int, level: str) -> None:
    found = tier_v2(case(registrations=entries(*given)))
    assert (found.protect, found.protect_points) == (level, points)


@pytest.mark.parametrize(
    ("points", "level"), [(149, "B"), (150, "A"), (19, "C"), (20, "B"), (9, "D"), (10, "C")]
)
def test_every_threshold_of_protection_from_both_sides(points: int, level: str) -> None:
    rules = tables.v2()
    one = rules.model_copy(update={"complexity": rules.complexity.model_copy(update={"each": points})})
    found = tier_v2(case(registrations=entries("RVAD")), rules=one)
    assert (found.protect, found.protect_points) == (level, points)


def test_of_rsr_and_rosh_only_the_more_counts() -> None:
    found = case(rsr=Decimal("6"), registrations=(*entries("RHRH", "RVAD"), mappa("M1")))
    words = "27 points, with the more of RSR (10) and RoSH (20) and without the less."
    assert told(found, "PROTECT") == ("B", "B", words)
    assert tier_v2(replace(found, rsr=Decimal("8"))).protect_points == 27


def requirement(category: str | None, *, restrictive: bool = False) -> tuple[Conviction, ...]:
    asked = (Requirement(category=category, restrictive=restrictive),)
    return (Conviction(sentence_type="329", ended=False, requirements=asked),)


NONE = (
    False,
    "none",
    "No sentence that runs is custodial or asks for more than unpaid work or restrictions.",
)
ASKED = "A sentence that runs has a requirement ({}), neither unpaid work nor restrictive."


@pytest.mark.parametrize(
    ("convictions", "expected"),
    [
        (None, (False, "not_given", "No convictions were given, so no mandate is known.")),
        ((), NONE),
        (CUSTODY, (True, "custody", "A sentence that runs is custodial (NC).")),
        (
            (Conviction(sentence_type="SC", ended=False),),
            (True, "custody", "A sentence that runs is custodial (SC)."),
        ),
        ((Conviction(sentence_type="NC", ended=True),), NONE),
        ((Conviction(sentence_type="SP", ended=False),), NONE),
        (requirement("F"), (True, "requirement", ASKED.format("F"))),
        (requirement("W"), NONE),
        (requirement("W1"), NONE),
        (requirement("W2"), (True, "requirement", ASKED.format("W2"))),
        (requirement("F", restrictive=True), NONE),
        (requirement("W") + requirement("RM"), (True, "requirement", ASKED.format("RM"))),
        ((replace(requirement("F")[0], ended=True),), NONE),
    ],
)
def test_the_mandate_for_change(convictions: Any, expected: tuple[bool, str, str]) -> None:
    assert told(case(convictions=convictions), "MANDATE") == expected


def test_without_a_mandate_nothing_else_of_change_is_looked_at() -> None:
    found = tier_v2(case(ogrs=99, assessment=NOTHING, registrations=entries("IIOM")))
    assert (found.change, found.change_points) == ("0", 0)
    names = [each.step for each in found.steps]
    assert names[names.index("PROTECT") :] == ["PROTECT", "MANDATE", "CHANGE", "SUSPENDED"]
    words = "Without a mandate for change the level is 0."
    assert told(case(), "CHANGE") == ("0", "without_mandate", words)


def test_without_an_assessment_the_level_is_two() -> None:
    given = case(convictions=CUSTODY, ogrs=99)
    found = tier_v2(given)
    assert (found.change, found.change_points, found.tier) == ("2", 0, "D2")
    assert told(given, "ASSESSMENT") == (False, "none", "There is no valid assessment.")
    words = "Without a valid assessment the level is 2."
    assert told(given, "CHANGE") == ("2", "without_assessment", words)
    assert "OGRS" not in [each.step for each in found.steps]


def test_the_steps_come_in_order() -> None:
    given = replace(WOMAN, convictions=CUSTODY)
    assert [each.step for each in tier_v2(given).steps] == [
        "RSR", "ROSH", "MAPPA", "COMPLEXITY", *FOR_WOMEN, "PROTECT", "MANDATE", "ASSESSMENT", *NEEDS,
        "OGRS", "IOM", "CHANGE", "SUSPENDED",
    ]  # fmt: skip
    assert told(given, "ASSESSMENT") == (True, "valid", "There is a valid assessment.")


# Standard and severe thresholds, and those of a strengths and needs assessment, as the source has them.
THRESHOLDS = {
    "ACCOMMODATION": (1, 2, 7, 3, 5),
    "EDUCATION_TRAINING_AND_EMPLOYABILITY": (1, 3, 7, 3, 7),
    "RELATIONSHIPS": (1, 2, 5, 2, 5),
    "LIFESTYLE_AND_ASSOCIATES": (1, 2, 5, 2, 5),
    "DRUG_MISUSE": (1, 2, 8, 2, 6),
    "ALCOHOL_MISUSE": (1, 4, 7, 2, 4),
    "THINKING_AND_BEHAVIOUR": (2, 4, 7, 3, 5),
    "ATTITUDES": (2, 2, 7, 1, 5),
}


def test_every_need_is_there_and_two_have_no_weight() -> None:
    assert tuple(NEEDS) == tuple(THRESHOLDS)
    without = ("FINANCIAL_MANAGEMENT_AND_INCOME", "EMOTIONAL_WELL_BEING")
    assert tables.v2().needs.without_weight == without


@pytest.mark.parametrize("san", [False, True])
@pytest.mark.parametrize("need", THRESHOLDS)
def test_every_need_from_both_sides_of_its_thresholds(need: str, san: bool) -> None:
    weight, *limits = THRESHOLDS[need]
    standard, severe = limits[2:] if san else limits[:2]
    expected = {standard - 1: "no_need", standard: "standard", severe - 1: "standard", severe: "severe"}
    for score, outcome in expected.items():
        assert severity(score, NEEDS[need], san=san) == outcome
        found = case(convictions=CUSTODY, assessment=Assessment(scores={need: score}, san=san))
        points = weight * ("no_need", "standard", "severe").index(outcome)
        assert (step(found, need).result, step(found, need).outcome) == (points, outcome)
        assert tier_v2(found).change_points == points
    assert severity(None, NEEDS[need], san=san) is None


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (None, (0, "no_answers", "No question of this section was answered.")),
        (1, (0, "no_need", "Section score 1, below 2: no need.")),
        (2, (2, "standard", "Section score 2, from 2 and below 7: a need, of weight 2.")),
        (8, (4, "severe", "Section score 8, from 7: a severe need, of weight 2.")),
    ],
)
def test_a_need_says_why(score: int | None, expected: tuple[int, str, str]) -> None:
    assert told(scored(ATTITUDES=score), "ATTITUDES") == expected
    assert told(scored(), "ATTITUDES")[1] == "no_answers"


@pytest.mark.parametrize(("ogrs", "points"), [(0, 0), (9, 0), (10, 1), (19, 1), (20, 2), (99, 9), (100, 10)])
def test_ogrs_gives_a_point_for_each_whole_ten(ogrs: int, points: int) -> None:
    words = f"OGRS {ogrs}, one point for each whole 10."
    assert told(replace(scored(), ogrs=ogrs), "OGRS") == (points, "given", words)


def test_ogrs_that_is_not_given_scores_nothing() -> None:
    assert told(scored(), "OGRS") == (0, "not_given", "No OGRS was given, which scores nothing.")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, (0, "not_given", "No registrations were given, so IIOM is not known.")),
        ((), (0, "no", "There is no register entry IIOM.")),
        (entries("iiom"), (0, "no", "There is no register entry IIOM.")),
        (entries("IIOM", "IIOM"), (2, "yes", "There is a register entry IIOM.")),
    ],
)
def test_integrated_management_gives_two(given: Any, expected: tuple[int, str, str]) -> None:
    assert told(replace(scored(), registrations=given), "IOM") == expected


@pytest.mark.parametrize(
    ("given", "expected", "tier"),
    [
        (None, (False, "not_given", "No registrations were given, so PRC is not known."), "D0"),
        ((), (False, "no", "There is no register entry PRC."), "D0"),
        (entries("prc"), (False, "no", "There is no register entry PRC."), "D0"),
        (entries("PRC"), (True, "yes", "A register entry PRC suspends contact, which adds an S."), "D0S"),
    ],
)
def test_suspended_contact_adds_an_s(given: Any, expected: tuple[bool, str, str], tier: str) -> None:
    found = tier_v2(case(registrations=given))
    assert told(case(registrations=given), "SUSPENDED") == expected
    assert (found.tier, found.suspended) == (tier, expected[0])


@pytest.mark.parametrize(
    ("ogrs", "scores", "points", "level"),
    [
        (0, {}, 0, "1"),
        (90, {}, 9, "1"),
        (90, {"RELATIONSHIPS": 2}, 10, "2"),
        (99, {"ATTITUDES": 7, "THINKING_AND_BEHAVIOUR": 7, "RELATIONSHIPS": 5}, 19, "2"),
        (100, {"ATTITUDES": 7, "THINKING_AND_BEHAVIOUR": 7, "RELATIONSHIPS": 5}, 20, "3"),
    ],
)
def test_change_is_a_digit_by_points(ogrs: int, scores: dict[str, int], points: int, level: str) -> None:
    given = replace(scored(**scores), ogrs=ogrs)
    found = tier_v2(given)
    assert (found.change, found.change_points) == (level, points)
    words = f"{points} points for needs, OGRS and integrated management."
    assert told(given, "CHANGE") == (level, level, words)


def test_historic_entries_are_left_out_of_every_step() -> None:
    given = tuple(entry("HREG", day, "M3") for day in (1, 2))
    assert tier_v2(case(registrations=given)).protect_points == 0


def test_a_whole_tier() -> None:
    found = tier_v2(
        CaseV2(
            id="X7",
            female=True,
            rsr=Decimal("3.5"),
            ogrs=45,
            registrations=(*entries("RMRH", "RVAD", "IIOM", "PRC"), mappa("M1")),
            convictions=CUSTODY,
            enforcement=True,
            assessment=Assessment(scores={"DRUG_MISUSE": 6, "ATTITUDES": 1}, san=True, parenting=True),
        )
    )
    # 10 (RSR or RoSH), 5 (M1), 2 (RVAD), 2 (parenting), 2 (enforcement); 2 (severe), 2 (weight 2), 4, 2.
    assert (found.id, found.tier) == ("X7", "B2S")
    assert (found.protect_points, found.change_points) == (21, 10)
    assert {each.step: each.result for each in found.steps if each.result} == {
        "RSR": 10, "ROSH": 10, "MAPPA": 5, "COMPLEXITY": 2, "PARENTING": 2, "ENFORCEMENT": 2, "PROTECT": "B",
        "MANDATE": True, "ASSESSMENT": True, "DRUG_MISUSE": 2, "ATTITUDES": 2, "OGRS": 4, "IOM": 2,
        "CHANGE": "2", "SUSPENDED": True,
    }  # fmt: skip
