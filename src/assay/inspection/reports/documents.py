"""The report as an accessible PDF (PDF/UA-1): the same words and figures as the page.

Typst builds no document of that standard without a title and without a text for its chart. Data goes in as
JSON, never as Typst text, so that nothing a person wrote can be run. The font is prepared with the front-end
files, and no font of the machine is used: the same report is the same file everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assay.core.errors import Problem, Unfit
from assay.core.estimation.estimate import WHOLE
from assay.core.messages import message
from assay.inspection.reports.charts import Layout, described, findings_chart, percent
from assay.inspection.reports.types import Content, ReportedFinding

TEMPLATE = Path(__file__).parent / "report.typ"
PACKAGE = Path(__file__).resolve().parents[2]
FONT_FOLDERS = (
    PACKAGE / "web" / "static" / "arimo",
    PACKAGE.parents[1] / "node_modules" / "@expo-google-fonts" / "arimo",
)


def pdf(content: Content, *, words: Mapping[str, Any], made_at: datetime) -> bytes:
    """The PDF. ``words`` are the headings and notes in the reader's language, from the page's presenter;
    ``made_at`` goes into the file, so that the same release always gives the same bytes."""
    import typst

    chart = findings_chart(
        content.headlines,
        title=str(words["chart_title"]),
        synthetic=content.synthetic,
        layout=Layout.PAPER,
    )
    made: bytes = typst.compile(
        TEMPLATE,
        format="pdf",
        pdf_standards="ua-1",
        font_paths=list(fonts()),
        ignore_system_fonts=True,
        timestamp=int(made_at.astimezone(UTC).timestamp()),
        sys_inputs={
            "report": json.dumps(_shown(content, words)),
            "words": json.dumps({**words, "chart_alt": described(content.headlines)}),
            "chart": in_our_font(chart),
        },
    )
    return made


def fonts() -> tuple[Path, ...]:
    """The folders that hold Arimo; ``Unfit`` says how to fetch it where it is not there."""
    found = next((each for each in FONT_FOLDERS if each.is_dir()), None)
    if found is None:
        raise Unfit(
            [
                Problem(
                    file="Arimo",
                    rule="font missing",
                    message=message("The font of the PDF was not found."),
                    remedy=message("Run python3 start.py setup, which fetches it."),
                )
            ]
        )
    return (found,)


def in_our_font(svg: str) -> str:
    """The chart with the font the PDF carries: a font named only by its kind would be drawn as nothing."""
    return re.sub(r'font-family="[^"]*"', 'font-family="Arimo"', svg)


def _shown(content: Content, words: Mapping[str, Any]) -> dict[str, Any]:
    """The content as the template prints it: shares and intervals as texts."""
    data = content.as_data
    for each, finding in zip(data["findings"], content.findings, strict=True):
        each |= {
            "n_of_n": finding.n_of_n,
            "share": percent(finding.value) if finding.value is not None else words["small_base"],
            "interval": interval(finding, to=str(words["to"]), all_read=str(words["all_read"])),
            "base": finding.population,
            "method_said": words["methods"][finding.method],
            "weighted_said": weighted(finding, words=str(words["weighted"])),
        }
    for each in data["profile"]:
        each["of"] = str(words["of_base"]).format(base=each["base"])
    for each in data["recommendations"]:
        each["said"] = each["text"] or words["not_in_source"]
    return data


def interval(finding: ReportedFinding, *, to: str, all_read: str) -> str:
    """ "38% to 59%", a dash where there is none, or ``all_read`` where the draw adds no uncertainty."""
    if finding.method == WHOLE:
        return all_read
    if finding.lower is None or finding.upper is None:
        return "-"
    return f"{percent(finding.lower)} {to} {percent(finding.upper)}"


def weighted(finding: ReportedFinding, *, words: str) -> str:
    """``words`` with the weighted share put in, where it is printed as another number than the plain one."""
    if finding.weighted is None or percent(finding.weighted) == percent(finding.value):
        return ""
    return words.format(share=percent(finding.weighted))
