"""Every state has an owner, and no table can hold a state that its room's table of states does not know."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest
from django.apps import apps

from tests.architecture.repository import ROOT


def _manual() -> ModuleType:
    """What makes the manual's page of states; it finds the tables for us."""
    spec = importlib.util.spec_from_file_location("manual_states", ROOT / "docs" / "states.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MANUAL = _manual()
TABLES = list(MANUAL.tables())


def test_the_tables_are_found() -> None:
    rooms = {name.rsplit(".", 2)[0] for name, _, _ in TABLES}
    assert {"assay.assurance.oversight", "assay.inspection.programmes", "assay.inspection.reports"} <= rooms


@pytest.mark.parametrize(("name", "table", "apart"), TABLES, ids=[each[0] for each in TABLES])
def test_every_state_that_a_person_can_leave_has_an_owner(name: str, table: object, apart: object) -> None:
    without = {
        code
        for code, row in MANUAL.rows(table)
        if row.owner is None and any(_by_a_person(row, to) for to, _ in MANUAL.moves(code, row, apart))
    }
    assert without == set()


def _by_a_person(row: object, to: str) -> bool:
    """A move the night makes needs nobody; one that does not say by whom is a person's."""
    ways = [move for move in getattr(row, "moves", ()) if str(getattr(move, "to", move)) == to]
    movers = {str(by) for move in ways for by in getattr(move, "by", ())}
    return movers != {"night"}


@pytest.mark.parametrize(("name", "table", "apart"), TABLES, ids=[each[0] for each in TABLES])
def test_every_move_leads_to_a_state_of_the_table_and_every_state_can_be_reached(
    name: str, table: object, apart: object
) -> None:
    codes = [code for code, _ in MANUAL.rows(table)]
    targets = {to for code, row in MANUAL.rows(table) for to, _ in MANUAL.moves(code, row, apart)}
    assert targets - set(codes) == set()
    assert set(codes[1:]) - targets == set(), "the first state is where a thing begins"


def test_no_column_holds_a_state_that_its_rooms_tables_do_not_know() -> None:
    known: dict[str, set[str]] = {}
    for name, table, _ in TABLES:
        known.setdefault(name.rsplit(".", 2)[0], set()).update(code for code, _ in MANUAL.rows(table))
    columns = [
        (apps.get_app_config(model._meta.app_label).name, model, field)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if model.__module__.startswith("assay.") and field.name == "state"
    ]
    assert columns
    strange = {
        f"{model.__name__}: {value}"
        for room, model, column in columns
        for value, _ in getattr(column, "choices", None) or ()
        if str(value) not in known.get(room, set())
    }
    assert strange == set()
