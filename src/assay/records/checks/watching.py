"""Looks at an extract's rows once, as they pass on their way into a snapshot, and says which rules may be
broken.

It works on whole columns, and on the few values of a column that recurs, so that it costs little beside the
reading. It may suspect a fit extract, never pass an unfit one (but for a reference that shares its 64-bit
number with another key: see :mod:`assay.records.store.hashing`). What it suspects is asked again by
:mod:`assay.records.checks.running`, rule by rule, which finds the rows and has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from assay.records import standard
from assay.records.checks.relations import SUBJECTS
from assay.records.checks.rules import EARLIEST, LATEST, end_of, known, warned_day
from assay.records.sources import Label
from assay.records.store import hashing
from assay.records.store.rows import Rows, Stream

Numbers = hashing.Numbers


class Suspect(NamedTuple):
    """A rule that may be broken by a column of a table."""

    table: str
    rule: str
    column: str


class Stopped(Exception):
    """Something was suspected, and there is no sense in building on."""


class Watch:
    """Sees every batch of every table, in whatever order the tables come. ``readable`` names those there
    are: nothing is said of a reference to one of the others. ``told`` hears of each batch: its table, and how
    many rows of it have been seen."""

    def __init__(
        self, label: Label, readable: Collection[str], *, told: Callable[[str, int], None] | None = None
    ) -> None:
        self._label = label
        self._readable = readable
        self._told = told
        self._suspects: set[Suspect] = set()
        self._seen: dict[str, _Seen] = {}
        self.rows: dict[str, int] = {}

    def over(self, tables: Mapping[str, Stream], *, stop: bool = False) -> dict[str, Stream]:
        """The same tables, watched: what is read through here is seen. ``stop`` raises ``Stopped`` in place
        of handing on the first batch in which something is suspected."""
        return {name: _Watched(self, name, stream, stop) for name, stream in tables.items()}

    def all_of(self, tables: Mapping[str, Stream]) -> None:
        """Reads the tables to their end for nothing but to see them, and settles."""
        for stream in self.over(tables).values():
            for _ in stream.batches(sort=False):
                pass
        self.settle()

    def begin(self, name: str) -> None:
        """The table comes from its first row, for the first time or again."""
        self.rows[name] = 0
        self._seen[name] = _Seen(standard.table(name), self._readable)

    def see(self, rows: Rows) -> None:
        """The next rows of a table."""
        self.rows[rows.name] += len(rows)
        table = standard.table(rows.name)
        for column in table:
            self._suspects |= {Suspect(rows.name, rule, column.name) for rule in self._broken(rows, column)}
        if "crn" in table.names and self._misshapen(rows):
            self._suspects.add(Suspect(rows.name, "synthetic-and-real", "crn"))
        day = warned_day(table)
        if day is not None and _written_before(rows, day):
            self._suspects.add(Suspect(rows.name, "written-before", day))
        self._seen[rows.name].note(rows)
        if self._told is not None:
            self._told(rows.name, self.rows[rows.name])

    def end(self, name: str) -> None:
        """The table has come to its end."""
        self._suspects |= {Suspect(name, rule, column) for rule, column in self._seen[name].end()}

    @property
    def suspects(self) -> frozenset[Suspect]:
        """What has come up so far that would keep the extract from being loaded."""
        return frozenset(each for each in self._suspects if each.rule != "written-before")

    @property
    def warnings(self) -> frozenset[Suspect]:
        """What has come up so far that would not."""
        return frozenset(each for each in self._suspects if each.rule == "written-before")

    def settle(self) -> None:
        """Asks what can only be asked once every table has been seen: whether each reference is found."""
        for name, seen in self._seen.items():
            for (column, target), wanted in seen.wanted.items():
                if target in self._seen and not self._seen[target].holds(wanted, of_person=column.of_person):
                    self._suspects |= {Suspect(name, each, column.name) for each in _UNFOUND}

    def _broken(self, rows: Rows, column: standard.Column) -> Iterator[str]:
        values = rows.column(column.name)
        if column.required and (values.null_count or (_is_free(column) and _is_blank(values))):
            yield "required"
        if column.codes and not known(column.codes) >= set(values.dictionary.to_pylist()):
            yield "unknown-code"
        if column.after and pc.any(pc.less(values, rows.column(column.after))).as_py():
            yield "order"
        if column.kind == "date" and not _within(values):
            yield "date-range"
        if column.kind == "instant" and _latest(values) >= _microseconds(end_of(self._label.as_at)):
            yield "after-extract"

    def _misshapen(self, rows: Rows) -> bool:
        """Whether a reference number is of the wrong nature. Elsewhere than in ``person`` one that ``person``
        has is of the right one."""
        if rows.name != "person":
            return False
        values = rows.column("crn")
        looks = [pc.match_substring_regex(values, f"^(?:{each})$") for each in _PATTERNS]
        synthetic, real = looks
        fits = synthetic if self._label.synthetic else pc.and_(real, pc.invert(synthetic))
        return pc.all(fits).as_py() is False


_UNFOUND = ("orphan-key", "another-person", "synthetic-and-real")
_PATTERNS = (standard.SYNTHETIC_CRN, standard.REAL_CRN)


class _Watched:
    def __init__(self, watch: Watch, name: str, stream: Stream, stop: bool) -> None:
        self._watch = watch
        self._name = name
        self._stream = stream
        self._stop = stop

    def batches(self, *, sort: bool) -> Iterator[Rows]:
        self._watch.begin(self._name)
        for rows in self._stream.batches(sort=sort):
            self._watch.see(rows)
            if self._stop and self._watch.suspects:
                raise Stopped
            yield rows
        self._watch.end(self._name)


class _Wanted(NamedTuple):
    """A column whose values must be found elsewhere, as rows of the same person or of anybody."""

    name: str
    of_person: bool


class _Seen:
    """What of one table is needed when others have been seen: its keys, and what it refers to."""

    def __init__(self, table: standard.Table, readable: Collection[str]) -> None:
        self._table = table
        self._readable = readable
        self._keys: list[Numbers] = []
        self._owned: list[Numbers] = []
        self._spans: list[tuple[Numbers, npt.NDArray[np.int32], npt.NDArray[np.int32]]] = []
        self.wanted: dict[tuple[_Wanted, str], list[Numbers]] = {}

    def note(self, rows: Rows) -> None:
        table = self._table
        keys = rows.numbers(table.key)
        self._keys.append(keys)
        if table.name in _OWNED:
            self._owned.append(hashing.of_pair(keys, rows.numbers("crn")))
        for column in table:
            if column.references and column.references.split(".")[0] in self._readable:
                self._refers(rows, column, column.references.split(".")[0])
        if table.name == "words":
            self._subjects(rows)
        if table.alone:
            self._spans.append(_spans(rows, table.alone))

    def _refers(self, rows: Rows, column: standard.Column, target: str) -> None:
        values = rows.column(column.name)
        owned = target in _OWNED and self._table.is_of_case
        if pa.types.is_dictionary(values.type) and not owned:
            found = hashing.of_column(values.dictionary)
        else:
            found = rows.numbers(column.name)
            there = found != hashing.EMPTY
            if owned:
                found = hashing.of_pair(found, rows.numbers("crn"))
            found = found if there.all() else found[there]
        self._want(_Wanted(column.name, owned), target, found)

    def _subjects(self, rows: Rows) -> None:
        subjects = rows.column("subject")
        said = subjects.dictionary.to_pylist()
        codes = subjects.indices.fill_null(-1).to_numpy()
        for subject in set(SUBJECTS).intersection(said, self._readable):
            these = codes == said.index(subject)
            found = hashing.of_pair(rows.numbers("subject_id")[these], rows.numbers("crn")[these])
            self._want(_Wanted("subject_id", True), subject, found)

    def _want(self, column: _Wanted, target: str, found: Numbers) -> None:
        changes = np.flatnonzero(found[1:] != found[:-1])
        once = _once(np.append(found[changes], found[-1:]))
        self.wanted.setdefault((column, target), []).append(once)

    def end(self) -> Iterator[tuple[str, str]]:
        """The rules over the whole table that may be broken, with their columns."""
        keys = _sorted(self._keys)
        self._keys = [keys] if self._table.name in _ANYBODYS else []
        if (keys[1:] == keys[:-1]).any():
            yield "duplicate-key", self._table.key
        del keys
        self._owned = [_sorted(self._owned)] if self._owned else []
        if self._spans and _overlap(self._spans):
            yield "overlap", "opened_on"
        self._spans = []

    def holds(self, wanted: list[Numbers], *, of_person: bool) -> bool:
        """Whether every one is a key of this table, with its person if that is asked."""
        held = self._owned if of_person else self._keys
        asked = _once(np.concatenate(wanted))
        if not held or not len(held[0]):
            return not len(asked)
        at = np.minimum(np.searchsorted(held[0], asked), len(held[0]) - 1)
        return bool((held[0][at] == asked).all())


def _targets(*, owned: bool) -> frozenset[str]:
    """The tables that others refer to: whose row must be of the same person, or of anybody."""
    found = set(SUBJECTS) if owned else set()
    for table in standard.TABLES:
        for column in table:
            if column.references:
                target = column.references.split(".")[0]
                of_person = target != "person" and table.is_of_case and standard.table(target).is_of_case
                found |= {target} if of_person == owned else set()
    return frozenset(found)


_OWNED, _ANYBODYS = _targets(owned=True), _targets(owned=False)


def _sorted(parts: list[Numbers]) -> Numbers:
    """All of them, in order. The parts are let go as they are taken over: they may be 60 million."""
    together = np.empty(sum(len(each) for each in parts), np.uint64)
    end = len(together)
    while parts:
        part = parts.pop()
        together[end - len(part) : end] = part
        end -= len(part)
    together.sort()
    return together


def _once(numbers: Numbers) -> Numbers:
    """Each of them once, in order."""
    numbers = np.sort(numbers)
    first = np.append(True, numbers[1:] != numbers[:-1])[: len(numbers)]
    return np.extract(first, numbers)


def _is_free(column: standard.Column) -> bool:
    return column.kind == "text" and not (column.codes or column.references)


def _is_blank(values: Any) -> bool:
    """Whether a text may be nothing but spaces."""
    values = values.dictionary if pa.types.is_dictionary(values.type) else values
    starts, lengths, held = hashing.text_bytes(values)
    if not len(lengths):
        return False
    empty = lengths == 0
    if empty.any():
        return True
    led = np.flatnonzero(held[starts] == ord(" "))
    return (
        bool(len(led))
        and pc.any(pc.equal(pc.utf8_trim(values.take(pa.array(led)), " "), pa.scalar(""))).as_py()
    )


_DAYS = tuple((each - date(1970, 1, 1)).days for each in (EARLIEST, LATEST))


def _within(values: Any) -> bool:
    found: Any = pc.min_max(values.view(pa.int32())).as_py()
    return found["min"] is None or (_DAYS[0] <= found["min"] and found["max"] <= _DAYS[1])


def _latest(values: Any) -> int:
    found = pc.max(values.view(pa.int64())).as_py()
    return -(2**63) if found is None else found


def _microseconds(moment: datetime) -> int:
    return round((moment - datetime.fromtimestamp(0, UTC)).total_seconds()) * 1_000_000


def _written_before(rows: Rows, day: str) -> bool:
    """Whether a row may be older than the London day it tells of, which never begins later than the same day
    in UTC."""
    days = pc.multiply(rows.column(day).view(pa.int32()).cast(pa.int64()), 86_400_000_000)
    return bool(pc.any(pc.less(rows.column("recorded_at").view(pa.int64()), days)).as_py())


def _spans(
    rows: Rows, alone: tuple[str, ...]
) -> tuple[Numbers, npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    group = rows.numbers(alone[0])
    for name in alone[1:]:
        group = hashing.of_pair(group, rows.numbers(name))
    opened = rows.column("opened_on").view(pa.int32()).fill_null(0).to_numpy()
    closed = rows.column("closed_on").view(pa.int32()).fill_null(np.iinfo(np.int32).max).to_numpy()
    lasting = closed > opened
    return group[lasting], opened[lasting], closed[lasting]


def _overlap(parts: list[tuple[Numbers, npt.NDArray[np.int32], npt.NDArray[np.int32]]]) -> bool:
    """Whether a span begins before the one before it, of the same group, has ended. Where no two neighbours
    overlap, none do."""
    group, opened, closed = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = np.lexsort((opened, group))
    group, opened, closed = group[order], opened[order], closed[order]
    return bool(((group[1:] == group[:-1]) & (opened[1:] < closed[:-1])).any())
