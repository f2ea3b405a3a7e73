"""What every part of the mapping works with: one person's answers, what was known, and the rows made."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

import pyarrow as pa
from pydantic import BaseModel, ValidationError

from assay.core.dates import LONDON
from assay.core.messages import Message, message
from assay.records import codes, standard
from assay.records.sources.domain_events import Told
from assay.records.sources.external_api.routes import Route
from assay.records.sources.quarantine import Quarantine

Row = dict[str, Any]
AnyShape = TypeVar("AnyShape", bound=BaseModel)
# Rows of so many are turned into Arrow at once: dictionaries of a region's contacts would not fit.
AT_ONCE = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The region's own lists, by which officers, teams and users are known. ``by_name`` holds None where two
    go by one name; ``usernames`` are by e-mail address, in small letters."""

    codes: frozenset[str]
    teams: frozenset[str]
    by_name: Mapping[str, str | None]
    usernames: Mapping[str, str]

    def named(self, name: str | None) -> str | None:
        """The officer of that name; None where nobody, or more than one, is called so."""
        return self.by_name.get(same(name)) if name else None


class Rows:
    """The rows of every table, in Arrow as soon as there are many."""

    def __init__(self) -> None:
        self._open: dict[str, list[Row]] = {}
        self._done: dict[str, list[pa.Table]] = {}

    def add(self, table: str, row: Row) -> None:
        rows = self._open.setdefault(table, [])
        rows.append(row)
        if len(rows) >= AT_ONCE:
            self._close(table)

    def add_table(self, table: str, rows: pa.Table) -> None:
        """Rows that are in the standard's types already."""
        self._done.setdefault(table, []).append(rows)

    def tables(self) -> dict[str, pa.Table]:
        """Every table that has rows."""
        for table in list(self._open):
            self._close(table)
        return {name: pa.concat_tables(parts) for name, parts in self._done.items()}

    def _close(self, table: str) -> None:
        names = standard.table(table).names
        rows = [{name: row.get(name) for name in names} for row in self._open.pop(table)]
        self.add_table(table, pa.Table.from_pylist(rows, schema=standard.arrow_schema(table)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One person. ``answers`` has the items of each route that was given, ``before`` the rows of the last
    fetch by table and key, ``seen_at`` the instant of this one: a row whose writing the services do not date
    was known by the first fetch that saw it. ``handed`` is the day an event told of a new practitioner,
    ``told`` the entries in registers that events told of."""

    crn: str
    provider: str
    as_at: date
    seen_at: datetime
    answers: Mapping[str, Sequence[Any]]
    staff: Staff
    quarantine: Quarantine
    rows: Rows
    before: Mapping[str, Mapping[str, Row]] = field(default_factory=lambda: MappingProxyType({}))
    handed: date | None = None
    told: Sequence[Told] = ()
    _read: dict[str, list[tuple[int, Any]]] = field(default_factory=dict, repr=False)

    def given(self, route: Route) -> bool:
        """Whether the service answered, be it with nothing."""
        return route.name in self.answers

    def read(self, route: Route, shape: type[AnyShape]) -> Sequence[tuple[int, AnyShape]]:
        """Each item of a route with its place, as a value. Those that are not of the shape are refused, once,
        however often the route is read."""
        if route.name not in self._read:
            self._read[route.name] = list(self.read_items(route, self.answers.get(route.name, ()), shape))
        return self._read[route.name]

    def read_items(
        self, route: Route, items: Sequence[Any], shape: type[AnyShape]
    ) -> Iterator[tuple[int, AnyShape]]:
        """The same for rows that lie inside an answer."""
        for place, item in enumerate(items, start=1):
            try:
                yield place, shape.model_validate(item)
            except ValidationError as error:
                wrong = {".".join(str(part) for part in each["loc"]) for each in error.errors()}
                said = message(
                    "{crn}: {fields} is missing or not as the service describes it.",
                    crn=self.crn,
                    fields=", ".join(sorted(filter(None, wrong)))[:200] or "the row",
                )
                self.quarantine.refuse(route.name, place, "shape", said)

    def take(self, table: str, row: Row) -> None:
        """A good row of this person."""
        self.quarantine.take()
        self.rows.add(table, {"crn": self.crn, **row})

    def refuse(self, route: Route, place: int, rule: str, said: Message) -> None:
        self.quarantine.refuse(route.name, place, rule, said)

    def refuse_code(self, route: Route, place: int, column: str, code: str | None) -> None:
        """``code`` must be a code or a list's own words, never what a person wrote."""
        said = message("{crn}: {column} {code} is not in our list.", crn=self.crn, column=column, code=code)
        self.refuse(route, place, "unknown-code", said)

    def known(self, table: str, key: str) -> Row:
        """The row of the last fetch; empty where it is new."""
        return self.before.get(table, {}).get(key, {})

    def since(self, table: str, key: str) -> datetime:
        """When the row was first seen."""
        found: datetime = self.known(table, key).get("recorded_at") or self.seen_at
        return found

    def ends_before(self, instant: datetime) -> bool:
        """Whether the instant lies after the day the fetch speaks for: such a row comes with the next."""
        end = datetime.combine(self.as_at + timedelta(days=1), time.min, LONDON)
        return instant >= end


def key(*parts: object) -> str:
    """A key that is the same in every fetch."""
    return hashlib.sha256("\x1f".join(str(each) for each in parts).encode("utf-8")).hexdigest()[:24]


def same(name: str) -> str:
    """Names compare without regard to case and spaces."""
    return " ".join(name.casefold().split())


def code_of(list_name: str, code: str | None) -> str | None:
    """The code as it stands in our list, aliases brought to it; None where the list lacks it."""
    found = codes.ALIASES.get(list_name, {}).get(code or "", code)
    return found if found in codes.code_list(list_name) else None


def code_named(list_name: str, name: str | None) -> str | None:
    """The one code of that name; None where the list has no such name, or has it twice: two types of contact
    are called "Completed", and nobody can say which is meant."""
    return _by_name(list_name).get(same(name)) if name else None


@cache
def _by_name(list_name: str) -> Mapping[str, str]:
    listed = [(same(each.name), each.code) for each in codes.code_list(list_name)]
    often = Counter(name for name, _ in listed)
    return {name: code for name, code in listed if often[name] == 1}
