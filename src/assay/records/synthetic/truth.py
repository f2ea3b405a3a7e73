"""What is truly so, for tests and calibration alone: needs, what really happened, and every planted flaw.

Written beside an extract and never loaded: no page, duty or score may read it.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from assay.records.synthetic.assessing import Assessments
from assay.records.synthetic.cases import ROSH, Cases
from assay.records.synthetic.columns import (
    EMPTY_DAY,
    Coded,
    Keys,
    Numbers,
    coded_arrow,
    days_arrow,
    keyed_arrow,
)
from assay.records.synthetic.contacting import NOTE, TYPE, TYPES, Contacts, named
from assay.records.synthetic.events import Events
from assay.records.synthetic.ladder import AGENCIES, KINDS, OUTCOMES, Ladder
from assay.records.synthetic.oversight import TRIGGERS, Oversight, needed_after
from assay.records.synthetic.risks import Risks
from assay.records.synthetic.staff import Staff
from assay.records.synthetic.visits import Visits
from assay.records.synthetic.written import Writing

OVERSIGHT = ("absent", "hollow", "effective")
HELD = ("attended", "first_meeting", "visit", "visit_doorstep")
IN_PERSON = ("COAP", "COAI", "CODC", "CHVS", "EAPK")


def truth_tables(
    cases: Cases,
    events: Events,
    risks: Risks,
    ladder: Ladder,
    assessed: Assessments,
    oversight: Oversight,
    visits: Visits,
    staff: Staff,
    contacts: Contacts,
    lost: Contacts,
    writing: Writing,
    keys: Keys,
) -> dict[str, pa.Table]:
    """The truth of the drawn people; the demonstration's people have none."""
    people = np.arange(cases.count)
    return {
        "case": pa.table(
            {
                "crn": keyed_arrow(keys.crn(people)),
                "true_need_police": pa.array(cases.need_police),
                "true_need_child": pa.array(cases.need_children),
                "true_risk_event": pa.array(events.arrested != EMPTY_DAY),
                "rosh": coded_arrow(Coded(cases.rosh.astype(np.int16), ROSH)),
                "oversight_required": pa.array(oversight.required),
                "oversight": coded_arrow(Coded(oversight.result.astype(np.int16), OVERSIGHT)),
            }
        ),
        "enquiry": pa.table(
            {
                "enquiry_id": keyed_arrow(keys.of("EN", np.arange(len(ladder.person)))),
                "crn": keyed_arrow(keys.crn(ladder.person)),
                "agency": coded_arrow(Coded(ladder.agency, AGENCIES)),
                "asked_on": days_arrow(ladder.asked),
                "sent": pa.array(ladder.outcome == OUTCOMES.index("sent")),
                "to_the_point": pa.array(ladder.kind != KINDS.index("other")),
                "after_trigger": pa.array(ladder.again),
                "before_start": pa.array(ladder.early),
                "vague": pa.array(ladder.vague),
                "analysed": pa.array(ladder.analysed),
                "used": pa.array(ladder.used),
            }
        ),
        "assessment": pa.table(
            {
                "assessment_id": keyed_arrow(keys.of("AS", np.arange(len(assessed.person)))),
                "good": pa.array(assessed.good),
                "copied": pa.array(assessed.copied),
                "answers": keyed_arrow(keys.of("EN", assessed.answers)),
            }
        ),
        "oversight": pa.table(
            {
                "crn": keyed_arrow(keys.crn(oversight.person)),
                "day": days_arrow(oversight.day),
                "trigger": coded_arrow(Coded(oversight.trigger.astype(np.int16), TRIGGERS)),
                "effective": pa.array(oversight.effective),
            }
        ),
        "needed_oversight": _needed(cases, staff, events, keys),
        "visit": _visits(visits, keys),
        "seen": _seen(contacts, lost, writing, keys),
    }


def _needed(cases: Cases, staff: Staff, events: Events, keys: Keys) -> pa.Table:
    """The events after which oversight is needed. That of the start is in ``case``."""
    found = [(trigger, rows, day[rows]) for trigger, rows, day in needed_after(cases, staff, events)]
    triggers = np.concatenate([np.full(len(rows), trigger) for trigger, rows, _ in found])
    return pa.table(
        {
            "crn": keyed_arrow(keys.crn(np.concatenate([rows for _, rows, _ in found]))),
            "day": days_arrow(np.concatenate([day for _, _, day in found])),
            "trigger": coded_arrow(Coded(triggers.astype(np.int16), TRIGGERS)),
        }
    )


def _visits(visits: Visits, keys: Keys) -> pa.Table:
    """Visits made, whether or not their risk was assessed first."""
    made = np.flatnonzero(visits.day != EMPTY_DAY)
    return pa.table(
        {
            "crn": keyed_arrow(keys.crn(visits.person[made])),
            "day": days_arrow(visits.day[made]),
            "doorstep": pa.array(visits.doorstep[made]),
        }
    )


def _seen(contacts: Contacts, lost: Contacts, writing: Writing, keys: Keys) -> pa.Table:
    """Whom staff truly met, and when, whether or not the row is still there. What was entered long after with
    an early date is not believed."""
    held = contacts.taken(np.flatnonzero(_held(contacts) & ~writing.back_dated))
    gone = lost.taken(np.flatnonzero(_held(lost)))
    return pa.table(
        {
            "crn": keyed_arrow(keys.crn(np.concatenate([held.person, gone.person]))),
            "day": days_arrow(np.concatenate([held.truly, gone.day])),
            "type": coded_arrow(Coded(np.concatenate([held.type, gone.type]), TYPES)),
        }
    )


def _held(contacts: Contacts) -> Numbers:
    return np.asarray(named(contacts.note, NOTE, HELD) & named(contacts.type, TYPE, IN_PERSON))
