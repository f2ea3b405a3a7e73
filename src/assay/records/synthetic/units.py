"""The region's tree: PDUs, LAUs and teams, what they grew out of, and each PDU's delivery mode."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources

import numpy as np
import pyarrow as pa

from assay.records.synthetic import demonstration, marginals, names
from assay.records.synthetic.columns import Numbers, rows_table
from assay.records.synthetic.rates import rate

UNIFIED = date(2021, 6, 26)
"""The day the Probation Service became one; PDUs exist from then."""

NO_PDU = -1
PLACEHOLDER = "Placeholder PDU (not in our source)"
PDU_SHARES = np.array([0.13, 0.12, 0.11, 0.10, 0.09, 0.09, 0.09, 0.08, 0.08, 0.07, 0.04])
"""How the caseload falls on the PDUs: one large city, one small rural unit, the rest between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a region is drawn to: its units, its people's groups and languages. ``former`` is the unit it grew
    out of, ``neighbour`` the region some of its people came from; with ``has_history`` the records of that
    time came with some of them. ``has_cast`` says that the demonstration's people and staff are in it."""

    code: str
    name: str
    former: str
    neighbour: str
    pdus: tuple[str, ...]
    shares: Numbers
    ethnicity: Mapping[str, float]
    welsh: float
    has_history: bool
    has_cast: bool


def one_region(name: str, *, real_names: bool) -> Shape:
    """A region by itself, in the shape of the West Midlands; its name and maybe its units' are another's."""
    return Shape(
        code=demonstration.REGION_CODE,
        name=name,
        former="Z50",
        neighbour="Z53",
        pdus=real_pdus(name, len(PDU_SHARES)) if real_names else names.PDUS,
        shares=PDU_SHARES,
        ethnicity=marginals.ETHNICITY.shares,
        welsh=rate("welsh_speaker"),
        has_history=False,
        has_cast=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """PDUs by number with their teams; ``team_pdu`` gives the PDU of each team. A neighbour's team comes last
    where people's history came with them, and is of no PDU of ours."""

    shape: Shape
    pdu_codes: tuple[str, ...]
    team_codes: tuple[str, ...]
    team_pdu: Numbers
    councils: tuple[tuple[str, ...], ...]

    @property
    def own_teams(self) -> int:
        """How many of the teams are the region's own."""
        return int((self.team_pdu != NO_PDU).sum())


def make_units(shape: Shape, *, teams_per_pdu: Numbers) -> Units:
    """The units of a region. The second team of the first PDU is the demonstration's."""
    teams = [
        f"{shape.code}T{number + 1:02d}{each + 1:02d}"
        for number, count in enumerate(teams_per_pdu)
        for each in range(int(count))
    ]
    owners = np.repeat(np.arange(len(teams_per_pdu)), teams_per_pdu)
    if shape.has_history:
        teams.append(f"{shape.neighbour}T0101")
        owners = np.append(owners, NO_PDU)
    return Units(
        shape=shape,
        pdu_codes=tuple(f"{shape.code}P{number + 1:02d}" for number in range(len(shape.pdus))),
        team_codes=tuple(teams),
        team_pdu=owners,
        councils=tuple(
            tuple(f"{name} {word}" for word in names.COUNCIL_WORDS[: names.COUNCILS_PER_PDU])
            for name in shape.pdus
        ),
    )


def real_pdus(region: str, count: int) -> tuple[str, ...]:
    """The region's own PDUs, with placeholders where our source knows fewer than are wanted."""
    text = resources.files("assay.records").joinpath("code_lists/pdu.csv").read_text("utf-8")
    known = [row["pdu"] for row in csv.DictReader(text.splitlines()) if row["region"] == region]
    assert known, f"no PDUs are known for {region}"
    return tuple((known + [PLACEHOLDER] * count)[:count])


def organisation_table(units: Units) -> pa.Table:
    """The tree with its predecessors."""
    before, founded = date(2014, 6, 1), UNIFIED
    region, old, called = units.shape.code, units.shape.former, units.shape.name
    rows: list[dict[str, object]] = [
        _unit(old, "region", f"{called} (before June 2021, synthetic)", None, before, UNIFIED),
        {
            **_unit(region, "region", f"{called} (synthetic)", None, founded),
            "predecessor_code": old,
        },
        *_neighbour(units.shape),
    ]
    for number, (code, name) in enumerate(zip(units.pdu_codes, units.shape.pdus, strict=True)):
        former = f"{old}L{number + 1:02d}"
        rows.append(_unit(former, "lau", f"{name} former unit", old, before, UNIFIED))
        rows.append({**_unit(code, "pdu", name, region, founded), "predecessor_code": former})
        for part, word in enumerate(names.LOCALITIES):
            lau = f"{region}L{number + 1:02d}{part + 1:02d}"
            rows.append({**_unit(lau, "lau", f"{name} {word}", code, founded), "predecessor_code": former})
    for team, owner in zip(units.team_codes[: units.own_teams], units.team_pdu, strict=False):
        ordinal = int(team[-2:])
        lau = f"{region}L{owner + 1:02d}{(ordinal - 1) % 2 + 1:02d}"
        rows.append(_unit(team, "team", f"{units.shape.pdus[owner]} team {ordinal}", lau, founded))
    return rows_table("organisation", rows)


def _neighbour(shape: Shape) -> Iterator[dict[str, object]]:
    """The neighbouring region, and its units down to the one team that is named; its own extract has all."""
    code, said = shape.neighbour, "Neighbouring region (synthetic)"
    yield _unit(code, "region", said, None, UNIFIED)
    if not shape.has_history:
        return
    yield _unit(f"{code}P01", "pdu", f"{said}, first PDU", code, UNIFIED)
    yield _unit(f"{code}L0101", "lau", f"{said}, first PDU North", f"{code}P01", UNIFIED)
    yield _unit(f"{code}T0101", "team", f"{said}, first team", f"{code}L0101", UNIFIED)


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
                    "delivery_mode_id": f"DM{code}{step + 1}",
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
