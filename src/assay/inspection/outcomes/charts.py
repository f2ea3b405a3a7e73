"""Outcomes through the years as one picture: a circle for each year and rating, with its number inside."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from assay.inspection.outcomes.published import by_year
from assay.inspection.outcomes.types import Outcome, Rating
from assay.inspection.reports.charts import INK, RULE, accessible, svg_of

UNRATED = "Not rated"
# From the GOV.UK palette; each row is told apart by its name and place, and the number is in the circle.
COLOURS = {
    "Outstanding": "#00703c",
    "Good": "#1d70b8",
    "Requires improvement": "#f47738",
    "Inadequate": "#942514",
    UNRATED: "#505a5f",
}
DARK_TEXT_ON = "Requires improvement"

Point = tuple[str, str, int]


def outcomes_chart(rows: Sequence[Outcome], *, title: str) -> str:
    """The SVG; an empty text where there is nothing to draw."""
    points = tuple(
        (year, rating.value or UNRATED, number)
        for year, counts in by_year(rows)
        for rating, number in counts.items()
        if number
    )
    return _drawn(points, title) if points else ""


@lru_cache(maxsize=64)
def _drawn(points: tuple[Point, ...], title: str) -> str:
    import altair as alt

    data = alt.Data(
        values=[
            {
                "year": year,
                "rating": rating,
                "number": number,
                "ink": INK if rating == DARK_TEXT_ON else "white",
            }
            for year, rating, number in points
        ]
    )
    ratings = [each.value or UNRATED for each in Rating]
    years = list(dict.fromkeys(year for year, _, _ in points))
    across = alt.X(
        "year:O",
        sort=years,
        title="Year of publication; 2018-19 and 2024-25 are periods over two years",
        axis=alt.Axis(labelAngle=0, domain=False, ticks=False),
        scale=alt.Scale(domain=years),
    )
    down = alt.Y(
        "rating:N",
        title=None,
        scale=alt.Scale(domain=ratings),
        axis=alt.Axis(domain=False, ticks=False, grid=True, gridColor=RULE, labelLimit=200),
    )
    base = alt.Chart(data).encode(x=across, y=down)
    colour = alt.Color(
        "rating:N", scale=alt.Scale(domain=ratings, range=[COLOURS[each] for each in ratings]), legend=None
    )
    size = alt.Size("number:Q", scale=alt.Scale(type="sqrt", domain=[0, 30], range=[260, 2200]), legend=None)
    circles = base.mark_circle(opacity=1).encode(color=colour, size=size)
    numbers = base.mark_text(fontSize=15, fontWeight=700).encode(
        text="number:Q", color=alt.Color("ink:N", scale=None)
    )
    chart = (
        alt.layer(circles, numbers)
        .properties(width=alt.Step(74), height=alt.Step(58))
        .configure(font="sans-serif", background="white")
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=16, titleFontSize=16, labelColor=INK, titleColor=INK, titleFontWeight=400
        )
    )
    words = " ".join(f"{year}: {rating}, {number}." for year, rating, number in points)
    return accessible(svg_of(chart.to_dict()), title=title, description=words)
