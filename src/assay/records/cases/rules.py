"""Who is kept from which record, by the limits the source lists. Pure: no clock, no database.

An excluded user is kept out. Where anyone is alone allowed, everyone else is kept out. Both may stand on one
record, and then exclusion wins. A limit holds until the day it is closed; one whose first day is yet to come
holds already, since a mistyped day must not open a record.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from assay.core.messages import message
from assay.records.cases.types import Base

ONE_NUMBER_FOR_ALL = 20
SOME_NOT_LISTED = message("Some cases may not be listed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One row of the source's lists. ``kind`` is ``excluded`` or ``restricted`` (alone allowed)."""

    crn: str
    username: str
    kind: str
    closed_on: date | None

    def holds(self, on: date) -> bool:
        return self.closed_on is None or self.closed_on > on


def barred(limits: Iterable[Limit], usernames: Collection[str], *, on: date) -> frozenset[str]:
    """The cases kept from a person known by these user names; from one with none, all that are restricted.
    User names compare without regard to case."""
    names = {_same(each) for each in usernames if each}
    excluded, restricted, allowed = set[str](), set[str](), set[str]()
    for limit in limits:
        if not limit.holds(on):
            continue
        named = _same(limit.username) in names
        if limit.kind == "excluded":
            excluded |= {limit.crn} if named else set()
        else:
            restricted.add(limit.crn)
            allowed |= {limit.crn} if named else set()
    return frozenset(excluded | (restricted - allowed))


def limited(limits: Iterable[Limit], *, on: date) -> frozenset[str]:
    """The cases with any limit, whoever it names."""
    return frozenset(each.crn for each in limits if each.holds(on))


def figure_base(cases: Collection[str], barred: Collection[str]) -> Base:
    """Over which cases a figure is counted for one person (promise 7).

    From 20 cases on the figure is one number for everybody, over all of them. A smaller one leaves out the
    cases kept from this person, and says the same sentence to everybody, so that it betrays nobody.
    """
    everyone, kept = frozenset(cases), frozenset(barred)
    if len(everyone) >= ONE_NUMBER_FOR_ALL:
        return Base(counted=everyone, listed=everyone - kept, note=SOME_NOT_LISTED)
    return Base(counted=everyone - kept, listed=everyone - kept, note=SOME_NOT_LISTED)


def _same(username: str) -> str:
    return username.strip().casefold()
