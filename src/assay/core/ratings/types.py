"""What ``ratings.yaml`` is made of: the rules by which a framework turns shares into words.

These classes are the schema as well, like those of ``assay.core.standards.types``. Each part says where it is
from and how sure we are of it. Percentages and scores are exact (``Decimal``), never floats.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from assay.core.standards.types import AnswerValue, Confidence

_STRICT = ConfigDict(extra="forbid")

How = Literal["half_up", "half_even", "none"]
Rounded = Literal["key_question_percentage", "composite_mean"]
Trigger = Literal["near_boundary", "one_case", "small_base", "other_evidence"]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Level:
    """One word of the scale, with a short form for it."""

    code: str
    label: str
    short: str
    score: int

    @property
    def names(self) -> frozenset[str]:
        """What is accepted for it in answers, in lower case: code, label, short form, score."""
        return frozenset(each.casefold() for each in (self.code, self.label, self.short, str(self.score)))


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Scale:
    """The words, lowest first."""

    levels: tuple[Level, ...] = Field(min_length=2)
    source: str = Field(min_length=1)
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Band:
    """``rating`` from ``at_least`` per cent up to, not including, where the next begins."""

    rating: str
    at_least: Decimal


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Bands:
    """From the percentage of a key question to its word, lowest first."""

    levels: tuple[Band, ...]
    source: str = Field(min_length=1)
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class OwnRule:
    """Answers that one key question counts otherwise than the rest."""

    key_question: str
    sufficient: tuple[AnswerValue, ...] = Field(min_length=1)
    base: tuple[AnswerValue, ...] = Field(min_length=1)
    source: str = Field(min_length=1)
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Questions:
    """Which answers of a case are sufficient, and which are in the base; what is in neither drops out.

    ``own`` lists key questions with a rule of their own.
    """

    sufficient: tuple[AnswerValue, ...] = Field(min_length=1)
    base: tuple[AnswerValue, ...] = Field(min_length=1)
    own: tuple[OwnRule, ...] = ()
    source: str = Field(min_length=1)
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Rounding:
    """How numbers are rounded before they are banded, to ``places`` decimals, and which of them."""

    how: How
    places: int = Field(ge=0, le=6)
    of: tuple[Rounded, ...]
    source: str = Field(min_length=1)
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class CompositeBand:
    """``rating`` up to ``at_most``, above where the one before ends."""

    rating: str
    at_most: Decimal


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Composite:
    """The sum of the scores of the standards that count, or their mean, banded lowest first."""

    of: Literal["total", "mean"]
    bands: tuple[CompositeBand, ...]
    source: str = Field(min_length=1)
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class TriggerRule:
    """When a panel may look again: ``value`` is points for ``near_boundary`` (that many or fewer), cases for
    ``one_case`` (that many judged otherwise), cases for ``small_base`` (fewer than that), and nothing for
    ``other_evidence``. ``standards`` limits it to some; empty is all."""

    trigger: Trigger
    value: Decimal | None = None
    standards: tuple[str, ...] = ()
    source: str = Field(min_length=1)
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Discretion:
    """Whether a panel may change what the percentages give, when, and by how many bands."""

    allowed: bool
    triggers: tuple[TriggerRule, ...] = ()
    at_most_bands: int = Field(default=1, ge=1)
    source: str = Field(min_length=1)
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Rules:
    """All of it, for one framework. Without ratings the parts are None and ``because`` says why.

    ``composite`` None means that standards are rated and the whole is not. ``version`` is a hash of the file.
    """

    id: str
    used: bool
    because: str = Field(min_length=1)
    source: str = Field(min_length=1)
    confidence: Confidence
    scale: Scale | None = None
    bands: Bands | None = None
    questions: Questions | None = None
    rounding: Rounding | None = None
    composite: Composite | None = None
    discretion: Discretion | None = None
    version: str = ""

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The words of the scale, lowest first; none without ratings."""
        return self.scale.levels if self.scale else ()

    def level(self, code: str) -> Level:
        """The level of that code; ``KeyError`` if there is none."""
        return self.levels[self.rank(code)]

    def rank(self, code: str) -> int:
        """0 for the lowest word. ``KeyError`` for a word the scale has not."""
        for number, each in enumerate(self.levels):
            if each.code == code:
                return number
        raise KeyError(code)

    def rounded_by(self, how: How) -> Rules:
        """The same rules with another rounding, which then is the asker's own and nobody's source."""
        assert self.rounding is not None, "rules with ratings say how they round"
        if how == self.rounding.how:
            return self
        rounding = replace(self.rounding, how=how, source="Chosen for this run", confidence="ours")
        return replace(self, rounding=rounding)


def sourced(rules: Rules) -> dict[str, tuple[str, Confidence]]:
    """Source and confidence of each part of the rules that is there, by the part's name, and of each trigger
    and each key question's own rule by the name in brackets."""
    parts = {
        "scale": rules.scale,
        "bands": rules.bands,
        "questions": rules.questions,
        "rounding": rules.rounding,
        "composite": rules.composite,
        "discretion": rules.discretion,
    }
    found: dict[str, tuple[str, Confidence]] = {"ratings": (rules.source, rules.confidence)}
    found |= {name: (each.source, each.confidence) for name, each in parts.items() if each is not None}
    for own in rules.questions.own if rules.questions else ():
        found[f"questions ({own.key_question})"] = (own.source, own.confidence)
    for trigger in rules.discretion.triggers if rules.discretion else ():
        found[f"discretion ({trigger.trigger})"] = (trigger.source, trigger.confidence)
    return found
