"""Bad rows set apart, each with its reason, so that the rest can be loaded; too many, and nothing is.

A door that reads what others wrote (a workbook, a service over HTTP, messages) takes or refuses each row
here. What is refused is written beside what was made, for a person to put right at the source. The file names
the row and never repeats its content: a sentence may hold a code or a key, not a name, a birthday or a note.
"""

from __future__ import annotations

import csv
import io
import os
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from assay.core.errors import Problem, Unfit
from assay.core.messages import Message, message
from assay.records.sources.problems import SHOWN
from assay.records.store.layout import replace_file

FILE = "quarantine.csv"
SETTING = "ASSAY_QUARANTINE_LIMIT"
LIMIT = Fraction(2, 100)
HEADINGS = ("file", "row", "rule", "sentence")


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """One row that was not taken: its place, as a person counts it, the rule, and the sentence."""

    file: str
    row: int
    rule: str
    said: Message


def default_limit() -> Fraction:
    """The greatest share of bad rows a door lets pass: ``ASSAY_QUARANTINE_LIMIT`` (``0.02``, ``1/50`` or
    ``2%``), else 2 in 100. ``Unfit`` if the setting is no share."""
    said = os.environ.get("ASSAY_QUARANTINE_LIMIT", "").strip()
    if not said:
        return LIMIT
    try:
        limit = Fraction(said.removesuffix("%")) / (100 if said.endswith("%") else 1)
    except (ValueError, ZeroDivisionError):
        limit = Fraction(-1)
    if not 0 <= limit <= 1:
        raise Unfit(
            [
                Problem(
                    file=SETTING,
                    rule="limit",
                    value=said[:40],
                    message=message("The limit of bad rows is not a share between none and all."),
                    remedy=message("Write it as 0.02, 1/50 or 2%."),
                )
            ]
        )
    return limit


class Quarantine:
    """Counts what one door took and refused. ``limit`` is the greatest share refused that still loads."""

    def __init__(self, limit: Fraction) -> None:
        self.limit = limit
        self._rows: list[Quarantined] = []
        self._taken = 0

    def refuse(self, file: str, row: int, rule: str, said: Message) -> None:
        """Notes a bad row. ``said`` holds nothing personal beyond the row's key."""
        self._rows.append(Quarantined(file=file, row=row, rule=rule, said=said))

    def take(self) -> None:
        """Notes a good row."""
        self._taken += 1

    @property
    def rows(self) -> tuple[Quarantined, ...]:
        """Every row refused, in the order it came."""
        return tuple(self._rows)

    @property
    def taken(self) -> int:
        """How many rows were good."""
        return self._taken

    @property
    def share(self) -> Fraction:
        """Refused of all rows seen; none of none is no share at all."""
        seen = self._taken + len(self._rows)
        return Fraction(len(self._rows), seen) if seen else Fraction(0)

    def check(self) -> None:
        """``Unfit`` where more than the limit was refused: the first rows, then the counts file by file and
        rule by rule."""
        if self.share > self.limit:
            shown = [_problem(each) for each in self._rows[:SHOWN]]
            raise Unfit([self._total(), *shown, *self._counts()])

    def write(self, folder: Path) -> Path:
        """``quarantine.csv`` in the folder, one line for each row refused; headings alone where there is
        none, so that an old file does not speak for a new door."""
        text = io.StringIO(newline="")
        lines = csv.writer(text)
        lines.writerow(HEADINGS)
        lines.writerows((each.file, each.row, each.rule, each.said.worded()) for each in self._rows)
        path = folder / FILE
        replace_file(path, text.getvalue().encode("utf-8"))
        return path

    def _total(self) -> Problem:
        return Problem(
            file=FILE,
            rule="quarantine-limit",
            message=message(
                "{refused} of {seen} rows are bad; the limit is {limit}%.",
                refused=len(self._rows),
                seen=self._taken + len(self._rows),
                limit=f"{float(self.limit * 100):g}",
            ),
            remedy=message("Put the rows right at the source and bring them again. Nothing was changed."),
        )

    def _counts(self) -> list[Problem]:
        counts = Counter((each.file, each.rule) for each in self._rows)
        return [
            Problem(
                file=file,
                rule=rule,
                message=message("{count} rows in all.", count=count),
                remedy=message("Only the first {shown} bad rows are listed.", shown=SHOWN),
            )
            for (file, rule), count in sorted(counts.items())
            if len(self._rows) > SHOWN
        ]


def _problem(row: Quarantined) -> Problem:
    return Problem(
        file=row.file,
        rule=row.rule,
        row=row.row,
        message=row.said,
        remedy=message("Put it right at the source."),
    )
