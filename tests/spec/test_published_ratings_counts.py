"""A framework of twelve standards that count and one that does not, against published scores out of 36.

Eighty services of another programme had a published score and word that agree with the general rule; the
totals here are the published ones at its edges. None was seen at exactly 6 or 30; these follow the rule.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from assay.core.ratings import answers_from, rate
from assay.core.ratings.loading import read as read_rules
from assay.core.standards.loading import read

FOLDER = Path(__file__).with_name("frameworks") / "twelve-and-one"
FRAMEWORK = read(FOLDER)
RULES = read_rules(FOLDER, FRAMEWORK)
COUNTED = [each.code for each in FRAMEWORK.counted]
APART = [each.code for each in FRAMEWORK.standards if not each.counts]


def scores(total: int) -> dict[str, int]:
    return {code: min(3, max(0, total - 3 * place)) for place, code in enumerate(COUNTED)}


def test_twelve_count_and_one_does_not() -> None:
    assert (len(COUNTED), len(APART)) == (12, 1)


@pytest.mark.parametrize(
    ("total", "word"),
    [
        (0, "Inadequate"),
        (5, "Inadequate"),
        (6, "Inadequate"),
        (7, "Requires improvement"),
        (18, "Requires improvement"),
        (19, "Good"),
        (30, "Good"),
        (31, "Outstanding"),
        (36, "Outstanding"),
    ],
)
def test_a_total_of_36_has_its_word_whatever_the_one_apart_has(total: int, word: str) -> None:
    for apart in range(4):
        given = {"standards": scores(total) | {APART[0]: apart}}
        made = rate(FRAMEWORK, RULES, answers_from([given], FRAMEWORK, RULES))
        assert made.composite is not None
        assert (made.composite.total, made.composite.maximum) == (total, 36)
        assert made.composite.left_out == tuple(APART)
        assert made.overall.rating is not None
        assert RULES.level(made.overall.rating).label == word
        assert made.standard(APART[0]).score == apart


def test_the_one_apart_need_not_be_known() -> None:
    made = rate(FRAMEWORK, RULES, answers_from([{"standards": scores(18)}], FRAMEWORK, RULES))
    assert made.overall.rating == "requires_improvement"
    assert made.standard(APART[0]).rating is None
