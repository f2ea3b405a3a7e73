"""The picture of ``assay estimate``: each rate with its interval, and the judged cases' own beside an
assisted one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assay.core.figures import Estimate

WIDTH, STEP = 560, 34


def drawn(estimates: Sequence[Estimate], *, synthetic: bool, title: str = "Rates and intervals") -> str:
    """The picture as SVG, marked where the people are invented. The wider of two intervals is drawn
    thinner."""
    import altair as alt
    import vl_convert

    rows = [row for each in estimates for row in _rows(each)]
    order = list(dict.fromkeys(row["of"] for row in rows))
    levels = sorted({each.interval_name.worded() for each in estimates})
    below = f"Bars: {' and '.join(levels)}. They cover the chance of the draw and nothing else."
    if synthetic:
        below = f"Synthetic: invented people. {below}"
    names = alt.Y("of:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    share = alt.Scale(domain=[0, 1])
    base = alt.Chart(alt.Data(values=rows))
    bars = base.mark_rule(color="#1d70b8").encode(
        y=names,
        x=alt.X("lower:Q", title="Share", scale=share, axis=alt.Axis(format="%")),
        x2="upper:Q",
        size=alt.Size("weight:Q", scale=None),
    )
    points = base.mark_point(filled=True, size=70, color="#0b0c0c", opacity=1).encode(y=names, x="value:Q")
    heading = alt.TitleParams(title, subtitle=below)
    chart = (bars + points).properties(
        width=WIDTH, height=STEP * max(1, len(order)), title=heading, description=f"{title}. {below}"
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[]))


def _rows(found: Estimate) -> list[dict[str, Any]]:
    name, counted = found.part or f"all {found.unit}s", f"{found.of.numerator} of {found.of.denominator}"
    if found.plain is None or found.fallback_reason:
        return [_row(found, f"{name} ({counted})")]
    return [_row(found, f"{name}, with the score"), _row(found.plain, f"{name}, as judged ({counted})")]


def _row(found: Estimate, name: str) -> dict[str, Any]:
    return {
        "of": name,
        "value": found.value,
        "lower": found.lower,
        "upper": found.upper,
        "weight": 7 if found.level < 0.9 else 2,
    }
