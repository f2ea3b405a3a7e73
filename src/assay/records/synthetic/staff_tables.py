"""The staff list, and who held each case when, as rows."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic import names
from assay.records.synthetic.allocating import REASONS
from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY_DAY, Coded, Keys, Pointed, table
from assay.records.synthetic.draws import between, evening, stream
from assay.records.synthetic.staff import GRADES, Staff


def practitioner_table(staff: Staff, *, as_at: date, seed: int) -> pa.Table:
    """Everyone in the staff list."""
    rng = stream(seed, as_at, "practitioner names")
    count = len(staff.grade)
    first = [(names.MEN + names.WOMEN)[row] for row in rng.integers(0, len(names.MEN + names.WOMEN), count)]
    last = [names.SURNAMES[row] for row in rng.integers(0, len(names.SURNAMES), count)]
    for row, name in staff.cast.items():
        first[row], last[row] = name.forename, name.surname
    return table(
        "practitioner",
        {
            "staff_code": staff.codes,
            "username": staff.usernames,
            "forename": pa.array(first),
            "surname": pa.array(last),
            "grade": Coded(staff.grade.astype(np.int16), GRADES),
            "team_code": Coded(staff.team, staff.units.team_codes),
            "manager_code": Pointed(staff.codes, staff.manager),
            "weekly_hours": staff.hours,
            "started_on": staff.started,
            "qualified_on": staff.qualified,
            "accredited_on": staff.accredited,
            "left_on": staff.left,
        },
    )


def allocation_table(cases: Cases, staff: Staff, keys: Keys, *, as_at: date, seed: int) -> pa.Table:
    """One row a case held, and one more where it had been another's before."""
    rng = stream(seed, as_at, "allocations")
    rows = np.flatnonzero(staff.switched != EMPTY_DAY)
    person = np.concatenate([rows, np.arange(cases.count)])
    holder = np.concatenate([staff.former[rows], staff.holder])
    opened = np.concatenate(
        [cases.begun[rows], np.where(staff.switched != EMPTY_DAY, staff.switched, cases.begun)]
    )
    closed = np.concatenate([staff.switched[rows], cases.ended])
    first = np.where(cases.arrived == EMPTY_DAY, 0, 2)
    reason = np.concatenate([first[rows], np.where(staff.switched != EMPTY_DAY, staff.reason, first)])
    order = np.lexsort((opened, person))
    recorded = np.minimum(opened[order] + between(rng, 0, 2, len(order)), cases.as_at)
    return table(
        "allocation",
        {
            "allocation_id": keys.of("AL", np.arange(len(order))),
            "crn": keys.crn(person[order]),
            "staff_code": Pointed(staff.codes, holder[order]),
            "team_code": Coded(staff.team[holder[order]], staff.units.team_codes),
            "reason": Coded(reason[order].astype(np.int16), REASONS),
            "opened_on": opened[order],
            "closed_on": closed[order],
            "recorded_at": evening(rng, recorded),
        },
    )
