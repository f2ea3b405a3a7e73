"""Every flaw planted in the records, row by row: part of the truth."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import (
    EMPTY,
    EMPTY_DAY,
    Keyed,
    Keys,
    Numbers,
    Texts,
    days_arrow,
    keyed_arrow,
    taken,
)
from assay.records.synthetic.contacting import WITHOUT_OUTCOME, Contacts
from assay.records.synthetic.courts import told_of_checks
from assay.records.synthetic.events import Events, wrongly_fixed
from assay.records.synthetic.ladder import Ladder
from assay.records.synthetic.lives import Names
from assay.records.synthetic.reports import Reports
from assay.records.synthetic.risks import Risks
from assay.records.synthetic.staff import Staff
from assay.records.synthetic.written import Writing


class _Rows(NamedTuple):
    """Rows with a flaw: whose they are, if somebody's; their keys, but of a row that is gone; the day each
    truly happened, where the record has another or none."""

    crn: Keyed | None
    row: Keyed | Texts | None
    day: Numbers | None = None


def flaw_table(
    cases: Cases,
    called: Names,
    events: Events,
    risks: Risks,
    reports: Reports,
    ladder: Ladder,
    staff: Staff,
    contacts: Contacts,
    lost: Contacts,
    writing: Writing,
    keys: Keys,
    *,
    as_at: date,
    seed: int,
) -> pa.Table:
    """The kind of each flaw, the table, whose row, its key and the true day."""
    where = np.flatnonzero
    suspended, recalled = where(events.suspended_from != EMPTY_DAY), where(events.recalled)
    wrongly = where(events.suspended_wrongly)
    fixed = where(wrongly_fixed(events, cases))
    holding = np.unique(staff.holder[cases.active])
    leavers = holding[staff.left[holding] != EMPTY_DAY]
    twice = where(writing.duplicate_of != EMPTY)
    false = where(told_of_checks(reports, ladder, cases, as_at=as_at, seed=seed).falsely)
    mistyped = where((contacts.flaw > 0) & (contacts.flaw < WITHOUT_OUTCOME))
    without = where(contacts.flaw == WITHOUT_OUTCOME)
    unmerged = cases.count + where(~called.known)
    found = {
        ("late_recorded", "contact"): _contacts(where(writing.late), contacts, keys),
        ("back_dated", "contact"): _contacts(where(writing.back_dated), contacts, keys),
        ("duplicate", "contact"): _contacts(twice, contacts, keys),
        ("wrong_date", "contact"): _contacts(mistyped, contacts, keys)._replace(day=contacts.truly[mistyped]),
        ("missing_outcome", "contact"): _contacts(without, contacts, keys),
        ("deleted", "contact"): _Rows(keys.crn(lost.person), None, lost.day),
        ("missing_domestic_abuse_flag", "person"): _people(where(risks.missing_abuse), keys),
        ("missing_child_flag", "person"): _people(where(risks.missing_child), keys),
        ("duplicate_person", "person"): _people(unmerged, keys),
        ("leaver_holds_cases", "practitioner"): _Rows(None, taken(staff.codes, leavers)),
        ("suspended_wrongly", "suspension"): _Rows(
            keys.crn(wrongly), keys.of("SU", np.searchsorted(suspended, wrongly))
        ),
        ("recall_type", "recall"): _Rows(keys.crn(fixed), keys.of("RC", np.searchsorted(recalled, fixed))),
        ("checks_said_answered", "court_report"): _Rows(
            keys.crn(reports.person[false]), keys.of("CR", false)
        ),
    }
    return pa.concat_tables([_of(flaw, table, rows) for (flaw, table), rows in found.items()])


def _of(flaw: str, table: str, rows: _Rows) -> pa.Table:
    crn = None if rows.crn is None else keyed_arrow(rows.crn)
    row = keyed_arrow(rows.row) if isinstance(rows.row, Keyed) else rows.row
    count = next(len(each) for each in (row, crn) if each is not None)
    return pa.table(
        {
            "flaw": pa.repeat(pa.scalar(flaw), count),
            "table": pa.repeat(pa.scalar(table), count),
            "crn": pa.nulls(count, pa.string()) if crn is None else crn,
            "row_id": pa.nulls(count, pa.string()) if row is None else row.cast(pa.string()),
            "day": pa.nulls(count, pa.date32()) if rows.day is None else days_arrow(rows.day),
        }
    )


def _contacts(rows: Numbers, contacts: Contacts, keys: Keys) -> _Rows:
    return _Rows(keys.crn(contacts.person[rows]), keys.of("CO", rows))


def _people(rows: Numbers, keys: Keys) -> _Rows:
    return _Rows(keys.crn(rows), keys.crn(rows))
