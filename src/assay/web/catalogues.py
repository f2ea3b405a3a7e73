"""Catalogues of translated sentences: extracted from Python, pages and YAML, compiled at set-up.

Python's ``_``, ``gettext``, ``message`` and their like, and everything in a template's ``_()`` or ``trans``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SOURCE = Path(__file__).resolve().parents[1]
LOCALE = SOURCE / "locale"
LANGUAGES = ("cy",)
METHODS = [
    ("**/migrations/**.py", "ignore"),
    ("**/static/**", "ignore"),
    ("**.py", "python"),
    ("**.jinja", "jinja2.ext:babel_extract"),
    ("**.yaml", "assay.web.catalogues:extract_yaml"),
]
OPTIONS: dict[str, Any] = {"**.jinja": {"trimmed": "true", "silent": "false", "encoding": "utf-8"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "_": None, "message": None, "gettext_lazy": None, "ngettext_lazy": (1, 2)}
HEADER = """\
# Sentences of Assay in another language. Kept up to date by python -m assay.web.catalogues.
# An empty translation shows the English sentence, which the page then marks as English."""
# Keys of our YAML files whose values people read.
READ_KEYS = frozenset({"sentence", "title", "name", "question", "prompt", "text", "label", "hint", "note"})


def extract() -> Catalog:
    """Every sentence of the source that people read, with where it stands."""
    catalog = Catalog(project="Assay", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        str(SOURCE),
        method_map=METHODS,
        options_map=OPTIONS,
        keywords=KEYWORDS,
        comment_tags=("Translators:",),
    )
    for filename, line, text, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        if text and text != ("", ""):
            catalog.add(
                text, None, [(Path(filename).as_posix(), line)], auto_comments=comments, context=context
            )
    return catalog


def update() -> dict[str, int]:
    """Bring each language's file up to the source; returns how many sentences wait for a translation."""
    template = extract()
    waiting = {}
    for language in LANGUAGES:
        path = _file(language)
        catalog = _read(path, language) if path.exists() else Catalog(locale=language, charset="utf-8")
        catalog.update(template, no_fuzzy_matching=True)
        catalog.fuzzy = False
        catalog.project, catalog.version = "Assay", "1"
        catalog.header_comment = HEADER
        catalog.last_translator = catalog.language_team = catalog.msgid_bugs_address = ""
        catalog.revision_date = catalog.creation_date = datetime(2026, 1, 1, tzinfo=UTC)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalog, width=110, omit_header=False, include_lineno=False, sort_output=True)
        waiting[language] = sum(1 for each in catalog if each.id and not _is_translated(each.string))
    return waiting


def compile_catalogues() -> list[Path]:
    """Write the compiled file beside each language's own. Django reads only the compiled one."""
    made = []
    for language in LANGUAGES:
        path = _file(language)
        if path.exists():
            target = path.with_suffix(".mo")
            with target.open("wb") as file:
                write_mo(file, _read(path, language))
            made.append(target)
    return made


def extract_yaml(fileobj: Any, keywords: Any, comment_tags: Any, options: Any) -> Iterator[tuple[Any, ...]]:
    """Babel's entry point for YAML: the values of the keys that people read, at any depth."""
    import yaml

    node = yaml.compose(fileobj.read().decode("utf-8"), Loader=yaml.SafeLoader)
    yield from _yaml_strings(node) if node is not None else ()


def _yaml_strings(node: Any, key: str = "") -> Iterator[tuple[int, None, str, list[str]]]:
    import yaml

    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _yaml_strings(value, name.value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _yaml_strings(value, key)
    elif key in READ_KEYS and node.value and any(letter.isalpha() for letter in node.value):
        yield node.start_mark.line + 1, None, node.value, []


def main() -> int:
    """Bring every language's file up to the source, and say how much waits for a translation."""
    for language, waiting in update().items():
        sys.stdout.write(f"{language}: {waiting} sentences wait for a translation.\n")
    compile_catalogues()
    return 0


def _file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _is_translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    sys.exit(main())
