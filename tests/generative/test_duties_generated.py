"""The engine and its slow twin agree on whole tables, for cases nobody wrote by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from assay.assurance.duties import engine, reference
from assay.core.policy import load
from tests.factories.duties import AS_AT, TinyReader, people, region

# What the twin does not give: what another window and the weeks need, and what the row was made under.
NOT_GIVEN = ("excused_on", "ended_on", "required", "unsure", "team", "left_by")
MADE_UNDER = ("window", "window_from", "definition_version", "policy_version")
WITHOUT = {"obligation": (*NOT_GIVEN, *MADE_UNDER), "lapse": ("pdu",), "duty_state": ()}


def _ordered(rows: Sequence[Mapping[str, Any]], without: Sequence[str] = ()) -> list[str]:
    return sorted(str(sorted((k, v) for k, v in row.items() if k not in without)) for row in rows)


def differences(tables: Mapping[str, pa.Table]) -> dict[str, tuple[list[str], list[str]]]:
    """By night table: rows only the engine has, and rows only the twin has."""
    policy = load()
    fast = engine.run(TinyReader(dict(tables)), policy=policy, as_at=AS_AT)
    rows = {name: table.to_pylist() for name, table in tables.items()}
    slow = reference.run(rows, policy=policy, as_at=AS_AT)
    found = {}
    for name, without in WITHOUT.items():
        ours, theirs = _ordered(fast[name].to_pylist(), without), _ordered(slow[name])
        found[name] = (sorted(set(ours) - set(theirs)), sorted(set(theirs) - set(ours)))
        assert len(ours) == len(set(ours)), f"{name} has a row twice"
    return found


@given(seed=st.integers(min_value=0, max_value=2**32))
@settings(max_examples=3)
def test_engine_and_twin_agree_on_whole_tables(seed: int) -> None:
    tables = region(**people(Random(seed), 150))
    assert differences(tables) == {name: ([], []) for name in WITHOUT}
