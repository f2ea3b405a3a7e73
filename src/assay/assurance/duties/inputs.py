"""What the statements take from one night to the next: tables and numbers, made with no thought of a duty.

The tables are ``duties_case`` (each CRN with the CRN it became in the end and that case's number; numbers
are in the order of the CRNs), ``duties_unit`` (each unit with its PDU and region), ``duties_calendar`` and
``duties_window``; the numbers are variables of the connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

from assay.assurance.duties.identity import survivor
from assay.core.dates import LAST_DAY, bank_holidays
from assay.core.policy import Policy, Window

EPOCH = date(1970, 1, 1)
FOREVER = (date.max - EPOCH).days
BEGINNING = (date.min - EPOCH).days
CALENDAR_FROM = date(1950, 1, 1)
AS_AT, RECORDS_FROM = "duties_as_at", "duties_records_from"

WINDOW_FIELDS: Mapping[str, pa.DataType] = {
    "window_name": pa.string(),
    "value": pa.int64(),
    "unit": pa.string(),
    "confidence": pa.string(),
    "length": pa.int64(),
    "working": pa.bool_(),
    "from_day": pa.int64(),
    "to_day": pa.int64(),
    "reach": pa.string(),
}
CASE_FIELDS: Mapping[str, pa.DataType] = {"crn": pa.string(), "became": pa.string(), "case_id": pa.int64()}
SCHEMAS = {
    "case": pa.schema(CASE_FIELDS),
    "unit": pa.schema({"unit": pa.string(), "pdu": pa.string(), "region": pa.string()}),
    "calendar": pa.schema({"day": pa.int64(), "worked": pa.int64()}),
    "window": pa.schema(WINDOW_FIELDS),
}


def number_of(day: date) -> int:
    """The day's number."""
    return (day - EPOCH).days


def brought(table: str) -> str:
    """The variable that counts whether the extract brought any row of the table."""
    return f"duties_brought_{table}"


def give(connection: Any, *, policy: Policy, as_at: date, tables: Iterable[str]) -> None:
    """Sets the variables and makes the tables on the connection. ``tables`` are those of which it matters
    whether the extract brought any row."""
    _set(connection, AS_AT, number_of(as_at))
    _set(connection, RECORDS_FROM, _records_from(connection))
    for name in tables:
        found = connection.sql(f"SELECT 1 FROM r.{name} LIMIT 1").fetchall()  # noqa: S608
        _set(connection, brought(name), len(found))
    made = {
        "case": _cases(connection),
        "unit": pa.Table.from_pylist(_units(connection), schema=SCHEMAS["unit"]),
        "calendar": _calendar(),
        "window": pa.Table.from_pylist(_windows(policy), schema=SCHEMAS["window"]),
    }
    for name, rows in made.items():
        connection.register("duties_given", rows)
        table = f"duties_{name}"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM duties_given")  # noqa: S608
        connection.unregister("duties_given")


def _set(connection: Any, name: str, number: int) -> None:
    connection.execute(f"SET VARIABLE {name} = {number}::BIGINT")


def _records_from(connection: Any) -> int:
    """The first day the records speak for: one contact in a thousand may be earlier by mistake. Beyond the
    as-at day where there is no contact."""
    counted = connection.sql(
        "SELECT happened_on, count(*) FROM r.contact GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    passed, total = 0, sum(count for _, count in counted)
    for day, count in counted:
        passed += count
        if passed > total // 1000:
            return number_of(day)
    return FOREVER


def _cases(connection: Any) -> pa.Table:
    merges = dict(
        connection.sql("SELECT crn, merged_into FROM r.person WHERE merged_into IS NOT NULL").fetchall()
    )
    crns = [crn for (crn,) in connection.sql("SELECT crn FROM r.person ORDER BY crn").fetchall()]
    became = [survivor(crn, merges) for crn in crns]
    numbers = {crn: number for number, crn in enumerate(sorted(set(became)))}
    found = {"crn": crns, "became": became, "case_id": [numbers[crn] for crn in became]}
    return pa.table(found, schema=SCHEMAS["case"])


def _units(connection: Any) -> list[dict[str, str | None]]:
    """Each unit with its PDU and region, by its parents; and, of none, the unit without a code."""
    rows = connection.sql("SELECT unit_code, kind, parent_code FROM r.organisation").fetchall()
    units = {code: (kind, parent) for code, kind, parent in rows}
    placed: list[dict[str, str | None]] = [{"unit": "", "pdu": None, "region": None}]
    for code in units:
        above: dict[str, str | None] = {}
        at: str | None = code
        while at in units and units[at][0] not in above:
            above[units[at][0]] = at
            at = units[at][1]
        placed.append({"unit": code, "pdu": above.get("pdu"), "region": above.get("region")})
    return placed


@cache
def _calendar() -> pa.Table:
    """Every day with ``worked``, the working days up to it. Before 2014 bank holidays are not known and
    weekdays count as worked."""
    days = np.arange(number_of(CALENDAR_FROM), number_of(LAST_DAY) + 1)
    worked = np.is_busday(days.astype("datetime64[D]"), holidays=sorted(bank_holidays()))
    return pa.table({"day": days, "worked": np.cumsum(worked)}, schema=SCHEMAS["calendar"])


def _windows(policy: Policy) -> list[dict[str, object]]:
    """Every version of every window, by the days it is in force. A version that applies to all stands for
    every earlier day too."""
    rows = []
    for known in policy.windows.values():
        overriding = [each for each in known if each.applies_to == "all"]
        first = overriding[-1] if overriding else None
        for each in known:
            if each.unit in ("level", "count"):
                continue
            if first is not None and each.in_force_from < first.in_force_from:
                continue
            rows.append(_row(each, always=each is first))
    return rows


def _row(window: Window, *, always: bool) -> dict[str, object]:
    closed = window.in_force_to
    return {
        "window_name": window.name,
        "value": window.value,
        "unit": window.unit,
        "confidence": window.confidence,
        "length": window.length,
        "working": window.in_working_days,
        "from_day": BEGINNING if always else number_of(window.in_force_from),
        "to_day": FOREVER if closed is None else number_of(closed),
        "reach": window.applies_to,
    }
