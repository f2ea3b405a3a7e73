"""What the statements take from one night to the next: tables and numbers, made with no thought of a duty.

The tables are ``duties_case`` (each CRN with the CRN it became in the end and that case's number; numbers
are in the order of the CRNs), ``duties_unit`` (each unit with its PDU and region), ``duties_calendar``,
``duties_window`` and ``duties_ahead`` (days in the records that have not come); the numbers are variables of
the connection.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from assay.assurance.duties.identity import survivor
from assay.core.dates import LAST_DAY, bank_holidays
from assay.core.policy import Policy, Window
from assay.records import standard

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
WINDOW_KNOWN_FIELDS: Mapping[str, pa.DataType] = {
    "window": pa.string(),
    "window_from": pa.date32(),
    "value": pa.int64(),
    "unit": pa.string(),
    "confidence": pa.string(),
}
WINDOW_KNOWN = pa.schema(WINDOW_KNOWN_FIELDS)
CASE_FIELDS: Mapping[str, pa.DataType] = {"crn": pa.string(), "became": pa.string(), "case_id": pa.int64()}
DUTY_FIELDS: Mapping[str, pa.DataType] = {
    "number": pa.int64(),
    "code": pa.string(),
    "definition": pa.string(),
    "severity": pa.int64(),
    "severe": pa.int64(),
    "absent": pa.string(),
}
AHEAD_FIELDS: Mapping[str, pa.DataType] = {"on": pa.int64(), "crn": pa.string()}
_KINDS = {"int64": "BIGINT", "string": "VARCHAR", "bool": "BOOLEAN"}
SCHEMAS = {
    "case": pa.schema(CASE_FIELDS),
    "unit": pa.schema({"unit": pa.string(), "pdu": pa.string(), "region": pa.string()}),
    "calendar": pa.schema({"day": pa.int64(), "worked": pa.int64()}),
    "workday": pa.schema({"worked": pa.int64(), "first_day": pa.int64()}),
    "window": pa.schema(WINDOW_FIELDS),
    "duty": pa.schema(DUTY_FIELDS),
    "ahead": pa.schema(AHEAD_FIELDS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What the statements know of a duty by its number. ``tables`` are those its evidence comes from."""

    number: int
    code: str
    version: int
    severity: int
    severe: int
    tables: tuple[str, ...]


def number_of(day: date) -> int:
    """The day's number."""
    return (day - EPOCH).days


def brought(table: str) -> str:
    """The variable that counts whether the extract brought any row of the table."""
    return f"duties_brought_{table}"


def give(
    connection: Any, *, policy: Policy, as_at: date, duties: Iterable[Fact], tables: Iterable[str]
) -> None:
    """Sets the variables and makes the tables on the connection, but for the cases. ``tables`` are those of
    which it matters whether the extract brought any row."""
    give_days(connection, as_at=as_at)
    _set(connection, RECORDS_FROM, _records_from(connection))
    for name in tables:
        _set(connection, brought(name), int(_has_rows(connection, name)))
    put(connection, "window", pa.Table.from_pylist(_windows(policy), schema=SCHEMAS["window"]))
    put(connection, "duty", pa.Table.from_pylist(_duties(connection, duties), schema=SCHEMAS["duty"]))
    put(connection, "ahead", ahead(connection, as_at=as_at))


def ahead(connection: Any, *, as_at: date) -> pa.Table:
    """Of each CRN the first day after the as-at day that stands in its records, as a day or as an instant: on
    it the same records may say something else."""
    found = [
        f"SELECT crn, {_day(column, as_at)} AS day FROM r.{table.name} "  # noqa: S608 - names of ours
        f"WHERE {_not_before(column, as_at)}"
        for table in standard.TABLES
        if table.is_of_case and table.name != "words"
        for column in table
        if column.kind in ("date", "instant")
    ]
    sql = (
        f"SELECT min(day) - DATE '{EPOCH}' AS \"on\", crn FROM ({' UNION ALL '.join(found)}) "  # noqa: S608
        f"WHERE day > DATE '{as_at}' GROUP BY crn"
    )
    rows: pa.Table = connection.sql(sql).to_arrow_table()
    return rows.cast(SCHEMAS["ahead"])


def _day(column: standard.Column, as_at: date) -> str:
    """The day. Of an instant that of UTC, or the next if it is not ahead and the hour is the last, in which
    London may be a day further."""
    day = f'"{column.name}"'
    if column.kind == "date":
        return day
    late = f"({day} + INTERVAL 1 HOUR)::DATE"
    return f"CASE WHEN {day}::DATE > DATE '{as_at}' THEN {day}::DATE ELSE {late} END"


def _not_before(column: standard.Column, day: date) -> str:
    kind = "DATE" if column.kind == "date" else "TIMESTAMPTZ"
    zone = "" if column.kind == "date" else " 00:00:00+00"
    return f"\"{column.name}\" >= {kind} '{day}{zone}'"


def give_days(connection: Any, *, as_at: date) -> None:
    """Only the as-at day, the calendar and the units: what counting days and telling who held a case take."""
    _set(connection, AS_AT, number_of(as_at))
    put(connection, "unit", pa.Table.from_pylist(_units(connection), schema=SCHEMAS["unit"]))
    put(connection, "calendar", _calendar())
    put(connection, "workday", _workdays())


def put(connection: Any, name: str, rows: pa.Table) -> None:
    """Makes one of the tables on the connection, or fills it anew."""
    connection.register("duties_given", rows)
    columns = ", ".join(f'"{field.name}" {_KINDS[str(field.type)]}' for field in SCHEMAS[name])
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS duties_{name} ({columns})")
    connection.execute(f"TRUNCATE duties_{name}")
    connection.execute(f"INSERT INTO duties_{name} FROM duties_given")
    connection.unregister("duties_given")


def _has_rows(connection: Any, table: str) -> bool:
    return bool(connection.sql(f"SELECT 1 FROM r.{table} LIMIT 1").fetchall())  # noqa: S608


def _duties(connection: Any, duties: Iterable[Fact]) -> list[dict[str, object]]:
    rows = []
    empty: dict[str, bool] = {}
    for each in duties:
        for name in each.tables:
            if name not in empty:
                empty[name] = not _has_rows(connection, name)
        absent = next((f"no_{name}" for name in each.tables if empty[name]), None)
        rows.append(
            {
                "number": each.number,
                "code": each.code,
                "definition": f"{each.code}.{each.version}",
                "severity": each.severity,
                "severe": each.severe,
                "absent": absent,
            }
        )
    return rows


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


def cases(connection: Any) -> pa.Table:
    """Every CRN, in order, with the one it became in the end and that case's number."""
    rows = connection.sql("SELECT crn, merged_into FROM r.person ORDER BY crn").to_arrow_table()
    merges = {
        crn: into
        for crn, into in zip(*(rows[name].to_pylist() for name in rows.column_names), strict=True)
        if into is not None
    }
    crns = rows["crn"]
    if merges:
        became = pa.array([survivor(crn, merges) if crn in merges else crn for crn in crns.to_pylist()])
    else:
        became = crns.combine_chunks()
    kept = pc.unique(became).sort()
    numbers = pc.index_in(became, kept).cast(pa.int64())
    return pa.table([crns.combine_chunks(), became, numbers], schema=SCHEMAS["case"])


def ranges(known: pa.Table, *, size: int) -> tuple[pa.Table, ...]:
    """The cases in ranges of so many; last, all together, those merged from CRNs beyond their range, so that
    one such record does not make its range reach across all files."""
    numbers = np.unique(known["case_id"].to_numpy(), return_inverse=True)[1]
    place, own = numbers // size, np.arange(known.num_rows)
    same = pc.equal(known["crn"], known["became"]).to_numpy()
    first = np.full(int(place.max(initial=-1)) + 1, known.num_rows)
    np.minimum.at(first, place[same], own[same])
    last = np.append(first[1:], known.num_rows)
    beyond = (own < first[place]) | (own >= last[place])
    far = np.isin(numbers, numbers[beyond])
    found = [np.flatnonzero((place == each) & ~far) for each in range(len(first))]
    return tuple(known.take(rows) for rows in [*found, np.flatnonzero(far)] if len(rows))


def units(connection: Any) -> dict[str, tuple[str | None, str | None]]:
    """The PDU and region of each unit."""
    return {str(each["unit"]): (each["pdu"], each["region"]) for each in _units(connection)}


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


@cache
def _workdays() -> pa.Table:
    days, worked = (column.to_numpy() for column in _calendar().columns)
    counts, first = np.unique(worked, return_index=True)
    return pa.table({"worked": counts, "first_day": days[first]}, schema=SCHEMAS["workday"])


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


def windows_known(policy: Policy) -> pa.Table:
    """Every version of every window as a night keeps it: ``window``, ``window_from`` (empty where it stands
    for every earlier day too), ``value``, ``unit`` and ``confidence``."""
    rows = [
        {
            "window": each["window_name"],
            "window_from": each["from_on"],
            "value": each["value"],
            "unit": each["unit"],
            "confidence": each["confidence"],
        }
        for each in _windows(policy)
    ]
    return pa.Table.from_pylist(rows, schema=WINDOW_KNOWN)


def _row(window: Window, *, always: bool) -> dict[str, object]:
    closed = window.in_force_to
    return {
        "window_name": window.name,
        "value": window.value,
        "unit": window.unit,
        "confidence": window.confidence,
        "length": window.length,
        "working": window.in_working_days,
        "from_on": None if always else window.in_force_from,
        "from_day": BEGINNING if always else number_of(window.in_force_from),
        "to_day": FOREVER if closed is None else number_of(closed),
        "reach": window.applies_to,
    }
