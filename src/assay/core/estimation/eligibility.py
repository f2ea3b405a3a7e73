"""Who can be drawn, and for each who cannot the reason: pure, and the same for any order of the list."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from assay.core.errors import Refused
from assay.core.estimation.frame import Frame
from assay.core.messages import Message, message

SAMPLER = "The inspectorate's published case sampler, 2020-21"
OURS = "ours"
SAME_BY = ("crn", "pnc", "name")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something is not eligible. ``source`` says who says so; ``confidence`` how surely."""

    code: str
    sentence: Message
    source: str
    confidence: str


REASONS: Mapping[str, Reason] = {
    each.code: each
    for each in (
        Reason(
            code="redacted",
            sentence=message("The name is hidden by stars: access to the record is limited."),
            source=SAMPLER,
            confidence="verified",
        ),
        Reason(
            code="not_begun",
            sentence=message("It has not begun on the day the list speaks for, or has no start."),
            source=SAMPLER,
            confidence="verified",
        ),
        Reason(
            code="began_too_early",
            sentence=message("It began before the window."),
            source=OURS,
            confidence="assumed",
        ),
        Reason(
            code="began_too_late",
            sentence=message("It began after the window, or has no start."),
            source=OURS,
            confidence="assumed",
        ),
        Reason(
            code="no_stratum",
            sentence=message("What the strata are made of is missing, or is none of theirs."),
            source=SAMPLER + ", of gender; of anything else the rule is ours",
            confidence="inferred",
        ),
        Reason(
            code="same_person",
            sentence=message("An earlier one in the list has the same case reference."),
            source="The description of the inspectorate's published case sampler, 2020-21; its code does not",
            confidence="verified",
        ),
        Reason(
            code="same_pnc",
            sentence=message("An earlier one in the list has the same PNC number."),
            source=SAMPLER,
            confidence="verified",
        ),
        Reason(
            code="same_name",
            sentence=message("An earlier one in the list has the same name and date of birth."),
            source=SAMPLER,
            confidence="verified",
        ),
    )
}
SAME: Mapping[str, str] = {"crn": "same_person", "pnc": "same_pnc", "name": "same_name"}
"""By what two rows are one person's, and the reason the later one is left out for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One order or licence of a list. ``fields`` hold what the list says, by the sampler's names (``gender``,
    ``sentenceType``, ``roshClassification``, ``crn``, ``pnc``, ``firstName``, ``familyName``, ``dob``) or
    any other; ``reason`` is one the list itself gives for leaving it out."""

    id: str
    fields: Mapping[str, str] = field(default_factory=dict)
    started_on: date | None = None
    within: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A row of the eligibility log. ``reason`` is empty where the case can be drawn; otherwise a code.
    ``stratum`` may be empty where it cannot."""

    id: str
    stratum: str
    reason: str = ""
    within: tuple[str, ...] = ()


def judged(
    candidates: Sequence[Candidate],
    *,
    stratify: Callable[[Mapping[str, str]], str | None],
    as_at: date | None = None,
    started_between: tuple[date, date] | None = None,
    same_by: Sequence[str] = SAME_BY,
    whole_list: bool = False,
) -> tuple[Judged, ...]:
    """Each candidate with its stratum, or the first reason that holds, in order of id.

    ``as_at`` is the day the list speaks for; without it nothing is too late to have begun. A person counts
    once, with the earliest start (then the lowest id) of those otherwise eligible, rows being one person's
    if they share one of ``same_by`` or are joined through others. With ``whole_list`` it is as in the
    published sampler: a row goes if any row of the list that shares something with it is earlier, even one
    that is left out itself. ``Refused`` where an id stands twice.
    """
    _check_ids(candidates)
    found = [
        Judged(
            id=each.id,
            stratum=stratify(each.fields) or "",
            reason=_reason(each, stratify, as_at, started_between),
            within=each.within,
        )
        for each in candidates
    ]
    keys = [_keys(each.fields, same_by) for each in candidates]
    starts = [(each.started_on or date.max, each.id) for each in candidates]
    eligible = [not each.reason for each in found]
    later = _later_of_list(keys, starts) if whole_list else _later_of_person(keys, starts, eligible)
    return tuple(
        sorted(
            (
                Judged(id=each.id, stratum=each.stratum, reason=SAME[later[at]], within=each.within)
                if eligible[at] and at in later
                else each
                for at, each in enumerate(found)
            ),
            key=lambda each: each.id,
        )
    )


def _check_ids(candidates: Sequence[Candidate]) -> None:
    seen: set[str] = set()
    for each in candidates:
        if each.id in seen:
            raise Refused(
                message("{id} stands twice in the list: give each case an id of its own.", id=each.id)
            )
        seen.add(each.id)


def _reason(
    each: Candidate,
    stratify: Callable[[Mapping[str, str]], str | None],
    as_at: date | None,
    started_between: tuple[date, date] | None,
) -> str:
    if each.reason:
        return each.reason
    if any("*" in each.fields.get(name, "") for name in ("firstName", "familyName")):
        return "redacted"
    if as_at is not None and (each.started_on is None or each.started_on > as_at):
        return "not_begun"
    if started_between is not None:
        first, last = started_between
        if each.started_on is None or each.started_on > last:
            return "began_too_late"
        if each.started_on < first:
            return "began_too_early"
    return "" if stratify(each.fields) else "no_stratum"


def _keys(fields: Mapping[str, str], same_by: Sequence[str]) -> dict[str, Hashable]:
    """By what a row can be seen to be a person's; case and spacing do not matter."""
    said = {name: " ".join(value.casefold().split()) for name, value in fields.items()}
    name = tuple(said.get(each, "") for each in ("firstName", "familyName", "dob"))
    found: dict[str, Hashable] = {
        "crn": said.get("crn", ""),
        "pnc": said.get("pnc", ""),
        "name": name if all(name) else "",
    }
    return {how: found[how] for how in same_by}


Start = tuple[date, str]


def _later_of_person(
    keys: Sequence[Mapping[str, Hashable]], starts: Sequence[Start], eligible: Sequence[bool]
) -> dict[int, str]:
    """The rows that are not the first of their person, and by what that was seen."""
    inside = [at for at, is_in in enumerate(eligible) if is_in]
    person = persons([keys[at] for at in inside])
    how = shared_by([keys[at] for at in inside])
    first = first_of_each((person[place], starts[at]) for place, at in enumerate(inside))
    return {at: how[place] for place, at in enumerate(inside) if starts[at] != first[person[place]]}


def _later_of_list(keys: Sequence[Mapping[str, Hashable]], starts: Sequence[Start]) -> dict[int, str]:
    """The rows that are not the first of all that share one thing with them, and what that is."""
    first = first_of_each(
        ((how, value), start) for row, start in zip(keys, starts, strict=True) for how, value in row.items()
    )
    return {
        at: how
        for at, row in enumerate(keys)
        for how, value in reversed(list(row.items()))
        if value and first[how, value] != starts[at]
    }


Whose = TypeVar("Whose", bound=Hashable)


def first_of_each(rows: Iterable[tuple[Whose, Start]]) -> dict[Whose, Start]:
    """The earliest start of each person, with its id."""
    first: dict[Whose, Start] = {}
    for whose, start in rows:
        first[whose] = min(first.get(whose, start), start)
    return first


def persons(rows: Sequence[Mapping[str, Hashable]]) -> tuple[int, ...]:
    """For each row, a number that all rows of one person share: rows with the same value of one key are one
    person's, and so are rows joined through another. An empty value joins nobody."""
    root = list(range(len(rows)))

    def top(at: int) -> int:
        while root[at] != at:
            root[at] = root[root[at]]
            at = root[at]
        return at

    first: dict[tuple[str, Hashable], int] = {}
    for at, row in enumerate(rows):
        for how, value in row.items():
            if value:
                root[top(at)] = top(first.setdefault((how, value), at))
    return tuple(top(at) for at in range(len(rows)))


def shared_by(rows: Sequence[Mapping[str, Hashable]]) -> tuple[str, ...]:
    """For each row, the first key whose value another row has too; empty where there is none."""
    times: dict[tuple[str, Hashable], int] = {}
    for row in rows:
        for each in row.items():
            times[each] = times.get(each, 0) + 1
    return tuple(
        next((how for how, value in row.items() if value and times[how, value] > 1), "") for row in rows
    )


def frame_of(log: Iterable[Judged]) -> Frame:
    """The frame of those who can be drawn. ``Refused`` where some have a place within their stratum, and some
    have none."""
    eligible = [each for each in log if not each.reason]
    within = tuple(each.within for each in eligible)
    placeless = [each.id for each in eligible if not each.within]
    if any(within) and placeless:
        raise Refused(message("{id} does not say where within its stratum it lies.", id=placeless[0]))
    return Frame(
        ids=tuple(each.id for each in eligible),
        stratum=tuple(each.stratum for each in eligible),
        within=within if any(within) else None,
    )


def by_reason(log: Iterable[Judged]) -> dict[str, int]:
    """How many are left out for each reason, the most frequent first, then by name."""
    counts: dict[str, int] = {}
    for each in log:
        if each.reason:
            counts[each.reason] = counts.get(each.reason, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
