"""The extract of the last fetch: what was known, since when, and of whom nothing is asked this time."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from assay.core.errors import Problem, Unfit
from assay.core.messages import message
from assay.records import standard
from assay.records.sources.external_api.mapping.rows import Row
from assay.records.sources.folders import read_folder
from assay.records.sources.labels import FILE as LABEL
from assay.records.sources.types import Extract

FACTS = "fetch.json"
# Tables in which the last fetch says what this one cannot: since when, and what is no longer listed.
REMEMBERED = (
    "person",
    "access_limitation",
    "address",
    "sentence",
    "allocation",
    "registration",
    "rosh",
    "predictor",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """``facts`` is what the last fetch said of itself."""

    extract: Extract
    facts: Mapping[str, Any]
    _rows: Mapping[str, Mapping[str, Mapping[str, Row]]]

    def of_case(self, crn: str) -> Mapping[str, Mapping[str, Row]]:
        """The remembered rows of a person, by table and key."""
        return self._rows.get(crn, MappingProxyType({}))

    @property
    def crns(self) -> frozenset[str]:
        found: list[dict[str, Any]] = self.extract.tables["person"].select(["crn"]).to_pylist()
        return frozenset(each["crn"] for each in found)

    def others(self, asked: Collection[str]) -> Iterator[tuple[str, pa.Table]]:
        """Every row of the people not asked about, table by table."""
        tables = self.extract.tables
        asked_for = pa.array(sorted(asked), pa.string())
        for table in standard.TABLES:
            if table.is_of_case and table.name in self.extract.paths:
                rows = tables[table.name]
                inside: Any = pc.is_in(rows["crn"], value_set=asked_for)
                yield table.name, rows.filter(pc.invert(inside))


def read_earlier(folder: Path, *, provider: str) -> Earlier:
    """``Unfit`` where the folder was not made by a fetch of this provider: other extracts have other keys."""
    facts = _facts(folder)
    extract = read_folder(folder)
    if extract.problems:
        raise Unfit(extract.problems)
    if extract.label.provider != provider:
        raise _unfit(LABEL, message("The last fetch was of another provider."))
    rows: dict[str, dict[str, dict[str, Row]]] = {}
    for name in REMEMBERED:
        key = standard.table(name).key
        for row in extract.tables[name].to_pylist():
            rows.setdefault(row["crn"], {}).setdefault(name, {})[row[key]] = row
    return Earlier(extract=extract, facts=facts, _rows=rows)


def _facts(folder: Path) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads((folder / FACTS).read_bytes())
    except FileNotFoundError:
        raise _unfit(FACTS, message("This folder is not the extract of a fetch.")) from None
    except ValueError:
        raise _unfit(FACTS, message("fetch.json cannot be read.")) from None
    return found


def _unfit(file: str, what: Any) -> Unfit:
    return Unfit(
        [
            Problem(
                file=file,
                rule="last-fetch",
                message=what,
                remedy=message("Name the folder that the last fetch of this provider made."),
            )
        ]
    )
