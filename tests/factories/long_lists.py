"""Long lists as an inspectorate writes them, of invented people."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.factories.inspections import STARTED
from tests.factories.workbooks import written

HEADINGS = (
    "familyName", "firstName", "dob", "gender", "sentenceType", "crn", "pnc", "roshClassification",
    "startDate", "endDate", "cluster", "ldu", "team", "responsibleOfficer", "manager", "officer",
)  # fmt: skip
LISTED_ON = date(2026, 2, 27)


def row(number: int = 1, **more: Any) -> list[Any]:
    """One order of an invented person; even numbers in Ash, odd ones in Birch."""
    given = {
        "familyName": f"Invented{number}",
        "firstName": "Sam",
        "dob": date(1990, 1, 1 + number % 28),
        "gender": "M",
        "sentenceType": "ORA CO",
        "crn": f"X9{number:05}",
        "pnc": f"2004/{number:07}H",
        "roshClassification": "RHRH",
        "startDate": STARTED,
        "endDate": "N",
        "cluster": "Cluster A",
        "ldu": "Ash" if number % 2 == 0 else "Birch",
        "team": "Team 1",
        "responsibleOfficer": "Pat Secret",
        "manager": "Mo Secret",
        "officer": "Pat Secret",
        **more,
    }
    return [given[each] for each in HEADINGS]


def content(
    *rows: Sequence[Any], before: Sequence[Sequence[Any]] = (), heads: Sequence[str] = HEADINGS
) -> io.BytesIO:
    """A workbook of one sheet with these rows; ``before`` stand above the headings."""
    return book({"Long list": [*before, list(heads), *rows]})


def book(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> io.BytesIO:
    with TemporaryDirectory() as folder:
        return io.BytesIO(written(Path(folder) / "list.xlsx", sheets).read_bytes())


def many(count: int) -> io.BytesIO:
    """A list of so many people, each there once."""
    return content(*(row(number) for number in range(1, count + 1)))
