"""The picture of ``assay trend``: a line for each unit, with the gap where a base is too small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assay.assurance.duties.history import WeekRates

FEWEST, MOST_LINES = 20, 12
WIDTH, HEIGHT = 720, 320


def drawn(weeks: Sequence[WeekRates], *, duty: str, synthetic: bool) -> str:
    """The picture as SVG, marked where the records are synthetic. Of more units than fit, those with the most
    cases are drawn."""
    import altair as alt
    import vl_convert

    alt.data_transformers.disable_max_rows()
    sizes: dict[str, int] = {}
    for each in weeks:
        sizes[each.unit or "held by nobody"] = each.population
    shown = sorted(sizes, key=lambda unit: (-sizes[unit], unit))[:MOST_LINES]
    rows = [
        {
            "unit": each.unit or "held by nobody",
            "week": each.day.isoformat(),
            "share": each.state().share if each.population >= FEWEST else None,
        }
        for each in weeks
        if (each.unit or "held by nobody") in shown
    ]
    said = f"{duty}: share of cases in lapse, of those in the duty's population"
    below = f"No point where fewer than {FEWEST} cases are in the population."
    if synthetic:
        below = f"Synthetic: invented people. {below}"
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(interpolate="step-after")
        .encode(
            x=alt.X("week:T", title="Week"),
            y=alt.Y("share:Q", title="Share", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
            color=alt.Color("unit:N", title="Unit", sort=shown),
        )
        .properties(width=WIDTH, height=HEIGHT, title=alt.TitleParams(said, subtitle=below), description=said)
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[]))
