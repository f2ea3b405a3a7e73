from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest

from assay.web import catalogues


def test_sentences_are_found_in_python_pages_and_yaml() -> None:
    found = {each.id for each in catalogues.extract() if each.id}
    assert "You need to sign in to see this page." in found
    assert "Sign in" in found
    assert "There is nothing to see here" in found
    assert "Senior probation officer" in found


def test_the_welsh_catalogue_knows_the_sentences_of_the_doors() -> None:
    """The file is brought up to the source with ``python -m assay.web.catalogues``."""
    catalog = catalogues._read(catalogues._file("cy"), "cy")
    assert "Sign in" in catalog
    assert catalog.fuzzy is False


def test_no_machine_is_named_in_a_catalogue() -> None:
    text = catalogues._file("cy").read_text("utf-8")
    assert "/home/" not in text
    assert str(Path.cwd()) not in text


def test_yaml_gives_the_values_that_people_read() -> None:
    source = BytesIO(b"id: a-1\nsentence: It was late\nlist:\n  - name: Enquiry\n  - code: X1\ntitle: '41'\n")
    assert [(line, text) for line, _, text, _ in catalogues.extract_yaml(source, None, None, None)] == [
        (2, "It was late"),
        (4, "Enquiry"),
    ]


def test_a_translation_survives_an_update(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "LOCALE", tmp_path)
    monkeypatch.setattr(catalogues, "SOURCE", catalogues.SOURCE / "web" / "accounts")
    before = catalogues.update()["cy"]
    path = catalogues._file("cy")
    text = path.read_text("utf-8")
    path.write_text(
        text.replace('msgid "Sign in"\nmsgstr ""', 'msgid "Sign in"\nmsgstr "Mewngofnodi"'), "utf-8"
    )
    assert catalogues.update()["cy"] == before - 1
    assert 'msgstr "Mewngofnodi"' in path.read_text("utf-8")
    first = path.read_bytes()
    catalogues.update()
    assert path.read_bytes() == first
    assert [each.name for each in catalogues.compile_catalogues()] == ["django.mo"]
