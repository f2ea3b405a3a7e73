"""The list of planted faults fits the code as it is. Planting them takes twenty minutes: this takes none."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from bench import planted_faults
from bench.faults import FAULTS, Fault
from tests.architecture.repository import ROOT, tree

ENGINE = "assurance/duties/"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_fault_fits_and_changes_something(fault: Fault) -> None:
    assert planted_faults.unfit(fault) == ""


@pytest.mark.parametrize(
    "test", sorted({fault.test for fault in FAULTS}), ids=lambda test: test.split("::")[1]
)
def test_what_should_catch_a_fault_is_there(test: str) -> None:
    file, name = test.split("::")
    functions = [node.name for node in tree(ROOT / file).body if isinstance(node, ast.FunctionDef)]
    assert name.partition("[")[0] in functions
    if found := planted_faults.EXAMPLE.search(test):
        examples = yaml.safe_load(Path(ROOT / f"tests/spec/duties/s{found['duty']}.yaml").read_text("utf-8"))
        assert 1 <= int(found["number"]) <= len(examples)


def test_at_least_twenty_are_in_the_engine_and_none_in_its_twin() -> None:
    in_engine = [fault for fault in FAULTS if fault.file.startswith(ENGINE)]
    assert len(in_engine) >= 20
    assert [fault.what for fault in in_engine if re.search(r"/reference\w*\.py$", fault.file)] == []
    assert len({fault.what for fault in FAULTS}) == len(FAULTS)


def test_the_manual_names_the_faults_of_the_list() -> None:
    assert planted_faults.PAGE.read_text("utf-8") == planted_faults.page(), (
        "run: python -m bench.planted_faults --write"
    )
