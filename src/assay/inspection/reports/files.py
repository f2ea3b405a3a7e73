"""Tables as files: CSV and ODS, each saying in itself what it is, whose, and whether it is synthetic."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assay.inspection.reports.types import LICENCE, SYNTHETIC, Content

Value = str | int | float | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table to be written. ``notes`` go under the title in every form, the synthetic mark first."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()


def findings_sheet(content: Content) -> Sheet:
    """The findings of a report, one a row, every one with its unit, population, interval and basis."""
    columns = (
        "synthetic",
        "id",
        "finding",
        "numerator",
        "denominator",
        "unit",
        "population",
        "share",
        "weighted_share",
        "lower",
        "upper",
        "level",
        "method",
        "basis",
    )
    mark = "Synthetic" if content.synthetic else "no"
    rows = tuple(
        (
            mark,
            each.id,
            each.sentence,
            each.numerator,
            each.denominator,
            each.unit,
            each.population,
            _rounded(each.value),
            _rounded(each.weighted),
            _rounded(each.lower),
            _rounded(each.upper),
            each.level,
            each.method,
            each.basis,
        )
        for each in content.findings
    )
    notes = (*((SYNTHETIC,) if content.synthetic else ()), f"Version {content.version}.", LICENCE)
    return Sheet(title=content.title, columns=columns, rows=rows, notes=notes)


def csv_bytes(sheet: Sheet) -> bytes:
    """One heading row and the data, as other programs expect; the mark stands in a column of its own.

    A text that a spreadsheet would run as a formula is written behind an apostrophe.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(sheet.columns)
    writer.writerows([_harmless(value) for value in row] for row in sheet.rows)
    return out.getvalue().encode("utf-8-sig")


def ods_bytes(sheet: Sheet) -> bytes:
    """A spreadsheet with one sheet: title, notes, an empty line, then headings and data."""
    from odfdo import Cell, Document, Row, Table

    document = Document("spreadsheet")
    document.body.clear()
    table = Table("Data")
    lines: list[Sequence[Value]] = [(sheet.title,), *((note,) for note in sheet.notes), ()]
    for line in (*lines, sheet.columns, *sheet.rows):
        row = Row()
        for value in line:
            row.append_cell(Cell("" if value is None else value))
        table.append_row(row)
    document.body.append(table)
    document.meta.title = sheet.title
    document.meta.description = " ".join(sheet.notes)
    document.meta.language = "en-GB"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def json_bytes(data: Any) -> bytes:
    """Readable JSON in UTF-8, with its keys in the order they were given."""
    return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()


def _harmless(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
