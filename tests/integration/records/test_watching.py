"""The watch over passing rows and the rules asked one by one say the same of every extract."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assay.records import standard
from assay.records.checks import Watch, ask_every_rule, examine
from assay.records.checks.relations import relations
from assay.records.checks.rules import early_rules, row_rules
from assay.records.checks.watching import Suspect
from assay.records.sources import Label, read_folder
from assay.records.store.rows import Held
from tests.factories import records
from tests.factories.records import AS_AT, CRN, OTHER_CRN, START

LABEL = Label(standard=standard.VERSION, provider="N52", as_at=AS_AT, synthetic=True, made_by="tests")
KEYS = {f"{each.name}.{each.key}": f"{each.name}-1" for each in standard.TABLES} | {
    "person.crn": CRN,
    "organisation.unit_code": "N52A",
    "practitioner.staff_code": "P1",
    "sentence.sentence_id": f"sentence-{CRN}",
}
SHAPES = {"person", "sentence", "allocation", "organisation", "practitioner"}
EVERY_RULE = {
    "required", "unknown-code", "order", "date-range", "after-extract", "written-before", "duplicate-key",
    "orphan-key", "another-person", "overlap", "synthetic-and-real",
}  # fmt: skip
LATER = datetime(2026, 2, 1, 12, tzinfo=UTC)

Rows = dict[str, list[dict[str, Any]]]


def full() -> Rows:
    """A row of every table, each pointing to one that is there, written after all it tells."""
    rows: Rows = {each.name: [_row(each)] for each in standard.TABLES if each.name not in SHAPES}
    rows["words"][0] |= {"subject": "contact", "subject_id": "contact-1"}
    rows["person"] = [{"crn": CRN}, {"crn": OTHER_CRN}]
    return rows


def _row(table: standard.Table) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for column in table:
        if column.references and column.name != "crn":
            row[column.name] = KEYS[column.references]
        elif column.kind == "instant":
            row[column.name] = LATER
        elif column.kind == "date" and column.after:
            row[column.name] = START + timedelta(days=10)
    return row


class Fault(NamedTuple):
    """A table with rows that break a rule, the others being fit."""

    suspect: Suspect
    rows: list[dict[str, Any]]


def faults() -> Iterator[Fault]:
    """For every rule of every table, rows that break it."""
    fit = records.tables(**full())
    for table in standard.TABLES:
        rules: list[Any] = [
            *row_rules(table, LABEL),
            *early_rules(table),
            *relations(table, standard.BY_NAME),
        ]
        first, *others = fit[table.name].to_pylist()
        for rule in rules:
            if (table.name, rule.column, rule.rule) not in ELSEWHERE:
                for change in _changes(table, rule.rule, table.column(rule.column)):
                    rows = [*(first | each for each in change), *others]
                    yield Fault(Suspect(table.name, rule.rule, rule.column), rows)


# A number of the wrong nature is, in every table but the person's, one that no person has.
ELSEWHERE = {(each.name, "crn", "synthetic-and-real") for each in standard.TABLES if each.name != "person"}


def _sentence(crn: str) -> dict[str, Any]:
    return {"sentence_id": f"sentence-{crn}", "crn": crn, "sentenced_on": START, "started_on": START}


def _changes(table: standard.Table, rule: str, column: standard.Column) -> list[list[dict[str, Any]]]:
    name = column.name
    if rule == "required":
        free = column.kind == "text" and not (column.codes or column.references)
        return [[{name: None}], *([[{name: "  "}], [{name: ""}]] if free else [])]
    if rule == "overlap":
        second = {"opened_on": START + timedelta(days=3), table.key: "again"}
        return [[{"closed_on": None}, second], [{"closed_on": START + timedelta(days=4)}, second]]
    if rule == "another-person":
        return [[{"crn": OTHER_CRN}]]
    one: dict[str, dict[str, Any]] = {
        "unknown-code": {name: "ZZZ"},
        "order": _before(column),
        "date-range": {name: date(1800, 1, 1)},
        "after-extract": {name: datetime(2026, 3, 31, 23, tzinfo=UTC)},
        "written-before": {name: (LATER + timedelta(days=1)).date()},
        "orphan-key": {name: "NOBODY"},
        "synthetic-and-real": {name: "A123456"},
        "duplicate-key": {},
    }
    return [[{}, {}]] if rule == "duplicate-key" else [[one[rule]]]


def _pointed_to(name: str) -> set[str]:
    """The tables a table refers to: the others do not bear on it."""
    subjects = {"contact"} if name == "words" else set()
    return subjects | {each.references.split(".")[0] for each in standard.table(name) if each.references}


def _before(column: standard.Column) -> dict[str, Any]:
    days = {"date": (START, START - timedelta(days=1)), "instant": (LATER, LATER - timedelta(days=1))}
    return dict(zip((column.after or "", column.name), days.get(column.kind, ()), strict=False))


def watched(tables: dict[str, pa.Table]) -> Watch:
    watch = Watch(LABEL, standard.BY_NAME)
    watch.all_of({name: _Unsorted(name, table) for name, table in tables.items()})
    return watch


class _Unsorted(Held):
    """As it was given: what is unfit cannot always be sorted."""

    def __init__(self, name: str, table: pa.Table) -> None:
        self._name = name
        self._table = table


def test_a_full_and_fit_extract_rouses_no_suspicion() -> None:
    watch = watched(records.tables(**full()))

    assert watch.suspects | watch.warnings == frozenset()
    assert all(watch.rows[each.name] for each in standard.TABLES)


def test_every_rule_of_every_table_is_suspected_where_it_is_broken() -> None:
    fit = records.tables(**full())
    missed, rules = [], set()
    for suspect, rows in faults():
        near = {name: fit[name] for name in _pointed_to(suspect.table)}
        watch = watched(near | {suspect.table: records.table(suspect.table, rows)})
        rules.add(suspect)
        if suspect not in watch.suspects | watch.warnings:
            missed.append((suspect, rows))

    assert missed == []
    assert {each.table for each in rules} == set(standard.BY_NAME)
    assert {each.rule for each in rules} == EVERY_RULE


def test_a_number_of_the_wrong_nature_in_another_table_is_told_as_such(tmp_path: Path) -> None:
    contacts = [{}, {"crn": "A123456"}]
    people = [{"crn": CRN}]
    folder = records.extract(tmp_path, contact=contacts, person=people, sentence=[_sentence(CRN)])
    found = examine(read_folder(folder))

    assert ("contact.parquet", "synthetic-and-real", "crn", 1) in {
        (each.file, each.rule, each.column, each.row) for each in found.problems
    }
    assert found == ask_every_rule(read_folder(folder))


@pytest.mark.parametrize("seed", range(3))
def test_what_is_found_at_a_glance_is_what_every_rule_finds(tmp_path: Path, seed: int) -> None:
    """Several rows of each table, out of order, with some values of some columns exchanged or taken away."""
    drawn = random.Random(seed)
    rows: dict[str, Any] = full()
    for name in rows:
        rows[name] = (
            [rows[name][0] | _own(name, number) for number in range(4)] if name != "person" else rows[name]
        )
    folder = records.extract(tmp_path, **rows)
    for name in drawn.sample(sorted(standard.BY_NAME), 12):
        _spoil(folder / f"{name}.parquet", name, drawn)

    extract = read_folder(folder)
    assert extract.problems == ()
    quick, slow = examine(extract), ask_every_rule(extract)

    assert quick == slow
    assert len({each.rule for each in quick.problems}) > 2


def _own(name: str, number: int) -> dict[str, Any]:
    key = standard.table(name).key
    opened = {
        "opened_on": START + timedelta(days=20 * number),
        "closed_on": START + timedelta(days=20 * number + 10),
    }
    spans = opened if "closed_on" in standard.table(name).names and name != "oversight_action" else {}
    return {key: f"{name}-{number + 1}", **spans}


def _spoil(path: Path, name: str, drawn: random.Random) -> None:
    table = pq.read_table(path)
    rows = table.to_pylist()
    drawn.shuffle(rows)
    for _ in range(3):
        row, column = drawn.choice(rows), drawn.choice(standard.table(name).columns)
        row[column.name] = drawn.choice([None, drawn.choice(rows)[column.name], _strange(column)])
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path)


def _strange(column: standard.Column) -> Any:
    return {
        "text": " ",
        "date": date(1899, 12, 31),
        "instant": datetime(2027, 1, 1, tzinfo=UTC),
        "integer": -1,
        "number": -1.0,
        "yes_no": None,
        "time": None,
    }[column.kind]
