"""The published outcomes, from our own data file, and how they are chosen, ordered and counted."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from assay.inspection.outcomes.types import Outcome, Precision, PublishedFramework, Rating
from assay.inspection.reports.files import Sheet

ORDERS = ("published", "unit", "rating", "framework")
TITLE = "Published outcomes of probation inspections, 2018 to 2026"
NOTES = (
    "Real outcomes, as published by HM Inspectorate of Probation. Compiled by Assay from the pages named in "
    "the column source; not an official register, and not complete.",
    "A blank total is not in our source. A period such as 2018-19 runs over two calendar years.",
    "Totals of different frameworks do not compare.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a reader asked to see; an empty value asks for everything."""

    words: str = ""
    unit_type: str = ""
    framework: str = ""
    rating: str = ""
    year: str = ""
    order: str = "published"
    downwards: bool = True


@cache
def outcomes() -> tuple[Outcome, ...]:
    """Every outcome, in the order of the file."""
    known = {each.id: each for each in frameworks()}
    return tuple(_outcome(row, known) for row in _rows("published_outcomes.csv"))


@cache
def frameworks() -> tuple[PublishedFramework, ...]:
    """The frameworks the outcomes were published under, the oldest first."""
    return tuple(
        PublishedFramework(
            id=row["framework"],
            name=row["name"],
            short=row["short"],
            standards=int(row["standards"]),
            maximum=int(row["maximum"]),
            first_year=int(row["from"]),
            note=row["note"],
        )
        for row in _rows("published_frameworks.csv")
    )


def chosen(choice: Choice, *, among: Iterable[Outcome] | None = None) -> tuple[Outcome, ...]:
    """The outcomes asked for, in the order asked for. What asks for nothing known gives nothing."""
    rows = [each for each in (outcomes() if among is None else among) if _matches(each, choice)]
    order = choice.order if choice.order in ORDERS else "published"
    ranks = list(Rating)
    keys = {
        "published": lambda each: each.sorts_at,
        "unit": lambda each: (each.unit.casefold(), each.visit),
        "rating": lambda each: (ranks.index(each.rating), each.unit.casefold()),
        "framework": lambda each: (each.framework.first_year, each.framework.name, each.unit.casefold()),
    }
    return tuple(sorted(rows, key=keys[order], reverse=choice.downwards))


def years() -> tuple[int, ...]:
    """Every calendar year that an outcome was published in, or may have been."""
    return tuple(sorted({year for each in outcomes() for year in each.years}))


def by_year(rows: Sequence[Outcome]) -> tuple[tuple[str, dict[Rating, int]], ...]:
    """How many had each rating, by year of publication; a period stands between its two years."""
    columns: dict[tuple[int, ...], dict[Rating, int]] = {}
    for each in rows:
        counts = columns.setdefault(each.years, dict.fromkeys(Rating, 0))
        counts[each.rating] += 1
    return tuple((period_label(years), columns[years]) for years in sorted(columns))


def period_label(years: tuple[int, ...]) -> str:
    """ "2018", or "2018-19" for a period."""
    return str(years[0]) if len(years) == 1 else f"{years[0]}-{years[1] % 100:02d}"


def sheet(rows: Sequence[Outcome]) -> Sheet:
    """The outcomes as a table for a file."""
    columns = (
        "framework",
        "unit",
        "visit",
        "unit_type",
        "published",
        "precision",
        "overall",
        "total",
        "maximum",
        "total_basis",
        "standards",
        "note",
        "basis",
        "confidence",
        "source",
    )
    return Sheet(
        title=TITLE,
        columns=columns,
        rows=tuple(
            (
                each.framework.id,
                each.unit,
                each.visit,
                each.unit_type,
                each.published,
                each.precision.value,
                each.rating.value,
                each.total,
                each.framework.maximum or None,
                each.total_basis,
                each.standards,
                each.note,
                each.basis,
                each.confidence,
                each.source,
            )
            for each in rows
        ),
        notes=NOTES,
    )


def _matches(each: Outcome, choice: Choice) -> bool:
    words = choice.words.casefold().split()
    return (
        all(word in each.unit.casefold() for word in words)
        and choice.unit_type in ("", each.unit_type)
        and choice.framework in ("", each.framework.id)
        and choice.rating in ("", each.rating.value or "unrated")
        and (not choice.year or choice.year in map(str, each.years))
    )


def _outcome(row: dict[str, str], known: dict[str, PublishedFramework]) -> Outcome:
    return Outcome(
        framework=known[row["framework"]],
        unit=row["unit"],
        visit=int(row["visit"]),
        unit_type=row["unit_type"],
        published=row["published"],
        precision=Precision(row["precision"]),
        rating=Rating(row["overall"]),
        total=int(row["total"]) if row["total"] else None,
        total_basis=row["total_basis"],
        standards=row["standards"],
        note=row["note"],
        basis=row["basis"],
        confidence=row["confidence"],
        source=row["source"],
    )


def _rows(name: str) -> list[dict[str, str]]:
    folder = resources.files("assay.inspection.outcomes") / "data"
    return list(csv.DictReader(folder.joinpath(name).read_text("utf-8").splitlines()))
