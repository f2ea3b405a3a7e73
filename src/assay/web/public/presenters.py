"""A definition as a report was released with it, beside the definition of today."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from assay.access.accounts.permissions import Someone
from assay.core.standards import load
from assay.inspection.findings.definitions import definitions
from assay.inspection.reports import queries
from assay.inspection.reports.charts import percent
from assay.inspection.reports.types import Content, Released, ReportedFinding
from assay.web.findings.presenters import Asked, Defined, Line, defined, figure
from assay.web.reports.presenters import interval_of


def as_released(content: Content, one: ReportedFinding) -> Defined:
    """What the release itself holds: the figure, the rules it was counted by, and which definitions they
    are from. Nothing here is looked up: a later change of a definition does not change it."""
    made = content.method
    lines = [
        (_("What it says"), one.sentence),
        *_figure(one),
        (_("What is counted"), one.unit),
        (_("Belongs to the base"), one.population),
        (_("In the base (N) if"), one.base_rule),
        (_("And counted (n) if"), one.count_rule),
        (_("How its interval is chosen"), one.interval_rule),
        (
            _("Framework"),
            _("{name}, version {version}").format(name=made.framework, version=made.framework_version),
        ),
        (
            _("Definitions"),
            _("version {version}, SHA-256 {hash}").format(
                version=made.definitions_version, hash=made.definitions_hash
            ),
        ),
        (_("Identifier"), one.id),
        *([(_("Note"), one.note)] if one.note else []),
    ]
    return Defined(
        short=one.short,
        lines=tuple(Line(name=name, value=value) for name, value in lines),
        questions=tuple(Asked(code=each.code, text=each.text) for each in one.asked),
    )


def _figure(one: ReportedFinding) -> list[tuple[str, str]]:
    """The share with its interval and method, and the weighted share; nothing on a base too small."""
    if one.value is None:
        return []
    count = _("{numerator} of {denominator}").format(numerator=one.numerator, denominator=one.denominator)
    share = figure(percent(one.value), interval=interval_of(one), method=one.method)
    lines = [(_("How many of how many"), f"{count}: {share}")]
    if one.weighted is not None:
        lines.append((_("Share weighted by each case's chance of being drawn"), f"{100 * one.weighted:.1f}%"))
    return lines


def still_defined(content: Content, *, framework_id: str, finding: str) -> dict[str, Any]:
    """Whether today's definitions are those of the release; and if not, today's, or None where it is gone."""
    made, today = content.method, definitions(framework_id)
    same = (made.definitions_hash, made.framework_version) == (today.hash, load(framework_id).version)
    is_held = not same and today.finding(finding) is not None
    return {
        "is_as_released": same,
        "definition": defined(framework_id, finding)["definition"] if is_held else None,
    }


def cases_behind(found: Released, finding: str, *, user: Someone) -> str:
    """The address of the cases behind a figure, for those who may see them; empty for everybody else."""
    inspection = queries.inspection_behind(found, user=user)
    return reverse("finding", args=(inspection.uuid, finding)) if inspection else ""
