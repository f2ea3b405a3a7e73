"""The chart of a report: dots with their intervals, as SVG made on the server.

The drawing library is imported when the first chart is drawn: it takes seconds, and most of what imports
this room never draws.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from html import escape
from typing import Any

from assay.core.estimation.estimate import WHOLE
from assay.inspection.reports.types import ReportedFinding

INK, DOT, RULE = "#0b0c0c", "#1d70b8", "#b1b4b6"
SYNTHETIC_MARK = "Synthetic: none of these people exist"


class Layout(StrEnum):
    """Where a chart is looked at. Its text is about as large as the text around it."""

    WIDE = "wide"
    NARROW = "narrow"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class _Measures:
    """In pixels: the width of the plot, the height of a row, and how far above its line a row's name stands,
    0 for a name at the left."""

    plot: int
    row: int
    text: int
    above: int = 0


MEASURES = {
    Layout.WIDE: _Measures(plot=760, row=58, text=17),
    Layout.NARROW: _Measures(plot=266, row=78, text=14, above=34),
    Layout.PAPER: _Measures(plot=380, row=46, text=14),
}


def findings_chart(
    findings: Sequence[ReportedFinding], *, title: str, synthetic: bool, layout: Layout = Layout.WIDE
) -> str:
    """An SVG of one row a finding: n of N in words, a dot at the share, a line over the interval.

    Findings with an empty base, or one too small for a percentage, are left out here and stand in the table;
    the text is empty where that leaves none.
    """
    rows = tuple(
        (each.short, each.n_of_n, each.value, each.lower, each.upper)
        for each in findings
        if each.value is not None and each.lower is not None and each.upper is not None
    )
    return _drawn(rows, title, described(findings), synthetic, layout) if rows else ""


def described(findings: Sequence[ReportedFinding]) -> str:
    """What the chart shows, in words, for those who cannot see it."""
    return " ".join(
        f"{each.short}: {each.n_of_n}, {percent(each.value)}, {_interval(each)}."
        for each in findings
        if each.value is not None
    )


def _interval(each: ReportedFinding) -> str:
    if each.method == WHOLE:
        return "no interval since all were read"
    return f"{each.level:.0%} interval {percent(each.lower)} to {percent(each.upper)}"


def percent(share: float | None) -> str:
    """A whole percentage, halves up, as published figures are; "-" for no share."""
    return "-" if share is None else f"{int(100 * share + 0.5 + 1e-9)}%"


Row = tuple[str, str, float, float, float]


@lru_cache(maxsize=64)
def _drawn(rows: tuple[Row, ...], title: str, description: str, synthetic: bool, layout: Layout) -> str:
    import altair as alt

    size = MEASURES[layout]
    values = [
        {"label": f"{short}|{count}", "short": short, "count": count, "share": share}
        | {"lower": lower, "upper": upper}
        for short, count, share, lower, upper in rows
    ]
    beside = alt.Axis(
        labelExpr="split(datum.value, '|')",
        labelLimit=300,
        labelLineHeight=size.text + 3,
        ticks=False,
        domain=False,
    )
    down = alt.Y(
        "label:N",
        sort=[each["label"] for each in values],
        title=None,
        axis=None if size.above else beside,
    )
    across = alt.X(
        "share:Q",
        title="Share of the base, with its 95% interval",
        scale=alt.Scale(domain=[0, 1]),
        axis=alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], gridColor=RULE, domain=False),
    )
    base = alt.Chart(alt.Data(values=values)).encode(y=down)
    lines = base.mark_rule(color=INK, strokeWidth=2).encode(x=alt.X("lower:Q"), x2="upper:Q")
    dots = base.mark_point(shape="circle", filled=True, size=110, color=DOT, opacity=1).encode(x=across)
    ends = [
        base.mark_tick(color=INK, thickness=2, height=10).encode(x=alt.X(f"{end}:Q"))
        for end in ("lower", "upper")
    ]
    names = [
        base.mark_text(align="left", dy=rise, fontSize=size.text, color=INK).encode(
            x=alt.value(0), text=f"{text}:N"
        )
        for text, rise in (("short", -size.above), ("count", size.text + 3 - size.above))
        if size.above
    ]
    chart = (
        alt.layer(lines, *ends, dots, *names)
        .properties(width=size.plot, height=alt.Step(size.row), **_heading(alt, synthetic))
        .configure(font="sans-serif", background="white")
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=size.text,
            titleFontSize=size.text,
            labelColor=INK,
            titleColor=INK,
            titleFontWeight=400,
        )
    )
    return accessible(svg_of(chart.to_dict()), title=title, description=description, part=layout)


def svg_of(specification: dict[str, Any]) -> str:
    """The SVG text of a Vega-Lite chart; nothing is asked of a network."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(specification, allowed_base_urls=[]))


def accessible(svg: str, *, title: str, description: str, part: str = "") -> str:
    """An SVG with a title and a description, without inline style, and one image to a screen reader.

    ``part`` tells apart two pictures of one title on a page.
    """
    bare = re.sub(r' (?:aria-[a-z]+|role|style)="[^"]*"', "", svg)
    name = re.sub(r"[^a-z0-9]+", "-", f"{title} {part}".lower()).strip("-") or "chart"
    told = f'role="img" aria-labelledby="{name}-title {name}-desc" focusable="false"'
    named = f'<title id="{name}-title">{escape(title)}</title>'
    words = f'{named}<desc id="{name}-desc">{escape(description)}</desc>'
    return bare.replace("<svg ", f"<svg {told} ", 1).replace(">", f">{words}", 1)


def _heading(alt: Any, synthetic: bool) -> dict[str, Any]:
    """The mark as the picture's own heading, so that it goes wherever the picture goes."""
    if not synthetic:
        return {}
    made = alt.TitleParams(
        SYNTHETIC_MARK, anchor="start", fontSize=14, color="#942514", frame="bounds", offset=14
    )
    return {"title": made}
