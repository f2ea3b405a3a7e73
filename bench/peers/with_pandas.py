"""pandas: frames of each duty's parts, the next row and the last one before by ``merge_asof``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from bench.peers.definitions import COLUMNS, DUTIES, Codes, Rows, Simple, Spans, codes_of, first_day, tables
from bench.peers.measuring import Costs, Task, contend

EPOCH = date(1970, 1, 1)
NEVER = 2**31 - 1
DAYS = ("triggered_on", "due_on", "met_on")


@dataclass
class Records:
    """The tables, with numbers for cases and days; the working days up to each day and the day each number
    of them is reached; the as-at day, and the first whose triggers count."""

    tables: dict[str, pd.DataFrame]
    worked: Any
    reached: Any
    calendar_from: int
    as_at: int
    since: int


def load(task: Task, costs: Costs) -> Callable[[], None]:
    """Reading is part of the run, as it is of the others' that keep nothing loaded."""

    def run() -> None:
        write(rows_of(read(task)), task)

    return run


def read(task: Task) -> Records:
    """The records that the duties read, as frames."""
    calendar = pq.read_table(task.calendar / "calendar.parquet")
    workdays = pq.read_table(task.calendar / "workday.parquet")
    days, worked = _days(calendar["day"]), workdays["worked"].to_numpy()
    reached = np.full(int(worked.max()) + 1, NEVER)
    reached[worked] = _days(workdays["first_day"])
    return Records(
        tables={name: _table(task, name, columns) for name, columns in tables().items()},
        worked=calendar["worked"].to_numpy(),
        reached=reached,
        calendar_from=int(days[0]),
        as_at=_number(task.as_at),
        since=_number(first_day(task.as_at)),
    )


def rows_of(records: Records) -> pd.DataFrame:
    """Every duty's rows, in order; days as numbers."""
    frame = every_obligation(records)
    judge(frame, frame["met_by"] > frame["due"])
    return frame


def every_obligation(records: Records) -> pd.DataFrame:
    """The obligations of all duties, in order, not yet judged; ``met_by`` is the day each was met, or the
    as-at day."""
    frame = pd.concat([obligations(records, duty) for duty in DUTIES], ignore_index=True)
    frame["met_by"] = frame["met"].fillna(records.as_at).astype("int64")
    return frame.sort_values(["duty", "anchor"], ignore_index=True)


def obligations(records: Records, duty: Simple) -> pd.DataFrame:
    """A duty's triggers with due day, the row that met it and its day, the last before, and what excuses."""
    rows = events(records, duty.trigger).rename(columns={"row": "anchor"})
    rows = rows[rows["on"] >= records.since]
    if duty.during is not None:
        rows = rows[rows["anchor"].isin(holding(rows, spans(records, duty.during)).index)]
    rows = rows.sort_values("on", kind="stable")
    evidence = events(records, duty.evidence).sort_values(["on", "row"])
    evidence = evidence.drop_duplicates(["case", "on"]).rename(columns={"on": "met"})
    rows["from"] = rows["on"] + duty.after
    met = pd.merge_asof(
        rows, evidence.drop(columns="crn"), left_on="from", right_on="met", by="case", direction="forward"
    )
    before = evidence[["case", "met", "row"]].rename(columns={"met": "last", "row": "before"})
    found = pd.merge_asof(met, before, left_on="on", right_on="last", by="case", allow_exact_matches=False)
    found["due"] = due_days(records, found["on"].to_numpy(), duty)
    found["duty"] = duty.code
    _excuse(records, duty, found)
    return found


def _excuse(records: Records, duty: Simple, rows: pd.DataFrame) -> None:
    rows["excuse"] = rows["excused_by"] = None
    if duty.unless is not None:
        held = holding(rows, spans(records, duty.unless))
        rows["excused_by"] = rows["anchor"].map(held)
        rows.loc[rows["excused_by"].notna(), "excuse"] = duty.unless.table


def judge(rows: pd.DataFrame, unmet: pd.Series[bool]) -> None:
    """State, reason and the row it speaks of. ``unmet``: not met in time, and overdue if not met at all."""
    excused, met, before = rows["excuse"].notna(), rows["met"].notna(), rows["before"].notna()
    which = [excused, met & unmet, met, unmet]
    rows["state"] = np.select(which, ["excused", "late", "in_time", "missed"], "waiting")
    last = np.where(before, "last_before", "none")
    rows["reason"] = np.select(which, [rows["excuse"], "met_late", "met", last], "waiting")
    rows["row_id"] = np.select(which, [rows["excused_by"], rows["row"], rows["row"], rows["before"]], None)


def due_days(records: Records, on: Any, duty: Simple) -> Any:
    if not duty.working:
        return on + duty.length
    return records.reached[records.worked[on - records.calendar_from] + duty.length]


def events(records: Records, part: Rows) -> pd.DataFrame:
    frame = _coded(records.tables[part.table], part.codes)
    frame = frame[["case", "crn", part.key, part.on]].set_axis(["case", "crn", "row", "on"], axis=1)
    return frame[frame["on"] <= records.as_at]


def spans(records: Records, part: Spans) -> pd.DataFrame:
    frame = _coded(records.tables[part.table], part.codes)
    return frame[["case", part.key, "opened_on", "closed_on"]].rename(columns={part.key: "span"})


def holding(rows: pd.DataFrame, spans: pd.DataFrame) -> pd.Series[Any]:
    """The least row of the spans that hold each trigger's day, by the trigger."""
    both = rows[["case", "on", "anchor"]].merge(spans, on="case")
    both = both[(both["opened_on"] <= both["on"]) & (both["on"] < both["closed_on"])]
    return both.groupby("anchor")["span"].min()


def _coded(frame: pd.DataFrame, codes: Codes) -> pd.DataFrame:
    for column, values in codes.items():
        frame = frame[frame[column].isin(values)]
    return frame


def _table(task: Task, name: str, columns: list[str]) -> pd.DataFrame:
    """Only rows with codes that are read, which the file's reader leaves out while it reads."""
    wanted = [ds.field(column).isin(values) for column, values in codes_of(name).items()]
    condition = None
    for each in wanted:
        condition = each if condition is None else condition & each
    rows = ds.dataset(task.records / name).to_table(columns=columns, filter=condition)
    frame = pd.DataFrame(
        {
            column: _days(rows[column]) if pa.types.is_date(rows[column].type) else rows[column].to_pandas()
            for column in columns
        }
    )
    frame["case"] = frame["crn"].str[1:].astype("int64")
    return frame[frame["case"] % task.one_in == 0] if task.one_in > 1 else frame


def _days(column: Any) -> Any:
    return column.cast(pa.int32()).fill_null(NEVER).to_numpy().astype("int64")


def _number(day: date) -> int:
    return (day - EPOCH).days


def write(rows: pd.DataFrame, task: Task) -> None:
    """The rows as every contender writes them."""
    rows = rows.rename(columns={"on": "triggered_on", "due": "due_on", "met": "met_on"})
    columns = {}
    for name in COLUMNS:
        if name in DAYS:
            columns[name] = pa.array(rows[name].astype("Int32")).cast(pa.date32())
        else:
            columns[name] = pa.array(rows[name], pa.string(), from_pandas=True)
    pq.write_table(pa.table(columns), task.rows)


if __name__ == "__main__":
    contend(load)
