"""What a night costs that works out again only what changed: CPU time over that of a full night, in one run.

``python -m bench incremental [--people 26000]``. Each night stands upon the same full night and is compared
with it; looking for what changed, writing, and counting the weeks anew are in it. The duties are said
once, before. Nights run in this process, loads are not counted.
"""

from __future__ import annotations

import argparse
import os
import shutil
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from rich.console import Console

from assay.assurance.duties import scripts
from assay.core.policy import load as load_policy
from assay.jobs import night
from assay.records.store import build_snapshot
from assay.records.synthetic.region import synthesise

AS_AT = date(2026, 2, 26)
DAY = timedelta(days=1)
Tables = Mapping[str, pa.Table]


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench incremental")
    asked.add_argument("--people", type=int, default=26_000)
    people = asked.parse_args(words).people
    os.environ.setdefault("ASSAY_DUCKDB_THREADS", "2")
    with TemporaryDirectory() as place:
        os.environ["ASSAY_COMPILED"] = str(Path(place) / "compiled")
        scripts.script(load_policy(), on=AS_AT, folder=Path(place) / "compiled")
        tables = synthesise("West Midlands", people=people, as_at=AS_AT, seed=1).tables
        _report(people, _costs(Path(place), tables))


def _costs(place: Path, tables: Tables) -> list[tuple[str, float, str]]:
    """Of each night its name, CPU seconds and what it said that it did."""
    changed = {
        "1 case in 1,000 changed": lambda: (_changed(tables, 1000), AS_AT),
        "1 case in 100 changed": lambda: (_changed(tables, 100), AS_AT),
        "a day later, nothing recorded": lambda: (tables, AS_AT + DAY),
    }
    found = _from(place / "before", tables, AS_AT, changed)
    later = {"a day later, with what was recorded": lambda: (tables, AS_AT)}
    return [*found, *_from(place / "evening", _the_day_before(tables), AS_AT - DAY, later)[1:]]


def _the_day_before(tables: Tables) -> Tables:
    """The tables without what was recorded on the last day. What closed on it was open."""
    evening = dict(tables)
    for name, rows in tables.items():
        if "recorded_at" in rows.column_names:
            evening[name] = rows.filter(pc.less(rows["recorded_at"].cast(pa.date32()), AS_AT))
        if "closed_on" in rows.column_names:
            position = rows.column_names.index("closed_on")
            closed = evening[name]["closed_on"]
            none = pa.scalar(None, closed.type)
            cut = pc.if_else(pc.greater_equal(closed, AS_AT), none, closed)
            evening[name] = evening[name].set_column(position, rows.schema.field(position), cut)
    return evening


def _from(
    home: Path, tables: Tables, day: date, changed: Mapping[str, Callable[[], tuple[Tables, date]]]
) -> list[tuple[str, float, str]]:
    """A full night over these records, and each of the others upon it."""
    build_snapshot(tables, home=home, as_at=day, provider="N52")
    found = [("full", *_night(home))]
    for name, change in changed.items():
        other = home.with_name("other")
        shutil.copytree(home, other, copy_function=os.link)
        rows, on = change()
        build_snapshot(rows, home=other, as_at=on, provider="N52")
        found.append((name, *_night(other)))
        shutil.rmtree(other)
    return found


def _night(home: Path) -> tuple[float, str]:
    told = StringIO()
    begun = time.process_time()
    night.make(home, console=Console(file=told, width=200))
    return time.process_time() - begun, told.getvalue().strip()


def _changed(tables: Tables, one_in: int) -> Tables:
    """The tables with one more contact of every so many cases, scattered over all."""
    known: Any = tables["person"]["crn"].to_pylist()
    crns = sorted(Random(1).sample(known, len(known) // one_in))
    contact = tables["contact"]
    rows = contact.slice(0, len(crns)).to_pylist()
    for number, (row, crn) in enumerate(zip(rows, crns, strict=True)):
        row |= {"contact_id": f"more-{number}", "crn": crn, "type": "COAP", "outcome": "ATTC"}
        row |= {"happened_on": AS_AT}
    more = pa.Table.from_pylist(rows, schema=contact.schema)
    return {**tables, "contact": pa.concat_tables([contact, more])}


def _report(people: int, costs: list[tuple[str, float, str]]) -> None:
    full = costs[0][1]
    print(f"{people:,} people as at {AS_AT}; a full night {full:.1f} CPU s")
    print(f"{'night':<32}{'CPU s':>8}{'of a full one':>15}  what it did")
    for name, spent, told in costs:
        print(f"{name:<32}{spent:>8.1f}{spent / full:>15.1%}  {told}")
