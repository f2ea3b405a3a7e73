"""How a reading stands, what it still lacks, and what the record says of its facts: pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from assay.core.dates import LONDON
from assay.core.errors import Refused
from assay.core.messages import Message, message
from assay.core.standards.routing import Asked, Routed, asked, route, unanswered, unknown_facts
from assay.core.standards.types import Fact, FactValue, Framework
from assay.inspection.assessments.types import Answer


class Changed(Refused):
    """The answer was changed since this page was loaded. Nothing is merged: both are shown, one is chosen."""

    def __init__(self, question: str, *, theirs: Answer, version: int) -> None:
        super().__init__(
            message(
                "This answer was changed in another window since you opened the page. Yours is not saved: "
                "compare the two and choose."
            )
        )
        self.question = question
        self.theirs = theirs
        self.version = version


@dataclass(frozen=True, slots=True)
class Standing:
    """A reading worked out from its facts and answers."""

    routed: Routed
    states: tuple[Asked, ...]
    missing: tuple[Message, ...]


def standing(
    framework: Framework,
    *,
    facts: Mapping[str, FactValue],
    answers: Mapping[str, str],
    interview: str,
    not_because: str,
) -> Standing:
    """Which instrument, which questions apply, and every sentence that keeps it from being signed."""
    routed = route(framework, facts)
    states = asked(framework, routed.instrument, facts=facts, answers=answers)
    return Standing(routed, states, _missing(framework, facts, states, answers, interview, not_because))


def _missing(
    framework: Framework,
    facts: Mapping[str, FactValue],
    states: tuple[Asked, ...],
    answers: Mapping[str, str],
    interview: str,
    not_because: str,
) -> tuple[Message, ...]:
    found = []
    open_facts = unknown_facts(framework, facts)
    if open_facts:
        names = "; ".join(framework.fact(each).label for each in open_facts)
        found.append(message("About the case: {names}", names=names))
    open_questions = unanswered(states, answers)
    if open_questions:
        found.append(message("Not answered: {codes}", codes=", ".join(open_questions)))
    if not interview or (interview == "not_held" and not not_because.strip()):
        found.append(message("The practitioner's interview: held, or not held and why"))
    return tuple(found)


def check_answer(framework: Framework, question: str, *, value: str, reason: str) -> None:
    """Refuse a value the question's scale does not have, and "does not apply" without a reason.

    An empty value is a note kept without an answer.
    """
    try:
        asked_question = framework.question(question)
    except KeyError:
        raise Refused(message("The framework has no question {code}.", code=question)) from None
    choices = {each.value: each for each in framework.scale_of(asked_question)}
    if value and value not in choices:
        raise Refused(message("{code} is not answered that way.", code=question))
    if value and choices[value].needs_reason and not reason.strip():
        raise Refused(message("Say why {code} does not apply.", code=question))


def check_fact(fact: Fact, value: FactValue) -> None:
    """Refuse a value that is not one of the fact's."""
    if value is None:
        return
    fits = {
        "choice": isinstance(value, str) and value in {each.value for each in fact.choices},
        "yes_no": isinstance(value, bool),
        "number": isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 100_000,
    }[fact.kind]
    if not fits:
        raise Refused(message("{label}: choose one of the answers.", label=fact.label))


def effective(
    framework: Framework, of_record: Mapping[str, FactValue], given: Mapping[str, FactValue]
) -> dict[str, FactValue]:
    """Every fact of the framework: the reader's where the reader gave one, else the record's, else None."""
    return {
        each.code: given[each.code] if given.get(each.code) is not None else of_record.get(each.code)
        for each in framework.facts
    }


def complete(states: tuple[Asked, ...], given: Mapping[str, Answer]) -> dict[str, Answer]:
    """An answer for every question of the instrument; those the routing closes say why."""
    found: dict[str, Answer] = {}
    for each in states:
        code = each.question.code
        if each.because is not None:
            found[code] = Answer(question=code, value="does_not_apply", reason=each.because.id)
        elif each.applies and code in given and given[code].value:
            found[code] = given[code]
    return found


def announcement_ends(announced_on: date) -> datetime:
    """The first instant after the day of the announcement, in London."""
    return datetime.combine(announced_on + timedelta(days=1), time(), tzinfo=LONDON).astimezone(UTC)


def is_after(recorded_at: datetime | None, *, announced_on: date) -> bool:
    """Whether something was written after the day of the announcement; what has no instant was not."""
    if recorded_at is None:
        return False
    aware = recorded_at if recorded_at.tzinfo else recorded_at.replace(tzinfo=UTC)
    return aware >= announcement_ends(announced_on)
