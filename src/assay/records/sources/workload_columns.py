"""The sheets of the nightly workload workbook, as facts from the public importer that reads it.

Fourteen sheets: what each is for here, the columns read, and which of them it cannot do without. Headings are
matched without case, spaces and marks; ``ALIASES`` are other spellings seen or likely. Columns not named here
are left where they are: names of people beside a key that says who, birthdays, free descriptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from assay.core.workload.rules import TIERS, Kind

# What is kept of the sheets. ``list`` says which of them a row came from.
SCHEMAS: Mapping[str, pa.Schema] = {
    "officer": pa.schema(
        [(name, pa.string()) for name in (
            "list", "region_code", "region", "pdu_code", "pdu", "lau_code", "lau", "team_code", "team",
            "officer", "surname", "forename", "grade", "standing",
        )]
        + [(name, pa.int64()) for name in ("people", "new_community", "new_licence")]
    ),
    "tier": pa.schema(
        [(name, pa.string()) for name in ("list", "team_code", "officer", "kind", "tier")]
        + [("suspended", pa.bool_()), ("cases", pa.int64())]
    ),
    "report": pa.schema(
        [(name, pa.string()) for name in ("team_code", "officer")]
        + [(name, pa.int64()) for name in ("standard", "due", "fast", "oral")]
    ),
    "flagged": pa.schema(
        [(name, pa.string()) for name in (
            "list", "crn", "tier", "team_code", "officer", "row_type", "location",
        )]
        + [("register_code", pa.string()), ("review_on", pa.date32())]
    ),
    "contact": pa.schema(
        [(name, pa.string()) for name in ("list", "contact_id", "crn", "type", "done_by", "officer")]
        + [("on", pa.date32())]
    ),
    "transition": pa.schema(
        [(name, pa.string()) for name in ("crn", "event", "team_code", "officer", "nsi", "status", "outcome")]
        + [("allocated_on", pa.date32())]
    ),
}  # fmt: skip

PREFIXES: Mapping[str, Kind] = {"CommTier": "community", "CustTier": "custody", "LicenceTier": "licence"}

# Tiers in the order of the sheets: those whose tier nobody set yet, then A0 to D3; each may be suspended.
TIER_COLUMNS: Mapping[str, tuple[Kind, str, bool]] = {
    f"{prefix}{tier}{mark}": (kind, tier, mark == "S")
    for prefix, kind in PREFIXES.items()
    for tier in ("0", *TIERS)
    for mark in ("", "S")
}

_UNITS = (
    "Trust", "Region_Desc", "Region_Code", "PDU_Desc", "PDU_Code", "LDU_Desc", "LDU_Code",
    "Team_Desc", "Team_Code",
)  # fmt: skip
_OFFICER = ("OM_Surname", "OM_Forename", "OM_Key", "OM_Grade_Code")
_ENDS = ("ComIn1st16Weeks", "LicIn1st16Weeks", "Datestamp", "V-CRN_Count")
_COUNTED = (*_UNITS, *_OFFICER, *TIER_COLUMNS, *_ENDS)
_CASE = ("Row_Type", "Case_Ref_No", "Tier_Code", "Team_Code", "OM_Grade_Code", "OM_Key", "Location")
_CONTACT = ("Contact_ID", "CRN", "Contact_Date", "Contact_Type_Code")
_REGISTER = ("In_Custody", "Register_Code", "Register_Level", "Registration_Date", "Next_Review_Date")

ALIASES: Mapping[str, tuple[str, ...]] = {
    "Trust": ("Trust_Desc", "Provider_Desc"),
    "Region_Desc": ("Region", "Region_Name"),
    "Region_Code": ("Region_Cd", "Provider_Code"),
    "PDU_Desc": ("PDU", "PDU_Name", "Borough_Desc"),
    "PDU_Code": ("PDU_Cd", "Borough_Code"),
    "LDU_Desc": ("LDU", "LDU_Name", "LAU_Desc"),
    "LDU_Code": ("LDU_Cd", "LAU_Code"),
    "Team_Desc": ("Team", "Team_Name"),
    "Team_Code": ("Team_Cd",),
    "OM_Surname": ("Surname", "Officer_Surname"),
    "OM_Forename": ("Forename", "Officer_Forename"),
    "OM_Key": ("OM_Code", "Officer_Code", "Staff_Code"),
    "OM_Grade_Code": ("OM_Grade", "Grade_Code", "OM_Grade_Cd"),
    "V-CRN_Count": ("CRN_Count",),
    "Datestamp": ("Date_Stamp", "Extract_Date"),
    "Case_Ref_No": ("CRN", "Case_Ref"),
    "Contact_Date": ("Date_of_Contact",),
    "Contact_Type_Code": ("Contact_Code", "Type_Code"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: ``kind`` says how its rows are read and ``about`` which list they make; ``needed`` are the
    columns without which it says nothing. Without a ``required`` sheet there is no workbook."""

    name: str
    kind: str
    about: str
    columns: tuple[str, ...]
    needed: tuple[str, ...]
    required: bool = False

    @property
    def names(self) -> dict[str, tuple[str, ...]]:
        """Each column with its other spellings, those of another column of this sheet left out."""
        return {
            each: tuple(one for one in ALIASES.get(each, ()) if one not in self.columns)
            for each in self.columns
        }


_WHOSE = ("Team_Code", "OM_Key")
_OF_CASE = ("Case_Ref_No", *_WHOSE)
# Every tier's column must be there: a count that is left out would read as nobody.
_EVERY_TIER = tuple(f"{prefix}{tier}" for prefix in PREFIXES for tier in TIERS)
SHEETS: tuple[Sheet, ...] = (
    Sheet(
        name="WMT_Extract",
        kind="officers",
        about="all",
        columns=_COUNTED,
        needed=("Region_Code", "PDU_Code", *_WHOSE, "OM_Grade_Code", "Datestamp", "V-CRN_Count"),
        required=True,
    ),
    Sheet(
        name="WMT_Extract_Filtered",
        kind="officers",
        about="counted",
        columns=_COUNTED,
        needed=(*_WHOSE, *_EVERY_TIER),
        required=True,
    ),
    Sheet(
        name="Court_Reports",
        kind="reports",
        about="reports",
        columns=(
            "Team_Code", "OM_Key", "SDR_Last_30", "SDR_Due_Next_30", "SDR_Conv_Last_30", "Oral_Reports",
        ),
        needed=(*_WHOSE, "SDR_Last_30", "SDR_Conv_Last_30"),
    ),
    Sheet(name="Flag_Warr_4_N", kind="cases", about="warrant", columns=_CASE, needed=_OF_CASE),
    Sheet(name="Flag_Upw", kind="cases", about="unpaid_work", columns=_CASE, needed=_OF_CASE),
    Sheet(name="Flag_O_Due", kind="cases", about="overdue", columns=_CASE, needed=_OF_CASE),
    Sheet(name="Flag_Priority", kind="cases", about="priority", columns=_CASE, needed=_OF_CASE),
    Sheet(
        name="CMS",
        kind="contacts",
        about="done_for_others",
        columns=(*_CONTACT, "Contact_Staff_Key", "Contact_Team_Key", "OM_Key", "OM_Team_Key"),
        needed=("Contact_ID", "Contact_Type_Code", "Contact_Staff_Key", "OM_Key"),
    ),
    Sheet(
        name="GS",
        kind="contacts",
        about="group_sessions",
        columns=(*_CONTACT, "OM_Key", "OM_Team_Key"),
        needed=("Contact_ID", "Contact_Type_Code", "OM_Key"),
    ),
    Sheet(
        name="WMT_Extract_SA",
        kind="cases",
        about="stand_alone",
        columns=(*_CASE, "Disposal_Type_Code", "Standalone_Order"),
        needed=_OF_CASE,
    ),
    Sheet(
        name="Suspended_Lifers",
        kind="cases",
        about="suspended_lifer",
        columns=(*_CASE, *_REGISTER),
        needed=_OF_CASE,
    ),
    Sheet(
        name="T2A_Detail",
        kind="transitions",
        about="transition",
        columns=(
            "CRN", "Event_No", "Allocation_Date", "Team_Cd_Order_Manager", "Staff_Cd_Order_Manager",
            "NSI_Cd", "NSI_Status_Cd", "NSI_Outcome_Cd",
        ),
        needed=("CRN", "Staff_Cd_Order_Manager"),
    ),
    Sheet(
        name="T2A",
        kind="officers",
        about="transition",
        columns=_COUNTED,
        needed=(*_WHOSE, *_EVERY_TIER),
    ),
    Sheet(
        name="OMIC_Teams",
        kind="officers",
        about="prison_teams",
        columns=_COUNTED,
        needed=(*_WHOSE, *_EVERY_TIER),
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Sheet] = {each.name: each for each in SHEETS}
