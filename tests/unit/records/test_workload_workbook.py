"""The nightly workload workbook: what says nothing is passed over, what cannot be right is set apart."""

from __future__ import annotations

import csv
import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from assay.core.errors import Unfit
from assay.records.sources.workload_workbook import WorkloadWorkbook, read_workload
from assay.records.standard import SYNTHETIC_CRN
from assay.records.synthetic.workload_workbook import _crn, write_workbook
from tests.factories.workbooks import (
    CASE,
    CONTACT,
    DAY,
    HEADINGS,
    REPORTS,
    TRANSITIONS,
    Officer,
    sheets,
    written,
)

HALF = Fraction(1, 2)
ONE = Officer(tiers={"CommTierA3": 2, "LicenceTier0": 1})
TWO = Officer(key="P2", surname="Two", tiers={"CustTierC1": 3})


def read(path: Path, content: dict[str, Any], limit: Fraction = HALF) -> WorkloadWorkbook:
    return read_workload(written(path / "WMT_PS.xlsx", content), limit=limit)


def rules(found: WorkloadWorkbook) -> list[tuple[str, int, str]]:
    return [(each.file, each.row, each.rule) for each in found.quarantine.rows]


def rows(found: WorkloadWorkbook, table: str, **of: str) -> list[dict[str, Any]]:
    return [
        row
        for row in found.tables[table].to_pylist()
        if all(row[name] == value for name, value in of.items())
    ]


def test_every_sheet_is_read_into_its_rows(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        sheets(
            [ONE],
            Court_Reports=[list(REPORTS), ["N52A1T1", "P1", 2, 1, 3, 0]],
            Flag_Upw=[list(CASE), ["U", "X900001", "B1", "N52A1T1", "PSM", "P1", "COMMUNITY"]],
            Suspended_Lifers=[
                [*CASE, "Register_Code", "Next_Review_Date"],
                ["L", "x900002", "A1", "N52A1T1", "PSM", "P1", "", "INLL", "01/03/2026"],
            ],
            CMS=[list(CONTACT), [77, "X900001", DAY, "cms01", "P2", "P1", "N52A1T1"]],
            T2A_Detail=[list(TRANSITIONS), ["X900003", 1, DAY, "N52A1T1", "P1", "T2A", "ACT", ""]],
            T2A=[list(HEADINGS), ONE.row({"CommTierB2": 1})],
        ),
    )
    assert (found.as_at, found.synthetic, found.regions, rules(found)) == (DAY, True, ("N52",), [])
    assert rows(found, "officer", list="all") == [
        {
            "list": "all",
            "region_code": "N52",
            "region": "Region N52",
            "pdu_code": "N52A",
            "pdu": "PDU N52A",
            "lau_code": "",
            "lau": "",
            "team_code": "N52A1T1",
            "team": "Team N52A1T1",
            "officer": "P1",
            "surname": "One",
            "forename": "Pat",
            "grade": "po",
            "standing": "",
            "people": 3,
            "new_community": 0,
            "new_licence": 0,
        }
    ]
    assert [(r["list"], r["kind"], r["tier"], r["suspended"], r["cases"]) for r in rows(found, "tier")] == [
        ("all", "community", "A3", False, 2),
        ("all", "licence", "0", False, 1),
        ("counted", "community", "A3", False, 2),
        ("counted", "licence", "0", False, 1),
        ("transition", "community", "B2", False, 1),
    ]
    assert rows(found, "report") == [
        {"team_code": "N52A1T1", "officer": "P1", "standard": 2, "due": 1, "fast": 3, "oral": 0}
    ]
    assert [(r["list"], r["crn"], r["register_code"], r["review_on"]) for r in rows(found, "flagged")] == [
        ("unpaid_work", "X900001", None, None),
        ("suspended_lifer", "X900002", "INLL", date(2026, 3, 1)),
    ]
    assert [
        (r["list"], r["contact_id"], r["type"], r["done_by"], r["on"]) for r in rows(found, "contact")
    ] == [("done_for_others", "77", "CMS01", "P2", DAY)]
    assert [(r["crn"], r["officer"], r["allocated_on"]) for r in rows(found, "transition")] == [
        ("X900003", "P1", DAY)
    ]


def test_names_and_birthdays_beside_a_key_are_not_kept(tmp_path: Path) -> None:
    heads = [*TRANSITIONS, "Birth_Date", "Staff_Name_Order_Manager"]
    row = ["X900003", 1, DAY, "N52A1T1", "P1", "", "", "", date(2007, 5, 1), "Secret, Name"]
    found = read(tmp_path, sheets([ONE], T2A_Detail=[heads, row]))
    assert "Secret" not in str(found.tables["transition"].to_pylist())
    assert "2007" not in str(found.tables["transition"].to_pylist())
    assert len(rows(found, "transition")) == 1


def test_stray_rows_titles_totals_and_blanks_are_passed_over_and_counted(tmp_path: Path) -> None:
    stray = [*[None] * 30, 1]
    content = sheets([ONE, TWO])
    content["WMT_Extract"] = [
        ["A title", "of 26 February 2026"],
        [],
        list(HEADINGS),
        ONE.row(),
        stray,
        [],
        TWO.row(),
        stray,
        list(HEADINGS),
        ["Total", *[""] * 12, 2],
        [" ", "", " "],
    ]
    found = read(tmp_path, content, Fraction(0))
    assert rules(found) == []
    assert dict(found.skipped) == {"empty": 2, "headings": 1, "stray": 2, "total": 1}
    assert [each["officer"] for each in rows(found, "officer", list="all")] == ["P1", "P2"]
    assert found.quarantine.taken == 4


def test_a_bad_row_is_set_apart_with_sheet_row_and_rule_in_a_sentence(tmp_path: Path) -> None:
    def bad(**more: Any) -> list[Any]:
        row = Officer(key="P9").row()
        for name, value in more.items():
            row[HEADINGS.index(name.replace("V_", "V-"))] = value
        return row

    content = sheets([ONE, TWO])
    content["WMT_Extract"] += [
        bad(OM_Key=""),
        bad(Team_Code=""),
        bad(CommTierA3="many"),
        bad(CommTierA3=-1),
        bad(V_CRN_Count=1.5),
        bad(Region_Code=""),
        bad(Datestamp="soon"),
        bad(Datestamp=date(2026, 2, 25)),
        ONE.row(),
    ]
    content["WMT_Extract_Filtered"].append(Officer(key="P8").row())
    content["Flag_Upw"].append(["U", "Sam Sample", "B1", "N52A1T1", "PSM", "P1", ""])
    found = read(tmp_path, content, Fraction(3, 4))
    assert rules(found) == [
        ("WMT_Extract", 4, "no-officer"),
        ("WMT_Extract", 5, "no-team"),
        ("WMT_Extract", 6, "no-count"),
        ("WMT_Extract", 7, "no-count"),
        ("WMT_Extract", 8, "no-count"),
        ("WMT_Extract", 9, "no-unit"),
        ("WMT_Extract", 10, "no-day"),
        ("WMT_Extract", 11, "another-day"),
        ("WMT_Extract", 12, "repeated-row"),
        ("WMT_Extract_Filtered", 4, "unknown-officer"),
        ("Flag_Upw", 2, "no-crn"),
    ]
    said = [each.said.worded() for each in found.quarantine.rows]
    assert said[2] == "CommTierA3 holds no whole number from 0 up."
    assert said[-2] == "WMT_Extract has no row of this officer in this team."
    assert "Sam" not in str(said), "a reason never repeats what stood in the row"
    assert [each["officer"] for each in rows(found, "officer", list="all")] == ["P1", "P2"]


def test_with_more_bad_rows_than_the_limit_the_whole_is_refused(tmp_path: Path) -> None:
    content = sheets([ONE])
    content["Flag_Upw"] += [["U", "?", "B1", "N52A1T1", "PSM", "P1", ""]]
    assert read(tmp_path, content, Fraction(1, 3)).quarantine.share == Fraction(1, 3)
    with pytest.raises(Unfit) as refused:
        read(tmp_path, content, Fraction(33, 100))
    first, second = refused.value.problems
    assert first.message.worded() == "1 of 3 rows are bad; the limit is 33%."
    assert (second.file, second.row, second.rule) == ("Flag_Upw", 2, "no-crn")


def test_a_sheet_it_cannot_do_without_and_its_columns_are_named(tmp_path: Path) -> None:
    content = sheets([ONE])
    del content["WMT_Extract_Filtered"]
    with pytest.raises(Unfit) as missing:
        read(tmp_path, content)
    assert missing.value.problems[0].message.worded() == "There is no sheet WMT_Extract_Filtered."
    content = sheets([ONE])
    content["WMT_Extract_Filtered"][0][HEADINGS.index("LicenceTierB2")] = "Licence B2 total"
    with pytest.raises(Unfit) as column:
        read(tmp_path, content)
    assert [(each.file, each.rule, each.column) for each in column.value.problems] == [
        ("WMT_PS.xlsx", "missing-column", "LicenceTierB2")
    ]


def test_other_sheets_may_be_missing_or_not_understood_and_are_named(tmp_path: Path) -> None:
    content = sheets([ONE], GS=[["Something", "else"]])
    del content["Court_Reports"]
    found = read(tmp_path, content)
    assert (found.absent, found.unread) == (("Court_Reports",), ("GS",))


def test_headings_may_be_spelt_otherwise_and_new_tiers_are_kept_apart(tmp_path: Path) -> None:
    spelt = {
        "OM_Key": "om key ",
        "Team_Code": "TEAM-CODE",
        "V-CRN_Count": "CRN Count",
        "PDU_Code": "Borough_Code",
    }
    content = sheets([ONE])
    for name in ("WMT_Extract", "WMT_Extract_Filtered"):
        content[name] = [
            [*(spelt.get(each, each) for each in HEADINGS), "CommTierE", "LicenceTierA1S"],
            [*ONE.row(), 4, 5],
        ]
    found = read(tmp_path, content, Fraction(0))
    assert [
        (r["kind"], r["tier"], r["suspended"], r["cases"]) for r in rows(found, "tier", list="counted")
    ] == [
        ("community", "A3", False, 2),
        ("licence", "0", False, 1),
        ("licence", "A1", True, 5),
        ("community", "E", False, 4),
    ]


def test_a_workbook_that_does_not_say_its_day_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unfit) as found:
        read(tmp_path, sheets([Officer(day="")]), Fraction(1))
    assert [each.rule for each in found.value.problems] == ["no-day"]


def test_a_file_that_is_not_there_is_refused_with_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unfit) as found:
        read_workload(tmp_path / "nothing.xlsx", limit=HALF)
    assert [(each.file, each.rule) for each in found.value.problems] == [("nothing.xlsx", "missing-file")]


def test_a_real_one_is_not_taken_for_synthetic(tmp_path: Path) -> None:
    content = sheets([ONE])
    for rows_ in content.values():
        for row in rows_[1:]:
            row[0] = "The Probation Service"
    assert read(tmp_path, content).synthetic is False


def test_the_synthetic_workbook_has_fourteen_sheets_and_reads_to_the_last_person(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    people = write_workbook(path, as_at=DAY, seed=3, teams_per_pdu=1, officers_per_team=4)
    again = tmp_path / "again.xlsx"
    write_workbook(again, as_at=DAY, seed=3, teams_per_pdu=1, officers_per_team=4)
    assert path.read_bytes() == again.read_bytes()
    found = read_workload(path, limit=Fraction(0))
    assert (found.synthetic, found.as_at, found.absent, found.unread) == (True, DAY, (), ())
    assert sum(each["people"] for each in rows(found, "officer", list="all")) == people
    assert found.skipped["stray"] == 2
    assert {"unallocated", "left"} <= {each["standing"] for each in rows(found, "officer", list="all")}
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    assert len(book.sheet_names) == 14
    for name in book.sheet_names:
        assert "Synthetic" in str(book.get_sheet_by_name(name).to_python())


def test_the_reasons_are_written_row_by_row(tmp_path: Path) -> None:
    content = sheets([ONE, TWO])
    content["WMT_Extract"].append(Officer(key="").row())
    found = read(tmp_path, content)
    path = found.quarantine.write(tmp_path)
    with path.open(encoding="utf-8", newline="") as opened:
        assert list(csv.reader(opened))[1:] == [
            ["WMT_Extract", "4", "no-officer", "The row names no officer."]
        ]


def test_case_references_stay_synthetic_however_many_there_are() -> None:
    known = re.compile(SYNTHETIC_CRN)
    made = [_crn(number) for number in (100, 99_999, 100_000, 9_999_999)]
    assert made == ["X900100", "X999999", "X90100000", "X99999999"]
    assert all(known.fullmatch(each) for each in made)
