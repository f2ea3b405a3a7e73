"""The macros say what GOV.UK Frontend's own examples say: the pair of packages is in step."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template import engines

COMPONENTS = Path(__file__).resolve().parents[3] / "node_modules/govuk-frontend/dist/govuk/components"
FIXTURES = sorted(COMPONENTS.glob("*/fixtures.json"))


class Reader(HTMLParser):
    """What a browser makes of a page: tags with their attributes, and words; space apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted((name, " ".join((value or "").split())) for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(tag)

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append(" ".join(data.split()))


def parts(html: str) -> list[object]:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.parts


def macro_name(component: str) -> str:
    return "govuk" + "".join(word.title() for word in component.split("-"))


def drawn(component: str, options: dict[str, object]) -> str:
    name = macro_name(component)
    source = (
        f'{{% from "govuk_frontend_jinja/components/{component}/macro.html" import {name} %}}'
        f"{{{{ {name}(params) }}}}"
    )
    return str(engines["jinja2"].env.from_string(source).render(params=options))  # type: ignore[attr-defined]


def test_all_of_the_examples_are_here() -> None:
    examples = [each for path in FIXTURES for each in json.loads(path.read_text("utf-8"))["fixtures"]]
    assert len(examples) == 657


@pytest.mark.parametrize("path", FIXTURES, ids=[each.parent.name for each in FIXTURES])
def test_macros_draw_the_examples_of_govuk_frontend(path: Path) -> None:
    component = json.loads(path.read_text("utf-8"))
    different = [
        example["name"]
        for example in component["fixtures"]
        if parts(drawn(component["component"], example["options"])) != parts(example["html"])
    ]
    assert different == []
