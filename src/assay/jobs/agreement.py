"""``assay agreement``: how far people who judged the same cases agree, beyond chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

import typer

from assay.core.errors import Refused
from assay.core.estimation.agreement import (
    METRICS,
    WEIGHTS,
    Agreement,
    Rating,
    cohen,
    fleiss,
    gwet_ac1,
    krippendorff,
)
from assay.core.messages import message
from assay.jobs.shell import Format, read_rows, refusing, write_rows

SHOWN = ("method", "value", "interval", "lower", "upper", "se", "n", "observed", "expected", "warnings")


class Method(StrEnum):
    """Which coefficient."""

    COHEN = "cohen"
    FLEISS = "fleiss"
    KRIPPENDORFF = "krippendorff"
    GWET = "gwet"


def agreement(
    source: Annotated[
        str, typer.Argument(help="Ratings, a row each: CSV or JSON, or - for the input.")
    ] = "-",
    unit: Annotated[str, typer.Option(help="The column of the case.")] = "id",
    rater: Annotated[str, typer.Option(help="The column of who judged.")] = "rater",
    value: Annotated[str, typer.Option(help="The column of what they said; empty for nothing.")] = "value",
    method: Annotated[list[Method] | None, typer.Option(help="All that fit the rows, if none.")] = None,
    metric: Annotated[str, typer.Option(help=f"For Krippendorff: {', '.join(METRICS)}.")] = "nominal",
    weights: Annotated[str, typer.Option(help=f"For Cohen: {', '.join(WEIGHTS)}.")] = "none",
    order: Annotated[str, typer.Option(help="The categories from low to high, with commas.")] = "",
    seed: Annotated[int | None, typer.Option(help="For Krippendorff's resamples; it needs one.")] = None,
    level: Annotated[float, typer.Option(help="Two-sided confidence.")] = 0.95,
    format: Annotated[Format, typer.Option(help="A table to read, JSON or CSV.")] = Format.TABLE,
) -> None:
    """Cohen's kappa (two people), Fleiss's (as many ratings of every case), Krippendorff's alpha and Gwet's
    AC1, each with its interval."""
    with refusing():
        if not 0 < level < 1:
            raise Refused(message("level: {level} is not between 0 and 1.", level=level))
        ratings = ratings_from(read_rows(source), unit=unit, rater=rater, value=value, metric=metric)
        words = [_value(each.strip(), metric) for each in order.split(",") if each.strip()] or None
        found = [
            measured(each, ratings, metric=metric, weights=weights, order=words, seed=seed, level=level)
            for each in method or fitting(ratings)
        ]
        rows = [as_row(each) for each in found]
    write_rows(rows, format, title="Agreement", columns=None if format is Format.JSON else SHOWN)


def ratings_from(
    rows: Sequence[Mapping[str, Any]], *, unit: str, rater: str, value: str, metric: str = "nominal"
) -> list[list[Rating]]:
    """A row for each case, a column for each person, None where nothing was said. ``Refused`` names the row
    and the column that is missing or empty, and a person who judged a case twice."""
    given: dict[str, dict[str, Rating]] = {}
    people: dict[str, None] = {}
    for at, row in enumerate(rows, start=1):
        case, person = _text(row, unit, at), _text(row, rater, at)
        if value not in row:
            raise Refused(message("row {row}, {column}: there is no such column.", row=at, column=value))
        people[person] = None
        if person in given.setdefault(case, {}):
            said = message(
                "row {row}, {column}: {person} judged {case} twice.",
                row=at,
                column=rater,
                person=person,
                case=case,
            )
            raise Refused(said)
        given[case][person] = _value(row[value], metric, at=at, column=value)
    if not given:
        raise Refused(message("The ratings are missing: there is no row."))
    return [[by_person.get(person) for person in people] for by_person in given.values()]


def _text(row: Mapping[str, Any], column: str, at: int) -> str:
    found = row.get(column)
    if found is None or not str(found).strip():
        raise Refused(message("row {row}, {column}: there is no value.", row=at, column=column))
    return str(found).strip()


def _value(given: Any, metric: str, *, at: int = 0, column: str = "order") -> Rating:
    if given is None or not str(given).strip():
        return None
    text = str(given).strip()
    if metric not in ("interval", "ratio"):
        return text
    try:
        return float(text)
    except ValueError:
        raise Refused(
            message("row {row}, {column}: {value} is not a number.", row=at, column=column, value=text)
        ) from None


def fitting(ratings: Sequence[Sequence[Rating]]) -> list[Method]:
    """The methods these ratings can have."""
    numbers = {sum(each is not None for each in row) for row in ratings}
    complete = len(numbers) == 1 and min(numbers) > 1
    two = len(ratings[0]) == 2
    found = [Method.COHEN] if two else []
    found += [Method.FLEISS] if complete else []
    return [*found, Method.KRIPPENDORFF, Method.GWET]


def measured(
    method: Method,
    ratings: Sequence[Sequence[Rating]],
    *,
    metric: str,
    weights: str,
    order: Sequence[Rating] | None,
    seed: int | None,
    level: float,
) -> Agreement:
    """One coefficient of the ratings."""
    if method is Method.GWET:
        return gwet_ac1(ratings, level=level)
    if method is Method.KRIPPENDORFF:
        if seed is None:
            raise Refused(
                message("seed: Krippendorff's interval is drawn, and needs one to be drawn again by.")
            )
        return krippendorff(ratings, metric=metric, seed=seed, level=level, order=order)
    categories = _categories(ratings, order)
    if method is Method.FLEISS:
        counts = [[sum(each == name for each in row) for name in categories] for row in ratings]
        return fleiss(counts, level=level)
    if len(ratings[0]) != 2:
        raise Refused(
            message("rater: Cohen's kappa is for two people, and there are {n}.", n=len(ratings[0]))
        )
    table = [
        [sum(row[0] == one and row[1] == other for row in ratings) for other in categories]
        for one in categories
    ]
    return cohen(table, weights=weights, level=level)


def _categories(ratings: Sequence[Sequence[Rating]], order: Sequence[Rating] | None) -> list[Rating]:
    given = {each for row in ratings for each in row if each is not None}
    if order is None:
        return sorted(given, key=lambda each: (isinstance(each, str), each))
    if strange := sorted(map(str, given - set(order))):
        raise Refused(message("order: it lacks {category}.", category=strange[0]))
    return list(order)


def as_row(found: Agreement) -> dict[str, Any]:
    """One line of the output."""
    return {
        "method": found.method,
        "value": round(found.value, 6),
        "interval": message("{percent}% confidence interval", percent=f"{100 * found.level:g}").worded(),
        "lower": round(found.lower, 6),
        "upper": round(found.upper, 6),
        "se": round(found.se, 6),
        "n": found.n,
        "observed": round(found.observed, 6),
        "expected": round(found.expected, 6),
        "seed": found.seed,
        "inputs_hash": found.inputs_hash,
        "warnings": list(found.warnings),
    }
