"""Whether a lapse in a synthetic region is right, and which true lapses were found, by the truth behind it.

Only calibration and validation ask. A lapse is right if the need was real and what should have happened truly
had not by the day. A true lapse is a real need truly unmet on the day; it is found if a lapse of the duty is
held that day. What the truth does not speak of, nobody can tell. The truth of an extract goes nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from assay.core.dates import add_working_days
from assay.jobs.truths import TRUTHS, Truth

if TYPE_CHECKING:
    from assay.records.store import Reader

HELD = """
CREATE OR REPLACE TEMP TABLE held AS
SELECT DISTINCT l.lapse_id, o.duty, case_id, o.anchor_id, o.triggered_on, $day AS day
FROM n.lapse l JOIN n.obligation o USING (case_id, obligation_id)
WHERE l.clock = 'date' AND l.opened_on <= $day AND (l.closed_on IS NULL OR l.closed_on > $day)
  AND case_id IN (SELECT crn FROM truth_case)
"""

PEOPLE = """
CREATE OR REPLACE TEMP TABLE people AS
WITH sentences AS (
  SELECT crn, max(started_on) AS begun FROM r.sentence
  WHERE started_on <= $day AND (ended_on IS NULL OR ended_on > $day) AND type IN (SELECT unnest($types))
  GROUP BY crn
)
SELECT t.*, $day AS day, s.begun,
  s.begun IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM r.absence a WHERE a.crn = t.crn AND a.opened_on <= $day
      AND (a.closed_on IS NULL OR a.closed_on > $day)) AS supervised
FROM truth_case t LEFT JOIN sentences s USING (crn)
"""

WINDOWS = """
SELECT "window", value, unit FROM n."window" WHERE window_from IS NULL OR window_from <= $day
QUALIFY row_number() OVER (PARTITION BY "window" ORDER BY window_from DESC NULLS LAST) = 1
"""

EXPOSED = """
SELECT p.duty, p.case_id,
  bool_or(p.unknown_because IS NOT NULL) OR coalesce(bool_or(s.state = 'unknown'), false) AS unknown
FROM n.population p LEFT JOIN n.duty_state s USING (duty, case_id)
WHERE p.opened_on <= $day AND (p.closed_on IS NULL OR p.closed_on > $day)
  AND p.case_id IN (SELECT crn FROM truth_case)
GROUP BY p.duty, p.case_id ORDER BY p.duty, p.case_id
"""

FLAWED = """
SELECT DISTINCT flaw, crn FROM truth_flaw WHERE crn IN (SELECT crn FROM truth_case)
UNION
SELECT f.flaw, a.crn FROM truth_flaw f JOIN r.allocation a ON a.staff_code = f.row_id
WHERE f."table" = 'practitioner' AND a.opened_on <= $day AND (a.closed_on IS NULL OR a.closed_on > $day)
  AND a.crn IN (SELECT crn FROM truth_case)
ORDER BY ALL
"""


class Verdict(NamedTuple):
    """One lapse held on the day, and whether it is right; None where the truth cannot tell."""

    case_id: str
    lapse_id: str
    right: bool | None


class Missing(NamedTuple):
    """One true lapse, and whether a lapse is held for it."""

    case_id: str
    anchor_id: str | None
    found: bool


def judged(reader: Reader, truth: Mapping[str, pa.Table], *, on: date) -> dict[str, dict[str, bool | None]]:
    """By duty, every lapse held on the day and whether it is right; None where the truth cannot tell.

    People the truth does not know (the demonstration's own, and merged records) are left out.
    """
    found: dict[str, dict[str, bool | None]] = {}
    for duty, said in verdicts(reader, truth, on=on).items():
        if said:
            found[duty] = {each.lapse_id: each.right for each in said}
    return found


def verdicts(reader: Reader, truth: Mapping[str, pa.Table], *, on: date) -> dict[str, list[Verdict]]:
    """What the truth says of every lapse held on the day, by duty and in the order of the lapses."""
    _lay_out(reader, truth, on=on)
    told, found = telling(truth), {}
    for duty, said in TRUTHS.items():
        right = f"({said.right})" if duty in told and _any_held(reader, duty) else "CAST(NULL AS BOOLEAN)"
        rows = reader.rows(
            f"SELECT h.case_id, h.lapse_id, {right} AS is_right "  # noqa: S608
            "FROM held h JOIN truth_case t ON t.crn = h.case_id WHERE h.duty = $duty ORDER BY h.lapse_id",
            {"duty": duty},
        )
        found[duty] = [Verdict(each["case_id"], each["lapse_id"], each["is_right"]) for each in rows]
    return found


def missing(
    reader: Reader, truth: Mapping[str, pa.Table], *, on: date, types: Sequence[str]
) -> dict[str, list[Missing] | None]:
    """Every true lapse on the day, by duty; None where the truth has no list of them. ``types`` are the
    sentences that count as supervision on the day."""
    _lay_out(reader, truth, on=on)
    reader.connection.execute(PEOPLE, {"day": on, "types": list(types)})
    told = telling(truth)
    return {
        duty: list(_missing(reader, said)) if duty in told and said.unmet is not None else None
        for duty, said in TRUTHS.items()
    }


def _missing(reader: Reader, said: Truth) -> Iterator[Missing]:
    rows = reader.rows(
        f"""
        SELECT u.case_id, u.anchor_id,
               bool_or(h.lapse_id IS NOT NULL AND coalesce(h.anchor_id = u.anchor_id, u.anchor_id IS NULL))
                 AS found
        FROM ({said.unmet}) u LEFT JOIN held h ON h.duty = $duty AND h.case_id = u.case_id
        GROUP BY u.case_id, u.anchor_id ORDER BY u.case_id, u.anchor_id
        """,  # noqa: S608
        {"duty": said.duty},
    )
    for each in rows:
        yield Missing(each["case_id"], each["anchor_id"], each["found"])


def exposed(reader: Reader, *, on: date) -> dict[str, dict[str, bool]]:
    """By duty, the people it is about on the day, and whether they are unknown. After :func:`verdicts`."""
    found: dict[str, dict[str, bool]] = {}
    for row in reader.rows(EXPOSED, {"day": on}):
        found.setdefault(row["duty"], {})[row["case_id"]] = row["unknown"]
    return found


def flawed(reader: Reader, truth: Mapping[str, pa.Table], *, on: date) -> dict[str, set[str]] | None:
    """By kind of flaw, whose records have one; None where the truth has no list. After :func:`verdicts`."""
    if "flaw" not in truth:
        return None
    found: dict[str, set[str]] = {}
    for row in reader.rows(FLAWED, {"day": on}):
        found.setdefault(row["flaw"], set()).add(row["crn"])
    return found


def telling(truth: Mapping[str, pa.Table]) -> set[str]:
    """The duties of which a truth of these tables can say anything."""
    of = {str(each) for each in truth["flaw"]["table"].to_pylist()} if "flaw" in truth else set()
    return {duty for duty, said in TRUTHS.items() if said.told_by(truth, flawed=of)}


def _lay_out(reader: Reader, truth: Mapping[str, pa.Table], *, on: date) -> None:
    """The truth, the lapses held and the time each window allows, as tables to ask."""
    for name, table in truth.items():
        reader.connection.register(f"truth_{name}", table)
    reader.connection.execute(HELD, {"day": on})
    windows = reader.rows(WINDOWS, {"day": on})
    allowed = pa.table(
        {
            "window": pa.array([each["window"] for each in windows], pa.string()),
            "last_raised": pa.array([_last_raised(each, on=on) for each in windows], pa.date32()),
            "days": pa.array([_days(each) for each in windows], pa.int32()),
        }
    )
    reader.connection.register("allowed", allowed)


def _any_held(reader: Reader, duty: str) -> bool:
    asked = "SELECT count(*) AS held FROM held h WHERE h.duty = $duty"
    return bool(reader.rows(asked, {"duty": duty})[0]["held"])


DAYS = {"days": 1, "weeks": 7}


def _days(window: Mapping[str, Any]) -> int | None:
    return window["value"] * DAYS[window["unit"]] if window["unit"] in DAYS else None


def _last_raised(window: Mapping[str, Any], *, on: date) -> date | None:
    """The last day on which what was raised is overdue on the day; None for what is no time."""
    if window["unit"] in DAYS:
        return on - timedelta(days=window["value"] * DAYS[window["unit"]] + 1)
    if window["unit"] != "working_days":
        return None
    day = on - timedelta(days=1)
    while add_working_days(day, window["value"]) >= on:
        day -= timedelta(days=1)
    return day
