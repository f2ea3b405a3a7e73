"""A small framework with ratings, for tests: what is true of it is written here and not in a shipped file."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

from assay.core.ratings.loading import parsed
from assay.core.ratings.path import Answers, Decision, Share
from assay.core.ratings.types import Rules
from assay.core.standards import load
from assay.core.standards.types import Framework, KeyQuestion, Standard

TEXT = """
id: small
used: true
because: For tests.
source: these tests
confidence: published
scale:
  levels:
    - {code: poor, label: Poor, short: P, score: 0}
    - {code: fair, label: Fair, short: F, score: 1}
    - {code: fine, label: Fine, short: E, score: 2}
    - {code: best, label: Best, short: B, score: 3}
  source: the scale's source
  confidence: published
questions:
  sufficient: ["yes"]
  base: ["yes", "no"]
  source: the questions' source
  confidence: recalled_high
bands:
  levels:
    - {rating: poor, at_least: 0}
    - {rating: fair, at_least: 50}
    - {rating: fine, at_least: 65}
    - {rating: best, at_least: 80}
  source: the bands' source
  confidence: recalled_high
rounding:
  how: half_up
  places: 0
  of: [key_question_percentage]
  source: the rounding's source
  confidence: ours
composite:
  of: total
  bands:
    - {rating: poor, at_most: 1}
    - {rating: fair, at_most: 4}
    - {rating: fine, at_most: 7}
    - {rating: best, at_most: 9}
  source: the composite's source
  confidence: derived
discretion:
  allowed: true
  at_most_bands: 1
  triggers:
    - {trigger: near_boundary, value: 5, source: the first trigger's source, confidence: recalled_high}
    - {trigger: one_case, value: 1, source: the second trigger's source, confidence: recalled_high}
    - {trigger: small_base, value: 10, source: the third trigger's source, confidence: ours}
    - {trigger: other_evidence, standards: [M], source: the fourth trigger's source, confidence: ours}
  source: the discretion's source
  confidence: recalled_high
"""

MEAN = TEXT.replace("of: total", "of: mean").replace("at_most: 1}", "at_most: 0.5}")
MEAN = MEAN.replace("at_most: 4}", "at_most: 1.5}").replace("at_most: 7}", "at_most: 2.5}")
MEAN = MEAN.replace("at_most: 9}", "at_most: 3}")
"""The same, with the mean of the scores banded instead of their sum."""


def small(text: str = TEXT, **standards: Any) -> tuple[Framework, Rules]:
    """Three standards that count: J by judgement, L by the lowest of q1 to q3, M by the lowest of q4 and q5;
    and A, which is rated and does not count. ``standards`` takes the place of these."""
    framework = framework_of(tuple(standards.values()) if standards else STANDARDS)
    return framework, parsed(text.encode(), framework)


def framework_of(standards: tuple[Standard, ...]) -> Framework:
    """A framework with these standards and key questions q1 to q7; q6 is a part of a judgement."""
    like = load("pdu-2023")
    return replace(
        like, id="small", name="Small", standards=standards, key_questions=QUESTIONS, instruments=()
    )


def question(code: str, rated_by: str = "share_sufficient") -> KeyQuestion:
    return KeyQuestion(
        code=code,
        title=f"Title of {code}",
        text=code,
        questions=(),
        judgement=code,
        rated_by=rated_by,  # type: ignore[arg-type]
        ours=True,
    )


def standard(code: str, *questions: str, rule: str = "lowest_key_question", **more: Any) -> Standard:
    return Standard(
        code=code,
        domain="D",
        title=f"Title of {code}",
        key_questions=questions,
        source=f"source of {code}",
        rule=rule,  # type: ignore[arg-type]
        **more,
    )


QUESTIONS = (
    *(question(f"q{number}") for number in range(1, 6)),
    question("q6", "part_of_judgement"),
    question("q7", "none"),
)
STANDARDS = (
    standard("J", "q6", rule="judgement", also_called=("J1",)),
    standard("L", "q1", "q2", "q3"),
    standard("M", "q4", "q5"),
    standard("A", rule="judgement", counts=False),
    standard("N", "q7", rule="not_rated"),
)


def shares(**given: tuple[int, int] | str) -> dict[str, Share]:
    """By key question: (satisfactory, of), or a percentage as text."""
    return {
        code: Share.published(Fraction(each)) if isinstance(each, str) else Share.counted(*each)
        for code, each in given.items()
    }


def answers(
    ratings: dict[str, str] | None = None, *panel: Decision, **given: tuple[int, int] | str
) -> Answers:
    return Answers(questions=shares(**given), ratings=ratings or {}, panel=panel)


def decision(standard: str = "L", to: str = "fair", trigger: str = "near_boundary", **more: Any) -> Decision:
    told: dict[str, Any] = {"reason": "The others are fine.", "roles": ("lead inspector",)} | more
    return Decision(standard=standard, to=to, trigger=trigger, **told)  # type: ignore[arg-type]
