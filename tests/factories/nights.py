"""Records that change from night to night: invented cases, and edits of each kind that an extract brings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa

from assay.assurance.duties import engine
from assay.core.policy import load
from assay.records.store import Pair, build_snapshot, latest_snapshot, open_pair, open_snapshot
from tests.factories.duties import GRADES, Invented, people, region
from tests.factories.records import UNITS

Rows = dict[str, list[dict[str, Any]]]
Edit = Callable[[Rows, Random, date], None]


def invented(seed: int, count: int) -> Rows:
    """Everything a region's extract holds of so many cases, to be edited."""
    rows = people(Random(seed), count)
    return {
        **rows,
        "organisation": deepcopy(list(map(dict, UNITS))),
        "practitioner": deepcopy(list(map(dict, GRADES))),
    }


def another_region(rows: Rows, *, code: str, crn: str) -> Rows:
    """The rows as those of another region: other units, staff and cases, begun with ``crn``."""
    text = {"N52": code, "X9": crn}
    changed: Rows = {}
    for name, each in rows.items():
        changed[name] = [{key: _spelt(value, text) for key, value in row.items()} for row in each]
    for row in (*changed["practitioner"], *changed["allocation"], *changed.get("workload_week", ())):
        for column in ("staff_code", "manager_code"):
            if row.get(column):
                row[column] = f"{code}{row[column]}"
    return changed


def _spelt(value: Any, text: dict[str, str]) -> Any:
    for old, new in text.items():
        value = value.replace(old, new) if isinstance(value, str) else value
    return value


def crns(rows: Rows) -> list[str]:
    return [row["crn"] for row in rows["person"]]


def new_case(rows: Rows, random: Random, day: date) -> None:
    made = defaultdict(list, rows)
    Invented(random, f"X95{random.randrange(10**4):04d}", made).everything()
    rows.update(made)


def changed_level(rows: Rows, random: Random, day: date) -> None:
    row = random.choice(rows["rosh"])
    row["level"] = "low" if row["level"] in ("high", "very_high") else "very_high"


def row_deleted(rows: Rows, random: Random, day: date) -> None:
    for name in ("enquiry", "contact", "registration"):
        rows[name].pop(random.randrange(len(rows[name])))


def written_late(rows: Rows, random: Random, day: date) -> None:
    """A contact of long ago, recorded now."""
    rows["contact"].append(
        {
            "contact_id": f"late-{random.randrange(10**6)}",
            "crn": random.choice(crns(rows)),
            "type": "COAP",
            "outcome": "ATTC",
            "happened_on": day - timedelta(days=40),
            "recorded_at": datetime(day.year, day.month, day.day, 9, tzinfo=UTC),
        }
    )


def merged(rows: Rows, random: Random, day: date) -> None:
    one, other = random.sample([row for row in rows["person"] if not row.get("merged_into")], 2)
    if not any(row.get("merged_into") == one["crn"] for row in rows["person"]):
        one["merged_into"] = other["crn"]


def unmerged(rows: Rows, random: Random, day: date) -> None:
    random.choice([row for row in rows["person"] if row.get("merged_into")])["merged_into"] = None


def handed_over(rows: Rows, random: Random, day: date) -> None:
    row = random.choice(rows["allocation"])
    row["team_code"] = "N52A1T1" if row["team_code"] == "N52A1T2" else "N52A1T2"


def staff_changed(rows: Rows, random: Random, day: date) -> None:
    row = random.choice([each for each in rows["practitioner"] if each["staff_code"] != "S1"])
    row["grade"] = "PSO" if row.get("grade") == "PQiP" else "PQiP"


def workload_changed(rows: Rows, random: Random, day: date) -> None:
    for row in random.sample(rows["workload_week"], 5):
        row["points"] = 1.0


def team_moved(rows: Rows, random: Random, day: date) -> None:
    rows["organisation"].append({"unit_code": "N52B", "kind": "pdu", "name": "Elm PDU", "parent_code": "N52"})
    next(row for row in rows["organisation"] if row["unit_code"] == "N52A1T2")["parent_code"] = "N52B"


def gone(rows: Rows, random: Random, day: date) -> str:
    """Takes a person away with all their rows."""
    crn = random.choice([crn for crn in crns(rows) if not _is_merged(rows, crn)])
    take_out(rows, crn)
    return crn


def take_out(rows: Rows, crn: str) -> Rows:
    """Takes a person's rows away, and gives them."""
    taken: Rows = {}
    for name, each in rows.items():
        taken[name] = [row for row in each if row.get("crn") == crn]
        each[:] = [row for row in each if row.get("crn") != crn]
    return {name: each for name, each in taken.items() if each}


def _is_merged(rows: Rows, crn: str) -> bool:
    return any(
        crn in (row["crn"], row.get("merged_into")) and row.get("merged_into") for row in rows["person"]
    )


def brought(rows: Rows, home: Path, *, as_at: date, provider: str = "N52") -> None:
    """The rows loaded as the provider's extract."""
    given = {name: each for name, each in deepcopy(rows).items() if each}
    if provider != "N52":
        from tests.factories.records import tables

        build_snapshot(tables(**given), home=home, as_at=as_at, provider=provider)
    else:
        build_snapshot(region(**given), home=home, as_at=as_at, provider=provider)


def night_tables(pair: Pair) -> dict[str, pa.Table]:
    """Every table of the night as pages read it, its rows sorted."""
    with open_pair(pair) as reader:
        return {name: _sorted(reader.table(f'SELECT * FROM n."{name}"')) for name in engine.TABLES}


def full_tables(home: Path, *, as_at: date) -> dict[str, pa.Table]:
    """The same of every case worked out anew."""
    snapshot = latest_snapshot(home)
    assert snapshot is not None
    with open_snapshot(snapshot) as reader:
        made = engine.run(reader, policy=load(), as_at=as_at)
    return {name: _sorted(table) for name, table in made.items()}


def _sorted(table: pa.Table) -> pa.Table:
    return table.sort_by([(name, "ascending") for name in table.column_names]).combine_chunks()


EDITS: tuple[Edit, ...] = (
    new_case,
    changed_level,
    row_deleted,
    written_late,
    merged,
    unmerged,
    handed_over,
    staff_changed,
    workload_changed,
    team_moved,
)
"""Every edit that leaves the cases there."""
NARROW = EDITS[:7]
"""Those that concern a few cases, and no member of staff or team."""
