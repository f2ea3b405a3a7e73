"""The public's pages: the home, released reports, and their files."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from assay.inspection.outcomes import published
from assay.inspection.reports import queries
from assay.inspection.reports.documents import pdf
from assay.inspection.reports.files import csv_bytes, findings_sheet, json_bytes, ods_bytes
from assay.inspection.reports.types import Released
from assay.web.outcomes import replays
from assay.web.public.presenters import as_released, cases_behind, still_defined
from assay.web.rendering import render
from assay.web.reports import presenters

Made = tuple[str, Callable[[Released], bytes]]
FILES: dict[str, Made] = {
    "report.pdf": ("application/pdf", lambda each: _pdf(each)),
    "findings.csv": ("text/csv; charset=utf-8", lambda each: csv_bytes(findings_sheet(each.content))),
    "findings.ods": (
        "application/vnd.oasis.opendocument.spreadsheet",
        lambda each: ods_bytes(findings_sheet(each.content)),
    ),
    "report.json": ("application/json", lambda each: json_bytes(_json(each))),
    "chart.svg": ("image/svg+xml", lambda each: presenters.chart(each.content).encode()),
}


def home(request: HttpRequest) -> HttpResponse:
    """What is here for everybody: reports and outcomes."""
    reports = queries.listed()
    context = {
        "reports": reports,
        "outcomes": len(published.outcomes()),
        "replays": replays.links(),
    }
    return render(request, "public/home.jinja", context)


def report(request: HttpRequest, slug: str, version: int | None = None) -> HttpResponse:
    """A released report: the newest version, or the one asked for."""
    found = _released(slug, version)
    return render(request, "public/report.jinja", presenters.released_page(found))


def download(request: HttpRequest, slug: str, version: int, name: str) -> HttpResponse:
    """A file of a released version."""
    found = _released(slug, version)
    if name not in FILES:
        raise Http404
    kind, make = FILES[name]
    content = make(found)
    if not content:  # no chart is drawn where every base is too small for one
        raise Http404
    response = HttpResponse(content, content_type=kind)
    shown = "inline" if name in ("report.pdf", "chart.svg") else "attachment"
    response["Content-Disposition"] = f'{shown}; filename="{found.slug}-version-{found.version}-{name}"'
    return response


def definition(request: HttpRequest, slug: str, finding: str, version: int | None = None) -> HttpResponse:
    """What a figure of a released report counts: as it was released, and what the definition says today."""
    found = _released(slug, version)
    one = next((each for each in found.content.findings if each.id == finding), None)
    if one is None:
        raise Http404
    context = {
        "report": found,
        "back": reverse("public-report-version", args=(found.slug, found.version)),
        "cases": cases_behind(found, finding, user=request.user),
        "as_released": as_released(found.content, one),
        **still_defined(found.content, framework_id=found.framework_id, finding=finding),
    }
    return render(request, "public/definition.jinja", context)


def _released(slug: str, version: int | None) -> Released:
    found = queries.released(slug, version=version)
    if found is None:
        raise Http404
    return found


def _pdf(found: Released) -> bytes:
    words = presenters.pdf_words(found.content, released_on=found.released_on)
    return pdf(found.content, words=words, made_at=found.released_at)


def _json(found: Released) -> dict[str, object]:
    return {
        "synthetic": found.content.synthetic,
        "version": found.version,
        "released_on": found.released_on.isoformat(),
        "hash": found.hash,
        "report": found.content.as_data,
    }
