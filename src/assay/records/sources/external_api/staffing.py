"""The region's own lists of units, staff and users, without which nobody can be placed.

The services name an officer and a team; who else works there, in which grade, under which PDU, they do not
say. Any folder in the record standard that has ``organisation`` and ``practitioner`` will do. ``users.csv``
beside them (``email,username``) says whose address is whose user name: the limits on who may see a record are
given by address.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from assay.core.errors import Problem, Unfit
from assay.core.messages import Message, message
from assay.records import standard
from assay.records.sources import problems
from assay.records.sources.csv_files import read_csv
from assay.records.sources.external_api.mapping.rows import Staff, same
from assay.records.sources.parquet_files import read_parquet

TABLES = ("organisation", "practitioner")
USERS = "users.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The two tables as they go into the extract, and what they are looked up by."""

    tables: Mapping[str, pa.Table]
    staff: Staff


def read_lists(folder: Path) -> Lists:
    """``Unfit`` with file and row where a list is missing or cannot be read."""
    tables = {name: _table(folder, name) for name in TABLES}
    people: list[dict[str, Any]] = tables["practitioner"].to_pylist()
    by_name: dict[str, str | None] = {}
    for each in people:
        name = same(f"{each['forename']} {each['surname']}")
        by_name[name] = None if name in by_name else each["staff_code"]
    units: list[dict[str, Any]] = tables["organisation"].to_pylist()
    staff = Staff(
        codes=frozenset(each["staff_code"] for each in people),
        teams=frozenset(each["unit_code"] for each in units),
        by_name=MappingProxyType(by_name),
        usernames=MappingProxyType(_users(folder / USERS)),
    )
    return Lists(tables=tables, staff=staff)


def _table(folder: Path, name: str) -> pa.Table:
    schema = standard.arrow_schema(name)
    parquet, text = folder / f"{name}.parquet", folder / f"{name}.csv"
    if not parquet.is_file() and not text.is_file():
        raise Unfit([problems.missing_table(name)])
    with tempfile.TemporaryDirectory(prefix="assay-lists-") as scratch:
        if parquet.is_file():
            copy, found = read_parquet(parquet, table=name)
        else:
            copy, found = read_csv(text, table=name, scratch=Path(scratch))
        if found or copy is None:
            raise Unfit(found)
        return pq.read_table(copy, columns=schema.names).cast(schema)


def _users(path: Path) -> dict[str, str]:
    """Empty where there is no such file; an address that stands for two users stands for none."""
    if not path.is_file():
        return {}
    found: dict[str, str] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.DictReader(opened)
            if not {"email", "username"} <= set(reader.fieldnames or ()):
                raise Unfit([_wrong(None, message("users.csv needs the columns email and username."))])
            for row, each in enumerate(reader, start=1):
                email, username = (each["email"] or "").strip(), (each["username"] or "").strip()
                if not email or not username:
                    raise Unfit([_wrong(row, message("An address or a user name is empty."))])
                if found.setdefault(email.casefold(), username).casefold() != username.casefold():
                    raise Unfit([_wrong(row, message("The address stands for two users."))])
    except UnicodeDecodeError:
        raise Unfit([problems.encoding(path.name, None)]) from None
    return found


def _wrong(row: int | None, said: Message) -> Problem:
    return Problem(
        file=USERS,
        rule="users",
        row=row,
        message=said,
        remedy=message("Write one line for each address, with the user name it belongs to."),
    )
