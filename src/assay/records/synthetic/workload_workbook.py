"""Writes a nightly workload workbook of invented staff: fourteen sheets as the real one has them, its stray
rows and blanks among them, and "Synthetic" on every sheet.

It knows nothing of how a workbook is read. The same day and seed give the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from assay.records.synthetic import demonstration, names
from assay.records.synthetic.draws import stream

SIGN = "Synthetic: invented staff and people"
TRUST = "Synthetic Probation Service"
TIERS = ("0", *(f"{letter}{number}" for letter in "ABCD" for number in range(4)))
KINDS = ("CommTier", "CustTier", "LicenceTier")
# Of a hundred cases, roughly: 117% of 2,176 points over 35 cases means about 72 points each.
TIER_SHARES = np.array([1, 1, 2, 3, 5, 3, 8, 16, 11, 3, 8, 13, 7, 3, 5, 7, 4], dtype=float)
KIND_SHARES = np.array([0.45, 0.18, 0.37])
GRADES = ("PSM", "PSQ", "PSP")
GRADE_SHARES = np.array([0.46, 0.44, 0.10])
CASES = {"PSM": 34, "PSQ": 41, "PSP": 17, "PSC": 0, "DMY": 0}

UNITS = (
    "Trust", "Region_Desc", "Region_Code", "PDU_Desc", "PDU_Code", "LDU_Desc", "LDU_Code",
    "Team_Desc", "Team_Code",
)  # fmt: skip
OFFICER = ("OM_Surname", "OM_Forename", "OM_Key", "OM_Grade_Code")
TIER_HEADINGS = tuple(f"{kind}{tier}{mark}" for mark in ("", "S") for kind in KINDS for tier in TIERS)
COUNTED = (*UNITS, *OFFICER, *TIER_HEADINGS, "ComIn1st16Weeks", "LicIn1st16Weeks", "Datestamp", "V-CRN_Count")
CASE = ("Row_Type", "Case_Ref_No", "Tier_Code", "Team_Code", "OM_Grade_Code", "OM_Key", "Location")
CONTACT = ("Contact_ID", "CRN", "Contact_Date", "Contact_Type_Code", "Contact_Type_Desc")


@dataclass(kw_only=True)
class _Post:
    """One officer in one team, with the cases under the entry: how many by kind, tier and suspension, and
    how many of them the measurement leaves out."""

    units: tuple[str, ...]
    surname: str
    forename: str
    key: str
    grade: str
    cases: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=dict)
    crns: list[str] = field(default_factory=list)

    @property
    def team(self) -> str:
        return self.units[-1]

    def counted(self, cases: dict[str, int], day: date, people: int) -> list[object]:
        tiers: list[object] = [cases.get(each, 0) for each in TIER_HEADINGS]
        who = [*self.units, self.surname, self.forename, self.key, self.grade]
        return [*who, *tiers, people // 6, people // 8, day, people]


def write_workbook(
    path: Path, *, as_at: date, seed: int = 1, teams_per_pdu: int = 4, officers_per_team: int = 9
) -> int:
    """Writes the workbook; returns how many people it counts. The demonstration's staff are in it."""
    posts = _posts(as_at, seed, teams_per_pdu=teams_per_pdu, officers=officers_per_team)
    sheets = _sheets(posts, as_at, seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_saved(sheets))
    return sum(len(each.crns) for each in posts)


def _posts(as_at: date, seed: int, *, teams_per_pdu: int, officers: int) -> list[_Post]:
    rng = stream(seed, as_at, "workload workbook")
    posts: list[_Post] = []
    for number, pdu in enumerate(names.PDUS, start=1):
        for place in range(1, teams_per_pdu + 1):
            units = _units(number, place, pdu)
            posts += _team(units, rng, officers=officers, first=len(posts))
    people = 100
    for each in posts:
        count = sum(each.cases.values())
        each.crns = [_crn(people + one) for one in range(count)]
        people += count
    return posts


def _crn(number: int) -> str:
    """A case reference that cannot be real: five digits after X9, or seven where five are too few."""
    return f"X9{number:05}" if number < 100_000 else f"X9{number:07}"


def _units(number: int, place: int, pdu: str) -> tuple[str, ...]:
    region = demonstration.REGION_CODE
    lau = (place + 1) // 2
    word = names.TEAM_WORDS[(place - 1) % len(names.TEAM_WORDS)]
    return (
        TRUST, "Synthetic region", region, pdu, f"{region}P{number:02d}", f"{pdu} {lau}",
        f"{region}L{number:02d}{lau:02d}", f"{pdu} {word} {place}", f"{region}T{number:02d}{place:02d}",
    )  # fmt: skip


def _team(units: tuple[str, ...], rng: Any, *, officers: int, first: int) -> list[_Post]:
    """An SPO, the officers, one entry that is nobody's, and in some teams somebody who left or is away."""
    team = units[-1]
    spo, practitioner = demonstration.SPO_STAFF_CODE, demonstration.PRACTITIONER_STAFF_CODE
    posts = [_Post(units=units, surname="Unallocated", forename="Staff", key=f"{team}U", grade="DMY")]
    for place in range(officers + 1):
        forename = (names.WOMEN, names.MEN)[place % 2][int(rng.integers(0, 30))]
        surname = names.SURNAMES[(first + place) % len(names.SURNAMES)]
        grade = "PSC" if place == 0 else GRADES[int(rng.choice(3, p=GRADE_SHARES))]
        key = f"{demonstration.REGION_CODE}B{first + place:03d}"
        if team == demonstration.TEAM_CODE and place < 2:
            key, forename, surname = (
                (spo, "Huw", "Example") if place == 0 else (practitioner, "Priya", "Sample")
            )
        if place == officers and rng.random() < 0.35:
            surname = f"zz{surname} (Left)"
        elif place == officers - 1 and rng.random() < 0.25:
            surname = f"{surname} (Maternity leave)"
        posts.append(_Post(units=units, surname=surname, forename=forename, key=key, grade=grade))
    for post in posts:
        _give_cases(post, rng)
    return posts


def _give_cases(post: _Post, rng: Any) -> None:
    usual = CASES[post.grade]
    count = int(rng.poisson(usual * rng.uniform(0.75, 1.25))) if usual else 0
    if post.key.endswith("U"):
        count = int(rng.poisson(1.5))
    elif post.surname.startswith("zz"):
        count = int(rng.poisson(9))
    for _ in range(count):
        kind = KINDS[int(rng.choice(3, p=KIND_SHARES))]
        tier = TIERS[int(rng.choice(len(TIERS), p=TIER_SHARES / TIER_SHARES.sum()))]
        heading = f"{kind}{tier}{'S' if rng.random() < 0.04 else ''}"
        post.cases[heading] = post.cases.get(heading, 0) + 1
        if rng.random() < 0.05:
            post.left_out[heading] = post.left_out.get(heading, 0) + 1


def _sheets(posts: Sequence[_Post], as_at: date, seed: int) -> dict[str, list[list[object]]]:
    rng = stream(seed, as_at, "workload workbook sheets")
    staff = [each for each in posts if each.grade in GRADES]
    everything = [each.counted(each.cases, as_at, len(each.crns)) for each in posts]
    counted = [each.counted(_less(each.cases, each.left_out), as_at, len(each.crns)) for each in posts]
    young = [each.counted({"CommTierB2": 2, "LicenceTierC1": 1}, as_at, 3) for each in staff[::40]]
    flagged = [(post, crn) for post in posts for crn in post.crns[: sum(post.left_out.values())]]
    return {
        "WMT_Extract": _with_strays([list(COUNTED), *everything], at=13 + len(TIERS)),
        "WMT_Extract_Filtered": [list(COUNTED), *counted, []],
        "Court_Reports": _reports(staff, as_at, rng),
        "Flag_Warr_4_N": _flags(flagged[0::3], "W"),
        "Flag_Upw": _flags(flagged[1::3], "U"),
        "Flag_O_Due": _flags(flagged[2::3], "O"),
        "Flag_Priority": _flags(_some(staff, every=9), "P"),
        "CMS": _contacts(staff, as_at, "CMS01", with_staff=True),
        "GS": _contacts(staff[::5], as_at, "NGS001", with_staff=False),
        "WMT_Extract_SA": _with_more(_flags(_some(staff, every=17), "SA"), {
            "Disposal_Type_Desc": "ORA Community Order", "Disposal_Type_Code": "301", "Standalone_Order": "Y",
        }),
        "Suspended_Lifers": _with_more(_flags(_some(staff, every=23), "L"), {
            "In_Custody": "N", "Register_Code": "INLL", "Register_Description": "Lifer",
            "Register_Level": "", "Registration_Date": as_at - timedelta(700),
            "Next_Review_Date": as_at + timedelta(90),
        }),
        "T2A_Detail": _transitions(staff, as_at),
        "T2A": [list(COUNTED), *young, ["Total", *[""] * 8, "", "", "", "", *[len(young)] * 4]],
        "OMIC_Teams": [list(COUNTED), *(each.counted({"CustTierA1": 3}, as_at, 3) for each in staff[::30])],
    }  # fmt: skip


def _less(cases: dict[str, int], left_out: dict[str, int]) -> dict[str, int]:
    return {name: count - left_out.get(name, 0) for name, count in cases.items()}


def _some(staff: Sequence[_Post], *, every: int) -> list[tuple[_Post, str]]:
    return [(post, post.crns[0]) for post in staff[::every] if post.crns]


def _with_strays(rows: list[list[object]], *, at: int) -> list[list[object]]:
    """From the fourth row on, here and there a lone 1 in one column, and at the end blanks that are not
    empty: both as they are seen in the real one."""
    found: list[list[object]] = []
    for number, row in enumerate(rows, start=1):
        if number >= 4 and number % 50 == 4:
            found.append([*[None] * at, 1])
        found.append(row)
    return [*found, [" ", "", " "], [None, " "], []]


def _titled(rows: list[list[object]]) -> list[list[object]]:
    return [[SIGN], [], *rows]


def _reports(staff: Sequence[_Post], as_at: date, rng: Any) -> list[list[object]]:
    heads = [
        *UNITS, *OFFICER, "OM_Team_Staff_Grade", "SDR_Last_30", "SDR_Due_Next_30", "SDR_Conv_Last_30",
        "Oral_Reports", "Datestamp",
    ]  # fmt: skip
    rows: list[list[object]] = [list(heads)]
    for each in staff:
        counts = [int(rng.poisson(mean)) for mean in (0.4, 0.3, 0.2, 0.1)]
        who = [*each.units, each.surname, each.forename, each.key, each.grade, each.grade]
        rows.append([*who, *counts, as_at])
    return _titled(rows)


def _flags(cases: Sequence[tuple[_Post, str]], kind: str) -> list[list[object]]:
    rows: list[list[object]] = [
        [kind, crn, "B1", post.team, post.grade, post.key, "COMMUNITY"] for post, crn in cases
    ]
    return _titled([list(CASE), *rows])


def _with_more(rows: list[list[object]], more: dict[str, object]) -> list[list[object]]:
    title, empty, heads, *cases = rows
    return [title, empty, [*heads, *more], *([*each, *more.values()] for each in cases)]


def _contacts(staff: Sequence[_Post], as_at: date, code: str, *, with_staff: bool) -> list[list[object]]:
    done = ("Contact_Staff_Name", "Contact_Staff_Key", "Contact_Staff_Grade", "Contact_Team_Key",
            "Contact_Provider_Code")  # fmt: skip
    whose = ("OM_Name", "OM_Key", "OM_Grade", "OM_Team_Key", "OM_Provider_Code")
    rows: list[list[object]] = [[*CONTACT, *(done if with_staff else ()), *whose]]
    region = demonstration.REGION_CODE
    for number, (one, other) in enumerate(zip(staff[::4], staff[1::4], strict=False)):
        if other.crns:
            by = (
                [f"{one.surname}, {one.forename}", one.key, one.grade, one.team, region] if with_staff else []
            )
            row = [910_000 + number, other.crns[0], as_at - timedelta(number % 28), code, "Support", *by]
            rows.append(
                [*row, f"{other.surname}, {other.forename}", other.key, other.grade, other.team, region]
            )
    return _titled(rows)


def _transitions(staff: Sequence[_Post], as_at: date) -> list[list[object]]:
    heads = ["CRN", "Event_No", "Allocation_Date", "Team_Cd_Order_Manager", "Staff_Cd_Order_Manager",
             "NSI_Cd", "NSI_Status_Cd", "NSI_Outcome_Cd", "Birth_Date", "Age"]  # fmt: skip
    born = date(as_at.year - 19, 5, 1)
    rows: list[list[object]] = [
        [post.crns[0], 1, as_at - timedelta(60), post.team, post.key, "T2A", "ACT", "", born, 19]
        for post in staff[::40]
        if post.crns
    ]
    return _titled([list(heads), *rows])


def _saved(sheets: dict[str, list[list[object]]]) -> bytes:
    """The workbook's bytes, without the moment it was written."""
    from openpyxl import Workbook  # type: ignore[import-untyped] # it ships no types

    book = Workbook(write_only=True)
    book.properties.title = SIGN
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    written, kept = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as made, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as again:
        for part in sorted(made.namelist()):
            content = made.read(part)
            if part == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", content)
            again.writestr(zipfile.ZipInfo(part), content, zipfile.ZIP_DEFLATED)
    return kept.getvalue()
