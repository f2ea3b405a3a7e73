"""Finds what is wrong with an extract and words it.

The rows are watched once (:mod:`assay.records.checks.watching`), and only the rules that may be broken are
asked for, one by one, by statements that find the rows. Where files could not be read, every rule is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow.parquet as pq

from assay.core.errors import Problem
from assay.core.messages import message
from assay.records import standard
from assay.records.checks.relations import Relation, relations
from assay.records.checks.rules import RowRule, early_rules, known_codes, row_rules
from assay.records.checks.watching import Suspect, Watch
from assay.records.sources import Extract
from assay.records.sources.problems import SHOWN, more_rows
from assay.records.sources.streams import engine
from assay.records.store.rows import Damaged


@dataclass(frozen=True, slots=True)
class Report:
    """``problems`` keep an extract from being loaded; ``warnings`` do not. ``rows`` counts each table."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    rows: dict[str, int]


def examine(extract: Extract, *, told: Callable[[str, int], None] | None = None) -> Report:
    """Everything wrong with the extract: what opening and reading found, then table by table. Of each rule at
    most twenty rows are listed, with their number. No table is held in memory. ``told`` hears how far it is:
    a table, and how many of its rows have been seen."""
    if extract.problems:
        return ask_every_rule(extract.without_damaged())
    watch = Watch(extract.label, extract.paths, told=told)
    try:
        watch.all_of(extract.streams)
    except Damaged:
        return ask_every_rule(extract.without_damaged())
    return ask_about(extract, watch)


def ask_about(extract: Extract, watch: Watch) -> Report:
    """What the rules say that a watch over the whole extract suspects."""
    return _asked(extract, watch.suspects | watch.warnings)


def ask_every_rule(extract: Extract) -> Report:
    """What every rule says, one after the other: slow, and with nothing left out."""
    return _asked(extract, None)


def _asked(extract: Extract, suspects: Collection[Suspect] | None) -> Report:
    rows = extract.sizes
    problems, warnings = list(extract.problems), list[Problem]()
    told = ("wrong-type", "missing-column")
    mistyped = {(each.file, each.column) for each in extract.problems if each.rule in told}
    with _database(extract) if suspects is None or suspects else nullcontext() as connection:
        for table in (each for each in standard.TABLES if each.name in extract.paths):
            asked = _Table(connection, extract, table, mistyped, suspects)
            if not rows[table.name]:
                problems += asked.emptiness()
                continue
            problems += asked.by_row(row_rules(table, extract.label))
            problems += asked.by_relation(relations(table, extract.paths))
            warnings += asked.by_row(early_rules(table))
    return Report(tuple(problems + _provider(extract)), tuple(warnings), rows)


def _database(extract: Extract) -> duckdb.DuckDBPyConnection:
    connection = engine()
    connection.register("codes", known_codes())
    for name, path in extract.paths.items():
        file = str(path).replace("'", "''")
        connection.execute(
            f"CREATE VIEW {name} AS SELECT * EXCLUDE (file_row_number), file_row_number + 1 AS row "  # noqa: S608
            f"FROM read_parquet('{file}', file_row_number = true)"
        )
    return connection


@dataclass(frozen=True, slots=True)
class _Table:
    connection: duckdb.DuckDBPyConnection | None
    extract: Extract
    table: standard.Table
    mistyped: set[tuple[str, str | None]]
    suspects: Collection[Suspect] | None

    @property
    def file(self) -> str:
        return self.extract.files[self.table.name]

    def emptiness(self) -> list[Problem]:
        if not self.table.never_empty:
            return []
        return [
            Problem(
                file=self.file,
                rule="no-rows",
                message=message("The table has no rows, and no service is without them."),
                remedy=message("Write the extract again; look whether a filter left everything out."),
            )
        ]

    def by_row(self, rules: Iterable[RowRule]) -> list[Problem]:
        asked = [
            each for each in rules if self._is_asked(each) and (self.file, each.column) not in self.mistyped
        ]
        if not asked:
            return []
        counting = ", ".join(f"count_if({each.broken})" for each in asked)
        counts = self._select(f"SELECT {counting} FROM {self.table.name}")[0]  # noqa: S608
        found: list[Problem] = []
        for rule, count in zip(asked, counts, strict=True):
            if count:
                sql = (
                    f'SELECT row, "{rule.column}"::VARCHAR AS value FROM {self.table.name} '  # noqa: S608
                    f"WHERE {rule.broken}"
                )
                found += self._examples(rule, sql, count)
        return found

    def by_relation(self, rules: Iterable[Relation]) -> list[Problem]:
        found: list[Problem] = []
        for rule in (each for each in rules if self._is_asked(each)):
            count = self._select(f"SELECT count(*) FROM ({rule.sql})")[0][0]  # noqa: S608
            if count:
                found += self._examples(rule, rule.sql, count)
        return found

    def _is_asked(self, rule: RowRule | Relation) -> bool:
        return self.suspects is None or Suspect(self.table.name, rule.rule, rule.column) in self.suspects

    def _select(self, sql: str) -> list[tuple[Any, ...]]:
        assert self.connection is not None, "a rule is asked, and nothing was suspected"
        found: list[tuple[Any, ...]] = self.connection.execute(sql).fetchall()
        return found

    def _examples(self, rule: RowRule | Relation, sql: str, count: int) -> list[Problem]:
        shown = self._select(f"SELECT row, value FROM ({sql}) ORDER BY row LIMIT {SHOWN}")  # noqa: S608
        column = self.table.column(rule.column)
        personal = column.sensitive or (column.kind == "text" and not (column.codes or column.references))
        keyed = rule.column == self.table.key
        found = [
            Problem(
                file=self.file,
                rule=rule.rule,
                column=rule.column,
                row=row,
                value=value if keyed or not personal else None,
                message=rule.message,
                remedy=rule.remedy,
            )
            for row, value in shown
        ]
        return [*found, more_rows(found[0], shown=len(found), count=count)] if count > len(found) else found


def _provider(extract: Extract) -> list[Problem]:
    if "organisation" not in extract.paths:
        return []
    units = pq.read_table(extract.paths["organisation"], columns=["unit_code", "kind"]).to_pylist()
    if {"unit_code": extract.label.provider, "kind": "region"} in units:
        return []
    return [
        Problem(
            file="extract.yaml",
            rule="provider",
            value=extract.label.provider,
            message=message("The provider is no region of the organisation table."),
            remedy=message("Name the region's unit code, or add the region to the organisation table."),
        )
    ]
