"""What a framework is made of.

These classes are the schema as well: pydantic checks the YAML against them and refuses a key it does not
know, and what comes out is frozen. Nothing here knows a particular framework.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Literal, Protocol, TypeVar

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

_STRICT = ConfigDict(extra="forbid")

# A fact is chosen (text), yes or no, counted in days, or not known.
FactValue = bool | int | str | None
AnswerValue = Literal["yes", "no", "does_not_apply"]
FactKind = Literal["choice", "yes_no", "number"]
# How sure we are of a fact: read in a public source, worked out from such facts, recalled without having seen
# a source (with how much confidence), or our own choice because no source shows it.
Confidence = Literal["published", "derived", "recalled_high", "recalled_medium", "recalled_low", "ours"]
# What a key question gives the rating: the share of readings judged sufficient, a part of one judgement of
# the standard, or nothing.
QuestionRule = Literal["share_sufficient", "part_of_judgement", "none"]
# How a standard is rated: by its lowest key question, by one judgement on all evidence, not at all; or it is
# rated and no source we have shows how.
StandardRule = Literal["lowest_key_question", "judgement", "not_rated", "not_known"]


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


Coded = TypeVar("Coded", bound=_Coded)


def _named(things: Iterable[Coded], code: str) -> Coded:
    for each in things:
        if each.code == code:
            return each
    raise KeyError(code)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Condition:
    """Holds where the named answer or fact is one of ``one_of``, or a number not above ``at_most``.

    An answer or fact not given yet never holds. ``otherwise`` completes "does not apply because ...".
    """

    answer: str | None = None
    fact: str | None = None
    one_of: tuple[bool | str, ...] = ()
    at_most: int | None = None
    otherwise: str = ""


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Question:
    """One question a reader answers. ``source`` says what shows that it is asked; ``ours`` that nothing does.

    ``scale`` names the answers it takes, empty meaning all of the framework's; ``answered_by`` the roles that
    may answer, empty meaning those of the instrument. ``judges`` is true for the summary judgement of a key
    question, which carries the key question's own code.
    """

    code: str
    text: str
    source: str = ""
    ours: bool = False
    confidence: Confidence | None = None
    look_for: tuple[str, ...] = ()
    scale: tuple[AnswerValue, ...] = ()
    must_answer: bool = True
    answered_by: tuple[str, ...] = ()
    applies_when: tuple[Condition, ...] = ()
    judges: bool = False


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class KeyQuestion:
    """A group of questions, closed by a judgement where ``judgement`` words one.

    ``applies_when`` holds for every question of the group, the judgement too. ``judgement_scale`` names the
    answers the judgement takes. ``rated_by`` says what it gives the rating of its standard.
    """

    code: str
    title: str
    text: str
    questions: tuple[Question, ...]
    judgement: str = ""
    judgement_scale: tuple[AnswerValue, ...] = ("yes", "no")
    applies_when: tuple[Condition, ...] = ()
    rated_by: QuestionRule = "none"
    source: str = ""
    ours: bool = False
    confidence: Confidence | None = None
    look_for: tuple[str, ...] = ()

    @cached_property
    def asked(self) -> tuple[Question, ...]:
        """Its questions in the order they are asked, the judgement last, each with the group's conditions."""
        asked = self.questions
        if self.judgement:
            asked = (*asked, self._judgement())
        if not self.applies_when:
            return asked
        return tuple(replace(each, applies_when=(*self.applies_when, *each.applies_when)) for each in asked)

    def _judgement(self) -> Question:
        return Question(
            code=self.code,
            text=self.judgement,
            source=self.source,
            ours=self.ours,
            confidence=self.confidence,
            look_for=self.look_for,
            scale=self.judgement_scale,
            judges=True,
        )


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Choice:
    """One value of a fact, or of the scale, with its label."""

    value: str
    label: str
    needs_reason: bool = False


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Fact:
    """Something a reader establishes about the case. ``from_record`` names what the record is asked first."""

    code: str
    label: str
    kind: FactKind
    must_answer: bool
    source: str
    from_record: str = ""
    choices: tuple[Choice, ...] = ()
    look_for: tuple[str, ...] = ()
    ours: bool = False
    confidence: Confidence | None = None


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Instrument:
    """A set of key questions in the order they are asked, put to a case or to the organisation as a whole.

    A case is routed to one; what is put to the organisation is asked once. ``answered_by`` names the roles
    that may answer, empty meaning any.
    """

    code: str
    title: str
    about: str
    key_questions: tuple[str, ...]
    source: str
    put_to: Literal["case", "organisation"] = "case"
    answered_by: tuple[str, ...] = ()
    ours: bool = False
    confidence: Confidence | None = None


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class RoutingRule:
    """Chooses ``instrument`` where every condition holds; ``because`` completes "... because"."""

    instrument: str
    when: tuple[Condition, ...] = Field(min_length=1)
    because: str
    source: str
    ours: bool = False
    confidence: Confidence | None = None


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Routing:
    """The first rule that holds decides; else ``default``."""

    default: str
    default_because: str
    rules: tuple[RoutingRule, ...]


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Domain:
    """A part of what is inspected."""

    code: str
    title: str
    about: str
    source: str
    ours: bool = False
    confidence: Confidence | None = None


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Possibility:
    """One of the things an uncertain standard may have been, with what speaks for it."""

    title: str
    because: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Standard:
    """A standard, and the key questions that speak to it in any instrument.

    ``counts`` is false for a standard that is rated and stays out of the composite. ``also_called`` are codes
    under which the same standard goes elsewhere. ``may_be`` lists what an uncertain standard may have been;
    it is empty for one that is known.
    """

    code: str
    domain: str
    title: str
    key_questions: tuple[str, ...]
    source: str
    rule: StandardRule = "not_rated"
    counts: bool = True
    counts_because: str = ""
    also_called: tuple[str, ...] = ()
    may_be: tuple[Possibility, ...] = ()
    note: str = ""
    ours: bool = False
    confidence: Confidence | None = None

    @property
    def is_uncertain(self) -> bool:
        return bool(self.may_be)


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Provider:
    """Who answers for the framework."""

    name: str
    source: str
    confidence: Confidence


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Role:
    """Somebody who answers questions."""

    code: str
    title: str
    about: str
    source: str
    ours: bool = False
    confidence: Confidence | None = None


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Rule:
    """What shows that standards, or key questions, are rated in this way. ``code`` is the way's name."""

    code: StandardRule | QuestionRule
    about: str
    source: str = ""
    ours: bool = False
    confidence: Confidence | None = None


Sourced = Question | KeyQuestion | Fact | Instrument | RoutingRule | Domain | Standard | Role | Rule


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Ratings:
    """Whether the programme gives one-word ratings, and why. How they are made is in ``ratings.yaml``."""

    used: bool
    because: str
    source: str


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Unit:
    """What is read and counted."""

    singular: str
    plural: str
    about: str


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Framework:
    """A whole framework, one version of it.

    In force from ``effective_on`` up to, not including, ``closed_on``. ``supersedes`` names the frameworks it
    took the place of, ``inspects`` the kind of unit it is for. ``confidence`` is that of every part that
    names a source and no confidence of its own.
    """

    id: str
    name: str
    provider: Provider
    inspects: str
    version: str
    effective_on: date
    effective_source: str
    effective_confidence: Confidence
    closed_on: date | None
    closed_source: str = ""
    closed_confidence: Confidence | None = None
    supersedes: tuple[str, ...]
    succeeds_note: str
    confidence: Confidence
    ratings: Ratings
    unit: Unit
    scale: tuple[Choice, ...]
    roles: tuple[Role, ...]
    rules: tuple[Rule, ...]
    domains: tuple[Domain, ...]
    standards: tuple[Standard, ...]
    instruments: tuple[Instrument, ...]
    facts: tuple[Fact, ...]
    key_questions: tuple[KeyQuestion, ...]
    routing: Routing

    def instrument(self, code: str) -> Instrument:
        """The instrument of that code; ``KeyError`` if there is none."""
        return _named(self.instruments, code)

    def key_question(self, code: str) -> KeyQuestion:
        """The key question of that code; ``KeyError`` if there is none."""
        return _named(self.key_questions, code)

    def fact(self, code: str) -> Fact:
        """The fact of that code; ``KeyError`` if there is none."""
        return _named(self.facts, code)

    def question(self, code: str) -> Question:
        """The question, or the judgement, of that code; ``KeyError`` if there is none."""
        return _named(self.questions, code)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question of every instrument, judgements among them."""
        return tuple(each for group in self.key_questions for each in group.asked)

    def asked(self, instrument: str) -> Iterator[tuple[KeyQuestion, Question]]:
        """The questions of an instrument in the order they are asked, each with its key question."""
        for code in self.instrument(instrument).key_questions:
            group = self.key_question(code)
            for each in group.asked:
                yield group, each

    def standard(self, code: str) -> Standard:
        """The standard of that code, or also called so; ``KeyError`` if there is none."""
        for each in self.standards:
            if code == each.code or code in each.also_called:
                return each
        raise KeyError(code)

    @property
    def counted(self) -> tuple[Standard, ...]:
        """The standards whose scores make the composite."""
        return tuple(each for each in self.standards if each.counts and each.rule != "not_rated")

    def confidence_of(self, part: Sourced) -> Confidence:
        """How sure we are of a part: its own confidence; else ``ours`` where it is marked so; else the
        framework's."""
        if part.ours:
            return "ours"
        return part.confidence or self.confidence

    def answered_by(self, instrument: str, question: Question) -> tuple[str, ...]:
        """Codes of the roles that may answer a question in an instrument; empty for any."""
        return question.answered_by or self.instrument(instrument).answered_by

    def scale_of(self, question: Question) -> tuple[Choice, ...]:
        """The answers a question takes, with their labels."""
        return tuple(each for each in self.scale if not question.scale or each.value in question.scale)
