"""Small extracts for tests: give the rows that matter, the rest is filled in with fit values.

``tables(contact=[{"type": "C002", "happened_on": date(2026, 1, 9)}])`` gives every table of the standard as
Arrow. A missing value of a required column gets a default; keys are numbered; ``crn`` defaults to
``X900001``. One region (N52) with a PDU, a LAU and two teams, an SPO, a practitioner in her team and one of
the other team are always there unless those tables are given. A person, a sentence and an allocation are
made for every CRN that any row names, unless those tables are given.
"""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from assay.records.standard import TABLES, Column, arrow_schema

CRN = "X900001"
OTHER_CRN = "X900002"
START = date(2026, 1, 5)
AS_AT = date(2026, 3, 31)
RECORDED = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

Row = Mapping[str, Any]

UNITS: tuple[Row, ...] = (
    {"unit_code": "N52", "kind": "region", "name": "Invented Region"},
    {"unit_code": "N52A", "kind": "pdu", "name": "Ash PDU", "parent_code": "N52"},
    {"unit_code": "N52A1", "kind": "lau", "name": "Ash Town", "parent_code": "N52A"},
    {"unit_code": "N52A1T1", "kind": "team", "name": "Ash team 1", "parent_code": "N52A1"},
    {"unit_code": "N52A1T2", "kind": "team", "name": "Ash team 2", "parent_code": "N52A1"},
)
STAFF: tuple[Row, ...] = (
    {"staff_code": "S1", "username": "SpoOne", "surname": "Spo", "grade": "SPO", "team_code": "N52A1T1"},
    {"staff_code": "P1", "username": "PoOne", "surname": "One", "team_code": "N52A1T1", "manager_code": "S1"},
    {"staff_code": "P2", "username": "PoTwo", "surname": "Two", "team_code": "N52A1T2", "manager_code": "S1"},
)
CODES = {
    "unit_kind": "team",
    "delivery_mode": "green",
    "staff_grade": "PO",
    "gender": "M",
    "language": "en",
    "limitation_kind": "excluded",
    "address_type": "main",
    "circle_role": "child",
    "information_source": "person",
    "sentence_type": "community_order",
    "offence_category": "violence",
    "requirement_category": "rehabilitation_activity",
    "licence_condition_category": "standard",
    "release_type": "automatic",
    "recall_type": "standard",
    "absence_kind": "custody",
    "suspension_scheme": "reset",
    "allocation_reason": "initial",
    "assessment_part": "full_rosh_analysis",
    "checks_statement": "answered",
    "court_proposal": "community",
    "court_report_type": "standard_delivery",
    "enforcement_decision": "acceptable",
    "intervention_kind": "commissioned",
    "intervention_outcome": "completed",
    "need": "accommodation",
    "recall_choice": "recall",
    "victim_choice": "opted_in",
    "victim_event": "release",
    "workload_flag": "leaver",
    "register_type": "RCCO",
    "rosh_level": "medium",
    "tier_model": "v2",
    "predictor": "RSR",
    "assessment_type": "LAYER3",
    "assessment_status": "COMPLETE",
    "plan_row_kind": "supervision",
    "contact_type": "COAP",
    "agency": "police",
    "enquiry_kind": "domestic_abuse",
    "enquiry_outcome": "sent",
    "referral_kind": "child_safeguarding",
    "words_subject": "contact",
    "words_section": "note",
    "words_kind": "fact",
    "past_answer": "yes",
}
NAMED = {
    "crn": CRN,
    "staff_code": "P1",
    "team_code": "N52A1T1",
    "unit_code": "N52A",
    "provider_code": "N52",
    "sentence_id": "sentence-X900001",
    "subject_id": "contact-1",
    "event_number": 1,
    "weekly_hours": 37.0,
    "date_of_birth": date(1990, 6, 1),
    "message": "You may not see this record.",
}
BY_KIND = {
    "text": "text",
    "date": START,
    "instant": RECORDED,
    "integer": 1,
    "number": 1.0,
    "yes_no": False,
    "time": time(10, 0),
}


def _default(column: Column, row: Row) -> Any:
    if not column.required:
        return None
    if column.name == "sentence_id":
        return f"sentence-{row.get('crn', CRN)}"
    if column.codes:
        return CODES[column.codes]
    return NAMED.get(column.name, BY_KIND[column.kind])


def table(name: str, rows: Sequence[Row]) -> pa.Table:
    """One table of the standard. A column the standard does not have is an ``AssertionError``."""
    schema = arrow_schema(name)
    standard = next(each for each in TABLES if each.name == name)
    filled = []
    for number, row in enumerate(rows, start=1):
        assert set(row) <= set(standard.names), f"{name} has no column {set(row) - set(standard.names)}"
        key = {} if standard.key == "crn" else {standard.key: f"{name}-{number}"}
        full = key | dict(row)
        filled.append({each.name: full.get(each.name, _default(each, full)) for each in standard})
    return pa.Table.from_pylist(filled, schema=schema)


def tables(**rows: Sequence[Row]) -> dict[str, pa.Table]:
    """Every table of the standard, with the rows given and what they need around them."""
    given: dict[str, Sequence[Row]] = {"organisation": UNITS, "practitioner": STAFF, **rows}
    names = {each.name for each in TABLES}
    assert set(given) <= names, f"no table {set(given) - names}"
    of_case = [name for name in given if name not in ("organisation", "practitioner", "delivery_mode")]
    crns = sorted({row.get("crn", CRN) for name in of_case for row in given[name]} or {CRN})
    given.setdefault("person", [{"crn": crn} for crn in crns])
    given.setdefault("sentence", [_sentence(crn) for crn in crns])
    given.setdefault("allocation", [{"allocation_id": f"allocation-{crn}", "crn": crn} for crn in crns])
    return {each.name: table(each.name, given.get(each.name, ())) for each in TABLES}


def fit_tables(**rows: Sequence[Row]) -> dict[str, pa.Table]:
    """As :func:`tables`, and fit to be loaded: with at least one contact."""
    return tables(**{"contact": [{}], **rows})


def extract(folder: Path, *, as_csv: bool = False, as_at: date = AS_AT, **rows: Sequence[Row]) -> Path:
    """Writes a fit extract into ``folder`` and returns it."""
    from assay.records.sources import write_folder

    write_folder(fit_tables(**rows), folder, provider="N52", as_at=as_at, synthetic=True, as_csv=as_csv)
    return folder


def _sentence(crn: str) -> Row:
    return {
        "sentence_id": f"sentence-{crn}",
        "crn": crn,
        "sentenced_on": START,
        "started_on": START,
        "expected_end_on": date(2027, 1, 5),
    }


_kept: dict[str, Path] = {}


def load_once(place: Path, *, key: object, load: Callable[[Path], object]) -> None:
    """A home with records, loaded for the first test of a process that wants it and copied for the others.
    ``key`` is all that ``load`` depends on."""
    name = repr(key)
    if name not in _kept:
        folder = TemporaryDirectory(prefix="assay-records-")
        atexit.register(folder.cleanup)
        load(Path(folder.name) / "records")
        _kept[name] = Path(folder.name) / "records"
    shutil.copytree(_kept[name], place)
