"""What is truly so, for tests alone: needs, the rungs that really happened, and every planted flaw.

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
    keyed_arrow,
    taken,
)
from assay.records.synthetic.contacting import Contacts
from assay.records.synthetic.events import Events
from assay.records.synthetic.ladder import AGENCIES, Ladder
from assay.records.synthetic.oversight import Oversight
from assay.records.synthetic.risks import Risks
from assay.records.synthetic.staff import Staff
from assay.records.synthetic.written import Writing

OVERSIGHT = ("absent", "hollow", "effective")


def truth_tables(
    cases: Cases,
    events: Events,
    risks: Risks,
    ladder: Ladder,
    assessed: Assessments,
    oversight: Oversight,
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
        "flaw": _flaws(cases, events, risks, staff, contacts, writing, crn),
    }


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
