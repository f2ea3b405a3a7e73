"""What an extract can show of a duty: all, part or nothing, and what to ask for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from assay.assurance.duties.catalogue import duty
from assay.assurance.duties.coverage import Coverage, Shown, coverage
from assay.assurance.duties.reads import Reads
from assay.core.policy import load
from assay.records.sources.filling import Filling

ON = date(2026, 3, 31)
POLICY = load()
READS = Reads(
    columns={
        "contact": frozenset({"type", "outcome", "happened_on"}),
        "enforcement": frozenset({"decision", "decided_on"}),
        "suspension": frozenset({"decided_by"}),
        "recall": frozenset({"recalled_on"}),
        "absence": frozenset({"kind"}),
        "sentence": frozenset({"type"}),
    },
    raised_by=frozenset({"contact"}),
)


def table(rows: int = 10, codes: Mapping[str, tuple[str, ...]] | None = None, **filled: int) -> Filling:
    given = codes or {}
    return Filling(rows=rows, filled=filled, codes={name: frozenset(given.get(name, ())) for name in filled})


FULL = {
    "contact": table(
        codes={"type": ("COAP",), "outcome": ("ATTC", "UAAB")}, type=10, outcome=8, happened_on=10
    ),
    "enforcement": table(codes={"decision": ("breach",)}, decision=10, decided_on=10),
    "suspension": table(decided_by=3),
    "recall": table(recalled_on=10),
    "absence": table(codes={"kind": ("agreed_leave",)}, kind=10),
    "sentence": table(codes={"type": ("licence",)}, type=10),
}


def of_s29(extract: Mapping[str, Filling]) -> Coverage:
    (found,) = coverage(extract, reads={"S29": READS}, policy=POLICY, on=ON)
    return found


def asked(found: Coverage) -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(each.table, each.column, each.codes) for each in found.asks]


def without(name: str) -> dict[str, Filling]:
    return {table: held for table, held in FULL.items() if table != name}


def test_an_extract_with_all_a_duty_reads_shows_it() -> None:
    found = of_s29(FULL)
    assert (found.duty.code, found.shown, found.asks) == ("S29", Shown.ON, ())


def test_without_the_table_of_its_evidence_a_duty_is_off() -> None:
    found = of_s29(without("contact"))
    assert found.shown is Shown.OFF
    assert asked(found) == [("contact", None, ())]
    assert found.asks[0].why.worded().startswith("The table is not there")


def test_a_duty_that_other_rows_raise_is_off_too_without_the_table_of_its_evidence() -> None:
    raised = Reads(columns=READS.columns, raised_by=frozenset({"recall"}))
    (found,) = coverage(without("contact"), reads={"S29": raised}, policy=POLICY, on=ON)
    assert found.shown is Shown.OFF
    assert [each.table for each in found.asks if each.shuts_off] == ["contact"]


def test_a_table_without_rows_is_no_better_than_none() -> None:
    found = of_s29({**FULL, "contact": table(rows=0)})
    assert found.shown is Shown.OFF
    assert found.asks[0].why.worded().startswith("The table has no row")


def test_without_the_table_of_an_exclusion_it_is_shown_in_part() -> None:
    found = of_s29(without("enforcement"))
    assert found.shown is Shown.PART
    assert asked(found) == [("enforcement", None, ())]
    assert found.asks[0].why.worded() == (
        "The table is not there or cannot be read, so clauses from it never hold."
    )


def test_a_column_that_is_not_there_and_one_that_is_empty_are_asked_for_by_name() -> None:
    absent = of_s29({**FULL, "suspension": table()})
    empty = of_s29({**FULL, "suspension": table(decided_by=0)})
    assert (absent.shown, empty.shown) == (Shown.PART, Shown.PART)
    assert asked(absent) == asked(empty) == [("suspension", "decided_by", ())]
    assert absent.asks[0].why.worded() == "The column is not there."
    assert empty.asks[0].why.worded() == "The column is empty in every row."


def test_a_required_column_of_its_evidence_shuts_a_duty_off() -> None:
    held = table(codes={"outcome": ("ATTC", "UAAB")}, outcome=8, happened_on=10)
    found = of_s29({**FULL, "contact": held})
    assert found.shown is Shown.OFF
    assert asked(found) == [("contact", "type", ())]


def test_codes_of_which_none_occurs_are_asked_for_with_the_codes() -> None:
    held = table(codes={"type": ("COAP",), "outcome": ("UAAB",)}, type=10, outcome=8, happened_on=10)
    found = of_s29({**FULL, "contact": held})
    assert found.shown is Shown.PART
    assert asked(found) == [("contact", "outcome", ("ATTC", "AFTC"))]
    assert "attended_outcomes" in found.asks[0].why.worded()


def test_where_no_table_that_raises_a_duty_has_rows_it_is_off() -> None:
    raised = Reads(columns=READS.columns, raised_by=frozenset({"recall", "absence"}))
    (one,) = coverage(without("recall"), reads={"S29": raised}, policy=POLICY, on=ON)
    assert one.shown is Shown.PART
    assert one.asks[0].why.worded().endswith("and its rows raise the duty.")
    neither = {name: held for name, held in FULL.items() if name not in ("recall", "absence")}
    (both,) = coverage(neither, reads={"S29": raised}, policy=POLICY, on=ON)
    assert both.shown is Shown.OFF


def test_a_table_a_duty_has_nothing_to_do_with_is_not_asked_for() -> None:
    reading = Reads(columns={**READS.columns, "circle": frozenset({"household"})}, raised_by=READS.raised_by)
    (found,) = coverage(FULL, reads={"S29": reading}, policy=POLICY, on=ON)
    assert found.shown is Shown.ON
    assert "circle" not in {clause.table for clause in duty("S29").clauses.values()}
