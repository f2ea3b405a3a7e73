"""Workbooks that others made: opened only when they are workbooks, and small enough once unpacked."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from assay.core.errors import Unfit
from assay.records.sources import workbooks
from assay.records.sources.workbooks import Bounds, SheetRows
from tests.factories.workbooks import written

BOUNDS = Bounds(packed=1_000_000, unpacked=2_000_000, cells=10_000)


def small(tmp_path: Path, rows: list[list[object]]) -> bytes:
    return written(tmp_path / "small.xlsx", {"One": rows}).read_bytes()


def rule(content: bytes, bounds: Bounds = BOUNDS) -> str:
    with pytest.raises(Unfit) as found:
        workbooks.open_workbook(io.BytesIO(content), file="list.xlsx", bounds=bounds)
    assert [each.file for each in found.value.problems] == ["list.xlsx"]
    return found.value.problems[0].rule


def changed(content: bytes, part: str, new: bytes) -> bytes:
    """The workbook with one part put in another's place."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as again,
    ):
        for each in old.namelist():
            again.writestr(each, new if each == part else old.read(each))
    return made.getvalue()


def test_rows_come_as_excel_counts_them_with_formulas_not_worked_out(tmp_path: Path) -> None:
    content = small(tmp_path, [[], ["Name", "Count"], ["a", 1], ["=1+1", 2]])
    sheets = workbooks.open_workbook(io.BytesIO(content), file="list.xlsx", bounds=BOUNDS)
    found = sheets.sheet(" o-n_E ")
    assert found is not None
    assert [list(each) for each in found.rows] == [["", ""], ["Name", "Count"], ["a", 1.0], ["", 2.0]]
    assert sheets.sheet("two") is None
    assert sheets.names == ("One",)


def test_what_is_no_workbook_is_refused_whatever_it_is_called(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("letter.txt", "hello")
    assert rule(b"CRN,Name\nX900001,Sam\n") == "no-workbook"
    assert rule(b"") == "no-workbook"
    assert rule(packed.getvalue()) == "no-workbook"
    assert rule(small(tmp_path, [["a"]])[:-60]) == "no-workbook"


def test_a_workbook_whose_parts_are_damaged_is_refused(tmp_path: Path) -> None:
    content = small(tmp_path, [["a"]])
    assert rule(changed(content, "xl/workbook.xml", b"<not-xml")) == "unreadable"


def test_a_file_that_is_too_large_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    content = small(tmp_path, [["a"]])
    assert rule(content, Bounds(packed=len(content) - 1, unpacked=10**9)) == "file-size"
    assert workbooks.open_workbook(
        io.BytesIO(content), file="list.xlsx", bounds=Bounds(packed=len(content), unpacked=10**9)
    )


def test_a_small_file_that_unpacks_to_very_much_is_refused(tmp_path: Path) -> None:
    bomb = changed(small(tmp_path, [["a"]]), "xl/styles.xml", b" " * 3_000_000)
    assert len(bomb) < 20_000
    assert rule(bomb) == "unpacked-size"


def test_a_cell_far_out_is_refused_before_the_sheet_is_laid_out(tmp_path: Path) -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b"<row r='1'><c t='n' r='A1'><v>1</v></c></row>"
        b"<row r='1048576'><c t='n' r='XFD1048576'><v>1</v></c></row></sheetData></worksheet>"
    )
    bomb = changed(small(tmp_path, [["a"]]), "xl/worksheets/sheet1.xml", sheet)
    assert len(bomb) < 10_000
    assert rule(bomb) == "sheet-size"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("26/02/2026", date(2026, 2, 26)),
        ("2026-02-26T00:00:00", date(2026, 2, 26)),
        ("26/02/2026 00:00:00", date(2026, 2, 26)),
        ("26-Feb-26", date(2026, 2, 26)),
        (datetime(2026, 2, 26, 6, 30), date(2026, 2, 26)),  # noqa: DTZ001 - as Excel keeps it
        (date(2026, 2, 26), date(2026, 2, 26)),
        ("26/13/2026", None),
        ("N", None),
        ("", None),
        (46079.0, None),
    ],
)
def test_days_are_read_day_before_month(cell: object, found: date | None) -> None:
    assert workbooks.day(cell) == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [(3.0, 3), ("4", 4), ("", 0), (None, 0), (-1.0, None), (1.5, None), ("few", None), (True, None)],
)
def test_a_count_is_a_whole_number_from_none_up(cell: object, found: int | None) -> None:
    assert workbooks.whole(cell) == found


def test_headings_are_found_below_titles_however_they_are_spelt() -> None:
    sheet = SheetRows(
        name="One", rows=[["A title"], [], ["", "V CRN count", "om key ", "Remarks"], [1, 2, "P1", "x"]]
    )
    found = workbooks.headings(
        sheet, names={"OM_Key": (), "V-CRN_Count": ()}, needed=("OM_Key",), file="list.xlsx"
    )
    assert (found.row, dict(found.columns)) == (3, {"V-CRN_Count": 1, "OM_Key": 2})
    assert dict(found.unknown) == {"Remarks": 3}
    assert list(workbooks.rows_below(sheet, found)) == [(4, [1, 2, "P1", "x"])]
    assert found.of(["", 5]) == {"V-CRN_Count": 5, "OM_Key": ""}


def test_headings_that_are_missing_or_there_twice_are_named() -> None:
    sheet = SheetRows(name="One", rows=[["Team", "Team_Name", "Grade"]])
    with pytest.raises(Unfit) as found:
        workbooks.headings(
            sheet,
            names={"Team_Desc": ("Team", "Team_Name"), "Grade": (), "OM_Key": ()},
            needed=("OM_Key",),
            file="list.xlsx",
        )
    assert [(each.rule, each.column) for each in found.value.problems] == [
        ("missing-column", "OM_Key"),
        ("repeated-column", "Team_Desc"),
    ]
    assert found.value.problems[0].message.worded() == "Sheet One has no column OM_Key in its first rows."
