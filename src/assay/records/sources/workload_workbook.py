"""Reads the nightly workload workbook: who holds how many people, at which tiers, team by team.

Titles, empty and stray rows, totals and repeated headings are passed over and counted. A row that says
something and cannot be right is set apart with its sheet, its row as Excel counts, and the rule; the rest is
taken as long as the share set apart stays within the limit. Formulas are not worked out: a cell holds what
Excel last saved in it.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa

from assay.core import workload
from assay.core.errors import Problem, Unfit
from assay.core.messages import Message, message
from assay.records.sources import workbooks
from assay.records.sources.quarantine import Quarantine
from assay.records.sources.workbooks import NIGHTLY, Cell, Headings, Row, SheetRows, Sheets, words
from assay.records.sources.workload_columns import SCHEMAS, SHEETS, TIER_COLUMNS, Sheet
from assay.records.standard import REAL_CRN, SYNTHETIC_CRN

_CRN = re.compile(f"{REAL_CRN}|{SYNTHETIC_CRN}")
_TIER = re.compile(r"(comm|cust|licence)tier([a-z0-9]+?)(s?)")
_KIND = {"comm": "community", "cust": "custody", "licence": "licence"}
_SYNTHETIC = "synthetic"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadWorkbook:
    """What the workbook says. ``as_at`` is the day of its rows; ``skipped`` counts rows that say nothing, by
    why; ``absent`` names sheets that are not there and ``unread`` those whose headings are not known."""

    file: str
    sha256: str
    as_at: date
    synthetic: bool
    tables: Mapping[str, pa.Table]
    skipped: Mapping[str, int]
    absent: tuple[str, ...]
    unread: tuple[str, ...]
    quarantine: Quarantine

    @property
    def regions(self) -> tuple[str, ...]:
        """The codes of the regions it speaks of."""
        codes = {str(each) for each in self.tables["officer"]["region_code"].to_pylist()}
        return tuple(sorted(codes - {""}))


def read_workload(path: Path, *, limit: Fraction) -> WorkloadWorkbook:
    """The workbook in this file. ``Unfit`` where it is none, a sheet or column it cannot do without is
    missing, it does not say its day, or more rows are bad than the limit."""
    try:
        content = path.read_bytes()
    except OSError:
        raise _unfit(
            path.name, "missing-file", message("There is no such file, or it may not be read.")
        ) from None
    sheets = workbooks.open_workbook(io.BytesIO(content), file=path.name, bounds=NIGHTLY)
    reading = _Reading(sheets, file=path.name, quarantine=Quarantine(limit))
    for sheet in SHEETS:
        reading.read(sheet)
    reading.quarantine.check()
    return WorkloadWorkbook(
        file=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        as_at=reading.day(),
        synthetic=reading.is_synthetic,
        tables={
            name: pa.Table.from_pylist(rows, schema=SCHEMAS[name]) for name, rows in reading.rows.items()
        },
        skipped=dict(sorted(reading.skipped.items())),
        absent=tuple(reading.absent),
        unread=tuple(reading.unread),
        quarantine=reading.quarantine,
    )


class Bad(Exception):
    """A row that says something and cannot be right."""

    def __init__(self, rule: str, said: Message) -> None:
        super().__init__(rule)
        self.rule, self.said = rule, said


class _Reading:
    """One pass through the sheets in their order: later ones are held against the first, which says who
    there is."""

    def __init__(self, sheets: Sheets, *, file: str, quarantine: Quarantine) -> None:
        self.sheets, self.file, self.quarantine = sheets, file, quarantine
        self.rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
        self.skipped: Counter[str] = Counter()
        self.absent: list[str] = []
        self.unread: list[str] = []
        self.is_synthetic = False
        self._days: Counter[date] = Counter()
        self._known: set[tuple[str, str]] = set()
        self._seen: set[tuple[str, ...]] = set()
        self._makes: dict[str, Callable[[Sheet, dict[str, Cell], Row, Headings], None]] = {
            "officers": self._officer,
            "reports": self._report,
            "cases": self._case,
            "contacts": self._contact,
            "transitions": self._transition,
        }

    def day(self) -> date:
        """The day nearly every row of the first sheet gives."""
        if not self._days:
            raise _unfit(self.file, "no-day", message("No row of WMT_Extract says its day in Datestamp."))
        return self._days.most_common(1)[0][0]

    def read(self, sheet: Sheet) -> None:
        found = self.sheets.sheet(sheet.name)
        if found is None and sheet.required:
            raise _unfit(self.file, "missing-sheet", message("There is no sheet {sheet}.", sheet=sheet.name))
        if found is None:
            self.absent.append(sheet.name)
            return
        try:
            heads = workbooks.headings(found, names=sheet.names, needed=sheet.needed, file=self.file)
        except Unfit:
            if sheet.required:
                raise
            self.unread.append(sheet.name)
            return
        self._note_title(found, heads)
        if sheet.about == "all":
            self._count_days(found, heads)
        for number, row in workbooks.rows_below(found, heads):
            self._take(sheet, heads, number, row)

    def _take(self, sheet: Sheet, heads: Headings, number: int, row: Row) -> None:
        cells = heads.of(row)
        if why := _says_nothing(row, cells, sheet):
            self.skipped[why] += 1
            return
        try:
            self._makes[sheet.kind](sheet, cells, row, heads)
        except Bad as bad:
            self.quarantine.refuse(sheet.name, number, bad.rule, bad.said)
        else:
            self.quarantine.take()

    def _note_title(self, sheet: SheetRows, heads: Headings) -> None:
        titles = " ".join(each for row in sheet.rows[: heads.row - 1] for each in workbooks.filled(row))
        self.is_synthetic |= _SYNTHETIC in titles.lower()

    def _count_days(self, sheet: SheetRows, heads: Headings) -> None:
        for _, row in workbooks.rows_below(sheet, heads):
            found = workbooks.day(heads.of(row)["Datestamp"])
            if found is not None:
                self._days[found] += 1

    def _officer(self, sheet: Sheet, cells: dict[str, Cell], row: Row, heads: Headings) -> None:
        team, officer = _whose(cells)
        tiers = list(_tiers(row, cells, heads))
        text = {name: words(cells.get(name, "")) for name in sheet.columns if name not in TIER_COLUMNS}
        counts = {name: _count(cells, name) for name in ("V-CRN_Count", "ComIn1st16Weeks", "LicIn1st16Weeks")}
        if sheet.about == "all":
            self._check_first(cells, text)
            self._known.add((team, officer))
        elif sheet.about != "prison_teams" and (team, officer) not in self._known:
            raise Bad("unknown-officer", _UNKNOWN)
        self._once(sheet, team, officer)
        known = workload.load()
        self.is_synthetic |= _SYNTHETIC in text["Trust"].lower()
        self.rows["officer"].append(
            {
                "list": sheet.about,
                **{name: text[heading] for name, heading in _TEXTS.items()},
                "team_code": team,
                "officer": officer,
                "grade": known.grade(text["OM_Grade_Code"]),
                "standing": known.standing(
                    key=officer, surname=text["OM_Surname"], forename=text["OM_Forename"]
                ),
                "people": counts["V-CRN_Count"],
                "new_community": counts["ComIn1st16Weeks"],
                "new_licence": counts["LicIn1st16Weeks"],
            }
        )
        self.rows["tier"] += [
            {"list": sheet.about, "team_code": team, "officer": officer, **each} for each in tiers
        ]

    def _check_first(self, cells: Mapping[str, Cell], text: Mapping[str, str]) -> None:
        for name in ("Region_Code", "PDU_Code"):
            if not text[name]:
                raise Bad("no-unit", message("The row has no {column}.", column=name))
        said = workbooks.day(cells["Datestamp"])
        if said is None:
            raise Bad("no-day", message("Datestamp holds no day."))
        if said != self.day():
            raise Bad("another-day", message("The row is of {day}, and the others of another.", day=said))

    def _report(self, sheet: Sheet, cells: dict[str, Cell], row: Row, heads: Headings) -> None:
        team, officer = _whose(cells)
        counts = {name: _count(cells, heading) for name, heading in _REPORTS.items()}
        if (team, officer) not in self._known:
            raise Bad("unknown-officer", _UNKNOWN)
        self._once(sheet, team, officer)
        self.rows["report"].append({"team_code": team, "officer": officer, **counts})

    def _case(self, sheet: Sheet, cells: dict[str, Cell], row: Row, heads: Headings) -> None:
        team, officer = _whose(cells)
        text = {name: words(cells.get(name, "")) for name in sheet.columns}
        self.rows["flagged"].append(
            {
                "list": sheet.about,
                "crn": _crn(text["Case_Ref_No"]),
                "tier": text["Tier_Code"],
                "team_code": team,
                "officer": officer,
                "row_type": text["Row_Type"],
                "location": text["Location"],
                "register_code": text.get("Register_Code") or None,
                "review_on": _day(cells, "Next_Review_Date"),
            }
        )

    def _contact(self, sheet: Sheet, cells: dict[str, Cell], row: Row, heads: Headings) -> None:
        text = {name: words(cells.get(name, "")) for name in sheet.columns}
        for name in ("Contact_ID", "Contact_Type_Code", "OM_Key"):
            if not text[name]:
                raise Bad("no-value", message("The row has no {column}.", column=name))
        self._once(sheet, text["Contact_ID"], "")
        self.rows["contact"].append(
            {
                "list": sheet.about,
                "contact_id": text["Contact_ID"],
                "crn": _crn(text["CRN"]) if text["CRN"] else "",
                "type": text["Contact_Type_Code"].upper(),
                "done_by": text.get("Contact_Staff_Key", ""),
                "officer": text["OM_Key"],
                "on": _day(cells, "Contact_Date"),
            }
        )

    def _transition(self, sheet: Sheet, cells: dict[str, Cell], row: Row, heads: Headings) -> None:
        text = {name: words(cells.get(name, "")) for name in sheet.columns}
        if not text["Staff_Cd_Order_Manager"]:
            raise Bad("no-officer", message("The row names no officer."))
        self.rows["transition"].append(
            {
                "crn": _crn(text["CRN"]),
                "event": text["Event_No"],
                "team_code": text["Team_Cd_Order_Manager"],
                "officer": text["Staff_Cd_Order_Manager"],
                "nsi": text["NSI_Cd"],
                "status": text["NSI_Status_Cd"],
                "outcome": text["NSI_Outcome_Cd"],
                "allocated_on": _day(cells, "Allocation_Date"),
            }
        )

    def _once(self, sheet: Sheet, *key: str) -> None:
        if (sheet.name, *key) in self._seen:
            raise Bad("repeated-row", message("The sheet has this row more than once, by its codes."))
        self._seen.add((sheet.name, *key))


_TEXTS = {
    "region_code": "Region_Code",
    "region": "Region_Desc",
    "pdu_code": "PDU_Code",
    "pdu": "PDU_Desc",
    "lau_code": "LDU_Code",
    "lau": "LDU_Desc",
    "team": "Team_Desc",
    "surname": "OM_Surname",
    "forename": "OM_Forename",
}
_REPORTS = {
    "standard": "SDR_Last_30",
    "due": "SDR_Due_Next_30",
    "fast": "SDR_Conv_Last_30",
    "oral": "Oral_Reports",
}
_UNKNOWN = message("WMT_Extract has no row of this officer in this team.")


def _says_nothing(row: Row, cells: Mapping[str, Cell], sheet: Sheet) -> str:
    """Why a row is passed over: it is empty, a lone stray value, a total, or the headings again. Empty for a
    row that says something."""
    keys = _KEYS[sheet.name]
    first = words(row[0]).lower() if row else ""
    is_total = first.startswith(("total", "grand total", "sum of")) or first.endswith(" total")
    if any(words(cells[name]) for name in keys) and not is_total:
        again = all(workbooks.plain(words(cells[name])) == workbooks.plain(name) for name in keys)
        return "headings" if again else ""
    said = workbooks.filled(row)
    if not said:
        return "empty"
    if is_total or said[0].lower().startswith(("total", "grand total")):
        return "total"
    return "stray" if len(said) <= 2 else ""


# The columns that say whose or what a row is; counts do not.
_KEYS: Mapping[str, Sequence[str]] = {
    sheet.name: [
        each
        for each in sheet.needed
        if each not in TIER_COLUMNS and each.endswith(("Code", "Key", "No", "ID", "CRN", "Manager"))
    ]
    for sheet in SHEETS
}


def _whose(cells: Mapping[str, Cell]) -> tuple[str, str]:
    team, officer = words(cells["Team_Code"]), words(cells["OM_Key"])
    if not officer:
        raise Bad("no-officer", message("The row names no officer."))
    if not team:
        raise Bad("no-team", message("The row names no team."))
    return team, officer


def _count(cells: Mapping[str, Cell], name: str) -> int:
    found = workbooks.whole(cells.get(name, ""))
    if found is None:
        raise Bad("no-count", message("{column} holds no whole number from 0 up.", column=name))
    return found


def _day(cells: Mapping[str, Cell], name: str) -> date | None:
    cell = cells.get(name, "")
    found = workbooks.day(cell)
    if found is None and words(cell):
        raise Bad("no-day", message("{column} holds no day.", column=name))
    return found


def _crn(text: str) -> str:
    if not _CRN.fullmatch(text.upper()):
        raise Bad("no-crn", message("The row holds no case reference number: a letter and six digits."))
    return text.upper()


def _tiers(row: Row, cells: Mapping[str, Cell], heads: Headings) -> Iterator[dict[str, object]]:
    """The tiers with cases in them, those whose column this version does not know among them."""
    for name, (kind, tier, suspended) in TIER_COLUMNS.items():
        if name in cells and (cases := _count(cells, name)):
            yield {"kind": kind, "tier": tier, "suspended": suspended, "cases": cases}
    for heading, at in heads.unknown.items():
        known = _TIER.fullmatch(workbooks.plain(heading))
        if known and at < len(row) and (cases := _count({heading: row[at]}, heading)):
            prefix, name, mark = known.groups()
            yield {"kind": _KIND[prefix], "tier": name.upper(), "suspended": bool(mark), "cases": cases}


def _unfit(file: str, rule: str, what: Message) -> Unfit:
    remedy = message("Bring the nightly workload workbook as it was made. Nothing was changed.")
    return Unfit([Problem(file=file, rule=rule, message=what, remedy=remedy)])
