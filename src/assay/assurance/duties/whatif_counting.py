"""Obligations of a night counted again with another last day, from the night's own tables.

The statements work on the reader's connection, in tables that vanish with it.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pyarrow as pa

from assay.assurance.duties import inputs
from assay.assurance.duties.identity import survivor
from assay.assurance.duties.rollups import WEEKS
from assay.assurance.duties.whatif_statements import EVENT, Said, Statements
from assay.core.policy import Window

STATE = ("population", "unknown", "lapsed")
FLOW = ("in_time", "late", "missed", "unknown_due")
Team = str | None
Tally = dict[Team, Counter[str]]

PARTS, ENOUGH = 16, 50_000
"""Of how many parts the cases are one is enough to look into, where there are so many obligations."""

ASKED = """
CREATE TEMP TABLE whatif_asked AS
SELECT case_id, triggered_on, due_on, met_on, excused_on, required, unsure, "window" = $window AS changed,
       CASE state WHEN 'met' THEN 'in_time' WHEN 'met_late' THEN 'late' WHEN 'missed' THEN 'missed'
            WHEN 'unknown' THEN 'unknown_due' END AS before,
       least(coalesce(met_on, $never), coalesce(excused_on, $never), coalesce(ended_on, $never)) AS over_on
FROM n.obligation WHERE duty = $duty AND "window" IS NOT NULL
"""
# What was given another window of the duty is as the night says.
OTHERS = """
CREATE TEMP TABLE whatif_other AS
SELECT obligation_id FROM n.obligation WHERE duty = $duty AND "window" <> $window
"""
# For each day, and for each case with pauses, an obligation is counted but once.
EVENTS = f"""
INSERT INTO {EVENT}
SELECT row_number() OVER (), case_id, on_day, $length, $working FROM (
    SELECT DISTINCT coalesce(p.case_id, -1) AS case_id, a.triggered_on - DATE '1970-01-01' AS on_day
    FROM whatif_asked a LEFT JOIN whatif_paused p ON p.crn = a.case_id WHERE a.changed)
"""  # noqa: S608
PAUSED = """
CREATE TEMP TABLE whatif_paused AS
SELECT DISTINCT became AS crn, case_id FROM duties_case WHERE case_id IN (SELECT case_id FROM {pauses})
"""
ROWS = f"""
CREATE TEMP TABLE whatif_row AS
SELECT row_number() OVER () AS n, a.*, hash(a.case_id) % {PARTS} AS part,
       CASE WHEN a.changed THEN DATE '1970-01-01' + d.due::INT ELSE a.due_on END AS tried_on
FROM whatif_asked a
LEFT JOIN whatif_paused p ON p.crn = a.case_id
LEFT JOIN {EVENT} e ON a.changed AND e.case_id = coalesce(p.case_id, -1)
                       AND e.counted_from = a.triggered_on - DATE '1970-01-01'
LEFT JOIN {{due}} d ON d.event_id = e.event_id
"""  # noqa: S608
# Unmet on some day: from the day after the last until it was over, while it was required.
LATE = """
CREATE OR REPLACE TEMP TABLE whatif_late AS
SELECT r.n, any_value(r.case_id) AS case_id,
       bool_or(r.over_on > $as_at AND coalesce(p.closed_on, $never) > $as_at) AS lapsed,
       any_value(p.team) FILTER (coalesce(p.closed_on, $never) > $as_at) AS team
FROM whatif_row r
JOIN n.population p ON p.case_id = r.case_id
WHERE r.part < $parts AND r.changed AND r.required AND r.unsure IS NULL
  AND p.duty = $duty AND p.unknown_because IS NULL
  AND r.{due} < $as_at AND r.{due} + 1 < r.over_on
  AND p.opened_on <= $as_at AND p.opened_on < r.over_on AND coalesce(p.closed_on, $never) > r.{due} + 1
GROUP BY r.n
"""
# As the night judges an obligation; what is in no state here is not counted.
JUDGED = """
CREATE OR REPLACE TEMP TABLE whatif_judged AS
WITH settled AS MATERIALIZED (
    SELECT r.n, r.case_id, r.{due} AS due_on, r.triggered_on, r.before, CASE
        WHEN NOT r.changed THEN coalesce(r.before, 'not counted')
        WHEN r.met_on <= r.{due} THEN 'in_time'
        WHEN r.excused_on <= r.{due} AND r.required THEN 'not counted'
        WHEN r.required AND r.unsure IS NULL AND (l.n IS NOT NULL OR r.met_on = r.{due} + 1)
             AND r.met_on IS NOT NULL THEN 'late'
        WHEN r.required AND r.met_on IS NOT NULL THEN 'in_time'
        WHEN l.n IS NOT NULL AND r.met_on IS NULL THEN 'missed'
        WHEN r.unsure IS NOT NULL THEN 'unknown_due' END AS state
    FROM whatif_row r LEFT JOIN whatif_late l USING (n)
    WHERE r.{due} > $as_at - $days AND r.{due} <= $as_at AND r.part < $parts),
unclear AS (
    SELECT DISTINCT s.n FROM settled s JOIN n.population p ON p.case_id = s.case_id
    WHERE s.state IS NULL AND p.duty = $duty AND p.unknown_because IS NOT NULL
      AND p.opened_on <= s.due_on AND coalesce(p.closed_on, $never) > s.due_on)
SELECT s.case_id, s.due_on, s.triggered_on, s.before,
       CASE WHEN s.state IS NULL AND u.n IS NOT NULL THEN 'unknown_due' ELSE nullif(s.state, 'not counted')
       END AS state
FROM settled s LEFT JOIN unclear u USING (n)
"""
PLACED = """
CREATE OR REPLACE TEMP TABLE whatif_placed AS
SELECT j.case_id, j.due_on, j.state, s.team, s.case_id IS NOT NULL AS held
FROM whatif_judged j
LEFT JOIN n.case_span s ON s.case_id = j.case_id AND s.opened_on <= j.due_on
                           AND coalesce(s.closed_on, $never) > j.due_on
WHERE j.state IS NOT NULL
"""
LAPSED = """
SELECT team, count(DISTINCT case_id) FROM (
    SELECT team, case_id FROM whatif_late WHERE lapsed
    UNION ALL
    SELECT l.team, l.case_id FROM n.lapse l SEMI JOIN whatif_other USING (obligation_id)
    WHERE l.duty = $duty AND l.clock = 'date' AND l.closed_on IS NULL)
GROUP BY team
"""
COUNTED = "SELECT team, state, count(*) AS n FROM whatif_placed WHERE held GROUP BY ALL"
ELSEWHERE = """
SELECT h.team, j.state, count(*) AS n
FROM whatif_placed j
JOIN (SELECT DISTINCT became, case_id FROM duties_case) c ON c.became = j.case_id
JOIN {holders} h ON h.case_id = c.case_id AND h.opened <= j.due_on - DATE '1970-01-01'
                    AND h.closed > j.due_on - DATE '1970-01-01'
WHERE NOT j.held GROUP BY ALL
"""
OTHERWISE = "SELECT count(*) FROM whatif_judged WHERE state IS DISTINCT FROM before"
CASES = """
CREATE OR REPLACE TEMP TABLE whatif_case AS
WITH wanted AS (SELECT DISTINCT coalesce(m.became, a.crn) AS became
                FROM ({crns}) a LEFT JOIN whatif_merged m USING (crn)),
numbered AS (SELECT became, row_number() OVER () AS case_id FROM wanted)
SELECT became AS crn, became, case_id FROM numbered
UNION ALL SELECT m.crn, became, case_id FROM whatif_merged m JOIN numbered USING (became)
"""
MADE = ("merged", "case", "asked", "other", "paused", "row", "late", "judged", "placed")


class Trying:
    """A duty's obligations on the reader's connection, with the last day they have and the one tried."""

    def __init__(self, reader: Any, spoken: Said, *, duty: str) -> None:
        self._connection, self._spoken, self._duty = reader.connection, spoken, duty
        self._as_at = reader.pair.night.as_at
        self._tables = [EVENT, *(f"whatif_{name}" for name in MADE)]

    def due_again(self, window: Window) -> None:
        """Counts the last day again of what was given the window."""
        connection = self._connection
        inputs.give_days(connection, as_at=self._as_at)
        self._merged()
        self._only("SELECT crn FROM r.absence")
        self._say(ASKED, window=window.name, duty=self._duty)
        self._say(OTHERS, window=window.name, duty=self._duty)
        self._work_out(self._spoken.pauses)
        self._say(PAUSED.format(pauses=self._spoken.pauses.last))
        kinds = "event_id BIGINT, case_id BIGINT, counted_from BIGINT, length BIGINT, working BOOLEAN"
        self._say(f"CREATE TEMP TABLE {EVENT} ({kinds})")
        self._say(EVENTS, length=window.length, working=window.in_working_days)
        self._work_out(self._spoken.due)
        self._say(ROWS.format(due=self._spoken.due.last))

    def tally(self, due: str) -> Tally:
        """Cases in lapse, and obligations by what became of them, by team: by the days in a column."""
        self.judge(due)
        self._say(PLACED)
        found: Tally = {}
        for team, count in self._connection.sql(LAPSED, params={"duty": self._duty}).fetchall():
            found.setdefault(team, Counter())["lapsed"] += count
        for team, state, count in (*self._connection.sql(COUNTED).fetchall(), *self._held_elsewhere()):
            found.setdefault(team, Counter())[state] += count
        return found

    def _merged(self) -> None:
        """Each merged CRN with the one it became in the end; and an empty table of cases."""
        connection, schema = self._connection, inputs.SCHEMAS["case"]
        merges = dict(
            connection.sql("SELECT crn, merged_into FROM r.person WHERE merged_into IS NOT NULL").fetchall()
        )
        rows = [{"crn": crn, "became": survivor(crn, merges), "case_id": 0} for crn in merges]
        inputs.put(connection, "case", pa.Table.from_pylist(rows, schema=schema))
        connection.execute("CREATE TEMP TABLE whatif_merged AS SELECT crn, became FROM duties_case")

    def is_as_in_night(self) -> bool:
        """Whether the last days they have give what the night says of each: of every case, or of one part
        of the cases where there are many."""
        ((asked,),) = self._connection.sql("SELECT count(*) FROM whatif_row").fetchall()
        self.judge("due_on", parts=PARTS if asked < ENOUGH else 1)
        ((otherwise,),) = self._connection.sql(OTHERWISE).fetchall()
        return bool(otherwise == 0)

    def judge(self, due: str, *, parts: int = PARTS) -> None:
        """Works out what is late and in which state each obligation due in the weeks is, in so many of the
        parts."""
        assert due in ("due_on", "tried_on")
        self._say(LATE.format(due=due), duty=self._duty, parts=parts)
        self._say(JUDGED.format(due=due), duty=self._duty, days=7 * WEEKS, parts=parts)

    def _held_elsewhere(self) -> list[tuple[Team, str, int]]:
        """Of what fell due outside the time under a sentence, which the night's own spans do not reach."""
        self._only("SELECT case_id AS crn FROM whatif_placed WHERE NOT held")
        self._work_out(self._spoken.holders)
        found: list[tuple[Team, str, int]] = self._connection.sql(
            ELSEWHERE.format(holders=self._spoken.holders.last)
        ).fetchall()
        return found

    def _only(self, crns: str) -> None:
        """What is worked out from records from now on is of these cases alone, whatever CRN a row has."""
        self._connection.execute(CASES.format(crns=crns))
        self._connection.execute("TRUNCATE duties_case")
        self._connection.execute("INSERT INTO duties_case SELECT crn, became, case_id FROM whatif_case")

    def _work_out(self, asked: Statements) -> None:
        for name, columns in asked.tables.items():
            self._connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
            self._tables.append(name)
        for step in asked.steps:
            self._connection.execute(f"INSERT INTO {step.into} {step.sql}")

    def _say(self, sql: str, **values: object) -> None:
        known = {"never": date.max, "as_at": self._as_at, **values}
        taken = {name: value for name, value in known.items() if f"${name}" in sql}
        self._connection.execute(sql, taken or None)

    def close(self) -> None:
        for name in dict.fromkeys(self._tables):
            self._connection.execute(f"DROP TABLE IF EXISTS {name}")
