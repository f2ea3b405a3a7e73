"""Runs every duty over one snapshot, for all dates, once, and returns the night's tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pyarrow as pa

from assay.assurance.duties import inputs, scripts
from assay.core.policy import Policy

TABLES = (
    "obligation",
    "lapse",
    "reason",
    "case_span",
    "ladder",
    "duty_state",
    "population",
    "window_used",
)
Told = Callable[[str], None]


def run(
    reader: Any,
    *,
    policy: Policy,
    as_at: date,
    script: scripts.Script | None = None,
    tell: Told | None = None,
) -> dict[str, pa.Table]:
    """Every night table, by name. ``reader`` is a store reader, or anything with a DuckDB ``connection``
    whose schema ``r`` has the record tables; what is made on it besides is dropped. ``script`` must be of
    this policy and day. ``tell`` hears the code of each duty as it is begun."""
    said = script or scripts.script(policy, on=as_at)
    connection = reader.connection
    inputs.give(connection, policy=policy, as_at=as_at, tables=said.brought)
    found: dict[str, pa.Table] = {}
    duty = ""
    for step in said.steps:
        if tell is not None and step.duty not in ("", duty):
            duty = step.duty
            tell(duty)
        if step.gives:
            found[step.gives] = connection.sql(step.sql).to_arrow_table()
        else:
            connection.execute(step.sql)
    return {name: found[name] for name in TABLES}
