"""Promise 7: who may not see which record. An exclusion is never broken; in this version neither is a
restriction. Whatever day is looked at, the limits are today's."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Protocol

from assay.core.errors import Refused
from assay.core.messages import message
from assay.records.cases import rules
from assay.records.cases.rules import Limit
from assay.records.store import Reader, Snapshot, latest_snapshot, pair_in_force, small_table

NOT_HERE = message("There is no such record, or you may not see it.")


class SomeUser(Protocol):
    """As much of a user as limits depend on."""

    @property
    def staff_code(self) -> str: ...
    @property
    def delius_username(self) -> str: ...


def barred_crns(reader: Reader, *, username: str | Collection[str], on: date | None = None) -> frozenset[str]:
    """The cases kept from whoever goes by this Delius user name (or these). ``on`` is the day the limits are
    asked for; without it, the last day the records in force speak for."""
    names = frozenset([username] if isinstance(username, str) else username)
    kept = (_barred(each, names, on or each.as_at) for each in _with_limits(reader))
    return frozenset[str]().union(*kept)


def barred_for(reader: Reader, *, user: SomeUser) -> frozenset[str]:
    """The cases kept from this person, by every user name the records or the account know of them."""
    return barred_crns(reader, username=usernames(reader, user=user))


def is_barred(reader: Reader, crn: str, *, user: SomeUser) -> bool:
    return crn in barred_for(reader, user=user)


def check_may_see(reader: Reader, crn: str, *, user: SomeUser) -> None:
    """Refuses with one sentence, whether the record is not there or is kept from this person."""
    known = reader.of_case("person", crn)
    if is_barred(reader, crn, user=user) or not known:
        raise Refused(NOT_HERE)


def limited_crns(reader: Reader) -> frozenset[str]:
    """The cases that have any limit, whoever it names."""
    found = (rules.limited(_limits(each), on=each.as_at) for each in _with_limits(reader))
    return frozenset[str]().union(*found)


def usernames(reader: Reader, *, user: SomeUser) -> frozenset[str]:
    """The Delius user names of a person: the account's, and the record's for the account's officer code, so
    that an account without the name does not slip past an exclusion."""
    recorded = _usernames_by_code(reader.snapshot).get(user.staff_code or "", frozenset())
    return recorded | {user.delius_username} - {""}


def _with_limits(reader: Reader) -> tuple[Snapshot, ...]:
    """The records whose limits count: those in force, never those of a past night; and those loaded since,
    so that an exclusion need not wait for the night. A reader of the records alone has its own."""
    if reader.pair is None:
        return (reader.snapshot,)
    current, latest = pair_in_force(reader.home), latest_snapshot(reader.home)
    found = (current.snapshot if current else reader.snapshot, latest or reader.snapshot)
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=4)
def _limits(snapshot: Snapshot) -> tuple[Limit, ...]:
    """A limit on a record that was merged away holds for the one it became as well."""
    rows = small_table(snapshot, "access_limitation", ("crn", "username", "kind", "closed_on"))
    became = merges(snapshot)
    found = [Limit(**row) for row in rows]
    for limit in tuple(found):
        crn = limit.crn
        for _ in became:
            if crn not in became:
                break
            crn = became[crn]
            found.append(replace(limit, crn=crn))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=256)
def _barred(snapshot: Snapshot, usernames: frozenset[str], on: date) -> frozenset[str]:
    return rules.barred(_limits(snapshot), usernames, on=on)


@lru_cache(maxsize=4)
def merges(snapshot: Snapshot) -> dict[str, str]:
    """Of each record that was merged, the one it was merged into."""
    rows = small_table(snapshot, "person", ("crn", "merged_into"))
    return {row["crn"]: row["merged_into"] for row in rows if row["merged_into"]}


@lru_cache(maxsize=4)
def _usernames_by_code(snapshot: Snapshot) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for row in small_table(snapshot, "practitioner", ("staff_code", "username")):
        if row["username"]:
            found[row["staff_code"]] = found.get(row["staff_code"], frozenset()) | {row["username"]}
    return found
