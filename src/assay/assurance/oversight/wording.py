"""The words a decision becomes in nDelius. Plain English, since that is what the record is kept in.

A text says who is meant by what was decided, and nothing that the form did not hold: no facts are added
that the writer did not read and keep.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from assay.core.messages import message

GENERAL_OVERSIGHT = "MO1"
CASE_DISCUSSION = "C238"
PROFESSIONAL_JUDGEMENT = "CTPJ"
VISIT_RISK = "MO8"
FOLLOW_UP_REQUIRED = "MOFU"
NO_FOLLOW_UP = "MONF"
VISIT_EXEMPTED = "HVEX"


def day(value: date) -> str:
    """5 March 2026."""
    return f"{value.day} {value:%B %Y}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The five questions of a discussion, answered. ``facts`` are what the record shows, as kept."""

    facts: str
    risk: str
    unknown: str
    others: str
    change: str
    by_when: date


def discussion(answers: Answers, *, author: str, practitioner: str) -> str:
    """A management oversight entry with the risk question, the decision, the action, its owner and date."""
    return _lines(
        [
            message(
                "Management oversight: discussion between {author} and {practitioner}.",
                author=author,
                practitioner=practitioner,
            ).worded(),
            _part(message("What the record shows").worded(), answers.facts),
            _part(message("What is the risk").worded(), answers.risk),
            _part(message("What we do not know").worded(), answers.unknown),
            _part(message("Who else should know").worded(), answers.others),
            _part(message("What will be different").worded(), answers.change),
            _part(message("By when").worded(), day(answers.by_when)),
        ]
    )


def reply(*, question: str, answer: str, author: str, asked_by: str) -> str:
    return _lines(
        [
            message("Case discussion: {asked_by} asked {author}.", asked_by=asked_by, author=author).worded(),
            _part(message("Question").worded(), question),
            _part(message("Reply").worded(), answer),
        ]
    )


def decision(*, what: str, waiting: bool, reason: str, owner: str, review_on: date, author: str) -> str:
    first = (
        message("Management oversight by {author}: waiting for a partner.", author=author)
        if waiting
        else message("Management oversight by {author}: decided not to, for now.", author=author)
    )
    return _lines(
        [
            first.worded(),
            _part(message("About").worded(), what),
            _part(message("Because").worded(), reason),
            _part(message("Owner").worded(), owner),
            _part(message("Review on").worded(), day(review_on)),
        ]
    )


def visit_not_to_be_made(*, reason: str, owner: str, review_on: date, author: str) -> str:
    return _lines(
        [
            message("Home visit not to be made. Decided by {author}.", author=author).worded(),
            _part(message("Do not visit, because").worded(), reason),
            _part(message("Owner").worded(), owner),
            _part(message("Review on").worded(), day(review_on)),
        ]
    )


def correction(*, what: str, reason: str, author: str, second: str) -> str:
    return _lines(
        [
            message(
                "Professional judgement: {author} and {second} agree that this does not apply.",
                author=author,
                second=second,
            ).worded(),
            _part(message("About").worded(), what),
            _part(message("Because").worded(), reason),
        ]
    )


def rung(*, used: bool, agency: str, answered_on: date, section: str, author: str, second: str) -> str:
    first = (
        message(
            "The answer of {day} from {agency} was used in the plan.", day=day(answered_on), agency=agency
        )
        if used
        else message("The answer of {day} from {agency} was analysed.", day=day(answered_on), agency=agency)
    )
    return _lines(
        [
            first.worded(),
            _part(message("Where").worded(), section),
            message("Cited by {author}; {second} agrees.", author=author, second=second).worded(),
        ]
    )


def short_read(*, missed: bool, note: str, author: str) -> str:
    first = (
        message("Management oversight: short read by {author}. Something needs attention.", author=author)
        if missed
        else message(
            "Management oversight: short read by {author}. Nothing found that needs attention.", author=author
        )
    )
    return _lines([first.worded(), _part(message("Note").worded(), note) if note else ""])


def listed(items: Sequence[str] | Iterable[str]) -> str:
    return "; ".join(items)


def _part(title: str, words: str) -> str:
    return f"{title}: {words.strip()}"


def _lines(parts: Iterable[str]) -> str:
    return "\n\n".join(part for part in parts if part)
