"""What a framework is made of.

These classes are the schema as well: pydantic checks the YAML against them and refuses a key it does not
know, and what comes out is frozen. Nothing here knows a particular framework.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

    ``scale`` names the answers it takes, empty meaning all of the framework's. ``judges`` is true for the
    summary judgement of a key question, which carries the key question's own code.
    """

    code: str
    text: str
    source: str = ""
    ours: bool = False
    look_for: tuple[str, ...] = ()
    scale: tuple[AnswerValue, ...] = ()
    must_answer: bool = True
    applies_when: tuple[Condition, ...] = ()
    judges: bool = False


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class KeyQuestion:
    """A group of questions, closed by a judgement where ``judgement`` words one."""

    code: str
    title: str
    text: str
    questions: tuple[Question, ...]
    judgement: str = ""
    source: str = ""
    ours: bool = False
    look_for: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[Question, ...]:
        """Its questions in the order they are asked, the judgement last."""
        if not self.judgement:
            return self.questions
        return (
            *self.questions,
            Question(
                code=self.code,
                text=self.judgement,
                source=self.source,
                ours=self.ours,
                look_for=self.look_for,
                scale=("yes", "no"),
                judges=True,
            ),
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


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Instrument:
    """A set of key questions put to a case, in the order they are asked."""

    code: str
    title: str
    about: str
    key_questions: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class RoutingRule:
    """Chooses ``instrument`` where every condition holds; ``because`` completes "... because"."""

    instrument: str
    when: tuple[Condition, ...] = Field(min_length=1)
    because: str
    source: str


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


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Standard:
    """A standard, and the key questions that speak to it in any instrument."""

    code: str
    domain: str
    title: str
    key_questions: tuple[str, ...]
    source: str


@dataclass(frozen=True, kw_only=True, config=_STRICT)
class Ratings:
    """Whether the programme gives one-word ratings, and why."""

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
    """A whole framework, one version of it."""

    id: str
    name: str
    version: str
    effective_on: date
    effective_source: str
    closed_on: date | None
    supersedes: str | None
    succeeds_note: str
    confidence: Literal["published", "recalled", "ours"]
    ratings: Ratings
    unit: Unit
    scale: tuple[Choice, ...]
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

    def scale_of(self, question: Question) -> tuple[Choice, ...]:
        """The answers a question takes, with their labels."""
        return tuple(each for each in self.scale if not question.scale or each.value in question.scale)
