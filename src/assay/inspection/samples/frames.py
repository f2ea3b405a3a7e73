"""Makes a frame from records, and reads the list of everyone considered that came with a cohort."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from assay.inspection.samples import rules
from assay.inspection.samples.rules import Assignment
from assay.inspection.samples.types import Considered, LongList, Origin, SamplingFrame
from assay.records.store import Reader, latest_snapshot, open_snapshot

COLUMNS = ("assignment", "pdu_code", "pdu_name", "kind", "started_on", "reason")

# The PDU of an assignment is that of the team that held the case on the day, else of the last that did.
_ASSIGNMENTS = """
WITH RECURSIVE above AS (
    SELECT unit_code AS team, unit_code, kind, name, parent_code FROM r.organisation
    UNION ALL
    SELECT above.team, up.unit_code, up.kind, up.name, up.parent_code
    FROM above JOIN r.organisation up ON up.unit_code = above.parent_code
    WHERE above.kind <> 'pdu'
),
pdu AS (
    SELECT team, min(unit_code) AS unit_code, min(name) AS name FROM above WHERE kind = 'pdu' GROUP BY team
),
held AS (
    SELECT crn, staff_code, team_code FROM r.allocation WHERE opened_on <= $on
    QUALIFY row_number() OVER (PARTITION BY crn ORDER BY opened_on DESC, allocation_id DESC) = 1
)
SELECT s.sentence_id AS assignment, s.crn AS "case", s.type AS kind, s.started_on,
       s.provider_code AS region_code, coalesce(pdu.unit_code, '') AS pdu_code,
       coalesce(pdu.name, '') AS pdu_name, coalesce(held.staff_code, '') AS staff_code,
       p.died_on, p.merged_into IS NOT NULL AS merged
FROM r.sentence s
JOIN r.person p ON p.crn = s.crn
LEFT JOIN held ON held.crn = s.crn
LEFT JOIN pdu ON pdu.team = held.team_code
WHERE (s.ended_on IS NULL OR s.ended_on > $first) AND (s.started_on IS NULL OR s.started_on <= $on)
  AND s.crn NOT IN (
    SELECT crn FROM r.access_limitation
    WHERE kind = 'restricted' AND opened_on <= $on AND (closed_on IS NULL OR closed_on > $on))
ORDER BY s.sentence_id
"""

_LIMITED = """
SELECT count(DISTINCT s.crn) AS n FROM r.sentence s JOIN r.access_limitation a ON a.crn = s.crn
WHERE a.kind = 'restricted' AND a.opened_on <= $on AND (a.closed_on IS NULL OR a.closed_on > $on)
  AND (s.ended_on IS NULL OR s.ended_on > $first) AND (s.started_on IS NULL OR s.started_on <= $on)
"""


def frame_of(
    reader: Reader, *, region_code: str, started_between: tuple[date, date], announced_on: date
) -> SamplingFrame:
    """The frame as these records give it. A case only some may see is counted and not listed."""
    params = {"on": announced_on, "first": started_between[0]}
    return SamplingFrame(
        considered=rules.judged(
            (Assignment(**each) for each in reader.rows(_ASSIGNMENTS, params)),
            region_code=region_code,
            started_between=started_between,
            announced_on=announced_on,
        ),
        not_listed=reader.rows(_LIMITED, params)[0]["n"],
        snapshot=reader.snapshot.hash,
        as_at=reader.snapshot.as_at,
        started_between=started_between,
    )


def frame_of_latest(
    home: Path, *, region_code: str, started_between: tuple[date, date], announced_on: date
) -> SamplingFrame | None:
    """The frame of the records loaded last, joined by whom the service considered and did not hand over;
    None before the first load. Eligibility is judged here again, from the records: the service's own
    judgement decides only over those whose records did not come."""
    snapshot = latest_snapshot(home)
    if snapshot is None:
        return None
    with open_snapshot(snapshot) as reader:
        own = frame_of(
            reader, region_code=region_code, started_between=started_between, announced_on=announced_on
        )
    theirs, not_listed = read_considered(considered_file(home))
    known = {each.assignment for each in own.considered}
    return SamplingFrame(
        considered=(
            *own.considered,
            *(each for each in theirs if each.reason and each.assignment not in known),
        ),
        not_listed=own.not_listed + not_listed,
        snapshot=own.snapshot,
        as_at=own.as_at,
        started_between=started_between,
    )


def frame_of_long_list(
    long_list: LongList, *, region_code: str, started_between: tuple[date, date], announced_on: date
) -> SamplingFrame:
    """The frame as a long list gives it, judged by the same rules. What the list cannot say (a death, a
    merge, another region) is not asked."""
    return SamplingFrame(
        considered=rules.judged(
            (
                Assignment(
                    assignment=each.assignment,
                    case=each.crn,
                    kind=each.kind,
                    started_on=each.started_on,
                    region_code=region_code,
                    pdu_code=each.pdu_code,
                    pdu_name=each.pdu_name,
                    person=str(each.person),
                    same_by=each.same_by,
                )
                for each in long_list.cases
            ),
            region_code=region_code,
            started_between=started_between,
            announced_on=announced_on,
        ),
        not_listed=long_list.not_listed,
        snapshot=long_list.origin.sha256,
        as_at=long_list.as_at,
        started_between=started_between,
        origin=long_list.origin,
    )


def considered_file(home: Path) -> Path:
    """Where the list that came with the cohort is kept beside the records."""
    return home / "cohort" / "considered.csv"


def write_considered(path: Path, considered: Iterable[Considered], *, not_listed: int) -> None:
    """The list as a file: no person is named in it, only orders and licences."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for each in considered:
            day = each.started_on.isoformat() if each.started_on else ""
            writer.writerow((each.assignment, each.pdu_code, each.pdu_name, each.kind, day, each.reason))
        writer.writerow(("not_listed", "", "", "", "", str(not_listed)))


def read_considered(path: Path) -> tuple[tuple[Considered, ...], int]:
    """The list and how many are not in it; nothing where no list came."""
    if not path.exists():
        return (), 0
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found = tuple(
        Considered(
            assignment=row["assignment"],
            case="",
            pdu_code=row["pdu_code"],
            pdu_name=row["pdu_name"],
            kind=row["kind"],
            started_on=date.fromisoformat(row["started_on"]) if row["started_on"] else None,
            reason=row["reason"],
        )
        for row in rows
        if row["assignment"] != "not_listed"
    )
    return found, sum(int(row["reason"]) for row in rows if row["assignment"] == "not_listed")


def frame_json(frame: SamplingFrame) -> str:
    """The frame as it is kept with the inspection."""
    return json.dumps(
        {
            "not_listed": frame.not_listed,
            "snapshot": frame.snapshot,
            "as_at": frame.as_at.isoformat(),
            "started_between": [day.isoformat() for day in frame.started_between],
            "origin": asdict(frame.origin) if frame.origin else None,
            "considered": [
                [
                    each.assignment,
                    each.case,
                    each.pdu_code,
                    each.pdu_name,
                    each.kind,
                    each.started_on.isoformat() if each.started_on else None,
                    each.reason,
                    each.staff_code,
                ]
                for each in frame.considered
            ],
        },
        ensure_ascii=False,
    )


def frame_from_json(text: str) -> SamplingFrame:
    """The frame kept by :func:`frame_json`."""
    kept: dict[str, Any] = json.loads(text)
    first, last = (date.fromisoformat(each) for each in kept["started_between"])
    return SamplingFrame(
        considered=tuple(
            Considered(
                assignment=row[0],
                case=row[1],
                pdu_code=row[2],
                pdu_name=row[3],
                kind=row[4],
                started_on=date.fromisoformat(row[5]) if row[5] else None,
                reason=row[6],
                staff_code=row[7],
            )
            for row in kept["considered"]
        ),
        not_listed=kept["not_listed"],
        snapshot=kept["snapshot"],
        as_at=date.fromisoformat(kept["as_at"]),
        started_between=(first, last),
        origin=Origin(**kept["origin"]) if kept.get("origin") else None,
    )
