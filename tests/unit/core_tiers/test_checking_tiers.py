"""The record's tier stands; ours says whether it differs from its inputs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from assay.core.errors import Refused
from assay.core.tiers import CaseV2, CaseV3, check_v2, check_v3, tier_v2, tier_v3

OURS_V2 = tier_v2(CaseV2(id="X1", rsr=Decimal("3")))
OURS_V3 = tier_v3(CaseV3(id="X1", arp=Decimal(50), csrp=Decimal("6.9")), on=date(2026, 11, 22))


def test_the_same_tier() -> None:
    found = check_v2(" c0 ", OURS_V2)
    assert (found.tier, found.ours, found.verdict) == ("C0", "C0", "same")
    assert found.said.worded() == "The record's tier, C0, is what its inputs give."


def test_another_tier_stands_and_is_said_to_differ() -> None:
    found = check_v2("C0S", OURS_V2)
    assert (found.tier, found.ours, found.verdict) == ("C0S", "C0", "differs")
    words = "The record's tier, C0S, differs from its inputs, which give C0. The record's tier stands."
    assert found.said.worded() == words


@pytest.mark.parametrize(
    ("tier", "provisional", "stands", "ours", "verdict"),
    [
        ("B", None, "B", "B", "same"),
        ("b", True, "B provisional", "B provisional", "same"),
        ("B", False, "B", "B provisional", "differs"),
        ("C", None, "C", "B", "differs"),
        ("missing", None, "MISSING", "B", "differs"),
        ("NOT_SUPERVISED", False, "NOT_SUPERVISED", "B provisional", "differs"),
    ],
)
def test_version_3_with_and_without_its_mark(
    tier: str, provisional: bool | None, stands: str, ours: str, verdict: str
) -> None:
    found = check_v3(tier, OURS_V3, provisional=provisional)
    assert (found.tier, found.ours, found.verdict) == (stands, ours, verdict)


@pytest.mark.parametrize("tier", ["E1", "B4", "B", "B2SS", "", "XB2"])
def test_what_is_no_tier_of_version_2_is_refused(tier: str) -> None:
    with pytest.raises(Refused) as refused:
        check_v2(tier, OURS_V2)
    assert refused.value.message.worded() == f"X1, tierScore: {tier} is not a tier."


@pytest.mark.parametrize("tier", ["H", "B2", "AB", "MISSINGX"])
def test_what_is_no_tier_of_version_3_is_refused(tier: str) -> None:
    with pytest.raises(Refused) as refused:
        check_v3(tier, OURS_V3)
    assert refused.value.message.worded() == f"X1, tierScore: {tier} is not a tier."
