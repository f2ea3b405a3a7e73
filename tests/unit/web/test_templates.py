"""What every page of every room keeps to."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines

import assay.web

WEB = Path(assay.web.__file__).parent
TEMPLATES = sorted(WEB.rglob("*.jinja"))
NAMES = [str(each.relative_to(WEB)) for each in TEMPLATES]
# Names that are the same in every language.
SAME = {"Assay", "GOV.UK", "English", "Cymraeg", "nDelius", "OASys", "CRN"}


def bare_words(source: str) -> list[str]:
    """Words of a template that no translation would reach: text between tags, and in read attributes."""
    source = re.sub(r"\{#.*?#\}", "", source, flags=re.DOTALL)
    # Classes, not words.
    source = re.sub(r"\{% block width %\}.*?\{% endblock %\}", "", source)
    source = re.sub(r"\{%-?\s*trans\b.*?endtrans\s*-?%\}", "", source, flags=re.DOTALL)
    source = re.sub(r"<(script|style|svg)\b.*?</\1>", "", source, flags=re.DOTALL)
    source = re.sub(r"<(\w+)[^<>]*\blang=\"cy\"[^<>]*>.*?</\1>", "", source, flags=re.DOTALL)
    read = re.findall(r"\b(?:alt|title|aria-label|placeholder)=\"([^\"]*)\"", source)
    source = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\x00", source, flags=re.DOTALL)
    source = re.sub(r"<[^<>]*>", "\x00", source)
    read = [re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "\x00", each) for each in read]
    pieces = [each.strip(" \n-·(),.:;|") for text in (source, *read) for each in text.split("\x00")]
    return [each for each in pieces if re.search(r"[A-Za-z]{2}", each) and each not in SAME]


def unwrapped_options(source: str) -> list[str]:
    """Words handed to a macro as they stand: {"text": "Save"}."""
    return [
        each
        for each in re.findall(r"\"(?:text|titleText|label|legend|caption|hint)\":\s*\"([^\"]*)\"", source)
        if re.search(r"[A-Za-z]{2}", each)
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_every_sentence_can_be_translated(path: Path) -> None:
    source = path.read_text("utf-8")
    assert bare_words(source) == []
    assert unwrapped_options(source) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_no_page_styles_or_scripts_inside_its_tags(path: Path) -> None:
    """The security policy would drop them without a word."""
    source = re.sub(r"<svg\b.*?</svg>", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert re.findall(r"<[^<>]*\sstyle=|<style\b|<[^<>]*\son[a-z]+=\"", source) == []
    scripts = re.findall(r"<script\b([^>]*)>", source)
    assert [
        each for each in scripts if "nonce=" not in each and "src=" not in each and "json" not in each
    ] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_every_form_that_posts_carries_its_token(path: Path) -> None:
    forms = re.findall(r"<form\b.*?</form>", path.read_text("utf-8"), flags=re.DOTALL)
    posts = [each for each in forms if re.search(r"method=\"post\"", each, re.IGNORECASE)]
    assert [each[:80] for each in posts if "csrf_" not in each] == []


@pytest.mark.parametrize("name", NAMES)
def test_every_template_compiles(name: str) -> None:
    assert engines["jinja2"].env.get_template(name)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ('<p>{{ _("Hello") }} there</p>', ["there"]),
        ('<img alt="A chart">', ["A chart"]),
        ('<img alt="{{ _("A chart") }}">', []),
        ("{% trans %}Hello{% endtrans %}", []),
        ("{# Hello #}<b>41</b>", []),
    ],
)
def test_bare_words_are_found(source: str, found: list[str]) -> None:
    assert bare_words(source) == found
