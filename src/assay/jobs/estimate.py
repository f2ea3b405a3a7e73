"""``assay estimate``: from judged cases to rates with intervals, and how sure a rating is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import typer

from assay.core.errors import Refused
from assay.core.estimation.estimate import (
    CIS,
    Selection,
    Withheld,
    domain,
    model_assisted,
    plain_proportion,
    proportion,
)
from assay.core.estimation.rating import Band, Rounding, bands_from, rating_probability
from assay.core.estimation.score import Score
from assay.core.figures import Count, Estimate
from assay.core.messages import message
from assay.jobs.shell import Format, read_rows, refusing, write_rows

Row = Mapping[str, Any]
YES, NO = ("1", "true", "yes", "sufficient"), ("0", "false", "no", "insufficient")
LEVELS = (0.8, 0.95)
SHOWN = (
    "of",
    "count",
    "rate",
    "interval",
    "lower",
    "upper",
    "method",
    "judged",
    "rating",
    "chance",
    "said",
    "synthetic",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What to make of the rows: which columns hold what, which answers count, and which intervals to make."""

    id: str = "id"
    answer: str = "answer"
    yes: tuple[str, ...] = YES
    no: tuple[str, ...] = NO
    stratum: str | None = None
    cluster: str | None = None
    by: str | None = None
    score: str | None = None
    unit: str = "case"
    ci: str = "wilson"
    levels: tuple[float, ...] = LEVELS
    frozen_on: date | None = None
    announced_on: date | None = None
    trained_on: frozenset[str] = frozenset()
    shown_for: frozenset[str] = frozenset()


def estimate(
    source: Annotated[
        str, typer.Argument(help="Judged cases, a row each: CSV or JSON, or - for the input.")
    ] = "-",
    frame: Annotated[
        str, typer.Option(help="All cases that could be drawn, a row each; N comes from here.")
    ] = "",
    id: Annotated[str, typer.Option(help="The column of the case's id, in both.")] = "id",
    answer: Annotated[
        str, typer.Option(help="The column of the judgement; empty where nobody judged.")
    ] = "answer",
    yes: Annotated[
        list[str] | None, typer.Option(help=f"An answer that counts; {', '.join(YES)} if none.")
    ] = None,
    no: Annotated[list[str] | None, typer.Option(help=f"One that does not; {', '.join(NO)} if none.")] = None,
    stratum: Annotated[str, typer.Option(help="The frame's column that the draw was stratified by.")] = "",
    cluster: Annotated[str, typer.Option(help="The frame's column of the clusters cases came by.")] = "",
    by: Annotated[str, typer.Option(help="The frame's column of parts to have a rate each.")] = "",
    score: Annotated[str, typer.Option(help="The frame's column of a frozen score.")] = "",
    frozen_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When it was fixed.")
    ] = None,
    announced_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="When the inspection was announced.")
    ] = None,
    trained_on: Annotated[
        str, typer.Option(help="Rows with the ids of the cases the score learned from.")
    ] = "",
    shown_for: Annotated[str, typer.Option(help="Rows with the ids of cases it was shown for.")] = "",
    ci: Annotated[str, typer.Option(help=f"The interval: {', '.join(CIS)}.")] = "wilson",
    level: Annotated[
        list[float] | None, typer.Option(help="Two-sided confidence; 0.8 and 0.95 if none.")
    ] = None,
    unit: Annotated[str, typer.Option(help="What was judged: case, assignment, assessment.")] = "case",
    framework: Annotated[
        str, typer.Option(help="Whose bands to rate by, as pdu-2023. For the panel alone.")
    ] = "",
    picture: Annotated[Path | None, typer.Option(help="Draw it too, as SVG, into this file.")] = None,
    synthetic: Annotated[bool | None, typer.Option(help="Whether the people are invented.")] = None,
    format: Annotated[Format, typer.Option(help="A table to read, JSON or CSV.")] = Format.TABLE,
) -> None:
    """The rate of all cases of a frame from those that were judged, with 80% and 95% intervals.

    Without --frame the cases are taken as drawn from a population without end. With --score the rate has the
    help of a score that was fixed before the announcement; the judged cases' own rate is always shown too."""
    with refusing():
        asked = Asked(
            id=id,
            answer=answer,
            yes=tuple(yes or YES),
            no=tuple(no or NO),
            stratum=stratum or None,
            cluster=cluster or None,
            by=by or None,
            score=score or None,
            unit=unit,
            ci=ci,
            levels=tuple(level or LEVELS),
            frozen_on=frozen_on.date() if frozen_on else None,
            announced_on=announced_on.date() if announced_on else None,
            trained_on=_ids(trained_on, id),
            shown_for=_ids(shown_for, id),
        )
        if picture is not None and synthetic is None:
            raise Refused(message("synthetic: say whether the people are invented; a picture must tell."))
        found = estimates(read_rows(source), asked, frame=read_rows(frame) if frame else None)
        bands, rounding = bands_of(framework) if framework else ((), "none")
        rows = [as_row(each, bands=bands, rounding=rounding, synthetic=bool(synthetic)) for each in found]
        if picture is not None:
            _draw(picture, found, synthetic=bool(synthetic))
    if format is Format.JSON:
        write_rows(rows, format)
    else:
        told = [row | {"said": "; ".join(row["said"])} for row in rows]
        write_rows(told, format, title="Rates", columns=_columns(told))


def _columns(rows: Sequence[Row]) -> list[str]:
    """Of what a table shows, that which some row has."""
    return [name for name in SHOWN if any(row.get(name) not in (None, "") for row in rows)]


def _ids(source: str, id: str) -> frozenset[str]:
    return (
        frozenset(_text(row, id, at) for at, row in enumerate(read_rows(source), 1))
        if source
        else frozenset()
    )


def _draw(picture: Path, found: Sequence[Estimate | Withheld], *, synthetic: bool) -> None:
    from assay.jobs.estimate_picture import drawn

    made = [each for each in found if isinstance(each, Estimate)]
    picture.write_text(drawn(made, synthetic=synthetic), "utf-8")


def bands_of(framework: str) -> tuple[tuple[Band, ...], Rounding]:
    """The bands of a shipped framework and how it rounds. ``Refused`` for one there is not, or that does not
    rate."""
    from assay.core.ratings import rules_for

    try:
        rules = rules_for(framework)
    except KeyError:
        raise Refused(message("framework: there is none called {id}.", id=framework)) from None
    if rules.bands is None or rules.rounding is None:
        raise Refused(message("framework: {id} has no ratings.", id=framework))
    return bands_from((each.at_least, each.rating) for each in rules.bands.levels), rules.rounding.how


def estimates(
    rows: Sequence[Row], asked: Asked, *, frame: Sequence[Row] | None = None
) -> list[Estimate | Withheld]:
    """The rate of all cases at each level asked for, then of each part (at each level) where parts are asked
    for.

    ``rows`` are the judged cases, ``frame`` every case that could be drawn; columns but the answer's are
    looked up in the frame. ``Refused`` names the column that is missing, empty or not understood.
    """
    if not rows:
        raise Refused(message("The judged cases are missing: there is no row."))
    _check_levels(asked)
    ids = [_text(row, asked.id, at) for at, row in enumerate(rows, 1)]
    _check_unique(ids, asked.id)
    y = [_judgement(row, asked, at) for at, row in enumerate(rows, 1)]
    if frame is None:
        return [_without_frame(y, asked, level) for level in asked.levels]
    places = {_text(row, asked.id, at): row for at, row in enumerate(frame, 1)}
    if len(places) < len(frame):
        _check_unique([_text(row, asked.id, at) for at, row in enumerate(frame, 1)], asked.id)
    if strange := [id for id in ids if id not in places]:
        raise Refused(message("{column}: {id} is not in the frame.", column=asked.id, id=strange[0]))
    return _with_frame(y, [places[id] for id in ids], ids, list(places.values()), list(places), asked)


def _with_frame(
    y: list[bool | None],
    drawn: list[Row],
    ids: list[str],
    frame: list[Row],
    frame_ids: list[str],
    asked: Asked,
) -> list[Estimate | Withheld]:
    strata = _column(frame, asked.stratum) if asked.stratum else ["all"] * len(frame)
    sizes = {name: strata.count(name) for name in sorted(set(strata))}
    of = dict(zip(frame_ids, strata, strict=True))
    sample = Selection(tuple(ids), tuple(of[id] for id in ids), sizes)
    cluster = _column(drawn, asked.cluster) if asked.cluster else None
    score = _score(frame, frame_ids, asked) if asked.score else None
    found: list[Estimate | Withheld] = []
    for level in asked.levels:
        if score is None:
            found.append(proportion(y, sample, ci=asked.ci, level=level, cluster=cluster, unit=asked.unit))
        else:
            assert asked.announced_on is not None, "checked with the score"
            made = model_assisted(
                y,
                sample,
                score,
                announced_on=asked.announced_on,
                ci=asked.ci,
                level=level,
                cluster=cluster,
                unit=asked.unit,
            )
            found.append(made)
    if asked.by:
        parts, frame_parts = _column(drawn, asked.by), _column(frame, asked.by)
        by_level = [
            domain(
                y,
                sample,
                parts,
                score=score,
                frame_parts=frame_parts,
                announced_on=asked.announced_on,
                level=level,
                unit=asked.unit,
            )
            for level in asked.levels
        ]
        found += _in_turn(by_level)
    return found


def _in_turn(by_level: list[dict[str, Estimate | Withheld]]) -> list[Estimate | Withheld]:
    """Part by part, each at every level; what is withheld but once."""
    found: list[Estimate | Withheld] = []
    for name, first in by_level[0].items():
        found += [first] if isinstance(first, Withheld) else [each[name] for each in by_level]
    return found


def _without_frame(y: Sequence[bool | None], asked: Asked, level: float) -> Estimate:
    for name in ("stratum", "cluster", "by", "score"):
        if getattr(asked, name):
            raise Refused(message("{option}: it needs --frame.", option=name))
    if asked.ci not in ("wilson", "exact"):
        raise Refused(message("ci: {ci} needs --frame.", ci=asked.ci))
    judged = [each for each in y if each is not None]
    count = Count(sum(judged), len(judged), asked.unit, "cases like these")
    made = plain_proportion(count, level=level, method=asked.ci)
    if made is None:
        raise Refused(message("{column}: no case was judged.", column=asked.answer))
    return made


def _score(frame: Sequence[Row], ids: Sequence[str], asked: Asked) -> Score:
    assert asked.score is not None, "asked for"
    for name in ("frozen_on", "announced_on"):
        if getattr(asked, name) is None:
            raise Refused(message("{option}: a score needs this day.", option=name))
    assert asked.frozen_on is not None, "just checked"
    return Score(
        ids=tuple(ids),
        values=[_number(row, asked.score, at) for at, row in enumerate(frame, 1)],
        frozen_on=asked.frozen_on,
        trained_on=asked.trained_on,
        shown_for=asked.shown_for,
    )


def _check_levels(asked: Asked) -> None:
    for level in asked.levels:
        if not 0 < level < 1:
            raise Refused(message("level: {level} is not between 0 and 1.", level=level))


def _check_unique(ids: Sequence[str], column: str) -> None:
    seen: set[str] = set()
    for id in ids:
        if id in seen:
            raise Refused(message("{column}: {id} stands twice.", column=column, id=id))
        seen.add(id)


def _column(rows: Sequence[Row], name: str) -> list[str]:
    return [_text(row, name, at) for at, row in enumerate(rows, 1)]


def _text(row: Row, name: str, at: int) -> str:
    value = row.get(name)
    if value is None or not str(value).strip():
        raise Refused(message("row {row}, {column}: there is no value.", row=at, column=name))
    return str(value).strip()


def _number(row: Row, name: str, at: int) -> float:
    text = _text(row, name, at)
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not isfinite(value):
        raise Refused(
            message("row {row}, {column}: {value} is not a number.", row=at, column=name, value=text)
        )
    return value


def _judgement(row: Row, asked: Asked, at: int) -> bool | None:
    if asked.answer not in row:
        raise Refused(message("row {row}, {column}: there is no such column.", row=at, column=asked.answer))
    value = row[asked.answer]
    if value is None or not str(value).strip():
        return None
    text = str(value).strip().casefold()
    if text in [each.casefold() for each in asked.yes]:
        return True
    if text in [each.casefold() for each in asked.no]:
        return False
    raise Refused(
        message(
            "row {row}, {column}: {value} is none of {yes}, and none of {no}.",
            row=at,
            column=asked.answer,
            value=value,
            yes=", ".join(asked.yes),
            no=", ".join(asked.no),
        )
    )


def as_row(
    found: Estimate | Withheld,
    *,
    bands: Sequence[Band] = (),
    rounding: Rounding = "none",
    synthetic: bool = False,
) -> dict[str, Any]:
    """One line of the output. ``judged`` is what the judged cases alone say, where a score has helped."""
    mark = {"synthetic": True} if synthetic else {}
    if isinstance(found, Withheld):
        reason = found.reason.worded()
        return {"of": found.part, "count": _counted(found.of), "said": [reason]} | mark
    plain = found.plain
    row: dict[str, Any] = {
        "of": found.part or "all",
        "count": _counted(found.of),
        "rate": round(found.value, 6),
        "interval": found.interval_name.worded(),
        "lower": round(found.lower, 6),
        "upper": round(found.upper, 6),
        "method": found.method,
        "judged": None
        if plain is None
        else [round(each, 6) for each in (plain.value, plain.lower, plain.upper)],
        "se": found.se,
        "n_eff": found.n_eff if isfinite(found.n_eff) else None,
        "df": found.df if isfinite(found.df) else None,
        "gain": found.gain if isfinite(found.gain) else None,
        "rho2": found.rho2,
        "fallback": found.fallback_reason,
        "inputs_hash": found.inputs_hash,
    }
    said = [*found.warnings, *([found.fallback_reason] if found.fallback_reason else [])]
    row |= (
        _rated(found, bands, rounding, said) if bands else {"rating": None, "chance": None, "chances": None}
    )
    return row | {"said": said} | mark


def _counted(count: Count) -> str:
    return f"{count.numerator} of {count.denominator}"


def _rated(found: Estimate, bands: Sequence[Band], rounding: Rounding, said: list[str]) -> dict[str, Any]:
    try:
        made = rating_probability(found, bands, rounding=rounding)
    except Refused as refused:
        said.append(refused.message.worded())
        return {"rating": None, "chance": None, "chances": None}
    said += made.warnings
    chances = {name: round(chance, 4) for name, chance in made.chances.items()}
    return {"rating": made.rating, "chance": round(made.chance, 4), "chances": chances}
