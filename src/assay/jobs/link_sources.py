"""The people of a source as ``assay link`` takes them: a person file, an extract, or the records kept here.

Who may not be seen is left out before anything is compared (promise 7), and counted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assay.core.errors import Problem, Refused, Unfit
from assay.core.messages import message
from assay.records import standard
from assay.records.cases import rules
from assay.records.cases.rules import Limit
from assay.records.linkage.people import Source, in_columns, read_people
from assay.records.ordering import scratch

HERE = "records"
"""The word for the records this installation keeps."""
READ = ("person", "address", "access_limitation")
LIMITED, MERGED = "access is limited", "merged into another record"

PEOPLE = """
    WITH lived AS (
        SELECT crn, local_authority FROM address
        WHERE local_authority IS NOT NULL AND (closed_on IS NULL OR closed_on > $as_at)
        QUALIFY row_number() OVER (PARTITION BY crn ORDER BY opened_on DESC, address_id DESC) = 1
    )
    SELECT crn AS record_id, forename, surname, date_of_birth, gender, local_authority AS council, crn
    FROM person LEFT JOIN lived USING (crn)
    WHERE merged_into IS NULL
    ORDER BY crn
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecord:
    """What an extract or a snapshot says of its people besides who they are: limits, and who was merged."""

    as_at: date
    limits: tuple[Limit, ...]
    became: Mapping[str, str]

    def barred(self, usernames: Collection[str]) -> frozenset[str]:
        """The records kept from whoever has these Delius user names; from nobody named, all with a limit."""
        if not usernames:
            return rules.limited(self.limits, on=self.as_at)
        return rules.barred(self.limits, usernames, on=self.as_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A source with what its case record says; ``record`` is None for a person file."""

    source: Source
    record: CaseRecord | None = None


def take(word: str, *, home: Path) -> Taken:
    """The source that a word of the command names. ``Unfit`` or ``Refused`` if it cannot be read."""
    if word == HERE:
        return _of_records(home)
    path = Path(word)
    return _of_extract(path) if path.is_dir() else Taken(source=read_people(path))


def without_barred(taken: Iterable[Taken], usernames: Collection[str]) -> tuple[Source, ...]:
    """The sources without the people kept from whoever asks. What either case record limits is left out of
    both, so that a number the other body knows does not lead round the limit."""
    each_taken = tuple(taken)
    barred = frozenset[str]().union(*(each.record.barred(usernames) for each in each_taken if each.record))
    return tuple(_without(each.source, barred) for each in each_taken)


def known_here(home: Path) -> CaseRecord | None:
    """Limits and merges of the records loaded last in this home; None before the first load."""
    from assay.records.store import latest_snapshot, small_table

    snapshot = latest_snapshot(home)
    if snapshot is None:
        return None
    limits = small_table(snapshot, "access_limitation", ("crn", "username", "kind", "closed_on"))
    merged = small_table(snapshot, "person", ("crn", "merged_into"))
    return _record(snapshot.as_at, limits, merged)


def _of_records(home: Path) -> Taken:
    from assay.records.store import is_synthetic, latest_snapshot, open_snapshot

    snapshot, known = latest_snapshot(home), known_here(home)
    if snapshot is None or known is None:
        raise Refused(message("No records are loaded here yet. Load an extract first: assay load."))
    with open_snapshot(snapshot) as reader:
        tables = {name: reader.table(f"SELECT * FROM r.{name}") for name in READ}  # noqa: S608
    return _taken(HERE, tables, known, synthetic=is_synthetic(home) is not False)


def _of_extract(folder: Path) -> Taken:
    from assay.records.sources.labels import read_label

    label = read_label(folder)
    with tempfile.TemporaryDirectory(prefix="assay-link-") as place:
        tables = {name: _table(folder, name, Path(place)) for name in READ}
    _check_keys(tables["person"])
    rows = (tables[name].to_pylist() for name in ("access_limitation", "person"))
    return _taken(label.provider, tables, _record(label.as_at, *rows), synthetic=label.synthetic)


def _table(folder: Path, name: str, place: Path) -> pa.Table:
    """One table of an extract, read as :mod:`assay.records.sources` reads it, with none of the others."""
    from assay.records.sources import problems
    from assay.records.sources.csv_files import read_csv
    from assay.records.sources.parquet_files import read_parquet

    here = [path for path in (folder / f"{name}.csv", folder / f"{name}.parquet") if path.is_file()]
    if len(here) != 1:
        raise Unfit([problems.two_files(name) if here else problems.missing_table(name)])
    if here[0].suffix == ".csv":
        path, wrong = read_csv(here[0], table=name, scratch=place)
    else:
        path, wrong = read_parquet(here[0], table=name)
    if wrong or path is None:
        raise Unfit(wrong)
    return pq.read_table(path).cast(standard.arrow_schema(name))


def _check_keys(person: pa.Table) -> None:
    seen: set[str] = set()
    for row, crn in enumerate(person["crn"].to_pylist(), start=1):
        if not crn or crn in seen:
            raise Unfit(
                [
                    Problem(
                        file="person",
                        rule="repeated-key",
                        column="crn",
                        row=row,
                        message=message("The key is missing or stands in more than one row."),
                        remedy=message("Bring one row for each record; assay load lists all that is wrong."),
                    )
                ]
            )
        seen.add(crn)


def _taken(name: str, tables: Mapping[str, pa.Table], record: CaseRecord, *, synthetic: bool) -> Taken:
    connection = scratch()
    try:
        for each in ("person", "address"):
            connection.register(each, tables[each])
        people = connection.sql(PEOPLE, params={"as_at": record.as_at}).to_arrow_table()
    finally:
        connection.close()
    merged = tables["person"].num_rows - people.num_rows
    source = Source(
        name=name,
        as_at=record.as_at,
        synthetic=synthetic,
        people=in_columns(people),
        case_record=True,
        left_out={MERGED: merged} if merged else {},
    )
    return Taken(source=source, record=record)


def _record(
    as_at: date, limits: Iterable[Mapping[str, object]], people: Iterable[Mapping[str, object]]
) -> CaseRecord:
    became = {str(row["crn"]): str(row["merged_into"]) for row in people if row["merged_into"]}
    return CaseRecord(as_at=as_at, limits=_followed([_limit(row) for row in limits], became), became=became)


def _limit(row: Mapping[str, object]) -> Limit:
    closed = row["closed_on"]
    assert closed is None or isinstance(closed, date)
    return Limit(crn=str(row["crn"]), username=str(row["username"]), kind=str(row["kind"]), closed_on=closed)


def _followed(limits: list[Limit], became: Mapping[str, str]) -> tuple[Limit, ...]:
    """A limit on a record that was merged away holds for the one it became as well."""
    found = list(limits)
    for limit in limits:
        crn = limit.crn
        for _ in became:
            if crn not in became:
                break
            crn = became[crn]
            found.append(replace(limit, crn=crn))
    return tuple(found)


def _without(source: Source, barred: frozenset[str]) -> Source:
    theirs: Any = pc.is_in(source.people["crn"], pa.array(sorted(barred), pa.string()))
    kept = pc.invert(theirs)
    people = source.people.filter(kept)
    gone = source.people.num_rows - people.num_rows
    left_out = {**source.left_out, LIMITED: gone} if gone else source.left_out
    return replace(source, people=people, left_out=left_out)
