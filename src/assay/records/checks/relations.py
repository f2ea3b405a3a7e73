"""The rules that need more than one row: keys, references, whose row it is, and overlap in time.

Each gives SQL for the rows that break it, with ``row`` (counted from 1) and ``value``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from assay.core.messages import Message, message
from assay.records import standard

SUBJECTS = ("contact", "assessment", "plan_row", "enquiry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """``sql`` selects ``row`` and ``value`` of every row that breaks the rule."""

    rule: str
    column: str
    sql: str
    message: Message
    remedy: Message


def relations(table: standard.Table, readable: Collection[str]) -> Iterator[Relation]:
    """The rules of one table, leaving out those that lean on a table that could not be read."""
    yield _duplicate(table)
    for column in table:
        if column.references:
            target, key = column.references.split(".")
            if target in readable:
                yield _orphan(table, column, target, key)
                if target != "person" and table.is_of_case and standard.table(target).is_of_case:
                    yield _anothers(table, column, target, key)
    if table.alone:
        yield _overlap(table)
    if table.name == "words":
        yield from _subjects(readable)


def _duplicate(table: standard.Table) -> Relation:
    return Relation(
        rule="duplicate-key",
        column=table.key,
        sql=f"""
            SELECT row, "{table.key}" AS value FROM {table.name}
            WHERE "{table.key}" IN (
                SELECT "{table.key}" FROM {table.name} GROUP BY "{table.key}" HAVING count(*) > 1
            )
            QUALIFY row_number() OVER (PARTITION BY "{table.key}" ORDER BY row) > 1
        """,  # noqa: S608
        message=message("{column} names more than one row.", column=table.key),
        remedy=message("Keep the right one of the rows; the first is not listed."),
    )


def _orphan(table: standard.Table, column: standard.Column, target: str, key: str) -> Relation:
    return Relation(
        rule="orphan-key",
        column=column.name,
        sql=f"""
            SELECT row, "{column.name}" AS value FROM {table.name}
            WHERE "{column.name}" IS NOT NULL
            AND NOT EXISTS (FROM {target} AS held WHERE held."{key}" = {table.name}."{column.name}")
        """,  # noqa: S608
        message=message(
            "{column} points to a row that {target} does not have.", column=column.name, target=target
        ),
        remedy=message("Add the row it points to, correct the value, or leave this row out."),
    )


def _anothers(table: standard.Table, column: standard.Column, target: str, key: str) -> Relation:
    return Relation(
        rule="another-person",
        column=column.name,
        sql=f"""
            SELECT {table.name}.row, {table.name}."{column.name}" AS value FROM {table.name}
            JOIN {target} AS held ON held."{key}" = {table.name}."{column.name}"
            WHERE held.crn <> {table.name}.crn
        """,  # noqa: S608
        message=message("{column} points to a row of another person.", column=column.name),
        remedy=message("Correct the reference or the person of this row."),
    )


def _overlap(table: standard.Table) -> Relation:
    group = ", ".join(f'"{each}"' for each in table.alone)
    return Relation(
        rule="overlap",
        column="opened_on",
        sql=f"""
            SELECT row, opened_on::VARCHAR AS value FROM {table.name}
            WHERE closed_on IS NULL OR closed_on > opened_on
            QUALIFY opened_on < max(coalesce(closed_on, DATE '9999-12-31')) OVER (
                PARTITION BY {group} ORDER BY opened_on, row ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            )
        """,  # noqa: S608
        message=message(
            "The row begins before the one before it, of the same {group}, has ended.",
            group=", ".join(table.alone),
        ),
        remedy=message("End the earlier row on the day this one begins: only one can be true on a day."),
    )


def _subjects(readable: Collection[str]) -> Iterator[Relation]:
    for subject in SUBJECTS:
        if subject in readable:
            key = standard.table(subject).key
            yield Relation(
                rule="orphan-key",
                column="subject_id",
                sql=f"""
                    SELECT row, subject_id AS value FROM words WHERE subject = '{subject}' AND NOT EXISTS (
                        FROM {subject} AS held WHERE held."{key}" = words.subject_id AND held.crn = words.crn
                    )
                """,  # noqa: S608
                message=message("subject_id points to no {target} of this person.", target=subject),
                remedy=message("Add the row the words belong to, or correct the reference."),
            )
