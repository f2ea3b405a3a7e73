"""Tables made once for a pair and kept in memory, since pages ask for them again and again: planning a query
over files takes several times as long as finding a few rows."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from assay.records.store import Reader

_NOW = "x.opened_on <= $day AND (x.closed_on IS NULL OR x.closed_on > $day)"
_EVERYBODY = f"""
    WITH level AS (
        SELECT x.crn, arg_max(x.level, x.opened_on) AS rosh, list_distinct(list(x.level)) AS levels
        FROM r.rosh x WHERE {_NOW} GROUP BY x.crn
    ),
    register AS (
        SELECT x.crn, list_sort(list_distinct(list(x.type))) AS registers
        FROM r.registration x WHERE {_NOW} GROUP BY x.crn
    ),
    ring AS (
        SELECT x.crn, bool_or(x.role = 'child' AND x.household) AS child,
            bool_or(x.role = 'partner') AS partner,
            count(*) FILTER (x.role = 'child' AND x.household) AS children_known
        FROM r.circle x WHERE {_NOW} GROUP BY x.crn
    ),
    limit_now AS (SELECT DISTINCT x.crn FROM r.access_limitation x WHERE {_NOW}),
    held AS (SELECT x.case_id AS crn, x.practitioner, x.team FROM n.case_span x WHERE {_NOW}),
    asked AS (
        SELECT e.crn,  -- one that was not sent, because what was there was up to date, asked nobody
            max(e.asked_on) FILTER (e.agency = 'police' AND e.outcome = 'sent') AS police_asked,
            max(e.answered_on) FILTER (e.agency = 'police') AS police_answered,
            max(e.asked_on) FILTER (e.agency = 'childrens_services' AND e.outcome = 'sent')
                AS children_asked,
            max(e.answered_on) FILTER (e.agency = 'childrens_services') AS children_answered
        FROM r.enquiry e GROUP BY e.crn
    ),
    assessed AS (
        SELECT a.crn, max(a.completed_on) AS last_assessment
        FROM r.assessment a WHERE a.completed_on <= $day GROUP BY a.crn
    )
    SELECT p.crn, p.forename || ' ' || p.surname AS name, held.practitioner, held.team,
        st.forename || ' ' || st.surname AS practitioner_name, level.rosh,
        coalesce(level.levels, []) AS levels, coalesce(register.registers, []) AS registers,
        limit_now.crn IS NOT NULL AS limited, coalesce(ring.child, FALSE) AS child,
        coalesce(ring.partner, FALSE) AS partner, asked.* EXCLUDE (crn), assessed.last_assessment,
        coalesce(ring.children_known, 0) AS children_known
    FROM r.person p
    LEFT JOIN level USING (crn) LEFT JOIN register USING (crn) LEFT JOIN ring USING (crn)
    LEFT JOIN limit_now USING (crn) LEFT JOIN held USING (crn)
    LEFT JOIN asked USING (crn) LEFT JOIN assessed USING (crn)
    LEFT JOIN r.practitioner st ON st.staff_code = held.practitioner
    ORDER BY p.crn
"""  # noqa: S608 - no value is put into the text

TABLES: Mapping[str, str] = MappingProxyType(
    {
        # Who holds which case on the day of the night.
        "standing": f"FROM n.case_span x WHERE {_NOW} ORDER BY case_id",
        # What pages say of each person on that day, one row a person.
        "everybody": _EVERYBODY,
        "unchecked": "SELECT DISTINCT duty, case_id FROM n.duty_state WHERE state = 'unknown'",
        "duty_state": "FROM n.duty_state ORDER BY case_id",
        "ladder": "FROM n.ladder ORDER BY case_id",
    }
)


def at_hand(reader: Reader, name: str) -> str:
    """The name to ask for one of the ``TABLES`` by, in the database of the reader's pair."""
    assert reader.pair is not None, "oversight reads a pair"
    sql = TABLES[name]
    return reader.once(name, sql, {"day": reader.pair.night.as_at} if "$day" in sql else ())
