"""What goes in and what comes out: answers, and the whole path from them to the overall rating.

Ratings are codes of the framework's scale. Percentages are exact, between 0 and 100.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from assay.core.messages import Message
from assay.core.ratings.types import Trigger
from assay.core.standards.types import Confidence, StandardRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What is known of a key question: ``satisfactory`` cases ``of`` those it applied to, or a percentage
    alone, where no source gives the counts."""

    satisfactory: int | None = None
    of: int | None = None
    percentage: Fraction | None = None

    @classmethod
    def counted(cls, satisfactory: int, of: int) -> Share:
        """The percentage is worked out; there is none of nothing."""
        assert 0 <= satisfactory <= of, "a share is a part"
        return cls(
            satisfactory=satisfactory, of=of, percentage=Fraction(100 * satisfactory, of) if of else None
        )

    @classmethod
    def published(cls, percentage: Fraction) -> Share:
        assert 0 <= percentage <= 100, "a percentage is between 0 and 100"
        return cls(percentage=percentage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A panel's: which standard gets which rating, on which trigger, why, and who decided, by roles and never
    by people's names."""

    standard: str
    to: str
    trigger: Trigger
    reason: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What is known of one unit. ``questions`` by code of key question, ``ratings`` (codes of the scale) by
    code of standard, where only that is known or where the standard is judged as a whole."""

    questions: Mapping[str, Share] = field(default_factory=dict)
    ratings: Mapping[str, str] = field(default_factory=dict)
    panel: tuple[Decision, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionStep:
    """From a share to a word. ``banded`` is the percentage as it was banded, after rounding. ``rating`` is
    None where the question was not given, applied to no case, or is not rated by its share."""

    code: str
    title: str
    share: Share | None
    banded: Fraction | None
    rating: str | None
    reason: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A panel's decision as it was taken in: what the rule gave, what the trigger held by, and the words of
    the other key questions, which a panel weighs."""

    decision: Decision
    proposed: str
    held: Message
    beside: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardStep:
    """From key questions to a standard. ``lowest`` names the key questions that decided it, ``possible``
    every rating it may have by what is known, lowest first: one where it is settled. ``rating`` is that one,
    or None; ``proposed`` is what it was before a panel's ``change``."""

    code: str
    title: str
    rule: StandardRule
    counts: bool
    questions: tuple[QuestionStep, ...]
    lowest: tuple[str, ...]
    possible: tuple[str, ...]
    proposed: str | None
    rating: str | None
    score: int | None
    reason: Message
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositeStep:
    """The scores added. ``least`` and ``most`` are the totals that are possible by what is known, and
    ``total`` is set where every standard that counts is settled. ``mean`` is the total by standard."""

    least: int
    most: int
    total: int | None
    mean: Fraction | None
    maximum: int
    counted: tuple[str, ...]
    left_out: tuple[str, ...]
    reason: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class OverallStep:
    """``rating`` is None where more than one is ``possible``, or nothing is rated overall."""

    rating: str | None
    possible: tuple[str, ...]
    reason: Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """A part of the rules that was not read in a public source, with where it is from."""

    part: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """The whole path for one unit. ``rounding`` says in words what was rounded; ``assumptions`` lists what
    the result rests on that was not read in a public source. ``hangs_on_rounding`` names the standards, and
    ``overall``, that another rounding would rate otherwise, a panel's decisions left aside."""

    framework: str
    framework_version: str
    rules_version: str
    standards: tuple[StandardStep, ...]
    composite: CompositeStep | None
    overall: OverallStep
    rounding: Message
    hangs_on_rounding: tuple[str, ...]
    assumptions: tuple[Assumption, ...]

    def standard(self, code: str) -> StandardStep:
        """The step of that standard; ``KeyError`` if there is none."""
        for each in self.standards:
            if each.code == code:
                return each
        raise KeyError(code)
