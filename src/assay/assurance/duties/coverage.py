"""What an extract can show of each duty: all of it, part of it, or nothing; and what to ask for.

It goes by what a duty reads and what the extract holds. That a table or column is there says nothing of
whether every case is in it: what one case lacks is *unknown* in the night, case by case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assay.assurance.duties.catalogue import duties
from assay.assurance.duties.reads import Reads
from assay.assurance.duties.types import Duty
from assay.core.messages import Message, message
from assay.core.policy import CodeSet, Policy
from assay.records import standard
from assay.records.sources.filling import Filling


class Shown(StrEnum):
    """How much of a duty the extract can show."""

    ON = "on"
    PART = "part"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Something to ask for: a table, a column of it, or rows with certain codes. ``shuts_off`` where
    without it nothing at all can be said of the duty."""

    table: str
    column: str | None = None
    codes: tuple[str, ...] = ()
    why: Message
    shuts_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the extract can show of one duty."""

    duty: Duty
    shown: Shown
    asks: tuple[Ask, ...]


def coverage(
    extract: Mapping[str, Filling], *, reads: Mapping[str, Reads], policy: Policy, on: date
) -> tuple[Coverage, ...]:
    """Each duty that is not off, in the order of their codes, under the policy in force on a day."""
    return tuple(
        _of_duty(duty, extract, reads[duty.code], policy, on) for duty in duties() if duty.code in reads
    )


def _of_duty(duty: Duty, extract: Mapping[str, Filling], read: Reads, policy: Policy, on: date) -> Coverage:
    tables = _concerned(duty, read)
    asks = [each for table in tables for each in _of_table(duty, table, extract, read)]
    asks += [each for name in duty.codes for each in _of_codes(policy, name, on, tables, extract, read)]
    some = Shown.PART if asks else Shown.ON
    shown = Shown.OFF if any(each.shuts_off for each in asks) else some
    return Coverage(duty=duty, shown=shown, asks=tuple(asks))


def _concerned(duty: Duty, read: Reads) -> list[str]:
    """The tables of its evidence, of what raises it and of its clauses, those of its evidence first."""
    worded = [clause.table for clause in duty.clauses.values()]
    wanted = [*duty.tables, *sorted(read.raised_by), *sorted(worded)]
    return [each for each in dict.fromkeys(wanted) if each in standard.BY_NAME]


def _of_table(duty: Duty, table: str, extract: Mapping[str, Filling], read: Reads) -> Iterator[Ask]:
    held = extract.get(table)
    if held is None or not held.rows:
        yield Ask(
            table=table,
            why=_why_table(duty, table, there=held is not None, raising=table in read.raised_by),
            shuts_off=table in duty.tables or not _any_raise(extract, read),
        )
        return
    for name in sorted(read.columns.get(table, ())):
        column = standard.table(table).column(name)
        if not held.filled.get(name):
            yield Ask(
                table=table,
                column=name,
                why=_why_column(there=name in held.filled),
                shuts_off=column.required and table in duty.tables,
            )


def _any_raise(extract: Mapping[str, Filling], read: Reads) -> bool:
    """Whether there is any row of any table whose rows raise the duty."""
    return any(extract[each].rows for each in read.raised_by if each in extract)


def _why_table(duty: Duty, table: str, *, there: bool, raising: bool) -> Message:
    if table in duty.tables:
        return (
            message("The table has no row, and what would meet the duty is in it.")
            if there
            else message("The table is not there or cannot be read, and what would meet the duty is in it.")
        )
    if raising:
        return (
            message("The table has no row, and its rows raise the duty.")
            if there
            else message("The table is not there or cannot be read, and its rows raise the duty.")
        )
    return (
        message("The table has no row, so clauses from it never hold.")
        if there
        else message("The table is not there or cannot be read, so clauses from it never hold.")
    )


def _why_column(*, there: bool) -> Message:
    if there:
        return message("The column is empty in every row.")
    return message("The column is not there.")


def _of_codes(
    policy: Policy, name: str, on: date, tables: list[str], extract: Mapping[str, Filling], read: Reads
) -> Iterator[Ask]:
    """A code set of which no code occurs, in columns that are filled."""
    rule = next((each for each in policy.code_sets[name] if each.covers(on)), None)
    places = [] if rule is None else list(_places(rule, tables, extract, read))
    if rule is None or not places:
        return
    if not any(extract[table].codes[column] & set(rule.codes) for table, column in places):
        table, column = places[0]
        yield Ask(
            table=table,
            column=column,
            codes=rule.codes,
            why=message(
                "None of the codes of {name} occurs. Perhaps it never happened, perhaps such rows were left "
                "out, perhaps the region uses other codes.",
                name=name,
            ),
        )


def _places(
    rule: CodeSet, tables: list[str], extract: Mapping[str, Filling], read: Reads
) -> Iterator[tuple[str, str]]:
    for table in tables:
        for column in standard.table(table):
            if (
                column.codes == rule.code_list
                and column.name in read.columns.get(table, ())
                and table in extract
                and extract[table].filled.get(column.name)
            ):
                yield table, column.name
