"""What each duty reads of the records, found out from its definition and written down nowhere.

A definition is said once and its statements are looked into: which columns of which tables they take. Only
what its own sentence takes counts, not what the engine takes for every duty (who held the case, for one).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.operations as ops
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.pushdown_projections import pushdown_projections
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import traverse_scope

from assay.assurance.duties import inputs
from assay.assurance.duties.catalogue import rules
from assay.assurance.duties.records import Records
from assay.assurance.duties.rules import Once, Rolling
from assay.assurance.duties.scripts import key
from assay.core.policy import Policy
from assay.records import standard
from assay.records.store.layout import replace_file

SNAPSHOT = "r"  # the schema the records stand in while a night runs
FILE = "reads.json"
RECORD = "of_records__"
COLUMN = re.compile(r'"(\w+)"')  # in the list of a made table's columns with their types


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """``columns`` by table; ``raised_by`` are the tables whose rows raise the duty."""

    columns: Mapping[str, frozenset[str]]
    raised_by: frozenset[str]


def reads(policy: Policy, *, on: date, folder: Path | None = None) -> dict[str, Reads]:
    """What each duty that is not off reads, under the policy in force on a day. Finding out takes many
    seconds, so it is kept in ``folder``, if one is given, until a definition or the policy changes."""
    name = key(policy, on=on)
    kept = None if folder is None else _kept(folder / FILE, name)
    if kept is not None:
        return kept
    found = _found(policy, on)
    if folder is not None:
        told = {
            code: {"columns": _listed(each), "raised_by": sorted(each.raised_by)}
            for code, each in found.items()
        }
        replace_file(folder / FILE, json.dumps({"key": name, "duties": told}).encode())
    return found


def _listed(each: Reads) -> dict[str, list[str]]:
    return {table: sorted(columns) for table, columns in each.columns.items()}


def _kept(path: Path, name: str) -> dict[str, Reads] | None:
    """What was kept under this key; None where nothing was, or something else."""
    try:
        told = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    if told["key"] != name:
        return None
    return {
        code: Reads(
            columns={table: frozenset(columns) for table, columns in each["columns"].items()},
            raised_by=frozenset(each["raised_by"]),
        )
        for code, each in told["duties"].items()
    }


def _found(policy: Policy, on: date) -> dict[str, Reads]:
    records = Records(policy, on=on)
    said = {duty.code: _parts(records, rule(records)) for duty, rule in rules()}
    known = _made(records)
    steps = {step.into: _Step(step.sql, known) for step in (*records.everybody.steps, *records.steps)}
    return {
        code: Reads(columns=_columns(tables, steps), raised_by=raised_by)
        for code, (tables, raised_by) in said.items()
    }


def _parts(records: Records, rule: Once | Rolling) -> tuple[dict[str, Sequence[str]], frozenset[str]]:
    """The tables made for the rule's parts with their columns, and the record tables whose rows raise it."""
    raised_by = _raised_by(rule.triggers) if isinstance(rule, Once) else frozenset({"sentence"})
    given = [getattr(rule, each.name) for each in fields(rule)]
    given += [demand.spans for demand in rule.demands] if isinstance(rule, Rolling) else []
    kept = [records.keep(each) for each in given if isinstance(each, ibis.Table)]
    return {each.get_name(): each.columns for each in kept}, raised_by


def _raised_by(triggers: Any) -> frozenset[str]:
    """The record tables that :func:`assay.assurance.duties.rules.raised` was given."""
    named = (node.values.get("table") for node in triggers.op().find(ops.Project))
    return frozenset(each.value for each in named if isinstance(each, ops.Literal))


class _Step:
    """One statement: what must be there, table and column, for some columns of what it makes. ``known`` are
    the columns of the tables that are not records."""

    def __init__(self, sql: str, known: Mapping[str, Sequence[str]]) -> None:
        self._query = sqlglot.parse_one(sql, dialect="duckdb")
        columns: dict[str, Sequence[str]] = {}
        for each in list(self._query.find_all(exp.Table)):
            if each.db == SNAPSHOT:
                # One flat schema for both kinds of table: no table that is made has a name like this.
                columns[RECORD + each.name] = standard.table(each.name).names
                each.set("this", exp.to_identifier(RECORD + each.name))
                each.set("db", None)
            elif each.name in known:
                columns[each.name] = known[each.name]
        self._schema: dict[str, object] = {name: dict.fromkeys(of, "TEXT") for name, of in columns.items()}
        self._found: dict[frozenset[str], frozenset[tuple[str, str]]] = {}

    def taken(self, wanted: frozenset[str]) -> frozenset[tuple[str, str]]:
        """Table and column of all that these columns of the statement's rows depend on."""
        if wanted not in self._found:
            self._found[wanted] = frozenset(self._look(sorted(wanted)))
        return self._found[wanted]

    def _look(self, wanted: Sequence[str]) -> Iterator[tuple[str, str]]:
        columns = [exp.column(each, quoted=True) for each in wanted]
        query = sqlglot.select(*columns).from_(self._query.copy().subquery("kept"))  # type: ignore[attr-defined]
        plain = qualify(query, schema=self._schema, dialect="duckdb", validate_qualify_columns=False)
        narrow = pushdown_projections(plain, schema=self._schema, dialect="duckdb")
        for scope in traverse_scope(narrow):
            for column in scope.columns:
                source = scope.sources.get(column.table)
                if isinstance(source, exp.Table):
                    yield source.name, column.name


def _made(records: Records) -> dict[str, Sequence[str]]:
    """The columns of every table that the statements make or are given."""
    made = {
        name: COLUMN.findall(columns) for name, columns in (records.everybody.tables | records.tables).items()
    }
    given = {f"duties_{name}": list(schema.names) for name, schema in inputs.SCHEMAS.items()}
    return {**made, **given}


def _columns(parts: Mapping[str, Sequence[str]], steps: Mapping[str, _Step]) -> dict[str, frozenset[str]]:
    """From the tables of the parts back through the statements, the last first, to the records."""
    wanted = {name: set(columns) for name, columns in parts.items()}
    for name in reversed(list(steps)):
        for table, column in steps[name].taken(frozenset(wanted[name])) if name in wanted else ():
            wanted.setdefault(table, set()).add(column)
    return {
        name.removeprefix(RECORD): frozenset(columns)
        for name, columns in wanted.items()
        if name.startswith(RECORD)
    }
