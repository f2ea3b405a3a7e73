"""A list of cases as it is brought, a row a case, made into candidates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from assay.core.errors import Refused
from assay.core.estimation.eligibility import Candidate
from assay.core.messages import message

KNOWN = (
    "id",
    "stratum",
    "reason",
    "crn",
    "pnc",
    "firstName",
    "familyName",
    "dob",
    "gender",
    "sentenceType",
    "roshClassification",
    "startDate",
    "endDate",
    "cluster",
    "ldu",
    "team",
    "responsibleOfficer",
)
"""The names Assay looks for, those of the published sampler among them; spelt with or without marks."""
DAYS = ("%Y-%m-%d", "%d/%m/%Y")


def candidates(
    rows: Sequence[Mapping[str, Any]], *, id_column: str = "", within: Sequence[str] = ()
) -> tuple[Candidate, ...]:
    """The rows as candidates. The id is that of ``id_column``, else of ``id``, else the number of the row.
    ``within`` names the columns of a case's place, the practitioner's last, who get a number in order of name
    in place of it; a row with one of them empty has no place. ``Refused`` names row and column."""
    if not rows:
        raise Refused(message("The list has no row."))
    said = [fields(row) for row in rows]
    for name in (*((id_column,) if id_column else ()), *within):
        if not any(name in each for each in said):
            raise Refused(message("The list has no column {name}.", name=name))
    numbered = _numbers(each.get(within[-1], "") for each in said) if within else {}
    return tuple(
        Candidate(
            id=_id(each, at, id_column),
            fields=each,
            started_on=_day(each.get("startDate", ""), at),
            within=_within(each, within, numbered),
            reason=each.get("reason", ""),
        )
        for at, each in enumerate(said, start=1)
    )


def fields(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as text, by the names Assay looks for where they are meant, else by its own."""
    known = {_plain(name): name for name in KNOWN}
    return {
        known.get(_plain(name), name): "" if value is None else str(value).strip()
        for name, value in row.items()
    }


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.casefold())


def _id(said: Mapping[str, str], at: int, column: str) -> str:
    if not column and "id" not in said:
        return f"row-{at:05}"
    found = said.get(column or "id", "")
    if not found:
        raise Refused(message("Row {row}, {column}: it is empty.", row=at, column=column or "id"))
    return found


def _day(written: str, at: int) -> date | None:
    if not written:
        return None
    for form in DAYS:
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise Refused(
        message("Row {row}, startDate: {value} is no day such as 2026-03-05.", row=at, value=written)
    )


def _numbers(names: Iterable[str]) -> dict[str, str]:
    """A number for each practitioner in order of name: the receipt of a sample names nobody."""
    return {name: f"P{at:04}" for at, name in enumerate(sorted(set(names) - {""}), start=1)}


def _within(said: Mapping[str, str], columns: Sequence[str], numbered: Mapping[str, str]) -> tuple[str, ...]:
    place = [said.get(name, "") for name in columns]
    return () if not place or "" in place else (*place[:-1], numbered[place[-1]])
