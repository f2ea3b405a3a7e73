"""The region's tree: PDUs, LAUs and teams, what they grew out of, and each PDU's delivery mode."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources

import numpy as np
import pyarrow as pa

from assay.records.synthetic import demonstration, names
from assay.records.synthetic.columns import Numbers, rows_table

UNIFIED = date(2021, 6, 26)
"""The day the Probation Service became one; PDUs exist from then."""

PDU_COUNT = 11
PLACEHOLDER = "Placeholder PDU (not in our source)"
NEIGHBOUR_CODE = "Z53"
PDU_SHARES = np.array([0.13, 0.12, 0.11, 0.10, 0.09, 0.09, 0.09, 0.08, 0.08, 0.07, 0.04])
"""How the caseload falls on the PDUs: one large city, one small rural unit, the rest between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """PDUs by number with their teams; ``team_pdu`` gives the PDU of each team."""

    region_name: str
    pdu_codes: tuple[str, ...]
    pdu_names: tuple[str, ...]
    team_codes: tuple[str, ...]
    team_pdu: Numbers
    councils: tuple[tuple[str, ...], ...]


def make_units(region: str, *, teams_per_pdu: Numbers, real_names: bool) -> Units:
    """The units of a region. The second team of the first PDU is the demonstration's."""
    codes = tuple(f"{demonstration.REGION_CODE}P{number + 1:02d}" for number in range(PDU_COUNT))
    pdu_names = _real_names(region) if real_names else names.PDUS
    teams, owners = [], []
    for number, count in enumerate(teams_per_pdu):
        for each in range(int(count)):
            teams.append(f"{demonstration.REGION_CODE}T{number + 1:02d}{each + 1:02d}")
            owners.append(number)
    councils = tuple(
        tuple(f"{name} {word}" for word in names.COUNCIL_WORDS[: names.COUNCILS_PER_PDU])
        for name in pdu_names
    )
    return Units(
        region_name=region,
        pdu_codes=codes,
        pdu_names=pdu_names,
        team_codes=tuple(teams),
        team_pdu=np.array(owners),
        councils=councils,
    )


def _real_names(region: str) -> tuple[str, ...]:
    text = resources.files("assay.records").joinpath("code_lists/pdu.csv").read_text("utf-8")
    known = [row["pdu"] for row in csv.DictReader(text.splitlines()) if row["region"] == region]
    assert known, f"no PDUs are known for {region}"
    return tuple((known + [PLACEHOLDER] * PDU_COUNT)[:PDU_COUNT])


def organisation_table(units: Units) -> pa.Table:
    """The tree with its predecessors."""
    before, founded = date(2014, 6, 1), UNIFIED
    region, old = demonstration.REGION_CODE, "Z50"
    rows: list[dict[str, object]] = [
        _unit(old, "region", f"{units.region_name} (before June 2021, synthetic)", None, before, UNIFIED),
        {
            **_unit(region, "region", f"{units.region_name} (synthetic)", None, founded),
            "predecessor_code": old,
        },
        _unit(NEIGHBOUR_CODE, "region", "Neighbouring region (synthetic)", None, founded),
    ]
    for number, (code, name) in enumerate(zip(units.pdu_codes, units.pdu_names, strict=True)):
        former = f"{old}L{number + 1:02d}"
        rows.append(_unit(former, "lau", f"{name} former unit", old, before, UNIFIED))
        rows.append({**_unit(code, "pdu", name, region, founded), "predecessor_code": former})
        for part, word in enumerate(names.LOCALITIES):
            lau = f"{region}L{number + 1:02d}{part + 1:02d}"
            rows.append({**_unit(lau, "lau", f"{name} {word}", code, founded), "predecessor_code": former})
    for team, owner in zip(units.team_codes, units.team_pdu, strict=True):
        ordinal = int(team[-2:])
        lau = f"{region}L{owner + 1:02d}{(ordinal - 1) % 2 + 1:02d}"
        rows.append(_unit(team, "team", f"{units.pdu_names[owner]} team {ordinal}", lau, founded))
    return rows_table("organisation", rows)


def _unit(
    code: str, kind: str, name: str, parent: str | None, opened: date, closed: date | None = None
) -> dict[str, object]:
    return {
        "unit_code": code,
        "kind": kind,
        "name": name,
        "parent_code": parent,
        "opened_on": opened,
        "closed_on": closed,
    }


def delivery_mode_table(units: Units, *, as_at: date) -> pa.Table:
    """Green from the start; three PDUs worked a while in amber, one of them in red until today."""
    rows = []
    for number, code in enumerate(units.pdu_codes):
        turns = [("green", UNIFIED)]
        if number in (3, 7, 9):
            turns.append(("amber", date(as_at.year - 1, 3, 3)))
        if number == 7:
            turns.append(("green", date(as_at.year - 1, 9, 1)))
        if number == 9:
            turns.append(("red", date(as_at.year - 1, 11, 3)))
        turns = [each for each in turns if each[1] <= as_at]
        closings = [turn[1] for turn in turns[1:]] + [None]
        for step, ((mode, opened), closed) in enumerate(zip(turns, closings, strict=True)):
            rows.append(
                {
                    "delivery_mode_id": f"DM{number + 1:02d}{step + 1}",
                    "unit_code": code,
                    "mode": mode,
                    "opened_on": opened,
                    "closed_on": closed,
                    "recorded_at": _noon(opened),
                }
            )
    return rows_table("delivery_mode", rows)


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
