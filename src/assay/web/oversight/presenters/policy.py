"""The words of the page of policy values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy

from assay.access.accounts.queries import names_of_units
from assay.assurance.oversight.permissions import day_of
from assay.assurance.oversight.queries import PolicyValue
from assay.records.store import Reader
from assay.web.oversight.presenters import words

CONFIDENCE = {
    "sourced": gettext_lazy("From a published source"),
    "recalled": gettext_lazy("Recalled from practice; the source is not in hand"),
    "assumed": gettext_lazy("A starting value of ours"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    name: str
    about: str
    length: str
    source: str
    duties: tuple[str, ...]
    review_on: date
    adopted_on: date | None
    adopted_by: str


def lines(values: Iterable[PolicyValue]) -> tuple[Line, ...]:
    return tuple(
        Line(
            name=each.window.name,
            about=each.window.about,
            length=words.length(each.window),
            source=_source(each),
            duties=tuple(words.plain(duty.name) for duty in each.duties),
            review_on=each.window.review_on,
            adopted_on=each.adopted_on,
            adopted_by=each.adopted_by,
        )
        for each in values
    )


def _source(value: PolicyValue) -> str:
    """Where the value comes from; a value of ours says so once, and then why."""
    known = str(CONFIDENCE[value.window.confidence])
    more = value.window.source.removeprefix("ours").removeprefix(":").strip()
    return f"{known}: {more}" if more else known


def regions(reader: Reader, *, units: Iterable[str]) -> dict[str, str]:
    """The regions of the records that this person speaks for, by code, with their names."""
    held = set(units)
    rows = reader.rows(
        "SELECT unit_code, name FROM r.organisation WHERE kind = 'region' AND opened_on <= ? "
        "AND (closed_on IS NULL OR closed_on > ?) ORDER BY unit_code",
        [day_of(reader), day_of(reader)],
    )
    found = {row["unit_code"]: row["name"] for row in rows if "" in held or row["unit_code"] in held}
    return found | {code: name for code, name in names_of_units(found).items() if name}
