"""Asking the records: what is asked for becomes statements, each table made once, and the engine runs them.

Nothing is read here. What the statements take from one night to the next (the as-at day, what was merged, the
units) are :mod:`.inputs`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, cached_property
from typing import Any, Self

import ibis

from assay.assurance.duties import dialects, inputs
from assay.assurance.duties.dialects import DUCKDB, Dialect
from assay.assurance.duties.inputs import FOREVER
from assay.assurance.duties.scripts import Step
from assay.assurance.duties.verbs import Table, day_number, union
from assay.core.policy import Policy
from assay.records import standard
from assay.records.standard import arrow_schema

AHEAD = "ahead"  # the shared table of days that have not come, by case


@ibis.udf.scalar.builtin(name="getvariable")  # type: ignore[untyped-decorator] # ibis ships no types
def variable(named: str) -> int:  # type: ignore[empty-body]
    """A number that the engine sets before the statements run, and takes for a constant."""


class Asking:
    """One snapshot, as at one day, under the policy in force on a day: the ``tables`` and the ``steps``
    that fill them so far, in order, in an engine's ``dialect``, and the tables of which it matters whether
    the extract ``brought`` any row."""

    def __init__(
        self, policy: Policy, *, on: date, dialect: Dialect = DUCKDB, prefix: str = "duties_"
    ) -> None:
        self.policy = policy
        self.on = on
        self.dialect = dialect
        self.tables: dict[str, str] = {}
        self.steps: list[Step] = []
        self.brought: set[str] = set()
        self.duty = ""
        self._noted: list[Table] = []
        self._prefix = prefix
        self._kept: dict[str, Table] = {}
        self._shared: dict[str, Table] = {}

    @cached_property
    def as_at(self) -> Table:
        """The as-at day's number."""
        return variable(inputs.AS_AT)

    def keep(self, expression: Table) -> Table:
        """The expression as a table of its own, so that it is worked out once."""
        schema = _plain(expression)
        content = self._said(expression, schema)
        if content not in self._kept:
            name = f"{self._prefix}{len(self._kept) + 1}"
            self._open(name, schema)
            self.steps.append(Step(duty=self.duty, sql=content, into=name))
            self._kept[content] = ibis.table(schema, name=name)
        return self._kept[content]

    @cached_property
    def everybody(self) -> Self:
        """The records of all cases at once. What is kept there is worked out first, before the cases are
        taken range by range, and stays; so it must be small: only what one case says of another."""
        return type(self)(self.policy, on=self.on, dialect=self.dialect, prefix="duties_whole_")

    def shared(self, name: str) -> Table:
        """A table that all duties share, as it is once all of them have put their rows."""
        return self._shared[name]

    def share(self, name: str, schema: Mapping[str, str]) -> None:
        """Opens a table that all duties share."""
        columns = ibis.schema(dict(schema))
        self._open(f"duties_all_{name}", columns)
        self._shared[name] = ibis.table(columns, name=f"duties_all_{name}")

    def put(self, name: str, rows: Table) -> None:
        """Adds rows to a table that all duties share."""
        table = self._shared[name]
        content = self._said(rows.select(*table.columns), table.schema())
        self.steps.append(Step(duty=self.duty, sql=content, into=f"duties_all_{name}"))

    def give(
        self, expression: Table, *, name: str, order: Sequence[str], without: Sequence[str] = ()
    ) -> None:
        """The rows of the expression, in this order, are the night's table of that name; columns that only
        order them are left out, once they have."""
        schema = _plain(expression)
        content = self._said(expression, schema)
        shown = tuple(column for column in schema.names if column not in without)
        if self.dialect is DUCKDB:
            content = dialects.ordered(f"({content})", shown=shown, order=order)
        self.steps.append(Step(duty=self.duty, sql=content, gives=name, shown=shown, order=tuple(order)))

    def _said(self, expression: Table, schema: Any) -> str:
        return dialects.cast(dialects.say(expression, self.dialect), schema, self.dialect)

    def _open(self, name: str, schema: Any) -> None:
        """Tables are told in DuckDB's words, which reads those of any engine."""
        kinds = ((DUCKDB.columns([column]), kind) for column, kind in schema.items())
        self.tables[name] = ", ".join(f"{column} {DUCKDB.types[str(kind)]}" for column, kind in kinds)

    def codes(self, name: str) -> frozenset[str]:
        """The policy's code set in force on the as-at day."""
        return self.policy.codes(name, on=self.on)

    def number(self, name: str) -> int:
        """The policy's threshold in force on the as-at day."""
        return self.policy.window(name, on=self.on).value

    def length(self, name: str) -> int:
        """The days, or working days, of the policy's window in force on the as-at day."""
        return self.policy.window(name, on=self.on).length

    def note(self, rows: Table, *days: Table) -> None:
        """Says that what becomes of these rows turns on whether each of the days has come, so that the case
        is looked at again on the first of them. Every comparison with the as-at day needs it, but for days
        that stand in the records: those are noted for all (:mod:`.passing`)."""
        for day in days if AHEAD in self._shared else ():
            noted = rows.select("case_id", on=day)
            self._noted.append(noted.filter(noted.on > self.as_at, noted.on < FOREVER))

    def put_noted(self) -> None:
        """Puts what was noted so far among the days that lie ahead, in one statement."""
        self.put(AHEAD, union(*self._noted))
        self._noted.clear()

    def come(self, rows: Table, on: str = "on") -> Table:
        """The rows whose day is not after the as-at day."""
        if AHEAD in self._shared:
            rows = self.keep(rows)
            self.note(rows, rows[on])
        return rows.filter(rows[on] <= self.as_at)

    def source(self, table: str) -> Table:
        """A table of the snapshot with the number of the case, ``case_id``, in place of ``crn``."""
        return table_of(table).join(given("case").drop("became"), "crn").drop("crn")

    @property
    def cases(self) -> Table:
        """The CRN, ``crn``, of each case."""
        known = given("case")
        return known.select("case_id", crn=known.became).distinct()

    def events(self, table: str, key: str, on: str) -> Table:
        """Rows that happened on a day up to the as-at day, with all their other columns."""
        rows = self.source(table)
        happened = day_number(rows[on])
        rows = rows.mutate(on=happened, row_id=rows[key], known=known_from(rows.recorded_at, happened))
        return rows.filter(rows.on.notnull(), rows.on <= self.as_at)

    def spans(self, table: str, key: str, *, opened: str = "opened_on", closed: str = "closed_on") -> Table:
        """Rows that opened up to the as-at day, with all their other columns."""
        rows = self.source(table)
        first = day_number(rows[opened])
        last = day_number(rows[closed])
        ends = (last.isnull() | (last > self.as_at)).ifelse(FOREVER, last)
        rows = rows.mutate(
            opened=first, closed=ends, row_id=rows[key], known=known_from(rows.recorded_at, first)
        )
        return rows.filter(rows.opened.notnull(), rows.opened <= self.as_at)

    def dated(self, table: str, on: str, *columns: str, ahead: tuple[str, ...] = ()) -> Table:
        """Events of a table, on the day of its column ``on``, with these columns besides. Days are day
        numbers, and instants the numbers of their London days; those after the as-at day are NULL, but for
        columns that look ``ahead``. Instants come as seconds besides, as ``<column>_second``."""
        rows = self.source(table)
        day = day_of(rows, on)
        rows = rows.mutate(
            on=day, row_id=rows[standard.table(table).key], known=known_from(rows.recorded_at, day)
        )
        rows = rows.filter(rows.on.notnull(), rows.on <= self.as_at)
        return self.keep(self._with_days(rows, "case_id", "row_id", "on", "known", columns, ahead))

    def lasting(self, table: str, *columns: str, ahead: tuple[str, ...] = ()) -> Table:
        """Spans of a table with these columns besides; days as in :meth:`dated`."""
        rows = self.spans(table, standard.table(table).key)
        columns_first = ("case_id", "row_id", "opened", "closed", "known")
        return self.keep(self._with_days(rows, *columns_first, columns, ahead))

    def foreseen(self, table: str, on: str, *columns: str) -> Table:
        """Rows of a table written by the as-at day, on the day of its column ``on``, which may lie ahead,
        with these columns of text besides."""
        rows = self.source(table)
        known = day_number(london_day(rows.recorded_at))
        rows = rows.mutate(on=day_of(rows, on), row_id=rows[standard.table(table).key], known=known)
        rows = rows.filter(rows.on.notnull(), rows.known <= self.as_at)
        return self.keep(rows.select("case_id", "row_id", "on", "known", *columns))

    def _with_days(self, rows: Table, *named: Any) -> Table:
        *first, columns, ahead = named
        made = {}
        for name in columns:
            kind = rows[name].type()
            if kind.is_date() or kind.is_timestamp():
                day = day_of(rows, name)
                made[name] = day if name in ahead else (day <= self.as_at).ifelse(day, ibis.null("int64"))
            else:
                made[name] = rows[name]
            if kind.is_timestamp():
                made[f"{name}_second"] = rows[name].epoch_seconds().cast("int64")
        return rows.select(*first, **made)

    @cached_property
    def records_from(self) -> Table:
        """The first day the records speak for. What was raised before it may have been met out of sight."""
        return variable(inputs.RECORDS_FROM)

    def has_rows(self, table: str) -> Table:
        """Whether the extract brought any row of the table."""
        self.brought.add(table)
        return variable(inputs.brought(table)) > 0

    @property
    def windows(self) -> Table:
        """Every version of every window, by the days it is in force."""
        return given("window")

    @property
    def calendar(self) -> Table:
        """Every day with ``worked``, the working days up to it."""
        return given("calendar")

    @property
    def workdays(self) -> Table:
        """Each number of working days, ``worked``, with the ``first_day`` by which there were so many."""
        return given("workday")

    @property
    def duties(self) -> Table:
        """Each duty's ``number``, ``code``, ``definition`` (code and version), ``severity``, ``severe``, and
        ``absent``: the reason, where the extract brought none of its evidence at all."""
        return given("duty")


def _plain(expression: Table) -> Any:
    """The expression's schema; whole numbers of any width are one kind, whatever the database makes of a
    sum."""
    kinds = expression.schema().items()
    return ibis.schema({name: "int64" if kind.is_integer() else str(kind) for name, kind in kinds})


@cache
def table_of(name: str) -> Table:
    """A table of the snapshot, as the standard says it is."""
    return ibis.table(ibis.Schema.from_pyarrow(arrow_schema(name)), name=name, database="r")


@cache
def given(name: str) -> Table:
    """A table the engine brings along."""
    return ibis.table(ibis.Schema.from_pyarrow(inputs.SCHEMAS[name]), name=f"duties_{name}")


def day_of(rows: Table, column: str) -> Table:
    """The number of a column's day; of an instant's London day."""
    value = rows[column]
    return day_number(value if value.type().is_date() else london_day(value))


def known_from(recorded: Table, day: Table) -> Table:
    return ibis.greatest(day_number(london_day(recorded)), day)


def london_day(instant: Table) -> Table:
    """The London day of a UTC instant. Only the hour before midnight can differ, and only in summer time:
    from the last Sunday of March to the last Sunday of October."""
    naive = instant.cast("timestamp('UTC')").cast("timestamp") if _has_zone(instant) else instant
    sunday = naive.day() - (naive.day_of_week.index() + 1) % 7
    past_change = sunday >= 25
    summer = (
        naive.month().between(4, 9)
        | ((naive.month() == 3) & past_change)
        | ((naive.month() == 10) & ~past_change)
    )
    # One condition inside the other: engines work the inner out only where the outer holds.
    day = naive.date()
    return (naive.hour() == 23).ifelse(summer.ifelse(day + ibis.interval(days=1), day).cast("date"), day)


def _has_zone(instant: Table) -> bool:
    return instant.type().timezone is not None
