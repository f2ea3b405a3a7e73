"""From stored readings to how many were judged sufficient, by key question: routing and counting. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assay.core.figures import Count
from assay.core.standards.routing import asked, route, unanswered, unknown_facts
from assay.core.standards.types import FactValue, Framework


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A reading as it was kept: facts and answers by code. ``id`` is the reader's name for it."""

    id: str
    facts: Mapping[str, FactValue]
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One reading under a framework.

    ``judged`` holds, for every key question of the instrument that has a judgement, its answer;
    ``does_not_apply`` where routing closed it or the reader said so; None where it was not answered, or
    waits for an answer or a fact. ``unanswered`` and ``unknown_facts`` name what is missing, in order.
    """

    id: str
    instrument: str
    judged: Mapping[str, str | None]
    unanswered: tuple[str, ...]
    unknown_facts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a key question was judged in a set of readings. Readings whose instrument does not ask it are in
    ``not_asked``; the five numbers add up to the readings."""

    code: str
    sufficient: int
    insufficient: int
    does_not_apply: int
    open: int
    not_asked: int

    @property
    def applicable(self) -> int:
        """Those judged sufficient or not: the denominator of its share."""
        return self.sufficient + self.insufficient

    def count(self, framework: Framework) -> Count:
        """Sufficient of applicable, in the framework's unit."""
        return Count(
            self.sufficient,
            self.applicable,
            framework.unit.singular,
            f"{framework.unit.plural} to which {self.code} applied",
        )


def score(framework: Framework, reading: Stored) -> Scored:
    """Route a stored reading, close what does not apply, and take its judgements.

    An answer to a question that does not apply, or to one of another instrument, is not consulted.
    """
    instrument = route(framework, reading.facts).instrument
    states = asked(framework, instrument, facts=reading.facts, answers=reading.answers)
    judged: dict[str, str | None] = {}
    for state in states:
        if state.question.judges:
            code = state.question.code
            judged[code] = _judgement(state.because is not None, state.applies, reading.answers.get(code))
    return Scored(
        id=reading.id,
        instrument=instrument,
        judged=judged,
        unanswered=unanswered(states, reading.answers),
        unknown_facts=unknown_facts(framework, reading.facts),
    )


def _judgement(is_closed: bool, applies: bool, answer: str | None) -> str | None:
    if is_closed:
        return "does_not_apply"
    return answer if applies else None


def tallies(framework: Framework, scored: Iterable[Scored]) -> tuple[Tally, ...]:
    """One for each key question that has a judgement, in the framework's order, none left out."""
    counts: dict[str, Counter[str]] = {
        each.code: Counter() for each in framework.key_questions if each.judgement
    }
    for one in scored:
        for code, found in counts.items():
            found[(one.judged[code] or "open") if code in one.judged else "not_asked"] += 1
    return tuple(
        Tally(
            code=code,
            sufficient=found["yes"],
            insufficient=found["no"],
            does_not_apply=found["does_not_apply"],
            open=found["open"],
            not_asked=found["not_asked"],
        )
        for code, found in counts.items()
    )
