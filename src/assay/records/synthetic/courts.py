"""Reports to court as rows, with what they told of the checks."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Coded, Keys, Numbers, Pointed, table
from assay.records.synthetic.draws import evening, happens, stream
from assay.records.synthetic.ladder import Ladder
from assay.records.synthetic.lives import Homes
from assay.records.synthetic.rates import rate
from assay.records.synthetic.reports import PROPOSALS, TYPES, Reports
from assay.records.synthetic.staff import Staff

STATEMENTS = ("answered", "not_available", "none")


class Told(NamedTuple):
    """What each report said of the checks, a place in ``STATEMENTS``, and whether falsely that all had been
    answered."""

    said: Numbers
    falsely: Numbers


def told_of_checks(reports: Reports, ladder: Ladder, cases: Cases, *, as_at: date, seed: int) -> Told:
    """Answered where both agencies had; else sometimes that checks were not available, mostly nothing."""
    rng = stream(seed, as_at, "told of checks")
    count, answered = len(reports.person), _answered(reports, ladder, cases)
    said = np.where(happens(rng, rate("checks_not_available_said"), count), 1, 2)
    falsely = ~answered & happens(rng, rate("flaw_checks_said_answered"), count)
    return Told(np.where(answered | falsely, 0, said).astype(np.int16), falsely)


def report_table(
    reports: Reports,
    ladder: Ladder,
    homes: Homes,
    cases: Cases,
    staff: Staff,
    keys: Keys,
    *,
    as_at: date,
    seed: int,
) -> pa.Table:
    """The reports, by authors who work at court."""
    rng = stream(seed, as_at, "court report table")
    count = len(reports.person)
    told = told_of_checks(reports, ladder, cases, as_at=as_at, seed=seed)
    home = homes.at_start[reports.person]
    asked = (reports.curfew | happens(rng, 0.1, count)) & np.isin(homes.type[home], (0, 2))
    return table(
        "court_report",
        {
            "report_id": keys.of("CR", np.arange(count)),
            "crn": keys.crn(reports.person),
            "type": Coded(reports.type, TYPES),
            "staff_code": Pointed(staff.codes, staff.somebody(rng, cases.pdu[reports.person])),
            "requested_on": reports.requested,
            "delivered_on": reports.delivered,
            "proposal": Coded(reports.proposal, PROPOSALS),
            "monitored_curfew": reports.curfew.astype(np.int8),
            "address_id": keys.of("AD", np.where(asked, home, EMPTY)),
            "checks": Coded(told.said, STATEMENTS),
            "recorded_at": evening(rng, reports.delivered),
        },
    )


def _answered(reports: Reports, ladder: Ladder, cases: Cases) -> Numbers:
    """Whether both agencies had answered by the day of the report."""
    both = np.zeros((2, cases.count), dtype=bool)
    delivered = np.full(cases.count, EMPTY_DAY, dtype=np.int32)
    delivered[reports.person] = reports.delivered
    rows = np.flatnonzero(
        ladder.early & (ladder.answered != EMPTY_DAY) & (ladder.answered <= delivered[ladder.person])
    )
    both[ladder.agency[rows], ladder.person[rows]] = True
    return np.asarray(both[:, reports.person].all(axis=0))
