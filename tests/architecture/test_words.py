"""Every string that people read goes through the catalogue."""

from __future__ import annotations

import re

import pytest

from tests.architecture.repository import files

# Names that are the same in every language, and the one sentence that must be Welsh on an English page.
SAME_IN_EVERY_LANGUAGE = {"Assay", "- Assay", "English", "Cymraeg"}
WELSH_ON_PURPOSE = {"Nid yw’r dudalen hon ar gael yn Gymraeg eto."}
# In this order: what is not text, then what is text through the catalogue, then the marks around the rest.
NOT_BARE = (
    r"\{#.*?#\}",
    r"\{%-?\s*trans\b.*?\{%-?\s*endtrans\s*-?%\}",
    r"\{\{.*?\}\}",
    r"\{%.*?%\}",
    r"<(script|style)\b.*?</\1>",
    r"<!--.*?-->",
)
READ_ALOUD = re.compile(r"""\b(?:alt|title|aria-label|placeholder)=["']([^"'{<]*[A-Za-z]{2}[^"'{<]*)["']""")
CLASS_NAME = re.compile(r"^[a-z]+(-[a-z]+)+$")


def bare(template: str) -> set[str]:
    """The text of a template that no catalogue sees, a line each, and attributes that are read aloud."""
    attributes = set(READ_ALOUD.findall(template))
    for pattern in NOT_BARE:
        template = re.sub(pattern, " ", template, flags=re.DOTALL)
    text = re.sub(r"&[a-z#0-9]+;", " ", re.sub(r"<[^>]*>", " ", template, flags=re.DOTALL))
    lines = {" ".join(line.split()) for line in text.splitlines() if re.search(r"[^\W\d_]{2}", line)}
    wanted = {line for line in lines if not CLASS_NAME.match(line)}
    return (wanted | attributes) - SAME_IN_EVERY_LANGUAGE - WELSH_ON_PURPOSE


@pytest.mark.parametrize("path", files(".jinja"), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_template_holds_no_sentence_of_its_own(path: object) -> None:
    assert bare(path.read_text("utf-8")) == set()  # type: ignore[attr-defined]


def test_a_bare_sentence_is_seen() -> None:
    assert bare('<h1>{{ _("Today") }}</h1>\n<p>Nothing open.</p>') == {"Nothing open."}
    assert bare('<img alt="A chart" src="{{ x }}">') == {"A chart"}
    assert bare("{% trans %}Nothing open.{% endtrans %}\n<p class='a-b'>{{ n }}</p>") == set()
