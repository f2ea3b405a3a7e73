from __future__ import annotations

import re
from pathlib import Path

import pytest

from assay.web import prepare_assets

PACKAGES = prepare_assets.ROOT / "node_modules"


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
