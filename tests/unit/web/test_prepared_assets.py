from __future__ import annotations

import io
import re
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from assay.core.errors import Unfit
from assay.inspection.reports import documents
from assay.inspection.reports.types import Content, ReportedFinding, ReportedMethod
from assay.web import prepare_assets
from assay.web.reports.presenters import pdf_words

PACKAGES = prepare_assets.ROOT / "node_modules"
DAY = date(2026, 3, 5)
CONTENT = Content(
    title="Invented Region 2026",
    inspection="Invented Region",
    region="Invented Region",
    judgement="Leaders wanted to keep people safe.",
    groups=(("work", "Work"),),
    findings=(
        ReportedFinding(
            id="effective-work",
            group="work",
            sentence="Effective work was done in 15 of 30 assignments.",
            short="Effective work",
            numerator=15,
            denominator=30,
            unit="assignment",
            population="assignments read",
            value=0.5,
            weighted=None,
            lower=0.33,
            upper=0.67,
            level=0.95,
            method="Wilson",
            basis="counted",
            base_rule="every reading",
            count_rule="every reading",
            interval_rule="Wilson's",
            asked=(),
            headline=True,
        ),
    ),
    profile=(),
    recommendations=(),
    method=ReportedMethod(
        read=0,
        eligible=None,
        units=0,
        framework="Invented",
        framework_version="1",
        definitions_version="1",
        definitions_hash="0",
        seed="",
        frame_hash="",
        code_version="0",
        limits="",
    ),
    synthetic=True,
    version=1,
)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("assets") / "static"
    prepare_assets.prepare(packages=PACKAGES, to=folder)
    return folder


def texts(folder: Path) -> dict[str, str]:
    return {
        str(each.relative_to(folder)): each.read_text("utf-8")
        for each in folder.rglob("*")
        if each.suffix in (".css", ".js", ".svg")
    }


def test_nothing_that_belongs_to_gov_uk_is_served(prepared: Path) -> None:
    for name, text in texts(prepared).items():
        assert re.search(r"GDS Transport|crest|crown", text, re.IGNORECASE) is None, name
    names = {each.name for each in prepared.rglob("*")}
    assert [each for each in names if re.search(r"crest|crown|favicon|opengraph|woff|manifest", each)] == []


def test_every_address_in_a_style_sheet_leads_to_a_file(prepared: Path) -> None:
    for style in prepared.rglob("*.css"):
        addresses = set(re.findall(r"url\(([^)]+)\)", style.read_text("utf-8")))
        local = {each.strip("\"'") for each in addresses if not each.strip("\"'").startswith("data:")}
        assert [each for each in local if not (style.parent / each).is_file()] == []
    assert len(list((prepared / "moj" / "images").iterdir())) == 11


def test_no_source_maps_are_asked_for(prepared: Path) -> None:
    assert [name for name, text in texts(prepared).items() if "sourceMappingURL" in text] == []


def test_the_licences_come_along(prepared: Path) -> None:
    for package in ("govuk", "moj"):
        text = (prepared / package / "LICENCE.txt").read_text("utf-8")
        assert "Crown Copyright" in text
        assert "Permission is hereby granted" in text


def test_the_font_of_pdfs_comes_along_with_its_licence(prepared: Path) -> None:
    folder = prepared / "arimo"
    assert sorted(each.name for each in folder.iterdir()) == [
        "Arimo_400Regular.ttf",
        "Arimo_400Regular_Italic.ttf",
        "Arimo_700Bold.ttf",
        "Arimo_700Bold_Italic.ttf",
        "LICENCE.txt",
    ]
    assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "LICENCE.txt").read_text("utf-8")


def test_a_pdf_is_made_in_the_prepared_font_without_the_packages(
    prepared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first folder is the prepared one; here it is the only one, as in an installation."""
    assert documents.FONT_FOLDERS[0] == prepare_assets.TARGET / "arimo"
    monkeypatch.setattr(documents, "FONT_FOLDERS", (prepared / "arimo",))
    words = pdf_words(CONTENT, released_on=DAY)
    made = documents.pdf(CONTENT, words=words, made_at=datetime(2026, 3, 5, tzinfo=UTC))
    fonts = {
        font.get_object()["/BaseFont"]
        for page in PdfReader(io.BytesIO(made)).pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert all("Arimo" in each for each in fonts), fonts


def test_without_a_font_folder_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(documents, "FONT_FOLDERS", (tmp_path / "none",))
    with pytest.raises(Unfit) as caught:
        documents.fonts()
    assert [each.rule for each in caught.value.problems] == ["font missing"]


def test_a_style_sheet_keeps_its_rules() -> None:
    css = (
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/x.woff2)}/*! Crown */"
        ".a{font-family:GDS Transport,arial,sans-serif;color:red}"
        ".logo:before{background:url(/assets/images/govuk-crest.svg)}"
        ".b{background:url(/assets/images/icon-search.svg)}"
    )
    assert prepare_assets.rebranded_style(css) == (
        '.a{font-family:arial,helvetica,"Liberation Sans",sans-serif;color:red}'
        ".b{background:url(images/icon-search.svg)}"
    )


def test_a_package_that_cannot_be_made_fit_leaves_the_old_files(tmp_path: Path) -> None:
    """The fault planted: a new version that names the font in another way."""
    packages, target = tmp_path / "packages", tmp_path / "static"
    govuk = packages / "govuk-frontend" / "dist" / "govuk"
    moj = packages / "@ministryofjustice" / "frontend" / "moj"
    for folder in (govuk, moj):
        folder.mkdir(parents=True)
    shutil.copytree(PACKAGES / "@expo-google-fonts" / "arimo", packages / "@expo-google-fonts" / "arimo")
    (govuk / "govuk-frontend.min.css").write_text(".a{font:16px 'GDS Transport'}")
    (govuk / "govuk-frontend.min.js").write_text("")
    (moj / "moj-frontend.min.css").write_text("")
    (moj / "moj-frontend.min.js").write_text("")
    target.mkdir()
    (target / "old.css").write_text("old")
    with pytest.raises(prepare_assets.Unprepared, match="GDS Transport"):
        prepare_assets.prepare(packages=packages, to=target)
    assert (target / "old.css").read_text() == "old"


def test_missing_packages_are_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(prepare_assets.Unprepared, match=r"start\.py setup"):
        prepare_assets.prepare(packages=tmp_path, to=tmp_path / "static")
    assert not (tmp_path / "static").exists()
