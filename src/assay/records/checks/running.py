"""Runs the rules over an extract's files. One scan counts what every row rule finds; only rules that found
something are asked for examples."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb

from assay.core.errors import Problem
from assay.core.messages import message
from assay.records import standard
from assay.records.checks.relations import Relation, relations
from assay.records.checks.rules import RowRule, early_rules, known_codes, row_rules
from assay.records.sources import Extract
from assay.records.sources.problems import SHOWN, more_rows


@dataclass(frozen=True, slots=True)
class Report:
    """``problems`` keep an extract from being loaded; ``warnings`` do not. ``rows`` counts each table."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    rows: dict[str, int]


def examine(extract: Extract) -> Report:
    """Everything wrong with the extract: what reading found, then table by table. Of each rule at most
    twenty rows are listed, with their number. Works over the files; no table is held in memory."""
    problems, warnings = list(extract.problems), list[Problem]()
    rows: dict[str, int] = {}
    told = ("wrong-type", "missing-column")
    mistyped = {(each.file, each.column) for each in extract.problems if each.rule in told}
    with _connection(extract) as connection:
        for table in (each for each in standard.TABLES if each.name in extract.paths):
            asked = _Table(connection, extract, table, mistyped)
            rows[table.name] = asked.count()
            if not rows[table.name]:
                problems += asked.emptiness()
                continue
            problems += asked.by_row(row_rules(table, extract.label))
            problems += asked.by_relation(relations(table, extract.paths))
            warnings += asked.by_row(early_rules(table))
        problems += _provider(connection, extract)
    return Report(tuple(problems), tuple(warnings), rows)


def _connection(extract: Extract) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": os.environ.get("ASSAY_DUCKDB_MEMORY", "1GB"),
            "threads": os.environ.get("ASSAY_DUCKDB_THREADS", "2"),
        },
    )
    connection.execute("SET TimeZone = 'UTC'")
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
    connection: duckdb.DuckDBPyConnection
    extract: Extract
    table: standard.Table
    mistyped: set[tuple[str, str | None]]

    @property
    def file(self) -> str:
        return self.extract.files[self.table.name]

    def count(self) -> int:
        found: list[tuple[int]] = self.connection.execute(
            f"SELECT count(*) FROM {self.table.name}"  # noqa: S608
        ).fetchall()
        return found[0][0]

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
        asked = [each for each in rules if (self.file, each.column) not in self.mistyped]
        if not asked:
            return []
        counting = ", ".join(f"count_if({each.broken})" for each in asked)
        counts: Sequence[int] = self.connection.execute(
            f"SELECT {counting} FROM {self.table.name}"  # noqa: S608
        ).fetchall()[0]
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
        for rule in rules:
            count = self.connection.execute(f"SELECT count(*) FROM ({rule.sql})").fetchall()[0][0]  # noqa: S608
            if count:
                found += self._examples(rule, rule.sql, count)
        return found

    def _examples(self, rule: RowRule | Relation, sql: str, count: int) -> list[Problem]:
        shown = self.connection.execute(f"SELECT row, value FROM ({sql}) ORDER BY row LIMIT {SHOWN}")  # noqa: S608
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
            for row, value in shown.fetchall()
        ]
        return [*found, more_rows(found[0], shown=len(found), count=count)] if count > len(found) else found


def _provider(connection: duckdb.DuckDBPyConnection, extract: Extract) -> list[Problem]:
    if "organisation" not in extract.paths:
        return []
    held = connection.execute(
        "SELECT 1 FROM organisation WHERE unit_code = ? AND kind = 'region'", [extract.label.provider]
    ).fetchall()
    if held:
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
