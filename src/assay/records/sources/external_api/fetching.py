"""A fetch from beginning to end: pages into a journal, pages into rows, rows into a folder to be loaded.

The folder is built beside its place and put there whole. Until then ``.NAME.fetching`` beside it holds the
pages taken, with which the same command goes on after whatever ended it. What stands at the end is an extract
like any other: ``assay load`` checks it and knows nothing of where it came from.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assay.core.dates import london_day
from assay.core.errors import Refused
from assay.core.messages import message
from assay.records import standard
from assay.records.sources.domain_events import Told
from assay.records.sources.external_api.client import Client, Patience
from assay.records.sources.external_api.connection import Connection
from assay.records.sources.external_api.earlier import FACTS, Earlier, read_earlier
from assay.records.sources.external_api.journal import Journal
from assay.records.sources.external_api.mapping import Rows
from assay.records.sources.external_api.reading import Reading
from assay.records.sources.external_api.routes import routes
from assay.records.sources.external_api.staffing import Lists, read_lists
from assay.records.sources.external_api.taking import Taking, Tell
from assay.records.sources.folders import write_folder
from assay.records.sources.quarantine import FILE as QUARANTINE
from assay.records.sources.quarantine import Quarantine

MADE_BY = "Assay fetch, HMPPS External API"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """``folder`` is where the extract will stand. ``since`` is that of the last fetch, whose other people are
    kept as they were. ``gone`` are people erased at the source. ``handed`` says on which day an event told of
    a new practitioner, ``told`` what events told of registers. ``needs`` says that the region's plans take up
    every need linked to offending. ``events_read`` is kept with the extract, so that the next fetch knows
    which events came since. ``purpose`` names the fetch where its people are not a list of the region's: one
    that goes on with another keeps the people, the day and the events of the one that was ended."""

    folder: Path
    provider: str
    people: Sequence[str]
    lists: Path
    limit: Fraction
    since: Path | None = None
    gone: frozenset[str] = frozenset()
    handed: Mapping[str, date] = field(default_factory=lambda: MappingProxyType({}))
    told: Mapping[str, Sequence[Told]] = field(default_factory=lambda: MappingProxyType({}))
    needs: bool = False
    events_read: int | None = None
    purpose: str | None = None
    at_once: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came of it. ``facts`` is what ``fetch.json`` holds: counts, nobody's name or number."""

    folder: Path
    facts: Mapping[str, Any]


def building_folder(folder: Path) -> Path:
    """Where the pages lie until the extract stands."""
    return folder.parent / f".{folder.name}.fetching"


def fetch(
    wanted: Wanted,
    *,
    connection: Connection,
    at: datetime,
    patience: Patience | None = None,
    tell: Tell = lambda done, of: None,
) -> Fetched:
    """``Refused`` where the service cannot be asked now, ``Unfit`` where too much of what it said is bad; the
    pages taken are kept either way. ``at`` is the clock: the fetch speaks for its London day, or for that of
    the run it goes on with."""
    if wanted.folder.exists():
        raise Refused(message("The folder is there already. Name one that is not, or remove it."))
    lists = read_lists(wanted.lists)
    earlier = read_earlier(wanted.since, provider=wanted.provider) if wanted.since else None
    building = building_folder(wanted.folder)
    with Journal(building, asked=_asked(wanted, connection, at)) as journal:
        asking = routes(upstream=connection.upstream is not None, needs=wanted.needs)
        with Client(connection, patience=patience) as client:
            taking = Taking(client, connection, journal, asking, wanted.at_once)
            people = taking.take(journal.asked["people"], tell=tell)
        quarantine, rows = Quarantine(wanted.limit), Rows()
        reading = Reading(
            journal=journal,
            routes=asking,
            provider=wanted.provider,
            as_at=date.fromisoformat(journal.asked["as_at"]),
            seen_at=datetime.fromisoformat(journal.asked["began_at"]),
            staff=lists.staff,
            quarantine=quarantine,
            rows=rows,
            earlier=earlier,
            handed=wanted.handed,
            told=wanted.told,
        )
        mapped = reading.read(people)
        quarantine.write(building)
        quarantine.check()
        facts = _facts(wanted, reading, people=people, mapped=mapped)
        _build(wanted, building, lists, earlier, rows, asked=people, facts=facts, as_at=reading.as_at)
    shutil.rmtree(building)
    return Fetched(folder=wanted.folder, facts=facts)


def _asked(wanted: Wanted, connection: Connection, at: datetime) -> dict[str, Any]:
    """What the pages are for: another list, service or kind of question is another fetch."""
    people = wanted.purpose or sorted(wanted.people)
    what = json.dumps([connection.base, connection.upstream, wanted.provider, wanted.needs, people])
    return {
        "for": hashlib.sha256(what.encode("utf-8")).hexdigest(),
        "as_at": london_day(at).isoformat(),
        "began_at": at.isoformat(),
        "people": list(wanted.people),
        "events_read": wanted.events_read,
    }


def _facts(wanted: Wanted, reading: Reading, *, people: Sequence[str], mapped: int) -> dict[str, Any]:
    return {
        "made_by": MADE_BY,
        "provider": wanted.provider,
        "as_at": reading.as_at.isoformat(),
        "began_at": reading.seen_at.isoformat(),
        "asked": len(people),
        "left_out": len(people) - mapped,
        "rows_taken": reading.quarantine.taken,
        "rows_refused": len(reading.quarantine.rows),
        "refused": dict(sorted(Counter(each.rule for each in reading.quarantine.rows).items())),
        "routes": {name: dict(sorted(counts.items())) for name, counts in reading.counts.items()},
        "events_read": reading.journal.asked["events_read"],
    }


def _build(
    wanted: Wanted,
    building: Path,
    lists: Lists,
    earlier: Earlier | None,
    rows: Rows,
    *,
    asked: Sequence[str],
    facts: Mapping[str, Any],
    as_at: date,
) -> None:
    if earlier is not None:
        for name, table in earlier.others({*asked, *wanted.gone}):
            rows.add_table(name, table)
    tables = {**rows.tables(), **_units_and_staff(lists, earlier)}
    folder = building / "extract"
    shutil.rmtree(folder, ignore_errors=True)
    crns = [str(each) for each in tables["person"]["crn"].to_pylist()] if "person" in tables else []
    write_folder(
        tables,
        folder,
        provider=wanted.provider,
        as_at=as_at,
        synthetic=bool(crns) and all(re.fullmatch(standard.SYNTHETIC_CRN, each) for each in crns),
        made_by=MADE_BY,
    )
    shutil.copy(building / QUARANTINE, folder / QUARANTINE)
    (folder / FACTS).write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    folder.rename(wanted.folder)


def _units_and_staff(lists: Lists, earlier: Earlier | None) -> dict[str, pa.Table]:
    """Today's lists, and whoever was in the last fetch and has left them: rows still point there."""
    found = dict(lists.tables)
    for name in found if earlier is not None else ():
        key = standard.table(name).key
        before = earlier.extract.tables[name] if earlier is not None else found[name]
        listed: Any = pc.is_in(before[key], value_set=found[name][key].combine_chunks())
        found[name] = pa.concat_tables([found[name], before.filter(pc.invert(listed))])
    return found
