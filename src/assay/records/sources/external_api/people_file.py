"""The list of people to ask about. The service lists nobody: it answers about a person it is asked for."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from assay.core.errors import Problem, Unfit
from assay.core.messages import Message, message
from assay.records import standard
from assay.records.sources import problems


def read_people(path: Path) -> tuple[str, ...]:
    """Each once, in order: a column ``crn``, or one number on each line. ``Unfit`` names the row that is no
    case reference number."""
    if not path.is_file():
        raise _unfit(path, None, None, message("There is no such file."))
    try:
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    except UnicodeDecodeError:
        raise Unfit([problems.encoding(path.name, None)]) from None
    heading = [each.strip().casefold() for each in rows[0]] if rows else []
    at, body = (heading.index("crn"), rows[1:]) if "crn" in heading else (0, rows)
    found: dict[str, None] = {}
    for row, values in enumerate(body, start=1):
        said = values[at].strip().upper() if at < len(values) else ""
        if not said and not any(each.strip() for each in values):
            continue
        if not re.fullmatch(standard.REAL_CRN, said):
            raise _unfit(path, row, said[:12], message("This is no case reference number."))
        found[said] = None
    if not found:
        raise _unfit(path, None, None, message("The list names nobody."))
    return tuple(found)


def _unfit(path: Path, row: int | None, value: str | None, what: Message) -> Unfit:
    return Unfit(
        [
            Problem(
                file=path.name,
                rule="people",
                row=row,
                column="crn",
                value=value,
                message=what,
                remedy=message("Give a CSV with the column crn, or one number on each line."),
            )
        ]
    )
