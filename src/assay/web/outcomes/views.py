"""The published outcomes: a table to filter and sort, a chart over time, and files to take away."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from markupsafe import Markup

from assay.inspection.outcomes import published
from assay.inspection.outcomes.charts import outcomes_chart
from assay.inspection.outcomes.files import replay_data, shipped_replay
from assay.inspection.outcomes.published import Choice
from assay.inspection.outcomes.replaying import Replay
from assay.inspection.reports.files import csv_bytes, json_bytes, ods_bytes
from assay.web.outcomes import presenters, replays
from assay.web.rendering import render

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "json": "application/json",
}


def outcomes(request: HttpRequest) -> HttpResponse:
    """The page. What is chosen stands in the address: it names no person."""
    choice = _choice(request)
    rows = published.chosen(choice)
    chart = outcomes_chart(rows, title=_("Published outcomes by year and overall rating"))
    context = {
        "choice": choice,
        "choices": presenters.choices(),
        "headings": presenters.headings(choice),
        "part": presenters.part(rows, choice=choice, page=_page(request)),
        "found": len(rows),
        "all": len(published.outcomes()),
        "chart": Markup(chart),  # noqa: S704 - drawn by us; every text in it is escaped
        "years": presenters.year_table(rows),
        "ratings": [str(each) for each in presenters.RATINGS.values()],
        "query": presenters.query(choice),
        "data_note": _("The people on other pages are invented. The outcomes on this page are real."),
    }
    return render(request, "outcomes/outcomes.jinja", context)


def download(request: HttpRequest, form: str) -> HttpResponse:
    """The same choice as a file, as CSV, ODS or JSON."""
    if form not in TYPES:
        raise Http404
    sheet = published.sheet(published.chosen(_choice(request)))
    if form == "csv":
        content = csv_bytes(sheet)
    elif form == "ods":
        content = ods_bytes(sheet)
    else:
        rows = [dict(zip(sheet.columns, row, strict=True)) for row in sheet.rows]
        content = json_bytes({"title": sheet.title, "notes": list(sheet.notes), "outcomes": rows})
    response = HttpResponse(content, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="published-outcomes.{form}"'
    return response


def replay(request: HttpRequest, name: str) -> HttpResponse:
    """What was published of an inspection, beside what our rules count from invented readings."""
    return render(request, "outcomes/replay.jinja", {"page": replays.page(_replay(name))})


def replay_file(request: HttpRequest, name: str) -> HttpResponse:
    """The same as JSON."""
    response = HttpResponse(json_bytes(replay_data(_replay(name))), content_type=TYPES["json"])
    response["Content-Disposition"] = f'attachment; filename="{name}-replay.json"'
    return response


def _replay(name: str) -> Replay:
    """Only a demonstration shows one: elsewhere nothing invented stands under a real region's name."""
    if not settings.DEMONSTRATION:
        raise Http404
    try:
        return shipped_replay(name)
    except KeyError:
        raise Http404 from None


def _page(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return int(asked) if asked.isdecimal() and len(asked) < 6 else 1


def _choice(request: HttpRequest) -> Choice:
    asked = request.GET
    order = asked.get("order", "published")
    return Choice(
        words=asked.get("words", "")[:100].strip(),
        unit_type=asked.get("unit_type", ""),
        framework=asked.get("framework", ""),
        rating=asked.get("rating", ""),
        year=asked.get("year", ""),
        order=order if order in published.ORDERS else "published",
        downwards=asked.get("way", "down") != "up",
    )
