"""Every part of our pages, once, on a page of its own."""

from __future__ import annotations

import os
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.template import engines

from assay.access.accounts.permissions import check_public
from assay.core.figures import Count
from assay.web.routes import route
from tests.acceptance.conftest import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXT = "5 March 2026. Discussed with S. Invented: who else lives at the address?"
SOURCE = """
{% extends "components/page.jinja" %}
{% from "components/assay.jinja" import identity_bar, ladder, copy_box, data_table, timeline %}
{% from "components/assay.jinja" import empty_state, progress %}
{% block title %}Parts{% endblock %}
{% block content %}
{{ identity_bar("S. Invented", facts, badges) }}
<h2 class="govuk-heading-m">Police</h2>
{% call(rung) ladder(rungs, "Police: from asked to used") %}
{% if rung.cite %}<a class="govuk-link" href="{{ rung.cite }}">Cite the paragraph</a>{% endif %}
{% endcall %}
{{ copy_box("words", "Text for nDelius", text) }}
{{ data_table("Duties by team", columns, rows) }}
{{ timeline(entries) }}
{% call empty_state("Nothing open in the 6 duties checked") %}
<p class="govuk-body">{{ n_of_n(count, words="people could not be checked") }}</p>
{% endcall %}
{{ progress("Reading the files", 3, 27) }}
{% endblock %}
"""
CONTEXT = {
    "facts": [{"label": "CRN", "value": "X900001"}, {"label": "Age", "value": "34"}],
    "badges": [
        {"text": "Very high RoSH", "tone": "critical"},
        {"text": "Child protection plan", "tone": "warning"},
        {"text": "Restricted", "tone": "quiet"},
        {"text": "Seen", "tone": "good"},
        {"text": "Trial", "tone": "info"},
    ],
    "rungs": [
        {"name": "Asked", "state": "done", "on": "3 February 2026"},
        {"name": "Answered", "state": "done", "on": "12 February 2026", "gap": "9 days later"},
        {"name": "Analysed", "state": "waiting", "says": ["P. Sample says so"], "quote": "He named both."},
        {"name": "Used", "state": "none", "says": ["No assessment since the answer."], "cite": "/cite"},
        {"name": "Used again", "state": "unknown", "says": ["The record cannot say"]},
    ],
    "text": TEXT,
    "columns": [
        {"text": "Duty", "href": "?sort=duty", "sorted": "ascending"},
        {"text": "Met", "href": "?sort=met", "is_number": True},
    ],
    "rows": [["Police enquiry", "41 of 84"], [{"text": "Home visit", "href": "/"}, "12 of 31"]],
    "entries": [
        {
            "title": "Management oversight",
            "byline": "by H. Example",
            "at": "10 February 2026",
            "paragraphs": ["Looked at\nand agreed."],
            "tags": [{"text": "Written up late", "tone": "warning"}],
            "href": "/",
            "link_text": "Open the entry",
        }
    ],
    "count": Count(14, 62, "person", "the caseload"),
}


def gallery(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["jinja2"].from_string(SOURCE).render(dict(CONTEXT), request))


@pytest.fixture
def browser(service: str, settings: Any, visit: Callable[..., Visit]) -> Visit:
    from assay.config import urls_service

    conf = types.ModuleType("gallery_urls")
    conf.__dict__["urlpatterns"] = [
        *urls_service.urlpatterns,
        route("gallery/", gallery, permission=check_public, name="gallery"),
    ]
    settings.ROOT_URLCONF = conf
    made = visit()
    made.open("/gallery/")
    return made


def test_every_part_passes_at_both_widths(browser: Visit) -> None:
    browser.check_at_both_widths()
    pictures = os.environ.get("ASSAY_PICTURES")
    if pictures:
        browser.picture(Path(pictures) / "parts-wide.png")
        browser.page.set_viewport_size({"width": 320, "height": 700})
        browser.picture(Path(pictures) / "parts-narrow.png")


def test_text_is_copied_in_one_press(browser: Visit) -> None:
    browser.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    browser.page.get_by_role("button", name="Copy the text").click()
    browser.page.get_by_text("Copied", exact=True).wait_for()
    assert browser.page.evaluate("() => navigator.clipboard.readText()") == TEXT


def test_without_javascript_the_text_can_be_selected(browser: Visit, visit: Callable[..., Visit]) -> None:
    plain = visit(javascript=False)
    plain.open("/gallery/")
    assert plain.page.locator("#words").input_value() == TEXT
    assert not plain.page.get_by_role("button", name="Copy the text").is_visible()
