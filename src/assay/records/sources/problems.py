"""The problems of reading, each with the sentence that says what to do."""

from __future__ import annotations

from assay.core.errors import Problem
from assay.core.messages import Message, message

SHOWN = 20


def empty_file(file: str) -> Problem:
    return Problem(
        file=file,
        rule="empty-file",
        message=message("The file has no content."),
        remedy=message("Write the file again from the source; a table without rows still has its headings."),
    )


def unreadable(file: str, reason: str) -> Problem:
    return Problem(
        file=file,
        rule="unreadable",
        message=message("The file cannot be read to its end; it may be cut short or damaged."),
        remedy=message("Copy or write the file again, and compare its size with the original."),
        value=reason[:200],
    )


def encoding(file: str, row: int | None) -> Problem:
    return Problem(
        file=file,
        rule="encoding",
        row=row,
        message=message("The file is not in UTF-8."),
        remedy=message("Write it again in UTF-8. Windows-1252 is the usual cause."),
    )


def missing_column(file: str, column: str) -> Problem:
    return Problem(
        file=file,
        rule="missing-column",
        column=column,
        message=message("The column {column} is missing.", column=column),
        remedy=message("Add the column; leave its values empty where they are not known and may be."),
    )


def unknown_column(file: str, column: str) -> Problem:
    return Problem(
        file=file,
        rule="unknown-column",
        column=column,
        message=message("The standard has no column {column} in this table.", column=column),
        remedy=message("Correct its name or leave it out."),
    )


def repeated_column(file: str, column: str) -> Problem:
    return Problem(
        file=file,
        rule="repeated-column",
        column=column,
        message=message("The column {column} is there more than once.", column=column),
        remedy=message("Keep one of them."),
    )


def missing_table(table: str) -> Problem:
    return Problem(
        file=table,
        rule="missing-table",
        message=message("There is no {table}.csv or {table}.parquet.", table=table),
        remedy=message("Add the file; a table without rows still has its headings."),
    )


def unknown_file(file: str) -> Problem:
    return Problem(
        file=file,
        rule="unknown-file",
        message=message("The standard has no table of this name."),
        remedy=message("Correct the file's name or take it out of the folder."),
    )


def two_files(table: str) -> Problem:
    return Problem(
        file=table,
        rule="two-files",
        message=message("There are both {table}.csv and {table}.parquet.", table=table),
        remedy=message("Keep one of them."),
    )


def ragged_row(file: str, row: int | None, expected: int, found: int) -> Problem:
    return Problem(
        file=file,
        rule="row-length",
        row=row,
        message=message(
            "The row has {found} values where the heading has {expected}.", found=found, expected=expected
        ),
        remedy=message("Quote values that hold a comma or a line break."),
    )


_FORMS: dict[str, Message] = {
    "date": message("Write days as 2026-03-05."),
    "instant": message("Write instants as 2026-03-05T14:30:00Z, with their time zone."),
    "integer": message("Write whole numbers with digits alone."),
    "number": message("Write numbers with digits and a full stop."),
    "yes_no": message("Write yes or no."),
    "time": message("Write times of day as 14:30."),
    "text": message("Write this column as text."),
}


def wrong_type(file: str, column: str, kind: str, *, row: int | None, value: str | None) -> Problem:
    """``value`` is shown only for kinds that cannot hold a name or a note."""
    return Problem(
        file=file,
        rule="wrong-type",
        column=column,
        row=row,
        value=value,
        message=message(
            "{column} is not of the kind the standard gives it: {kind}.", column=column, kind=kind
        ),
        remedy=_FORMS[kind],
    )


def more_rows(first: Problem, *, shown: int, count: int) -> Problem:
    """Stands after the examples of one rule: how many rows there are in all."""
    return Problem(
        file=first.file,
        rule=first.rule,
        column=first.column,
        message=message("{count} rows in all; the first {shown} are listed.", count=count, shown=shown),
        remedy=first.remedy,
    )
