"""Reads an inspectorate's own long list: an Excel workbook of orders and licences, with no extract behind it.

The columns are those of the published case sampler of 2020-21, however their headings are spelt. A row that
cannot be right is set apart with its number and the rule, and the rest is taken while few enough are. Of a
person nothing is kept but the case reference number: names, birthdays and police numbers serve to see who
stands in the list twice, and are let go.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import IO

from assay.core.errors import Problem, Unfit
from assay.core.estimation.eligibility import persons, shared_by
from assay.core.messages import Message, message
from assay.inspection.samples.types import ListedCase, LongList, Origin
from assay.records.codes import code_list, delivery_units
from assay.records.sources import workbooks
from assay.records.sources.quarantine import Quarantine
from assay.records.sources.workbooks import UPLOADED, Cell, Headings, Row, SheetRows, Sheets, words
from assay.records.standard import REAL_CRN, SYNTHETIC_CRN

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "familyName": ("Surname", "Last name", "Family names"),
    "firstName": ("Forename", "Forenames", "First names", "Given name"),
    "dob": ("Date of birth", "Birth date", "DoB"),
    "gender": ("Sex",),
    "sentenceType": ("Order type", "Type of order", "Type of sentence", "Disposal", "Disposal type"),
    "crn": ("Case reference", "Case reference number", "Case ref no"),
    "pnc": ("PNC number", "PNC ID", "PNC ref"),
    "roshClassification": ("RoSH", "RoSH level", "RoSH classification"),
    "startDate": ("Commencement date", "Order start", "Start of order", "Date started", "Start"),
    "endDate": ("End of order", "Date ended", "Termination date", "End"),
    "pdu": ("PDU name", "Probation delivery unit"),
    "ldu": ("LDU name", "LAU", "Local delivery unit"),
    "cluster": ("Cluster name",),
}
NEEDED = ("crn", "sentenceType", "startDate")
# Which unit stands for the PDU, in this order: the lists of the years before PDUs name an LDU or a cluster.
UNITS = ("pdu", "ldu", "cluster")

# As lists write the kinds of sentence, without marks. A youth order counts as a community order, as it did
# in the published sampler.
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("co", "oraco", "communityorder", "oracommunityorder", "yro", "youthrehabilitationorder"),
        "community_order",
    ),
    **dict.fromkeys(
        ("sso", "orasso", "suspendedsentence", "suspendedsentenceorder", "orasuspendedsentenceorder"),
        "suspended_sentence",
    ),
    **dict.fromkeys(
        ("licence", "adultlicence", "orasdo", "sdo", "postcustody", "postrelease", "oraadultcustody",
         "oraadultcustodyincpss"),
        "licence",
    ),
    **dict.fromkeys(("pss", "postsentencesupervision"), "post_sentence_supervision"),
    **dict.fromkeys(("upw", "upwonly", "unpaidworkonly", "standaloneupw"), "unpaid_work_only"),
}  # fmt: skip

_SYNTHETIC_CRN = re.compile(SYNTHETIC_CRN)
_CRN = re.compile(f"{REAL_CRN}|{SYNTHETIC_CRN}")
_PNC = re.compile(r"(?:\d{2})?(\d{2})/?0*(\d{1,7})([A-Z])")
_NO_END = {"", "n", "no", "none", "na", "live", "open"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A row as it was read, with everything that shows who it is about. It never leaves this module."""

    assignment: str
    crn: str
    pnc: str
    name: tuple[str, str, date] | None
    unit: str
    kind: str
    started_on: date


class _Bad(Exception):
    def __init__(self, rule: str, said: Message) -> None:
        super().__init__(rule)
        self.rule, self.said = rule, said


def read_long_list(
    content: IO[bytes], *, file: str, as_at: date, region_code: str, limit: Fraction
) -> tuple[LongList, Quarantine]:
    """The list in this workbook, and the rows set apart. ``as_at`` is the day it speaks for, which the
    workbook does not say. An order is called by its row, and by its sheet where several have the columns.
    ``Unfit`` where it is no workbook, is too large, has no sheet with the columns or one with some of them,
    or more rows are bad than the limit."""
    lists = _lists(workbooks.open_workbook(content, file=file, bounds=UPLOADED), file)
    quarantine, lines, not_listed = Quarantine(limit), [], 0
    for place, sheet, heads in lists:
        for number, row in workbooks.rows_below(sheet, heads):
            cells = heads.of(row)
            if _says_nothing(row, cells):
                continue
            if _is_redacted(cells):
                not_listed += 1
                continue
            try:
                lines.append(
                    _line(f"row-{number:05}" if len(lists) == 1 else f"{place}-row-{number:05}", cells)
                )
            except _Bad as bad:
                quarantine.refuse(sheet.name, number, bad.rule, bad.said)
            else:
                quarantine.take()
    quarantine.check()
    if not lines:
        raise _unfit(file, "no-row", message("No row of the list can be read."))
    content.seek(0)
    origin = Origin(
        kind="long_list",
        sha256=hashlib.sha256(content.read()).hexdigest(),
        rows=quarantine.taken + len(quarantine.rows) + not_listed,
        refused=len(quarantine.rows),
    )
    found = LongList(
        origin=origin,
        as_at=as_at,
        not_listed=not_listed,
        synthetic=all(_SYNTHETIC_CRN.fullmatch(each.crn) for each in lines),
        cases=_cases(lines, region_code),
    )
    return found, quarantine


def _lists(sheets: Sheets, file: str) -> list[tuple[int, SheetRows, Headings]]:
    """Every sheet that has the columns, with its place in the workbook. A sheet that has some of them and not
    all is refused: left out in silence, its people could not be drawn. Others say nothing of cases."""
    found, none = [], []
    for place, name in enumerate(sheets.names, start=1):
        sheet = sheets.sheet(name)
        assert sheet is not None, "a sheet of the workbook's own names is in it"
        try:
            heads = workbooks.headings(sheet, names=COLUMNS, needed=NEEDED, file=file)
        except Unfit as unfit:
            missing = [each for each in unfit.problems if each.rule == "missing-column"]
            if len(missing) < len(NEEDED):
                raise
            none.append(unfit)
            continue
        if not set(UNITS) & set(heads.columns):
            said = message("Sheet {sheet} has no column for the PDU, the LDU or the cluster.", sheet=name)
            raise _unfit(file, "missing-column", said)
        found.append((place, sheet, heads))
    if not found:
        raise none[0]
    return found


def _says_nothing(row: Row, cells: Mapping[str, Cell]) -> bool:
    """An empty or stray row, a total, or the headings again."""
    said = workbooks.filled(row)
    if any(words(cells[name]) for name in NEEDED):
        return workbooks.plain(words(cells["crn"])) in {
            workbooks.plain(each) for each in ("crn", *COLUMNS["crn"])
        }
    return len(said) <= 2 or said[0].lower().startswith(("total", "grand total"))


def _is_redacted(cells: Mapping[str, Cell]) -> bool:
    """Access to the record is limited: the list says so by stars in place of the name."""
    return any("*" in words(cells.get(name, "")) for name in ("familyName", "firstName", "crn"))


def _line(assignment: str, cells: Mapping[str, Cell]) -> _Line:
    crn = words(cells["crn"]).upper()
    if not _CRN.fullmatch(crn):
        raise _Bad("no-crn", message("The row holds no case reference number: a letter and six digits."))
    started_on = workbooks.day(cells["startDate"])
    if started_on is None:
        raise _Bad("no-day", message("{column} holds no day.", column="startDate"))
    kind = _kind(words(cells["sentenceType"]))
    if kind is None:
        raise _Bad("sentence-type", message("The type of sentence is not known."))
    ended = words(cells.get("endDate", ""))
    ended_on = workbooks.day(cells.get("endDate", ""))
    if ended_on is None and workbooks.plain(ended) not in _NO_END:
        raise _Bad("no-day", message("{column} holds no day.", column="endDate"))
    if ended_on is not None and ended_on < started_on:
        raise _Bad("dates", message("The row ends before it begins."))
    born_on = workbooks.day(cells.get("dob", ""))
    if born_on is None and words(cells.get("dob", "")):
        raise _Bad("no-day", message("{column} holds no day.", column="dob"))
    names = [words(cells.get(name, "")).casefold() for name in ("firstName", "familyName")]
    return _Line(
        assignment=assignment,
        crn=crn,
        pnc=_pnc(words(cells.get("pnc", ""))),
        name=(names[0], names[1], born_on) if all(names) and born_on else None,
        unit=next((words(cells[name]) for name in UNITS if words(cells.get(name, ""))), ""),
        kind=kind,
        started_on=started_on,
    )


def _kind(written: str) -> str | None:
    return written if written in code_list("sentence_type") else _KINDS.get(workbooks.plain(written))


def _pnc(written: str) -> str:
    """One spelling of a police number: with two digits of the year, and no noughts before the number."""
    text = re.sub(r"\s", "", written.upper())
    known = _PNC.fullmatch(text)
    return "/".join(known.groups()) if known else text


def _cases(lines: list[_Line], region_code: str) -> tuple[ListedCase, ...]:
    """The rows without what shows who they are about, each with the number of its person in the list and by
    what it was seen that the person stands in it more than once."""
    rows: list[dict[str, Hashable]] = [
        {"crn": each.crn, "pnc": each.pnc, "name": each.name} for each in lines
    ]
    person, same_by = persons(rows), shared_by(rows)
    units = _units([each.unit for each in lines], region_code)
    return tuple(
        ListedCase(
            assignment=each.assignment,
            crn=each.crn,
            person=person[at],
            same_by=same_by[at],
            pdu_code=units[each.unit][0],
            pdu_name=units[each.unit][1],
            kind=each.kind,
            started_on=each.started_on,
        )
        for at, each in enumerate(lines)
    )


def _units(names: Sequence[str], region_code: str) -> dict[str, tuple[str, str]]:
    """Code and name of the unit, for each way its name is written: the published code where it is the name of
    a PDU of the region, else a number in order of name. No name has no code, and cannot be drawn."""
    units = [each for each in delivery_units() if each.region_code == region_code]
    known = {workbooks.plain(each.pdu): each.pdu_code for each in units}
    spelt: dict[str, str] = {}
    for name in sorted(set(names) - {""}):
        spelt.setdefault(workbooks.plain(name), name)
    codes = {key: known.get(key, f"L{number:03}") for number, key in enumerate(sorted(spelt), start=1)}
    found = {name: workbooks.plain(name) for name in names}
    return {name: (codes[key], spelt[key]) if key in codes else ("", "") for name, key in found.items()}


def _unfit(file: str, rule: str, what: Message) -> Unfit:
    remedy = message("Put the list right where it is made, and bring it again. Nothing was changed.")
    return Unfit([Problem(file=file, rule=rule, message=what, remedy=remedy)])
