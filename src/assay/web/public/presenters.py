"""A definition as a report was released with it, beside the definition of today."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from assay.core.standards import load
from assay.inspection.findings.definitions import definitions
from assay.inspection.reports.types import Content, ReportedFinding
from assay.web.findings.presenters import Defined, Line, defined


def as_released(content: Content, one: ReportedFinding) -> Defined:
    """What the release itself holds: words, unit and base of the figure, and which definitions made it."""
    made = content.method
    lines = [
        (_("What it says"), one.sentence),
        (_("What is counted"), one.unit),
        (_("Belongs to the base"), one.population),
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
        *([(_("Note"), one.note)] if one.note else []),
    ]
    return Defined(
        short=one.short, lines=tuple(Line(name=name, value=value) for name, value in lines), questions=()
    )


def still_defined(content: Content, *, framework_id: str, finding: str) -> dict[str, Any]:
    """Today's definition (None where there is none any more), and whether it is the one of the release."""
    made, today = content.method, definitions(framework_id)
    same = (made.definitions_hash, made.framework_version) == (today.hash, load(framework_id).version)
    held = today.finding(finding) is not None
    return {
        "is_as_released": same,
        "definition": defined(framework_id, finding)["definition"] if held else None,
    }
