"""Workload workbooks written by hand, so that a test can say what every sheet holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

DAY = date(2026, 2, 26)
TRUST = "Synthetic Probation Service"
TIERS = ("0", *(f"{letter}{number}" for letter in "ABCD" for number in range(4)))
TIER_HEADINGS = tuple(f"{kind}{tier}" for kind in ("CommTier", "CustTier", "LicenceTier") for tier in TIERS)
HEADINGS = (
    "Trust", "Region_Desc", "Region_Code", "PDU_Desc", "PDU_Code", "LDU_Desc", "LDU_Code", "Team_Desc",
    "Team_Code", "OM_Surname", "OM_Forename", "OM_Key", "OM_Grade_Code", *TIER_HEADINGS,
    "ComIn1st16Weeks", "LicIn1st16Weeks", "Datestamp", "V-CRN_Count",
)  # fmt: skip
CASE = ("Row_Type", "Case_Ref_No", "Tier_Code", "Team_Code", "OM_Grade_Code", "OM_Key", "Location")
CONTACT = (
    "Contact_ID", "CRN", "Contact_Date", "Contact_Type_Code", "Contact_Staff_Key", "OM_Key", "OM_Team_Key",
)  # fmt: skip
REPORTS = ("Team_Code", "OM_Key", "SDR_Last_30", "SDR_Due_Next_30", "SDR_Conv_Last_30", "Oral_Reports")
TRANSITIONS = (
    "CRN", "Event_No", "Allocation_Date", "Team_Cd_Order_Manager", "Staff_Cd_Order_Manager", "NSI_Cd",
    "NSI_Status_Cd", "NSI_Outcome_Cd",
)  # fmt: skip


@dataclass(kw_only=True)
class Officer:
    """One officer in one team. ``tiers`` are the cases counted; ``people`` all who are held."""

    key: str = "P1"
    team: str = "N52A1T1"
    pdu: str = "N52A"
    region: str = "N52"
    surname: str = "One"
    forename: str = "Pat"
    grade: str = "PSM"
    tiers: Mapping[str, int] = field(default_factory=dict)
    people: int | None = None
    day: Any = DAY

    def row(self, tiers: Mapping[str, int] | None = None) -> list[Any]:
        counts = self.tiers if tiers is None else tiers
        people = sum(self.tiers.values()) if self.people is None else self.people
        return [
            TRUST, f"Region {self.region}", self.region, f"PDU {self.pdu}", self.pdu, "", "",
            f"Team {self.team}", self.team, self.surname, self.forename, self.key, self.grade,
            *(counts.get(each, 0) for each in TIER_HEADINGS), 0, 0, self.day, people,
        ]  # fmt: skip


def sheets(officers: Sequence[Officer], **more: list[list[Any]]) -> dict[str, list[list[Any]]]:
    """All fourteen sheets: the officers, and whatever rows are given for a sheet, headings included."""
    rows = [each.row() for each in officers]
    made: dict[str, list[list[Any]]] = {
        "WMT_Extract": [list(HEADINGS), *rows],
        "WMT_Extract_Filtered": [list(HEADINGS), *rows],
        "Court_Reports": [list(REPORTS)],
        **{name: [list(CASE)] for name in ("Flag_Warr_4_N", "Flag_Upw", "Flag_O_Due", "Flag_Priority")},
        "CMS": [list(CONTACT)],
        "GS": [list(CONTACT)],
        "WMT_Extract_SA": [list(CASE)],
        "Suspended_Lifers": [[*CASE, "Register_Code", "Next_Review_Date"]],
        "T2A_Detail": [list(TRANSITIONS)],
        "T2A": [list(HEADINGS)],
        "OMIC_Teams": [list(HEADINGS)],
    }
    return {**made, **more}


def written(path: Path, content: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    """The sheets as an Excel workbook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    for name, rows in content.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path
