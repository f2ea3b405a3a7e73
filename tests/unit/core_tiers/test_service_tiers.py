"""A whole service at once gives what one person at a time gives, in every step; tiers move one way only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.core.errors import Refused
from assay.core.tiers import tables, tier_v2, tier_v3, tiers_v2, tiers_v3
from assay.core.tiers.columns import Coded, any_of_each, last_of_each
from assay.core.tiers.types import Assessment, CaseV2, CaseV3, Conviction, Registration, Requirement
from tests.factories.tiers import service_v2, service_v3

ON = date(2028, 2, 29)
SOME = settings(max_examples=40)
CODES = st.sampled_from(
    ["RVHR", "RVRH", "RHRH", "rmrh", "RLRH", "MAPP", "HREG", "IIOM", "PRC", "RVAD", "strg", "RMDO", "ZZZZ"]
)
DAYS = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 1, 4)))
MAYBE = st.sampled_from([None, False, True])


def at_thresholds(values: list[str]) -> st.SearchStrategy[Decimal | None]:
    """Thresholds, a hundredth to either side of them, and anything else."""
    near = [
        Decimal(each) + step for each in values for step in (Decimal("-0.01"), Decimal(0), Decimal("0.01"))
    ]
    other = st.decimals(0, 100, places=3)
    return st.one_of(st.none(), st.sampled_from([each for each in near if each >= 0]), other)


REGISTRATIONS = st.builds(
    Registration, code=CODES, level=st.sampled_from([None, "M0", "M1", "m2", "M3"]), entered_on=DAYS
)
REQUIREMENTS = st.builds(
    Requirement, category=st.sampled_from([None, "W", "W1", "F"]), restrictive=st.booleans()
)
CONVICTIONS = st.builds(
    Conviction,
    sentence_type=st.sampled_from([None, "NC", "SC", "SP"]),
    ended=st.booleans(),
    requirements=st.lists(REQUIREMENTS, max_size=2).map(tuple),
)
NEEDS = [each.need for each in tables.v2().needs.sections]
ASSESSMENTS = st.builds(
    Assessment,
    scores=st.dictionaries(st.sampled_from(NEEDS), st.one_of(st.none(), st.integers(0, 9))),
    san=st.booleans(),
    parenting=st.booleans(),
    impulsivity=st.booleans(),
    temper=st.booleans(),
)
CASES_V2 = st.builds(
    CaseV2,
    id=st.just("X1"),
    female=MAYBE,
    rsr=at_thresholds(["3.00", "6.99", "7.00", "99.99"]),
    ogrs=st.one_of(st.none(), st.integers(0, 100)),
    registrations=st.one_of(st.none(), st.lists(REGISTRATIONS, max_size=6).map(tuple)),
    convictions=st.one_of(st.none(), st.lists(CONVICTIONS, max_size=3).map(tuple)),
    enforcement=MAYBE,
    assessment=st.one_of(st.none(), ASSESSMENTS),
)
LEVELS = st.sampled_from([None, "low", "medium", "high", "very_high"])
KINDS: tuple[Literal["static", "dynamic"] | None, ...] = (None, "static", "dynamic")
TYPES = st.sampled_from(KINDS)
RELEASES = st.sampled_from(
    [None, *(date(year, 2, 28) + timedelta(days=n) for year in (2023, 2027, 2028) for n in (-1, 0, 1))]
)
CASES_V3 = st.builds(
    CaseV3,
    id=st.just("X1"),
    active=st.sampled_from([None, True, True, True, False]),
    category=st.booleans(),
    rosh=LEVELS,
    lifer_ipp=MAYBE,
    released_on=RELEASES,
    domestic_abuse=MAYBE,
    stalking=MAYBE,
    child_protection=MAYBE,
    sexual_offence=MAYBE,
    arp=at_thresholds(["90", "75", "50", "25", "15"]),
    csrp=at_thresholds(["6.9", "3.0", "1.0", "0.5"]),
    arp_type=TYPES,
    csrp_type=TYPES,
    dcsrp=at_thresholds(["3.36", "2.11", "1.12", "0.60"]),
    dcsrp_band=LEVELS,
)


@SOME
@given(cases=st.lists(CASES_V2, min_size=1, max_size=8))
def test_version_2_of_a_service_is_that_of_each_person(cases: list[CaseV2]) -> None:
    found = tiers_v2(service_v2(cases))
    for row, each in enumerate(map(tier_v2, cases)):
        steps = {one.step: one for one in each.steps}
        assert found.tier[row] == each.tier
        assert (found.protect[row], found.protect_points[row]) == (each.protect, each.protect_points)
        assert (found.change[row], found.change_points[row]) == (each.change, each.change_points)
        assert found.mandate[row] == steps["MANDATE"].result
        assert found.suspended[row] == each.suspended
        for name, points in found.points.items():
            assert points[row] == (steps[name].result if name in steps else 0), name
    scored = {"RSR", "ROSH", "MAPPA", "COMPLEXITY", "PARENTING", "SELF_CONTROL", "ENFORCEMENT", "OGRS", "IOM"}
    assert set(found.points) == scored | set(NEEDS)


@SOME
@given(cases=st.lists(CASES_V3, min_size=1, max_size=8))
def test_version_3_of_a_service_is_that_of_each_person(cases: list[CaseV3]) -> None:
    found = tiers_v3(service_v3(cases), on=ON)
    for row, case in enumerate(cases):
        try:
            each = tier_v3(case, on=ON)
        except Refused:
            assert (found.tier[row], found.refused[row], found.provisional[row]) == ("", True, False)
            continue
        steps = {one.step: one.result for one in each.steps}
        assert (found.tier[row], found.refused[row]) == (each.tier, False)
        assert found.provisional[row] == each.provisional
        assert found.provisional_static[row] == steps.get("PROVISIONAL_STATIC", False)
        assert found.provisional_rosh[row] == steps.get("PROVISIONAL_ROSH", False)
        for name, tiers in found.steps.items():
            assert tiers[row] == (steps.get(name) or ""), name


OTHERS: list[dict[str, Any]] = [
    {},
    {"dcsrp": Decimal("1.12"), "dcsrp_band": "medium"},
    {"lifer_ipp": True, "released_on": ON},
    {"dcsrp": Decimal(1), "dcsrp_band": "very_high"},
]


def test_every_meeting_of_scores_types_and_rosh() -> None:
    """Every tier of the table, every type, every level, with what could make it provisional or not."""
    scores = [
        ("0", "0"),
        ("50", "1.0"),
        ("75", "1.0"),
        ("90", "1.0"),
        ("90", "6.9"),
        ("25", "6.9"),
        ("90", "0.5"),
    ]
    cases = [
        CaseV3(
            id="X1",
            arp=Decimal(arp),
            csrp=Decimal(csrp),
            arp_type=one,
            csrp_type=other,
            rosh=rosh,
            category=category,
            **more,
        )
        for (arp, csrp), one, other, rosh, category, more in product(
            scores, KINDS, KINDS, (None, "medium", "high", "very_high"), (False, True), OTHERS
        )
    ]
    found, each = tiers_v3(service_v3(cases), on=ON), [tier_v3(case, on=ON) for case in cases]
    assert found.tier.tolist() == [one.tier for one in each]
    assert found.provisional.tolist() == [one.provisional for one in each]
    assert found.provisional_static.tolist() == [one.steps[-2].result for one in each]
    assert found.provisional_rosh.tolist() == [one.steps[-1].result for one in each]


def test_a_service_of_nobody() -> None:
    assert tiers_v2(service_v2([])).tier.tolist() == []
    assert tiers_v3(service_v3([]), on=ON).tier.tolist() == []


def test_floats_between_bands_are_told_apart() -> None:
    cases = [
        CaseV2(id="X1", rsr=Decimal(each)) for each in ("6.99", "6.995", "7", "99.99", "999.99", "3", "2.999")
    ]
    assert tiers_v2(service_v2(cases)).points["RSR"].tolist() == [10, 0, 20, 20, 0, 10, 0]


def test_columns_of_text() -> None:
    column = Coded.of(["b", None, "a", "b"])
    assert (column.values, column.codes.tolist(), len(column)) == (("b", "a"), [0, -1, 1, 0], 4)
    assert column.map(lambda text: ord(text)).tolist() == [98, -1, 97, 98]
    assert column.map(lambda text: 1, empty=0).tolist() == [1, 0, 1, 1]
    assert Coded.of([None]).map(lambda text: 1).tolist() == [-1]


def test_the_latest_of_each_and_of_one_day_the_first() -> None:
    owner = np.array([2, 0, 0, 2, 2])
    value = np.array([1, 2, 3, 4, 5], dtype=np.int8)
    day = np.array(["2026-01-02", "2026-01-01", "NaT", "2026-01-02", "2026-01-01"], dtype="datetime64[D]")
    assert last_of_each(owner, value, day, count=3).tolist() == [2, -1, 1]
    assert any_of_each(owner, count=4).tolist() == [True, False, True, False]


def letters(tier: str) -> int:
    return "GFEDCBA".index(tier)


RAISES: list[dict[str, Any]] = [
    {"domestic_abuse": True},
    {"stalking": True},
    {"child_protection": True},
    {"sexual_offence": True},
    {"category": True},
    {"arp": Decimal(100)},
    {"csrp": Decimal(100)},
]


@SOME
@given(case=CASES_V3, change=st.sampled_from(RAISES))
def test_one_more_fact_never_lowers_a_tier_of_version_3(case: CaseV3, change: dict[str, Any]) -> None:
    case = replace(case, active=True, arp=case.arp or Decimal(0), csrp=case.csrp or Decimal(0), dcsrp=None)
    before, after = tier_v3(case, on=ON), tier_v3(replace(case, **change), on=ON)
    assert letters(after.tier) >= letters(before.tier)


@SOME
@given(case=CASES_V2, code=st.sampled_from(["RVAD", "RTAO", "RPIR"]))
def test_one_more_entry_of_complexity_never_lowers_protection(case: CaseV2, code: str) -> None:
    more = Registration(code=code, entered_on=date(2026, 1, 9))
    after = tier_v2(replace(case, registrations=(*(case.registrations or ()), more)))
    before = tier_v2(case)
    assert after.protect_points >= before.protect_points
    assert after.protect <= before.protect
    assert after.change == before.change


@SOME
@given(case=CASES_V2, seed=st.randoms(use_true_random=False))
def test_the_order_of_what_is_given_changes_nothing_but_ties_of_a_day(case: CaseV2, seed: Any) -> None:
    entries = list({each.entered_on: each for each in case.registrations or ()}.values())
    convictions = list(case.convictions or ())
    before = tier_v2(replace(case, registrations=tuple(entries), convictions=tuple(convictions)))
    seed.shuffle(entries)
    seed.shuffle(convictions)
    after = tier_v2(replace(case, registrations=tuple(entries), convictions=tuple(convictions)))
    assert (after.tier, after.protect_points) == (before.tier, before.protect_points)


@pytest.mark.parametrize("score", ["2.10", "2.11"])
def test_in_the_medium_band_more_is_not_always_higher(score: str) -> None:
    case = CaseV3(id="X1", arp=Decimal(0), csrp=Decimal(0), dcsrp=Decimal(score), dcsrp_band="medium")
    assert tier_v3(case, on=ON).tier == {"2.10": "C", "2.11": "D"}[score]
