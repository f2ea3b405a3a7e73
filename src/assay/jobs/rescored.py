"""The report of ``assay standards rescore``: both ways of counting the same readings, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from assay.core.messages import Message, message
from assay.core.ratings import Rated, answers_from, rate
from assay.core.ratings.types import Rules
from assay.core.standards.rescoring import Rescored
from assay.core.standards.scoring import Scored, Tally
from assay.core.standards.types import Framework


@dataclass(frozen=True)
class Side:
    """The readings under one framework. ``rules`` is None where it gives no ratings."""

    framework: Framework
    rules: Rules | None
    scored: Sequence[Scored]
    ratings: Mapping[str, str]

    @property
    def pinned(self) -> dict[str, str]:
        return {"framework": self.framework.id, "version": self.framework.version}

    @cached_property
    def rated(self) -> Rated | None:
        """The whole path from the judgements to the rating; None where the framework gives none."""
        if self.rules is None:
            return None
        rating = {code for each in self.framework.standards for code in each.key_questions}
        cases = [
            {
                "case": each.id,
                "answers": {code: value for code, value in each.judged.items() if value and code in rating},
            }
            for each in self.scored
        ]
        document = {"cases": cases, "standards": dict(self.ratings)}
        return rate(self.framework, self.rules, answers_from([document], self.framework, self.rules))

    def standard(self, code: str | None) -> dict[str, Any] | None:
        """How a standard stands: its rating, or those that are possible by what is known."""
        if self.rated is None or code is None:
            return None
        step = self.rated.standard(code)
        return {
            "code": step.code,
            **self._words(step.rating, step.possible),
            "lowest": list(step.lowest),
            "because": step.reason.worded(),
        }

    @property
    def overall(self) -> dict[str, Any] | None:
        if self.rated is None:
            return None
        step = self.rated.overall
        return {**self._words(step.rating, step.possible), "because": step.reason.worded()}

    def _words(self, rating: str | None, possible: Sequence[str]) -> dict[str, Any]:
        """A rating as the scale words it, and those that are possible; none of these where all are."""
        assert self.rules is not None, "only what is rated has words"
        is_open = len(possible) == len(self.rules.levels)
        labels = [self.rules.level(each).label for each in possible]
        return {
            "rating": self.rules.level(rating).label if rating else None,
            "possible": [] if is_open else labels,
        }


@dataclass(frozen=True)
class Report:
    """What the readings gave where they were made, and would have given under the other framework."""

    done: Rescored
    made: Side
    scored: Side

    @property
    def title(self) -> Message:
        return message(
            "Readings made under {made}, as they would have scored under {scored}",
            made=self.made.framework.id,
            scored=self.scored.framework.id,
        )

    def whole(self) -> dict[str, Any]:
        """All of it, for JSON. Shares are given as the two numbers they are of."""
        mapped = self.done.mapping
        return {
            "made_under": self.made.pinned,
            "scored_under": self.scored.pinned,
            "mapping": {
                "id": mapped.id,
                "about": mapped.about,
                "source": mapped.source,
                "confidence": mapped.confidence,
            },
            "readings": len(self.done.made),
            "left_out": dict(self.done.left_out),
            "key_questions": list(self._key_questions()),
            "standards": list(self._standards()),
            "overall": {"made": self.made.overall, "scored": self.scored.overall},
            "notes": [each.worded() for each in self.notes()],
        }

    def rows(self) -> Iterator[dict[str, Any]]:
        """The same as rows: key questions, standards, and the whole."""
        for each in self._key_questions():
            yield {
                "part": "key question",
                "code": each["code"],
                "title": each["title"],
                "made": _n_of_n(each["made"]),
                "scored": _n_of_n(each["scored"]),
                "note": each["note"],
            }
        for each in self._standards():
            yield {
                "part": "standard",
                "code": each["code"],
                "title": each["title"],
                "made": _word(each["made"]),
                "scored": _word(each["scored"]),
                "note": each["note"],
            }
        yield {
            "part": "overall",
            "code": "",
            "title": "",
            "made": _word(self.made.overall),
            "scored": _word(self.scored.overall),
            "note": "",
        }

    def notes(self) -> Iterator[Message]:
        """What a reader of the report must know, in sentences."""
        yield message(
            "A report and nothing else: no reading was changed, and each stays with {id} version {version}, "
            "under which it was made.",
            id=self.made.framework.id,
            version=self.made.framework.version,
        )
        if self.done.left_out:
            yield message(
                "{n} readings have no place under {id} and are counted under neither.",
                n=len(self.done.left_out),
                id=self.scored.framework.id,
            )
        for side in (self.made, self.scored):
            if side.rules is None:
                yield message("{id} gives no ratings.", id=side.framework.id)
        unfinished = sum(bool(each.unanswered or each.unknown_facts) for each in self.done.made)
        if unfinished:
            yield message("{n} readings lack an answer or a fact that must be there.", n=unfinished)

    def _key_questions(self) -> Iterator[dict[str, Any]]:
        from_codes = {each.scored: each.made for each in self.done.mapping.answers.all}
        titles = {each.code: each.title for each in self.scored.framework.key_questions}
        for code, tally in self.done.tallies_scored.items():
            made = from_codes.get(code)
            yield {
                "code": code,
                "title": titles[code],
                "made_code": made,
                "made": _numbers(self.done.tallies_made.get(made) if made else None),
                "scored": _numbers(tally),
                "note": self._note(code),
            }

    def _standards(self) -> Iterator[dict[str, Any]]:
        for each in self.scored.framework.standards:
            if each.rule != "not_rated":
                yield {
                    "code": each.code,
                    "title": each.title,
                    "made": self.made.standard(self._partner(each.code)),
                    "scored": self.scored.standard(each.code),
                    "note": self._note(each.code),
                }

    def _partner(self, code: str) -> str | None:
        """The standard of the framework the readings were made under that rests on the same: the one it is
        carried from, else the one with the same key questions."""
        for pair in self.done.mapping.standards.all:
            if pair.scored == code:
                return pair.made
        from_codes = {each.scored: each.made for each in self.done.mapping.answers.all}
        wanted = {from_codes.get(each) for each in self.scored.framework.standard(code).key_questions}
        for each in self.made.framework.standards:
            if (
                each.key_questions
                and set(each.key_questions) == wanted
                and each.rule == "lowest_key_question"
            ):
                return each.code
        return None

    def _note(self, code: str) -> str:
        return self.done.open.get(code) or self.done.near.get(code, "")


def _numbers(tally: Tally | None) -> dict[str, int] | None:
    if tally is None:
        return None
    return {
        "sufficient": tally.sufficient,
        "of": tally.applicable,
        "does_not_apply": tally.does_not_apply,
        "open": tally.open,
        "not_asked": tally.not_asked,
    }


def _n_of_n(numbers: Mapping[str, int] | None) -> str:
    return "" if numbers is None else f"{numbers['sufficient']} of {numbers['of']}"


def _word(step: Mapping[str, Any] | None) -> str:
    """The rating, else those that are possible, else "open"."""
    if step is None:
        return ""
    return str(step["rating"] or " or ".join(step["possible"]) or "open")
