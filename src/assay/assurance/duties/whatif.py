"""A window tried: what the night in force would show of a duty under another length of one of its windows.

Nothing is written. A night keeps of each obligation the day it was raised, and when it was met, excused and
over: so the last day is counted again, and what follows is read from the night's tables. Where that would not
give what a night under the other window gives (:class:`.whatif_statements.Slow`), that night is worked out,
of the one duty, and thrown away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import pyarrow as pa

from assay.assurance.duties import inputs
from assay.assurance.duties.rollups import WEEKS
from assay.assurance.duties.whatif_counting import FLOW, STATE, Tally, Team, Trying
from assay.assurance.duties.whatif_statements import Said, Slow, said
from assay.core.errors import Refused
from assay.core.figures import Count
from assay.core.messages import Message, message
from assay.core.policy import Policy, Window

Level = Literal["pdu", "region", "all"]
LEVELS = get_args(Level)
UNITS: Mapping[str, Literal["working_days", "days", "weeks"]] = {
    "working_days": "working_days",
    "days": "days",
    "weeks": "weeks",
}
LONGEST = 1000

WHY_SLOW = {
    Slow.ROLLING: message("It keeps falling due, so another window moves all that comes after."),
    Slow.READ: message("The duty reads this window for more than the last day."),
    Slow.SHARED: message("One row may raise it under several windows, and another would be chosen."),
    Slow.TWICE: message("One row may raise it twice, and days would be counted in another way."),
    Slow.DOUBT: message("The night does not keep apart what is not expected and what cannot be said."),
    Slow.SAME_DAY: message("A duty of the same day has no clock that can stand still."),
    Slow.NOT_AS_NIGHT: message("Counted again, the window in force did not give what the night shows."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of one unit under one window. Cases on the night's day: ``lapsed`` of ``population``, and ``unknown``
    beside them. Obligations due in the weeks: ``in_time``, ``late``, ``missed``, ``unknown_due``."""

    population: int
    unknown: int
    lapsed: int
    in_time: int
    late: int
    missed: int
    unknown_due: int

    def state(self, *, unknown_as_unmet: bool = False) -> Count:
        more = self.unknown if unknown_as_unmet else 0
        return Count(
            self.lapsed + more,
            self.population + more,
            "case",
            "cases in the duty's population on the night's day",
        )

    def flow(self, *, unknown_as_unmet: bool = False) -> Count:
        """Late and missed of all that was met in time, late or missed."""
        unmet = self.late + self.missed + (self.unknown_due if unknown_as_unmet else 0)
        return Count(unmet, unmet + self.in_time, "obligation", f"obligations due in the last {WEEKS} weeks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit's counts under both windows. ``name`` is None for what nobody held, or no unit of the level."""

    name: str | None
    in_force: Counts
    tried: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """Both windows side by side: over everything in ``total``, and by unit. ``in_force`` are the versions of
    the window that obligations were given, the oldest first."""

    duty: str
    as_at: date
    in_force: tuple[Window, ...]
    tried: Window
    total: Unit
    units: tuple[Unit, ...]
    run_again: Message | None


def given(reader: Any, duty: str) -> dict[str, tuple[date | None, ...]]:
    """The windows that obligations of the duty were given in this night, each with the days from which its
    versions stand."""
    rows = reader.rows(
        'SELECT DISTINCT "window", window_from FROM n.obligation '
        'WHERE duty = ? AND "window" IS NOT NULL ORDER BY ALL NULLS FIRST',
        (duty,),
    )
    found: dict[str, tuple[date | None, ...]] = {}
    for row in rows:
        found[row["window"]] = (*found.get(row["window"], ()), row["window_from"])
    return found


def window_asked(setting: str, *, duty: str, known: Iterable[str], policy: Policy, on: date) -> Window:
    """The window that ``days=10``, ``working_days=10``, ``weeks=10`` or ``<name>=10`` asks for: the version
    in force with this length. ``Refused`` if the duty has no such window, or it is no length."""
    names = sorted(known)
    if not names:
        raise Refused(message("{duty} raised nothing with a window in the night in force.", duty=duty))
    left, _, right = (part.strip() for part in setting.partition("="))
    if left not in names and (left not in UNITS or len(names) > 1):
        ways = [*(UNITS if len(names) == 1 else ()), *names]
        raise Refused(
            message(
                "{duty} has no window {name} to set. What can be set: {ways}.",
                duty=duty,
                name=left or "''",
                ways=", ".join(f"{each}=NUMBER" for each in ways),
            )
        )
    if not (right.isascii() and right.isdecimal() and int(right) <= LONGEST):
        raise Refused(
            message(
                "{value} is no length of a window. Give a whole number from 0 to {most}.",
                value=right or "''",
                most=LONGEST,
            )
        )
    versions = policy.windows[left if left in names else names[0]]
    standing = next((each for each in versions if each.covers(on)), versions[-1])
    unit = standing.unit if left in names else UNITS[left]
    return replace(standing, value=int(right), unit=unit, source="Tried, and in force nowhere")


def tried_policy(policy: Policy, window: Window) -> Policy:
    """The policy with every version of the window of this length: as if it had always been so."""
    versions = tuple(
        replace(each, value=window.value, unit=window.unit) for each in policy.windows[window.name]
    )
    return replace(policy, windows={**policy.windows, window.name: versions})


def try_out(
    reader: Any,
    *,
    policy: Policy,
    duty: str,
    window: Window,
    by: Level,
    folder: Path | None = None,
    tell: Callable[[Message], None] = lambda why: None,
) -> Trial:
    """Both windows side by side. ``reader`` is open on a pair whose night was made under ``policy``. What is
    said in the database's language is kept in ``folder``. ``tell`` hears why it takes longer, if it does."""
    as_at = reader.pair.night.as_at
    before = _in_night(reader, duty)
    spoken = said(policy, on=as_at, duty=duty, window=window.name, folder=folder)
    slow = why_run_again(spoken, policy, window)
    tried: Tally = {}
    if slow is None:
        slow, tried = _counted_again(reader, spoken, duty=duty, window=window, before=before)
    if slow is not None:
        tell(WHY_SLOW[slow])
        tried = _run_again(reader, policy, duty=duty, window=window)
    place = inputs.units(reader.connection)
    return Trial(
        duty=duty,
        as_at=as_at,
        in_force=_versions(policy, window.name, given(reader, duty)[window.name]),
        tried=window,
        total=_by_unit(before, tried, lambda team: "all")[0],
        units=() if by == "all" else _by_unit(before, tried, lambda team: _unit_of(place, team, by)),
        run_again=None if slow is None else WHY_SLOW[slow],
    )


def why_run_again(spoken: Said, policy: Policy, window: Window) -> Slow | None:
    """Why the duty has to be run again for this window: what the definition says, and what follows from the
    lengths besides. None where the tables of the night are enough."""
    versions = policy.windows[window.name]
    if spoken.slow is Slow.TWICE and any(each.in_working_days != window.in_working_days for each in versions):
        return Slow.TWICE
    if spoken.slow in (None, Slow.TWICE):
        return Slow.SAME_DAY if any(each.length == 0 for each in (*versions, window)) else None
    return spoken.slow


def _versions(policy: Policy, name: str, since: Iterable[date | None]) -> tuple[Window, ...]:
    """Those versions that stand from one of these days; the last, where one stands for every day."""
    days = set(since)
    versions = policy.windows[name]
    overriding = [each for each in versions if each.applies_to == "all"]
    return tuple(
        each
        for each in versions
        if each.in_force_from in days or (None in days and overriding and each is overriding[-1])
    )


def _in_night(reader: Any, duty: str) -> Tally:
    """What the night counted, by team."""
    return _of_weeks(reader.table("SELECT * FROM n.week WHERE duty = ?", (duty,)), reader.pair.night.as_at)


def _of_weeks(weeks: pa.Table, as_at: date) -> Tally:
    """The cases of the last week's day, which is the night's, and what fell due in all of them."""
    tally: Tally = {}
    for row in weeks.select(["team", "week_on", *STATE, *FLOW]).to_pylist():
        names = (*STATE, *FLOW) if row["week_on"] == as_at else FLOW
        tally.setdefault(row["team"], Counter()).update({name: row[name] for name in names})
    return tally


def _by_unit(before: Tally, after: Tally, unit: Callable[[Team], str | None]) -> tuple[Unit, ...]:
    summed: tuple[dict[str | None, Counter[str]], ...] = ({}, {})
    for tally, found in zip((before, after), summed, strict=True):
        for team, counts in tally.items():
            found.setdefault(unit(team), Counter()).update(counts)
    names = sorted({*summed[0], *summed[1]}, key=lambda name: (name is None, name or ""))
    none: Counter[str] = Counter()
    return tuple(
        Unit(name=name, in_force=_counts(summed[0].get(name, none)), tried=_counts(summed[1].get(name, none)))
        for name in names or ["all"]
    )


def _counts(found: Counter[str]) -> Counts:
    return Counts(**{name: found[name] for name in (*STATE, *FLOW)})


def _unit_of(place: Mapping[str, tuple[str | None, str | None]], team: Team, by: Level) -> str | None:
    pdu, region = place.get(team or "", (None, None))
    return {"pdu": pdu, "region": region, "all": "all"}[by]


def _run_again(reader: Any, policy: Policy, *, duty: str, window: Window) -> Tally:
    """From a night of the one duty under the other window, over the records of the night in force."""
    from assay.assurance.duties import engine, statements
    from assay.records.store import open_snapshot

    other, as_at = tried_policy(policy, window), reader.pair.night.as_at
    script = statements.say(other, on=as_at, only=(duty,))
    with open_snapshot(reader.snapshot) as records:
        *_, last = engine.ranges(records, policy=other, as_at=as_at, script=script)
    return _of_weeks(last["week"], as_at)


def _counted_again(
    reader: Any, spoken: Said, *, duty: str, window: Window, before: Tally
) -> tuple[Slow | None, Tally]:
    """From the night's own tables. The window in force must give what the night says, counted like that."""
    trying = Trying(reader, spoken, duty=duty)
    try:
        trying.due_again(window)
        if not trying.is_as_in_night():
            return Slow.NOT_AS_NIGHT, {}
        tried = trying.tally("tried_on")
        for team, counts in before.items():
            tried.setdefault(team, Counter()).update({name: counts[name] for name in STATE[:2]})
        return None, tried
    finally:
        trying.close()
