"""Whether a lapse in a synthetic region is right, by the truth behind the region.

Only calibration asks. A lapse is right if the need was real and what should have happened truly had not by
the day. What the truth does not speak of, nobody can tell. The truth of an extract goes nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from assay.records.store import Reader

TRUTHS: Mapping[str, str] = MappingProxyType(
    {
        "S01": "There was a true need to ask police about domestic abuse, and nobody asked them about it "
        "from the day that raised the duty to the day of the night.",
        "S04": "There was a true need to ask children's services, and nobody asked them from the day that "
        "raised the duty to the day of the night.",
        "S06": "The answer was truly not analysed. Of a child protection document the truth says nothing.",
        "S15": "Nobody went inside the home from the day that raised the duty to the day of the night. A "
        "visit whose risk was not assessed first is a visit; one to the doorstep is not.",
        "S16": "No member of staff met the person face to face, at the office, at home, at the door or in "
        "Approved Premises, after the day they were last seen or began.",
        "S21": "Oversight was truly needed, and no effective oversight was held from the day of the event to "
        "the day of the night. Of suspensions the truth says nothing.",
    }
)
"""What makes a lapse of each duty right, in words that go into the record."""

LAPSES = """
WITH held AS (
  SELECT DISTINCT l.lapse_id, o.duty, o.case_id, o.anchor_id, o.triggered_on
  FROM n.lapse l JOIN n.obligation o USING (obligation_id)
  WHERE l.clock = 'date' AND l.opened_on <= $day AND (l.closed_on IS NULL OR l.closed_on > $day)
), facts AS (
  SELECT h.lapse_id, h.duty, t.true_need_police, t.true_need_child,
    EXISTS (SELECT 1 FROM truth_enquiry e WHERE e.crn = h.case_id AND e.agency = 'police' AND e.sent
            AND e.to_the_point AND e.asked_on BETWEEN h.triggered_on AND $day) AS asked_police,
    EXISTS (SELECT 1 FROM truth_enquiry e WHERE e.crn = h.case_id AND e.agency = 'childrens_services'
            AND e.sent AND e.asked_on BETWEEN h.triggered_on AND $day) AS asked_children,
    (SELECT e.analysed FROM truth_enquiry e WHERE e.enquiry_id = h.anchor_id) AS analysed,
    EXISTS (SELECT 1 FROM truth_visit v WHERE v.crn = h.case_id AND NOT v.doorstep
            AND v.day BETWEEN h.triggered_on AND $day) AS visited,
    EXISTS (SELECT 1 FROM truth_seen s WHERE s.crn = h.case_id
            AND s.day > h.triggered_on AND s.day <= $day) AS seen,
    t.oversight_required OR EXISTS (SELECT 1 FROM truth_needed_oversight o
            WHERE o.crn = h.case_id AND o.day = h.triggered_on) AS oversight_needed,
    EXISTS (SELECT 1 FROM r.suspension u WHERE u.suspension_id = h.anchor_id) AS suspended,
    EXISTS (SELECT 1 FROM truth_oversight o WHERE o.crn = h.case_id AND o.effective
            AND o.day BETWEEN h.triggered_on AND $day) AS overseen
  FROM held h JOIN truth_case t ON t.crn = h.case_id
)
SELECT duty, lapse_id, CASE duty
    WHEN 'S01' THEN true_need_police AND NOT asked_police
    WHEN 'S04' THEN true_need_child AND NOT asked_children
    WHEN 'S06' THEN NOT analysed
    WHEN 'S15' THEN NOT visited
    WHEN 'S16' THEN NOT seen
    WHEN 'S21' THEN CASE WHEN NOT suspended THEN oversight_needed AND NOT overseen END
  END AS is_right
FROM facts ORDER BY duty, lapse_id
"""


def judged(reader: Reader, truth: Mapping[str, pa.Table], *, on: date) -> dict[str, dict[str, bool | None]]:
    """By duty, every lapse held on the day and whether it is right; None where the truth cannot tell.

    People the truth does not know (the demonstration's own, and merged records) are left out.
    """
    for name, table in truth.items():
        reader.connection.register(f"truth_{name}", table)
    found: dict[str, dict[str, Any]] = {}
    for row in reader.rows(LAPSES, {"day": on}):
        found.setdefault(row["duty"], {})[row["lapse_id"]] = row["is_right"]
    return found
