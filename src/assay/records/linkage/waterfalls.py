"""How one pair came by its weight: from what is known before anything is compared, step by step, to the end.

The picture is an SVG for a page or a report; the words beside it say all that it shows, for those who cannot
see it. The drawing library is imported when the first picture is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from math import log2
from typing import Any

from assay.records.linkage.model import Model, shipped

INK, FOR, AGAINST, WHOLE, RULE = "#0b0c0c", "#00703c", "#942514", "#1d70b8", "#b1b4b6"
SYNTHETIC_MARK = "Synthetic: none of these people exist"
STEP = 0.005
"""Weights are kept to two decimals: what is smaller than this is nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. It leads from ``start`` to ``end``; ``left`` and ``right`` are what was compared, as text."""

    label: str
    says: str
    left: str
    right: str
    start: float
    end: float

    @property
    def weight(self) -> float:
        return round(self.end - self.start, 2)


def steps(candidate: Mapping[str, Any], *, model: Model | None = None) -> tuple[Step, ...]:
    """The steps of a pair, in the order of the model; the first is what is known beforehand."""
    at = float(candidate["before_weight"])
    found = [Step(label="Before comparing", says=_before(at), left="", right="", start=0.0, end=at)]
    for each in (model or shipped()).comparisons:
        weight = candidate.get(f"{each.name}_weight")
        if weight is None:
            continue
        compared = each.needs if each.learned else ()
        left, right = (_values(candidate, side, compared) for side in ("left", "right"))
        end = round(at + weight, 2)
        found.append(
            Step(
                label=each.label,
                says=candidate[f"{each.name}_says"],
                left=left,
                right=right,
                start=at,
                end=end,
            )
        )
        at = end
    return tuple(found)


def described(candidate: Mapping[str, Any], *, left: str, right: str) -> str:
    """The whole picture in words, a line a step, with what both records hold: for the person who decides."""
    lines = [
        f"{left} {candidate['left_id']} and {right} {candidate['right_id']} (pair {candidate['pair']})",
        f"Match weight {signed(candidate['match_weight'])}; {odds(candidate['match_weight'])}.",
        standing_of(candidate),
        "",
    ]
    for each in steps(candidate):
        values = f" [{each.left or '-'} | {each.right or '-'}]" if each.left or each.right else ""
        lines.append(f"  {signed(each.weight):>7}  {each.label}: {each.says}.{values}")
    lines += [f"  {signed(candidate['match_weight']):>7}  Together.", "", NO_DECISION]
    return "\n".join(lines)


NO_DECISION = (
    "This is evidence, not a decision. It cannot know of twins, of people who use another's name, or of what "
    "both sources have wrong alike."
)


def odds(weight: float) -> str:
    """What a weight means, in words, as far as the model is right."""
    times = 2.0 ** abs(weight)
    if times < 1.5:
        return "one person as likely as two, as far as the model is right"
    which = "one person than two" if weight > 0 else "two people than one"
    return f"about {_about(times)} times likelier to be {which}, as far as the model is right"


def standing_of(candidate: Mapping[str, Any]) -> str:
    """Whether either record has a heavier candidate."""
    if candidate["rank_left"] == candidate["rank_right"] == 1:
        return "Neither record has a heavier candidate."
    which = {(False, True): "The second record has", (True, False): "The first record has"}
    whose = which.get((candidate["rank_left"] > 1, candidate["rank_right"] > 1), "Both records have")
    return f"{whose} a heavier candidate: look at that one first."


def signed(weight: float) -> str:
    """+8.13, -4.00: two decimals, always with a sign."""
    return f"{weight:+.2f}"


def waterfall(candidate: Mapping[str, Any], *, synthetic: bool) -> str:
    """The picture as SVG. It shows no name and no birth date: those stand in the words beside it."""
    found = steps(candidate)
    total = float(candidate["match_weight"])
    rows = [
        {"label": each.label, "start": each.start, "end": each.end, "weight": signed(each.weight)}
        | {"colour": _colour(each), "says": each.says}
        for each in found
    ]
    rows.append(
        {
            "label": "Together",
            "start": 0.0,
            "end": total,
            "weight": signed(total),
            "colour": WHOLE,
            "says": "",
        }
    )
    described = "; ".join(f"{each.label}: {each.says}, {signed(each.weight)}" for each in found)
    words = f"{described}. Together {signed(total)}."
    return _accessible(
        _drawn(rows, synthetic), title="How this pair came by its match weight", description=words
    )


def _colour(step: Step) -> str:
    return RULE if abs(step.weight) < STEP else FOR if step.weight > 0 else AGAINST


def _drawn(rows: list[dict[str, Any]], synthetic: bool) -> str:
    import altair as alt
    import vl_convert

    order = [each["label"] for each in rows]
    down = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=220))
    base = alt.Chart(alt.Data(values=rows)).encode(y=down)
    across = alt.X(
        "start:Q", title="Match weight (each step of 1 doubles the odds)", axis=alt.Axis(gridColor="#f3f2f1")
    )
    bars = base.mark_bar(height=20).encode(x=across, x2="end:Q", color=alt.Color("colour:N", scale=None))
    # The side of zero a bar ends on is told by its sign as well as by its colour.
    far = base.transform_calculate(far="max(datum.start, datum.end)")
    said = {"x": alt.X("far:Q"), "text": "weight:N"}
    # White behind each number, so that the line at zero does not run through it.
    behind = far.mark_text(align="left", dx=6, stroke="white", strokeWidth=5, fontSize=14).encode(**said)
    text = far.mark_text(align="left", dx=6, color=INK, fontSize=14).encode(**said)
    zero = alt.Chart(alt.Data(values=[{"at": 0}])).mark_rule(color=INK).encode(x="at:Q")
    mark = (
        {"title": alt.TitleParams(SYNTHETIC_MARK, anchor="start", fontSize=14, color=AGAINST)}
        if synthetic
        else {}
    )
    chart = (
        alt.layer(bars, zero, behind, text)
        .properties(width=520, height=alt.Step(34), **mark)
        .configure(font="sans-serif", background="white")
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=14, titleFontSize=14, labelColor=INK, titleColor=INK, titleFontWeight=400
        )
    )
    return str(vl_convert.vegalite_to_svg(chart.to_dict(), allowed_base_urls=[]))


def _accessible(svg: str, *, title: str, description: str) -> str:
    """One image to a screen reader, with its title and all it shows; no inline style."""
    bare = re.sub(r' (?:aria-[a-z]+|role|style)="[^"]*"', "", svg)
    told = 'role="img" aria-labelledby="waterfall-title waterfall-desc" focusable="false"'
    named = f'<title id="waterfall-title">{escape(title)}</title>'
    words = f'{named}<desc id="waterfall-desc">{escape(description)}</desc>'
    return bare.replace("<svg ", f"<svg {told} ", 1).replace(">", f">{words}", 1)


def _values(candidate: Mapping[str, Any], side: str, names: tuple[str, ...]) -> str:
    shown = (candidate.get(f"{side}_{each}") for each in names)
    return ", ".join(str(each) for each in shown if each is not None)


def _before(weight: float) -> str:
    return f"of all pairs of the two sources, about one in {_about(2.0**-weight + 1)} is one person"


def _about(number: float) -> str:
    """Two digits that count: 416,307 is 420,000."""
    if number >= 1e12:
        return "a million million"
    digits = max(int(log2(number) / log2(10)) - 1, 0)
    return f"{round(number / 10**digits) * 10**digits:,}"
