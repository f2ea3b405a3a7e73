"""What is truly so, for tests and calibration alone: needs, what really happened, and every planted flaw.

Written beside an extract and never loaded: no page, duty or score may read it.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from assay.records.synthetic.assessing import Assessments
from assay.records.synthetic.cases import ROSH, Cases
from assay.records.synthetic.columns import (
    EMPTY,
    EMPTY_DAY,
    Coded,
    Keyed,
    Numbers,
    Texts,
    coded_arrow,
    days_arrow,
    keyed_arrow,
    taken,
)
from assay.records.synthetic.contacting import NOTE, TYPE, TYPES, Contacts
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
    writing: Writing,
    crn: Keyed,
) -> dict[str, pa.Table]:
    """The truth of the drawn people; the demonstration's people have none."""
    people = np.arange(cases.count)
    return {
        "case": pa.table(
            {
                "crn": _crn(crn, people),
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
                "enquiry_id": keyed_arrow(Keyed("EN", np.arange(len(ladder.person)))),
                "crn": _crn(crn, ladder.person),
                "agency": coded_arrow(Coded(ladder.agency, AGENCIES)),
                "asked_on": days_arrow(ladder.asked),
                "sent": pa.array(ladder.outcome == OUTCOMES.index("sent")),
                "to_the_point": pa.array(ladder.kind != KINDS.index("other")),
                "after_trigger": pa.array(ladder.again),
                "vague": pa.array(ladder.vague),
                "analysed": pa.array(ladder.analysed),
                "used": pa.array(ladder.used),
            }
        ),
        "assessment": pa.table(
            {
                "assessment_id": keyed_arrow(Keyed("AS", np.arange(len(assessed.person)))),
                "good": pa.array(assessed.good),
                "copied": pa.array(assessed.copied),
                "answers": keyed_arrow(Keyed("EN", assessed.answers)),
            }
        ),
        "oversight": pa.table(
            {
                "crn": _crn(crn, oversight.person),
                "day": days_arrow(oversight.day),
                "trigger": coded_arrow(Coded(oversight.trigger.astype(np.int16), TRIGGERS)),
                "effective": pa.array(oversight.effective),
            }
        ),
        "needed_oversight": _needed(cases, staff, events, crn),
        "visit": _visits(visits, crn),
        "seen": _seen(contacts, writing, crn),
        "flaw": _flaws(cases, events, risks, staff, contacts, writing, crn),
    }


def _needed(cases: Cases, staff: Staff, events: Events, crn: Keyed) -> pa.Table:
    """The events after which oversight is needed. That of the start is in ``case``."""
    found = [(trigger, rows, day[rows]) for trigger, rows, day in needed_after(cases, staff, events)]
    triggers = np.concatenate([np.full(len(rows), trigger) for trigger, rows, _ in found])
    return pa.table(
        {
            "crn": _crn(crn, np.concatenate([rows for _, rows, _ in found])),
            "day": days_arrow(np.concatenate([day for _, _, day in found])),
            "trigger": coded_arrow(Coded(triggers.astype(np.int16), TRIGGERS)),
        }
    )


def _visits(visits: Visits, crn: Keyed) -> pa.Table:
    """Visits made, whether or not their risk was assessed first."""
    made = np.flatnonzero(visits.day != EMPTY_DAY)
    return pa.table(
        {
            "crn": _crn(crn, visits.person[made]),
            "day": days_arrow(visits.day[made]),
            "doorstep": pa.array(visits.doorstep[made]),
        }
    )


def _seen(contacts: Contacts, writing: Writing, crn: Keyed) -> pa.Table:
    """Whom staff truly met, and when. What was entered long after with an early date is not believed."""
    held = np.isin(contacts.note, [NOTE[each] for each in HELD])
    held &= np.isin(contacts.type, [TYPE[each] for each in IN_PERSON]) & ~writing.back_dated
    rows = np.flatnonzero(held)
    return pa.table(
        {
            "crn": _crn(crn, contacts.person[rows]),
            "day": days_arrow(contacts.day[rows]),
            "type": coded_arrow(Coded(contacts.type[rows], TYPES)),
        }
    )


def _flaws(
    cases: Cases, events: Events, risks: Risks, staff: Staff, contacts: Contacts, writing: Writing, crn: Keyed
) -> pa.Table:
    wrongly = np.flatnonzero(events.suspended_wrongly)
    suspended = np.flatnonzero(events.suspended_from != EMPTY_DAY)
    holding = np.unique(staff.holder[cases.active])
    leavers = holding[staff.left[holding] != EMPTY_DAY]
    found = [
        ("late_recorded", "contact", keyed_arrow(Keyed("CO", np.flatnonzero(writing.late)))),
        ("back_dated", "contact", keyed_arrow(Keyed("CO", np.flatnonzero(writing.back_dated)))),
        ("duplicate", "contact", keyed_arrow(Keyed("CO", np.flatnonzero(writing.duplicate_of != EMPTY)))),
        ("missing_domestic_abuse_flag", "person", _crn(crn, np.flatnonzero(risks.missing_abuse))),
        ("missing_child_flag", "person", _crn(crn, np.flatnonzero(risks.missing_child))),
        ("leaver_holds_cases", "practitioner", taken(staff.codes, leavers)),
        ("suspended_wrongly", "suspension", keyed_arrow(Keyed("SU", np.searchsorted(suspended, wrongly)))),
    ]
    sizes = [len(rows) for _, _, rows in found]
    return pa.table(
        {
            "flaw": taken(pa.array([name for name, _, _ in found]), np.repeat(np.arange(len(found)), sizes)),
            "table": taken(
                pa.array([table for _, table, _ in found]), np.repeat(np.arange(len(found)), sizes)
            ),
            "row_id": pa.concat_arrays([rows.cast(pa.string()) for _, _, rows in found]),
        }
    )


def _crn(crn: Keyed, people: Numbers) -> Texts:
    return keyed_arrow(Keyed(crn.prefix, crn.number[people], crn.base))
