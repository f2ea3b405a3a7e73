"""Real published outcomes, rated again by the shipped frameworks.

Where all standards or a total are published, the path must give what was published. Every other row must
agree with at least one whole set of scores that meets all its sources say; rows that cannot are listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import combinations_with_replacement, product
from pathlib import Path
from typing import Any

import pytest
import yaml

from assay.core.ratings import Rated, answers_from, rate, rules_for
from assay.core.ratings.composite import overall_of
from assay.core.ratings.types import CompositeBand, Rules
from assay.core.standards import load
from assay.core.standards.types import Framework
from assay.inspection.outcomes.published import outcomes
from assay.inspection.outcomes.types import Outcome, Rating

FILE = yaml.safe_load(Path(__file__).with_name("published_ratings.yaml").read_text("utf-8"))
SCORES = {"I": 0, "RI": 1, "G": 2, "O": 3}
WORDS = {"Inadequate": 0, "Requires improvement": 1, "Good": 2, "Outstanding": 3}
FRAMEWORKS = {"PDU-2021": "pdu-2021", "PDU-2023": "pdu-2023", "REGION-2023": "region-2023"}
Scores = dict[str, int]

RATED = [each for each in outcomes() if each.rating is not Rating.UNRATED]
LEFT = {each["unit"] for each in FILE["cannot_be"] + FILE["not_ours_to_rate"]}
OURS = [each for each in RATED if each.framework.id != "NATIONAL-2025"]


def named(outcome: Outcome) -> str:
    return outcome.unit if outcome.visit == 1 else f"{outcome.unit} ({outcome.visit})"


def framework_of(outcome: Outcome) -> Framework:
    if outcome.framework.id == "CRCNPS-2018":
        return load(f"{outcome.unit_type}-2018")
    return load(FRAMEWORKS[outcome.framework.id])


def published(outcome: Outcome, framework: Framework) -> Scores:
    """The scores of the standards whose ratings were published, by our codes."""
    if outcome.standards == "all Inadequate":
        return dict.fromkeys((each.code for each in framework.counted), 0)
    pairs = (each.split(": ") for each in outcome.standards.split("; ") if each)
    return {framework.standard(name.replace(" ", "_")).code: WORDS[word] for name, word in pairs}


def rated(framework: Framework, rules: Rules, scores: Scores) -> Rated:
    return rate(framework, rules, answers_from([{"standards": scores}], framework, rules))


def conditions(outcome: Outcome) -> list[dict[str, Any]]:
    found = [
        each
        for each in FILE["conditions"]
        if (each["unit"], each.get("visit", 1)) == (outcome.unit, outcome.visit)
        and each["said"] == outcome.note
    ]
    return [condition for each in found for condition in each["must"]]


def sets(outcome: Outcome, must: list[dict[str, Any]]) -> Iterator[Scores]:
    """Every set of scores that agrees with what is published of the row. Standards that no condition names
    are alike, so one of each of their orders is enough."""
    framework = framework_of(outcome)
    rules, fixed = rules_for(framework.id), published(outcome, framework)
    codes = [each.code for each in framework.counted]
    apart = [each for each in codes if each in _named(must, framework) and each not in fixed]
    alike = [each for each in codes if each not in apart and each not in fixed]
    for one in product(range(4), repeat=len(apart)):
        for rest in combinations_with_replacement(range(4), len(alike)):
            scores = fixed | dict(zip(apart, one, strict=True)) | dict(zip(alike, rest, strict=True))
            total = sum(scores.values())
            word = rules.level(overall_of(rules, total, len(codes))).label
            if (
                word == outcome.rating.value
                and outcome.total in (None, total)
                and all(_meets(each, scores, framework) for each in must)
            ):
                yield scores


def _named(must: list[dict[str, Any]], framework: Framework) -> set[str]:
    names = [name for each in must for name in (each["of"] if each.get("of", "all") != "all" else [])]
    names += [
        name for each in must for name in [*each.get("below", []), each.get("than"), each.get("highest")]
    ]
    return {framework.standard(name).code for name in names if name}


def _meets(condition: dict[str, Any], scores: Scores, framework: Framework) -> bool:
    if "of" in condition:
        names = scores if condition["of"] == "all" else condition["of"]
        asked = [framework.standard(name).code for name in names]
        words = {SCORES[each] for each in condition["are"]}
        first, last = condition["times"]
        return bool(first <= sum(scores[each] in words for each in asked) <= last)
    if "below" in condition:
        return all(scores[each] < scores[condition["than"]] for each in condition["below"])
    if "highest" in condition:
        return scores[condition["highest"]] == max(scores.values())
    if "total" in condition:
        return bool(condition["total"][0] <= sum(scores.values()) <= condition["total"][1])
    return "highest_among" in condition


@cache
def totals(unit: str, visit: int) -> tuple[int, ...]:
    """The totals that a row may have had, by all that is published of it."""
    outcome = next(each for each in OURS if (each.unit, each.visit) == (unit, visit))
    return tuple(sorted({sum(each.values()) for each in sets(outcome, conditions(outcome))}))


WHOLE = [each for each in OURS if len(published(each, framework_of(each))) == each.framework.standards]
WITH_TOTAL = [each for each in OURS if each.total is not None]


def test_every_published_row_is_looked_at() -> None:
    assert len(RATED) == 117
    assert len(OURS) == 116
    assert [named(each) for each in WHOLE] == [
        "Birmingham North, East and Solihull",
        "Hammersmith, Fulham, Kensington, Chelsea and Westminster",
        "Bradford and Calderdale",
    ]
    assert len(WITH_TOTAL) == 10


@pytest.mark.parametrize("outcome", WHOLE, ids=named)
def test_a_row_of_which_all_is_known_comes_out_as_published(outcome: Outcome) -> None:
    framework = framework_of(outcome)
    made = rated(framework, rules_for(framework.id), published(outcome, framework))
    assert made.composite is not None
    assert (made.composite.total, made.composite.maximum) == (outcome.total, outcome.framework.maximum)
    assert made.overall.rating is not None
    assert rules_for(framework.id).level(made.overall.rating).label == outcome.rating.value


@pytest.mark.parametrize("outcome", WITH_TOTAL, ids=named)
def test_a_row_with_a_total_comes_out_as_published(outcome: Outcome) -> None:
    framework = framework_of(outcome)
    rules, number = rules_for(framework.id), len(framework.counted)
    assert outcome.total is not None
    assert 3 * number == outcome.framework.maximum
    assert rules.level(overall_of(rules, outcome.total, number)).label == outcome.rating.value
    assert totals(outcome.unit, outcome.visit) == (outcome.total,)


@pytest.mark.parametrize(
    "outcome", [each for each in OURS if each.unit not in LEFT or each.visit > 1], ids=named
)
def test_every_other_row_agrees_with_a_whole_set_of_scores(outcome: Outcome) -> None:
    framework = framework_of(outcome)
    rules, must = rules_for(framework.id), conditions(outcome)
    scores = next(sets(outcome, must), None)
    assert scores is not None
    assert set(scores) == {each.code for each in framework.counted}
    made = rated(framework, rules, scores)
    assert made.composite is not None
    assert made.composite.maximum == outcome.framework.maximum
    assert made.composite.total == sum(scores.values())
    assert made.overall.rating is not None
    assert rules.level(made.overall.rating).label == outcome.rating.value
    for other in (name for each in must for name in each.get("highest_among", [])):
        assert totals(outcome.unit, outcome.visit)[-1] >= totals(other, 1)[0]


def test_what_a_row_leaves_possible() -> None:
    """The totals that agree with all that is published of some rows, worked out by hand."""
    assert totals("East Midlands", 1) == (4,)
    assert totals("Essex North", 2) == (4, 5, 6, 7, 8, 9)
    assert totals("Essex North", 1) == (1, 2, 3)
    assert totals("West Sussex", 2) == totals("Cardiff and the Vale", 1) == (0, 1, 2, 3)
    assert totals("Warwickshire and West Mercia CRC", 1) == tuple(range(6, 15))
    assert totals("Durham Tees Valley CRC", 2) == tuple(range(16, 24))
    assert totals("Hampshire and Isle of Wight CRC", 1) == tuple(range(16, 25))
    assert totals("Bristol, Gloucestershire, Somerset and Wiltshire CRC", 1) == tuple(range(6, 16))
    assert totals("Warwickshire", 1) == tuple(range(5, 14))
    assert totals("South Tyneside and Gateshead", 1) == tuple(range(14, 23))


def test_resettlement_in_the_east_midlands_can_only_have_been_inadequate() -> None:
    outcome = next(each for each in OURS if each.unit == "East Midlands")
    framework, rules = load("region-2023"), rules_for("region-2023")
    assert [each["R2.5"] for each in sets(outcome, [])] == [0]
    made = rated(framework, rules, published(outcome, framework))
    assert made.composite is not None
    assert (made.composite.least, made.composite.most) == (4, 7)
    assert made.overall.possible == ("inadequate", "requires_improvement")


def test_a_row_that_cannot_be_is_listed_with_the_reason() -> None:
    assert [each["unit"] for each in FILE["cannot_be"]] == ["West Kent"]
    assert all(each["because"] for each in FILE["cannot_be"] + FILE["not_ours_to_rate"])
    outcome = next(each for each in OURS if named(each) == "West Kent")
    must = conditions(outcome)
    assert len(must) == 2
    assert list(sets(outcome, must)) == []
    found = [sorted({sum(each.values()) for each in sets(outcome, [one])}) for one in must]
    assert found == [[0], [1, 2, 3, 4]]


def test_the_national_inspection_agrees_with_the_general_rule() -> None:
    """No framework of ours: four standards, and a mean up to 0.5, 1.5 and 2.5."""
    assert [each["unit"] for each in FILE["not_ours_to_rate"]] == ["HMPPS national arrangements"]
    outcome = next(each for each in RATED if each.framework.id == "NATIONAL-2025")
    like = load("pdu-2023")
    national = replace(
        like,
        standards=tuple(
            replace(each, code=code)
            for each, code in zip(
                like.standards, ("leadership", "staffing", "services", "infrastructure_ict"), strict=False
            )
        ),
    )
    shipped = rules_for("pdu-2023")
    assert shipped.composite is not None
    ends = zip(shipped.levels, ("0.5", "1.5", "2.5", "3"), strict=True)
    bands = tuple(CompositeBand(rating=level.code, at_most=Decimal(end)) for level, end in ends)
    rules = replace(shipped, composite=replace(shipped.composite, of="mean", bands=bands))
    fixed = published(outcome, national)
    assert fixed == {"services": 0, "infrastructure_ict": 1}
    agreeing = set()
    for leadership, staffing in product(range(4), repeat=2):
        made = rated(national, rules, fixed | {"leadership": leadership, "staffing": staffing})
        assert made.composite is not None
        if made.overall.rating == "requires_improvement":
            agreeing.add(made.composite.total)
    assert sorted(agreeing, key=str) == [3, 4, 5, 6]


def test_every_note_is_a_condition_or_says_nothing_of_scores() -> None:
    told = {each["said"] for each in FILE["conditions"]} | set(FILE["says_nothing_of_scores"])
    assert {each.note for each in RATED if each.note} == told


def test_every_condition_belongs_to_a_row() -> None:
    rows = {(each.unit, each.visit, each.note) for each in OURS}
    assert all((each["unit"], each.get("visit", 1), each["said"]) in rows for each in FILE["conditions"])
    assert sum(bool(conditions(each)) for each in OURS) == len(FILE["conditions"])
