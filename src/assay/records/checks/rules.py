"""The rules of a fit extract, as conditions a row breaks, with the sentences that go with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pyarrow as pa

from assay.core.dates import LONDON
from assay.core.messages import Message, message
from assay.records import codes, standard
from assay.records.sources import Label

EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)

# Tables whose rows may tell of what is still to come, so that being written first says nothing.
PLANNED = (
    "sentence", "requirement", "licence_condition", "allocation", "contact", "absence", "suspension",
    "handover",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class RowRule:
    """A row is wrong where ``broken`` (SQL over the row) holds. ``shown`` is false where the value might be
    personal, and then it is kept out of the report."""

    rule: str
    column: str
    broken: str
    message: Message
    remedy: Message
    shown: bool = True


def row_rules(table: standard.Table, label: Label) -> Iterator[RowRule]:
    """Every rule that can be told from one row alone."""
    for column in table:
        yield from _of_column(column)
    if "crn" in table.names:
        yield _crn_pattern(synthetic=label.synthetic)
    for column in table:
        if column.kind == "instant":
            yield _known_by_then(column, label.as_at)


def _of_column(column: standard.Column) -> Iterator[RowRule]:
    name, quoted = column.name, f'"{column.name}"'
    if column.required:
        # What must be a code or a reference is caught by those rules; looking for blanks there costs as much
        # again as everything else.
        free = column.kind == "text" and not (column.codes or column.references)
        blank = f" OR trim({quoted}) = ''" if free else ""
        yield RowRule(
            rule="required",
            column=name,
            broken=f"({quoted} IS NULL{blank})",
            message=message("{column} is empty and must not be.", column=name),
            remedy=message("Fill it in at the source, or leave the row out if it should not be there."),
        )
    if column.codes:
        yield RowRule(
            rule="unknown-code",
            column=name,
            broken=f"({quoted} IS NOT NULL AND {quoted} NOT IN {_known(column.codes)})",
            message=message(
                "{column} has a code that the list {codes} lacks.", column=name, codes=column.codes
            ),
            remedy=message("Correct the code, or add it to the list with its source and confidence."),
        )
    if column.after:
        yield RowRule(
            rule="order",
            column=name,
            broken=f'({quoted} < "{column.after}")',
            message=message("{column} is earlier than {before}.", column=name, before=column.after),
            remedy=message("Correct one of the two days at the source."),
        )
    if column.kind == "date":
        yield RowRule(
            rule="date-range",
            column=name,
            broken=f"({quoted} NOT BETWEEN DATE '{EARLIEST}' AND DATE '{LATEST}')",
            message=message("{column} lies outside 1900 to 2199.", column=name),
            remedy=message("Correct the day at the source; leave it empty where it is not known."),
        )


def _known(name: str) -> str:
    """The codes as a subquery over the table ``codes``: a long list spelt out is compared one by one."""
    return f"(SELECT code FROM codes WHERE list = '{name}')"  # noqa: S608


def known(name: str) -> frozenset[str]:
    """Every code of a list, with the aliases that are brought to one."""
    return frozenset((*codes.code_list(name).codes, *codes.ALIASES.get(name, ())))


def known_codes() -> pa.Table:
    """Every code of every list, with the aliases that are brought to one: what ``codes`` must hold."""
    names = sorted({each.codes for table in standard.TABLES for each in table if each.codes})
    held = [(name, code) for name in names for code in sorted(known(name))]
    return pa.table({"list": [name for name, _ in held], "code": [code for _, code in held]})


def _crn_pattern(*, synthetic: bool) -> RowRule:
    if synthetic:
        return RowRule(
            rule="synthetic-and-real",
            column="crn",
            broken=f"(NOT regexp_full_match(crn, '{standard.SYNTHETIC_CRN}'))",
            message=message("The extract says it is synthetic, and this reference is not a synthetic one."),
            remedy=message(
                "Check where the extract came from. Synthetic references are X9 and five or seven digits."
            ),
        )
    return RowRule(
        rule="synthetic-and-real",
        column="crn",
        broken=f"(regexp_full_match(crn, '{standard.SYNTHETIC_CRN}') "
        f"OR NOT regexp_full_match(crn, '{standard.REAL_CRN}'))",
        message=message("The extract says it is real, and this reference is synthetic or none at all."),
        remedy=message("Check where the extract came from. References are a letter and six digits."),
    )


def _known_by_then(column: standard.Column, as_at: date) -> RowRule:
    return RowRule(
        rule="after-extract",
        column=column.name,
        broken=f"(\"{column.name}\" >= TIMESTAMPTZ '{end_of(as_at).isoformat()}')",
        message=message("{column} is later than the day the extract speaks for.", column=column.name),
        remedy=message("Correct as_at in extract.yaml, or the row."),
    )


def end_of(day: date) -> datetime:
    """The first instant of the London day after; comparing instants is far cheaper than turning each into
    its day."""
    return datetime.combine(day + timedelta(days=1), time.min, LONDON)


def early_rules(table: standard.Table) -> Iterator[RowRule]:
    """Warnings: a row written before the day it tells of, in tables that tell of what has happened."""
    day = warned_day(table)
    if day is None:
        return
    yield RowRule(
        rule="written-before",
        column=day,
        broken=f"(timezone('Europe/London', recorded_at)::DATE < \"{day}\")",
        message=message("The row was written before {column}.", column=day),
        remedy=message("Look whether the day is mistyped. The extract can be loaded as it is."),
    )


def warned_day(table: standard.Table) -> str | None:
    """The day a row of the table tells of, before which it should not have been written; None for tables
    that tell of what is still to come, or of no day."""
    days = [each.name for each in table if each.kind == "date" and each.required]
    if table.name in (*PLANNED, "person") or "recorded_at" not in table.names or not days:
        return None
    return days[0]
