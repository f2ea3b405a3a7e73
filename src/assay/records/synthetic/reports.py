"""Reports to court before sentence, and what they proposed. Enquiries before sentence are made for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY, EMPTY_DAY, Numbers
from assay.records.synthetic.draws import between, chosen, happens, stream, working
from assay.records.synthetic.rates import rate

TYPES = ("oral", "fast_delivery", "standard_delivery")
ORAL, FAST, STANDARD = range(3)
PROPOSALS = ("community", "suspended", "custody", "financial", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """One row a report, at most one a person; ``curfew`` with electronic monitoring."""

    person: Numbers
    type: Numbers
    requested: Numbers
    delivered: Numbers
    proposal: Numbers
    curfew: Numbers


def make_reports(cases: Cases, *, as_at: date, seed: int) -> Reports:
    """A report for about half of the sentences: on the day, within a week, or in three weeks."""
    rng = stream(seed, as_at, "court reports")
    chance = np.array([0.62, 0.62, 0.4, 0.35, 0.45])[cases.type.index]
    person = np.flatnonzero(happens(rng, chance, cases.count) & (cases.arrived == EMPTY_DAY))
    count = len(person)
    grave = (cases.rosh[person] >= 2) | (cases.mappa[person] != EMPTY)
    kind = np.where(
        grave,
        chosen(rng, count, {"oral": 0.15, "fast": 0.45, "standard": 0.4}).index,
        chosen(rng, count, {"oral": 0.5, "fast": 0.42, "standard": 0.08}).index,
    )
    delivered = cases.sentenced[person]
    wait = np.where(kind == ORAL, 0, np.where(kind == STANDARD, 15, 5)) + between(rng, 0, 3, count)
    requested = np.where(kind == ORAL, delivered, working(delivered - wait - wait // 3))
    proposed = np.array([0, 1, 2, 2, 0])[cases.type.index[person]]
    other = chosen(rng, count, dict(zip(PROPOSALS, (0.35, 0.3, 0.15, 0.08, 0.12), strict=True)))
    proposal = np.where(happens(rng, 0.6, count), proposed, other.index)
    in_community = proposal <= PROPOSALS.index("suspended")
    return Reports(
        person=person,
        type=kind.astype(np.int16),
        requested=np.minimum(requested, delivered).astype(np.int32),
        delivered=delivered.astype(np.int32),
        proposal=proposal.astype(np.int16),
        curfew=in_community & happens(rng, rate("curfew_proposed"), count),
    )
