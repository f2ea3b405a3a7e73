"""Tier v3, step by step: every outcome with its words, every threshold from both sides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from assay.core.errors import Refused
from assay.core.steps import Step
from assay.core.tiers.types import CaseV3, TierV3
from assay.core.tiers.v3 import tier_v3, years_before

ON = date(2026, 11, 22)
STEPS = (
    "REOFFENDING", "SEXUAL_REOFFENDING", "MAPPA_ROSH", "LIFER_IPP", "DOMESTIC_ABUSE", "STALKING",
    "CHILD_PROTECTION", "SEXUAL_OFFENCES",
)  # fmt: skip
SCORES = ("arp", "csrp", "dcsrp")


def case(**given: Any) -> CaseV3:
    """Somebody of the lowest tier, not provisional, but for what is given."""
    usual = {
        "id": "X1",
        "active": True,
        "rosh": "low",
        "arp": "0",
        "csrp": "0",
        "arp_type": "dynamic",
        "csrp_type": "dynamic",
    }
    whole = usual | given
    return CaseV3(**{name: _decimal(name, value) for name, value in whole.items()})


def _decimal(name: str, value: Any) -> Any:
    return Decimal(value) if name in SCORES and value is not None else value


def tier(**given: Any) -> TierV3:
    return tier_v3(case(**given), on=ON)


def step(name: str, **given: Any) -> Step:
    (found,) = [each for each in tier(**given).steps if each.step == name]
    return found


def told(name: str, **given: Any) -> tuple[Any, str, str]:
    found = step(name, **given)
    return found.result, found.outcome, found.reason.worded()


def test_the_steps_come_in_order_and_the_lowest_tier_needs_none() -> None:
    found = tier()
    assert (found.id, found.tier, found.provisional) == ("X1", "G", False)
    provisional = ("PROVISIONAL_STATIC", "PROVISIONAL_ROSH")
    assert [each.step for each in found.steps] == ["ACTIVE_EVENT", "PREDICTORS", *STEPS, *provisional]


@pytest.mark.parametrize(
    ("active", "expected"),
    [
        (
            None,
            (True, "not_given", "Whether there is an active event was not given; it is taken that there is."),
        ),
        (True, (True, "yes", "There is an active event.")),
        (False, (False, "no", "There is no active event, so nobody supervises.")),
    ],
)
def test_an_active_event(active: bool | None, expected: tuple[bool, str, str]) -> None:
    assert told("ACTIVE_EVENT", active=active) == expected


def test_without_an_active_event_there_is_no_other_step() -> None:
    found = tier(active=False, arp=None, dcsrp="0.1", dcsrp_band="medium", arp_type="static", rosh=None)
    assert (found.id, found.tier, found.provisional, len(found.steps)) == ("X1", "NOT_SUPERVISED", False, 1)


@pytest.mark.parametrize(
    ("given", "outcome", "words"),
    [
        ({"arp": None}, "arp_missing", "ARP is missing."),
        ({"csrp": None}, "csrp_missing", "CSRP is missing."),
        ({"arp": None, "csrp": None}, "both_missing", "ARP and CSRP are missing."),
    ],
)
def test_without_a_predictor_the_tier_is_missing(given: Any, outcome: str, words: str) -> None:
    found = tier(**given, rosh=None, dcsrp="0.1", dcsrp_band="medium")
    assert (found.id, found.tier, found.provisional) == ("X1", "MISSING", False)
    assert [each.step for each in found.steps] == ["ACTIVE_EVENT", "PREDICTORS"]
    assert told("PREDICTORS", **given) == (False, outcome, words)
    assert told("PREDICTORS") == (True, "there", "ARP and CSRP are there.")


@pytest.mark.parametrize(
    ("arp", "csrp", "expected", "words"),
    [
        ("90", "6.9", "A", "ARP 90 is from 90 and CSRP 6.9 from 6.9."),
        ("89.99", "6.9", "A", "ARP 89.99 is from 75 and CSRP 6.9 from 6.9."),
        ("74.99", "6.89", "C", "ARP 74.99 is from 50 and CSRP 6.89 from 3.0."),
        ("75", "3", "B", "ARP 75 is from 75 and CSRP 3 from 3.0."),
        ("49.99", "2.99", "E", "ARP 49.99 is from 25 and CSRP 2.99 from 1.0."),
        ("50", "1", "D", "ARP 50 is from 50 and CSRP 1 from 1.0."),
        ("24.99", "0.99", "F", "ARP 24.99 is from 15 and CSRP 0.99 from 0.5."),
        ("25", "0.5", "E", "ARP 25 is from 25 and CSRP 0.5 from 0.5."),
        ("14.99", "0.49", "G", "ARP 14.99 is from 0 and CSRP 0.49 from 0.0."),
        ("15", "0", "F", "ARP 15 is from 15 and CSRP 0 from 0.0."),
        ("100", "100", "A", "ARP 100 is from 90 and CSRP 100 from 6.9."),
    ],
)
def test_reoffending_by_its_table(arp: str, csrp: str, expected: str, words: str) -> None:
    assert told("REOFFENDING", arp=arp, csrp=csrp) == (expected, "table", words)
    assert tier(arp=arp, csrp=csrp).tier == expected


@pytest.mark.parametrize(
    ("score", "band", "expected"),
    [
        (None, "high", (None, "not_given", "No DC-SRP was given.")),
        ("0", "high", (None, "nought", "DC-SRP is 0, which says nothing.")),
        ("2.11", None, (None, "no_band", "DC-SRP 2.11 has no band, or one that is not applicable.")),
        ("0.01", "very_high", ("A", "very_high", "The band of DC-SRP is very high.")),
        ("0.01", "high", ("B", "high", "The band of DC-SRP is high.")),
        ("99", "low", ("E", "low", "The band of DC-SRP is low.")),
        ("3.36", "medium", ("C", "medium", "The band of DC-SRP is medium, and 3.36 is from 3.36.")),
        ("3.35", "medium", ("D", "medium", "The band of DC-SRP is medium, and 3.35 is from 2.11.")),
        ("2.11", "medium", ("D", "medium", "The band of DC-SRP is medium, and 2.11 is from 2.11.")),
        ("2.10", "medium", ("C", "medium", "The band of DC-SRP is medium, and 2.10 is from 1.12.")),
        ("1.12", "medium", ("C", "medium", "The band of DC-SRP is medium, and 1.12 is from 1.12.")),
        ("1.11", "medium", ("D", "medium", "The band of DC-SRP is medium, and 1.11 is from 0.60.")),
        ("0.6", "medium", ("D", "medium", "The band of DC-SRP is medium, and 0.6 is from 0.60.")),
    ],
)
def test_sexual_reoffending_by_band_and_in_the_medium_one_by_score(
    score: str | None, band: str | None, expected: tuple[str | None, str, str]
) -> None:
    given = {"dcsrp": score, "dcsrp_band": band}
    assert told("SEXUAL_REOFFENDING", **given) == expected
    assert tier(**given).tier == (expected[0] or "G")


def test_a_score_the_medium_band_has_no_tier_for_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        tier(dcsrp="0.59", dcsrp_band="medium")
    words = "X1, dcsrp: 0.59 is below 0.60, to which the medium band gives no tier."
    assert refused.value.message.worded() == words


@pytest.mark.parametrize(
    ("category", "rosh", "expected"),
    [
        (True, "very_high", ("A", "category_very_high", "There is a MAPPA category, and RoSH is very high.")),
        (True, "high", ("C", "category_high", "There is a MAPPA category, and RoSH is high.")),
        (True, "medium", ("D", "category_medium", "There is a MAPPA category, and RoSH is medium.")),
        (True, "low", ("E", "category_low", "There is a MAPPA category, and RoSH is low.")),
        (True, None, ("E", "category_missing", "There is a MAPPA category, and RoSH is missing.")),
        (False, "very_high", ("C", "very_high", "There is no MAPPA category, and RoSH is very high.")),
        (False, "high", ("D", "high", "There is no MAPPA category, and RoSH is high.")),
        (False, "medium", (None, "medium", "There is no MAPPA category, and RoSH is medium.")),
        (False, "low", (None, "low", "There is no MAPPA category, and RoSH is low.")),
        (False, None, (None, "missing", "There is no MAPPA category, and RoSH is missing.")),
    ],
)
def test_mappa_and_rosh(category: bool, rosh: str | None, expected: tuple[str | None, str, str]) -> None:
    assert told("MAPPA_ROSH", category=category, rosh=rosh) == expected
    assert tier(category=category, rosh=rosh).tier == (expected[0] or "G")


LIFER = "Life or public protection, released on {}, "


@pytest.mark.parametrize(
    ("lifer", "released", "expected"),
    [
        (
            None,
            ON,
            (None, "not_given", "Whether the sentence is life or for public protection was not given."),
        ),
        (False, ON, (None, "no", "The sentence is neither life nor for public protection.")),
        (
            True,
            None,
            (
                None,
                "not_released",
                "The sentence is life or for public protection, and there is no day of release.",
            ),
        ),
        (True, date(2027, 1, 1), ("B", "within_1", LIFER.format("2027-01-01") + "not before 2025-11-22.")),
        (True, date(2025, 11, 22), ("B", "within_1", LIFER.format("2025-11-22") + "not before 2025-11-22.")),
        (True, date(2025, 11, 21), ("D", "within_5", LIFER.format("2025-11-21") + "not before 2021-11-22.")),
        (True, date(2021, 11, 22), ("D", "within_5", LIFER.format("2021-11-22") + "not before 2021-11-22.")),
        (True, date(2021, 11, 21), ("E", "longer_ago", LIFER.format("2021-11-21") + "longer ago.")),
    ],
)
def test_life_and_public_protection_by_the_day_of_release(
    lifer: bool | None, released: date | None, expected: tuple[str | None, str, str]
) -> None:
    given = {"lifer_ipp": lifer, "released_on": released}
    assert told("LIFER_IPP", **given) == expected
    assert tier(**given).tier == (expected[0] or "G")


def test_a_year_before_a_leap_day_is_the_28th() -> None:
    assert years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)
    assert years_before(date(2028, 2, 29), 4) == date(2024, 2, 29)
    assert years_before(date(2026, 3, 1), 5) == date(2021, 3, 1)


@pytest.mark.parametrize(
    ("field", "name", "expected", "words"),
    [
        ("domestic_abuse", "DOMESTIC_ABUSE", "E", "There is a register entry of domestic abuse."),
        ("stalking", "STALKING", "F", "There is a register entry of stalking."),
        ("child_protection", "CHILD_PROTECTION", "F", "There is a register entry of child protection."),
        ("sexual_offence", "SEXUAL_OFFENCES", "E", "A sexual offence was committed at some time."),
    ],
)
def test_facts_that_are_so_or_not(field: str, name: str, expected: str, words: str) -> None:
    assert told(name, **{field: True}) == (expected, "yes", words)
    assert tier(**{field: True}).tier == expected
    assert told(name, **{field: False}) == (None, "no", "This is not so.")
    assert told(name, **{field: None}) == (None, "not_given", "This was not given.")


def test_the_highest_step_decides() -> None:
    assert tier(domestic_abuse=True, stalking=True, rosh="high").tier == "D"
    assert tier(domestic_abuse=True, category=True, rosh="very_high").tier == "A"
    assert tier(stalking=True, child_protection=True).tier == "F"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, (False, "none_static", "Neither ARP nor CSRP is static.")),
        ({"arp_type": None, "csrp_type": None}, (False, "none_static", "Neither ARP nor CSRP is static.")),
        (
            {"arp_type": "static", "csrp_type": "static", "arp": "95", "csrp": "7"},
            (True, "both_static", "A static score could give up to A, and other steps give G."),
        ),
        (
            {"arp_type": "static", "csrp_type": "static", "dcsrp": "1", "dcsrp_band": "high"},
            (True, "both_static", "A static score could give up to A, and other steps give B."),
        ),
        (
            {"arp_type": "static", "csrp_type": "static", "dcsrp": "1", "dcsrp_band": "very_high"},
            (False, "both_static", "A static score could give A at most, and other steps give A."),
        ),
        (
            {"arp_type": "static", "csrp": "0.5", "rosh": "high"},
            (True, "arp_static", "A static score could give up to C, and other steps give D."),
        ),
        (
            {"arp_type": "static", "csrp": "0.5", "rosh": "high", "category": True},
            (False, "arp_static", "A static score could give C at most, and other steps give C."),
        ),
        (
            {"arp_type": "static", "csrp": "0.49", "rosh": "high"},
            (False, "arp_static", "A static score could give D at most, and other steps give D."),
        ),
        (
            {"csrp_type": "static", "arp": "75", "rosh": "very_high"},
            (True, "csrp_static", "A static score could give up to A, and other steps give C."),
        ),
        (
            {"csrp_type": "static", "arp": "74", "dcsrp": "1", "dcsrp_band": "high"},
            (False, "csrp_static", "A static score could give B at most, and other steps give B."),
        ),
        (
            {"csrp_type": "static", "arp": "74", "category": True, "rosh": "high"},
            (True, "csrp_static", "A static score could give up to B, and other steps give C."),
        ),
    ],
)
def test_provisional_while_a_static_score_could_lift_the_tier(
    given: Any, expected: tuple[bool, str, str]
) -> None:
    assert told("PROVISIONAL_STATIC", **given) == expected
    assert tier(**given).provisional is expected[0]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"rosh": "low"}, (False, "rosh_known", "RoSH is known.")),
        (
            {"arp": "50", "csrp": "1"},
            (True, "rosh_missing", "RoSH is missing, and other steps give D, not C."),
        ),
        (
            {"arp": "75", "csrp": "1"},
            (False, "rosh_missing", "RoSH is missing, and other steps give C, which is enough."),
        ),
        (
            {"arp": "75", "csrp": "1", "arp_type": None},
            (True, "rosh_missing", "RoSH is missing, and other steps give G, not C."),
        ),
        (
            {"arp": "75", "csrp": "1", "csrp_type": None},
            (True, "rosh_missing", "RoSH is missing, and other steps give G, not C."),
        ),
        (
            {"lifer_ipp": True, "released_on": ON},
            (False, "rosh_missing", "RoSH is missing, and other steps give B, which is enough."),
        ),
        (
            {"category": True, "lifer_ipp": True, "released_on": ON},
            (True, "category_rosh_missing", "RoSH is missing, and other steps give B, not A."),
        ),
        (
            {"category": True, "arp": "75", "csrp": "6.9"},
            (False, "category_rosh_missing", "RoSH is missing, and other steps give A, which is enough."),
        ),
    ],
)
def test_provisional_while_rosh_is_missing_and_could_lift_the_tier(
    given: Any, expected: tuple[bool, str, str]
) -> None:
    given = {"rosh": None} | given
    assert told("PROVISIONAL_ROSH", **given) == expected
    assert tier(**given).provisional is expected[0]
