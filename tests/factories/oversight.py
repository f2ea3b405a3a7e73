"""A small service for oversight: people of two teams, and nights written by hand, one lapse a line.

``Night`` tables are given as the engine writes them, so that a test can say what a night saw without
working it out. The people of the cast hold and manage the cases of ``Ash team 1``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa

from tests.factories import records

TEAM, OTHER_TEAM, PDU, REGION = "N52A1T1", "N52A1T2", "N52A", "N52"
AS_AT = date(2026, 2, 26)
NEXT_DAY = date(2026, 2, 27)
TWO_LATER = date(2026, 3, 2)

# A window of each confidence, told apart by the day from which it stands.
VERSIONS = {"sourced": None, "assumed": date(2014, 1, 1), "recalled": date(2015, 1, 1)}

_DAY, _TEXT, _NUMBER = pa.date32(), pa.string(), pa.int64()
SCHEMAS = {
    "obligation": {
        "obligation_id": _TEXT,
        "duty": _TEXT,
        "case_id": _TEXT,
        "anchor_id": _TEXT,
        "triggered_on": _DAY,
        "due_on": _DAY,
        "met_on": _DAY,
        "state": _TEXT,
        "excused_by": _TEXT,
        "excused_on": _DAY,
        "ended_on": _DAY,
        "required": pa.bool_(),
        "unsure": _TEXT,
        "unknown_because": _TEXT,
        "window": _TEXT,
        "window_from": _DAY,
        "definition_version": _TEXT,
        "policy_version": _TEXT,
    },
    "lapse": {
        "lapse_id": _TEXT,
        "obligation_id": _TEXT,
        "duty": _TEXT,
        "case_id": _TEXT,
        "part": _NUMBER,
        "clock": _TEXT,
        "opened_on": _DAY,
        "closed_on": _DAY,
        "practitioner": _TEXT,
        "team": _TEXT,
        "pdu": _TEXT,
        "severity": _NUMBER,
    },
    "reason": {"lapse_id": _TEXT, "case_id": _TEXT, "clause": _TEXT, "side": _TEXT, "row_id": _TEXT},
    "case_span": {
        "case_id": _TEXT,
        "practitioner": _TEXT,
        "team": _TEXT,
        "pdu": _TEXT,
        "region": _TEXT,
        "opened_on": _DAY,
        "closed_on": _DAY,
    },
    "ladder": {
        "case_id": _TEXT,
        "agency": _TEXT,
        "enquiry_id": _TEXT,
        "needed_on": _DAY,
        "asked_on": _DAY,
        "answered_on": _DAY,
        "reply": _TEXT,
        "analysed_on": _DAY,
        "used_on": _DAY,
    },
    "duty_state": {
        "case_id": _TEXT,
        "duty": _TEXT,
        "state": _TEXT,
        "since": _DAY,
        "due_on": _DAY,
        "unknown_because": _TEXT,
    },
    "window": {
        "window": _TEXT,
        "window_from": _DAY,
        "value": _NUMBER,
        "unit": _TEXT,
        "confidence": _TEXT,
    },
}


@dataclass(kw_only=True)
class Lapse:
    """One lapse of a night, with its obligation."""

    crn: str = "X900001"
    duty: str = "S01"
    anchor: str = "sentence-1"
    lapse_id: str = ""
    opened_on: date = date(2026, 1, 20)
    closed_on: date | None = None
    severity: int = 3
    practitioner: str = "P1"
    team: str = TEAM
    confidence: str = "sourced"
    window: str = "police_enquiry"
    reasons: tuple[tuple[str, str, str | None], ...] = (("none", "unmet", None),)

    @property
    def name(self) -> str:
        return self.lapse_id or f"{self.duty}-{self.crn}-{self.anchor}"


@dataclass(kw_only=True)
class World:
    """What the records hold, before any night."""

    home: Path
    cases: dict[str, str] = field(default_factory=lambda: {"X900001": "P1", "X900002": "P1"})
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def night(
        self,
        lapses: Sequence[Lapse] = (),
        *,
        as_at: date = AS_AT,
        unknown: Sequence[tuple[str, str]] = (),
        ladder: Sequence[dict[str, Any]] = (),
        teams: dict[str, str] | None = None,
    ) -> Any:
        """Writes the records and a night over them, and puts the pair in force."""
        from assay.records.store import build_snapshot, latest_snapshot, put_in_force, write_night

        place = self.home / "records"

        def load(home: Path) -> Any:
            return build_snapshot(self._records(), home=home, as_at=as_at, provider=REGION)

        if place.exists():
            snapshot = load(place)
        else:
            records.load_once(place, key=(self.cases, self.rows, as_at), load=load)
            snapshot = latest_snapshot(place)
        night = write_night(
            self._tables(lapses, unknown=unknown, ladder=ladder, teams=teams or {}),
            home=place,
            snapshot=snapshot,
            as_at=as_at,
            versions={"made": "by hand"},
        )
        return put_in_force(place, snapshot=snapshot, night=night)

    def attach(self, lapses: Sequence[Lapse] = (), **more: Any) -> Any:
        """The same, and attached."""
        from assay.assurance.oversight.tasks import attach_night

        self.night(lapses, **more)
        return attach_night(self.home / "records")

    @contextmanager
    def reader(self) -> Iterator[Any]:
        from assay.records.store import open_pair, pair_in_force

        pair = pair_in_force(self.home / "records")
        assert pair is not None
        with open_pair(pair) as reader:
            yield reader

    def _records(self) -> dict[str, pa.Table]:
        given: dict[str, Any] = {
            "person": [
                {"crn": crn, "forename": "Sam", "surname": f"Invented{n}"}
                for n, crn in enumerate(sorted(self.cases), start=1)
            ],
            **self.rows,
        }
        return records.fit_tables(**given)

    def _tables(
        self,
        lapses: Sequence[Lapse],
        *,
        unknown: Sequence[tuple[str, str]],
        ladder: Sequence[dict[str, Any]],
        teams: dict[str, str],
    ) -> dict[str, pa.Table]:
        rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMAS}
        rows["ladder"] = list(ladder)
        for crn, staff in self.cases.items():
            team = teams.get(crn, OTHER_TEAM if staff == "P2" else TEAM)
            rows["case_span"].append(
                {
                    "case_id": crn,
                    "practitioner": staff,
                    "team": team,
                    "pdu": PDU,
                    "region": REGION,
                    "opened_on": date(2026, 1, 5),
                }
            )
        rows["window"] = [
            {
                "window": window,
                "window_from": version,
                "value": 5,
                "unit": "working_days",
                "confidence": confidence,
            }
            for window in sorted({each.window for each in lapses})
            for confidence, version in VERSIONS.items()
        ]
        for each in lapses:
            due = each.opened_on - timedelta(days=1)
            rows["obligation"].append(
                {
                    "obligation_id": each.name,
                    "duty": each.duty,
                    "case_id": each.crn,
                    "anchor_id": each.anchor,
                    "triggered_on": date(2026, 1, 5),
                    "due_on": due,
                    "state": "missed",
                    "window": each.window,
                    "window_from": VERSIONS[each.confidence],
                }
            )
            for clock in ("date", "recorded"):
                rows["lapse"].append(
                    {
                        "lapse_id": each.name,
                        "obligation_id": each.name,
                        "duty": each.duty,
                        "case_id": each.crn,
                        "part": 1,
                        "clock": clock,
                        "opened_on": each.opened_on,
                        "closed_on": each.closed_on,
                        "practitioner": each.practitioner,
                        "team": each.team,
                        "pdu": PDU,
                        "severity": each.severity,
                    }
                )
            rows["reason"] += [
                {
                    "lapse_id": each.name,
                    "case_id": each.crn,
                    "clause": clause,
                    "side": side,
                    "row_id": row_id,
                }
                for clause, side, row_id in each.reasons
            ]
            if each.closed_on is None:
                rows["duty_state"].append(
                    {
                        "case_id": each.crn,
                        "duty": each.duty,
                        "state": "missed",
                        "since": each.opened_on,
                        "due_on": due,
                    }
                )
        for crn, duty in unknown:
            rows["duty_state"].append({"case_id": crn, "duty": duty, "state": "unknown"})
        return {
            name: pa.Table.from_pylist(
                [{column: row.get(column) for column in schema} for row in rows[name]],
                schema=pa.schema(list(schema.items())),
            )
            for name, schema in SCHEMAS.items()
        }


def place_cast(cast: Any) -> None:
    """Gives the cast their units: the SPO and the practitioner in team 1, the other in team 2."""
    from assay.access.accounts import demonstration
    from assay.access.accounts.demonstration import Place

    demonstration.create(
        side="service",
        places={
            "huw.example": Place(unit_code=TEAM, staff_code="S1", delius_username="SpoOne"),
            "priya.sample": Place(unit_code=TEAM, staff_code="P1", delius_username="PoOne"),
            "tom.elsewhere": Place(unit_code=OTHER_TEAM, staff_code="P2", delius_username="PoTwo"),
            "helen.placeholder": Place(unit_code=PDU),
            "rhys.region": Place(unit_code=REGION),
        },
    )
    for each in (cast.spo, cast.practitioner, cast.practitioner_elsewhere):
        each.refresh_from_db()
