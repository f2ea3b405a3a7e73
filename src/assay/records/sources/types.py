"""An extract as it was brought: who made it, where its tables lie, and what was already wrong in reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assay.core.errors import Problem
from assay.records import codes, standard
from assay.records.sources.parquet_files import read_through
from assay.records.sources.streams import Streams


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What ``extract.yaml`` says: the version of the standard, the provider whose records these are, the last
    day they speak for, whether they are synthetic, and what made them."""

    standard: int
    provider: str
    as_at: date
    synthetic: bool
    made_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """``paths`` has the Parquet file of every table that could be read (for a CSV, its typed copy in a
    scratch folder); ``files`` the name a person knows it by. ``problems`` are those of reading."""

    folder: Path
    label: Label
    paths: Mapping[str, Path]
    files: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    scratch: object = field(default=None, repr=False, compare=False)

    @property
    def streams(self) -> Streams:
        """The tables a batch at a time, for what need not hold one whole."""
        return Streams(self.paths, held=self.scratch)

    @property
    def sizes(self) -> dict[str, int]:
        """How many rows each file says it has."""
        return {name: pq.read_metadata(path).num_rows for name, path in self.paths.items()}

    def without_damaged(self) -> Extract:
        """The extract without the tables whose files cannot be read to their end, with the problems that
        are. Reads every page once: only for an extract that has shown damage."""
        broken = {
            name: found
            for name, path in self.paths.items()
            if (found := read_through(path, file=self.files[name])) is not None
        }
        paths = {name: path for name, path in self.paths.items() if name not in broken}
        return replace(self, paths=paths, problems=(*self.problems, *broken.values()))

    @property
    def tables(self) -> Mapping[str, pa.Table]:
        """The tables in the standard's types, each read when it is asked for and not kept."""
        return Tables(self.paths, held=self.scratch)


class Tables(Mapping[str, pa.Table]):
    """Every table of the standard; one that is not there is empty. Words that are not ours to keep (those of
    contacts in the list ``withheld_words``: victim liaison, ViSOR, MAPPA meetings) are left out; that there
    was a contact stays."""

    def __init__(self, paths: Mapping[str, Path], *, held: object = None) -> None:
        self._paths = paths
        self._held = held  # the scratch folder, which must not go before these tables do

    def __getitem__(self, name: str) -> pa.Table:
        schema = standard.arrow_schema(name)
        if name not in self._paths:
            return schema.empty_table()
        table = pq.read_table(self._paths[name], columns=schema.names).cast(schema)
        return self._without_withheld(table) if name == "words" else _without_aliases(name, table)

    def _without_withheld(self, words: pa.Table) -> pa.Table:
        if "contact" not in self._paths:
            return words
        contacts = pq.read_table(self._paths["contact"], columns=["contact_id", "type"]).cast(
            pa.schema([("contact_id", pa.string()), ("type", pa.string())])
        )
        types = pa.array([each.code for each in codes.code_list("withheld_words")])
        kept_back = contacts.filter(pc.is_in(contacts["type"], value_set=types))["contact_id"]
        if not len(kept_back):
            return words
        of_these: Any = pc.is_in(words["subject_id"], value_set=kept_back)
        return words.filter(pc.invert(pc.and_(of_these, pc.equal(words["subject"], pa.scalar("contact")))))

    def __iter__(self) -> Iterator[str]:
        return iter(standard.BY_NAME)

    def __len__(self) -> int:
        return len(standard.BY_NAME)


def _without_aliases(name: str, table: pa.Table) -> pa.Table:
    for number, column in enumerate(standard.table(name)):
        for alias, code in codes.ALIASES.get(column.codes or "", {}).items():
            values: Any = table[column.name]
            table = table.set_column(
                number, column.name, pc.if_else(pc.equal(values, pa.scalar(alias)), pa.scalar(code), values)
            )
    return table
