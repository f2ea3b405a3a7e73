"""What saying duties in Ibis costs beside SQL written by hand for DuckDB: CPU time over that, in one run.

``python -m bench handwritten [--people 26000] [--repeats 5]``. Six of the twenty duties of
:mod:`bench.peers.definitions`, over the same records, to the same rows, all of which are compared: one that
asks an agency, one with an early first appointment, one with a population and weeks, one after risk has
risen, one after an absence, one that comes again with every appointment. Assay's own duties, in the same
verbs, come to thousands of lines of SQL (pauses, windows by date, two clocks, excuses, reasons), which nobody
would write twice by hand. The SQL below is what one would write who knew that it will run on DuckDB alone: it
has the nearest match (``ASOF JOIN``), which the verbs do without, so that they run on Spark as well.

Saying is told apart: a night keeps what was said. The floor is the scan of the contacts, two threads.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pyarrow.parquet as pq

from assay.records.store import Snapshot, open_snapshot
from bench.peers import with_assay
from bench.peers.definitions import DUTIES, first_day
from bench.peers.running import AS_AT, different, floor_of, make, read

CHOSEN = ("B01", "B05", "B09", "B13", "B16", "B20")
SQL = """
CREATE TEMP TABLE contact AS
SELECT crn, contact_id, happened_on, type, outcome FROM r.contact
WHERE happened_on <= $as_at AND type IN
  ('COAI', 'COAP', 'COPT', 'CHVS', 'CODC', 'CTOA', 'CTOB', 'MO1', 'MO5', 'CSPO', 'C238');

CREATE TEMP TABLE supervised AS
SELECT crn, sentence_id, started_on FROM r.sentence
WHERE type IN ('community_order', 'suspended_sentence', 'licence', 'post_sentence_supervision');

CREATE TEMP TABLE raised AS
SELECT duty, crn, anchor, triggered_on, since, first_day AS due_on, excuse FROM (
  SELECT 'B01' AS duty, crn, sentence_id AS anchor, started_on AS triggered_on, started_on AS since,
    5 AS working_days, 'absence' AS excuse
  FROM supervised
  UNION ALL
  SELECT 'B05', crn, sentence_id, started_on, started_on, 5, 'absence'
  FROM supervised
  UNION ALL
  SELECT 'B13', crn, rosh_id, opened_on, opened_on, 10, 'absence'
  FROM r.rosh WHERE level IN ('high', 'very_high')
  UNION ALL
  SELECT 'B16', crn, contact_id, happened_on, happened_on + 1, 6, 'absence'
  FROM contact WHERE type IN ('COAP', 'COAI', 'COPT', 'CHVS', 'CODC') AND outcome IN ('UAAB', 'AFTA')
)
JOIN calendar ON day = triggered_on JOIN workday ON workday.worked = calendar.worked + working_days
WHERE triggered_on BETWEEN $first AND $as_at
UNION ALL
SELECT 'B09', crn, sentence_id, started_on, started_on, started_on + 42, 'suspension'
FROM supervised s
WHERE started_on BETWEEN $first AND $as_at
  AND EXISTS (
    SELECT 1 FROM r.rosh o WHERE o.crn = s.crn AND o.level IN ('medium', 'high', 'very_high')
      AND o.opened_on <= s.started_on AND (s.started_on < o.closed_on OR o.closed_on IS NULL))
UNION ALL
SELECT 'B20', crn, contact_id, happened_on, happened_on + 1, happened_on + 31, 'suspension'
FROM contact
WHERE type IN ('COAP', 'COAI', 'CHVS', 'CODC') AND outcome IN ('ATTC', 'AFTC') AND happened_on >= $first;

CREATE TEMP TABLE evidence AS
SELECT duty, crn, happened_on, min(row_id) AS row_id FROM (
  SELECT 'B01' AS duty, crn, asked_on AS happened_on, enquiry_id AS row_id
  FROM r.enquiry WHERE agency = 'police' AND outcome = 'sent' AND asked_on <= $as_at
  UNION ALL
  SELECT 'B05', crn, happened_on, contact_id FROM contact
  WHERE type IN ('COAI', 'COAP') AND outcome IN ('ATTC', 'AFTC')
  UNION ALL
  SELECT 'B09', crn, happened_on, contact_id FROM contact WHERE type = 'CHVS' AND outcome = 'ATTC'
  UNION ALL
  SELECT 'B13', crn, happened_on, contact_id FROM contact
  WHERE type IN ('MO1', 'MO5', 'CSPO', 'C238') AND outcome IN ('MOFU', 'MOCO', 'MONF')
  UNION ALL
  SELECT 'B16', crn, happened_on, contact_id FROM contact
  WHERE type IN ('COAP', 'COAI', 'COPT', 'CHVS', 'CODC', 'CTOA', 'CTOB')
  UNION ALL
  SELECT 'B20', crn, happened_on, contact_id FROM contact
  WHERE type IN ('COAP', 'COAI', 'CHVS', 'CODC') AND outcome IN ('ATTC', 'AFTC')
)
GROUP BY duty, crn, happened_on;

CREATE TEMP TABLE excused AS
SELECT duty, anchor, min(row_id) AS row_id
FROM raised r JOIN (
  SELECT 'absence' AS excuse, crn, absence_id AS row_id, opened_on, closed_on FROM r.absence
  UNION ALL SELECT 'suspension', crn, suspension_id, opened_on, closed_on FROM r.suspension
) u ON u.crn = r.crn AND u.excuse = r.excuse
  AND u.opened_on <= r.triggered_on AND (r.triggered_on < u.closed_on OR u.closed_on IS NULL)
GROUP BY duty, anchor;

CREATE TEMP TABLE met AS
SELECT r.*, e.happened_on AS met_on, e.row_id AS met_row
FROM raised r ASOF LEFT JOIN evidence e ON e.duty = r.duty AND e.crn = r.crn AND r.since <= e.happened_on;

CREATE TEMP TABLE before AS
SELECT m.duty, m.anchor, e.row_id
FROM (SELECT * FROM met WHERE met_on IS NULL AND due_on < $as_at) m
ASOF JOIN evidence e ON e.duty = m.duty AND e.crn = m.crn AND m.triggered_on > e.happened_on;
"""
ANSWER = """
SELECT duty, crn, anchor, triggered_on, due_on, met_on,
  CASE WHEN x.row_id IS NOT NULL THEN 'excused' WHEN met_on > due_on THEN 'late'
    WHEN met_on IS NOT NULL THEN 'in_time' WHEN due_on < $as_at THEN 'missed' ELSE 'waiting' END AS state,
  CASE WHEN x.row_id IS NOT NULL THEN excuse WHEN met_on > due_on THEN 'met_late'
    WHEN met_on IS NOT NULL THEN 'met' WHEN due_on >= $as_at THEN 'waiting'
    WHEN b.row_id IS NOT NULL THEN 'last_before' ELSE 'none' END AS reason,
  CASE WHEN x.row_id IS NOT NULL THEN x.row_id WHEN met_on IS NOT NULL THEN met_row
    ELSE b.row_id END AS row_id
FROM met LEFT JOIN excused x USING (duty, anchor) LEFT JOIN before b USING (duty, anchor)
ORDER BY duty, anchor
"""


def main(words: list[str]) -> None:
    asked = argparse.ArgumentParser(prog="python -m bench handwritten")
    asked.add_argument("--people", type=int, default=26_000)
    asked.add_argument("--repeats", type=int, default=5)
    given = asked.parse_args(words)
    os.environ.setdefault("ASSAY_DUCKDB_THREADS", "2")
    with TemporaryDirectory() as scratch:
        place = Path(scratch)
        snapshot = make(place, given.people)
        spent, rows = measure(snapshot, place, given.repeats)
        floor = floor_of(snapshot)
    hand = median(spent["by hand"])
    print(f"{given.people:,} people as at {AS_AT}, {len(CHOSEN)} duties, {rows:,} rows, equal both ways")
    print(f"floor scan {floor:.3f} CPU s; medians of {given.repeats}")
    print(f"{'way':<34}{'CPU s':>9}{'x floor':>9}{'x by hand':>11}")
    both = median(spent["said in Ibis"]) + median(spent["what was said"])
    for name, cost in (*((name, median(each)) for name, each in spent.items()), ("said and run", both)):
        print(f"{name:<34}{cost:>9.2f}{cost / floor:>9.1f}{cost / hand:>11.2f}")


def measure(snapshot: Snapshot, place: Path, repeats: int) -> tuple[dict[str, list[float]], int]:
    """CPU seconds of each way, taking turns, and how many rows both gave."""
    duties = [each for each in DUTIES if each.code in CHOSEN]
    said = with_assay.say(snapshot.as_at, duties)
    ways: dict[str, Callable[[], object]] = {
        "by hand": lambda: by_hand(snapshot, place, place / "hand.parquet"),
        "said in Ibis": lambda: with_assay.say(snapshot.as_at, duties),
        "what was said": lambda: with_assay.run(said, snapshot, place / "ibis.parquet"),
    }
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            begun = time.process_time()
            way()
            spent[name].append(time.process_time() - begun)
    rows = read(place / "hand.parquet")
    differing = different(read(place / "ibis.parquet"), rows)
    assert not differing, differing
    return spent, rows.num_rows


def by_hand(snapshot: Snapshot, calendar: Path, to: Path) -> None:
    """Runs the SQL above and writes its rows."""
    days = {"$as_at": snapshot.as_at, "$first": first_day(snapshot.as_at)}
    with open_snapshot(snapshot) as reader:
        for name in ("calendar", "workday"):
            file = str(calendar / f"{name}.parquet").replace("'", "''")
            reader.connection.execute(f"CREATE TEMP TABLE {name} AS FROM read_parquet('{file}')")
        for statement in SQL.split(";\n"):
            if statement.strip():
                reader.connection.execute(_dated(statement, days))
        pq.write_table(reader.table(_dated(ANSWER, days)), to)


def _dated(sql: str, days: Mapping[str, object]) -> str:
    for name, day in days.items():
        sql = sql.replace(name, f"DATE '{day}'")
    return sql
