"""The slow twin's case: the rows of one person, asked about one day at a time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from assay.core.dates import FIRST_DAY, is_working_day, london_day
from assay.core.policy import Policy, Window
from assay.core.spans import FOREVER, Span, merge

Row = Mapping[str, Any]
ONE = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A row: a span, or an event if ``end`` is not asked for."""

    row_id: str
    start: date
    known: date
    end: date = FOREVER
    row: Row = field(default_factory=dict)

    def holds(self, day: date) -> bool:
        return self.start <= day < self.end


@dataclass(frozen=True, kw_only=True)
class Trigger:
    on: date
    known: date
    since: date
    table: str
    row_id: str
    clause: str
    window: str | None
    unsure: str | None = None


@dataclass(frozen=True, kw_only=True)
class Excuse:
    on: date
    known: date
    row_id: str
    clause: str
    first: date
    last: date
    anchor: str | None = None
    window: str | None = None


@dataclass(kw_only=True)
class Obligation:
    """One occurrence of a duty, and the days it was unmet on each clock."""

    duty: str
    case: str
    name: str
    table: str
    anchor: str
    on: date
    known: date
    due: date | None
    window: Window | None
    life_end: date
    required: bool = True
    unsure: str | None = None
    met: date | None = None
    met_known: date | None = None
    excuse: date | None = None
    excuse_known: date | None = None
    excused_by: str | None = None
    days: dict[str, list[date]] = field(default_factory=lambda: {"date": [], "recorded": []})
    state: str = ""
    by: str | None = None
    because: str | None = None


class Case:
    """One case's rows, as at the day."""

    def __init__(self, name: str, tables: Mapping[str, Sequence[Row]], policy: Policy, as_at: date) -> None:
        self.name, self.tables, self.policy, self.as_at = name, tables, policy, as_at
        # What is known of everybody: for duties that ask about more than this case.
        self.extract: Mapping[str, Sequence[Row]] = tables
        self.everybody: Sequence[Case] = (self,)
        died = [row["died_on"] for row in tables["person"] if row["died_on"] and row["died_on"] <= as_at]
        self.sentences = [
            replace(each, end=min([each.end, *died]))
            for each in self.spans("sentence", "sentence_id", "started_on", "ended_on")
        ]
        self.sentences = [each for each in self.sentences if each.start < each.end]
        self.died = min(died) if died else None
        self.life = merge(Span(each.start, each.end) for each in self.sentences)
        kinds = self.codes("supervised_sentences")
        self.supervised_rows = [each for each in self.sentences if each.row["type"] in kinds]
        self.supervised = merge(self._counting())
        self.absences = self.spans("absence", "absence_id")
        self.pauses = [each for each in self.absences if each.row["kind"] in self.codes("pauses")]
        self.registers = self.spans("registration", "registration_id")
        self.rosh = self.spans("rosh", "rosh_id")
        self.addresses = self.spans("address", "address_id")
        self.circle = self.spans("circle", "circle_id")
        self.children = [each for each in self.circle if each.row["role"] == "child"]
        self.contacts = self.events("contact", "contact_id", "happened_on")
        self.assessments = self.events("assessment", "assessment_id", "completed_on")
        self.enquiries = self.events("enquiry", "enquiry_id", "asked_on")

    def _counting(self) -> list[Span]:
        """The days of each sentence on which its kind counted as supervision, as the policy then stood."""
        known = self.policy.code_sets["supervised_sentences"]
        return [
            Span(
                each.start if place == 0 else max(each.start, version.in_force_from),
                min(each.end, version.in_force_to or FOREVER),
            )
            for each in self.sentences
            for place, version in enumerate(known)
            if each.row["type"] in version.codes
        ]

    def codes(self, name: str) -> frozenset[str]:
        return self.policy.codes(name, on=self.as_at)

    def length(self, name: str) -> int:
        return self.policy.window(name, on=self.as_at).length

    def number(self, name: str) -> int:
        return self.policy.window(name, on=self.as_at).value

    def spans(
        self, table: str, key: str, opened: str = "opened_on", closed: str = "closed_on"
    ) -> list[Thing]:
        found = []
        for row in self.tables[table]:
            start, end = row[opened], row[closed]
            if start is None or start > self.as_at:
                continue
            if end is None or end > self.as_at:
                end = FOREVER
            known = max(london_day(row["recorded_at"]), start)
            found.append(Thing(row_id=row[key], start=start, end=end, known=known, row=row))
        return found

    def events(self, table: str, key: str, on: str) -> list[Thing]:
        return [
            Thing(row_id=row[key], start=row[on], known=max(london_day(row["recorded_at"]), row[on]), row=row)
            for row in self.tables[table]
            if row[on] is not None and row[on] <= self.as_at
        ]

    def registered(self, codes: str) -> list[Thing]:
        return [each for each in self.registers if each.row["type"] in self.codes(codes)]

    def of_types(self, codes: str) -> list[Thing]:
        return [each for each in self.contacts if each.row["type"] in self.codes(codes)]

    @property
    def high(self) -> list[Thing]:
        return [each for each in self.rosh if each.row["level"] in self.codes("high_risk_levels")]

    @property
    def suspended(self) -> list[Thing]:
        """Suspensions that count: decided, or within the first eight weeks of supervision."""
        weeks = timedelta(days=self.length("adjusted_expectations"))
        counting = []
        for each in self.spans("suspension", "suspension_id"):
            begun = [span.opened_on for span in self.supervised if span.contains(each.start)]
            early = bool(begun) and each.start <= begun[0] + weeks
            if early or each.row["decided_by"] is not None:
                counting.append(each)
        return counting

    def is_supervised(self, day: date) -> bool:
        return any(span.contains(day) for span in self.supervised)

    def span_of(self, day: date, spans: Iterable[Span]) -> Span | None:
        return next((span for span in spans if span.contains(day)), None)

    def later(self, rows: Iterable[Thing], spans: Iterable[Span]) -> list[Thing]:
        """Rows that began within a span, after it did."""
        spans = list(spans)
        return [r for r in rows if (s := self.span_of(r.start, spans)) and r.start > s.opened_on]

    def re_releases(self) -> list[Thing]:
        began = {each.row_id: each.start for each in self.sentences}
        found = self.events("release", "release_id", "released_on")
        return [r for r in found if r.row["sentence_id"] in began and r.start > began[r.row["sentence_id"]]]

    def is_paused(self, day: date) -> bool:
        return any(each.holds(day) for each in self.pauses)

    def last_day(self, start: date, length: int, working: bool, *, pausing: bool = True) -> date | None:
        """Walks on from the start until the window has run out; None if it never does."""
        day = start
        while length:
            day += ONE
            if pausing and self.is_paused(day):
                if any(each.holds(day) and each.end == FOREVER for each in self.pauses):
                    return None
                continue
            length -= works(day) if working else 1
        return day

    def holder(self, day: date) -> tuple[date | None, Row | None]:
        """Which allocation the case was under: the latest begun, if it had not ended."""
        rows = sorted(self.spans("allocation", "allocation_id"), key=lambda each: (each.start, each.row_id))
        begun = [each for each in rows if each.start <= day]
        if not begun:
            return None, None
        held = begun[-1]
        return (held.start, held.row) if held.holds(day) else (held.end, None)

    def is_heightened(self, day: date) -> bool:
        partner = any(each.row["role"] == "partner" and each.holds(day) for each in self.circle)
        abuse = any(each.holds(day) for each in self.registered("current_abuse_registers"))
        return (
            any(each.holds(day) for each in self.high)
            or any(each.holds(day) for each in self.registered("child_protection_registers"))
            or any(each.row["household"] and each.holds(day) for each in self.children)
            or (abuse and partner)
        )


def works(day: date) -> bool:
    return is_working_day(day) if day >= FIRST_DAY else day.weekday() < 5
