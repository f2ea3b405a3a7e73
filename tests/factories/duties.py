"""Regions for the duty engine: an in-memory reader over the standard's tables, and invented cases by the
hundred, each with rows that touch, overlap, tie, come late and contradict one another."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import duckdb
import pyarrow as pa

from tests.factories import invented
from tests.factories.records import STAFF, UNITS, tables

AS_AT = date(2026, 3, 31)
FIRST = date(2025, 10, 1)
TEAMS = ("N52A1T1", "N52A1T2")
GRADES = (
    *STAFF,
    {"staff_code": "P3", "grade": "PSO", "team_code": "N52A1T2"},
    {"staff_code": "P4", "grade": "PQiP", "team_code": "N52A1T1"},
    {"staff_code": "P5", "grade": "PO", "team_code": "N52A1T1", "qualified_on": date(2025, 9, 1)},
    {"staff_code": "P6", "grade": "PSO", "team_code": "N52A1T1", "accredited_on": date(2025, 12, 1)},
)
# Somebody else's rows, from before every case, so that no table is empty and the records begin early.
ELSEWHERE = {
    "contact": [
        {
            "contact_id": "c-0",
            "crn": "X999999",
            "type": "COAP",
            "outcome": "ATTC",
            "happened_on": date(2025, 6, 2),
        }
    ],
    "enquiry": [{"enquiry_id": "e-0", "crn": "X999999", "asked_on": date(2025, 6, 2)}],
    "assessment": [{"assessment_id": "a-0", "crn": "X999999", "started_on": date(2025, 6, 2)}],
}


class TinyReader:
    """What the engine needs of a reader, over Arrow tables held in memory."""

    def __init__(self, made: dict[str, pa.Table]) -> None:
        self.connection = duckdb.connect(config={"threads": "2"})
        self.connection.execute("SET TimeZone = 'UTC'")
        self.connection.execute("CREATE SCHEMA r")
        for name, rows in made.items():
            if name != "words":
                self.connection.register("given", rows)
                self.connection.execute(f"CREATE TABLE r.{name} AS SELECT * FROM given")
                self.connection.unregister("given")


def region(**rows: list[dict[str, Any]]) -> dict[str, pa.Table]:
    """The standard's tables with these rows, and somebody else's beside them."""
    given = {name: [*rows.get(name, []), *ELSEWHERE.get(name, [])] for name in {*rows, *ELSEWHERE}}
    given.setdefault("organisation", list(UNITS))
    given.setdefault("practitioner", list(GRADES))
    if "person" in given:
        crns = {row["crn"] for name, each in given.items() for row in each if "crn" in row}
        there = {row["crn"] for row in given["person"]}
        given["person"] += [{"crn": crn} for crn in sorted(crns - there)]
    return tables(**given)


def people(random: Random, count: int) -> dict[str, list[dict[str, Any]]]:
    """Rows of so many invented cases."""
    made: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for number in range(count):
        Invented(random, f"X9{number:05d}", made).everything()
    for number in range(0, count - 1, 17):
        made["person"][number]["merged_into"] = f"X9{number + 1:05d}"
    return dict(made)


class Invented:
    """One invented case; modules of ``tests.factories.invented`` add rows of further tables to it."""

    def __init__(self, random: Random, crn: str, made: dict[str, list[dict[str, Any]]]) -> None:
        self.random, self.crn, self.made = random, crn, made
        self.start = self.day(FIRST, 120)

    def day(self, first: date | None = None, spread: int = 200) -> date:
        return (first or FIRST) + timedelta(days=self.random.randrange(spread))

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def recorded(self, day: date) -> datetime:
        late = self.random.choice((0, 0, 0, 0, 1, 3, 12, 40))
        hour = self.random.choice((9, 12, 23))
        return datetime(day.year, day.month, day.day, hour, 30, tzinfo=UTC) + timedelta(days=late)

    def add(self, table: str, key: str, on: str, day: date, **row: Any) -> str:
        row_id = f"{table[:3]}-{self.crn}-{len(self.made[table])}"
        given = {key: row_id, "crn": self.crn, on: day, **row}
        if table not in ("offence",):
            given["recorded_at"] = self.recorded(day)
        self.made[table].append(given)
        return row_id

    def closing(self, day: date) -> date | None:
        return day + timedelta(days=self.random.choice((1, 5, 20, 60))) if self.maybe(0.5) else None

    def everything(self) -> None:
        died = self.day(self.start, 150) if self.maybe(0.05) else None
        self.made["person"].append({"crn": self.crn, "died_on": died})
        self.sentences()
        self.risk()
        self.home()
        self.away()
        self.held()
        self.asked()
        self.seen()
        for more in invented.ADDED:
            more(self)

    def sentences(self) -> None:
        kinds = ("community_order", "licence", "suspended_sentence", "unpaid_work_only")
        for _ in range(self.random.choice((1, 1, 2))):
            day = self.start if self.maybe(0.6) else self.day(self.start, 90)
            ended = day + timedelta(days=self.random.choice((7, 30, 80))) if self.maybe(0.3) else None
            reason = self.random.choice(("completed", "revoked", None)) if ended else None
            sentence = self.add(
                "sentence",
                "sentence_id",
                "started_on",
                day,
                sentenced_on=day,
                type=self.random.choice(kinds),
                ended_on=ended,
                end_reason=reason,
            )
            if self.maybe(0.4):
                self.made["offence"].append(
                    {
                        "offence_id": f"off-{sentence}",
                        "crn": self.crn,
                        "sentence_id": sentence,
                        "domestic_abuse": self.maybe(0.5),
                    }
                )
            if self.maybe(0.2):
                self.release(sentence)

    def release(self, sentence: str) -> None:
        day = self.day(self.start, 100)
        release = self.add("release", "release_id", "released_on", day, sentence_id=sentence)
        if self.maybe(0.6):
            self.add("recall", "recall_id", "recalled_on", day + timedelta(days=9), release_id=release)

    def risk(self) -> None:
        for _ in range(self.random.choice((0, 1, 2, 3))):
            day = self.day(self.start - timedelta(days=10), 120)
            self.add(
                "rosh",
                "rosh_id",
                "opened_on",
                day,
                level=self.random.choice(("low", "medium", "high", "very_high")),
                children=self.random.choice((None, "low", "medium", "high")),
                closed_on=self.closing(day),
            )
        registers = ("ADVP", "REG30", "RSTO", "RCPR", "RCCO", "RCHD", "ARSO", "MAPP", "ASFO", "ALSH")
        for _ in range(self.random.choice((0, 0, 1, 2, 3))):
            day = self.day(self.start - timedelta(days=10), 120)
            self.add(
                "registration",
                "registration_id",
                "opened_on",
                day,
                type=self.random.choice(registers),
                level=self.random.choice(("M1", "M2", None)),
                closed_on=self.closing(day),
            )
        for _ in range(self.random.choice((0, 0, 1, 2))):
            day = self.day(self.start - timedelta(days=20), 140)
            self.add(
                "circle",
                "circle_id",
                "opened_on",
                day,
                role=self.random.choice(("child", "partner", "victim")),
                household=self.maybe(0.5),
                closed_on=self.closing(day),
            )

    def home(self) -> None:
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            day = self.day(self.start - timedelta(days=5), 90)
            self.add(
                "address",
                "address_id",
                "opened_on",
                day,
                type=self.random.choice(("main", "main", "temporary", "no_fixed_abode", "approved_premises")),
                closed_on=self.closing(day),
            )

    def away(self) -> None:
        kinds = ("custody", "hospital", "unlawfully_at_large", "transferred_out", "agreed_leave")
        for _ in range(self.random.choice((0, 0, 0, 1, 2))):
            day = self.day(self.start - timedelta(days=5), 120)
            self.add(
                "absence",
                "absence_id",
                "opened_on",
                day,
                kind=self.random.choice(kinds),
                closed_on=self.closing(day),
            )
        if self.maybe(0.2):
            day = self.day(self.start, 120)
            self.add(
                "suspension",
                "suspension_id",
                "opened_on",
                day,
                decided_by=self.random.choice(("S1", None)),
                closed_on=self.closing(day),
            )

    def held(self) -> None:
        reasons = ("initial", "transfer", "workload", "transfer_region")
        for _ in range(self.random.choice((0, 1, 1, 2, 3))):
            day = self.start if self.maybe(0.5) else self.day(self.start, 100)
            self.add(
                "allocation",
                "allocation_id",
                "opened_on",
                day,
                staff_code=self.random.choice(("P1", "P2", "P3", "P4", "P5", "P6")),
                team_code=self.random.choice(TEAMS),
                reason=self.random.choice(reasons),
                closed_on=self.closing(day),
            )

    def asked(self) -> None:
        for _ in range(self.random.choice((0, 1, 2, 3))):
            day = self.day(self.start - timedelta(days=60), 180)
            agency, kind = self.random.choice(
                (
                    ("police", "domestic_abuse"),
                    ("police", "other"),
                    ("childrens_services", "child_safeguarding"),
                    ("childrens_services", "child_safeguarding"),
                )
            )
            answered = day + timedelta(days=self.random.randrange(25)) if self.maybe(0.7) else None
            homes = [row["address_id"] for row in self.made["address"] if row["crn"] == self.crn]
            self.add(
                "enquiry",
                "enquiry_id",
                "asked_on",
                day,
                agency=agency,
                kind=kind,
                outcome=self.random.choice(("sent", "sent", "not_sent_up_to_date")),
                answered_on=answered,
                reply=self.random.choice(("known", "partial", "not_known", None)) if answered else None,
                address_id=self.random.choice(homes) if homes and self.maybe(0.3) else None,
                answer_recorded_at=self.recorded(answered) if answered and self.maybe(0.5) else None,
            )
        for _ in range(self.random.choice((0, 1, 2))):
            day = self.day(self.start - timedelta(days=10), 150)
            self.add(
                "assessment",
                "assessment_id",
                "started_on",
                day,
                type=self.random.choice(("LAYER3", "LAYER1", "SARA", "RISK_REVIEW")),
                completed_on=day + timedelta(days=self.random.randrange(15)) if self.maybe(0.8) else None,
                risk_children=self.random.choice((None, "low", "medium", "high")),
                domestic_abuse=self.random.choice((None, True, False)),
            )

    def seen(self) -> None:
        types = (
            *("COAP", "COAP", "CHVS", "CHVS", "MO8", "MO8"),
            *("MO1", "CSPO", "CARR", "CNPS", "C078", "CTOB"),
        )
        outcomes = {
            "COAP": ("ATTC", "ATTC", "AFTC", "UAAB", "AAME", None),
            "CHVS": ("ATTC", "ATTC", "AFTA", None),
            "MO8": ("HVAP", "HVAP", "HVEX", "HVNA", "HVRS"),
        }
        for _ in range(self.random.randrange(14)):
            kind = self.random.choice(types)
            day = self.day(self.start - timedelta(days=5), 200)
            self.add(
                "contact",
                "contact_id",
                "happened_on",
                day,
                type=kind,
                outcome=self.random.choice(outcomes.get(kind, (None,))),
            )
