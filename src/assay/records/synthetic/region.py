"""A whole synthetic region in the record standard: the tables and, apart from them, the hidden truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from assay.records import standard
from assay.records.synthetic.batches import Batch, Known, Tables, invent
from assay.records.synthetic.cases import Cases, make_cases
from assay.records.synthetic.columns import Keys, rows_table
from assay.records.synthetic.rates import rate
from assay.records.synthetic.staff import Staff, make_staff
from assay.records.synthetic.staff_tables import practitioner_table
from assay.records.synthetic.stories import stories, story_tables
from assay.records.synthetic.units import delivery_mode_table, one_region, organisation_table
from assay.records.synthetic.waiting import make_waiting
from assay.records.synthetic.workload import workload_table

FEWEST, MOST = 150, 95_000
FIRST_CRN = 900_100
"""Drawn people are numbered from X900100; lower numbers belong to the demonstration's people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """The extract's tables, and the truth tables that are never loaded."""

    tables: dict[str, pa.Table]
    truth: dict[str, pa.Table]
    as_at: date


def synthesise(region: str, *, people: int, as_at: date, seed: int, real_names: bool = False) -> Region:
    """Make a region. The same arguments give the same tables, row for row."""
    assert FEWEST <= people <= MOST, people
    known: Known = {"as_at": as_at, "seed": seed}
    shape = one_region(region, real_names=real_names)
    merged = max(2, round(people * rate("merged_record")))
    waiting = max(4, round(people * rate("awaiting_release")))
    cases = make_cases(people - len(stories()) - merged - waiting, shape=shape, **known)
    inside = make_waiting(waiting, shape=shape, **known)
    staff = make_staff(cases, inside, shape=shape, **known)
    batch = Batch(cases=cases, inside=inside, staff=staff, merged=merged, first=FIRST_CRN)
    made, truth = invent(batch, **known)
    told = story_tables(as_at=as_at, council=staff.units.councils[0][0])
    parts = [staff_tables(cases, staff, **known), told, *made]
    return Region(
        tables={each.name: _plain(each.name, together(each.name, parts)) for each in standard.TABLES},
        truth=truth,
        as_at=as_at,
    )


def staff_tables(cases: Cases, staff: Staff, *, rows: int = 10_000_000, as_at: date, seed: int) -> Tables:
    """The tables of a region that belong to nobody on probation."""
    keys = Keys(np.zeros(0, dtype=np.int64), FIRST_CRN, rows)
    return {
        "organisation": organisation_table(staff.units),
        "delivery_mode": delivery_mode_table(staff.units, as_at=as_at),
        "practitioner": practitioner_table(staff, as_at=as_at, seed=seed),
        "workload_week": workload_table(cases, staff, keys, as_at=as_at, seed=seed),
    }


def together(name: str, parts: Sequence[Tables]) -> pa.Table:
    """The rows of a table from every part that has some, one part after the other."""
    found = [each[name] for each in parts if name in each]
    return pa.concat_tables(found) if found else rows_table(name, [])


def _plain(name: str, rows: pa.Table) -> pa.Table:
    return rows.cast(standard.arrow_schema(name))
