"""What managers' oversight asked for, and whether it was done by its day."""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa

from assay.records.synthetic.cases import Cases
from assay.records.synthetic.columns import EMPTY_DAY, Keys, Pointed, table
from assay.records.synthetic.contacting import OUTCOME, Contacts, named
from assay.records.synthetic.draws import between, evening, happens, stream, working
from assay.records.synthetic.rates import rate
from assay.records.synthetic.staff import Staff

ASKED_FOR = ("MOFU", "MOCO")


def action_table(
    contacts: Contacts, cases: Cases, staff: Staff, keys: Keys, *, as_at: date, seed: int
) -> pa.Table:
    """One or two actions of every discussion that asked for something. One whose outcome says that it is done
    has them all closed."""
    rng = stream(seed, as_at, "oversight actions")
    asked = np.flatnonzero(named(contacts.outcome, OUTCOME, ASKED_FOR))
    asked = np.repeat(asked, 1 + happens(rng, 0.3, len(asked)))
    count, person, day = len(asked), contacts.person[asked], contacts.day[asked]
    has_day = happens(rng, rate("action_has_a_day"), count)
    due = np.where(has_day, working(day, later=between(rng, 2, 20, count)), EMPTY_DAY)
    meant = np.where(has_day, due, working(day, later=10))
    in_time = happens(rng, rate("action_done_in_time"), count)
    done = np.where(in_time, meant - between(rng, 0, 3, count), meant + between(rng, 1, 60, count))
    done = np.maximum(day, done)
    closed = in_time | happens(rng, rate("action_done_late"), count)
    closed |= contacts.outcome[asked] == OUTCOME["MOCO"]
    closed &= done <= cases.as_at
    told = np.where(closed, done, day)
    return table(
        "oversight_action",
        {
            "oversight_action_id": keys.of("OA", np.arange(count)),
            "crn": keys.crn(person),
            "contact_id": keys.of("CO", asked),
            "staff_code": Pointed(staff.codes, staff.holding(person, day)),
            "asked_on": day,
            "due_on": due.astype(np.int32),
            "closed_on": np.where(closed, done, EMPTY_DAY).astype(np.int32),
            "recorded_at": evening(rng, told.astype(np.int32)),
        },
    )
