"""The record standard holds together: lists, references and the page of the manual."""

from __future__ import annotations

import csv
from importlib import resources
from pathlib import Path

import pytest

from assay.jobs import reference_pages
from assay.records import codes, standard

ROOT = Path(__file__).parents[3]
LISTS = sorted(
    each.name.removesuffix(".csv")
    for each in resources.files("assay.records").joinpath("code_lists").iterdir()
    if each.name != "pdu.csv"
)


def test_every_column_that_names_a_list_names_one_there_is() -> None:
    named = {each.codes for table in standard.TABLES for each in table if each.codes}
    assert named <= set(LISTS)


def test_every_reference_is_the_key_of_a_table() -> None:
    for table in standard.TABLES:
        for column in table:
            if column.references:
                target, key = column.references.split(".")
                assert standard.table(target).key == key, f"{table.name}.{column.name}"


def test_every_key_and_every_order_are_columns_of_the_table() -> None:
    for table in standard.TABLES:
        assert table.column(table.key).required, table.name
        assert set(table.order) <= set(table.names), table.name
        assert {each.after for each in table if each.after} <= set(table.names), table.name
        assert set(table.alone) <= set(table.names), table.name


@pytest.mark.parametrize("name", LISTS)
def test_a_list_gives_every_code_a_name_a_source_and_a_known_confidence(name: str) -> None:
    found = list(codes.code_list(name))
    assert found
    for each in found:
        assert each.code.strip() == each.code
        assert each.name
        assert each.source
        assert each.confidence in codes.CONFIDENCES


def test_a_list_has_as_many_codes_as_its_file_has_rows() -> None:
    path = resources.files("assay.records").joinpath("code_lists", "contact_type.csv")
    rows = list(csv.DictReader(path.read_text("utf-8").splitlines()))
    assert len(codes.code_list("contact_type").codes) == len(rows) == 723


def test_an_alias_stands_for_a_code_of_its_list_and_is_none_itself() -> None:
    for name, aliases in codes.ALIASES.items():
        for alias, code in aliases.items():
            assert alias not in codes.code_list(name)
            assert code in codes.code_list(name)


def test_an_unknown_code_is_named_by_itself() -> None:
    assert codes.code_list("gender").name_of("M") == "Male"
    assert codes.code_list("gender").name_of("Q") == "Q"
    assert codes.code_list("gender").name_of(None) == ""


@pytest.mark.parametrize("name", ["entry_group", "withheld_words"])
def test_lists_about_contacts_name_contact_types_as_they_are_named(name: str) -> None:
    contact_types = codes.code_list("contact_type").codes
    assert {each.code: each.name for each in codes.code_list(name)} == {
        each.code: contact_types[each.code].name for each in codes.code_list(name)
    }


def test_the_published_units_are_109_in_12_regions_and_ten_of_them_in_the_west_midlands() -> None:
    units = codes.delivery_units()
    assert len(units) == 109
    assert len({each.region_code for each in units}) == 12
    assert sum(each.region_code == "N52" for each in units) == 10


def test_nothing_in_the_package_reads_codes_from_outside_it() -> None:
    for path in (ROOT / "src" / "assay" / "records").rglob("*.py"):
        assert "../shared" not in path.read_text("utf-8"), path


def test_the_page_of_the_manual_is_what_the_standard_says() -> None:
    for name, text in reference_pages.pages().items():
        committed = (ROOT / "docs" / "reference" / name).read_text("utf-8")
        assert committed == text, f"run python -m assay.jobs.reference_pages, {name} is out of date"
