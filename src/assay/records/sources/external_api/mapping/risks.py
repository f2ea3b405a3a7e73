"""Registers, the level of risk of serious harm, and predictors.

The External API gives the registers of two lists and MAPPA, each entry without its number or its end, and
only while it is open. A register outside those lists (domestic abuse, restraining orders) is not there: that
nothing is seen of it says nothing of the person.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from assay.core.dates import london_day
from assay.records.sources.external_api.mapping.rows import Case, Row, code_of, key
from assay.records.sources.external_api.routes import (
    DYNAMIC,
    HARM,
    MAPPA,
    SCORES,
    STATUS,
    SUPERVISIONS,
    Route,
)
from assay.records.sources.external_api.shapes import Harm, Mappa, Register, Score, Scores, Supervisions

LEVELS = ("low", "medium", "high", "very_high")
OF_REGISTER = {"RLRH": "low", "RMRH": "medium", "RHRH": "high", "RVHR": "very_high"}
# The registers the service puts on its two lists, as its source has them.
OF_DYNAMIC = frozenset({"RCCO", "RCPR", "RVAD", "STRG", "AVIS", "WEAP", "RLRH", "RMRH", "RHRH", "RVHR"})
OF_STATUS = frozenset({"ASFO", "WRSM"})
CATEGORIES = ("X9", "M1", "M2", "M3", "M4")
PREDICTORS = {
    "group_reconviction": "OGRS3",
    "risk_of_serious_recidivism": "RSR",
    "violence_predictor": "OVP",
    "all_reoffending_predictor": "ARP",
    "direct_contact_sexual_reoffending_predictor": "DCSRP",
    "combined_serious_reoffending_predictor": "CSRP",
}


def map_registers(case: Case) -> list[Row]:
    """Open entries; one of the last fetch that is gone was closed on the day this fetch speaks for, if the
    list it was on was given. What events told comes besides. Returns what is open in the answers' lists."""
    now: dict[str, Row] = {}
    for row in (*_registers(case), *_mappa(case)):
        if row["registration_id"] not in now:
            now[row["registration_id"]] = row
            case.take("registration", row)
    listed = list(now.values())
    _told(case, now)
    for name, row in case.before.get("registration", {}).items():
        if name not in now:
            gone = row["closed_on"] or (case.as_at if _asked(case, row["type"]) else None)
            case.rows.add("registration", {**row, "closed_on": gone})
    return listed


def _registers(case: Case) -> Iterator[Row]:
    for route, items in _lists(case):
        for place, said in case.read_items(route, items, Register):
            code = code_of("register_type", said.code)
            if code is None:
                case.refuse_code(route, place, "register", said.code)
                continue
            yield _entry(case, code, said.start_date, review=said.review_date)


def _told(case: Case, now: dict[str, Row]) -> None:
    """What events told and no answer holds: registers outside the lists, and the day on which an entry that
    is in no list any more ended."""
    for each in case.told:
        code = code_of("register_type", each.type)
        row = _entry(case, code, each.opened_on, review=None) if code else None
        if row is None or row["registration_id"] in now or each.opened_on > case.as_at:
            continue
        now[row["registration_id"]] = row | {
            "level": code_of("mappa_level", each.level) if code == "MAPP" else None,
            "category": code_of("mappa_category", each.category) if code == "MAPP" else None,
            "closed_on": each.closed_on,
        }
        case.take("registration", now[row["registration_id"]])


def _lists(case: Case) -> Iterator[tuple[Route, Any]]:
    for route in (DYNAMIC, STATUS):
        if case.given(route):
            yield route, case.answers[route.name]
    for _, whole in case.read(SUPERVISIONS, Supervisions):
        yield SUPERVISIONS, [*whole.dynamic_risks, *whole.person_status]


def _mappa(case: Case) -> Iterator[Row]:
    route, items = MAPPA, list(case.answers.get(MAPPA.name, ()))
    if not items:
        route = SUPERVISIONS
        for _, whole in case.read(SUPERVISIONS, Supervisions):
            items = [whole.mappa_detail] if whole.mappa_detail else []
    for _, said in case.read_items(route, items, Mappa):
        level = None if said.level is None else f"M{said.level}"
        category = None if said.category is None else CATEGORIES[said.category]
        row = _entry(case, "MAPP", said.start_date, review=said.review_date)
        yield {**row, "level": level, "category": category}


def _entry(case: Case, code: str, opened_on: date, *, review: date | None) -> Row:
    name = key(case.crn, code, opened_on)
    return {
        "registration_id": name,
        "type": code,
        "opened_on": opened_on,
        "next_review_on": review,
        "recorded_at": case.since("registration", name),
    }


def _asked(case: Case, code: str) -> bool:
    """Whether the list that holds the register was given this time. One that is on no list ends by an event
    alone."""
    if code == "MAPP":
        return case.given(MAPPA) or case.given(SUPERVISIONS)
    if code in OF_STATUS:
        return case.given(STATUS)
    return code in OF_DYNAMIC and case.given(DYNAMIC)


def map_risk(case: Case, *, registers: list[Row]) -> None:
    """The level as the latest assessment has it, else as the register has it; earlier levels from the last
    fetch, each ending where the next begins."""
    found = next((row for row in (*_assessed(case), *_registered(case, registers))), None)
    before = sorted(case.before.get("rosh", {}).values(), key=lambda each: each["opened_on"])
    if found is not None:
        before = [each for each in before if each["opened_on"] < found["opened_on"]]
        case.take("rosh", {**found, "recorded_at": case.since("rosh", found["rosh_id"])})
    following = found["opened_on"] if found else None
    for row in reversed(before):
        case.rows.add("rosh", {**row, "closed_on": following or row["closed_on"]})
        following = row["opened_on"]


def _assessed(case: Case) -> Iterator[Row]:
    for place, said in case.read(HARM, Harm):
        if said.summary is None or said.summary.overall_risk_level is None:
            continue
        parts = said.summary.risk_in_community
        given: dict[str, str | None] = {
            "level": said.summary.overall_risk_level,
            "children": parts.children if parts else None,
            "public": parts.public if parts else None,
            "known_adult": (parts.know_adult or parts.known_adult) if parts else None,
            "staff": parts.staff if parts else None,
        }
        levels = {name: _level(words) for name, words in given.items()}
        strange = next((given[name] for name in given if given[name] and not levels[name]), None)
        if strange:
            case.refuse_code(HARM, place, "level", strange[:20])
            continue
        on = london_day(said.assessed_on)
        if on <= case.as_at:
            yield {"rosh_id": key(case.crn, on, *levels.values()), "opened_on": on, **levels}


def _registered(case: Case, registers: list[Row]) -> Iterator[Row]:
    for row in sorted(registers, key=lambda each: each["opened_on"], reverse=True):
        level = OF_REGISTER.get(row["type"])
        if level:
            name = key(case.crn, row["opened_on"], level)
            yield {"rosh_id": name, "opened_on": row["opened_on"], "level": level}


def _level(words: str | None) -> str | None:
    found = (words or "").strip().casefold().replace(" ", "_")
    return found if found in LEVELS else None


def map_scores(case: Case) -> None:
    """Scores as numbers. Some consumers are given bands alone, and a band is not a score."""
    now: set[str] = set()
    for _, said in case.read(SCORES, Scores):
        if case.ends_before(said.completed_date):
            continue
        on = london_day(said.completed_date)
        for field, name in PREDICTORS.items():
            score: Score | None = getattr(said, field)
            if score is None or score.score is None:
                continue
            number = key(case.crn, name, said.completed_date)
            if number in now:
                continue
            now.add(number)
            basis = (score.static_or_dynamic or "").casefold()
            case.take(
                "predictor",
                {
                    "predictor_id": number,
                    "name": name,
                    "score": score.score,
                    "basis": basis if basis in ("static", "dynamic") else None,
                    "scored_on": on,
                    "recorded_at": said.completed_date,
                },
            )
    for number, row in case.before.get("predictor", {}).items():
        if number not in now:
            case.rows.add("predictor", row)
