"""The verbs over a handful of rows, among them rows that tie."""

from __future__ import annotations

from random import Random

import duckdb
import ibis
import pyarrow as pa

from assay.assurance.duties.verbs import FOREVER, Table, both, merge, without

Spans = list[tuple[str, int, int]]


def answer(expression: Table, **tables: Spans) -> Spans:
    connection = duckdb.connect(config={"threads": "2"})
    for name, rows in tables.items():
        connection.register(name, arrow(rows))
    found = connection.sql(ibis.to_sql(expression.select("case_id", "opened", "closed"), dialect="duckdb"))
    return sorted((case, opened, closed) for case, opened, closed in found.fetchall())


def arrow(rows: Spans) -> pa.Table:
    columns = list(zip(*rows, strict=True))
    return pa.table(dict(zip(("case_id", "opened", "closed"), map(list, columns), strict=True)))


def named(name: str) -> Table:
    return ibis.table({"case_id": "string", "opened": "int64", "closed": "int64"}, name=name)


def test_touching_and_overlapping_spans_become_one_and_empty_ones_vanish() -> None:
    rows = [("a", 1, 3), ("a", 3, 5), ("a", 4, 9), ("a", 11, 12), ("a", 20, 20), ("b", 1, 2)]
    assert answer(merge(named("rows")), rows=rows) == [("a", 1, 9), ("a", 11, 12), ("b", 1, 2)]


def test_an_empty_row_does_not_stretch_a_span_and_tied_rows_merge_whole() -> None:
    rows = [("a", 5, 5), ("a", 5, 5), ("a", 9, 2), *[("a", 1, 4)] * 50]
    assert answer(merge(named("rows")), rows=rows) == [("a", 1, 4)]


def test_merges_over_thousands_of_tied_rows_are_the_union_of_their_days() -> None:
    random = Random(3)
    rows = [(f"c{n % 300}", n % 7, n % 7 + random.randrange(0, 4)) for n in range(20_000)]
    rows += rows
    days: dict[str, set[int]] = {}
    for case, opened, closed in rows:
        days.setdefault(case, set()).update(range(opened, closed))
    merged = answer(merge(named("rows")), rows=rows)
    for case, held in days.items():
        spans = [(opened, closed) for each, opened, closed in merged if each == case]
        assert sorted(day for opened, closed in spans for day in range(opened, closed)) == sorted(held)


def test_both_is_the_shared_days_and_without_is_the_rest() -> None:
    left, right = [("a", 1, 10), ("b", 1, 5), ("c", 4, 8)], [("a", 3, 4), ("a", 6, FOREVER), ("c", 1, 9)]
    shared = both(named("first"), named("second"))
    assert answer(shared, first=left, second=right) == [("a", 3, 4), ("a", 6, 10), ("c", 4, 8)]
    rest = without(named("first"), named("second"))
    assert answer(rest, first=left, second=right) == [("a", 1, 3), ("a", 4, 6), ("b", 1, 5)]
