"""Reads of the workload workbooks, for those whose teams they are of. No case records are needed.

Somebody's points are added up inside a statement, to be counted with those of the team, and leave it in no
other way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
from django.conf import settings

from assay.access.accounts.permissions import Someone, check_role
from assay.access.accounts.queries import units_of
from assay.access.accounts.roles import Role
from assay.assurance.staffing import rules
from assay.assurance.staffing.permissions import scope_of
from assay.assurance.staffing.types import GradeWork, Holder, Source, Staffing, TeamPage, TeamWork
from assay.core import workload
from assay.core.workload.rules import KINDS, PRACTITIONERS, TIERS, Grade, Standing
from assay.records.store.workloads import KeptWorkload, kept_workloads, read_workload, workloads_in_force

# Cases are those the measurement counts, with those in transition; support given to and by others moves with
# whoever gave it. Somebody in two teams is counted once, in the team where most of their people are.
_TEAMS = """
WITH held AS (
    SELECT * FROM officer WHERE list = 'all'
),
tiered AS (
    SELECT t.team_code, t.officer, sum(t.cases * w.points) AS points,
           sum(CASE WHEN w.points IS NULL THEN t.cases ELSE 0 END) AS without
    FROM tier t
    LEFT JOIN worth w ON w.kind = t.kind AND w.tier = t.tier AND w.suspended = t.suspended
                     AND w.transition = (t.list = 'transition')
    WHERE t.list IN ('counted', 'transition')
    GROUP BY ALL
),
reported AS (
    SELECT team_code, officer, sum(standard) * $standard + sum(fast) * $fast AS points
    FROM report GROUP BY ALL
),
moved AS (
    SELECT officer, sum(points) AS points FROM (
        SELECT done_by AS officer, h.points FROM contact c JOIN helped h ON h.type = c.type
        WHERE c.list = 'done_for_others' AND c.done_by <> c.officer
        UNION ALL
        SELECT officer, -h.points FROM contact c JOIN helped h ON h.type = c.type
        WHERE c.list = 'done_for_others' AND c.done_by <> c.officer
    ) GROUP BY officer
),
ranked AS (
    SELECT held.*, coalesce(tiered.points, 0) + coalesce(reported.points, 0) AS own,
           coalesce(tiered.without, 0) AS without,
           row_number() OVER (PARTITION BY held.officer ORDER BY people DESC, held.team_code) = 1 AS home
    FROM held
    LEFT JOIN tiered USING (team_code, officer)
    LEFT JOIN reported USING (team_code, officer)
),
entry AS (
    SELECT ranked.*, own + CASE WHEN home THEN coalesce(moved.points, 0) ELSE 0 END AS points,
           home AND standing = '' AND grade IN ('po', 'pso', 'pqip') AS practises
    FROM ranked LEFT JOIN moved USING (officer)
),
whole AS (
    SELECT officer, sum(points) AS points FROM entry GROUP BY officer
)
SELECT team_code, grade, standing, min(team) AS team, min(pdu_code) AS pdu_code, min(pdu) AS pdu,
       min(region_code) AS region_code, min(region) AS region,
       sum(people)::BIGINT AS people, sum(entry.points)::BIGINT AS points, sum(without)::BIGINT AS without,
       count(*) FILTER (practises) AS practitioners,
       count(*) FILTER (practises AND whole.points > $over) AS over
FROM entry JOIN whole USING (officer)
WHERE region_code = $region
GROUP BY team_code, grade, standing
ORDER BY team_code, grade, standing
"""

_HOLDERS = """
SELECT officer AS staff_code, trim(forename || ' ' || surname) AS name, standing, people
FROM officer WHERE list = 'all' AND team_code = $team AND (people > 0 OR standing = '')
ORDER BY surname, forename, officer
"""


def staffing(*, user: Someone, pdu: str = "") -> Staffing | None:
    """The teams this person has to do with, or one PDU's of them; None before the first workbook."""
    check_role(user, Role.SPO, Role.HEAD_OF_PDU, Role.REGION)
    in_force = workloads_in_force(_home())
    if not in_force:
        return None
    scope, week = scope_of(user), workload.load().full_week
    seen = [team for code, each in in_force.items() for team in _teams_of(each, code) if scope.sees(team)]
    codes = {each.pdu_code for each in seen}
    chosen = pdu if pdu in codes else ""
    shown = [each for each in seen if each.pdu_code == chosen] if chosen else seen
    by_pdu = len({each.pdu_code for each in shown}) > 1
    told = [each for each in shown if rules.is_told(each)]
    return Staffing(
        sources=_sources(in_force, shown),
        by_pdu=by_pdu,
        pdu=shown[0].pdu if shown and not by_pdu else "",
        lines=(rules.pdu_lines if by_pdu else rules.team_lines)(shown, full_week=week),
        total=rules.line("", "", shown, full_week=week),
        # By grade over all of a person's teams, and never of a part of them: of two such tables the one
        # taken from the other could leave a single practitioner.
        grades=() if chosen else rules.grade_lines(told, full_week=week),
        hidden=len(shown) - len(told),
        without_points=sum(each.without_points for each in shown),
        nobody_marked=rules.nobody_marked(shown),
    )


def team_page(code: str, *, user: Someone) -> TeamPage | None:
    """One team; None for one that is not there or that this person has nothing to do with: both alike."""
    check_role(user, Role.SPO, Role.HEAD_OF_PDU, Role.REGION)
    scope, week = scope_of(user), workload.load().full_week
    for region, kept in workloads_in_force(_home()).items():
        for team in _teams_of(kept, region):
            if team.team_code == code and scope.sees(team):
                by_name = scope.sees_holders(team)
                return TeamPage(
                    source=_source(kept, team),
                    line=rules.line(team.team_code, team.team, [team], full_week=week),
                    pdu=team.pdu,
                    may_see_holders=by_name,
                    holders=_holders(kept, code) if by_name else (),
                    nobody_marked=rules.nobody_marked([team]),
                )
    return None


def workbooks(*, user: Someone) -> tuple[KeptWorkload, ...]:
    """The workbooks kept, the latest day first, of the regions this person leads."""
    check_role(user, Role.REGION)
    led = set(units_of(user, Role.REGION))
    return tuple(each for each in kept_workloads(_home()) if "" in led or led & set(each.regions))


def _home() -> Path:
    home: Path = settings.HOME / "records"
    return home


def _teams_of(kept: KeptWorkload, region: str) -> tuple[TeamWork, ...]:
    return _teams(kept.path.parent.parent, kept.name, region)


@lru_cache(maxsize=16)
def _teams(home: Path, name: str, region: str) -> tuple[TeamWork, ...]:
    """The teams of one region in one workbook, which never changes."""
    known = workload.load()
    rows = read_workload(home, name).rows(
        _TEAMS,
        {"standard": known.standard_report, "fast": known.fast_report, "over": known.over, "region": region},
        worth=_worth(),
        helped=pa.table(
            {"type": list(known.contacts), "points": pa.array(known.contacts.values(), type=pa.int64())}
        ),
    )
    by_team: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        by_team.setdefault(row["team_code"], []).append(row)
    return tuple(_team(each) for each in by_team.values())


def _worth() -> pa.Table:
    known = workload.load()
    return pa.Table.from_pylist(
        [
            {
                "kind": kind,
                "tier": tier,
                "suspended": suspended,
                "transition": transition,
                "points": known.points(kind, tier, suspended=suspended, transition=transition),
            }
            for kind in KINDS
            for tier in TIERS
            for suspended in (False, True)
            for transition in (False, True)
        ]
    )


def _team(rows: Sequence[dict[str, object]]) -> TeamWork:
    first = rows[0]
    standing: dict[Standing, int] = {}
    for row in rows:
        if row["standing"]:
            held: Standing = row["standing"]  # type: ignore[assignment] # written by the reader of workbooks
            standing[held] = standing.get(held, 0) + _whole(row["people"])
    return TeamWork(
        team_code=str(first["team_code"]),
        team=str(first["team"]) or str(first["team_code"]),
        pdu_code=str(first["pdu_code"]),
        pdu=str(first["pdu"]) or str(first["pdu_code"]),
        region_code=str(first["region_code"]),
        region=str(first["region"]) or str(first["region_code"]),
        people=sum(_whole(each["people"]) for each in rows),
        points=sum(_whole(each["points"]) for each in rows),
        grades=tuple(_grade(each, rows) for each in PRACTITIONERS),
        standing=standing,
        without_points=sum(_whole(each["without"]) for each in rows),
    )


def _grade(grade: Grade, rows: Sequence[dict[str, object]]) -> GradeWork:
    own = [each for each in rows if each["grade"] == grade and not each["standing"]]
    return GradeWork(
        grades=(grade,),
        practitioners=sum(_whole(each["practitioners"]) for each in own),
        people=sum(_whole(each["people"]) for each in own),
        points=sum(_whole(each["points"]) for each in own),
        over=sum(_whole(each["over"]) for each in own),
    )


def _whole(value: object) -> int:
    assert isinstance(value, int), "the statement adds whole numbers"
    return value


def _holders(kept: KeptWorkload, team: str) -> tuple[Holder, ...]:
    return tuple(Holder(**each) for each in kept.rows(_HOLDERS, {"team": team}))


def _sources(in_force: dict[str, KeptWorkload], teams: Sequence[TeamWork]) -> tuple[Source, ...]:
    named = {each.region_code: each for each in teams}
    return tuple(_source(kept, named[code]) for code, kept in in_force.items() if code in named)


def _source(kept: KeptWorkload, team: TeamWork) -> Source:
    return Source(region=team.region, as_at=kept.as_at, facts=kept.facts)
